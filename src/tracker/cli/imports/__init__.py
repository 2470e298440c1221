"""Commands that bring a ledger in, and the record back into it."""
