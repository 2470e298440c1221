"""What one cell says: a day, an amount, a state, people, a document; each by a table of rules."""
