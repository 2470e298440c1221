"""What the surroundings decide: where the data are, which database, which language."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.core.problems import ErrorKind, TrackerError, message

LANGUAGES = ("zh", "en")


class BadSettingError(TrackerError):
    """An environment variable or an option has a value that cannot be used."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self, name: str, value: str, known: tuple[str, ...]) -> None:
        super().__init__(
            message("'{value}' is not a valid value for {name}.", value=value, name=name),
            remedy=message("Use one of: {known}.", known=", ".join(known)),
        )


class HalfIdentityError(TrackerError):
    """An identity service that is not named in full, or could be listened to."""

    code = "bad_setting"
    kind = ErrorKind.USAGE

    def __init__(self) -> None:
        super().__init__(
            message("The settings of the identity service are incomplete."),
            remedy=message(
                "Set TRACKER_OIDC_ISSUER (https), TRACKER_OIDC_CLIENT, TRACKER_OIDC_SECRET_FILE"
                " and TRACKER_OIDC_BACK, the https address of these pages; or none of them."
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettings:
    """The county's identity service, and who we are to it. `back` is the address of our pages."""

    issuer: str
    client: str
    secret_file: Path
    back: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things are."""

    data: Path
    database_url: str
    timezone: str
    language: str
    identity: IdentitySettings | None = None

    @property
    def reports(self) -> Path:
        """Return the folder of the weekly reports."""
        return self.data / "reports"

    @property
    def procedures(self) -> Path | None:
        """Return the county's own procedures, where it keeps some; else those that ship count."""
        folder = self.data / "procedures"
        return folder if folder.is_dir() else None

    @property
    def evidence(self) -> Path:
        """Return the folder of the files that prove events."""
        return self.data / "evidence"

    @property
    def backups(self) -> Path:
        """Return the folder of the backups."""
        return self.data / "backups"

    @property
    def ledgers(self) -> Path:
        """Return the folder where committed workbooks are kept."""
        return self.data / "ledgers"

    @property
    def links(self) -> Path:
        """Return the folder where a running server takes one-time links."""
        return self.data / "links"

    @property
    def waiting(self) -> Path:
        """Return the folder of workbooks that were uploaded and not committed yet."""
        return self.data / "waiting"


def from_environment(*, data: Path | None = None, language: str | None = None) -> Settings:
    """Return the settings; what a door was told goes before what the environment says."""
    folder = data or Path(os.environ.get("TRACKER_DATA") or "tracker-data")
    folder = folder.absolute()
    spoken = (language or os.environ.get("TRACKER_LANG") or "zh").lower()
    if spoken not in LANGUAGES:
        raise BadSettingError("--lang" if language else "TRACKER_LANG", spoken, LANGUAGES)
    timezone = os.environ.get("TRACKER_TIMEZONE") or "Asia/Shanghai"
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadSettingError("TRACKER_TIMEZONE", timezone, ("Asia/Shanghai", "…")) from None
    return Settings(
        data=folder,
        database_url=os.environ.get("TRACKER_DATABASE_URL")
        or f"sqlite:///{folder / 'tracker.sqlite'}",
        timezone=timezone,
        language=spoken,
        identity=_identity(),
    )


def _identity() -> IdentitySettings | None:
    names = ("ISSUER", "CLIENT", "SECRET_FILE", "BACK")
    values = [os.environ.get(f"TRACKER_OIDC_{name}", "") for name in names]
    if not any(values):
        return None
    issuer, client, secret_file, back = values
    if not all(values) or not (_is_private(issuer) and _is_private(back)):
        raise HalfIdentityError
    claim = os.environ.get("TRACKER_OIDC_CLAIM") or "preferred_username"
    return IdentitySettings(
        issuer=issuer,
        client=client,
        secret_file=Path(secret_file),
        back=back.rstrip("/"),
        claim=claim,
    )


def _is_private(url: str) -> bool:
    """Tell whether nobody can listen: TLS, or it never leaves this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "127.0.0.1")
