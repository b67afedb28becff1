"""robots.txt (RFC 9309), for the pages we visit on our own account; feeds are published to be polled.

The file is fetched through the same guarded client and kept for a day for each origin.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from ingest import urls
from ingest.fetch.client import Fetcher
from ingest.records import Failure, FailureKind, Fetched, NotModified, Request

MAX_BYTES = 500 * 1024
"""RFC 9309 §2.5: at least 500 KiB are read; so much is, and a longer file ends there."""

KEEP = 24 * 3600.0
"""Seconds (§2.4)."""

KEEP_UNREACHABLE = 3600.0
"""Seconds. Nothing may be visited meanwhile (§2.3.1.4), so a server that comes back is asked soon."""

LONGEST_DELAY = 7 * 24 * 3600.0
"""Seconds. A longer crawl delay is a mistake, and may be longer than a clock can count."""

MAX_ORIGINS = 1000

_MAX_LINES = 10_000
_MAX_LICENCES = 5
_LICENCE = re.compile(r"\s*license\s*:\s*(\S{1,2000})", re.IGNORECASE)  # RSL 1.0


@dataclass(frozen=True, slots=True)
class _Rules:
    until: float
    parsed: Protego | None = None  # None: `allowed` holds for every address
    allowed: bool = True
    licences: tuple[str, ...] = ()


class Robots:
    """What robots.txt files say to `agent`: a product token, or a user agent that begins with one.

    `now` is a number of seconds on any clock that goes forward.
    """

    def __init__(self, fetcher: Fetcher, agent: str) -> None:
        self._fetcher = fetcher
        self._agent = agent.split("/")[0].strip() or "*"
        self._known: OrderedDict[str, _Rules] = OrderedDict()
        self._asking: dict[str, asyncio.Task[_Rules]] = {}

    async def allows(self, url: str, now: float) -> bool:
        """Whether the address may be visited. No 4xx answer forbids anything; a server that cannot be reached does."""
        rules = await self._rules(url, now)
        if rules is None or rules.parsed is None:
            return rules is not None and rules.allowed
        return bool(rules.parsed.can_fetch(url, self._agent))

    async def answers(self, url: str, now: float) -> bool:
        """Whether the origin told its rules, or that it has none. One that did not forbids everything, for an hour."""
        rules = await self._rules(url, now)
        return rules is not None and (rules.parsed is not None or rules.allowed)

    async def crawl_delay(self, url: str, now: float) -> float | None:
        """Seconds between two visits that the origin asks of us. Not in the RFC, but widely written."""
        rules = await self._rules(url, now)
        if rules is None or rules.parsed is None:
            return None
        delay = rules.parsed.crawl_delay(self._agent)
        return min(float(delay), LONGEST_DELAY) if delay is not None and delay >= 0 else None

    async def licences(self, url: str, now: float) -> tuple[str, ...]:
        """The RSL documents that `License:` lines of the origin's file link to; they hold for every agent."""
        rules = await self._rules(url, now)
        return rules.licences if rules else ()

    async def _rules(self, url: str, now: float) -> _Rules | None:
        """The rules of the URL's origin; None when it is no web address."""
        if not urls.is_web(url):
            return None
        parts = urlsplit(url)
        origin = f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
        rules = self._known.get(origin)
        if rules and rules.until > now:
            self._known.move_to_end(origin)
            return rules
        if origin not in self._asking:  # many pages of one origin wait for one answer
            task = self._asking[origin] = asyncio.create_task(self._ask(origin, now))
            task.add_done_callback(lambda _: self._asking.pop(origin, None))
        return await asyncio.shield(self._asking[origin])

    async def _ask(self, origin: str, now: float) -> _Rules:
        answer = await self._fetcher.get(Request(f"{origin}/robots.txt"), first=MAX_BYTES)
        rules = await asyncio.to_thread(_read, answer, now)  # a hostile file takes a second
        self._known[origin] = rules
        self._known.move_to_end(origin)
        while len(self._known) > MAX_ORIGINS:
            self._known.popitem(last=False)
        return rules


def _read(answer: Fetched | NotModified | Failure, now: float) -> _Rules:
    if isinstance(answer, Fetched):
        lines = answer.body.decode("utf-8-sig", "replace").splitlines()[:_MAX_LINES]
        licences = [found[1] for line in lines if (found := _LICENCE.match(line)) and urls.is_web(found[1])]
        return _Rules(
            now + KEEP,
            Protego.parse("\n".join(lines)),
            licences=tuple(dict.fromkeys(licences))[:_MAX_LICENCES],
        )
    if isinstance(answer, Failure) and not _says_nothing(answer):
        return _Rules(now + KEEP_UNREACHABLE, allowed=False)
    return _Rules(now + KEEP)


def _says_nothing(answer: Failure) -> bool:
    """The origin has no rules: an empty file, or an answer of the 4xx class (§2.3.1.3)."""
    return answer.kind is FailureKind.EMPTY or (answer.status is not None and 400 <= answer.status < 500)
