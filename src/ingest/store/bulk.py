"""Core statements for many rows at once: an ORM unit of work costs three times the CPU (docs/decisions.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ingest.store.base import Base

T = TypeVar("T")
Values = Mapping[str, Any]

CHUNK = 500
"""Values in one IN list: far under what either engine takes, and few enough shapes for the statement caches."""


def table_of(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def upsert(session: Session, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT of the session's engine, which can say ON CONFLICT."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table_of(model))
    return postgresql.insert(table_of(model))


def insert_all(session: Session, model: type[Base], rows: Sequence[Values]) -> None:
    if rows:
        session.execute(insert(table_of(model)), rows)


def insert_returning_ids(session: Session, model: type[Base], rows: Sequence[Values]) -> list[int]:
    """The new ids, in the order of `rows`."""
    if not rows:
        return []
    table = table_of(model)
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def ids_by_key(session: Session, model: type[Base], rows: Mapping[str, Values]) -> dict[str, int]:
    """Ids of the rows with these keys, those missing inserted first; `rows` maps each key to its row.

    Several workers may do this at once: a row another one just wrote is taken as it is. All insert in the order of
    the keys, so that two transactions can wait for each other in one direction only.
    """
    table = table_of(model)
    known = _ids(session, table, sorted(rows))
    missing = sorted(rows.keys() - known.keys())
    if missing:
        statement = upsert(session, model).on_conflict_do_nothing(index_elements=[table.c.key])
        session.execute(statement, [rows[key] for key in missing])
        known |= _ids(session, table, missing)
    return known


def _ids(session: Session, table: Table, keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(keys):
        found |= {
            row.key: row.id
            for row in session.execute(select(table.c.key, table.c.id).where(table.c.key.in_(chunk)))
        }
    return found
