"""The acts on offer: load, decide, save. Doors call one service and own the transaction."""
