"""`tracker project facts`: what a procedure asks of a project, and what is known."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from tracker.cli.door import Door, say, show_json, show_table
from tracker.cli.frame import mark
from tracker.cli.options import AsJson, AsOf, By, Wanted
from tracker.core.model import Sight
from tracker.i18n.questions import answer_words
from tracker.services.county import follow_ups
from tracker.services.projects import answers, lookup
from tracker.services.projects.answers import Known
from tracker.store import reading, transaction


def facts(
    door: Door,
    project: Wanted,
    said: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=mark("FACT=ANSWER..."),
            help=mark("answers; FACT= withdraws one; without any, the questions are listed"),
        ),
    ] = None,
    *,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Answer the questions that are given, then show them all."""
    status_date = door.status_date(as_of)
    if said:
        _answer(door, project, said, status_date, by)
    with reading(door.engine) as session:
        record = lookup.find(session, project, Sight.on(status_date))
        known = answers.known_of(record, door.catalog, status_date)
    _print(door, record.project.name, known, as_json=as_json)


def _answer(door: Door, project: str, said: Sequence[str], day: date, by: str | None) -> None:
    pairs = answers.pairs_of(text.partition("=") for text in said)
    with transaction(door.engine) as session:
        record = lookup.find(session, project, Sight.on(day))
        after = answers.answered(record, door.catalog, day, pairs)
        answers.keep(session, door.act(by), record.project, after, day)
        follow_ups.review_project(session, door.act(by), record.project.id, door.catalog, day)
    say(door.words.text("Answers kept: {count}.", count=len(pairs)))


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
                words(k.question.name),
                answer_words(k.question, k.answer, words)
                if k.answer
                else words.text(
                    "if unknown: {answer}",
                    answer=answer_words(k.question, k.question.careful, words),
                ),
                words(k.question.text),
            )
            for k in known
        ],
    )
