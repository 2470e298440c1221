"""What a workbook holds beside its projects."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row, column or sheet that holds no project, and why it was passed over."""

    sheet: str | None
    row: int | None
    kind: str
    text: str
