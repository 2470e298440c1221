"""Chinese names by how they sound: 教育 is found by jiaoyu and by jy."""

from functools import lru_cache


def sounds_like(text: str, asked: str) -> bool:
    """Tell whether the Latin letters of `asked` spell a part of a text, or its initials."""
    letters = asked.replace(" ", "").casefold()
    if not (letters.isascii() and letters.isalnum()) or letters.isdigit():
        return False
    return any(letters in spelling for spelling in _spellings(text))


@lru_cache(maxsize=16_384)
def _spellings(text: str) -> tuple[str, str]:
    """Return a text in full pinyin without tones, and in initials."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  its dictionary takes a while to load

    full = lazy_pinyin(text)
    initials = lazy_pinyin(text, style=Style.FIRST_LETTER)
    return "".join(full).casefold(), "".join(initials).casefold()
