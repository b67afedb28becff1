"""Reading the archive again: the current versions with what they were made from, and what replaces what was made."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, select, update

from ingest.records import Extraction, Notice, NoticeKind, Source
from ingest.store import derived, given, withholding
from ingest.store.bulk import chunks, table_of
from ingest.store.models import Article, ArticleVersion, BylineRow, HopRow, NoticeRow, Person, Publisher
from ingest.store.types import ArticleStatus


@dataclass(frozen=True, slots=True)
class Made:
    """What reading a version came to, as far as two readings are compared.

    `notices` counts kinds with their quotes; `fields` has the columns of the attribution, publishers and people by
    their folded names, and all hops and bylines under these two names.
    """

    text: str
    notices: Counter[tuple[NoticeKind, str]]
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A current version as it stands in the store: what to read again, and what it was read as."""

    version_id: int
    article_id: int
    catalogue_version: str
    source: Source
    notices: tuple[Notice, ...]
    warnings: tuple[str, ...]
    made: Made


def waiting(
    connection: Connection,
    *,
    other_than: str | None,
    feed_ids: Collection[int] | None = None,
    since: datetime | None = None,
) -> dict[int, list[int]]:
    """Ids of the current versions to be read, by feed, oldest first.

    Those that other rules than the catalogue version `other_than` read, all when it is None; of these feeds; of
    articles first seen since then.
    """
    statement = _current(Article.feed_id, ArticleVersion.id).order_by(Article.feed_id, ArticleVersion.id)
    if other_than is not None:
        statement = statement.where(ArticleVersion.catalogue_version != other_than)
    if feed_ids is not None:
        statement = statement.where(Article.feed_id.in_(feed_ids))
    if since is not None:
        statement = statement.where(Article.first_seen_at >= since)
    found: dict[int, list[int]] = defaultdict(list)
    for feed_id, version_id in connection.execute(statement):
        found[feed_id].append(version_id)
    return dict(found)


def read(connection: Connection, feed_id: int, version_ids: Sequence[int]) -> list[Kept]:
    """Those of these versions of the feed's articles that are still current, by id."""
    feed = given.feed_of(connection, feed_id)
    rows: list[RowMapping] = []
    for chunk in chunks(version_ids):
        statement = _versions().where(ArticleVersion.id.in_(chunk)).order_by(ArticleVersion.id)
        rows += connection.execute(statement).mappings()
    ids = [row["id"] for row in rows]
    notices, hops, bylines = _notices(connection, ids), _hops(connection, ids), _bylines(connection, ids)
    return [
        Kept(
            row["id"],
            row["article_id"],
            row["catalogue_version"],
            given.source_of(row, feed),
            notices[row["id"]],
            tuple(row["warnings"]),
            Made(
                row["text"],
                _counted(notices[row["id"]]),
                {name: row[name] for name in _FIELDS}
                | {"hops": hops[row["id"]], "bylines": bylines[row["id"]]},
            ),
        )
        for row in rows
    ]


def made_of(extraction: Extraction) -> Made:
    """What a new reading comes to, to be held against `Kept.made`."""
    stated = extraction.attribution
    return Made(
        extraction.text,
        _counted(extraction.notices),
        {name: getattr(stated, name) for name in derived.STATED}
        | {
            "publisher": derived.publisher_key(stated.publisher, stated.publisher_domain) or None,
            "original_publisher": derived.publisher_key(
                stated.original_publisher, stated.original_publisher_domain
            )
            or None,
            "hops": [
                (hop.position, derived.publisher_key(hop.publisher, hop.domain) or None, hop.url, hop.role)
                for hop in stated.hops
            ],
            "bylines": [
                (derived.folded(byline.name), byline.role, byline.hop)
                for byline in stated.bylines
                if derived.folded(byline.name)
            ],
        },
    )


def replace(
    connection: Connection, reread: Sequence[tuple[Kept, Extraction]], *, catalogue_version: str
) -> frozenset[int]:
    """Put new readings in the place of the old ones; the ids of the versions that got theirs.

    A version that is no longer its article's current one, that other rules have read meanwhile, or whose article
    another transaction has in hand, stays as it is. Names are written before articles are locked, as their order has
    it (docs/architecture.md); so a first look leaves out what is lost already: nobody is named for its sake.
    """
    withholding.wait_for_takedowns(connection)
    kept_ones = [kept for kept, _ in reread]
    standing = _standing(connection, kept_ones, _CHECKED)
    read = [(kept.version_id, extraction) for kept, extraction in reread if kept.version_id in standing]
    if not read:
        return frozenset()
    names = derived.names_in(connection, [extraction for _, extraction in read])
    free = _standing(connection, kept_ones, _LOCKING)
    done = [(version_id, extraction) for version_id, extraction in read if version_id in free]
    if not done:
        return frozenset()
    _update(
        connection,
        {
            version_id: {
                **derived.columns(extraction, names),
                "warnings": list(extraction.warnings),
                "catalogue_version": catalogue_version,
            }
            for version_id, extraction in done
        },
    )
    for details in map(table_of, derived.DETAILS):
        for chunk in chunks([version_id for version_id, _ in done]):
            connection.execute(delete(details).where(details.c.version_id.in_(chunk)))
    derived.insert_details(connection, done, names)
    return frozenset(version_id for version_id, _ in done)


