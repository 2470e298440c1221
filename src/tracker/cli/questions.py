"""Questions worth asking, as every command prints them."""

from collections.abc import Sequence
from typing import Any

import typer

from tracker.cli.door import show_table
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
