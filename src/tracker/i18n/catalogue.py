"""The Chinese of every text: one `.po` file in the repository, compiled like Python's bytecode."""

import struct
from contextlib import suppress
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

LANGUAGES = ("zh", "en")
_SOURCE = Path(__file__).parent / "zh_CN.po"


@cache
def translations(language: str) -> NullTranslations:
    """Return the translations into a language; English texts stand for themselves."""
    if language == "en":
        return NullTranslations()
    try:
        with _compiled().open("rb") as file:
            return GNUTranslations(file)
    except (OSError, ValueError, struct.error):  # not compiled yet, or half of a file that was
        data = _compile()
        _keep(data)
        return GNUTranslations(BytesIO(data))


def _compiled() -> Path:
    """Return where the compiled catalogue stands; like bytecode, it is named by time and size."""
    state = _SOURCE.stat()
    return _SOURCE.parent / "__pycache__" / f"zh_CN.{state.st_mtime_ns:x}-{state.st_size:x}.mo"


def _compile() -> bytes:
    from babel.messages.mofile import write_mo  # noqa: PLC0415  a tenth of what a help text costs
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with _SOURCE.open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def _keep(data: bytes) -> None:
    """Keep the compiled catalogue where that is allowed; whole or not at all."""
    with suppress(OSError):
        place = _compiled()
        place.parent.mkdir(exist_ok=True)
        for old in place.parent.glob("zh_CN.*.mo"):
            old.unlink(missing_ok=True)
        with NamedTemporaryFile(dir=place.parent, delete=False) as file:
            kept = Path(file.name)
        try:
            kept.write_bytes(data)
            kept.chmod(0o644)
            kept.replace(place)
        finally:
            kept.unlink(missing_ok=True)
