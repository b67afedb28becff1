"""The page stage: for feeds with `policy = "page"`, the article's own page in place of the feed's body.

One page at a time for each feed, a pause between them, robots.txt obeyed (RFC 9309). A page that cannot be
had costs nothing: the feed's body stands, with a warning.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from ingest import urls
from ingest.fetch.client import Fetcher
from ingest.fetch.robots import Robots
from ingest.records import Failure, FailureKind, Fetched, NotModified, Request, Source

PAUSE = 1.0
"""Seconds between two pages of one feed, where robots.txt asks for no longer one."""

LONGEST_PAUSE = 30.0


class PageReader:
    def __init__(self, fetcher: Fetcher, robots: Robots) -> None:
        self._fetcher = fetcher
        self._robots = robots

    async def read(self, sources: Sequence[Source]) -> tuple[list[Source], list[str]]:
        """Each source with its page as body where the page could be had, and a line for each that could not."""
        found: list[Source] = []
        warnings: list[str] = []
        for place, source in enumerate(sources):
            if source.url is None:
                found.append(source)
                continue
            if place:
                await asyncio.sleep(await self._pause(source.url))
            answer = await self._get(source.url)
            if isinstance(answer, Fetched):
                body = answer.body.decode(_charset(answer), "replace")
                found.append(replace(source, body=body, is_html=True, is_page=True, is_summary=False))
            else:
                found.append(source)
                detail = answer.detail if isinstance(answer, Failure) else "not modified"
                warnings.append(f"{urls.without_secrets(source.url)}: page not read: {detail}")
        return found, warnings

    async def _get(self, url: str) -> Fetched | NotModified | Failure:
        if not await self._robots.allows(url, time.time()):
            return Failure(FailureKind.ROBOTS, "robots.txt asks not to")
        return await self._fetcher.get(Request(url))

    async def _pause(self, url: str) -> float:
        asked = await self._robots.crawl_delay(url, time.time())
        return min(max(PAUSE, asked or 0.0), LONGEST_PAUSE)


def _charset(answer: Fetched) -> str:
    """The charset of the header; the page's own <meta> is the reader's to see."""
    content_type = (answer.content_type or "").lower()
    name = content_type.partition("charset=")[2].split(";")[0].strip(" \"'")
    try:
        return name if name and "x".encode(name) else "utf-8"
    except (LookupError, UnicodeError, ValueError):
        return "utf-8"
