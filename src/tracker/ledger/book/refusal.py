"""Why a file was not read; `confine.py` has the words. `sheet` is where, when it is one sheet."""

from tracker.core.problems import Message, Place, TrackerError


class Refused(Exception):  # noqa: N818  it is the file that is at fault, not the program
    """A file that is no ledger, or one that would be dangerous to open."""

    def __init__(self, code: str, sheet: str = "") -> None:
        super().__init__(code)
        self.code, self.sheet = code, sheet


class RefusedFileError(TrackerError):
    """A file that is no ledger, or one that would be dangerous to open. Nothing is written."""

    def __init__(self, code: str, what: Message, *, remedy: Message, file: str) -> None:
        super().__init__(what, remedy=remedy, place=Place(file=file))
        self.code = code
