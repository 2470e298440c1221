"""Whether this installation can be relied on: each finding with what to do about it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from tracker.core.model import Sight
from tracker.core.problems import Message, TrackerError, message
from tracker.law import Catalog
from tracker.notify.config import read_channels
from tracker.private import is_private
from tracker.services import law
from tracker.services.county import survey
from tracker.services.files import why_of
from tracker.services.installation import backup, backup_file
from tracker.services.installation.backup import Folders
from tracker.services.installation.sending import faults, untold
from tracker.store import (
    Engine,
    audit,
    is_current,
    notices,
    reading,
    records,
    transaction,
)
from tracker.store.audit import rows

_FREE = 1024**3
_CLOCKS_DIFFER = timedelta(minutes=5)
_FRESH = timedelta(hours=26)
"""A nightly backup is a day old at most; two hours let a late one finish."""


class Health(StrEnum):
    """How a part is."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part that was looked at, how it is, and what to do when it is not good."""

    part: Message
    health: Health
    what: Message
    remedy: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """What is looked at."""

    engine: Engine
    procedures: Path | None
    folders: Folders
    backups: Path
    today: date
    now: datetime


def examine(patient: Patient) -> Iterator[Finding]:
    """Yield a finding for each part; one that cannot be looked at is bad, and the rest goes on."""
    for part, look in _PARTS:
        try:
            health, what, remedy = look(patient)
        except TrackerError as error:
            health, what, remedy = Health.BAD, error.what, error.remedy
        except OSError as error:
            health, what, remedy = (
                Health.BAD,
                why_of(error),
                None,
            )
        yield Finding(part, health, what, remedy)


Look = tuple[Health, Message, Message | None]


def _schema(patient: Patient) -> Look:
    if is_current(patient.engine):
        kind = patient.engine.dialect.name
        return Health.GOOD, message("{kind}, up to date", kind=kind), None
    remedy = message("Run: tracker db upgrade.")
    return Health.BAD, message("of an older version"), remedy


def _turn(patient: Patient) -> Look:
    with transaction(patient.engine):  # raises BusyError when nobody lets go of it
        pass
    with reading(patient.engine) as session:
        stuck = records.stuck_runs(session, patient.now)
    if stuck:
        names = ", ".join(stuck)
        remedy = message("The next run continues it; find out why it stopped.")
        return Health.DOUBTFUL, message("a job stopped halfway: {names}", names=names), remedy
    return Health.GOOD, message("free"), None


def _chain(patient: Patient) -> Look:
    with reading(patient.engine) as session:
        broken = rows.first_fault(session)
        count = audit.newest(session)[0]
        future = audit.future_entries(session)
    if broken is None and future:
        return (
            Health.BAD,
            message(
                "{count} entries are dated in the future, the first is {seq}",
                count=str(len(future)),
                seq=str(future[0]),
            ),
            message("Set the clock right; until then nothing can be purged."),
        )
    if broken is None:
        return Health.GOOD, message("whole, {count} entries", count=str(count)), None
    remedy = message("Somebody changed the data: compare with a backup and the printed digests.")
    return Health.BAD, message("broken at entry {seq}", seq=str(broken.seq)), remedy


def _channels(patient: Patient) -> Look:
    """Look whether messages can go out as they are set up, and whether any was given up."""
    channels = read_channels(patient.folders.data)
    wrong = faults(channels)
    if wrong:
        name, error = next(iter(wrong.items()))
        return Health.BAD, message("{name}: {what}", name=name, what=error.what), error.remedy
    with reading(patient.engine) as session:
        dead = len(notices.every(session, notices.DEAD))
        nobody = untold(session, channels)
    if nobody:
        names = ", ".join(nobody)
        remedy = message("Name a channel for them in channels.yaml, or for everybody: '*'.")
        return Health.DOUBTFUL, message("no channel for {names}", names=names), remedy
    if dead:
        remedy = message("See them with: tracker notices list --dead; then: tracker notices retry.")
        return Health.DOUBTFUL, message("{count} notices were given up", count=dead), remedy
    names = ", ".join(channels.channels)
    return Health.GOOD, message("set up: {names}", names=names), None


