"""What a county calls the columns of its ledger, remembered from one week to the next."""

from collections.abc import Collection, Mapping

from tracker.store import Session, audit, ledgers
from tracker.store.audit import Act


def remember(
    session: Session, act: Act, told: Mapping[str, str], *, cause: int | None = None
) -> None:
    """Store what headings mean, if it is new; '' forgets. The caller owns the transaction.

    `cause` is the entry of the import that it was said with.
    """
    known = ledgers.headings(session)
    is_news = cause is not None  # each import tells for itself, since another may be taken back
    new = {key: said for key, said in told.items() if is_news or known.get(key, "") != said}
    if not new:
        return
    rows = [{"key": key, "meaning": meaning} for key, meaning in sorted(new.items())]
    entry = audit.record(
        session,
        act,
        action="name columns",
        about=", ".join(sorted(new)),
        cause=cause,
        content={"rows": {"heading": rows}},
    )
    ledgers.add_headings(session, [{**row, "entry": entry} for row in rows])


def take_back(session: Session, act: Act, gone: Collection[int], *, cause: int) -> None:
    """Let headings mean again what they meant without the imports whose entries are `gone`."""
    named = {
        each.seq: each.cause
        for each in audit.entries(session, action="name columns", after=min(gone))
    }
    meant: dict[str, str] = {}
    for key, meaning, entry in ledgers.told_headings(session):
        came_to_nothing = named.get(entry) in gone
        meant[key] = meant.get(key, "") if came_to_nothing else meaning
    known = ledgers.headings(session)
    changed = {key: said for key, said in meant.items() if known.get(key, "") != said}
    remember(session, act, changed, cause=cause)
