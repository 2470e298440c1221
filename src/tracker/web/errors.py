"""Which status a page has when something is wrong: decided by the kind of the error alone."""

from collections.abc import Mapping

from tracker.core.problems import ErrorKind, TrackerError

_STATUS: Mapping[ErrorKind, int] = {
    ErrorKind.USAGE: 400,
    ErrorKind.FORBIDDEN: 403,
    ErrorKind.DATA: 409,
    ErrorKind.CONFLICT: 409,
    ErrorKind.BUSY: 503,
    ErrorKind.UNAVAILABLE: 503,
}
UNREACHABLE = _STATUS[ErrorKind.UNAVAILABLE]
"""The status where the data cannot be reached: a full disk, a folder that is gone."""
_MENDED_BY_INPUT = frozenset({ErrorKind.USAGE, ErrorKind.FORBIDDEN, ErrorKind.CONFLICT})


def status_of(error: TrackerError) -> int:
    """Return the HTTP status of a page that shows an error."""
    return _STATUS[error.kind]


def is_unreachable(status: int) -> bool:
    """Tell whether a status says that the data cannot be reached just now, or at all."""
    return status in (_STATUS[ErrorKind.BUSY], UNREACHABLE)


def form_status(error: TrackerError) -> int:
    """Return the status of a form shown again; raise an error that other input cannot mend."""
    if error.kind not in _MENDED_BY_INPUT:
        raise error
    return status_of(error)
