"""Merges that are none. The child process, whose memory is small, knows nothing of this."""

import numpy as np

from tracker.ledger.book.grid import Grid


def drop_frames(grid: Grid) -> None:
    """Drop the merges over rows and columns in which more than one cell holds a value.

    A spreadsheet keeps one value of a merge; where a program drew it around many, each is its own.
    """
    wide = [merge for merge in grid.merges if merge[0] < merge[2] and merge[1] < merge[3]]
    if not wide:
        return
    counts = np.zeros((len(grid.rows) + 1, grid.width + 1), dtype=np.int32)
    for row, cells in enumerate(grid.rows, start=1):
        counts[row, 1 : len(cells) + 1] = [value is not None for value in cells]
    counts = counts.cumsum(axis=0).cumsum(axis=1)
    rows, columns = len(grid.rows), grid.width
    for top, left, bottom, right in wide:
        low, far = min(bottom + 1, rows), min(right + 1, columns)
        up, near = min(top, rows), min(left, columns)
        held = counts[low, far] - counts[up, far] - counts[low, near] + counts[up, near]
        if held > 1:
            grid.merges.remove((top, left, bottom, right))
