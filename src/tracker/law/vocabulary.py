"""Whether the words of ledgers keep their form, and which steps one of them may mean."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from tracker.core.problems import BadFileError, Place, UnknownStepError, message
from tracker.law.library import Faults, Library, read_form
from tracker.law.yaml_lines import Lined, fault, read_yaml


def alike_in(
    path: Path, library: Library, procedures: Collection[str], faults: Faults
) -> tuple[tuple[str, ...], ...]:
    """Return the steps that one heading may mean, and note what is wrong in `vocabulary.yaml`.

    A folder may do without one.
    """
    data = read_form(path, "vocabulary", faults, read_yaml) if path.exists() else None
    if data is None:
        return ()
    for kind, each in data["steps"].items():
        place = Place(file=path.name, line=data["steps"].line_of(kind))
        meant = [
            *each.get("means", ()),
            *(s for x in each.get("by_regime", {}).values() for s in x),
        ]
        faults.extend(
            UnknownStepError(s, library.entries, place) for s in meant if s not in library.entries
        )
    faults.extend(_unknown(data, "questions", {*library.questions, *data["steps"]}, path.name))
    for name in ("categories", "units"):
        faults.extend(_unknown(data, name, procedures, path.name))
    for name in ("states", "fields"):
        faults.extend(_twice(data[name], path.name))
    lists = (tuple(each.get("means", ())) for each in data["steps"].values())
    return tuple(means for means in lists if len(means) > 1)


def _unknown(data: Lined, name: str, known: Collection[str], file: str) -> Iterator[BadFileError]:
    for key in data[name]:
        if key not in known:
            what = message("'{value}' is not known.", value=key)
            remedy = message("Use one of: {known}.", known=", ".join(sorted(known)))
            yield fault("bad_value", what, Place(file=file, line=data[name].line_of(key)), remedy)


def _twice(lists: Lined, file: str) -> Iterator[BadFileError]:
    """Yield a fault for each word that stands in two lists, where only one can count."""
    seen: dict[str, str] = {}
    words: Mapping[str, Any] = lists
    for key, word in ((key, word) for key, each in words.items() for word in each):
        if seen.setdefault(word, key) != key:
            what = message("'{value}' stands in two lists.", value=word)
            yield fault("bad_value", what, Place(file=file, line=lists.line_of(key)))