# --------------------------------------------------------------------------- statements


def _current(*columns: Any) -> Select[Any]:
    """These columns of current versions and their articles, those taken down left out."""
    return (
        select(*columns)
        .join(Article, Article.current_version_id == ArticleVersion.id)
        .where(Article.status != ArticleStatus.TOMBSTONED)
    )


_CHECKED = _current(ArticleVersion.id, ArticleVersion.catalogue_version).where(
    ArticleVersion.id.in_(bindparam("ids", expanding=True))
)
_LOCKING = _CHECKED.with_for_update(of=(Article, ArticleVersion), skip_locked=True, key_share=True)
"""Holds them with their articles until the transaction ends. SQLite has no row locks and needs none: its writing
transactions come one after the other."""


def _standing(connection: Connection, kept: Sequence[Kept], statement: Select[Any]) -> set[int]:
    """Versions that still stand as they were read, as one of these two statements finds them."""
    before = {one.version_id: one.catalogue_version for one in kept}
    return {
        row.id
        for chunk in chunks(sorted(before))
        for row in connection.execute(statement, {"ids": chunk})
        if row.catalogue_version == before[row.id]
    }


def _update(connection: Connection, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Set these columns of each version; the same ones in all."""
    table = table_of(ArticleVersion)
    columns = next(iter(rows.values())).keys()
    connection.execute(
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in columns}),
        [
            {"row_id": version_id} | {f"new_{name}": value for name, value in row.items()}
            for version_id, row in rows.items()
        ],
    )


_DELIVERER, _ORIGINAL = (table_of(Publisher).alias(name) for name in ("deliverer", "original"))
_FIELDS = ("publisher", "original_publisher", *derived.STATED)


def _versions() -> Any:
    columns = ("id", "article_id", "catalogue_version", *given.COLUMNS, "text", "warnings", *derived.STATED)
    return (
        _current(
            *(table_of(ArticleVersion).c[name] for name in columns),
            Article.url,
            _DELIVERER.c.key.label("publisher"),
            _ORIGINAL.c.key.label("original_publisher"),
        )
        .outerjoin(_DELIVERER, _DELIVERER.c.id == ArticleVersion.publisher_id)
        .outerjoin(_ORIGINAL, _ORIGINAL.c.id == ArticleVersion.original_publisher_id)
    )


# --------------------------------------------------------------------------- rows as records


def _notices(connection: Connection, version_ids: Sequence[int]) -> dict[int, tuple[Notice, ...]]:
    found: dict[int, tuple[Notice, ...]] = defaultdict(tuple)
    table = table_of(NoticeRow)
    for chunk in chunks(version_ids):
        statement = select(table).where(table.c.version_id.in_(chunk)).order_by(table.c.ordinal)
        for row in connection.execute(statement):
            fields = {name: tuple(v) if isinstance(v, list) else v for name, v in row.fields.items()}
            found[row.version_id] += (
                Notice(
                    row.kind, row.start, row.end, row.quote, row.rule, row.confidence, fields, row.cut,
                    row.lead, row.trail,
                ),
            )  # fmt: skip
    return found


def _hops(connection: Connection, version_ids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for chunk in chunks(version_ids):
        statement = (
            select(HopRow.version_id, HopRow.position, Publisher.key, HopRow.url, HopRow.role)
            .outerjoin(Publisher, Publisher.id == HopRow.publisher_id)
            .where(HopRow.version_id.in_(chunk))
            .order_by(HopRow.position)
        )
        for version_id, *hop in connection.execute(statement):
            found[version_id].append(tuple(hop))
    return found


def _bylines(connection: Connection, version_ids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for chunk in chunks(version_ids):
        statement = (
            select(BylineRow.version_id, Person.key, BylineRow.role, BylineRow.hop_position)
            .join(Person, Person.id == BylineRow.person_id)
            .where(BylineRow.version_id.in_(chunk))
            .order_by(BylineRow.ordinal)
        )
        for version_id, *byline in connection.execute(statement):
            found[version_id].append(tuple(byline))
    return found


def _counted(notices: Iterable[Notice]) -> Counter[tuple[NoticeKind, str]]:
    return Counter((notice.kind, notice.quote) for notice in notices)
