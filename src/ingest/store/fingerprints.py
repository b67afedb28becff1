"""The fingerprints of recent articles, and who shares some with whom.

Rows stand by the period in which they were written, then by shingle: writing touches the pages of one period, a look
goes into the two or three periods of the window whatever lies before them, and what has left the window is deleted as
one run of pages. No list of articles grows beyond COMMON in a period: what more than so many have tells nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, func, select, text

from ingest.store.bulk import chunks, dialect_of, table_of
from ingest.store.models import Article, Fingerprint
from ingest.store.types import ArticleStatus

PERIOD = timedelta(days=15)
COMMON = 20
"""Stories from which a shingle on is common; articles that one may name in a period."""

LEAST_HELD = 0.25
"""Share of the lesser text's fingerprints that two articles must have in common to be compared."""

MOST_COMPARED = 8
"""Articles that one is compared with at most, those with most in common first: any copy leads to the story."""

_ARTICLES, _ROWS = table_of(Article), table_of(Fingerprint)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

# The shingles asked about, as a table `listed` with one column `value`.
_LISTED = {
    "sqlite": "json_each(:shingles) AS listed",
    "postgresql": "unnest(CAST(:shingles AS bigint[])) AS listed(value)",
}
# SQLite is quickest row by row in the order of the key, PostgreSQL with all rows in one value a column.
_KEEP = {
    "sqlite": """
INSERT OR IGNORE INTO fingerprints (period, shingle, article_id, size) SELECT ?1, ?2, ?3, ?4
 WHERE NOT EXISTS (SELECT 1 FROM fingerprints WHERE period = ?1 AND shingle = ?2 LIMIT 1 OFFSET ?5)""",
    "postgresql": """
INSERT INTO fingerprints (period, shingle, article_id, size)
SELECT listed.* FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[], %s::smallint[])
       AS listed(period, shingle, article_id, size)
 WHERE NOT EXISTS (SELECT 1 FROM fingerprints f
                    WHERE f.period = listed.period AND f.shingle = listed.shingle LIMIT 1 OFFSET %s)
ON CONFLICT DO NOTHING""",
}
_LOOK = """
SELECT f.shingle, f.article_id, f.size FROM {listed} CROSS JOIN fingerprints f
 WHERE f.period IN ({periods}) AND f.shingle = listed.value"""
_FORGET = """
DELETE FROM fingerprints WHERE (period, shingle, article_id) IN
 (SELECT period, shingle, article_id FROM fingerprints WHERE period < :period LIMIT :most)"""

# Two looks at the ends of the key; both aggregates in one SELECT would read every row.
_PERIODS = select(
    select(func.min(_ROWS.c.period)).scalar_subquery(), select(func.max(_ROWS.c.period)).scalar_subquery()
)


class Kin(NamedTuple):
    """Pairs of articles to be compared, and those of the fingerprints asked about that are common."""

    pairs: list[tuple[int, int]]
    common: frozenset[int]


Postings = Mapping[int, Mapping[int, int]]
"""Shingle → article → how many fingerprints that has."""


def keep(connection: Connection, texts: Iterable[tuple[int, Sequence[int], datetime]]) -> None:
    """Write articles' fingerprints, given with the time their text was stored at. Those of older versions stay."""
    rows = sorted(
        (period, shingle, article_id, len(some))
        for article_id, some, at in texts
        for period in (_period(at),)
        for shingle in some
    )
    if not rows:
        return
    dialect = dialect_of(connection)
    bound: Any = [(*row, COMMON - 1) for row in rows]
    if dialect == "postgresql":
        bound = (*(list(column) for column in zip(*rows, strict=True)), COMMON - 1)
    connection.exec_driver_sql(_KEEP[dialect], bound)


def kin(
    connection: Connection, texts: Mapping[int, Collection[int]], *, at: datetime, window: timedelta
) -> Kin:
    """Pairs of an article of `texts` and one that may be its copy, the likeliest first for each; no pair twice.

    `texts` maps articles to their fingerprints. The other's text was stored within `window` of `at`.
    """
    postings = _look(connection, {shingle for some in texts.values() for shingle in some}, at, window)
    widespread = _common(connection, postings)
    likely = {
        article_id: _likely(article_id, [shingle for shingle in some if shingle not in widespread], postings)
        for article_id, some in texts.items()
    }
    others = {other_id for some in likely.values() for other_id in some}
    alive = _alive(connection, others, since=at - window, until=at + window)
    pairs: dict[frozenset[int], tuple[int, int]] = {}
    for article_id, some in likely.items():
        for other_id in [other_id for other_id in some if other_id in alive][:MOST_COMPARED]:
            pairs.setdefault(frozenset((article_id, other_id)), (article_id, other_id))
    return Kin(list(pairs.values()), widespread)


