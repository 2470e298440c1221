"""Where a workbook may be written: a new .xlsx, never over the clerk's own file."""

from pathlib import Path

from tracker.cli.door import Door, say
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.services.imports.commit import Upload


class SameFileError(TrackerError):
    """The clerk's own file would be overwritten."""

    code = "same_file"
    kind = ErrorKind.USAGE

    def __init__(self, path: Path) -> None:
        super().__init__(
            message("{path} is the ledger itself.", path=str(path)),
            remedy=message("Name another file; the ledger is not overwritten."),
        )


class WrongEndingError(TrackerError):
    """A workbook would be written under a name that says something else."""

    code = "same_file"
    kind = ErrorKind.USAGE

    def __init__(self, path: Path) -> None:
        super().__init__(
            message("{path} does not end in .xlsx.", path=str(path)),
            remedy=message("Workbooks are written as .xlsx; name such a file."),
        )


class TakenError(TrackerError):
    """A file of that name is there already."""

    code = "same_file"
    kind = ErrorKind.USAGE

    def __init__(self, path: Path) -> None:
        super().__init__(
            message("{path} already exists.", path=str(path)),
            remedy=message("Name another file, or take that one away; nothing is overwritten."),
        )


def check_place(place: Path, ledger: Path | None = None) -> None:
    """Raise SameFileError, WrongEndingError or TakenError where a workbook must not be written."""
    if ledger is not None and place.exists() and place.samefile(ledger):
        raise SameFileError(place)
    if place.suffix.lower() != ".xlsx":
        raise WrongEndingError(place)
    if place.exists():
        raise TakenError(place)


def warn_of_values_only(door: Door, upload: Upload) -> None:
    """Say what a copy of an .xls lacks."""
    if upload.is_old:
        say(
            door.words.text(
                "The .xls became an .xlsx with its values, merges and hidden rows; formulas and"
                " formats stayed behind."
            )
        )
