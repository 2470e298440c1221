"""The database itself: engines, the schema, guards against what must not be, whole copies."""
