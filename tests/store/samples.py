"""Sample records as the stages make them, for tests of the store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, func, select

from ingest.feeds.changes import keys_of, version_digest
from ingest.records import (
    Attribution,
    Brought,
    Byline,
    Change,
    ChangeReason,
    Changes,
    Document,
    Draft,
    Entry,
    Evidence,
    EvidenceKind,
    Extraction,
    FailureKind,
    FeedLearning,
    Hop,
    HopRole,
    Lease,
    NextPoll,
    Notice,
    NoticeKind,
    Outcome,
    ParsedFeed,
    PollCounts,
    PollRecord,
    Source,
)
from ingest.store.base import Base
from ingest.store.bulk import mappings, table_of, update_all
from ingest.store.engine import Store
from ingest.store.feeds import add_feed
from ingest.store.leases import claim
from ingest.store.models import Poll
from ingest.store.polls import persist

NOW = datetime(2026, 3, 1, 12, 0, 0, 250000, tzinfo=UTC)
HOUR = timedelta(hours=1)
FOOTER = "The post T appeared first on Herald."


def seen_at(quote: str) -> tuple[Evidence, ...]:
    return (Evidence(EvidenceKind.NOTICE, "notice:5-41", quote, 0.9),)


ATTRIBUTION = Attribution(
    bylines=(
        Byline("Ada  Marsh", "author", 0, seen_at("Ada Marsh")),
        Byline("Bo Lind", "author", None, ()),
        Byline("Poster", "author", 1, ()),
        Byline("Cy Photo", "photographer", 0, ()),
    ),
    hops=(
        Hop(
            0,
            "Tribune",
            "https://tribune.example/a",
            HopRole.ORIGIN,
            0.8,
            seen_at("Tribune"),
            "tribune.example",
        ),
        Hop(1, "Herald", None, HopRole.UPSTREAM, 0.9, seen_at(FOOTER)),
        Hop(2, "Mirror Site", "https://mirror.example/", HopRole.DELIVERY, 1.0, (), "mirror.example"),
    ),
    publisher="Mirror Site",
    publisher_url="https://mirror.example/",
    publisher_domain="mirror.example",
    original_publisher="Tribune",
    original_publisher_url="https://tribune.example/",
    original_publisher_domain="tribune.example",
    original_url="https://tribune.example/a",
    agency="AP",
    copyright_holder="Tribune Co.",
    copyright_year=2026,
    license="CC-BY-4.0",
    usage_terms="Ask first.",
    removal_contact="rights@tribune.example",
    evidence={"agency": seen_at("(AP)")},
)


def entry(guid: str, text: str = "Body.", **fields: object) -> Entry:
    digest = hashlib.blake2b(f"{guid}/{text}".encode(), digest_size=8).digest()
    defaults: dict[str, object] = {
        "url": f"https://mirror.example/{guid}",
        "title": f"Title {guid}",
        "summary": None,
        "content": f"<p>{text}</p><p>{FOOTER}</p>",
        "item_digest": digest,
        "published": NOW - HOUR,
        "tags": ("News",),
    }
    return Entry(guid=guid, **{**defaults, **fields})  # type: ignore[arg-type]


def draft(item: Entry, article_id: int | None = None, attribution: Attribution = ATTRIBUTION) -> Draft:
    body = item.body.replace("<p>", "").replace("</p>", "\n").strip()
    clean = body.removesuffix(FOOTER).rstrip()
    start = len(body) - len(FOOTER)
    notice = Notice(
        NoticeKind.APPEARED_FIRST,
        start,
        len(body),
        FOOTER,
        "en.post",
        0.95,
        {"publisher": "Herald"},
        lead="\n",
    )
    reason = ChangeReason.NEW if article_id is None else ChangeReason.EDITED
    change = Change(item, keys_of(item), version_digest(item), reason, article_id)
    extraction = Extraction(
        item.title, clean, body, item.body, Document(body, ()), (notice,), attribution, language="en"
    )
    return Draft(change, Source(item.body, url=item.url, statements=item.statements), extraction)


def document(*entries: Entry, **fields: object) -> ParsedFeed:
    digests = tuple(item.item_digest for item in entries if item.item_digest)
    return ParsedFeed("rss", "rss20", "Mirror", "https://mirror.example/", entries, digests, **fields)  # type: ignore[arg-type]


def record(at: datetime = NOW, outcome: Outcome = Outcome.STORED, **fields: object) -> PollRecord:
    following = NextPoll(at + HOUR, HOUR, "every 1 h")
    return PollRecord(at, at + timedelta(seconds=1), outcome, following, **fields)  # type: ignore[arg-type]


def failure(at: datetime = NOW) -> PollRecord:
    return record(at, Outcome.FAILED, failure=FailureKind.TIMEOUT, detail="no answer in 30 s", failures=0.25)


def feed(store: Store, url: str = "https://mirror.example/feed") -> int:
    with store.write() as connection:
        return add_feed(connection, url, now=NOW - HOUR)[0]


def list_polls(connection: Connection, feed_id: int) -> Sequence[RowMapping]:
    """The polls of a feed, newest first."""
    polls = table_of(Poll)
    return mappings(connection, select(polls).where(polls.c.feed_id == feed_id).order_by(polls.c.id.desc()))


def leased(store: Store, *feed_ids: int, at: datetime = NOW) -> Lease:
    with store.write() as connection:
        return claim(
            connection, now=at, owner="w", limit=1, lease_for=HOUR, feed_ids=feed_ids or None, due_only=False
        )[0]


def poll(
    store: Store,
    feed_id: int,
    drafts: Sequence[Draft],
    parsed: ParsedFeed | None = None,
    changes: Changes | None = None,
    at: datetime = NOW,
    **fields: object,
) -> PollCounts:
    """One whole poll: lease, persist."""
    lease = leased(store, feed_id, at=at)
    return persisted(store, brought(lease, drafts, record(at, **fields), parsed, changes))


def brought(
    lease: Lease,
    drafts: Sequence[Draft],
    told: PollRecord | None = None,
    parsed: ParsedFeed | None = None,
    changes: Changes | None = None,
    learning: FeedLearning | None = None,
) -> Brought:
    """A poll that read these drafts in a document of its own."""
    parsed = parsed or document(*(item.change.entry for item in drafts))
    changes = changes or Changes(tuple(item.change for item in drafts), ())
    return Brought(lease, told or record(), parsed, changes, drafts, learning, "c1")


def persisted(store: Store, poll: Brought) -> PollCounts:
    """What comes of a poll that is stored alone."""
    with store.write() as connection:
        (counts,) = persist(connection, [poll]).counts
    return counts


# --------------------------------------------------------------------------- rows


def row(connection: Connection, model: type[Base], number: int) -> Row[Any]:
    return connection.execute(select(model).where(table_of(model).c.id == number)).one()


def change(connection: Connection, model: type[Base], number: int, **values: Any) -> None:
    update_all(connection, model, [{"id": number, **values}])


def count_of(connection: Connection, model: type[Base]) -> int:
    return connection.scalar(select(func.count()).select_from(model)) or 0
