"""What is known of a project's facts: answers to the questions that its procedure asks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracker.core.compile import fits, known_facts
from tracker.core.model import Project, Question
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.i18n.questions import answer_named, question_named
from tracker.law import Catalog
from tracker.services.projects import changes, lookup
from tracker.services.projects.changes import Change
from tracker.store import Session
from tracker.store.audit import Act
from tracker.store.projects import Record

_OF_COLUMNS = ("investment_wan",)  # the ledger's own columns say these
_WRITE_ANSWER = message("Write FACT=ANSWER; FACT= withdraws an answer.")


class BadAnswerError(TrackerError):
    """An answer that its question does not allow, or to a question that nobody asks."""

    code = "bad_answer"
    kind = ErrorKind.USAGE


def pairs_of(parts: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return facts and answers from `fact`, `=`, `answer`.

    Raises BadAnswerError without the `=`.
    """
    found = {}
    for fact, equals, answer in parts:
        if not equals:
            what = message("'{text}' does not answer any question.", text=fact)
            raise BadAnswerError(what, remedy=_WRITE_ANSWER)
        if fact.strip() in found:
            what = message("'{text}' is answered twice.", text=fact.strip())
            raise BadAnswerError(what, remedy=_WRITE_ANSWER)
        found[fact.strip()] = answer.strip()
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """A question and what is known: None while the careful answer holds.

    `follows` tells that nobody said so: it follows by law from something else.
    """

    question: Question
    answer: str | None
    follows: bool = False


def known_of(record: Record, catalog: Catalog, status_date: date) -> tuple[Known, ...]:
    """Return every question of a project's procedure with its answer."""
    procedure = lookup.blueprint_of(record, catalog, status_date).procedure
    known = known_facts(procedure, record.project.answers)
    said = {**procedure.given, **record.project.answers}
    return tuple(
        Known(q, known.get(q.fact), q.fact in known.keys() - said.keys())
        for q in procedure.questions
    )


def asked(known: Iterable[Known]) -> list[Known]:
    """Return the questions that somebody may answer for a project, those of the county apart."""
    return [k for k in known if not k.question.of_county and k.question.fact not in _OF_COLUMNS]


def answered(
    record: Record, catalog: Catalog, status_date: date, texts: Mapping[str, str]
) -> Project:
    """Return the project with some questions answered; an empty answer takes one back.

    Raises BadAnswerError.
    """
    questions = {
        each.question.fact: each.question for each in known_of(record, catalog, status_date)
    }
    facts = dict(record.project.facts)
    seen = set()
    for text, spoken in texts.items():
        fact = question_named(questions.values(), text)
        if fact in seen:
            raise BadAnswerError(
                message("'{text}' is answered twice.", text=text), remedy=_WRITE_ANSWER
            )
        seen.add(fact)
        question = questions.get(fact)
        if question is None or question.of_county or fact in _OF_COLUMNS:
            own = tuple(q.name for f, q in questions.items() if f not in _OF_COLUMNS)
            raise BadAnswerError(
                message("'{fact}' is not a question of this project.", fact=text),
                remedy=message("Use one of: {known}.", known=own),
            )
        answer = answer_named(question, spoken)
        if answer and not fits(question, answer):
            what = message("'{value}' does not answer '{question}'.").of(
                value=spoken, question=question.text
            )
            raise BadAnswerError(
                what, remedy=message("Use one of: {known}.", known=_possible(question))
            )
        facts.pop(fact, None)
        if answer:
            facts[fact] = answer
    return replace(record.project, facts=facts)


def _possible(question: Question) -> object:
    """Return what may be answered, in words."""
    if not question.answers:
        return message("a number of {unit}", unit=question.unit)
    return tuple(
        question.words.get(each) or (message("yes") if each == "yes" else message("no"))
        for each in question.answers
    )


def keep(session: Session, act: Act, before: Project, after: Project, status_date: date) -> None:
    """Write the answers. The caller owns the transaction."""
    if before != after:
        changes.keep(session, act, Change(before, after), action="answer", known_by=status_date)
