"""What every verb shares: the settings, the log and the store, each opened when a verb first needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.cli.output import note
from ingest.errors import StoreError, UsageError

if TYPE_CHECKING:
    from ingest.articles.notices.cutting import Cutting
    from ingest.settings import Settings
    from ingest.store.engine import Store


class Face:
    """`config` and `verbose` are the options of the root command."""

    def __init__(self, config: Path | None, verbose: int, environ: Mapping[str, str]) -> None:
        self.config = config
        self.verbose = verbose
        self.environ = environ

    @cached_property
    def settings(self) -> Settings:
        from ingest import settings

        return settings.load(self.config, self.environ)

    @cached_property
    def cutting(self) -> Cutting:
        from ingest.articles.notices.cutting import Cutting

        wanted = self.settings.extract
        return Cutting(wanted.threshold, frozenset(wanted.cut_kinds))

    def log(self, *, as_service: bool = False) -> None:
        """Start the log. A service tells what the settings say; a verb at a prompt only what went wrong."""
        from ingest import log

        level = self.settings.log.level if as_service else "warning"
        if self.verbose:
            level = "debug" if self.verbose > 1 or level == "info" else "info"
        log.set_up(level, self.settings.log.format)

    @contextmanager
    def store(self, *, create: bool = False) -> Iterator[Store]:
        """The store, its schema checked.

        `create` makes a SQLite store that is not there yet. An older schema is never changed unasked:
        SchemaError says how. Raises StoreError when there is no store and none may be made.
        """
        from ingest.store import migrate
        from ingest.store.address import read_address, shown, sqlite_file
        from ingest.store.engine import Store

        url = self.settings.database_url
        file = sqlite_file(read_address(url))
        if file is not None and _is_blank(file):
            if not create:
                raise StoreError(
                    f"there is no store at {shown(url)} yet. Run `ingest add URL` or `ingest poll`, which create it; "
                    "or name another with INGEST_DATABASE_URL."
                )
            migrate.upgrade(url)
            note(f"Created the store {shown(url)}.")
        with Store(url) as store:
            migrate.require_current(store)
            yield store


def _is_blank(file: Path) -> bool:
    """Whether a SQLite file is missing, empty or without any table, as an interrupted creation leaves it."""
    if not file.exists() or file.stat().st_size == 0:
        return True
    import sqlite3

    try:
        with closing(sqlite3.connect(file.absolute().as_uri() + "?mode=ro", uri=True)) as connection:
            return not connection.execute("SELECT name FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.Error:
        return False  # the store will say what is wrong with it


pass_face = click.make_pass_decorator(Face)


class Number(click.IntRange):
    """A whole number from 1 to the largest that the store can hold."""

    name = "number"

    def __init__(self) -> None:
        super().__init__(1, 2**63 - 1)


def refuse_both(**given: bool) -> None:
    """Raises UsageError when more than one of these options is given."""
    options = [f"--{name}" for name, is_given in given.items() if is_given]
    if len(options) > 1:
        raise UsageError(f"{' and '.join(options)} exclude each other.")
