"""What each row of a ledger said, what headings mean, and imports that were taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATES = "state IN ('active', 'suspended', 'archived', 'withdrawn')"
_STANDING = sa.text("state <> 'withdrawn'")


def upgrade() -> None:
    op.create_table(
        "ledger_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_ledger_row_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["ledger_import.id"], name=op.f("fk_ledger_row_import_id_ledger_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_row")),
    )
    op.create_index(op.f("ix_ledger_row_project_id"), "ledger_row", ["project_id"])
    op.create_index(op.f("ix_ledger_row_entry"), "ledger_row", ["entry"])
    op.create_table(
        "heading",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "entry", name=op.f("pk_heading")),
    )
    with op.batch_alter_table("ledger_import") as ledger_import:
        ledger_import.add_column(sa.Column("undone", sa.Integer(), nullable=True))
    with op.batch_alter_table("project") as project:
        project.drop_constraint(op.f("ck_project_state_known"), type_="check")
        project.create_check_constraint(op.f("ck_project_state_known"), _STATES)
        project.drop_constraint("uq_project_name_location", type_="unique")
        project.drop_constraint("uq_project_code", type_="unique")
    for name, columns in (("name_location", ["name", "location"]), ("code", ["code"])):
        op.create_index(
            f"uq_project_{name}",
            "project",
            columns,
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        )
