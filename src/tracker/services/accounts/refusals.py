"""What was refused to whom, told in the chain.

Asking again and again fills nothing: the same act is told once an hour, an account has so many
entries an hour, and so have all of them together. What is not told for it is counted by the next
entry of the account.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from tracker.security.policy import User
from tracker.store import Engine, audit, transaction
from tracker.store.audit import Act

AN_ACCOUNT, ALL = 20, 200
"""Entries an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One refused act: what it was, the project it was about, and the number of the request."""

    user: User
    what: str
    request: str
    project: int | None = None
    about: str = ""

    @property
    def act(self) -> tuple[str, str, int | None, str]:
        """Return what makes two refusals the same."""
        return self.user.login, self.what, self.project, self.about


@dataclass
class Refusals:
    """Tells refusals of one process, bounded by the hour of its clock."""

    _lock: Lock = field(default_factory=Lock)
    _hour: datetime | None = None
    _told: Counter[str] = field(default_factory=Counter)
    _same: set[tuple[str, str, int | None, str]] = field(default_factory=set)
    _untold: Counter[str] = field(default_factory=Counter)

    def tell(self, engine: Engine, refusal: Refusal, now: datetime) -> None:
        """Add an entry for a refusal, or count it where the hour has had enough of them."""
        login = refusal.user.login
        untold = self._place(refusal, now.replace(minute=0, second=0, microsecond=0))
        if untold is None:
            return
        try:
            self._record(engine, refusal, untold)
        except Exception:
            with self._lock:  # it could not be told: the next one counts it
                self._told[login] -= 1
                self._same.discard(refusal.act)
                self._untold[login] += untold + 1
            raise

    def _record(self, engine: Engine, refusal: Refusal, untold: int) -> None:
        content: dict[str, object] = {"act": refusal.what}
        if untold:
            content["untold"] = untold
        with transaction(engine) as session:
            audit.record(
                session,
                Act(refusal.user.login, request=refusal.request),
                action=audit.REFUSED,
                about=refusal.about,
                project=refusal.project,
                content=content,
            )

    def _place(self, refusal: Refusal, hour: datetime) -> int | None:
        """Return how many refusals were not told before this one; None where it is not either."""
        login = refusal.user.login
        with self._lock:
            if hour != self._hour:
                self._hour = hour
                self._told.clear()
                self._same.clear()
            is_full = self._told[login] >= AN_ACCOUNT or self._told.total() >= ALL
            if is_full or refusal.act in self._same:
                self._untold[login] += 1
                return None
            self._same.add(refusal.act)
            self._told[login] += 1
            return self._untold.pop(login, 0)
