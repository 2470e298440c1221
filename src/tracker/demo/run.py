"""The main job on the made-up county, from its workbook to its report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from tracker.core.flag import Standing
from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.core.weeks import CLOSES, Week
from tracker.demo import DAY, SEED, with_deadlines, write_ledger_of
from tracker.demo.clerks import Clerks
from tracker.demo.county import NAME, Section
from tracker.i18n.words import Words
from tracker.law import Catalog
from tracker.services.county import follow_ups, survey, weekly_report
from tracker.services.imports import commit
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Preview, compare
from tracker.store import Engine, audit, ledgers, reading, records, transaction, upgrade
from tracker.store.audit import Act

LEDGER_EVERY = 4
"""Weeks between two ledgers of the past."""
_ACTOR = "demo"
MARK = ".tracker-demo"


class RealCountyError(TrackerError):
    """The folder holds a real county, or something else that is not the demo's."""

    code = "real_county"
    kind = ErrorKind.USAGE

    def __init__(self, folder: Path) -> None:
        super().__init__(
            message(
                "The folder {folder} was not created for the demonstration.", folder=str(folder)
            ),
            remedy=message("Name another folder with --data; nothing was changed."),
        )


class BeforeTheDemoError(TrackerError):
    """The demo county begins on its day; before it there is nothing to see."""

    code = "before_the_demo"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("The demonstration county begins on {day}.", day=DAY),
            remedy=message("Give that day or a later one."),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demo made and found."""

    ledger: Path
    preview: Preview
    standings: tuple[Standing, ...]
    follow_ups: int
    report_files: tuple[Path, ...]


def claim_folder(folder: Path) -> None:
    """Mark `folder` as the demo's own. Raises RealCountyError when it holds anything else."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise RealCountyError(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(f"seed {SEED}\n", encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """The main job in one folder; `say` hears what is being done."""

    engine: Engine
    catalog: Catalog
    words: Words
    folder: Path
    say: Callable[[Message], None]

    def run(self, as_of: date, *, weeks: int) -> DemoResult:
        """Do the main job as of a day; a second run finds everything done and changes nothing.

        Before it stand as many `weeks` of the county's own past, each with its report: the ledger
        comes in every fourth, and the week before. A run that was stopped goes on where it was.
        """
        if as_of < DAY:
            raise BeforeTheDemoError
        upgrade(self.engine)
        with transaction(self.engine) as session:
            if records.setting(session, weekly_report.DEMO) is None:
                content = {"seed": str(SEED)}
                audit.record(session, Act(_ACTOR), action="begin demo", about=NAME, content=content)
                records.set_setting(session, weekly_report.DEMO, str(SEED))
        self.say(message("writing the ledgers (seed {seed})", seed=str(SEED)))
        county = with_deadlines(self.catalog)
        self.replay_past(county, weeks)
        ledger = write_ledger_of(self.folder / "ledgers", county, DAY)
        self.say(message("importing the ledger of {day}", day=DAY))
        found = self.import_ledger(ledger, DAY)
        self.say(message("planning back from every deadline as of {day}", day=as_of))
        self.say(message("writing the weekly report of {week}", week=Week.of(as_of)))
        opened, files = self.look(as_of)
        with reading(self.engine) as session:
            standings = survey.survey(session, self.catalog, Sight.on(as_of))
        return DemoResult(
            ledger=ledger, preview=found, standings=standings, follow_ups=opened, report_files=files
        )

    def replay_past(self, county: Sequence[Section], weeks: int) -> None:
        """Add the weeks before the demo day that are missing: ledgers, answers and reports."""
        with reading(self.engine) as session:
            ledger = ledgers.newest_ledger(session) or date.min
            told = [report.as_of for report in records.reports(session, weekly_report.SCOPE)]
        for back in range(weeks, 0, -1):
            day = DAY - timedelta(weeks=back)
            brings = back == weeks or back % LEDGER_EVERY == 0 or back == 1
            if ledger >= DAY or day <= max(told, default=date.min):
                continue
            self.say(
                message(
                    "the county's past: {day} (week {n} of {count})",
                    day=day,
                    n=str(weeks - back + 1),
                    count=str(weeks),
                )
            )
            if brings and ledger < day:
                self.import_ledger(write_ledger_of(self.folder / "ledgers", county, day), day)
            self.look(day)

    def import_ledger(self, ledger: Path, day: date) -> Preview:
        """Read a ledger through the same door as everybody, and commit it."""
        upload = Upload.of(ledger)
        read = upload.read(self.catalog, day, {})
        with (
            commit.kept_file(upload, self.folder / "ledgers") as workbook,
            transaction(self.engine) as session,
        ):
            found = compare(read, self.catalog, commit.known_on(session, day))
            if commit.commit(session, Act(_ACTOR), found, upload=upload) is not None:
                workbook.put()
        return found

    def look(self, day: date) -> tuple[int, tuple[Path, ...]]:
        """Plan, flag, open follow-ups, and write the week's report."""
        with transaction(self.engine) as session:
            seen = follow_ups.review_county(session, Act(_ACTOR), self.catalog, day)
            cases = follow_ups.open_on(session, seen.standings, self.catalog, Sight.on(day))
        now = datetime.combine(day, CLOSES)  # its clocks stand where its story does
        with reading(self.engine) as session:
            prepared = weekly_report.prepare(
                session, self.catalog, self.words, status_date=day, now=now, seen=seen
            )
        reports = self.folder / "reports"
        with (
            weekly_report.staged(prepared, reports) as staged,
            transaction(self.engine) as session,
        ):
            weekly_report.keep(session, Act(_ACTOR), prepared)
            if day < DAY:  # on the day itself it is the reader's turn
                Clerks(self.catalog, Act(_ACTOR), day).speak(session, seen.standings, cases)
            files = staged.put()
        return len(cases), tuple(files)
