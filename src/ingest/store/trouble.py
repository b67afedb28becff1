"""Database errors that have a cause outside the code, told to a person: the thing, the cause, the next step.

Anything else (a violated constraint, wrong SQL) is a bug and passes through unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from ingest.errors import IngestError, SchemaError, StoreError
from ingest.store.address import shown, sqlite_file

UPGRADE = "run `ingest db upgrade`"

# Message of SQLite → what it means, what to do.
_SQLITE = (
    (
        "unable to open database file",
        "the file cannot be opened",
        "check that its directory exists and may be written",
    ),
    ("is locked|table is locked", "another process holds it locked", "stop that process or try again"),
    ("readonly database", "it is read-only", "give this user the right to write the file and its directory"),
    ("is full", "the disk is full", "free some space"),
    ("disk I/O error", "the disk reported an error", "check the disk and the file system"),
    ("not a database|malformed", "the file is damaged or no SQLite database", "restore it from a backup"),
)

# SQLSTATE or its class → the same. Other codes of class 08 and errors without a code mean the connection failed.
_POSTGRES = {
    "28": ("the server refused the user", "check user and password in INGEST_DATABASE_URL"),
    "3D": ("the database does not exist", "create it: createdb NAME"),
    "53100": ("the server's disk is full", "free some space there"),
    "53300": ("the server has no free connection", "raise its max_connections or run fewer workers"),
    "53": ("the server is short of a resource", "see the server's log"),
    "57014": ("the statement took too long and was stopped", "try again or raise the statement timeout"),
    "57": ("the server is starting or stopping", "try again when it is up"),
    "40": ("other transactions were in the way", "try again"),
    "55P03": ("another transaction holds a lock", "try again"),
    "25006": ("the server is read-only", "connect to the primary server"),
    "42501": ("the user lacks the right", "grant it on the tables of the database"),
    "58": ("the server's system reported an error", "see the server's log"),
}
_SCHEMA_STATES = {"42P01", "42703"}  # undefined table, undefined column


@contextmanager
def explained(address: URL) -> Iterator[None]:
    """Raise StoreError or SchemaError in place of a database error that a person can do something about."""
    try:
        yield
    except DBAPIError as error:
        known = explain(address, error)
        if known is None:
            raise
        raise known from error


def explain(address: URL, error: DBAPIError) -> IngestError | None:
    """What the error means to a person; None when it is a bug of ours."""
    is_file = sqlite_file(address) is not None
    cause = str(error.orig).strip().partition("\n")[0]
    if is_file:
        known = _of_sqlite(cause)
        missing = re.match("no such (table|column|view)", cause) is not None
    else:
        state = getattr(error.orig, "sqlstate", None)
        known = _of_postgres(state, error)
        missing = state in _SCHEMA_STATES
    if missing:
        return SchemaError(f"{shown(address)} has not the schema this version needs ({cause}): {UPGRADE}.")
    if known is None:
        return None
    meaning, step = known
    return StoreError(f"{shown(address)}: {meaning} ({cause}): {step}.")


def _of_sqlite(cause: str) -> tuple[str, str] | None:
    return next(((meaning, step) for text, meaning, step in _SQLITE if re.search(text, cause)), None)


def _of_postgres(state: str | None, error: DBAPIError) -> tuple[str, str] | None:
    if state is None and type(error.orig).__name__ not in {"OperationalError", "ConnectionTimeout"}:
        return None
    if state is None or state.startswith("08"):
        return "the server cannot be reached", "check that it runs and that the address is right"
    return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
