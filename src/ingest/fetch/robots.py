"""robots.txt (RFC 9309), for the pages we visit on our own account; feeds are published to be polled.

The file is fetched through the same guarded client and kept for a day for each origin.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from ingest import urls
from ingest.fetch.client import Fetcher
from ingest.fetch.origins import DAY, OfOrigins
from ingest.records import Failure, FailureKind, Fetched, NotModified, Request

MAX_BYTES = 500 * 1024
"""RFC 9309 §2.5: at least 500 KiB are read; so much is, and a longer file ends there."""

KEEP_UNREACHABLE = 3600.0
"""Seconds. Nothing may be visited meanwhile (§2.3.1.4), so a server that comes back is asked soon."""

LONGEST_DELAY = 7 * 24 * 3600.0
"""Seconds. A longer crawl delay is a mistake, and may be longer than a clock can count."""

_MAX_LINES = 10_000
_MAX_LICENCES = 5
_LICENCE = re.compile(r"\s*license\s*:\s*(\S{1,2000})", re.IGNORECASE)  # RSL 1.0


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Protego | None = None  # None: `allowed` holds for every address
    allowed: bool = True
    licences: tuple[str, ...] = ()


class Robots:
    """What robots.txt files say to `agent`, a product token (FetchSettings.agent)."""

    def __init__(self, fetcher: Fetcher, agent: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._agent = agent
        self._rules = OfOrigins(self._ask, clock)

    async def allows(self, url: str) -> bool:
        """Whether the address may be visited. No 4xx answer forbids anything; a server that cannot be reached does."""
        rules = await self._rules.of(url)
        if rules is None or rules.parsed is None:
            return rules is not None and rules.allowed
        return bool(rules.parsed.can_fetch(url, self._agent))

    async def answers(self, url: str) -> bool:
        """Whether the origin told its rules, or that it has none. One that did not forbids everything, for an hour."""
        rules = await self._rules.of(url)
        return rules is not None and (rules.parsed is not None or rules.allowed)

    async def crawl_delay(self, url: str) -> float | None:
        """Seconds between two visits that the origin asks of us. Not in the RFC, but widely written."""
        rules = await self._rules.of(url)
        if rules is None or rules.parsed is None:
            return None
        delay = rules.parsed.crawl_delay(self._agent)
        return min(float(delay), LONGEST_DELAY) if delay is not None and delay >= 0 else None

    async def licences(self, url: str) -> tuple[str, ...]:
        """The RSL documents that `License:` lines of the origin's file link to; they hold for every agent."""
        rules = await self._rules.of(url)
        return rules.licences if rules else ()

    async def _ask(self, origin: str) -> tuple[_Rules, float]:
        answer = await self._fetcher.get(Request(f"{origin}/robots.txt"), first=MAX_BYTES)
        return await asyncio.to_thread(_read, answer)  # a hostile file takes a second


def _read(answer: Fetched | NotModified | Failure) -> tuple[_Rules, float]:
    """The rules, and the seconds for which they hold: a day (§2.4), unless they could not be had."""
    if isinstance(answer, Fetched):
        lines = answer.body.decode("utf-8-sig", "replace").splitlines()[:_MAX_LINES]
        licences = [found[1] for line in lines if (found := _LICENCE.match(line)) and urls.is_web(found[1])]
        parsed = Protego.parse("\n".join(lines))
        return _Rules(parsed, licences=tuple(dict.fromkeys(licences))[:_MAX_LICENCES]), DAY
    if isinstance(answer, Failure) and not _says_nothing(answer):
        return _Rules(allowed=False), KEEP_UNREACHABLE
    return _Rules(), DAY


def _says_nothing(answer: Failure) -> bool:
    """The origin has no rules: an empty file, or an answer of the 4xx class (§2.3.1.3)."""
    return answer.kind is FailureKind.EMPTY or (answer.status is not None and 400 <= answer.status < 500)
