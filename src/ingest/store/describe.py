"""docs/columns.md: what every table, view and column means, written from the models and the views.

python -m ingest.store.describe > docs/columns.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from sqlalchemy import Column, Enum, Table

from ingest.store.models import Base
from ingest.store.types import StorableText, UtcDateTime
from ingest.store.views import ARTICLE_ATTRIBUTION, ARTICLE_DISPUTES, FEED_HEALTH

_INTRODUCTION = """\
# Columns of the store

Written by `python -m ingest.store.describe`; a test keeps it current. The comments stand in the database, too
(PostgreSQL: `\\d+`; SQLite: `.schema`, for the views).

Times are UTC: `timestamptz` on PostgreSQL, text like `2026-11-22 21:00:00.000000` on SQLite, which sorts and compares
as it stands. JSON is `jsonb` on PostgreSQL, text on SQLite (`json_extract` reads it). Offsets count Unicode code
points. `end` is a reserved word: write it in double quotes.

Start with the views; they are kept stable. The tables may grow.
"""

_VIEWS = (ARTICLE_ATTRIBUTION, ARTICLE_DISPUTES, FEED_HEALTH)
_PLAIN_TYPES = {
    "BigInteger": "integer",
    "Integer": "integer",
    "SmallInteger": "integer",
    "Boolean": "boolean",
    "Double": "number",
    "Float": "number",
    "Json": "JSON",
    "Bytes": "bytes",
    "Text": "text",
}


def columns_markdown() -> str:
    """The whole page."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    parts = [_INTRODUCTION, "## Views\n", *map(_section, _VIEWS), "## Tables\n", *map(_section, tables)]
    return "\n".join(parts)


def _section(table: Table) -> str:
    is_view = table in _VIEWS
    lines = [f"### {table.name}", "", table.comment or "", "", "| column | type | meaning |", "|---|---|---|"]
    lines += [
        f"| `{column.name}` | {_type(column, is_view=is_view)} | {_meaning(column)} |"
        for column in table.columns
    ]
    return "\n".join(lines) + "\n"


def _type(column: Column[object], *, is_view: bool) -> str:
    if isinstance(column.type, UtcDateTime):
        name = "time"
    elif isinstance(column.type, StorableText | Enum):
        name = "text"
    else:
        name = _PLAIN_TYPES[type(column.type).__name__]
    return f"{name}, may be empty" if column.nullable and not is_view else name


def _meaning(column: Column[object]) -> str:
    text = (column.comment or "").replace("|", "\\|")
    if isinstance(column.type, Enum):
        text += f" One of {_list(column.type.enums)}."
    for key in column.foreign_keys:
        text += f" → `{key.target_fullname}`"
    return text


def _list(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    sys.stdout.write(columns_markdown())
