"""Pages of the projects: the ledger, one project, its forms, its history."""
