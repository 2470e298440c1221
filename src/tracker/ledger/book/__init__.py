"""The workbook as a file: checked, opened in a child process, and returned with its changes."""
