"""SVG to PNG, with the fonts that ship with the program and no others."""

from functools import cache
from importlib import resources
from pathlib import Path

import resvg_py


@cache
def font_folder() -> Path:
    """Return the folder of the Chinese fonts; the one place that knows where they come from."""
    return next(
        Path(str(resources.files("pylopdf_fonts_zh_cn"))).rglob("NotoSansSC-Regular.otf")
    ).parent


def font_files() -> tuple[Path, ...]:
    """Return the fonts that reports and pictures need: Hei for titles, Song for text."""
    names = ("NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf")
    return tuple(font_folder() / name for name in names)


def png(svg: str, zoom: int = 2) -> bytes:
    """Return the drawing as PNG, `zoom` times its size."""
    sans = str(font_folder() / "NotoSansSC-Regular.otf")
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            font_files=[sans],
            skip_system_fonts=True,
            font_family="Noto Sans SC",
            sans_serif_family="Noto Sans SC",
        )
    )
