"""What the fields of a project are called, and how their values read."""

from collections.abc import Mapping

from tracker.core.fields import FIELDS, STATE_FIELDS
from tracker.core.model import ProjectState
from tracker.core.problems import Message, message
from tracker.i18n.words import Words

RECORDED: Mapping[str, Message] = {
    **{name: field.label for name, field in FIELDS.items()},
    **STATE_FIELDS,
    "leader_candidates": message("Leaders named at once"),
    "facts": message("Answers"),
    "roles": message("Roles"),
}
"""What the record tells of projects and accounts."""


def field_words(field: str, words: Words) -> str:
    """Return what a field is called in the user's language."""
    return words(RECORDED[field]) if field in RECORDED else field


def value_words(field: str, value: object, words: Words) -> str:
    """Return how a value of a field reads, from a project or from what the record keeps of it."""
    if value is None:
        return "–"
    if field == "state":
        return words(ProjectState(str(value)))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={each}" for key, each in sorted(value.items())) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
