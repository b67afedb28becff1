"""Schema migrations: alembic, configured in code, so that an installed wheel needs no file beside it.

Alembic is imported inside the functions: commands that only read the store do not pay for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, inspect, text

from ingest.errors import SchemaError, StoreError, UsageError
from ingest.store.address import read_address, shown, sqlite_file
from ingest.store.engine import Store, for_writing, make_engine
from ingest.store.trouble import UPGRADE, explained

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x696E67657374  # "ingest": one upgrade at a time on a PostgreSQL server


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema up to `revision`, all of it or nothing; creates a SQLite file that is not there."""
    from alembic import command

    with _config(url) as config, _known_revision(url, revision):
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Bring the schema back to `revision` ("base" is the empty database). Drops what came later, with its data."""
    from alembic import command

    with _config(url) as config, _known_revision(url, revision):
        command.downgrade(config, revision)


def current(url: str) -> str | None:
    """The revision the database is at; None for one that was never migrated."""
    with _connected(read_address(url), writes=False) as connection:
        return _revision(connection)


def head() -> str:
    """The revision this code needs. Read off the files' names: `ingest list` should not import alembic for it."""
    return max(path.name.partition("_")[0] for path in (scripts() / "versions").glob("[0-9]*_*.py"))


def check(url: str) -> list[str]:
    """What differs between the models and the database, one line each; empty when nothing does."""
    from ingest.store.drift import differences

    with _connected(read_address(url), writes=False) as connection:
        return differences(connection)


def require_current(store: Store) -> None:
    """Raise SchemaError unless the store's schema is exactly the one this code needs."""
    with explained(store.address), store.engine.connect() as connection:
        revision = _revision(connection)
    needed = head()
    if revision == needed:
        return
    thing = shown(store.address)
    if revision is None:
        raise SchemaError(f"{thing} has no tables yet: {UPGRADE}.")
    if revision > needed:
        raise SchemaError(
            f"{thing} is at revision {revision}, newer than {needed} of this version: update ingest."
        )
    raise SchemaError(f"{thing} is at revision {revision}, this version needs {needed}: {UPGRADE}.")


def revise(url: str, number: str, message: str) -> None:
    """Write the next migration from what differs between models and database, for a developer to read and mend."""
    from alembic import command

    with _config(url) as config:
        command.revision(config, message, autogenerate=True, rev_id=number)


def scripts() -> Path:
    """The migrations: inside the package when installed, at the top of a checkout."""
    installed = Path(__file__).parent / "migrations"
    if installed.is_dir():
        return installed
    checkout = Path(__file__).parents[3] / "migrations"
    if checkout.is_dir():
        return checkout
    raise StoreError(f"the migrations are neither in {installed} nor in {checkout}: reinstall ingest.")


@contextmanager
def _config(url: str) -> Iterator[Config]:
    """Alembic's configuration around one connection in one transaction, which it commits at the end."""
    from alembic.config import Config

    with _connected(read_address(url), writes=True) as connection:
        config = Config()
        config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
        config.attributes["connection"] = connection
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield config
        if connection.dialect.name == "sqlite":
            _check_foreign_keys(connection)
        connection.commit()


@contextmanager
def _connected(address: URL, *, writes: bool) -> Iterator[Connection]:
    file = sqlite_file(address)
    if not writes and file is not None and not file.exists():
        raise StoreError(f"{shown(address)}: there is no such file: {UPGRADE} to create it.")
    engine = make_engine(address, pool_size=1, foreign_keys=not writes)
    try:
        with explained(address), (for_writing(engine) if writes else engine).connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _known_revision(url: str, revision: str) -> Iterator[None]:
    from alembic.util import CommandError

    try:
        yield
    except CommandError as error:
        at = re.search(r"Can't locate revision identified by '([^']*)'", str(error))
        if at is None:
            raise UsageError(f"{shown(url)}: cannot go to revision {revision!r}: {error}.") from error
        if at[1] == revision:
            raise UsageError(f"there is no revision {revision!r}; the newest is {head()}.") from error
        raise SchemaError(
            f"{shown(url)} is at revision {at[1]}, which this version does not know: update ingest."
        ) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _check_foreign_keys(connection: Connection) -> None:
    """Foreign keys are off while tables are copied: nothing may dangle when that is committed."""
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
    if dangling is not None:
        table, row, parent = dangling[:3]
        raise SchemaError(f"row {row} of {table} would point to nothing in {parent}: nothing was changed.")
