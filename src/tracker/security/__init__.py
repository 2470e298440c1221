"""Who may come in. Until there are accounts: whoever holds this process's one-time link."""
