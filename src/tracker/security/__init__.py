"""Who may come in and what they may do: decisions alone, no database and no web."""
