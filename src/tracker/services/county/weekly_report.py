"""The weekly delay report: decide what it says, lay it out, keep its figures."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from tracker.core.digest import Digest, Earlier, digest, figures
from tracker.core.flag import LATE_LIGHTS, Standing
from tracker.core.model import Sight
from tracker.core.notices import Notice, NoticeKind
from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.weeks import Week, is_open
from tracker.i18n.words import Words
from tracker.law import Catalog
from tracker.pictures.gantt import gantt_of_critical
from tracker.pictures.raster import png
from tracker.private import private_folder
from tracker.reports.excel import xlsx_bytes
from tracker.reports.message import message_text
from tracker.reports.pdf import pdf_bytes
from tracker.reports.sections import report_of
from tracker.reports.word import docx_bytes
from tracker.services import files, law
from tracker.services.county import causes, follow_ups, oddities, survey
from tracker.services.county.survey import Survey
from tracker.store import Session, audit, notices, records
from tracker.store.audit import Act, newest_of_record
from tracker.store.records import StoredReport

SCOPE = "county"
DEMO = "demo"


class NoSuchReportError(TrackerError):
    """No report of that week, or no such issue of it, was made."""

    code = "bad_week"
    kind = ErrorKind.USAGE

    def __init__(self, week: Week, issues: Sequence[int]) -> None:
        known = ", ".join(map(str, sorted(issues))) or "–"
        super().__init__(
            message("No such report of {week} was made.", week=str(week)),
            remedy=message("The issues of that week are: {known}.", known=known),
        )


class MadeMeanwhileError(TrackerError):
    """Somebody else has made an issue of the same week meanwhile, which says something else."""

    code = "changed_meanwhile"
    kind = ErrorKind.CONFLICT

    def __init__(self, week: str) -> None:
        super().__init__(
            message("Somebody else has made another issue for {week} meanwhile.", week=week),
            remedy=message("Make the report again."),
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report that is ready to be kept: what it says and the bytes of its files."""

    stored: StoredReport
    digest: Digest
    files: Mapping[str, bytes]
    is_new: bool


def prepare(
    session: Session,
    catalog: Catalog,
    words: Words,
    *,
    status_date: date,
    now: datetime,
    week: Week | None = None,
    seen: Survey | None = None,
) -> Prepared:
    """Decide and lay out the report of a week, of that of `status_date`; nothing is written.

    A report that says the same as the week's last issue is that issue, with the same bytes. One
    whose first final issue is made after its day is late. `seen` is the county as it was just
    seen; it is looked at again where somebody has recorded something since.
    """
    week = week or Week.of(status_date)
    earlier = records.reports(session, SCOPE)
    issues = [report for report in earlier if report.week == str(week)]
    last = issues[0] if issues else None
    before = [report for report in earlier if report.week < str(week)]
    is_draft = is_open(week, status_date, now, catalog.working_days)
    is_first = all(issue.is_draft for issue in issues)
    still = seen and seen.status_date == status_date and seen.through == newest_of_record(session)
    found = _digest(
        session,
        catalog,
        week,
        Sight.on(status_date),
        before,
        seen=seen if still else None,
        is_draft=is_draft,
        is_late=is_first and not is_draft and now.date() > status_date,
        audit_head=audit.head(session),
    )
    mark = fingerprint(found)
    if last and last.fingerprint == mark:
        found = replace(found, audit_head=last.audit_head, is_late=last.is_late)
    laid_out = lay_out(found, catalog, words)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in laid_out.items()}
    changed = last and any(last.files.get(name, made) != made for name, made in digests.items())
    if last and last.fingerprint == mark and not changed:
        return Prepared(last, found, laid_out, is_new=False)
    stored = StoredReport(
        week=str(week),
        issue=last.issue + 1 if last else 1,
        is_draft=found.is_draft,
        is_late=found.is_late,
        as_of=status_date,
        figures=figures(found.standings),
        fingerprint=mark,
        audit_head=found.audit_head,
        through=last.through if last and last.fingerprint == mark else audit.newest(session)[0],
        files=digests,
    )
    return Prepared(stored, found, laid_out, is_new=True)


