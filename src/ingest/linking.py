"""The last stage: articles just stored → their copies → stories, and what the copies tell of one another.

Fingerprints are written with the articles, in the transaction of the poll. Here a reader asks who shares some, which
most articles do with nobody, and compares the texts of those who do; only what was found is written, in a transaction
of its own. What fails here costs the poll nothing: it is stored.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from ingest.articles.copies import fingerprints as texts
from ingest.articles.copies import informing, originals
from ingest.records import Attribution, Containment, CopyRelation, Extraction, LinkedBy, StoryLink
from ingest.store import fingerprints, hearing, stories, story_locks, trails, withholding
from ingest.store.engine import Store
from ingest.store.trails import Reading

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the texts of some articles say: links, pairs that are copies no more, articles that are linked."""

    links: Sequence[StoryLink] = ()
    broken: Sequence[tuple[int, int]] = ()
    linked: frozenset[int] = frozenset()
    is_stale: bool = False  # there are fingerprints that nobody will look at

    def __bool__(self) -> bool:
        return bool(self.links or self.broken or self.linked)


class Linker:
    """`window` is how far apart in time two copies may be stored."""

    def __init__(self, store: Store, window: timedelta) -> None:
        self._store = store
        self._window = window

    async def link(self, written: Mapping[int, Sequence[int]], at: datetime) -> bool:
        """Link articles, given with their fingerprints, whose text was stored `at` that time, or just before.

        Never raises for a fault: it is logged. False then.
        """
        if not written:
            return True
        try:
            await self._link(written, at)
        except Exception:
            log.exception("copies were not linked", extra={"articles": sorted(written)})
            return False
        return True

    async def late(self, article_ids: Sequence[int], at: datetime) -> None:
        """The same for articles that were stored `at` that time by somebody who did not come to link them."""
        read = await self._store.query(trails.readings, article_ids)
        await self.link({key: texts.fingerprints(one.text) for key, one in read.items()}, at)

    async def again(self, read: Mapping[int, Extraction], now: datetime) -> None:
        """The same for articles of the archive that were read anew: their fingerprints are written first."""
        found = {article_id: extraction.fingerprints for article_id, extraction in read.items()}
        times = await self._store.call(partial(_keep_again, since=now - self._window), found)
        by_time: dict[datetime, dict[int, Sequence[int]]] = defaultdict(dict)
        for article_id, at in times.items():
            by_time[at][article_id] = found[article_id]
        for at, some in by_time.items():
            await self.link(some, at)

    async def _link(self, written: Mapping[int, Sequence[int]], at: datetime) -> None:
        found = await self._store.query(partial(_look, at=at, window=self._window), written)
        if found:
            await self._patiently(found, at)
        if found.is_stale:
            await self._store.call(partial(fingerprints.forget, at=at, window=self._window))

    async def _patiently(self, found: _Found, at: datetime) -> None:
        """As `story_locks.retried`, from the event loop."""
        settle = partial(_settle, now=at)
        for pause in story_locks.PAUSES:
            try:
                await self._store.call(settle, found)
                return
            except story_locks.BusyError:
                await asyncio.sleep(pause)
        await self._store.call(settle, found)


def retell(
    connection: Connection,
    story_ids: Iterable[int],
    *,
    now: datetime,
    joined: Collection[int] | None = None,
) -> None:
    """Decide anew which article of each story is the original and what its copies tell of one another.

    From the articles' own claims alone: to do it again changes nothing. Where others have just `joined`, these and
    some more are heard (`store/hearing.py`), so that a copy costs the same however many there are; else all.
    """
    for story_id in sorted(story_ids):
        if joined is None:
            inside = set(stories.members(connection, [story_id]))
        else:
            inside = hearing.heard(connection, story_id, joined)
        story_locks.hold(connection, inside)
        told = trails.own(connection, inside)
        excerpts = hearing.excerpts(connection, inside)
        copies = [replace(one.copy, is_excerpt=key in excerpts) for key, one in sorted(told.items())]
        verdict = originals.judge(copies) if len(copies) > 1 else originals.Verdict()
        copies = [replace(copy, is_original=verdict.is_original.get(copy.article_id)) for copy in copies]
        tellers = informing.tellers(copies)
        informed: dict[int, tuple[int, Attribution]] = {}
        for copy in copies:
            attribution = informing.inform(copy, [other for other in tellers if other is not copy])
            if attribution != copy.attribution:
                informed[copy.article_id] = (told[copy.article_id].version_id, attribution)
        stories.conclude(
            connection,
            story_id,
            {key: verdict.is_original.get(key) for key in inside},
            verdict.reason,
            speakers=verdict.decided_by.union(copy.article_id for copy in tellers),
            now=now,
        )
        trails.drop(connection, inside - informed.keys())
        trails.keep(connection, informed, now=now)


