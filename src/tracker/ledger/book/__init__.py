"""The workbook as a file: guarded, opened in a process of its own, and given back with its changes."""