def _plans(patient: Patient) -> Look:
    with reading(patient.engine) as session:
        catalog = law.catalog_for(session, patient.procedures)
        found = survey.survey(session, catalog, Sight.on(patient.today))
    faulty = [f"{s.project.id} {s.project.name}" for s in found if s.plan.fault]
    if faulty:
        names = "; ".join(faulty[:5])
        remedy = message("Show the reason: tracker plan NUMBER; correct it: tracker project set.")
        return (
            Health.BAD,
            message("{count} cannot be planned: {names}", count=str(len(faulty)), names=names),
            remedy,
        )
    return Health.GOOD, message("{count} projects, all planned", count=str(len(found))), None


def _files(patient: Patient) -> Look:
    """Look whether reports, ledgers and evidence are still what the record says."""
    count, lost = backup.check_files(patient.engine, patient.folders)
    if lost:
        remedy = message("Restore them from a backup.")
        return Health.BAD, message("gone or changed: {names}", names=", ".join(lost[:5])), remedy
    return Health.GOOD, message("{count} files, none missing", count=str(count)), None


def _backup(patient: Patient) -> Look:
    with reading(patient.engine) as session:
        newest = backup.newest_of(session, patient.backups)
    remedy = message("Run: tracker backup, every night.")
    if newest is None:
        return Health.BAD, message("no backup in {folder}", folder=str(patient.backups)), remedy
    age = patient.now - backup.made_at(newest)
    hours = str(int(age.total_seconds() // 3600))
    if age < -_CLOCKS_DIFFER:
        return (
            Health.BAD,
            message("the newest, {name}, is dated in the future", name=newest.name),
            message("Set this machine's clock right, then run: tracker backup."),
        )
    if age > _FRESH:
        return Health.DOUBTFUL, message("the newest is {hours} hours old", hours=hours), remedy
    checked = backup_file.check(newest)
    if checked.lost:
        return (
            Health.DOUBTFUL,
            message("{count} files are missing in it", count=str(len(checked.lost))),
            remedy,
        )
    return Health.GOOD, message("{hours} hours old and readable", hours=hours), None


def _holidays(patient: Patient) -> Look:
    found: Catalog = law.catalog_of(patient.engine, patient.procedures)
    provisional = found.working_days.provisional_years
    this, following = patient.today.year, patient.today.year + 1
    if this in provisional:
        remedy = message("Load the year's notice: tracker calendar load FILE.")
        return Health.BAD, message("{year} is provisional", year=str(this)), remedy
    if following in provisional and patient.today.month >= 11:
        remedy = message(
            "Load next year's holiday notice once it is published: tracker calendar load FILE."
        )
        return Health.DOUBTFUL, message("{year} is provisional", year=str(following)), remedy
    return Health.GOOD, message("{year} is official", year=str(this)), None


def _rights(patient: Patient) -> Look:
    """Look whether others on this machine can read the data."""
    data = patient.folders.data
    kept = [data, patient.backups, *data.glob("tracker.sqlite*"), *patient.backups.glob("*.zip")]
    kept += [file for file in patient.folders.evidence.rglob("*") if file.is_file()]
    open_ = [path for path in kept if path.exists() and not is_private(path)]
    if open_:
        what = message("others can read {path}", path=str(open_[0]))
        return Health.BAD, what, message("Run: chmod -R go= {folder}", folder=str(data))
    return Health.GOOD, message("only the owner can read the data"), None


def _fonts(patient: Patient) -> Look:
    del patient
    from tracker.pictures.raster import font_files  # noqa: PLC0415  fonts are large

    lost = [path.name for path in font_files() if not path.is_file()]
    if lost:
        remedy = message("Install the program again.")
        return Health.BAD, message("gone: {names}", names=", ".join(lost)), remedy
    return Health.GOOD, message("Chinese fonts are installed"), None


def _disk(patient: Patient) -> Look:
    free = shutil.disk_usage(_there(patient.folders.data)).free
    what = message("{free} MB free", free=str(free // 1024**2))
    if free < _FREE:
        return Health.DOUBTFUL, what, message("Free some space.")
    return Health.GOOD, what, None


def _there(folder: Path) -> Path:
    return folder if folder.exists() else _there(folder.parent)


_PARTS: Sequence[tuple[Message, Callable[[Patient], Look]]] = (
    (message("Database"), _schema),
    (message("Write lock"), _turn),
    (message("Audit chain"), _chain),
    (message("Plans"), _plans),
    (message("Files"), _files),
    (message("Access rights"), _rights),
    (message("Backup"), _backup),
    (message("Holidays"), _holidays),
    (message("Fonts"), _fonts),
    (message("Disk"), _disk),
    (message("Channels"), _channels),
)
