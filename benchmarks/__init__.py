"""The measured promises: ratios against named peers, in one run."""
