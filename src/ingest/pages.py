"""The page stage: the article's own page, where the policy asks for it, read politely.

Policy `auto`, the default of the settings, reads the page of every new or edited entry whose body is a mere summary or
ends in the mark of an excerpt, `page` that of all, `feed` none. Before a page is fetched its host's robots.txt has to
allow it (RFC 9309), and the host's turn has to come: one queue a host for all workers, kept in the store, with the
pause of the settings or the longer one that robots.txt asks for. No poll reads more pages than the settings say, the
newest first. A host that tells us to wait is left alone; one that does not answer, fails or lets nobody in is asked
nothing more in that poll; and when several hosts in a row do not answer, it is our network, and no other is tried.

A page that cannot be had costs nothing: the feed's body stands, with a line that says why. What was left over, or
failed for a reason that passes, is asked for again by later polls of the feed, within the same limits (`patience` says
when). A host's failure is that of all its pages which the poll wanted, so a dead site sees one visit, not one a page;
and the next time those go first that were asked for least, so that one broken page does not stand before all others.

The feed's body goes along with the page's: what both say is evidence.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from ingest import charset, urls
from ingest.articles.pages import terms
from ingest.articles.pages.said import Said
from ingest.clock import Clock
from ingest.feeds import failures
from ingest.fetch.client import Fetcher
from ingest.fetch.robots import Robots
from ingest.fetch.tdmrep import PATH, Reservations
from ingest.patience import Missed, Missing, after, of_failure
from ingest.records import (
    Awaited,
    Failure,
    FailureKind,
    FeedPolicy,
    Fetched,
    Lease,
    NotModified,
    Request,
    Source,
    Statement,
)
from ingest.settings import PollSettings
from ingest.store import hosts
from ingest.store.engine import Store
from ingest.text import without_tags

LONGEST_DELAY = timedelta(seconds=30)
"""A host that asks for a longer crawl delay gets one page a poll, so that a lease is not spent waiting. Where the
queue is longer than that the page is left: the polls of many feeds that link to one host would all stand there, and no
other feed would be polled meanwhile."""

LONGEST_STAY = 0.5
"""Of the lease, for all pages of a poll: the rest of it is for what they bring."""

ASKED_AGAIN = timedelta(seconds=1)
"""After which a host is asked for once more whose feed was being polled."""

MOST_HOSTS = 4
"""Hosts that one link may lead over: shorteners and counters stand before many articles."""

SHORTEST_BODY = 600
"""Characters of text: a summary that is longer is taken for the article."""

SILENT_HOSTS = 3
"""So many hosts that do not answer, one after the other, and the poll asks for no more pages."""

_NOT_OF_THE_PAGE = frozenset(
    (FailureKind.BLOCKED, FailureKind.DNS, FailureKind.CONNECT, FailureKind.TLS, FailureKind.TIMEOUT)
)
"""What a visit failed of that another page of the host would fail of as well."""

_EXCERPT = re.compile(
    r"(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\.\.)\W{0,10}"
    r"(?:(?:read more|continue reading|more|weiterlesen|mehr|lire la suite|leer más|leia mais|continua)\b.{0,80})?$",
    re.IGNORECASE | re.DOTALL,
)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_HTML = re.compile(r"\s*(?:text/html|application/xhtml\+xml)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Round:
    """The pages of one poll: what was read, which hosts are not asked again."""

    lease: Lease
    clock: Clock
    began: datetime  # by that clock
    read: int = 0
    closed: dict[str, Missed] = field(default_factory=dict)  # host -> why
    silent: int = 0  # hosts that did not answer, in a row
    missed: dict[str, list[str]] = field(default_factory=dict)  # why -> addresses

    def close(self, host: str, missed: Missed) -> Missed:
        """No other page of the host is asked for in this round; what is final for this one may pass for them."""
        how = Missing.FAILED if missed.how is Missing.FOR_GOOD else missed.how
        self.closed[host] = replace(missed, how=how, asked=False)
        return missed

    def tell(self, missed: Missed, before: Awaited | None, awaited: Awaited | None, url: str) -> None:
        """Note why a page is missing; not again of one that is left for the next poll once more."""
        if before is None or awaited is not before:
            given_up = f"; given up after {awaited.tries} tries" if awaited and not awaited.due_at else ""
            self.missed.setdefault(missed.why + given_up, []).append(url)

    def warnings(self) -> list[str]:
        """A line for each reason, however many pages it cost."""
        lines = []
        for why, missed in self.missed.items():
            more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
            lines.append(
                f"{urls.without_secrets(missed[0])}{more}: page not read, the feed's text is kept: {why}"
            )
        return lines


class Pages(NamedTuple):
    """What came of the pages wanted. `missed` tells, by place among the sources, how those not had are awaited."""

    sources: list[Source]  # each with its page as body where it was wanted and had
    missed: Mapping[int, Awaited | None]  # None: not, or not any more
    warnings: list[str]  # a line for each reason


class PageReader:
    """`agent` is the product token by which pages may speak to us."""

    def __init__(
        self, fetcher: Fetcher, robots: Robots, store: Store, settings: PollSettings, agent: str
    ) -> None:
        self._fetcher = fetcher
        self._robots = robots
        self._reservations = Reservations(fetcher)
        self._store = store
        self._settings = settings
        self._agent = agent

    @staticmethod
    def are_wanted(sources: Sequence[Source], policy: FeedPolicy) -> bool:
        """Whether the policy asks for the page of any of them."""
        return any(_is_wanted(source, policy) for source in sources)

    async def read(
        self,
        lease: Lease,
        sources: Sequence[Source],
        policy: FeedPolicy,
        clock: Clock,
        waiting: Mapping[int, Awaited] = MappingProxyType({}),
    ) -> Pages:
        """The pages of these sources, as far as they are wanted and can be had.

        `policy` is the feed's, or the settings' where the feed leaves it to them; `clock` is the database's;
        `waiting` tells of the sources whose page earlier polls could not have, by their place.
        """
        found = list(sources)
        missed: dict[int, Awaited | None] = dict.fromkeys(waiting)  # unless they are wanted still
        wanted = [index for index, source in enumerate(sources) if _is_wanted(source, policy)]
        wanted.sort(key=lambda index: sources[index].published or _LONG_AGO, reverse=True)
        wanted.sort(key=lambda index: waiting[index].asked if index in waiting else 0)
        began = clock.at()
        if wanted:  # the visit to the feed is over: others may have their turn at its host
            await self._store.call(hosts.visited, [lease.url], began)
        going = _Round(lease, clock, began)
        for index in wanted:
            answer = await self._page(sources[index], going)
            if isinstance(answer, Source):
                found[index] = answer
                missed.pop(index, None)
            else:
                before = waiting.get(index)
                missed[index] = after(answer, before, going.clock.at())
                going.tell(answer, before, missed[index], sources[index].url or "")
        return Pages(found, missed, going.warnings())

    async def _page(self, source: Source, going: _Round) -> Source | Missed:
        """The source with its page, or why there is none. Each host that a link leads over is asked like the first."""
        if going.read >= self._settings.pages:
            return Missed(f"over the {self._settings.pages} pages of one poll (poll.pages)", Missing.LEFT)
        url = source.url or ""
        for _ in range(MOST_HOSTS):
            answer = await self._visited(url, going)
            if not isinstance(answer, str):
                break
            url = answer
        if isinstance(answer, str):
            return Missed(f"sent on over more than {MOST_HOSTS} hosts", Missing.FOR_GOOD, asked=True)
        if isinstance(answer, Missed):
            return answer
        if not _HTML.match(answer.content_type or "text/html"):
            return Missed(f"no HTML but {(answer.content_type or '')[:60]}", Missing.FOR_GOOD)
        if answer.truncated:
            return Missed("the connection closed before its end", Missing.FAILED, asked=True)
        return _with_page(source, answer, await self._terms(answer))

    async def _visited(self, url: str, going: _Round) -> Fetched | Missed | str:
        """What stands at an address, if its host may be visited; an address when it sends us on to another host."""
        host = urls.host(url) or ""
        if missed := going.closed.get(host):
            return missed
        if going.silent >= SILENT_HOSTS:
            told = f"{SILENT_HOSTS} hosts in a row did not answer, so no other was asked"
            return Missed(told, Missing.LEFT)
        if not await self._robots.allows(url):
            if await self._robots.answers(url):
                return Missed("robots.txt asks not to", Missing.FOR_GOOD)
            going.silent += 1
            told = "robots.txt could not be had, and so nothing may be (RFC 9309)"
            return going.close(host, Missed(told, Missing.FAILED))
        if why := await self._wait(url, host, going):
            return going.close(host, Missed(why, Missing.LEFT))
        going.read += 1
        answer = await self._fetcher.get(Request(url, stay=True))
        going.silent = going.silent + 1 if _is_silence(answer) else 0
        if isinstance(answer, Fetched):
            return answer
        if isinstance(answer, NotModified):
            return Missed("an answer of 304 to no question", Missing.FOR_GOOD)
        if answer.url and urls.host(answer.url) != host:
            return answer.url
        wait = await self._note_limits(answer, url, going)
        missed = of_failure(answer, wait)
        return going.close(host, missed) if wait or _is_of_host(answer) else missed

    async def _wait(self, url: str, host: str, going: _Round) -> str | None:
        """Wait for the host's turn; why it is not waited for, when it is too far or the host asked to be left alone."""
        asked = timedelta(seconds=await self._robots.crawl_delay(url) or 0.0)
        gap = max(self._settings.host_gap, asked)
        own = host == urls.host(going.lease.url)
        was_here = own and not going.read  # a moment ago, for the feed
        earliest = going.began + gap if was_here else going.clock.at()
        if gap > LONGEST_DELAY and going.read:
            return f"the host asks for {gap.total_seconds():.0f} s between two visits"
        end = going.began + self._settings.lease * LONGEST_STAY
        latest = min(earliest + LONGEST_DELAY, end)
        turn = await self._turn(url, going, earliest, latest, gap)
        if isinstance(turn, str):
            return turn
        await asyncio.sleep(max(0.0, (turn - going.clock.at()).total_seconds()))
        return None

    async def _turn(
        self, url: str, going: _Round, earliest: datetime, latest: datetime, gap: timedelta
    ) -> datetime | str:
        """The host's turn; asked for again while a feed of it is being polled, which is over soon."""
        while True:
            turn = await self._store.call(
                hosts.turn,
                url,
                feed_id=going.lease.feed_id,
                earliest=max(earliest, going.clock.at()),
                latest=latest,
                gap=gap,
                lease_for=self._settings.lease,
            )
            if turn != hosts.BEING_POLLED or going.clock.at() + ASKED_AGAIN > latest:
                return turn
            await asyncio.sleep(ASKED_AGAIN.total_seconds())

    async def _note_limits(self, answer: Failure, url: str, going: _Round) -> timedelta:
        """How long a host that says 429, or 503 with a time, is left alone: here, on evidence everywhere."""
        usual, longest = self._settings.default_interval, self._settings.max_interval
        wait = failures.asked_wait(answer, usual=usual, longest=longest)
        if not wait:
            return wait
        at = going.clock.at()
        wish = hosts.Wish(going.lease.feed_id, url, at, until=at + wait, detail=answer.detail)
        await self._store.call(hosts.told_to_wait, [wish])
        return wait

    async def _terms(self, answer: Fetched) -> list[Statement]:
        """What the page's host asks of machines, outside the page itself."""
        url = answer.url
        said = [*terms.in_headers(answer.headers, url, self._agent)]
        for licence in await self._robots.licences(url):
            said += terms.rsl_licence(Said(licence, "robots.txt/License"), url)
        if rule := await self._reservations.rule(url):
            said += terms.reservation(rule.reserved, rule.policy, Said(rule.text, PATH.lstrip("/")))
        return said


