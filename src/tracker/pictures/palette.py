"""The colours and marks of the lights: a shape and a word stand beside every colour."""

from dataclasses import dataclass

from tracker.core.flag import Light


@dataclass(frozen=True, slots=True)
class Tone:
    """How a light is drawn: its ink on white (contrast 4.5 or more), its ground, its mark."""

    ink: str
    ground: str
    mark: str


TONES = {
    Light.BLACK: Tone("#1b1b1f", "#e4e4e9", "×"),
    Light.RED: Tone("#b3261e", "#fbe9e7", "▲"),
    Light.YELLOW: Tone("#8a5a00", "#fdf1d3", "◆"),
    Light.OPEN: Tone("#6a4aa0", "#f0ebf8", "◇"),
    Light.GREY: Tone("#5f6470", "#eef0f3", "？"),
    Light.BLUE: Tone("#1f5fa8", "#e3eefb", "■"),
    Light.GREEN: Tone("#1f7a45", "#e3f4ea", "●"),
    Light.HOLLOW: Tone("#5f6470", "#ffffff", "○"),
    Light.DONE: Tone("#1f7a45", "#f1f7f3", "√"),
}
INK, SOFT, LINE, OFF = "#22262f", "#5f6470", "#d9dde4", "#f1f3f6"
PLAN, CRITICAL, ACTUAL, LATE, HELD = "#3b78b5", "#b3261e", "#9aa3b0", "#6b7280", "#8a5a00"
