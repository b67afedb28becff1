"""Tables as typed classes over SQLAlchemy's Core: how tables, keys and constraints are named, what a type becomes.

There are no mapped objects here. Rows are read and written as rows, and a start need not import the ORM.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, MetaData, Table, text
from sqlalchemy.types import TypeEngine

from ingest.store.types import Bytes, Id, Json, StorableText, UtcDateTime

NAMES = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}

_TYPES: dict[str, TypeEngine[Any]] = {
    "int": Integer(),
    "float": Double(),
    "bool": Boolean(),
    "str": StorableText(),
    "bytes": Bytes(),
    "datetime": UtcDateTime(),
    "dict[str, Any]": Json(),
    "list[dict[str, Any]]": Json(),
    "list[int]": Json(),
    "list[str]": Json(),
}


class Base:
    """A table. Its columns stand in the body, as `title: ColumnElement[str | None] = column(comment=…)`.

    The annotation says the type, unless `column` is given one, and whether it may be null. `__table_args__` are
    constraints and indexes and, last, the table's own options. SQLAlchemy takes the class wherever it takes a table.
    """

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[Any, ...]]
    __table__: ClassVar[Table]

    def __init_subclass__(cls) -> None:
        *constraints, options = cls.__table_args__
        columns = [
            stated.as_column(name, cls.__annotations__[name])
            for name, stated in vars(cls).items()
            if isinstance(stated, _Stated)
        ]
        cls.__table__ = Table(cls.__tablename__, cls.metadata, *columns, *constraints, **options)
        for one in columns:
            setattr(cls, one.key, one)

    @classmethod
    def __clause_element__(cls) -> Table:
        return cls.__table__


class _Stated(NamedTuple):
    """What a class body says of a column; the rest are its name and its annotation."""

    positional: tuple[Any, ...]
    options: dict[str, Any]

    def as_column(self, name: str, annotation: str) -> Column[Any]:
        python, _, null = annotation.removeprefix("ColumnElement[").removesuffix("]").partition(" | ")
        has_type = any(isinstance(one, TypeEngine) for one in self.positional)
        kind = () if has_type else (_TYPES[python],)
        options = {"nullable": bool(null)} | self.options
        return Column(name, *kind, *self.positional, **options)


def column(*positional: Any, **options: Any) -> Any:
    """A column, told as to SQLAlchemy's `Column`, without the name and mostly without the type."""
    return _Stated(positional, options)


def row_id() -> Any:
    return column(Id, primary_key=True, comment="Number of the row.")


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index over the rows that fulfil a condition.

    Here the models say so in SQLite's words only: to name PostgreSQL's would import its dialect with every start.
    The migrations, which make the tables, have both; a test holds the indexes of both engines against this.
    """
    return Index(name, *columns, sqlite_where=text(where))


def refers(target: str, comment: str, *, ondelete: str | None = None, **options: Any) -> Any:
    """A foreign key with an index: every one is followed backwards somewhere, if only by a delete."""
    options.setdefault("index", True)
    return column(Id, ForeignKey(target, ondelete=ondelete), comment=comment, **options)
