"""One project: its fields, its events, its answers, who answers for it, and how it came to be so."""
