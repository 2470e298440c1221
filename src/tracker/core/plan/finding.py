"""One thing to look at in a network, beside its dates."""

from dataclasses import dataclass
from datetime import date

from tracker.core.problems import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at: its code, the steps it is about, and a sentence.

    Two steps and `is_link` make it a link; several are a cycle or a conflict. `latest_issue` is
    the last day of issue that keeps a window.
    """

    code: str
    steps: tuple[str, ...]
    sentence: Message
    is_link: bool = False
    latest_issue: date | None = None


def shortened(steps: tuple[str, ...], most: int = 10) -> tuple[str, ...]:
    """Return at most ten names; the last stands for the rest."""
    return steps if len(steps) <= most else (*steps[: most - 1], "…")
