"""Plans in files: network files in, schedules out, and Microsoft Project's XML both ways."""