def _is_silence(answer: Fetched | NotModified | Failure) -> bool:
    return isinstance(answer, Failure) and answer.kind in _NOT_OF_THE_PAGE


def _is_of_host(answer: Failure) -> bool:
    """Whether the host's other pages would fail alike: it does not answer, it is broken, it lets us in nowhere."""
    status = answer.status or 0
    return _is_silence(answer) or status >= 500 or status in (401, 403)


def _is_wanted(source: Source, policy: FeedPolicy) -> bool:
    if source.url is None or policy is FeedPolicy.FEED:
        return False
    return policy is FeedPolicy.PAGE or is_partial(source)


def is_partial(source: Source) -> bool:
    """Whether the feed gave no more than a summary, or a text that ends in the mark of an excerpt."""
    text = source.body
    if source.is_html:
        text = without_tags(text[:100_000])
    text = " ".join(text.split())
    return (source.is_summary and len(text) < SHORTEST_BODY) or _EXCERPT.search(text[-200:]) is not None


def _with_page(source: Source, answer: Fetched, said: Sequence[Statement]) -> Source:
    own = source.body if source.is_html else f"<pre>{html.escape(source.body, quote=False)}</pre>"
    return replace(
        source,
        body=charset.to_text(answer.body, answer.content_type),
        is_html=True,
        is_page=True,
        is_summary=False,
        entry_body=own,
        statements=(*source.statements, *said),
    )
