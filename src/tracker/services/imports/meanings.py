"""What people say that headings of the ledger mean, such as 批文=立项/文号."""

from collections.abc import Mapping, Sequence

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.ledger.shape.aliases import Field
from tracker.ledger.shape.columns import NOT_USED, column_of, field_of, part_of
from tracker.ledger.values.statuses import status_of_word
from tracker.ledger.values.words import plain
from tracker.ledger.vocabulary import project_in, word_in, word_key
from tracker.services.imports.compare import Choices, Preview


class UnknownMeaningError(TrackerError):
    """What a heading is said to mean is itself no heading that is known."""

    code = "bad_field"
    kind = ErrorKind.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            message("'{text}' does not give the meaning of a heading.", text=text),
            remedy=message(
                "Write HEADING=MEANING, such as 批文=立项/文号; write - to ignore the column, or"
                " leave it empty after = to clear the setting."
            ),
        )


class NamesNeededError(TrackerError):
    """The column of names is to be passed over; nothing could be read then."""

    code = "bad_field"
    kind = ErrorKind.USAGE

    def __init__(self, heading: str) -> None:
        super().__init__(
            message("Without '{heading}' no project has a name.", heading=heading),
            remedy=message("Say which other column holds the names: HEADING=项目名称."),
        )


class NothingMeantError(TrackerError):
    """An option speaks of a row or a heading that the ledger does not have."""

    code = "bad_field"
    kind = ErrorKind.USAGE

    def __init__(self, option: str, text: str) -> None:
        super().__init__(
            message(
                "{option} {text}: the ledger has no such row or heading.", option=option, text=text
            ),
            remedy=message("Write it as it stands in the ledger."),
        )


def check_choices(found: Preview, choices: Choices, told: Mapping[str, str]) -> None:
    """Raise NothingMeantError where an option fits nothing in the ledger."""
    ledger = found.ledger
    names = {project.name for project in ledger.projects}
    for option, said in (("--rename", choices.same), ("--new", choices.other)):
        for name in said - names:
            raise NothingMeantError(option, name)
    if any(sheet.layout == "form" for sheet in ledger.sheets):
        return  # a form has labels and no headings
    known = {column.heading for sheet in ledger.sheets for column in sheet.columns}
    known |= {heading.rsplit("/", maxsplit=1)[-1] for heading in known}
    for heading in told.keys() - known:
        if word_in(heading) is None and project_in(heading) is None:
            raise NothingMeantError("--column", heading)


class UnknownWordError(TrackerError):
    """What a word is said to mean is itself no word of state that is known."""

    code = "bad_field"
    kind = ErrorKind.USAGE

    def __init__(self, text: str) -> None:
        super().__init__(
            message("'{text}' does not say which state a word means.", text=text),
            remedy=message(
                "Write WORD=STATE, such as 快了=办理中; leave it empty after = to clear the"
                " setting."
            ),
        )


def words_in(pairs: Sequence[str]) -> Mapping[str, str]:
    """Return what words of state mean, by the key that is remembered; '' forgets.

    Raises UnknownWordError.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        word, equals, meaning = pair.partition("=")
        if not equals:
            raise UnknownWordError(pair)
        found |= _word(word, meaning)
    return found


def _word(word: str, meaning: str) -> Mapping[str, str]:
    """Return what a word of state means, by its key. Raises UnknownWordError."""
    is_known = not meaning or status_of_word(meaning) is not None
    if not plain(word) or not is_known:
        raise UnknownWordError(f"{word}={meaning}")
    return {word_key(plain(word)): meaning}


def headings_in(pairs: Sequence[str]) -> Mapping[str, str]:
    """Return what headings mean, by their comparable text; '' forgets.

    Raises UnknownMeaningError.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        heading, equals, meaning = pair.partition("=")
        if not equals:
            raise UnknownMeaningError(pair)
        found |= _heading(heading, meaning)
    return found


def meaning_of_key(key: str, meaning: str) -> Mapping[str, str]:
    """Return what was answered to the question with a key: of a heading, or of a word of state.

    Raises UnknownMeaningError, NamesNeededError and UnknownWordError.
    """
    word = word_in(key)
    return _heading(key, meaning) if word is None else _word(word, meaning)


def _heading(heading: str, meaning: str) -> Mapping[str, str]:
    """Return what a heading means, by its comparable text.

    Raises UnknownMeaningError and NamesNeededError.
    """
    meant = column_of(0, meaning.split("/"), {})
    if meaning == NOT_USED and field_of(heading.rsplit("/", maxsplit=1)[-1]) is Field.NAME:
        raise NamesNeededError(heading)
    is_known = meaning in ("", NOT_USED) or meant.field or meant.step_kind or part_of(meaning)
    if not plain(heading) or not is_known:
        raise UnknownMeaningError(f"{heading}={meaning}")
    return {"/".join(plain(part) for part in heading.split("/")): meaning}
