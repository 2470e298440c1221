"""What is said of a follow-up; the level it was opened at is no column of its own any more."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_up_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_act_follow_up_id_follow_up")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_act")),
    )
    op.create_index(op.f("ix_follow_up_act_follow_up_id"), "follow_up_act", ["follow_up_id"])
    op.create_index(op.f("ix_follow_up_act_entry"), "follow_up_act", ["entry"])
    with op.batch_alter_table("follow_up") as follow_up:
        follow_up.drop_constraint(op.f("ck_follow_up_level_on_the_ladder"), type_="check")
        follow_up.drop_column("level")
        follow_up.drop_column("due")
