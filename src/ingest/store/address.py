"""Database addresses: which ones we take, which driver they mean, and how they are shown."""

from __future__ import annotations

import sys
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from ingest import urls
from ingest.errors import UsageError

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",  # what hosting services hand out
}


def read_address(url: str) -> URL:
    """The SQLAlchemy address behind what a person wrote.

    Raises UsageError for what is no address, for another database, and for SQLite in memory, which the threads of
    the store could not share.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(
            f"{urls.without_secrets(url)!r} is no database address: "
            "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME."
        ) from None
    driver = _DRIVERS.get(address.drivername)
    if driver is None:
        raise UsageError(
            f"{shown(address)}: {address.drivername!r} is not supported: "
            "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME."
        )
    if driver == "sqlite" and (address.database or ":memory:") == ":memory:":
        raise UsageError(f"{urls.without_secrets(url)} is a database in memory: name a file, sqlite:///PATH.")
    if driver == "sqlite" and address.query:
        raise UsageError(f"{shown(address)}: a SQLite address takes no options: write sqlite:///PATH.")
    return address.set(drivername=driver)


def no_driver(address: URL, error: ModuleNotFoundError) -> str:
    """What to tell where psycopg is missing. By its own name: an index may know another package called ingest."""
    install = f"{sys.executable} -m pip install 'psycopg[binary]'"
    return f"{shown(address)}: the PostgreSQL driver is not installed ({error}): {install}"


def shown(url: str | URL) -> str:
    """An address without its passwords, fit for messages and logs."""
    if isinstance(url, URL):
        url = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
    return urls.without_secrets(url)


def sqlite_file(address: URL) -> Path | None:
    """The file of a SQLite address, None for a server."""
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None
