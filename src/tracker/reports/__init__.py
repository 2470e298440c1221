"""Digest to files: a layout, never a decision. Same digest, same bytes."""
