"""The main job on the made-up county, from its workbook to its report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from tracker.core.flag import Standing
from tracker.core.model import Sight
from tracker.core.problems import ErrorKind, Message, TrackerError, message
from tracker.core.weeks import CLOSES, Week
from tracker.demo import DAY, SEED, WEEK_BEFORE, write_ledgers
from tracker.demo.county import NAME
from tracker.i18n.words import Words
from tracker.law import Catalog
from tracker.services.county import follow_ups, survey, weekly_report
from tracker.services.imports import commit
from tracker.services.imports.commit import Upload
from tracker.services.imports.compare import Preview, compare
from tracker.store import Engine, audit, ledgers, reading, records, transaction, upgrade
from tracker.store.audit import Act

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

    def run(self, as_of: date) -> DemoResult:
        """Do the main job as of a day; a second run finds everything done and changes nothing.

        The ledger of the week before goes in first, so that the report can say what changed.
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
        earlier, ledger = write_ledgers(self.folder / "ledgers", self.catalog)
        with reading(self.engine) as session:
            newest = ledgers.newest_ledger(session)
        if newest is None or newest <= WEEK_BEFORE:
            self.import_ledger(earlier, WEEK_BEFORE)
            self.look(WEEK_BEFORE)
        found = self.import_ledger(ledger, DAY)
        opened, files = self.look(as_of)
        with reading(self.engine) as session:
            standings = survey.survey(session, self.catalog, Sight.on(as_of))
        return DemoResult(
            ledger=ledger, preview=found, standings=standings, follow_ups=opened, report_files=files
        )

    def import_ledger(self, ledger: Path, day: date) -> Preview:
        """Read a ledger through the same door as everybody, and commit it."""
        self.say(message("importing the ledger of {day}", day=day))
        upload = Upload.of(ledger)
        commit.keep_file(upload, self.folder / "ledgers")
        read = upload.read(self.catalog, day, {})
        with transaction(self.engine) as session:
            found = compare(read, self.catalog, commit.known_on(session, day))
            commit.commit(session, Act(_ACTOR), found, upload=upload)
        return found

    def look(self, day: date) -> tuple[int, tuple[Path, ...]]:
        """Plan, flag, open follow-ups, and write the week's report."""
        self.say(message("planning back from every deadline as of {day}", day=day))
        with transaction(self.engine) as session:
            standings = survey.survey(session, self.catalog, Sight.on(day))
            follow_ups.review(session, Act(_ACTOR), standings, self.catalog, day)
            count = len(follow_ups.open_on(session, standings, self.catalog, Sight.on(day)))
        week = str(Week.of(day))
        self.say(message("writing the weekly report of {week}", week=week))
        now = datetime.combine(day, CLOSES)  # its clocks stand where its story does
        with reading(self.engine) as session:
            prepared = weekly_report.prepare(
                session, self.catalog, self.words, status_date=day, now=now
            )
        reports = self.folder / "reports"
        with (
            weekly_report.staged(prepared, reports) as staged,
            transaction(self.engine) as session,
        ):
            weekly_report.keep(session, Act(_ACTOR), prepared)
            files = staged.put()
        return count, tuple(files)
