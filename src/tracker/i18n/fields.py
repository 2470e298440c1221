"""What the fields of a project are called, and how their values read."""

from collections.abc import Mapping

from tracker.core.model import ProjectState
from tracker.core.problems import Message, message
from tracker.i18n.words import Words

FIELDS: Mapping[str, Message] = {
    "name": message("Name"),
    "code": message("Project code"),
    "category": message("Category"),
    "location": message("Town"),
    "investment_wan": message("Total investment (10,000 yuan)"),
    "owner_unit": message("Project unit"),
    "responsible_unit": message("Responsible unit"),
    "procedure": message("Procedure"),
    "target": message("Target"),
    "deadline": message("Due"),
    "planned_start": message("Planned start"),
    "leader": message("Leader"),
    "task_force": message("Task force"),
    "remark": message("Remark"),
}
"""What can be written by hand, in the order in which it is shown."""

TOLD: Mapping[str, Message] = {
    **FIELDS,
    "state": message("State"),
    "state_why": message("Why it rests or is closed"),
    "resume_on": message("Goes on again on"),
    "leader_candidates": message("Leaders named at once"),
    "facts": message("Answers"),
    "roles": message("Roles"),
}
"""What the record tells of projects and accounts beside that."""


def field_words(field: str, words: Words) -> str:
    """Return what a field is called in the user's language."""
    return words(TOLD[field]) if field in TOLD else field


def value_words(field: str, value: object, words: Words) -> str:
    """Return how a value of a field reads, from a project or from what the record keeps of it."""
    if value is None:
        return "–"
    if field == "state":
        return words(ProjectState(str(value)))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}={each}" for key, each in sorted(value.items())) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
