"""An import from the file to the commit: read once, compared, shown, decided, committed.

A door makes an `Import`, shows its `preview`, lets people decide about names, and commits it when
the record is still as it was shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.law import Catalog
from tracker.ledger.book.grid import place_of
from tracker.ledger.model import Ledger, LedgerProposal, LedgerStep
from tracker.ledger.reading import Watch, unwatched
from tracker.ledger.shape.aliases import Part
from tracker.services.imports import commit, headings
from tracker.services.imports.commit import FutureLedgerError, ShownOtherwiseError, Upload
from tracker.services.imports.compare import Choices, Known, Preview, RowChange, compare
from tracker.services.imports.meanings import check_choices
from tracker.store import Engine, Session, ledgers, reading
from tracker.store.audit import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was decided beforehand: names, headings, and why steps may move backwards.

    `meanings` says by comparable heading, or by the key of a word, what it means; '' forgets what
    it meant. `takes_proposals` takes over what prose proposes.
    """

    choices: Choices = field(default_factory=Choices)
    meanings: Mapping[str, str] = field(default_factory=dict)
    takes_proposals: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a commit did. `number` is that of the import, None when nothing was new."""

    number: int | None
    left_out: int
    conflicts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A ledger on its way into the record, with the preview that is shown of it."""

    upload: Upload
    ledger: Ledger
    options: Options
    preview: Preview
    known: Mapping[str, str] = field(default_factory=dict)
    """What headings and words meant from ledgers before it."""

    @property
    def open_names(self) -> list[RowChange]:
        """Return the rows that may be known projects under a new name; somebody has to decide."""
        return [c for c in self.preview.changes if c.renamed_from and not c.takes_name]


def prepare(
    engine: Engine | None,
    upload: Upload,
    catalog: Catalog,
    as_of: date,
    *,
    today: date,
    options: Options,
    watch: Watch = unwatched,
) -> Import:
    """Read a ledger and compare it with the record; without an `engine` nothing is recorded yet.

    Raises FutureLedgerError, OlderLedgerError, RefusedFileError, and NothingMeantError for an
    option that fits nothing in the ledger.
    """
    if as_of > today:
        raise FutureLedgerError(as_of, today)
    known = Known()
    if engine is not None:
        with reading(engine) as session:
            commit.check_day(session, as_of)
            known = commit.known_on(session, as_of)
    meanings = {key: said for key, said in {**known.headings, **options.meanings}.items() if said}
    ledger = upload.read(catalog, as_of, meanings, watch)
    if options.takes_proposals:
        ledger = with_proposals(ledger)
    preview = _compared(ledger, catalog, known, options)
    check_choices(preview, options.choices, options.meanings)
    return Import(
        upload=upload, ledger=ledger, options=options, preview=preview, known=known.headings
    )


def with_proposals(ledger: Ledger) -> Ledger:
    """Return a ledger whose proposals a person took over: they are states like any other."""
    projects = tuple(
        replace(
            project,
            proposals=(),
            steps=(*project.steps, *map(_as_step, project.proposals)),
        )
        for project in ledger.projects
    )
    return replace(ledger, projects=projects)


def _as_step(proposal: LedgerProposal) -> LedgerStep:
    return LedgerStep(
        heading=proposal.words,
        step=proposal.step,
        status=proposal.status,
        column=proposal.column,
        actual=proposal.day,
        raw=proposal.words,
        rule="confirmed",
        cells={Part.PROSE: (proposal.row - 1, place_of(f"{proposal.column}1")[1])},
    )


def decided(engine: Engine, found: Import, catalog: Catalog, options: Options) -> Import:
    """Return the import with other choices, or another reason, beside the record as it is now.

    The file is not read again.
    """
    with reading(engine) as session:
        commit.check_day(session, found.ledger.as_of)
        known = commit.known_on(session, found.ledger.as_of)
    return replace(found, options=options, preview=_compared(found.ledger, catalog, known, options))


def commit_shown(session: Session, act: Act, found: Import, catalog: Catalog) -> Committed:
    """Write the rows without errors, if the record is still as it was shown.

    The workbook itself is put in its place by the caller (`commit.kept_file`), who owns the
    transaction. Raises ShownOtherwiseError.
    """
    known = commit.known_on(session, found.ledger.as_of)
    fresh = _compared(found.ledger, catalog, known, found.options)
    if fresh.changes != found.preview.changes:
        raise ShownOtherwiseError
    number = commit.commit(session, act, fresh, upload=found.upload)
    headings.remember(session, act, found.options.meanings, cause=ledgers.entry_of(session, number))
    return Committed(
        number=number,
        left_out=len(found.ledger.rows_with_errors),
        conflicts=sum(len(change.conflicts) for change in fresh.changes),
    )


def _compared(ledger: Ledger, catalog: Catalog, known: Known, options: Options) -> Preview:
    return compare(ledger, catalog, known, reason=options.reason, choices=options.choices)
