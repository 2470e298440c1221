"""Commands about all projects, the law, the calendar and the reports."""
