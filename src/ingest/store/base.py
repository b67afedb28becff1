"""The declarative base: how tables, keys and constraints are named, and what a Python type becomes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, text
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

from ingest.store.types import Id, Json, StorableText, UtcDateTime

NAMES = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}

RowId = Annotated[int, mapped_column(Id, primary_key=True, comment="Number of the row.")]
Words = Annotated[list[str], "a list of strings"]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class)
        str: StorableText(),
        bytes: LargeBinary(),
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[dict[str, Any]]: Json,
        list[int]: Json,
        Words: Json,
    }


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index over the rows that fulfil a condition.

    Here the models say so in SQLite's words only: to name PostgreSQL's would import its dialect with every start.
    The migrations, which make the tables, have both; a test holds the indexes of both engines against this.
    """
    return Index(name, *columns, sqlite_where=text(where))


def refers(column: str, comment: str, *, ondelete: str | None = None, **options: Any) -> MappedColumn[Any]:
    """A foreign key with an index: every one is followed backwards somewhere, if only by a delete."""
    options.setdefault("index", True)
    return mapped_column(Id, ForeignKey(column, ondelete=ondelete), comment=comment, **options)
