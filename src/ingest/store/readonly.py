"""A connection for `ingest query` that cannot change anything, whatever statement it is given.

SQLite opens the file `mode=ro`, with query_only on, and asks an authorizer before anything but reading.
PostgreSQL runs the statement as a cursor inside a READ ONLY transaction that has taken its snapshot: a cursor is a
query and nothing else (no COPY, SET, DO, CALL), the extended protocol takes one statement only, so nothing in it can
end the transaction, and after the snapshot the server refuses to make it READ WRITE. A superuser reads as
pg_read_all_data, who may not run the functions that reach the server's files.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import URL

from ingest.errors import StoreError, UsageError
from ingest.store.address import no_driver, read_address, shown, sqlite_file

if TYPE_CHECKING:
    import psycopg

TIMEOUT = timedelta(seconds=60)
BATCH = 500
STEPS_BETWEEN_LOOKS = 10_000  # of SQLite's virtual machine, between looks at the clock


@dataclass(frozen=True, slots=True)
class Answer:
    """Column names, and rows that are fetched as they are read."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


class _TimeLeft:
    """Of what a query may take: the database's own time, not that of whoever reads the answer page by page."""

    def __init__(self, timeout: timedelta) -> None:
        self.seconds = timeout.total_seconds()
        self._began = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        self._began = time.monotonic()
        try:
            yield
        finally:
            self.seconds -= time.monotonic() - self._began

    def is_over(self) -> bool:
        """While it runs."""
        return time.monotonic() - self._began > self.seconds


class Reader(Protocol):
    def query(self, sql: str) -> Answer:
        """The answer to one query. Raises UsageError when the database refuses it, with the database's reason."""


@contextmanager
def read_only(url: str, *, timeout: timedelta = TIMEOUT) -> Iterator[Reader]:
    """A reader on the database. Raises StoreError when it cannot be opened."""
    address = read_address(url)
    if sqlite_file(address) is not None:
        with _sqlite(address, timeout) as reader:
            yield reader
    else:
        with _postgres(address, timeout) as reader:
            yield reader


# --------------------------------------------------------------------------- SQLite

_READING = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_RECURSIVE,
}
_HARMLESS_PRAGMAS = {
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "foreign_key_list",
}
_TABLE_FUNCTIONS = ("json_each('[]')", "json_tree('[]')", *(f"pragma_{name}" for name in _HARMLESS_PRAGMAS))
_FORBIDDEN_FUNCTIONS = {"load_extension", "fts3_tokenizer", "edit", "readfile", "writefile"}


