"""How Alembic reaches the database: through the connection that `store.database` hands it."""

from alembic import context
from sqlmodel import SQLModel

from tracker.store import tables  # noqa: F401  its classes fill the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