def common(
    connection: Connection, shingles: Collection[int], *, at: datetime, window: timedelta
) -> frozenset[int]:
    """Those of the fingerprints that so many stories have that they tell nothing."""
    return _common(connection, _look(connection, shingles, at, window))


def times(connection: Connection, article_ids: Collection[int]) -> dict[int, datetime]:
    """When the current text of these articles was stored, those taken down left out."""
    found: dict[int, datetime] = {}
    for chunk in chunks(sorted(article_ids)):
        statement = select(_ARTICLES.c.id, _ARTICLES.c.last_changed_at).where(
            _ARTICLES.c.id.in_(chunk), _ARTICLES.c.status != ArticleStatus.TOMBSTONED
        )
        found |= {row.id: row.last_changed_at for row in connection.execute(statement)}
    return found


def is_stale(connection: Connection, *, at: datetime, window: timedelta) -> bool:
    """Whether there are rows that no look at this time goes into."""
    oldest = connection.scalar(select(func.min(_ROWS.c.period)))
    return oldest is not None and oldest < _period(at - window)


def forget(connection: Connection, *, at: datetime, window: timedelta, most: int = 5000) -> None:
    """Delete at most so many of those rows, the oldest period first."""
    connection.execute(text(_FORGET), {"period": _period(at - window), "most": most})


# --------------------------------------------------------------------------- looking


def _look(connection: Connection, shingles: Collection[int], at: datetime, window: timedelta) -> Postings:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    if not shingles:
        return found
    oldest, newest = connection.execute(_PERIODS).one()
    if oldest is None:
        return found
    periods = range(max(oldest, _period(at - window)), min(newest, _period(at + window)) + 1)
    statement = _look_into(dialect_of(connection), periods)
    rows = connection.execute(statement, {"shingles": _bound(connection, sorted(shingles))})
    for shingle, article_id, size in rows.all():  # at once: half the cost of one by one
        found[shingle][article_id] = size
    return found


@lru_cache(maxsize=32)
def _look_into(dialect: str, periods: range) -> TextClause:
    return text(_LOOK.format(listed=_LISTED[dialect], periods=", ".join(map(str, periods)) or "NULL"))


def _common(connection: Connection, postings: Postings) -> frozenset[int]:
    """Shingles of many stories; twenty copies of one story are one."""
    many = {shingle: articles for shingle, articles in postings.items() if len(articles) >= COMMON}
    ids = sorted({article_id for articles in many.values() for article_id in articles})
    stories: dict[int, int] = {}
    for chunk in chunks(ids):
        rows = connection.execute(
            select(_ARTICLES.c.id, _ARTICLES.c.story_id).where(_ARTICLES.c.id.in_(chunk))
        )
        stories |= {row.id: row.story_id for row in rows if row.story_id is not None}
    return frozenset(
        shingle
        for shingle, articles in many.items()
        if len({stories.get(article_id, -article_id) for article_id in articles}) >= COMMON
    )


def _likely(article_id: int, shingles: Sequence[int], postings: Postings) -> list[int]:
    """Articles that hold enough of these shingles, those with most first."""
    held: dict[int, int] = defaultdict(int)
    sizes: dict[int, int] = {}
    for shingle in shingles:
        for other_id, size in postings.get(shingle, {}).items():
            held[other_id] += 1
            sizes[other_id] = size
    held.pop(article_id, None)
    enough = [
        (number, other_id)
        for other_id, number in held.items()
        if number >= LEAST_HELD * min(len(shingles), sizes[other_id])
    ]
    return [other_id for _, other_id in sorted(enough, key=lambda one: (-one[0], one[1]))]


def _alive(connection: Connection, ids: Collection[int], *, since: datetime, until: datetime) -> set[int]:
    """Those of the articles whose current text was stored in that time, those taken down left out."""
    found: set[int] = set()
    for chunk in chunks(sorted(ids)):
        statement = select(_ARTICLES.c.id).where(
            _ARTICLES.c.id.in_(chunk),
            _ARTICLES.c.status != ArticleStatus.TOMBSTONED,
            _ARTICLES.c.last_changed_at.between(since, until),
        )
        found.update(connection.scalars(statement))
    return found


def _period(at: datetime) -> int:
    return (at - _BEGINNING) // PERIOD


def _bound(connection: Connection, shingles: Collection[int]) -> str | list[int]:
    """A list of shingles as the engine takes it in one value."""
    return json.dumps(list(shingles)) if dialect_of(connection) == "sqlite" else list(shingles)
