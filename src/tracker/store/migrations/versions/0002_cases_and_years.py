"""Events of a case (lodged, accepted, stopped, ...), and years of holidays that a county loads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KINDS = (
    "started",
    "returned",
    "suspended",
    "finished",
    "not_needed",
    "not_started",
    "blocked",
    "released",
    "lodged",
    "correction",
    "resubmitted",
    "not_accepted",
    "accepted",
    "stopped",
    "resumed",
    "extended",
    "granted",
    "refused",
    "withdrawn",
    "delivered",
)


def upgrade() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column(
            "loaded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    listed = ", ".join(f"'{kind}'" for kind in _KINDS)
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("added", sa.String(length=16), nullable=True))
        event.add_column(sa.Column("approver", sa.String(), nullable=True))
        event.drop_constraint(op.f("ck_event_kind_known"), type_="check")
        event.create_check_constraint(op.f("ck_event_kind_known"), f"kind IN ({listed})")
        event.create_check_constraint(
            op.f("ck_event_stop_has_reason"), "kind <> 'stopped' OR reason IS NOT NULL"
        )
        event.create_check_constraint(
            op.f("ck_event_extension_has_approver"),
            "kind <> 'extended' OR (added IS NOT NULL AND approver IS NOT NULL)",
        )