def _digest(
    session: Session,
    catalog: Catalog,
    week: Week,
    sight: Sight,
    before: Sequence[StoredReport],
    *,
    seen: Survey | None = None,
    is_draft: bool,
    is_late: bool,
    audit_head: str,
) -> Digest:
    """Decide what the report of a week says, from where one looks; `before` the newest first."""
    found = seen or survey.views(session, catalog, sight)
    standings = found.standings
    return digest(
        standings,
        follow_ups.every_on(session, standings, catalog, sight),
        causes=causes.causes(session, found.views, catalog, sight),
        oddities=oddities.found_in(
            session,
            standings,
            sight,
            since=before[0].as_of + timedelta(days=1) if before else week.first,
        ),
        week=week,
        status_date=sight.status_date,
        is_draft=is_draft,
        is_late=is_late,
        is_demo=records.setting(session, DEMO) is not None,
        history=_history(before),
        audit_head=audit_head,
    )


def _history(reports: Sequence[StoredReport]) -> list[Earlier]:
    """Return the last issue of each week, the newest first."""
    last: dict[str, StoredReport] = {}
    for report in reports:  # the newest issue of a week stands first
        last.setdefault(report.week, report)
    return [_earlier(report) for report in last.values()]


def before_day(session: Session, day: date) -> list[Earlier]:
    """Return the reports made of days before one, the last issue of each week, the newest first."""
    return _history([r for r in records.reports(session, SCOPE) if r.as_of < day])


def _earlier(report: StoredReport) -> Earlier:
    return Earlier(
        week=Week.parse(report.week),
        as_of=report.as_of,
        figures=report.figures,
        fingerprint=report.fingerprint,
    )


@dataclass(frozen=True, slots=True)
class Remade:
    """A report that was made again from the record as it stood, beside the digests it had."""

    stored: StoredReport
    files: Mapping[str, bytes]
    differing: tuple[str, ...]


def find(session: Session, week: Week, issue: int | None) -> StoredReport:
    """Return a report that was made: this issue, or the newest. Raises NoSuchReportError."""
    found = [r for r in records.reports(session, SCOPE) if r.week == str(week)]
    chosen = [r for r in found if issue is None or r.issue == issue]
    if not chosen:
        raise NoSuchReportError(week, [r.issue for r in found])
    return chosen[0]


def make_again(session: Session, folder: Path | None, words: Words, stored: StoredReport) -> Remade:
    """Make a report again from the entries that it knew; nothing is written.

    The same program and the same procedures make the same bytes. A file of another language than
    the report had is not compared.
    """
    earlier = records.reports(session, SCOPE)
    before = [r for r in earlier if r.week < stored.week and r.number < stored.number]
    catalog = law.catalog_for(session, folder, stored.through)
    sight = Sight.on(stored.as_of, through=stored.through)
    found = _digest(
        session,
        catalog,
        Week.parse(stored.week),
        sight,
        before,
        is_draft=stored.is_draft,
        is_late=stored.is_late,
        audit_head=stored.audit_head,
    )
    made = lay_out(found, catalog, words)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    differing = [name for name, each in digests.items() if stored.files.get(name, each) != each]
    return Remade(stored, made, tuple(differing))


@dataclass(frozen=True, slots=True)
class Staged:
    """A report's files, written out of sight; `put` gives them their names."""

    prepared: Prepared
    folder: Path
    work: Path

    def put(self) -> list[Path]:
        """Let the files stand in the issue's folder, and return where.

        This belongs into the transaction that keeps the report, after `keep` has seen that nobody
        else took the number: a few renames, so that no file of a kept issue is ever overwritten.
        """
        target = self.folder / self.prepared.stored.folder
        private_folder(target)
        for name in self.prepared.files:
            (self.work / name).replace(target / name)
        files.sync_folder(target)
        return [target / name for name in self.prepared.files]


