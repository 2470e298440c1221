"""Pages of the county: the overview, the leaders, the law, the reports."""
