"""Plans are computed, and kept only as a cache: thrown away at will, never believed when stale."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256

from tracker.core.digest import worst_first
from tracker.core.flag import Light, Standing
from tracker.core.model import Project, Sight
from tracker.law import Catalog
from tracker.services.county import survey as county
from tracker.store import Session, plans, projects
from tracker.store.events import content_of
from tracker.store.plans import PlanLine
from tracker.store.projects import Record


@dataclass
class Plans:
    """The plans of one process: a project is planned again only when something about it changed."""

    _sight: Sight | None = None
    _catalog: Catalog | None = None
    _known: dict[int, tuple[Record, Standing]] = field(default_factory=dict)

    def survey(self, session: Session, catalog: Catalog, sight: Sight) -> tuple[Standing, ...]:
        """Return what `county.survey` returns."""
        if (self._sight, self._catalog) != (sight, catalog):
            self._sight, self._catalog, self._known = sight, catalog, {}
        records = county.planned_records(session, sight)
        changed = [r for r in records if not self._is_known(r)]
        found = {
            s.project.id: s for s in county.views_of(changed, catalog, sight.status_date).standings
        }
        for record in changed:
            self._known[record.project.id] = record, found[record.project.id]
        standing = [self._known[record.project.id][1] for record in records]
        return worst_first(standing)

    def _is_known(self, record: Record) -> bool:
        known = self._known.get(record.project.id)
        return (
            known is not None
            and known[0] == record
            and known[0].project.version == record.project.version
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A project as a list shows it. `least_float` counts working days; None without a deadline."""

    project: Project
    light: Light
    finish: date | None
    least_float: int | None
    late_steps: int


def key_of(record: Record, catalog: Catalog, sight: Sight) -> str:
    """Return a digest of everything that a plan is computed from."""
    parts = (
        sight.status_date,
        sight.known_by,
        catalog.fingerprint,
        asdict(catalog.pack),
        record.project.updated_on,
        record.project.leader,
        record.project.task_force,
        projects.content_of(record.project),
        [content_of(event) for event in record.events],
        sorted(record.left_blank),
    )
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def refresh(session: Session, catalog: Catalog, sight: Sight) -> tuple[Standing, ...]:
    """Plan every project anew and keep one compact row of each. The caller owns the transaction."""
    records = county.planned_records(session, sight)
    standings = county.views_of(records, catalog, sight.status_date).standings
    keys = {record.project.id: key_of(record, catalog, sight) for record in records}
    lines = [(_line(standing), keys[standing.project.id]) for standing in standings]
    plans.replace(session, [_sealed(line, key) for line, key in lines])
    return standings


def summaries(session: Session, catalog: Catalog, sight: Sight) -> list[Summary]:
    """Return every project as a list shows it, worst first; only what is stale is planned."""
    records = county.planned_records(session, sight)
    lines = plans.load(session)
    found, stale = [], []
    for record in records:
        line = lines.get(record.project.id)
        if line and line.key == _sealed(line, key_of(record, catalog, sight)).key:
            kept = replace(line, finish=line.finish and catalog.working_days.marked(line.finish))
            found.append(_summary(record.project, kept))
        else:
            stale.append(record)
    for standing in county.views_of(stale, catalog, sight.status_date).standings:
        found.append(_summary(standing.project, _line(standing)))
    order = {light: n for n, light in enumerate(Light)}
    least = 10**6  # after all that have a deadline
    found.sort(
        key=lambda s: (
            order[s.light],
            least if s.least_float is None else s.least_float,
            s.project.name,
        )
    )
    return found


def _summary(project: Project, line: PlanLine) -> Summary:
    return Summary(
        project=project,
        light=Light(line.light),
        finish=line.finish,
        least_float=line.least_float,
        late_steps=line.late_steps,
    )


def _sealed(line: PlanLine, key: str) -> PlanLine:
    """Return a line under a key that also tells what it says: one that was changed is stale."""
    told = (key, line.light, line.finish, line.least_float, line.late_steps)
    return replace(line, key=sha256(json.dumps(told, default=str).encode()).hexdigest())


def _line(standing: Standing) -> PlanLine:
    plan = standing.plan
    left: Sequence[int] = [s.total_float for s in plan.steps if s.total_float is not None]
    return PlanLine(
        project=standing.project.id,
        key="",
        as_of=plan.status_date,
        light=str(standing.light),
        finish=plan.finish,
        least_float=plan.spare if plan.deadline and plan.finish else None,
        late_steps=sum(each < 0 for each in left),
        dates=tuple(
            (s.early_start, s.early_finish, s.late_start, s.late_finish) for s in plan.steps
        ),
    )
