"""What a county calls the columns of its ledger, remembered from one week to the next."""

from collections.abc import Mapping

from tracker.store import Session, audit, ledgers
from tracker.store.audit import Act


def remember(session: Session, act: Act, told: Mapping[str, str]) -> None:
    """Keep what headings mean, where that is not known already; '' forgets. The caller owns the transaction."""
    known = ledgers.headings(session)
    new = {key: meaning for key, meaning in told.items() if known.get(key, "") != meaning}
    if not new:
        return
    rows = [{"key": key, "meaning": meaning} for key, meaning in sorted(new.items())]
    entry = audit.record(
        session, act, action="name columns", about=", ".join(sorted(new)),
        content={"rows": {"heading": rows}},
    )  # fmt: skip
    ledgers.add_headings(session, [{**row, "entry": entry} for row in rows])