@contextmanager
def _sqlite(address: URL, timeout: timedelta) -> Iterator[Reader]:
    file = sqlite_file(address)
    assert file is not None
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_master")  # the file is not read before
        for function in _TABLE_FUNCTIONS:
            # First use declares the function's table, which the authorizer would take for a change of the schema.
            connection.execute(f"SELECT * FROM {function} LIMIT 0")  # noqa: S608
    except sqlite3.Error as error:
        raise StoreError(
            f"{shown(address)} cannot be read ({error}): check that it exists and may be read."
        ) from error
    with closing(connection):
        connection.set_authorizer(_authorize)
        yield _SqliteReader(connection, timeout)


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    allowed = (
        action in _READING
        or (action == sqlite3.SQLITE_FUNCTION and second not in _FORBIDDEN_FUNCTIONS)
        or (action == sqlite3.SQLITE_PRAGMA and first in _HARMLESS_PRAGMAS)
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


@dataclass(frozen=True, slots=True)
class _SqliteReader:
    connection: sqlite3.Connection
    timeout: timedelta

    def query(self, sql: str) -> Answer:
        time_left = _TimeLeft(self.timeout)
        self.connection.set_progress_handler(time_left.is_over, STEPS_BETWEEN_LOOKS)
        with _refused(sqlite3.Error, sqlite3.Warning), self._interrupted(time_left):
            cursor = self.connection.execute(sql)
        if cursor.description is None:
            raise UsageError("this is no query: it returns no columns.")
        return Answer(tuple(column[0] for column in cursor.description), self._rows(cursor, time_left))

    @contextmanager
    def _interrupted(self, time_left: _TimeLeft) -> Iterator[None]:
        """By the clock, or by whoever pressed Ctrl-C, which SQLite swallows: only its cause is an interrupt."""
        try:
            with time_left.running():
                yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            if time_left.seconds > 0:
                raise KeyboardInterrupt from error
            raise UsageError(_too_long(self.timeout)) from error

    def _rows(self, cursor: sqlite3.Cursor, time_left: _TimeLeft) -> Iterator[tuple[Any, ...]]:
        while True:
            with _refused(sqlite3.Error), self._interrupted(time_left):
                rows = cursor.fetchmany(BATCH)
            if not rows:
                return
            yield from rows


# --------------------------------------------------------------------------- PostgreSQL


@contextmanager
def _postgres(address: URL, timeout: timedelta) -> Iterator[Reader]:
    try:
        import psycopg
    except ModuleNotFoundError as error:
        raise StoreError(no_driver(address, error)) from error
    dsn = address.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = psycopg.connect(dsn, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        cause = str(error).strip().partition("\n")[0]
        raise StoreError(
            f"{shown(address)} cannot be reached ({cause}): check that the server runs and that the address is right."
        ) from error
    with closing(connection):
        connection.execute("SET default_transaction_read_only = on")
        yield _PostgresReader(connection, timeout)


@dataclass(frozen=True, slots=True)
class _PostgresReader:
    connection: psycopg.Connection[Any]
    timeout: timedelta

    def query(self, sql: str) -> Answer:
        import psycopg

        if self.connection.info.transaction_status.name != "IDLE":
            self.connection.execute("ROLLBACK")  # of the query before: one at a time
        self.connection.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        asked = "SELECT current_setting('is_superuser')"  # which takes the snapshot
        superuser = self.connection.execute(asked).fetchone()
        if superuser == ("on",):
            self.connection.execute("SET LOCAL ROLE pg_read_all_data")
        declaration = b"DECLARE answer NO SCROLL CURSOR FOR " + sql.strip().rstrip(";").encode()
        time_left = _TimeLeft(self.timeout)
        with _refused(psycopg.Error), self._interrupted(time_left):
            # prepare=True: the extended protocol, which refuses a second statement behind the first.
            self.connection.execute(declaration, prepare=True)
        cursor = self._fetched(time_left)
        columns = tuple(column.name for column in cursor.description or ())
        return Answer(columns, self._rows(cursor, time_left))

    def _fetched(self, time_left: _TimeLeft) -> psycopg.Cursor[tuple[Any, ...]]:
        """The next rows. The server's own limit holds for each statement, so each is given what is left."""
        import psycopg

        milliseconds = str(max(1, round(time_left.seconds * 1000)))
        with _refused(psycopg.Error), self._interrupted(time_left):
            self.connection.execute("SELECT set_config('statement_timeout', %s, true)", [milliseconds])
            return self.connection.execute(f"FETCH {BATCH} FROM answer".encode())

    @contextmanager
    def _interrupted(self, time_left: _TimeLeft) -> Iterator[None]:
        import psycopg

        try:
            with time_left.running():
                yield
        except psycopg.errors.QueryCanceled as error:
            raise UsageError(_too_long(self.timeout)) from error

    def _rows(
        self, cursor: psycopg.Cursor[tuple[Any, ...]], time_left: _TimeLeft
    ) -> Iterator[tuple[Any, ...]]:
        while rows := cursor.fetchall():
            yield from rows
            cursor = self._fetched(time_left)


@contextmanager
def _refused(*errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise UsageError(
            f"the database refused the query: {reason}. It takes one SELECT; docs/columns.md lists tables and columns."
        ) from error


def _too_long(timeout: timedelta) -> str:
    return f"the query took longer than {timeout.total_seconds():g} s and was stopped: ask for less, or by an index."
