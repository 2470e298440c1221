"""LibreOffice, as a second reader of what we write; without it a test is skipped with a reason."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def converted(path: Path, folder: Path, kind: str) -> Path:
    """Return a file as LibreOffice opens it and saves it as another kind."""
    office = shutil.which("soffice")
    if office is None:
        if os.environ.get("TRACKER_REQUIRE_ALL") == "1":
            pytest.fail("soffice is not there")
        pytest.skip("soffice is not there")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        office,
        "--headless",
        profile,
        "--convert-to",
        kind,
        "--outdir",
        str(folder),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    return folder / f"{path.stem}.{kind.partition(':')[0]}"
