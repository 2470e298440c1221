"""The engine: pure functions over frozen values; no files, no database, no clock."""
