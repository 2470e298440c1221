"""The installation itself: backups, checks, and the work that is due on a timer."""
