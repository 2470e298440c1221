"""What was read of a sheet that was turned, with its places as they are in the file."""

from dataclasses import replace

from tracker.ledger.book.grid import letters, place_of
from tracker.ledger.model import LedgerIssue, LedgerProject
from tracker.ledger.shape.aliases import Field


def project_back(project: LedgerProject) -> LedgerProject:
    """Return a project whose row of the turned sheet is a column of the file.

    Its `rows` are that column, as a negative number, since it shares its rows with all others.
    """
    cells = {field: (row, column) for field, (column, row) in project.cells.items()}
    row, column = cells[Field.NAME]
    letter = letters(column)
    steps = tuple(
        replace(
            step,
            column=letter,
            cells={part: (at, across) for part, (across, at) in step.cells.items()},
        )
        for step in project.steps
    )
    return replace(
        project,
        row=row + 1,
        cells=cells,
        steps=steps,
        answers=tuple(replace(answer, column=letter) for answer in project.answers),
        rows=tuple(-row for row in project.rows),
    )


def issue_back(issue: LedgerIssue) -> LedgerIssue:
    """Return an issue at its place in the file; `line` is the column of its project."""
    across = place_of(f"{issue.column}1")[1] if issue.column else 0
    return replace(issue, row=across + 1, column=letters(issue.row - 1), line=-issue.row)
