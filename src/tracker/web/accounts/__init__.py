"""Pages of sign-in and accounts."""
