"""Questions worth asking, as people ask them."""

from tracker.core.track import State
from tracker.i18n.questions import choices_words
from tracker.i18n.words import Words
from tracker.services.projects.questions import Asking, Askings

_MARKS = (State.FINISHED, State.UNDER_WAY, State.NOT_STARTED, State.NOT_NEEDED)


def summary_words(found: Askings, words: Words) -> str:
    """Return how many lights are undecided, and how many the questions would decide."""
    if not found.undecided:
        return words.text(
            "{all} projects: what is recorded decides every light.", all=found.projects
        )
    return words.text(
        "{all} projects, {undecided} undecided; these {count} questions, answered for each, are"
        " expected to decide {decides} of them.",
        all=found.projects,
        undecided=found.undecided,
        count=len(found.questions),
        decides=round(found.decides),
    )


def asking_words(asking: Asking, words: Words) -> str:
    """Return a question as people ask it."""
    if asking.fact:
        return words(asking.fact.text)
    return words.text(
        "{track}: how far is each of its steps (at most {count} open in a project)?",
        track=asking.area,
        count=asking.most,
    )


def answers_words(asking: Asking, words: Words) -> str:
    """Return what may be answered."""
    if asking.fact:
        return choices_words(asking.fact, words)
    return " / ".join(words(state) for state in _MARKS)
