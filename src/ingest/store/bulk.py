"""Statements for many rows at once, each made and compiled once (docs/decisions.md says what that spares)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import (
    Connection,
    Delete,
    Dialect,
    Executable,
    Insert,
    RowMapping,
    Select,
    Table,
    Update,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.sql.compiler import SQLCompiler

from ingest.store.base import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    Upsert: TypeAlias = sqlite.Insert | postgresql.Insert

Prepared: TypeAlias = Insert | Update | Delete | Select[Any]
T = TypeVar("T")
Values = Mapping[str, Any]

CHUNK = 500
"""Values in one IN list: far under what either engine takes, and few enough shapes for the statement caches."""


def table_of(model: type[Base]) -> Table:
    return model.__table__


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


def upsert(connection: Connection, model: type[Base]) -> Upsert:
    """An INSERT of the connection's engine, which can say ON CONFLICT."""
    return upsert_of(dialect_of(connection), table_of(model))


def dialect_of(connection: Connection) -> str:
    return connection.dialect.name


def upsert_of(dialect: str, table: Table) -> Upsert:
    """A dialect is imported only where it is used: PostgreSQL's takes a twentieth of a start."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def run(connection: Connection, statement: Insert | Update | Delete, rows: Sequence[Values]) -> int:
    """Run a statement for each row of values for its parameters; how many rows of the database the last one touched.

    `statement` is one made once and kept: it is compiled once for each engine. What SQLAlchemy sets up anew for every
    execution costs more than the database does; of that only the types' own conversions are left.
    """
    if not rows:
        return 0
    prepared = _prepared(connection.dialect, statement)
    return connection.exec_driver_sql(prepared.sql, prepared.bound(rows)).rowcount


def rows_of(connection: Connection, statement: Select[Any], values: Values) -> Sequence[tuple[Any, ...]]:
    """What a query gives, by the same short way. Numbers, texts and bytes: no type makes of them what it would."""
    prepared = _prepared(connection.dialect, statement)
    rows: Any = connection.exec_driver_sql(prepared.sql, prepared.bound([values])[0]).all()
    return rows  # type: ignore[no-any-return]  # rows are tuples


def mappings(connection: Connection, statement: Executable) -> Sequence[RowMapping]:
    """All rows, each as column name → value."""
    return connection.execute(statement).mappings().all()


def insert_all(connection: Connection, model: type[Base], rows: Sequence[Values]) -> None:
    """Rows that name the same columns in the same order."""
    if rows:
        run(connection, _insert(table_of(model), tuple(rows[0])), rows)


def update_all(connection: Connection, model: type[Base], rows: Sequence[Values]) -> int:
    """Rows by their `id`, which set the same columns in the same order; how many the last one touched."""
    if not rows:
        return 0
    renamed = [{f"new_{name}": value for name, value in row.items()} for row in rows]
    return run(connection, _update(table_of(model), tuple(rows[0])), renamed)


def new_ids(connection: Connection, model: type[Base], count: int) -> list[int]:
    """Numbers for so many rows to be inserted by this transaction, which nobody else gets.

    So rows that point at each other can be written without asking for each one's number. PostgreSQL deals them from
    the table's sequence; on SQLite the transaction holds the write lock, so those behind the last are its own. That is
    the last there ever was: whoever still knows the number of a row that is gone must not find another by it.
    """
    if not count:
        return []
    if dialect_of(connection) == "sqlite":
        last: int = connection.scalar(_LAST_ID, {"name": model.__tablename__}) or 0
        return list(range(last + 1, last + 1 + count))
    return list(connection.scalars(_next_ids(table_of(model)), {"count": count}))


def ids_by_key(connection: Connection, model: type[Base], rows: Mapping[str, Values]) -> dict[str, int]:
    """Ids of the rows with these keys, those missing inserted first; `rows` maps each key to its row.

    Several workers may do this at once: a row another one just wrote is taken as it is. All insert in the order of
    the keys, so that two transactions can wait for each other in one direction only.
    """
    known = _ids(connection, model, sorted(rows))
    missing = sorted(rows.keys() - known.keys())
    if missing:
        connection.execute(
            _insert_missing(dialect_of(connection), table_of(model)), [rows[key] for key in missing]
        )
        known |= _ids(connection, model, missing)
    return known


def _ids(connection: Connection, model: type[Base], keys: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for chunk in chunks(keys):
        found |= {
            row.key: row.id for row in connection.execute(_select_ids(table_of(model)), {"keys": chunk})
        }
    return found


# Made once: to make a statement and its cache key takes as long as to run it.


@lru_cache
def _insert(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).values({name: bindparam(name) for name in names}).inline()


@lru_cache
def renewal(
    dialect: str, table: Table, key: tuple[str, ...], names: tuple[str, ...], kept: tuple[str, ...] = ()
) -> Insert:
    """Inserts rows of these columns, or gives those that have the same `key` their values, but for the `kept` ones."""
    statement = upsert_of(dialect, table)
    renewed = {name: statement.excluded[name] for name in names if name not in (*key, *kept)}
    statement = statement.values({name: bindparam(name) for name in names})
    return statement.on_conflict_do_update(index_elements=key, set_=renewed)


@lru_cache(maxsize=256)
def _update(table: Table, names: tuple[str, ...]) -> Update:
    """A parameter may not be called as the column it sets."""
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names if name != "id"}
    return update(table).where(table.c.id == bindparam("new_id")).values(new)


_LAST_ID = text("SELECT seq FROM sqlite_sequence WHERE name = :name")  # of tables made with AUTOINCREMENT


@lru_cache
def _next_ids(table: Table) -> Select[Any]:
    sequence = func.pg_get_serial_sequence(table.name, "id")
    return select(func.nextval(sequence)).select_from(func.generate_series(1, bindparam("count")))


@lru_cache
def _insert_missing(dialect: str, table: Table) -> Insert:
    return upsert_of(dialect, table).on_conflict_do_nothing(index_elements=[table.c.key])


@lru_cache
def _select_ids(table: Table) -> Select[Any]:
    return select(table.c.key, table.c.id).where(table.c.key.in_(bindparam("keys", expanding=True)))


# ------------------------------------------------------------------------------------------ prepared


class _Prepared(NamedTuple):
    """The text of a statement, and how each of its parameters becomes a value that the driver takes."""

    sql: str
    parameters: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    given: Mapping[str, Any]  # values that stand in the statement itself
    by_position: bool

    def bound(self, rows: Sequence[Values]) -> Any:
        """The rows as the driver wants them. Column by column: a conversion is looked up once, not for each row."""
        columns = [
            [self.given[name]] * len(rows)
            if name in self.given
            else [row[name] if convert is None else convert(row[name]) for row in rows]
            for name, convert in self.parameters
        ]
        if self.by_position:
            return list(zip(*columns, strict=True))
        names = [name for name, _ in self.parameters]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


@lru_cache(maxsize=256)
def _prepared(dialect: Dialect, statement: Prepared) -> _Prepared:
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    converts = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    given = {
        name: _converted(bind.value, converts[name])
        for name, bind in compiled.binds.items()
        if not bind.required
    }
    names = (compiled.positiontup or ()) if compiled.positional else compiled.binds
    return _Prepared(
        str(compiled), tuple((name, converts[name]) for name in names), given, compiled.positional
    )


def _converted(value: Any, convert: Callable[[Any], Any] | None) -> Any:
    return value if convert is None else convert(value)
