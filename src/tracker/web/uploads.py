"""Files that a form brings, read once they are known to be of a size to keep."""

from starlette.datastructures import UploadFile

from tracker.services.projects.evidence import MOST_BYTES, BadEvidenceError


def scan_of(file: UploadFile) -> tuple[str, bytes]:
    """Return a scan. Raises BadEvidenceError before it is read when it is too large."""
    name = file.filename or ""
    if (file.size or 0) > MOST_BYTES:
        raise BadEvidenceError(name, file.size or 0)
    return name, file.file.read()
