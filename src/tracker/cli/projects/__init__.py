"""Commands about one project."""
