"""Pages of imports: from the upload to the commit, and back."""
