"""What people say that headings of the ledger mean, such as 批文=立项/文号."""

from collections.abc import Mapping, Sequence

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.ledger.shape.aliases import Field
from tracker.ledger.shape.columns import NOT_USED, column_of, field_of, part_of
from tracker.ledger.values.statuses import status_of_word
from tracker.ledger.values.words import plain
from tracker.ledger.vocabulary import word_in, word_key
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
        if word_in(heading) is None:
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
    found = {}
    for pair in pairs:
        word, equals, meaning = pair.partition("=")
        is_known = not meaning or status_of_word(meaning) is not None
        if not equals or not plain(word) or not is_known:
            raise UnknownWordError(pair)
        found[word_key(plain(word))] = meaning
    return found


def headings_in(pairs: Sequence[str]) -> Mapping[str, str]:
    """Return what headings mean, by their comparable text; '' forgets.

    Raises UnknownMeaningError.
    """
    found = {}
    for pair in pairs:
        heading, equals, meaning = pair.partition("=")
        meant = column_of(0, meaning.split("/"), {})
        if meaning == NOT_USED and field_of(heading.split("/")[-1]) is Field.NAME:
            raise NamesNeededError(heading)
        is_known = meaning in ("", NOT_USED) or meant.field or meant.step_kind or part_of(meaning)
        if not equals or not plain(heading) or not is_known:
            raise UnknownMeaningError(pair)
        found["/".join(plain(part) for part in heading.split("/"))] = meaning
    return found
