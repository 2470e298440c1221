"""Which characters the fonts that ship can draw."""

from collections.abc import Iterable
from functools import cache

from fontTools.ttLib import TTFont

from tracker.pictures.raster import font_files


def undrawn(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the characters of some texts that no font has, each once, in the order of Unicode."""
    found = {character for text in texts for character in text if character.isprintable()}
    return tuple(sorted(character for character in found if ord(character) not in _drawn()))


@cache
def _drawn() -> frozenset[int]:
    """Return the characters that some font has."""
    found: set[int] = set()
    for path in font_files():
        with TTFont(str(path), lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
