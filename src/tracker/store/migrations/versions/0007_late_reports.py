"""Whether a weekly report was made up after its day."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("report") as report:
        report.add_column(
            sa.Column("is_late", sa.Boolean(), nullable=False, server_default=sa.false())
        )
