"""Files that are there whole or not at all: written beside, flushed, then renamed."""

import os
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` under `path`; a crash leaves the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
