"""Draw the rooms of the program from the import contracts: python docs/draw_architecture.py

Reads the layers in `pyproject.toml` and writes `docs/architecture.svg`; a test compares both.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "architecture.svg"
ROW, GAP, PAD, CHARACTER, TITLE = 26, 8, 10, 7.4, 30


@dataclass(frozen=True, slots=True)
class Panel:
    """One contract: its name, and its layers from the top, each with its rooms."""

    name: str
    layers: Sequence[Sequence[str]]

    @property
    def width(self) -> float:
        """Return what the widest layer, or the title, needs."""
        rooms = max(sum(box(room) + GAP for room in layer) for layer in self.layers)
        return max(rooms, len(self.name) * CHARACTER) + 2 * PAD

    @property
    def height(self) -> float:
        """Return the height with the title."""
        return TITLE + len(self.layers) * (ROW + GAP) + PAD


def box(room: str) -> float:
    """Return the width of a room."""
    return len(room) * CHARACTER + 2 * PAD


def panels() -> list[Panel]:
    """Return the layered contracts of `pyproject.toml`, the whole house first."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    found = []
    for contract in contracts:
        if contract["type"] != "layers":
            continue
        inside = contract.get("containers", ["the whole program"])[0]
        layers = [
            [
                room.strip().removeprefix("tracker.")
                for room in layer.split("|")
                if "(" not in room  # in brackets stands what is not built yet
            ]
            for layer in contract["layers"]
        ]
        found.append(Panel(inside.replace("tracker.", "inside "), layers))
    return found


def picture() -> str:
    """Return the drawing: panels from the left, a layer may import those below it."""
    parts, x, tallest = [], PAD, 0.0
    for panel in panels():
        parts.append(drawn(panel, x))
        x += panel.width + 2 * GAP
        tallest = max(tallest, panel.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x:.0f} {tallest + 2 * PAD:.0f}"'
        ' font-family="monospace" font-size="12">'
    )
    note = "Rooms of tracker; a layer may import the layers below it"
    return "\n".join([head, f"<title>{note}</title>", *parts, "</svg>"]) + "\n"


def drawn(panel: Panel, x: float) -> str:
    """Return one panel from `x` on."""
    lines = [
        f'<rect x="{x:.0f}" y="{PAD}" width="{panel.width:.0f}" height="{panel.height:.0f}"'
        ' rx="6" fill="#f4f4f7" stroke="#c9c9d1"/>',
        f'<text x="{x + PAD:.0f}" y="{PAD + 20}" font-weight="bold">{escape(panel.name)}</text>',
    ]
    for n, layer in enumerate(panel.layers):
        left, top = x + PAD, PAD + TITLE + n * (ROW + GAP)
        for room in layer:
            lines.append(
                f'<rect x="{left:.0f}" y="{top:.0f}" width="{box(room):.0f}" height="{ROW}" rx="4"'
                ' fill="#ffffff" stroke="#5f6470"/>'
            )
            lines.append(f'<text x="{left + PAD:.0f}" y="{top + 17:.0f}">{escape(room)}</text>')
            left += box(room) + GAP
    return "\n".join(lines)


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
