"""The tables. Rows say what is stored, `core` what it means.

The database refuses what cannot be.
"""

from tracker.store.tables.outbox import DeliveryRow, NoticeRow, SlipRow
from tracker.store.tables.people import (
    AccountRow,
    KnownAddressRow,
    MemberRow,
    OfficeRow,
    PersonRow,
    RoleRow,
    SessionRow,
    TownRow,
    TryRow,
)
from tracker.store.tables.record import (
    AssignmentRow,
    AuditRow,
    BaselineRow,
    EventRow,
    EvidenceRow,
    PartyRow,
    ProjectRow,
    VersionRow,
)
from tracker.store.tables.work import (
    CalendarYearRow,
    FollowUpActRow,
    FollowUpFileRow,
    FollowUpRow,
    HeadingRow,
    ImportRow,
    JobRunRow,
    LedgerRow,
    PlanRow,
    ReportRow,
    SettingRow,
    UsualRow,
)

__all__ = [
    "AccountRow",
    "AssignmentRow",
    "AuditRow",
    "BaselineRow",
    "CalendarYearRow",
    "DeliveryRow",
    "EventRow",
    "EvidenceRow",
    "FollowUpActRow",
    "FollowUpFileRow",
    "FollowUpRow",
    "HeadingRow",
    "ImportRow",
    "JobRunRow",
    "KnownAddressRow",
    "LedgerRow",
    "MemberRow",
    "NoticeRow",
    "OfficeRow",
    "PartyRow",
    "PersonRow",
    "PlanRow",
    "ProjectRow",
    "ReportRow",
    "RoleRow",
    "SessionRow",
    "SettingRow",
    "SlipRow",
    "TownRow",
    "TryRow",
    "UsualRow",
    "VersionRow",
]