@contextmanager
def staged(prepared: Prepared, folder: Path) -> Iterator[Staged]:
    """Write the files under `folder`, out of sight and outside any transaction."""
    with files.scratch(folder) as work:
        for name, data in prepared.files.items():
            files.write_private(work / name, data)
        yield Staged(prepared, folder, work)


def keep(session: Session, act: Act, prepared: Prepared) -> None:
    """Store the report's figures; a report that is kept already, by whomever, stays as it is.

    Raises MadeMeanwhileError when another issue took its number: its files stand in that folder.
    """
    stored = prepared.stored
    kept = [r for r in records.reports(session, SCOPE) if r.week == stored.week]
    if not prepared.is_new or any(r.files == stored.files for r in kept):
        return
    if any(r.issue >= stored.issue for r in kept):
        raise MadeMeanwhileError(stored.week)
    records.add_report(session, SCOPE, stored)
    audit.record(
        session,
        act,
        action="weekly report",
        about=stored.week,
        content={
            "issue": stored.issue,
            "fingerprint": stored.fingerprint,
            "files": stored.files,
            "figures": records.figures_digest(stored),
            "as_of": stored.as_of,
            "draft": stored.is_draft,
            "late": stored.is_late,
        },
    )
    if not stored.is_draft:
        notices.add(session, _told(prepared.digest))


def _told(found: Digest) -> Iterator[Notice]:
    """Yield whom to tell that a week's report is there: each leader with projects, once a week."""
    for line in found.leaders:
        late = sum(line.by_light[light] for light in LATE_LIGHTS)
        yield Notice(
            recipient=line.leader,
            kind=NoticeKind.REPORT,
            key=f"{NoticeKind.REPORT}:{found.week}",
            day=found.status_date,
            values={"week": str(found.week), "late": late, "count": line.projects},
        )


def fingerprint(found: Digest) -> str:
    """Return the digest of what the report says, whatever its language and layout."""
    facts = {
        "week": found.week,
        "day": found.status_date,
        "draft": found.is_draft,
        "projects": [(asdict(s.project), s.light, s.plan.finish) for s in found.standings],
        "steps": [
            (s.project.id, p.step.id, p.progress.state, p.early_finish)
            for s in found.standings
            for p in s.plan.steps
        ],
        "flags": [
            (f.project.id, f.kind, f.working_days, f.step and f.step.id, str(f.sentence))
            for s in found.standings
            for f in s.flags
        ],
        "follow_ups": [
            (c.follow_up.number, c.state, c.level, c.due, c.kind, c.days, c.broken, c.promise)
            for c in found.follow_ups
        ],
        "overridden": [
            (c.follow_up.number, c.follow_up.close_on(found.status_date)) for c in found.overridden
        ],
        "decisions": [
            (
                d.standing.project.id,
                d.recoverable,
                [(m.lever.id, m.step and m.step.id, m.saved, m.by) for m in d.choice.measures],
            )
            for d in found.decisions
        ],
        "previous": found.previous_fingerprint,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def lay_out(found: Digest, catalog: Catalog, words: Words) -> dict[str, bytes]:
    """Return the report's files by name."""
    report = report_of(found, words)
    svg, caption = _picture(found.standings, catalog, words)
    image = png(svg) if svg else None
    stem = "weekly" if words.language == "zh" else f"weekly-{words.language}"
    return {
        f"{stem}.docx": docx_bytes(report, found, image, caption, words),
        f"{stem}.pdf": pdf_bytes(report, found, svg, caption, words),
        f"{stem}.xlsx": xlsx_bytes(report, found, image, caption, words),
        f"{stem}.txt": message_text(report, found, words).encode(),
    }


def _picture(
    standings: Sequence[Standing], catalog: Catalog, words: Words
) -> tuple[str | None, str]:
    """Return the chart of the worst project's critical steps, and its caption."""
    worst = next((s for s in standings if s.plan.finish), None)
    if worst is None:
        return None, ""
    caption = words.text(
        "{project}: critical steps (due {due}, forecast {finish})",
        project=worst.project.name,
        due=worst.plan.deadline,
        finish=worst.plan.finish,
    )
    return gantt_of_critical(worst.plan, catalog.working_days, words, title=caption), caption
