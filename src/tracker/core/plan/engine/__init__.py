"""The passes over columns of worlds: what a plan is computed with."""
