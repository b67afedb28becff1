"""From a feed's document to drafts: what the store lacks of it, taken through the article stages.

What a poll and a walk through a feed's history have in common.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ingest.clock import Clock
from ingest.extraction import Extractor, batches
from ingest.feeds import changes
from ingest.records import (
    Awaited,
    Change,
    Changes,
    Draft,
    DuePage,
    Extraction,
    Failure,
    FeedLearning,
    FeedPolicy,
    Lease,
    ParsedFeed,
    Source,
    SourceFeed,
    Unchanged,
    Withheld,
)
from ingest.stages import STOPPED, read_plainly
from ingest.store import known
from ingest.store.engine import Store
from ingest.urls import without_secrets

if TYPE_CHECKING:
    from ingest.pages import PageReader


class Drafted(NamedTuple):
    """Drafts, what they teach of the feed's templates, the version of the rules that read them, and warnings."""

    drafts: tuple[Draft, ...] = ()
    learning: FeedLearning | None = None
    catalogue_version: str = ""
    warnings: tuple[str, ...] = ()
    awaited: Mapping[int, Awaited | None] | None = None  # by article, as in records.Brought


@dataclass(frozen=True, slots=True)
class Drafting:
    """Under what a poll drafts: its lease, the feed's memory of templates, whose pages are read, its time."""

    lease: Lease
    memory: bytes | None
    policy: FeedPolicy
    clock: Clock
    until: float  # see time_of


def time_of(lease: Lease, clock: Clock, timeout: float) -> float:
    """When, by time.monotonic(), the last call of `timeout` seconds must begin to end, and be stored, within the lease.

    The lease was had at `clock.now`.
    """
    whole = (lease.until - clock.now).total_seconds()
    return clock.began + max(whole - 2 * timeout, whole / 2, timeout)


def present_in(parsed: ParsedFeed, known_items: Mapping[bytes, int]) -> list[Unchanged]:
    """The items that stand in the document as we have them; `known_items` maps the digest of each to its article."""
    digests = dict.fromkeys(parsed.item_digests)
    return [Unchanged(known_items[digest], digest) for digest in digests if digest in known_items]


async def decide(
    store: Store, feed_id: int, parsed: ParsedFeed, present: Collection[int] = frozenset()
) -> Changes:
    """The decisions on the entries of a document. `present`: articles that stand in it as we have them."""
    keys = [changes.keys_of(entry) for entry in parsed.entries]
    have, withheld = await store.query(known.about, feed_id, keys) if keys else ([], Withheld())
    return changes.decide(parsed.entries, have, entry_keys=keys, present=present, withheld=withheld)


def sources_of(lease: Lease, parsed: ParsedFeed, changed: Sequence[Change]) -> list[Source]:
    """What the article stages are told about each changed entry.

    An entry of Atom or JSON Feed that names no author has those of its feed (RFC 4287 §4.2.1, JSON Feed 1.1).
    """
    feed = SourceFeed(
        lease.url,
        parsed.title or lease.title,
        parsed.url,
        parsed.language or lease.language,
        parsed.statements,
    )
    sources = [Source.of_entry(change.entry, feed) for change in changed]
    if parsed.format not in ("atom", "json"):
        return sources
    return [source if source.authors else replace(source, authors=parsed.authors) for source in sources]


async def draft(
    extractor: Extractor,
    memory: bytes | None,
    changed: Sequence[Change],
    sources: Sequence[Source],
    now: datetime,
    until: float,
) -> Drafted:
    """Changed entries of one feed, each with its source, extracted with what they and those before (`memory`) teach.

    Entries that are not extracted by `until` (`time_of`) are stored as plain text: a poll that outlives its lease is
    refused whole and begun again, for ever if it is the entries that take so long.
    """
    learning: FeedLearning | None = None
    version = ""
    warnings: list[str] = []
    extractions: list[Extraction] = []
    for batch in batches(zip(sources, (change.story_key for change in changed), strict=True)):
        done = await extractor.learn(batch, memory, now, until)
        extractions += [
            _or_plain(source, result, warnings)
            for (source, _), result in zip(batch, done.results, strict=True)
        ]
        version = done.catalogue_version or version
        if done.learning:
            learning, memory = done.learning, done.learning.memory
    drafts = (
        Draft(change, extraction.kept_source or source, extraction)
        for change, source, extraction in zip(changed, sources, extractions, strict=True)
    )
    return Drafted(tuple(drafts), learning, version, tuple(warnings))


async def draft_with_pages(
    pages: PageReader,
    extractor: Extractor,
    how: Drafting,
    *,
    changed: Sequence[Change] = (),
    sources: Sequence[Source] = (),
    due: Sequence[DuePage],
) -> Drafted:
    """As `draft`, with the pages that the policy asks for, and those that earlier polls could not have and are due.

    A late page becomes a version of its article, unless it tells nothing that the article does not say already.
    """
    first = len(changed)
    waiting = {place: one.awaited for place, one in enumerate(due, first)}
    wanted = [*sources, *(one.source for one in due)]
    read = await pages.read(how.lease, wanted, how.policy, how.clock, waiting)
    had = [(one, read.sources[place]) for place, one in enumerate(due, first) if place not in read.missed]
    made = await draft(
        extractor,
        how.memory,
        [*changed, *(one.change for one, _ in had)],
        [*read.sources[:first], *(source for _, source in had)],
        how.clock.now,
        how.until,
    )
    fresh = [replace(one, awaited=read.missed.get(place)) for place, one in enumerate(made.drafts[:first])]
    late = [
        one
        for one, (known, _) in zip(made.drafts[first:], had, strict=True)
        if _tells_more(one, known.source)
    ]
    articles = {one.change.article_id: read.missed.get(place) for place, one in enumerate(due, first)}
    awaited = {number: how for number, how in articles.items() if number is not None}
    return made._replace(drafts=(*fresh, *late), warnings=(*read.warnings, *made.warnings), awaited=awaited)


def _tells_more(late: Draft, known: Source) -> bool:
    """Whether what was read of a page, or told by one that may not be kept, is more than the feed gave."""
    if STOPPED in late.extraction.warnings:
        return False
    kept = late.source
    told, before = ((one.statements, one.authors, one.published) for one in (kept, known))
    return kept.is_page or told != before


def _or_plain(source: Source, result: Extraction | Failure, warnings: list[str]) -> Extraction:
    if isinstance(result, Extraction):
        return result
    name = without_secrets(source.url) if source.url else source.title or "an entry"
    warnings.append(f"{name}: could not be extracted ({result.detail}); stored as plain text")
    return read_plainly(source)
