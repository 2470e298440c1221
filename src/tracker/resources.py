"""Where the files that come with the program stand."""

from pathlib import Path


def procedures_folder() -> Path:
    """Return where the procedures stand: in the installed package, else in the checkout."""
    package = Path(__file__).parent
    installed = package / "procedures"
    return installed if installed.is_dir() else package.parents[1] / "procedures"
