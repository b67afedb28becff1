"""What was learned of each feed's recurring blocks: kept beside its articles, written in the poll's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, delete, select, update

from ingest.records import FIRM, LEARNED, FeedLearning
from ingest.store.bulk import dialect_of, renewal, rows_of, run, table_of
from ingest.store.models import Article, ArticleVersion, NoticeRow, Template, TemplateMemory

_TEMPLATES = table_of(Template)
_MEMORIES = table_of(TemplateMemory)
_MEMORY = select(_MEMORIES.c.memory).where(_MEMORIES.c.feed_id == bindparam("feed"))
_KNOWN = select(_TEMPLATES.c.feed_id, _TEMPLATES.c.signature, _TEMPLATES.c.confidence).where(
    _TEMPLATES.c.feed_id.in_(bindparam("feeds", expanding=True))
)
_FORGET = delete(_TEMPLATES).where(
    _TEMPLATES.c.feed_id == bindparam("feed"), _TEMPLATES.c.signature == bindparam("gone")
)


def load(connection: Connection, feed_id: int) -> bytes | None:
    """The feed's packed memory; None when nothing was learned yet."""
    return next((memory for (memory,) in rows_of(connection, _MEMORY, {"feed": feed_id})), None)


def learned(connection: Connection, feed_id: int) -> Sequence[RowMapping]:
    """The feed's templates, the most seen first."""
    table = table_of(Template)
    statement = (
        select(table).where(table.c.feed_id == feed_id).order_by(table.c.articles.desc(), table.c.signature)
    )
    return connection.execute(statement).mappings().all()


def save(connection: Connection, taught: Sequence[tuple[int, FeedLearning, datetime]]) -> None:
    """Replace what is remembered of each feed, and make its templates those it taught by then: others are forgotten."""
    dialect = dialect_of(connection)
    memories = [
        {"feed_id": feed_id, "memory": learning.memory, "updated_at": now}
        for feed_id, learning, now in taught
    ]
    if not memories:
        return
    run(connection, renewal(dialect, table_of(TemplateMemory), ("feed_id",), tuple(memories[0])), memories)
    rows = [
        {
            "feed_id": feed_id,
            "signature": template.signature,
            "masked": template.masked,
            "kind": template.kind,
            "articles": template.stories,
            "confidence": template.confidence,
            "first_seen_at": template.first_seen_at,
            "last_seen_at": template.last_seen_at,
        }
        for feed_id, learning, _ in taught
        for template in learning.templates
    ]
    kept = {(row["feed_id"], row["signature"]) for row in rows}
    known = connection.execute(_KNOWN, {"feeds": [feed_id for feed_id, *_ in taught]}).all()
    gone = [row for row in known if (row.feed_id, row.signature) not in kept]
    run(connection, _FORGET, [{"feed": row.feed_id, "gone": row.signature} for row in gone])
    for row in gone:
        if row.confidence < FIRM:
            _let_read_again(connection, row.feed_id, row.signature)
    if rows:
        run(connection, renewal(dialect, table_of(Template), ("feed_id", "signature"), tuple(rows[0])), rows)


def _let_read_again(connection: Connection, feed_id: int, signature: bytes) -> None:
    """Have the articles that a template cut taken for read by other rules. One that is being read now is left alone."""
    current = select(Article.current_version_id).where(Article.feed_id == feed_id)
    cut = select(NoticeRow.version_id).where(
        NoticeRow.version_id.in_(current), NoticeRow.rule == f"{LEARNED}{signature.hex()}"
    )
    free = select(ArticleVersion.id).where(ArticleVersion.id.in_(cut)).with_for_update(skip_locked=True)
    found = connection.scalars(free).all()
    connection.execute(
        update(ArticleVersion).where(ArticleVersion.id.in_(found)).values(catalogue_version="")
    )
