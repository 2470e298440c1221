"""What is not known, as every command prints it: spans, and the questions worth asking."""

from collections.abc import Sequence
from typing import Any

import typer

from tracker.cli.door import show_table
from tracker.core.plan import Hinge, Plan
from tracker.i18n.words import Words
from tracker.services.projects.question_words import answers_words, asking_words
from tracker.services.projects.questions import Asking

MOST = 5


def show_questions(questions: Sequence[Asking], words: Words) -> None:
    """Print questions, and how they are answered."""
    headings = (words.text("Question"), words.text("Answers"), words.text("Projects"))
    rows = [(asking_words(q, words), answers_words(q, words), str(q.projects)) for q in questions]
    show_table(headings, rows)
    typer.echo(
        words.text(
            "Answer a fact with: tracker project facts PROJECT FACT=ANSWER; a track with: tracker"
            " questions track PROJECT TRACK."
        )
    )


def question_as_data(asking: Asking, words: Words) -> dict[str, Any]:
    """Return one question: a fact, or a track with its open steps."""
    return {
        "kind": "fact" if asking.fact else "track",
        "fact": asking.fact.fact if asking.fact else None,
        "track": asking.area,
        "question": asking_words(asking, words),
        "steps": [step.id for step in asking.steps],
        "projects": asking.projects,
        "gain": round(asking.gain, 3),
    }


def span_as_data(plan: Plan) -> dict[str, Any]:
    """Return between which days a target is reached: null where it may be already."""
    span = plan.span
    return {
        "best": span.best,
        "likely": span.likely,
        "worst": span.worst,
        "chance_late": span.chance,
        "draws": span.draws,
        "late_only_without": _hinge_as_data(span.hinge),
    }


def _hinge_as_data(hinge: Hinge | None) -> dict[str, str | None] | None:
    if hinge is None:
        return None
    return {
        "step": hinge.step.id if hinge.step else None,
        "fact": hinge.question.fact if hinge.question else None,
        "answer": hinge.answer or None,
    }
