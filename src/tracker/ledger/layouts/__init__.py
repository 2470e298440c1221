"""How projects lie on a sheet: rows, lines, columns, months, packages and forms become entries."""
