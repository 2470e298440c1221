"""Folders and files that nobody else on the machine may read (等级保护: 访问控制)."""

import os
from contextlib import suppress
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
OTHERS = 0o077
"""The rights of a file's group and of everybody."""


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter, with those above it that are not there."""
    if not folder.is_dir():
        if folder.parent != folder:  # a drive that is not there
            private_folder(folder.parent)
        folder.mkdir(mode=FOLDER, exist_ok=True)


def private_file(path: Path) -> None:
    """Make an empty file that only its owner may read; one that is there is not even opened.

    To close a database that this process has open elsewhere would drop its locks (POSIX).
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))


def is_private(path: Path) -> bool:
    """Tell whether others may do nothing with a file or folder.

    Where the system has no such rights, as on Windows, nothing can be said against it.
    """
    return os.name != "posix" or path.stat().st_mode & OTHERS == 0
