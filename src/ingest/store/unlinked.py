"""Which articles were stored and not linked: noted with them in one transaction, so that a crash leaves no doubt.

One row stands for all articles of a transaction, and goes with a later one: nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from ingest.store.bulk import table_of
from ingest.store.models_unlinked import Unlinked

_ROWS = table_of(Unlinked)
_NOTE = insert(_ROWS).returning(_ROWS.c.id)
_DONE = delete(_ROWS).where(_ROWS.c.id.in_(bindparam("ids", expanding=True)))
_LEFT = select(_ROWS).where(_ROWS.c.stored_at < bindparam("before")).order_by(_ROWS.c.id)


class Left(NamedTuple):
    """Articles that were stored together."""

    id: int
    article_ids: Sequence[int]
    stored_at: datetime


def note(connection: Connection, article_ids: Collection[int], at: datetime) -> int:
    """The number of the note."""
    noted = {"stored_at": at, "article_ids": sorted(article_ids)}
    return int(connection.execute(_NOTE, noted).scalar_one())


def done(connection: Connection, ids: Collection[int]) -> None:
    connection.execute(_DONE, {"ids": sorted(ids)})


def left(connection: Connection, before: datetime) -> list[Left]:
    """What was stored before that time and is still to be linked."""
    return [
        Left(row.id, row.article_ids, row.stored_at) for row in connection.execute(_LEFT, {"before": before})
    ]
