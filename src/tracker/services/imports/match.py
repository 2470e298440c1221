"""Which known project a row of a ledger means; another name is a proposal, never assumed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tracker.ledger.model import LedgerProject
from tracker.ledger.values.words import plain
from tracker.store.projects import Record

_ALIKE, _ALIKE_OF_ONE_UNIT = 0.75, 0.6
_MOST_PAIRS = 50_000
_COUNTS = re.compile(r"\d+|[一二三四五六七八九十]+期|[东西南北中]区|[甲乙丙丁戊己庚辛壬癸][镇乡村]")
"""What tells two projects of almost the same name apart: numbers, phases, sides, towns."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decided: `same` are renamed projects, `other` are new ones.

    Both hold names as the ledger writes them. `ledger` are the conflicts in which the ledger is
    right, each a project's name there and a key of `Conflict`; None means all of them. It counts
    only with a reason.
    """

    same: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    ledger: frozenset[tuple[str, str]] | None = None

    def takes(self, project: str, key: str) -> bool:
        """Tell whether the ledger is right in a conflict, given a reason."""
        return self.ledger is None or (project, key) in self.ledger


@dataclass(frozen=True, slots=True)
class Matched:
    """Which project each row means, by the row's place in the ledger, and which it may be.

    Of a row in `doubtful` nobody can say which of those known projects it means.
    """

    sure: Mapping[int, Record]
    likely: Mapping[int, Record]
    doubtful: Mapping[int, Sequence[Record]]


def match(rows: Sequence[LedgerProject], known: Sequence[Record], choices: Choices) -> Matched:
    """Match rows with projects: by code, else by name and town, else by a name that is alone.

    Of what is left, names that are alike are proposed. A person's choice decides.
    """
    exact = _Exact(known)
    found = {n: exact(row) for n, row in enumerate(rows)}
    sure = {n: records[0] for n, records in found.items() if len(records) == 1}
    doubtful = {n: records for n, records in found.items() if len(records) > 1}
    taken = {record.project.id for records in found.values() for record in records}
    others = [record for record in known if record.project.id not in taken]
    asked = [
        (n, row) for n, row in enumerate(rows) if not found[n] and row.name not in choices.other
    ]
    likely: dict[int, Record] = {}
    for n, record in _alike(asked, others):
        (sure if rows[n].name in choices.same else likely)[n] = record
    return Matched(sure, likely, doubtful)


class _Exact:
    """Finds the known project of a row by what leaves no doubt."""

    def __init__(self, known: Sequence[Record]) -> None:
        self.by_code = {r.project.code: r for r in known if r.project.code}
        self.by_place: dict[tuple[str, str], list[Record]] = {}
        self.by_name: dict[str, list[Record]] = {}
        for record in known:
            project = record.project
            key = _place_key(project.name, project.location)
            self.by_place.setdefault(key, []).append(record)
            self.by_name.setdefault(plain(project.name), []).append(record)

    def __call__(self, row: LedgerProject) -> list[Record]:
        """Return the project; none, or several when name, town and code do not tell which."""
        same = self.by_place.get(_place_key(row.name, row.location), [])
        if not same and row.location is None:
            same = self.by_name.get(plain(row.name), [])
        coded = self.by_code.get(row.code) if row.code else None
        if coded is None:
            return [record for record in same if not _codes_differ(record, row)]
        others = [record for record in same if record is not coded]
        return [coded, *others] if others and coded not in same else [coded]


def _place_key(name: str, location: str | None) -> tuple[str, str]:
    return plain(name), plain(location or "")


def _codes_differ(record: Record, row: LedgerProject) -> bool:
    return bool(record.project.code and row.code and record.project.code != row.code)


def _alike(
    rows: Sequence[tuple[int, LedgerProject]], known: Sequence[Record]
) -> Iterator[tuple[int, Record]]:
    """Yield pairs whose names are alike, the most alike first, each row and each project once."""
    if len(rows) * len(known) > _MOST_PAIRS:
        return  # another county's ledger, or the first one: nothing was renamed
    pairs = [
        (_likeness(row, record), n, record, _of_one_unit(row, record))
        for n, row in rows
        for record in known
        if _may_be_one(row, record)
    ]
    taken: set[int] = set()
    for score, n, record, same_unit in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if score < (_ALIKE_OF_ONE_UNIT if same_unit else _ALIKE):
            continue
        if n not in taken and -record.project.id not in taken:
            taken |= {n, -record.project.id}
            yield n, record


def _of_one_unit(row: LedgerProject, record: Record) -> bool:
    return plain(record.project.owner_unit or "") == plain(row.owner_unit or "")


def _may_be_one(row: LedgerProject, record: Record) -> bool:
    project = record.project
    towns = plain(row.location or ""), plain(project.location or "")
    if _codes_differ(record, row) or (all(towns) and towns[0] != towns[1]):
        return False
    return _COUNTS.findall(plain(row.name)) == _COUNTS.findall(plain(project.name))


def _likeness(row: LedgerProject, record: Record) -> float:
    matcher = SequenceMatcher(None, plain(row.name), plain(record.project.name), autojunk=False)
    least = _ALIKE_OF_ONE_UNIT
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0
    return matcher.ratio()
