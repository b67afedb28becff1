"""The store: connections for reading and writing on SQLite or PostgreSQL, from threads or from the event loop.

SQLite takes one writer at a time whatever we do, so all writing from the event loop goes through one thread, in
`BEGIN IMMEDIATE` transactions: two of them can never deadlock by both wanting to upgrade a read lock. Every commit is
on the disk before it returns (synchronous=FULL), and WAL lets readers go on meanwhile.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, text

from ingest.errors import StoreError
from ingest.store.address import no_driver, read_address, shown, sqlite_file
from ingest.store.trouble import explained
from ingest.store.types import UtcDateTime, to_json

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
"""How many calls from the event loop run at once; SQLite has one thread for writing beside them."""

BUSY_TIMEOUT_S = 30
"""How long a SQLite writer waits for another process before it gives up."""

_WRITES = "ingest_writes"
_NOW = {
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f000', 'now') AS now",
    "postgresql": "SELECT clock_timestamp() AS now",
}


class Store:
    """One database. Cheap to make: it connects when first used. Close it, or use it as a context manager."""

    def __init__(self, url: str) -> None:
        self.address = read_address(url)
        self.engine = make_engine(self.address, pool_size=THREADS + 1)
        self._writing = for_writing(self.engine)
        self._readers = ThreadPoolExecutor(THREADS, "store")
        self._writers = self._readers
        if self.is_sqlite:
            self._writers = ThreadPoolExecutor(1, "store-writer")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction over one snapshot on SQLite, over committed rows on PostgreSQL; what it writes is undone."""
        with explained(self.address), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: committed at the end, rolled back whole on any exception."""
        with explained(self.address), self._writing.begin() as connection:
            yield connection

    async def call(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`fn(connection, *args)` in a write transaction on a database thread.

        Cancelling the wait does not undo the call: its transaction ends by itself, whole or not at all.
        """

        def run() -> T:
            with self.write() as connection:
                return fn(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._writers, run)

    async def query(
        self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`fn(connection, *args)` in a read transaction on a database thread."""

        def run() -> T:
            with self.read() as connection:
                return fn(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._readers, run)

    def now(self) -> datetime:
        """The database's clock, aware UTC: the one clock that workers on several machines share."""
        with self.read() as connection:
            return database_now(connection)

    def close(self) -> None:
        """Wait for running calls, then close all connections."""
        self._writers.shutdown()
        self._readers.shutdown()
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({shown(self.address)!r})"


def database_now(connection: Connection) -> datetime:
    """The database's clock as the transaction goes on, not as it began; aware UTC, milliseconds on SQLite."""
    statement = text(_NOW[connection.dialect.name]).columns(now=UtcDateTime())
    now: datetime = connection.execute(statement).scalar_one()
    return now


def make_engine(address: URL, *, pool_size: int = 5, foreign_keys: bool = True) -> Engine:
    """An engine with the settings this store relies on.

    `foreign_keys` is switched off for migrations on SQLite only, which copy tables to change them.
    Raises StoreError when the driver is not installed.
    """
    file = sqlite_file(address)
    options: dict[str, Any] = {"pool_size": pool_size, "json_serializer": to_json}
    if file is not None:
        _make_directory(address)
        # The connection used last has the pages wanted next in its cache, and the others need none.
        engine = create_engine(
            address, connect_args={"timeout": BUSY_TIMEOUT_S}, pool_use_lifo=True, **options
        )
        _set_up_sqlite(engine, foreign_keys=foreign_keys)
        return engine
    connect_args = {"connect_timeout": 10, "application_name": "ingest"}
    connect_args = {name: value for name, value in connect_args.items() if name not in address.query}
    try:
        return create_engine(
            address, connect_args=connect_args, pool_pre_ping=True, max_overflow=20, **options
        )
    except ModuleNotFoundError as error:
        raise StoreError(no_driver(address, error)) from error


def for_writing(engine: Engine) -> Engine:
    """The same engine; on SQLite its transactions begin with the write lock in hand."""
    return engine.execution_options(**{_WRITES: True})


def _make_directory(address: URL) -> None:
    file = sqlite_file(address)
    assert file is not None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{shown(address)}: its directory cannot be made ({error.strerror}): "
            "name another file in INGEST_DATABASE_URL."
        ) from error


def _set_up_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _: object) -> None:
        # The driver would begin transactions by itself, late and deferred; we say when, below.
        connection.isolation_level = None
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
