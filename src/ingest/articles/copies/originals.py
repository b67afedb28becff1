"""Which of the copies of a story is the original, by what they say themselves. Pure.

1. A copy that names an earlier hand, an agency or is an excerpt of another is not the original.
2. Of the others, the one that a copy names as its source is.
3. Where none is named, and no copy names a source outside the story, the one that states the earliest time is.
4. Else it is not known: a text without a word about its source may be the first or the tenth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from ingest import urls
from ingest.articles.publishers import names
from ingest.articles.publishers import table as publishers
from ingest.records import Attribution, Hop, HopRole, StoryCopy

EARLIER_BY = timedelta(minutes=1)
"""How much earlier a stated time must be to be the earliest."""


@lru_cache(maxsize=4096)  # of many copies each is held against each
def same(name: str | None, url: str | None, other_name: str | None, other_url: str | None) -> bool:
    """One publisher, of hands in chains: these bear the names of the table already, a deployment's own included."""
    return names.same(name, url, other_name, other_url, publishers.load())


@dataclass(frozen=True, slots=True)
class Verdict:
    """Article → whether it is the original, None where nothing tells; why, one line; and the articles that told it."""

    is_original: Mapping[int, bool | None] = field(default_factory=dict)
    reason: str | None = None
    decided_by: frozenset[int] = frozenset()


def judge(copies: Sequence[StoryCopy]) -> Verdict:
    """At most one copy is the original. `copies` are of one story."""
    silent = [copy for copy in copies if not (copy.is_excerpt or earlier_hands(copy.attribution))]
    told: dict[int, bool | None] = {copy.article_id: None if copy in silent else False for copy in copies}
    naming = [copy for copy in copies if copy.attribution.original_url or earlier_hands(copy.attribution)]
    named = [(copy, by) for copy in silent if (by := _named_by(copy, naming))]
    if named:
        original, by = min(named, key=lambda one: _order(one[0]))
        told |= {copy.article_id: copy is original for copy in copies}
        why = f"article {by.article_id} names {_name(original)} as its source"
        return Verdict(told, why, frozenset((original.article_id, by.article_id)))
    outside = [(hop, copy) for copy in copies for hop in earlier_hands(copy.attribution)]
    if outside:
        hop, by = max(outside, key=lambda one: (one[0].role is HopRole.ORIGIN, one[0].confidence))
        for copy in silent:
            if _is_later(copy, by):
                told[copy.article_id] = False
        why = f"article {by.article_id} names {hop.publisher or hop.url}, of whom there is no copy here"
        return Verdict(told, why, frozenset((by.article_id,)))
    earliest = _earliest(silent)
    if earliest is None:
        return Verdict(told, None)
    told |= {copy.article_id: copy is earliest for copy in copies}
    why = "it states the earliest time, and no copy names a source"
    return Verdict(told, why, frozenset((earliest.article_id,)))


def earlier_hands(stated: Attribution) -> tuple[Hop, ...]:
    """The hops before the one who delivered it."""
    return tuple(hop for hop in stated.hops if not is_delivery(hop, stated))


def is_delivery(hop: Hop, stated: Attribution) -> bool:
    """Whether the hop is who delivered the article; its role is `origin` when it says it is its own."""
    return hop is stated.hops[-1] and (
        hop.role is HopRole.DELIVERY or same(hop.publisher, hop.url, stated.publisher, stated.publisher_url)
    )


def _named_by(copy: StoryCopy, copies: Sequence[StoryCopy]) -> StoryCopy | None:
    """A copy that names this one's publisher, or its address, as an earlier hand."""
    own = copy.attribution
    address = urls.normalise(copy.url) if copy.url else None
    for other in copies:
        if other is copy:
            continue
        stated = other.attribution
        if address and stated.original_url and urls.normalise(stated.original_url) == address:
            return other
        hands = earlier_hands(stated)
        if any(same(hop.publisher, hop.url, own.publisher, own.publisher_url) for hop in hands):
            return other
    return None


def _earliest(silent: Sequence[StoryCopy]) -> StoryCopy | None:
    times = sorted(copy.published for copy in silent if copy.published)
    if len(times) < len(silent) or not times:
        return None
    if len(times) > 1 and times[1] - times[0] < EARLIER_BY:
        return None
    return next(copy for copy in silent if copy.published == times[0])


def _is_later(copy: StoryCopy, other: StoryCopy) -> bool:
    return bool(copy.published and other.published and copy.published > other.published)


def _order(copy: StoryCopy) -> tuple[bool, float, int]:
    """A publisher may have the article in several feeds: the first counts."""
    at = copy.published or copy.first_seen
    return (copy.published is None, at.timestamp() if at else 0.0, copy.article_id)


def _name(copy: StoryCopy) -> str:
    return copy.attribution.publisher or copy.url or f"article {copy.article_id}"
