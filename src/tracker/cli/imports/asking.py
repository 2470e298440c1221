"""The questions of an import, asked on a terminal: each once, and the file is read again."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace

import typer

from tracker.cli.door import Door, say
from tracker.cli.imports.preview import proposal_lines
from tracker.services.imports.meanings import UnknownMeaningError, headings_in
from tracker.services.imports.preview import Import, Options
from tracker.services.imports.questions import MOST_QUESTIONS, Kind, Question, questions

_ROUNDS = 3


def ask(door: Door, found: Import, again: Callable[[Options], Import]) -> Import:
    """Return the import after its questions were answered; without a terminal nothing is asked.

    What an answer brings up is asked about too, three rounds at most and ten questions in all.
    """
    if not sys.stdin.isatty():
        return found
    skipped: set[str] = set()
    for _ in range(_ROUNDS):
        open_now = [each for each in questions(found.ledger) if each.key not in skipped]
        open_now = open_now[: MOST_QUESTIONS - len(skipped)]
        told = _answers(door, open_now)
        skipped |= {each.key for each in open_now}
        if not told:
            break
        options = replace(found.options, meanings={**found.options.meanings, **told})
        found = again(options)
    return _ask_about_prose(door, found, again)


def _answers(door: Door, asked: list[Question]) -> Mapping[str, str]:
    words, told = door.words, {}
    if asked:
        say(words.text("Some cells can be read in more than one way. Enter skips a question."))
    for number, question in enumerate(asked, start=1):
        count = words.text("{number} of {total}", number=number, total=len(asked))
        say(f"({count}) {words(question.text)}")
        for choice, answer in enumerate(question.answers, start=1):
            say(f"  {choice}  {words(answer.label)}")
        meaning = _meaning(door, question)
        if meaning:
            told[question.key] = meaning
    return told


def _meaning(door: Door, question: Question) -> str:
    """Return what was chosen: a number of the list, or for a column the heading it stands for."""
    words = door.words
    is_open = question.kind is Kind.COLUMN
    prompt = words.text("number, or a heading") if is_open else words.text("number")
    for _ in range(_ROUNDS):
        said = str(typer.prompt(prompt, default="", show_default=False, err=True)).strip()
        if not said:
            return ""
        if said.isdecimal() and 0 < int(said) <= len(question.answers):
            return question.answers[int(said) - 1].meaning
        if is_open:
            try:
                return headings_in([f"{question.key}={said}"])[question.key]
            except UnknownMeaningError as error:
                say(words(error.what))
                continue
        say(words.text("Choose one of the numbers."))
    return ""


def _ask_about_prose(door: Door, found: Import, again: Callable[[Options], Import]) -> Import:
    """Show in one list what sentences propose, and ask whether it is taken over."""
    words = door.words
    if not found.preview.open_proposals:
        return found
    for line in proposal_lines(found.preview, words, door.names(found.ledger.as_of)):
        say(line)
    if typer.confirm(words.text("Take them over?"), default=False, err=True):
        return again(replace(found.options, takes_proposals=True))
    return found
