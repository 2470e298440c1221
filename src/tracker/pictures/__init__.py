"""A plan as a drawing. Pages, Word and PDF share it."""
