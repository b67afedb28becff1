"""Core statements for many rows at once: an ORM unit of work costs three times the CPU (docs/decisions.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Insert, Select, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

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
    return upsert_of(dialect_of(session), model)


def dialect_of(session: Session) -> str:
    return session.get_bind().dialect.name


def upsert_of(dialect: str, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    if dialect == "sqlite":
        return sqlite.insert(table_of(model))
    return postgresql.insert(table_of(model))


def insert_all(session: Session, model: type[Base], rows: Sequence[Values]) -> None:
    if rows:
        session.execute(_insert(model), rows)


def insert_returning_ids(session: Session, model: type[Base], rows: Sequence[Values]) -> list[int]:
    """The new ids, in the order of `rows`."""
    return list(session.scalars(_insert_returning(model), rows)) if rows else []


def ids_by_key(session: Session, model: type[Base], rows: Mapping[str, Values]) -> dict[str, int]:
    """Ids of the rows with these keys, those missing inserted first; `rows` maps each key to its row.

    Several workers may do this at once: a row another one just wrote is taken as it is. All insert in the order of
    the keys, so that two transactions can wait for each other in one direction only.
    """
    known = _ids(session, model, sorted(rows))
    missing = sorted(rows.keys() - known.keys())
    if missing:
        session.execute(_insert_missing(dialect_of(session), model), [rows[key] for key in missing])
        known |= _ids(session, model, missing)
    return known


def _ids(session: Session, model: type[Base], keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(keys):
        found |= {row.key: row.id for row in session.execute(_select_ids(model), {"keys": chunk})}
    return found


# Made once: to make a statement and its cache key takes as long as to run it.


@lru_cache
def _insert(model: type[Base]) -> Insert:
    return insert(table_of(model))


@lru_cache
def _insert_returning(model: type[Base]) -> ReturningInsert[int]:
    table = table_of(model)
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


@lru_cache
def _insert_missing(dialect: str, model: type[Base]) -> Insert:
    return upsert_of(dialect, model).on_conflict_do_nothing(index_elements=[table_of(model).c.key])


@lru_cache
def _select_ids(model: type[Base]) -> Select[Any]:
    table = table_of(model)
    return select(table.c.key, table.c.id).where(table.c.key.in_(bindparam("keys", expanding=True)))
