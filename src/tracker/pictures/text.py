"""Text in pictures: escaped, and cut to a width in which a Chinese character counts as two."""

from html import escape

FONT = "'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"


def text(x: float, y: float, words: str, size: int, fill: str) -> str:
    """Return a text that begins at x, y."""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{fill}">{escape(words)}</text>'


def cut(name: str, room: int) -> str:
    """Return a name shortened to `room` narrow characters."""
    width = 0
    for n, mark in enumerate(name):
        width += 2 if ord(mark) > 255 else 1
        if width > room:
            return name[: n - 1] + "…"
    return name
