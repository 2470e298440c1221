"""Files that are there whole or not at all: written beside, flushed, then renamed."""

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.core.problems import Message, message
from tracker.private import private_file, private_folder

_OWNER_DIGITS = 16
_ABANDONED_SECONDS = 24 * 60 * 60
_WHY: Mapping[int, Message] = {
    errno.ENOSPC: message("the disk is full"),
    errno.ENOENT: message("it does not exist"),
    errno.EACCES: message("permission is denied"),
    errno.EPERM: message("permission is denied"),
    errno.EROFS: message("the disk is read-only"),
    errno.EISDIR: message("it is a folder"),
    errno.ENOTDIR: message("part of the path is a file"),
    errno.EEXIST: message("it already exists"),
}


def why_of(error: OSError) -> Message:
    """Return what the system says of a file, in words that are translated where we know them."""
    known = _WHY.get(error.errno or 0)
    return known or message("{why}", why=error.strerror or str(error))


def owner_folder(folder: Path, login: str) -> Path:
    """Return the folder of an account within a folder; its name does not tell whose it is."""
    return folder / hashlib.sha256(login.encode()).hexdigest()[:_OWNER_DIGITS]


def write_private(path: Path, data: bytes) -> None:
    """Write a file of the data folder, as `write_whole` does; only its owner may read it."""
    private_folder(path.parent)
    private_file(_part_of(path))
    write_whole(path, data)


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` under `path`; a crash leaves the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _part_of(path)
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


@contextmanager
def scratch(folder: Path) -> Iterator[Path]:
    """Yield a folder of its own within `folder`, gone afterwards.

    What others left a day ago goes too.
    """
    private_folder(folder)
    with TemporaryDirectory(dir=folder, prefix=".part-") as work:
        now = Path(work).stat().st_mtime
        for left in folder.glob(".part-*"):
            if now - left.stat().st_mtime > _ABANDONED_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        yield Path(work)


class Staged:
    """Files written out of sight, until they move to their places at once."""

    def __init__(self, moves: Mapping[Path, Path]) -> None:
        self._moves = moves

    def put(self) -> None:
        """Move every file to its place; one that stands there already counts as new.

        This is done within the transaction that names them, at its end: what is refused leaves no
        file behind, and what a failed commit leaves is swept after a day.
        """
        for written, place in self._moves.items():
            if place.exists():
                place.touch()
                continue
            private_folder(place.parent)
            written.replace(place)
            sync_folder(place.parent)


@contextmanager
def staged(folder: Path, wanted: Mapping[Path, bytes]) -> Iterator[Staged]:
    """Write files within `folder`, out of sight, each for its place there."""
    if not wanted:
        yield Staged({})
        return
    with scratch(folder) as work:
        moves = {}
        for number, (place, data) in enumerate(wanted.items()):
            moves[work / str(number)] = place
            write_private(work / str(number), data)
        yield Staged(moves)


def sync_folder(folder: Path) -> None:
    """Let the disk know of names that were given in a folder, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    opened = os.open(folder, os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
