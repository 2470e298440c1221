"""All projects together: the survey, the law that counts, follow-ups, the night and the report."""
