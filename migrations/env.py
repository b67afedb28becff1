"""What alembic runs: inside the one transaction that ingest.store.migrate opened, and only there."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext

from ingest.store.models import Base
from ingest.store.types import StorableText, UtcDateTime


def render(kind: str, item: Any, _: AutogenContext) -> str | bool:
    """Write plain SQLAlchemy types into migrations: history must not depend on our classes of today."""
    if kind != "type":
        return False
    if isinstance(item, StorableText):
        return "sa.Text()"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
