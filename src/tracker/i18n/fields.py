"""What the fields of a project are called, and how their values read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.core.fields import FIELDS, STATE_FIELDS, ProjectField
from tracker.core.model import Name, ProjectState, Question
from tracker.core.problems import Message, message
from tracker.i18n.catalogue import translations
from tracker.i18n.questions import answer_words
from tracker.i18n.words import Words

RECORDED: Mapping[str, Message] = {
    **{name: each.label for name, each in FIELDS.items()},
    **STATE_FIELDS,
    "leader_candidates": message("Several leaders entered together"),
    "facts": message("Answers"),
    "due": message("Interim deadlines"),
    "roles": message("Roles"),
}
"""What the record tells of projects and accounts."""


def field_named(text: str) -> ProjectField | None:
    """Return the field that is called so, by its name or by its label in either language."""
    chinese = translations("zh").gettext
    for each in FIELDS.values():
        english = each.label.template
        if text in (
            each.name,
            english,
            chinese(english),
            _plain(english),
            _plain(chinese(english)),
        ):
            return each
    return None


def _plain(label: str) -> str:
    """Return a label without its unit in brackets."""
    return re.sub(r"\s*[(（].*?[)）]", "", label)


def field_words(key: str, words: Words) -> str:
    """Return what a field is called in the user's language."""
    return words(RECORDED[key]) if key in RECORDED else key


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the ids are called that the record keeps: those of the law in force."""

    procedures: Mapping[str, Name] = field(default_factory=dict)
    steps: Mapping[str, Name] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)

    def procedure(self, procedure_id: str) -> Name | str:
        """Return the name of a procedure with its overlays; an id where it has none any more."""
        names = [self.procedures.get(part) for part in procedure_id.split("+")]
        known = [name for name in names if name]
        if len(known) < len(names):
            return procedure_id
        return Name(" + ".join(n.zh for n in known), " + ".join(n.en for n in known))

    def step(self, step_id: str) -> Name | str:
        """Return the name of a step, or its id where it has none any more."""
        return self.steps.get(step_id, step_id)


def value_words(key: str, value: object, words: Words, names: Names) -> str:
    """Return how a value of a field reads, from a project or from what the record keeps of it."""
    if value is None:
        return "–"
    if key == "state":
        return words(ProjectState(str(value)))
    if key == "procedure":
        return words(names.procedure(str(value)))
    if key == "target":
        return words(names.step(str(value)))
    if key == "due" and isinstance(value, Mapping):
        days = (f"{words(names.step(step))} {day}" for step, day in sorted(value.items()))
        return "; ".join(days) or "–"
    if isinstance(value, Mapping):
        told = (_answer(fact, str(said), words, names) for fact, said in sorted(value.items()))
        return "; ".join(told) or "–"
    return words.wan(value) if isinstance(value, float) else str(value)


def _answer(fact: str, said: str, words: Words, names: Names) -> str:
    question = names.questions.get(fact)
    if question is None:
        return f"{fact}: {said}"
    answer = answer_words(question, said, words)
    return words.text("{fact}: {answers}", fact=question.name, answers=answer)
