"""Whoever changes a story holds a lock over all of them: two workers that link copies of one text would make two of it.

On PostgreSQL an advisory lock stands for all stories, and each article of the story is locked as well; on SQLite the
transaction that writes is the only one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from ingest.errors import StoreError
from ingest.store.bulk import chunks, dialect_of, table_of
from ingest.store.models import Article
from ingest.store.types import ArticleStatus

T = TypeVar("T")

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between one attempt and the next, while another worker has an article of the story in hand."""

_ONE_AT_A_TIME = 5_902_743_118_210
"""Of PostgreSQL's advisory locks the one that stands for all stories."""

# Statements are made once: to make one takes as long as to run it.
_ARTICLES = table_of(Article)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
ALIVE = select(_ARTICLES.c.id, _ARTICLES.c.story_id, _ARTICLES.c.is_original).where(
    _ARTICLES.c.id.in_(_IDS), _ARTICLES.c.status != ArticleStatus.TOMBSTONED
)
"""Those of the articles `ids` that are not taken down."""
_LOCKING = ALIVE.order_by(_ARTICLES.c.id).with_for_update(skip_locked=True, key_share=True)


class BusyError(StoreError):
    """Another transaction has an article of the story in hand: see `retried`."""


def retried(attempt: Callable[[], T]) -> T:
    """What `attempt`, a whole transaction, comes to: tried again after each of the PAUSES while it is busy."""
    for pause in PAUSES:
        try:
            return attempt()
        except BusyError:
            time.sleep(pause)
    return attempt()


def hold(connection: Connection, article_ids: Collection[int]) -> dict[int, int | None]:
    """Story of each of these articles that is not taken down; nobody else changes a story, or these, until the end.

    Raises BusyError rather than wait with a lock in hand: who has the article may be waiting for us.
    """
    found: dict[int, int | None] = {}
    held: set[int] = set()
    with_locks = dialect_of(connection) == "postgresql"
    if with_locks:
        connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    for chunk in chunks(sorted(article_ids)):
        if with_locks:
            held |= {row.id for row in connection.execute(_LOCKING, {"ids": chunk})}
        found |= {row.id: row.story_id for row in connection.execute(ALIVE, {"ids": chunk})}
    if with_locks and found.keys() - held:
        raise BusyError("an article of the story is being written by another worker")
    return found
