"""The fields of a project that people write: one table for form, history, import and record.

`docs/architecture.md` says what else a new one touches.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.core.problems import Message, message


class FieldKind(StrEnum):
    """How a field is written and read."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    AMOUNT = "amount"
    """万元, at least 0."""
    CHOICE = "choice"
    """One of what the procedures in force offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectField:
    """One field. `name` is that of the attribute of `model.Project`.

    `ledger` is the column of a county's ledger that holds it, as `ledger.shape.aliases.Field`
    names it; '' for what a ledger tells in another way. An assigned field changes by assigning
    somebody from a date on, and never by editing the project. `most` counts characters.
    """

    name: str
    label: Message
    kind: FieldKind = FieldKind.TEXT
    ledger: str = ""
    is_required: bool = False
    is_assigned: bool = False
    most: int = 200


_ALL = (
    ProjectField(name="name", label=message("Name"), ledger="name", is_required=True),
    ProjectField(name="code", label=message("Project code"), ledger="code", most=32),
    ProjectField(name="category", label=message("Category"), ledger="category"),
    ProjectField(name="location", label=message("Town"), ledger="location"),
    ProjectField(
        name="investment_wan",
        label=message("Total investment (10,000 yuan)"),
        kind=FieldKind.AMOUNT,
        ledger="total_investment",
    ),
    ProjectField(name="owner_unit", label=message("Project unit"), ledger="owner_unit"),
    ProjectField(
        name="responsible_unit", label=message("Responsible unit"), ledger="responsible_unit"
    ),
    ProjectField(
        name="procedure",
        label=message("Procedure"),
        kind=FieldKind.CHOICE,
        is_required=True,
    ),
    ProjectField(name="target", label=message("Target"), kind=FieldKind.CHOICE, is_required=True),
    ProjectField(name="deadline", label=message("Due"), kind=FieldKind.DATE),
    ProjectField(
        name="planned_start",
        label=message("Planned start"),
        kind=FieldKind.DATE,
        ledger="planned_start",
    ),
    ProjectField(
        name="approval_deadline",
        label=message("Approval due"),
        kind=FieldKind.DATE,
        ledger="approval_deadline",
    ),
    ProjectField(name="leader", label=message("Leader"), ledger="leader", is_assigned=True),
    ProjectField(
        name="task_force", label=message("Task force"), ledger="task_force", is_assigned=True
    ),
    ProjectField(
        name="remark",
        label=message("Remark"),
        kind=FieldKind.LONG_TEXT,
        ledger="remark",
        most=2000,
    ),
)
FIELDS: Mapping[str, ProjectField] = {each.name: each for each in _ALL}
"""The fields by name, in the order in which they are shown."""
STATE_FIELDS: Mapping[str, Message] = {
    "state": message("State"),
    "state_why": message("Reason for its state"),
    "resume_on": message("Resumes on"),
}
"""What the state of a project consists of; it changes by suspending, resuming and archiving."""
DATE_FIELDS = (*(name for name, each in FIELDS.items() if each.kind is FieldKind.DATE), "resume_on")
"""The fields, of either table, that hold a date."""
