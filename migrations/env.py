"""How chapters run: on the connection they are given, in one transaction, numbered in order."""

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel


def number(
    migration: MigrationContext, _revision: object, directives: list[MigrationScript]
) -> None:
    """Name the next chapter by its place in the story."""
    script = ScriptDirectory.from_config(migration.config)
    directives[0].rev_id = f"{int(script.get_current_head() or 0) + 1:04}"


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    process_revision_directives=number,
)
if connection.dialect.name == "postgresql":
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
with context.begin_transaction():
    context.run_migrations()
