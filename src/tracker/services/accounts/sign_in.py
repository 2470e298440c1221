"""Coming in: passwords are checked, sessions opened, looked up and ended.

A session lives in the database by the digest of its key. It ends after 30 minutes without use and
after 12 hours in any case, when its account is disabled, and when roles or password change.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from tracker.core.problems import ErrorKind, TrackerError, message
from tracker.core.texts import clean
from tracker.security.passwords import LONGEST, Hasher
from tracker.security.policy import User
from tracker.security.tokens import digest_of, new_key
from tracker.services.accounts.administration import local, user_of
from tracker.store import BusyError, Engine, Session, accounts, audit, reading, transaction
from tracker.store.accounts import LOCAL, Account, OpenSession
from tracker.store.audit import Act

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
TRIES, LOCKED_FOR = 5, timedelta(minutes=10)
"""Tries of one name from one address, and for how long it is then locked."""
TRIES_AN_HOUR = 30
"""Tries of one name from where its owner signs in, and as many from everywhere else: 60 in all."""

_HOUR = timedelta(hours=1)
_NOTED_EVERY = timedelta(minutes=5)
_KNOWN_FOR = timedelta(days=90)
_MANY = 1000


class RefusedError(TrackerError):
    """Name and password do not belong together. Which of the two is wrong is not said."""

    code = "refused"
    kind = ErrorKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            message("The name or the password is wrong."),
            remedy=message(
                "Try again; after {tries} failed attempts the sign-in name is locked for {minutes}"
                " minutes.",
                tries=TRIES,
                minutes=LOCKED_FOR // timedelta(minutes=1),
            ),
        )


class LockedError(TrackerError):
    """Too many tries, of a name that may or may not exist."""

    code = "locked"
    kind = ErrorKind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            message("Too many failed attempts: this sign-in name is locked for a while."),
            remedy=message("Try again in ten minutes, or ask the security administrator."),
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who is in: who they are, and their session's digest."""

    user: User
    digest: str


@dataclass(kw_only=True)
class Gate:
    """Lets people in. `now` says which instant it is; the hasher may be a cheap one in tests."""

    engine: Engine
    now: Callable[[], datetime]
    hasher: Hasher = field(default_factory=Hasher)
    _seen: dict[str, datetime] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def sign_in(self, login: str, password: str, *, address: str, agent: str) -> str:
        """Return the key of a new session. Raises RefusedError, LockedError.

        The try is counted before the password is looked at, so that many at once gain nothing; and
        that takes a tenth of a second, during which others may write.
        """
        typed, now = digest_of(login.strip().lower()), self.now()
        with transaction(self.engine) as session:
            found = accounts.by_login(session, login.strip())
            tries = self._count_try(session, typed, address, now, found)
        fits = self.hasher.fits(password[: LONGEST + 1], found.password_hash if found else None)
        if not fits or found is None or found.is_disabled:
            if tries == TRIES:
                self._tell_lock(found.login if found else "?", address)
            raise RefusedError
        with transaction(self.engine) as session:
            again = accounts.by_number(session, found.id)
            if again is None or again.is_disabled or again.password_hash != found.password_hash:
                raise RefusedError
            accounts.forget_failures(session, typed, address[:64])
            return self._open(session, found.id, found.login, address, agent)

    def open_known(self, login: str, *, address: str, agent: str) -> str:
        """Return the key of a session of somebody whom the identity service knows.

        They need an account that is let in. Raises RefusedError.
        """
        with transaction(self.engine) as session:
            found = accounts.by_login(session, login.strip())
            if found is None or found.is_disabled or found.login == LOCAL:
                raise RefusedError
            return self._open(session, found.id, found.login, address, agent)

    def open_local(self, *, address: str, agent: str) -> str:
        """Return the key of a session of whoever holds this machine's one-time link."""
        with transaction(self.engine) as session:
            found = local(session, Act("link"))
            return self._open(session, found.id, found.login, address, agent)

    def visit(self, key: str | None) -> Visit | None:
        """Return who holds a key; None when it opens nothing, or no longer does."""
        if not key:
            return None
        digest, now = digest_of(key), self.now()
        with reading(self.engine) as session:
            opened = accounts.find_session(session, digest)
            account = accounts.by_number(session, opened.account) if opened else None
        if opened is None or account is None or account.is_disabled:
            return None
        seen = max(opened.seen_at, self._seen.get(digest, opened.seen_at))
        if not (
            seen <= now < seen + IDLE and opened.opened_at <= now < opened.opened_at + ABSOLUTE
        ):
            return None  # too old, or of a time that has not come: the clock was put back
        self._note_seen(digest, opened, now)
        return Visit(user_of(account), digest)

    def sign_out(self, visit: Visit) -> None:
        """End a session."""
        with transaction(self.engine) as session:
            audit.record(
                session,
                Act(visit.user.login),
                action="sign out",
                about=visit.user.login,
                content={},
            )
            accounts.close_sessions(session, digests=[visit.digest])

    def _open(self, session: Session, account: int, login: str, address: str, agent: str) -> str:
        key, now = new_key(), self.now()
        audit.record(
            session, Act(login), action="sign in", about=login, content={"address": address}
        )
        opened = OpenSession(
            digest=digest_of(key),
            account=account,
            opened_at=now,
            seen_at=now,
            address=address[:64],
            agent=clean(agent)[:200],  # only received, and often not in the letters of headers
        )
        accounts.open_session(session, opened)
        accounts.note_address(session, account, address, now)
        return key

    def _count_try(
        self, session: Session, typed: str, address: str, now: datetime, found: Account | None
    ) -> int:
        """Count a try of a name and return how many there were from here within the hour.

        Addresses from which somebody has signed in with that name within the quarter are counted
        apart: whoever tries the name from elsewhere cannot lock them out. Raises LockedError, and
        counts nothing, where there were too many.
        """
        address = address[:64]
        here, last = accounts.failures(session, typed, now - _HOUR, [address])
        own = accounts.addresses_of(session, found.id, now - _KNOWN_FOR) if found else []
        is_own = address in own
        alike, _ = accounts.failures(session, typed, now - _HOUR, own, inside=is_own)
        is_resting = here >= TRIES and last is not None and now < last + LOCKED_FOR
        if is_resting or alike >= TRIES_AN_HOUR:
            raise LockedError
        accounts.note_failure(session, typed, address, now)
        accounts.forget_old(session, now - _HOUR)
        return here + 1

    def _tell_lock(self, about: str, address: str) -> None:
        with transaction(self.engine) as session:
            content = {"address": address}
            audit.record(
                session, Act("sign-in"), action="lock account", about=about, content=content
            )

    def _note_seen(self, digest: str, opened: OpenSession, now: datetime) -> None:
        """Note the use of a session here at once, and in the database now and then."""
        with self._lock:
            self._seen[digest] = now
            if len(self._seen) > _MANY:
                self._seen = {key: at for key, at in self._seen.items() if now - at < IDLE}
            is_due = now - opened.seen_at >= _NOTED_EVERY
        if is_due:
            with suppress(BusyError), transaction(self.engine) as session:  # another time then
                accounts.note_seen(session, digest, now)