def regroup(connection: Connection, story_ids: Iterable[int], *, now: datetime) -> None:
    """Take apart the stories that their links hold together no more, and tell anew what is left of them."""
    told = sorted(story_ids)
    inside = stories.members(connection, told)
    story_locks.hold(connection, inside)
    left = {part for story_id in told for part in stories.regroup(connection, story_id, now=now)}
    trails.drop(connection, inside.keys() - stories.members(connection, left).keys())
    retell(connection, left, now=now)


def _keep_again(
    connection: Connection, read: Mapping[int, Sequence[int]], *, since: datetime
) -> dict[int, datetime]:
    """Write fingerprints of articles whose text was stored since then; when that of each was. One that was taken
    down since it was read gets none."""
    withholding.wait_for_takedowns(connection)
    times = fingerprints.times(connection, read)
    fingerprints.keep(connection, [(key, read[key], at) for key, at in times.items() if at >= since])
    return times


# ------------------------------------------------------------------------------------------ looking


def _look(
    connection: Connection, written: Mapping[int, Sequence[int]], *, at: datetime, window: timedelta
) -> _Found:
    """Compare articles, given with their fingerprints, with those that may be their copies and those that were."""
    pairs, common = fingerprints.kin(connection, written, at=at, window=window)
    before = [link for link in stories.links(connection, written) if link.by is LinkedBy.FINGERPRINT]
    old = {frozenset((link.article_id, link.of_article_id)) for link in before}
    known = {frozenset(pair) for pair in pairs}
    pairs += [(min(pair), max(pair)) for pair in old - known]
    is_stale = fingerprints.is_stale(connection, at=at, window=window)
    if not pairs:
        return _Found(is_stale=is_stale)
    read = trails.readings(connection, {article_id for pair in pairs for article_id in pair})
    shingles = {article_id: texts.shingles(reading.text) for article_id, reading in read.items()}
    others = {one for key, some in shingles.items() if key not in written for one in texts.kept(some)}
    asked = {shingle for some in written.values() for shingle in some}
    common |= fingerprints.common(connection, others - asked, at=at, window=window)
    told = {
        (one, other): _link(read[one], read[other], texts.compare(shingles[one], shingles[other], common))
        for one, other in pairs
        if one in read and other in read
    }
    return _Found(
        links=[link for link in told.values() if link],
        broken=[pair for pair, link in told.items() if not link and frozenset(pair) in old],
        linked=frozenset(key for pair in old for key in pair),
        is_stale=is_stale,
    )


def _link(one: Reading, other: Reading, found: Containment) -> StoryLink | None:
    """What the texts say of two articles, told from the copy: the lesser text of an excerpt, else what came later."""
    relation = texts.relate(found)
    if relation is None:
        return None
    is_excerpt = relation is CopyRelation.EXCERPT_OF
    if found.one > found.other if is_excerpt else one.age < other.age:
        one, other, found = other, one, found.turned()
    return StoryLink(one.article_id, other.article_id, relation, LinkedBy.FINGERPRINT, found)


# ------------------------------------------------------------------------------------------ writing


def _settle(connection: Connection, found: _Found, *, now: datetime) -> None:
    held = story_locks.hold(connection, {*found.linked, *(key for pair in found.broken for key in pair)})
    touched = stories.connect(connection, found.links, now=now)
    touched |= {story_id for story_id in held.values() if story_id is not None}
    if found.broken:
        stories.revoke(connection, found.broken, now=now)
        regroup(connection, touched, now=now)
    else:
        ends = {key for link in found.links for key in (link.article_id, link.of_article_id)}
        retell(connection, touched, now=now, joined=ends | found.linked)
