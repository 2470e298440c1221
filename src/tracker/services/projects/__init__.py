"""One project: its fields, events, answers, assignments, baselines and history."""
