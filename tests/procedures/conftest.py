"""What tests of the law share."""

import shutil
from pathlib import Path

import pytest

from tracker.resources import procedures_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clerk's own copy of the procedures."""
    return Path(shutil.copytree(procedures_folder(), tmp_path / "procedures"))
