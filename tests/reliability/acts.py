"""The acts that are stopped halfway, on a county in a folder of its own.

A child that is killed is forked from a server that has loaded this module and done nothing else:
drawing a report starts threads, which do not survive a fork.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from tests.support.faults import die_before
from tests.support.imports import look
from tests.support.record import CLERK
from tests.support.workbooks import row, write
from tracker.core.events import Sight
from tracker.core.weeks import Week
from tracker.i18n.words import words_in
from tracker.law import catalog
from tracker.services.county import follow_ups, survey
from tracker.services.imports import commit
from tracker.services.imports import undo as ledger_undo
from tracker.services.imports.commit import Upload
from tracker.services.imports.undo import NothingToUndoError
from tracker.services.installation import backup, jobs
from tracker.services.installation.backup import Folders
from tracker.services.projects import changes, hand_over
from tracker.services.projects.changes import Change
from tracker.store import Engine, engine_for, transaction, upgrade
from tracker.store.assignments import LEADER
from tracker.store.audit import Act

LAW = catalog()
DAY, LATER = date(2025, 6, 20), date(2025, 6, 27)
NOW = datetime(2025, 6, 27, 8, 0, tzinfo=UTC)


@dataclass
class Place:
    """A county in a folder of its own."""

    folder: Path

    now: datetime = NOW

    @property
    def engine(self) -> Engine:
        return engine_for(f"sqlite:///{self.folder / 'tracker.sqlite'}")

    @property
    def folders(self) -> Folders:
        f = self.folder
        return Folders.under(f)


LEDGERS: Mapping[str, tuple[tuple[object, ...], ...]] = {
    "new and changed": (
        row(用地预审="已办结(2025-06-24)", 包保领导="县长"),
        row(项目名称="丙镇小学", 立项="2025-06-23"),
        *(row(项目名称=f"新建小学{n}", 立项="2025-06-23") for n in range(70)),
    ),
    "steps only": (
        row(用地预审="已办结(2025-06-24)", 施工许可="办理中"),
        row(项目名称="乙镇小学", 立项="已办结(2025-06-12)", 用地预审="已办结(2025-06-23)"),
    ),
    "fields and people": (
        row(完成时限="2026年12月底", 总投资=9000),
        row(项目名称="乙镇小学", 专班="另一专班", 包保领导="副县长"),
        row(项目名称="丁镇小学"),
        row(项目名称="戊镇小学"),
        *(row(项目名称=f"新建道路{n}", 专班=None, 用地预审=None) for n in range(70)),
    ),
}


def fill(place: Place) -> None:
    """Two projects of a first ledger, a report, and a backup."""
    upgrade(place.engine)
    first = place.folder / "first.xlsx"
    write(first, row(), row(项目名称="乙镇小学"))
    import_ledger(place, first, DAY)
    with transaction(place.engine) as session:  # so that the week after has no news to tell
        follow_ups.review_county(session, CLERK, LAW, DAY)
    weekly(place, DAY)
    backup.make(place.engine, place.folders, place.folder / "backups", now=NOW - timedelta(days=1))
    for name, rows in LEDGERS.items():
        write(place.folder / f"{name}.xlsx", *rows)
    place.engine.dispose()


def import_ledger(place: Place, path: Path, day: date) -> None:
    upload = Upload.of(path)
    with (
        commit.kept_file(upload, place.folders.ledgers) as workbook,
        transaction(place.engine) as session,
    ):
        found = look(session, LAW, upload, day, reason="以此为准")
        if commit.commit(session, CLERK, found, upload=upload) is not None:
            workbook.put()


def night(place: Place) -> None:
    jobs.nightly_once(place.engine, LAW, county="county", day=LATER, now=place.now)


def weekly(place: Place, friday: date = LATER) -> None:
    jobs.weekly_once(
        place.engine,
        LAW,
        words_in("zh"),
        county="county",
        folder=place.folders.reports,
        week=Week.of(friday),
        now=place.now,
    )


def bulk_edit(place: Place) -> None:
    """A hand-over of every project, and a field of each."""
    with transaction(place.engine) as session:
        standings = survey.survey(session, LAW, Sight.on(LATER))
        giver = standings[0].project.leader or ""
        found = hand_over.prepare(
            standings, [], role=LEADER, giver=giver, receiver="县委副书记", from_day=LATER
        )
        hand_over.keep(session, Act("clerk", "调动"), found, known_by=found.from_day)
        for standing in standings:
            after = replace(standing.project, remark="批量修改")
            changes.keep(
                session,
                CLERK,
                Change(standing.project, after),
                action="change project",
                known_by=LATER,
            )


def make_backup(place: Place) -> None:
    backup.make(place.engine, place.folders, place.folder / "backups", now=NOW)


def restore(place: Place) -> None:
    oldest = backup.all_in(place.folder / "backups")[-1]
    backup.restore(CLERK, oldest, place.engine, place.folders)


def migrate(place: Place) -> None:
    upgrade(place.engine)


def undo(place: Place) -> None:
    """Take the second import back; when that is done already there is nothing to do."""
    with suppress(NothingToUndoError), transaction(place.engine) as session:
        ledger_undo.undo(session, Act("clerk", "导错了文件"), 2, LATER)


ACTS: Mapping[str, Callable[[Place], None]] = {
    **{
        f"import: {name}": lambda place, name=name: import_ledger(
            place, place.folder / f"{name}.xlsx", LATER
        )
        for name in LEDGERS
    },
    "recompute": night,
    "weekly report": weekly,
    "bulk edit": bulk_edit,
    "backup": make_backup,
    "restore": restore,
    "migration": migrate,
    "undo": undo,
}


def second_import(place: Place) -> None:
    """Put something there to be taken back: new projects, fields, leaders, steps."""
    import_ledger(place, place.folder / "fields and people.xlsx", LATER)
    place.engine.dispose()


def old_schema(place: Place) -> None:
    """Put data of the schema before this one in the place of what is there."""
    place.engine.dispose()
    for path in place.folder.glob("tracker.sqlite*"):
        path.unlink()
    config = Config()
    config.set_main_option("script_location", "src/tracker/store/migrations")
    with place.engine.execution_options(rebuilds=True).connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for statement in OLD_ROWS:
            connection.execute(text(statement))
        connection.commit()
    place.engine.dispose()


PREPARED: Mapping[str, Callable[[Place], None]] = {"migration": old_schema, "undo": second_import}
"""What is done to the county before an act, beside `fill`."""

OLD_ROWS = (
    "INSERT INTO project (id, name, location, procedure, target, facts, updated_on, version,"
    " total_investment_wan, deadline) VALUES (1, '甲镇小学', '甲镇', 'gov_building', 'start',"
    " '{\"land\": \"approved\"}', '2025-06-20', 3, 8450.0, '2026-12-31')",
    "INSERT INTO party (id, role, name) VALUES (1, 'leader', '县长'), (2, 'leader', '副县长')",
    "INSERT INTO assignment (project_id, role, party_id, from_day, until)"
    " VALUES (1, 'leader', 1, '2025-06-13', '2025-06-20'), (1, 'leader', 2, '2025-06-20', NULL)",
    "INSERT INTO ledger_import (id, file, sha256, as_of, imported_by)"
    " VALUES (1, 'a.xlsx', 'x', '2025-06-13', 'clerk'), (2, 'b.xlsx', 'y', '2025-06-20', 'clerk')",
    "INSERT INTO event (project_id, step, kind, day, known_by, import_id, recorded_by)"
    " VALUES (1, 'fs_approval', 'finished', '2025-06-10', '2025-06-13', 1, 'clerk')",
)


def run_and_die(name: str, folder: str, now: datetime, step: int) -> None:
    """Do an act in this process and die before its n-th step."""
    place = Place(Path(folder), now)
    die_before(step, lambda: ACTS[name](place))
