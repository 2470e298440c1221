"""Which known project a ledger's row means, and what the row would make of it."""

from dataclasses import replace
from datetime import date

from tracker.core.model import Project
from tracker.ledger.issues import CODES
from tracker.ledger.model import LedgerIssue, LedgerProject
from tracker.ledger.words import plain
from tracker.store.projects import Record


class Matcher:
    """Finds the known project of a row: by code, else by name and place, else by a name that is alone."""

    def __init__(self, known: list[Record]) -> None:
        self.by_code = {r.project.code: r for r in known if r.project.code}
        self.by_place = {_place_key(r.project.name, r.project.location): r for r in known}
        self.by_name: dict[str, list[Record]] = {}
        for record in known:
            self.by_name.setdefault(plain(record.project.name), []).append(record)

    def __call__(self, row: LedgerProject) -> Record | None:
        """Return the project, or None for a new one."""
        found = self.by_code.get(row.code) if row.code else None
        found = found or self.by_place.get(_place_key(row.name, row.location))
        alone = self.by_name.get(plain(row.name), [])
        if found is None and row.location is None and len(alone) == 1:
            found = alone[0]
        differs = found and found.project.code and row.code and found.project.code != row.code
        return None if differs else found


def _place_key(name: str, location: str | None) -> tuple[str, str]:
    return plain(name), plain(location or "")


def second_row(row: LedgerProject, first: LedgerProject) -> LedgerIssue:
    """Return the issue of a row that means a project another row of the ledger means too."""
    severity, what, remedy = CODES["duplicate"]
    words = what.of(raw=row.name, first=first.row)
    return LedgerIssue(row.sheet, row.row, None, "duplicate", severity, row.name, words, remedy)


def project_of(row: LedgerProject, before: Record | None, as_of: date) -> Project:
    """Return the project as the row would leave it; a blank cell takes nothing back."""
    one = row.leaders[0] if len(row.leaders) == 1 else None
    old = before.project if before else None
    aims = row.deadline is not None or old is None
    return replace(
        old or Project(0, row.name, "", ""),
        name=_same_words(row.name, old.name if old else None) or row.name,
        procedure=row.procedure or "gov_building",
        target=old.target if old and not aims else row.target or "construction_permit",
        deadline=old.deadline if old and not aims else row.deadline,
        code=row.code or (old.code if old else None),
        category=row.category or (old.category if old else None),
        location=row.location or (old.location if old else None),
        investment_wan=_kept(row.total_investment_wan, old.investment_wan if old else None),
        owner_unit=row.owner_unit or (old.owner_unit if old else None),
        responsible_unit=row.responsible_unit or (old.responsible_unit if old else None),
        leader=_same_words(one, old.leader if old else None),
        leader_candidates=row.leader if len(row.leaders) > 1 else None,
        task_force=_same_words(row.task_force, old.task_force if old else None),
        planned_start=row.planned_start or (old.planned_start if old else None),
        remark=row.remark or (old.remark if old else None),
        updated_on=as_of,
        facts={**(old.facts if old else {}), **row.facts},
    )


def _kept(new: float | None, old: float | None) -> float | None:
    return old if new is None else new


def _same_words(new: str | None, old: str | None) -> str | None:
    """Return the old text where the new one is blank or differs only in width and blanks."""
    return old if new is None or (old and plain(new) == plain(old)) else new
