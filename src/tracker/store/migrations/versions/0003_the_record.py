"""Rows that carry their audit entry; versions of projects; people and accounts; cached plans."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
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
    "retracted",
)
_ROLES = (
    "system_admin",
    "security_admin",
    "audit_admin",
    "bureau_clerk",
    "department_clerk",
    "town_clerk",
    "leader",
    "task_force",
    "auditor",
    "reader",
)
_ADMINISTRATORS = "role IN ('system_admin', 'security_admin', 'audit_admin')"
_MOVED = (
    "category",
    "owner_unit",
    "responsible_unit",
    "procedure",
    "target",
    "deadline",
    "planned_start",
    "leader_candidates",
    "remark",
)


def upgrade() -> None:
    _audit()
    _projects()
    _events()
    _assignments()
    _work()
    _people()


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _entry() -> sa.Column[int]:
    """Return the number of the audit entry; what is there already has none."""
    return sa.Column("entry", sa.Integer(), nullable=False, server_default="0")


def _audit() -> None:
    with op.batch_alter_table("audit") as audit:
        audit.add_column(sa.Column("project_id", sa.Integer(), nullable=True))
        audit.add_column(sa.Column("cause", sa.Integer(), nullable=True))
        audit.add_column(sa.Column("why", sa.String(), nullable=True))
        audit.add_column(sa.Column("request", sa.String(length=16), nullable=True))
        audit.add_column(sa.Column("algorithm", sa.String(length=8), nullable=True))
        audit.create_index(op.f("ix_audit_project_id"), ["project_id"])


def _projects() -> None:
    op.create_table(
        "project_version",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("known_by", sa.Date(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_version_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "version", name=op.f("pk_project_version")),
    )
    op.create_index(op.f("ix_project_version_entry"), "project_version", ["entry"])
    connection = op.get_bind()
    days = {"deadline": sa.Date(), "planned_start": sa.Date(), "updated_on": sa.Date()}
    rows = connection.execute(
        sa.text("SELECT * FROM project ORDER BY id").columns(**days)
    ).mappings()
    for row in rows.all():
        content = {key: row[key] for key in ("name", "code", "location", *_MOVED)}
        content = {key: value for key, value in content.items() if value is not None}
        content["state"] = "active"
        if row["total_investment_wan"] is not None:
            content["investment_wan"] = row["total_investment_wan"]
        if facts := json.loads(row["facts"]):
            content["facts"] = facts
        connection.execute(
            sa.text(
                "INSERT INTO project_version (project_id, version, known_by, content, entry)"
                " VALUES (:project, :version, :day, :content, 0)"
            ).bindparams(sa.bindparam("day", type_=sa.Date())),
            {
                "project": row["id"],
                "version": row["version"],
                "day": row["updated_on"],
                "content": json.dumps(content, ensure_ascii=False, sort_keys=True, default=str),
            },
        )
    with op.batch_alter_table("project") as project:
        project.drop_constraint(op.f("ck_project_investment_not_negative"), type_="check")
        for name in (*_MOVED, "total_investment_wan", "facts", "updated_on"):
            project.drop_column(name)
        project.add_column(
            sa.Column("state", sa.String(length=16), nullable=False, server_default="active")
        )
        project.create_check_constraint(
            op.f("ck_project_state_known"), "state IN ('active', 'suspended', 'archived')"
        )


def _events() -> None:
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("corrects", sa.Integer(), nullable=True))
        event.add_column(sa.Column("why", sa.String(), nullable=True))
        event.add_column(_entry())
        event.create_foreign_key(op.f("fk_event_corrects_event"), "event", ["corrects"], ["id"])
        event.create_unique_constraint("uq_event_corrects", ["corrects"])
        event.create_index(op.f("ix_event_entry"), ["entry"])
        event.drop_constraint(op.f("ck_event_kind_known"), type_="check")
        event.create_check_constraint(op.f("ck_event_kind_known"), f"kind IN ({_listed(_KINDS)})")
        event.create_check_constraint(
            op.f("ck_event_retracts_something"), "kind <> 'retracted' OR corrects IS NOT NULL"
        )
        event.create_check_constraint(
            op.f("ck_event_correction_has_reason"), "corrects IS NULL OR why IS NOT NULL"
        )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_evidence_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_event_id"), "evidence", ["event_id"])
    op.create_index(op.f("ix_evidence_entry"), "evidence", ["entry"])


def _assignments() -> None:
    op.drop_index("uq_assignment_current", table_name="assignment")
    op.drop_index(op.f("ix_assignment_project_id"), table_name="assignment")
    with op.batch_alter_table("assignment") as assignment:
        assignment.drop_constraint(op.f("ck_assignment_ends_after_it_begins"), type_="check")
        assignment.drop_column("until")
        assignment.add_column(_entry())
        assignment.add_column(sa.Column("known_by", sa.Date(), nullable=True))
        assignment.create_check_constraint(
            op.f("ck_assignment_role_known"), "role IN ('leader', 'task_force')"
        )
        assignment.create_index(op.f("ix_assignment_entry"), ["entry"])
        assignment.create_index("ix_assignment_whose", ["project_id", "role", "from_day"])
    op.execute("UPDATE assignment SET known_by = from_day")
    with op.batch_alter_table("assignment") as assignment:
        assignment.alter_column("known_by", nullable=False)
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("finish", sa.Date(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_baseline_has_reason")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_baseline_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    op.create_index(op.f("ix_baseline_project_id"), "baseline", ["project_id"])
    op.create_index(op.f("ix_baseline_entry"), "baseline", ["entry"])


def _work() -> None:
    with op.batch_alter_table("ledger_import") as ledger_import:
        ledger_import.add_column(
            sa.Column("confirmed", sa.String(), nullable=False, server_default="[]")
        )
        ledger_import.add_column(_entry())
    with op.batch_alter_table("follow_up") as follow_up:
        follow_up.add_column(_entry())
    with op.batch_alter_table("report") as report:
        report.add_column(sa.Column("through", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("calendar_year") as year:
        year.add_column(_entry())
        year.drop_constraint(op.f("pk_calendar_year"), type_="primary")
        year.create_primary_key(op.f("pk_calendar_year"), ["year", "entry"])
    op.create_table(
        "plan",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("light", sa.String(length=16), nullable=False),
        sa.Column("finish", sa.Date(), nullable=True),
        sa.Column("least_float", sa.Integer(), nullable=True),
        sa.Column("late_steps", sa.Integer(), nullable=False),
        sa.Column("dates", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_plan_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_plan")),
    )


def _people() -> None:
    for name in ("office", "town"):
        op.create_table(
            name,
            sa.Column("name", sa.String(), nullable=False),
            sa.PrimaryKeyConstraint("name", name=op.f(f"pk_{name}")),
        )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=True),
        sa.Column("town", sa.String(), nullable=True),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["office.name"], name=op.f("fk_person_office_office")),
        sa.ForeignKeyConstraint(["town"], ["town.name"], name=op.f("fk_person_town_town")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["party.id"], name=op.f("fk_person_leader_id_party")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name", name=op.f("uq_person_name")),
    )
    op.create_table(
        "member",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_member_person_id_person")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_member_party_id_party")),
        sa.PrimaryKeyConstraint("person_id", "party_id", name=op.f("pk_member")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("login = lower(login)", name=op.f("ck_account_login_is_lower_case")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "account_role",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.CheckConstraint(f"role IN ({_listed(_ROLES)})", name=op.f("ck_account_role_role_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_role_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_role")),
    )
    op.create_index(
        "uq_account_role_administrator",
        "account_role",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text(_ADMINISTRATORS),
        postgresql_where=sa.text(_ADMINISTRATORS),
    )
    op.create_table(
        "web_session",
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_web_session_account_id_account")
        ),
        sa.PrimaryKeyConstraint("key_digest", name=op.f("pk_web_session")),
    )
    op.create_index(op.f("ix_web_session_account_id"), "web_session", ["account_id"])
    op.create_table(
        "known_address",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_known_address_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", "address", name=op.f("pk_known_address")),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login_digest", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index("ix_failed_sign_in_login", "failed_sign_in", ["login_digest", "at"])
