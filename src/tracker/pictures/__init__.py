"""A plan as a drawing. Pages, Word and PDF share it (`design.md` D8)."""
