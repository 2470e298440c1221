"""What people say headings of the ledger mean: `--column "批文=立项/文号"`."""

from collections.abc import Mapping, Sequence

from tracker.core.problems import TrackerError, message
from tracker.ledger.columns import NOT_USED, column_of, part_of
from tracker.ledger.words import plain


class UnknownMeaningError(TrackerError):
    """What a heading is said to mean is itself no heading that is known."""

    code = "bad_field"

    def __init__(self, text: str) -> None:
        super().__init__(
            message("'{text}' says of no heading what it means.", text=text),
            remedy=message(
                "Write HEADING=MEANING, such as 批文=立项/文号; - for a column that is not to be used, nothing to forget."
            ),
        )


def headings_in(pairs: Sequence[str]) -> Mapping[str, str]:
    """Return what headings mean, by their comparable text; '' forgets. Raises UnknownMeaningError."""
    found = {}
    for pair in pairs:
        heading, equals, meaning = pair.partition("=")
        meant = column_of(0, meaning.split("/"), {})
        is_known = meaning in ("", NOT_USED) or meant.field or meant.step_kind or part_of(meaning)
        if not equals or not plain(heading) or not is_known:
            raise UnknownMeaningError(pair)
        found["/".join(plain(part) for part in heading.split("/"))] = meaning
    return found
