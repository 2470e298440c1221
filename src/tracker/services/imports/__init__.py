"""A ledger into the record: previewed, compared, committed, taken back, marked and written back."""
