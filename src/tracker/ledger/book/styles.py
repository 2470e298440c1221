"""What the styles of an .xlsx show: months for days, colours of fills, struck-through text."""

import colorsys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.ledger.book.formats import Shown, shown_parts

_PALETTE = {2: "FF0000", 3: "00FF00", 4: "0000FF", 5: "FFFF00", 10: "FF0000", 11: "00FF00"} | {
    12: "0000FF",
    13: "FFFF00",
    15: "00FFFF",
    17: "008000",
    34: "FFFF00",
    42: "CCFFCC",
    43: "FFFF99",
    45: "FF99CC",
    50: "99CC00",
    51: "FFCC00",
    52: "FF9900",
    53: "FF6600",
    57: "339966",
}
"""The colours of the old palette that ledgers are filled with (ECMA-376 18.8.27)."""
_GREY, _DARK = 0.15, 0.15
_HUES = ((15, "红"), (42, "橙"), (70, "黄"), (170, "绿"), (265, "蓝"), (330, "紫"), (361, "红"))
"""Degrees at which the name of a hue ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Styles:
    """What each cell style shows, by its number: only those that show more than the value."""

    shown: Mapping[int, Shown] = field(default_factory=dict)
    colours: Mapping[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()


def styles_of(root: Any, theme: Any | None) -> Styles:
    """Return the styles of `xl/styles.xml`, with the colours of the theme where there is one."""
    formats = {
        each.get("numFmtId"): each.get("formatCode", "")
        for each in root.iter()
        if _tag(each) == "numFmt"
    }
    fonts = [any(map(_strikes, each)) for each in _below(root, "fonts")]
    fills = [_colour_of_fill(each, _theme(theme)) for each in _below(root, "fills")]
    shown, colours, struck = {}, {}, set()
    for number, each in enumerate(_below(root, "cellXfs")):
        key = each.get("numFmtId", "0")
        if part := shown_parts(int(key), formats.get(key)):
            shown[number] = part
        if colour := _at(fills, each.get("fillId")):
            colours[number] = colour
        if _at(fonts, each.get("fontId")):
            struck.add(number)
    return Styles(shown=shown, colours=colours, struck=frozenset(struck))


def colour_name(rgb: str) -> str | None:
    """Return what a Chinese legend calls a colour of six hexadecimal digits; None for none."""
    red, green, blue = (int(rgb[n : n + 2], 16) / 255 for n in (0, 2, 4))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < _DARK or saturation < _GREY:
        return None
    return next(name for end, name in _HUES if hue * 360 < end)


def palette_colour(number: int) -> str | None:
    """Return the name of a colour of the old palette, which an .xls uses; None for none."""
    rgb = _PALETTE.get(number)
    return colour_name(rgb) if rgb else None


def _below(root: Any, tag: str) -> list[Any]:
    found = next((each for each in root.iter() if _tag(each) == tag), ())
    return list(found)


def _strikes(part: Any) -> bool:
    return _tag(part) in ("strike", "dstrike") and part.get("val", "1") not in ("0", "false")


def _at(values: Sequence[Any], number: str | None) -> Any:
    index = int(number or "0")
    return values[index] if index < len(values) else None


def _colour_of_fill(fill: Any, theme: Sequence[str]) -> str | None:
    """Return the name of a solid fill's colour; tints keep the hue of their theme colour."""
    for pattern in fill.iter():
        if _tag(pattern) == "patternFill" and pattern.get("patternType") == "solid":
            colour = next((each for each in pattern if _tag(each) == "fgColor"), None)
            return colour_name(rgb) if colour is not None and (rgb := _rgb(colour, theme)) else None
    return None


def _rgb(colour: Any, theme: Sequence[str]) -> str | None:
    if colour.get("rgb"):
        return str(colour.get("rgb"))[-6:]
    if colour.get("indexed"):
        number = int(colour.get("indexed"))
        return _PALETTE.get(number)
    return _at(theme, colour.get("theme")) if colour.get("theme") else None


def _theme(root: Any | None) -> list[str]:
    """Return the colours of a theme in the order in which styles number them."""
    scheme = (
        next((e for e in root.iter() if _tag(e) == "clrScheme"), None) if root is not None else None
    )
    found = [next(iter(_values(each)), "FFFFFF") for each in (scheme if scheme is not None else ())]
    first = [found[n] for n in (1, 0, 3, 2) if n < len(found)]  # light before dark
    return first + found[4:]


def _values(element: Any) -> Iterator[str]:
    for each in element:
        value = each.get("val") if _tag(each) == "srgbClr" else each.get("lastClr")
        if value:
            yield str(value)


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
