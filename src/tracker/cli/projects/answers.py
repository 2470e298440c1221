"""`tracker project facts`: what a procedure asks of a project, and what is known."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tracker.cli.door import Door, say, show_json, show_table
from tracker.core.model import Sight
from tracker.services.projects import answers, lookup
from tracker.services.projects.answers import Known
from tracker.store import reading, transaction


def show(door: Door, project: str, as_of: datetime | None, *, as_json: bool) -> None:
    """Show the questions of a project with their answers."""
    day = door.day(as_of)
    with door.user_errors(), reading(door.engine) as session:
        record = lookup.find(session, project, Sight.on(day))
        known = answers.known_of(record, door.catalog, day)
    _print(door, record.project.name, known, as_json=as_json)


def answer(
    door: Door,
    project: str,
    said: Sequence[str],
    as_of: datetime | None,
    by: str | None,
    *,
    as_json: bool,
) -> None:
    """Answer some questions and show them all."""
    day = door.day(as_of)
    parts = [text.partition("=") for text in said]
    with door.user_errors(), transaction(door.engine) as session:
        pairs = answers.pairs_of(parts)
        record = lookup.find(session, project, Sight.on(day))
        after = answers.answered(record, door.catalog, day, pairs)
        answers.keep(session, door.act(by), record.project, after, day)
        known = answers.known_of(replace(record, project=after), door.catalog, day)
    say(door.words.text("Answers kept: {count}.", count=len(pairs)))
    _print(door, record.project.name, known, as_json=as_json)


def _print(door: Door, name: str, known: Sequence[Known], *, as_json: bool) -> None:
    words = door.words
    if as_json:
        show_json(
            {
                "format": "tracker-facts/1",
                "project": name,
                "facts": [
                    {
                        "fact": k.question.fact,
                        "question": words(k.question.text),
                        "answer": k.answer,
                        "answers": list(k.question.answers),
                        "careful": k.question.careful,
                        "of_county": k.question.of_county,
                    }
                    for k in known
                ],
            }
        )
        return
    show_table(
        (words.text("Fact"), words.text("Answer"), words.text("Question")),
        [
            (
                k.question.fact,
                k.answer or words.text("careful: {answer}", answer=k.question.careful),
                words(k.question.text),
            )
            for k in known
        ],
    )
