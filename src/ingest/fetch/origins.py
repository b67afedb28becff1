"""What is asked once of an origin and kept for a while: its robots.txt, its reservations."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from ingest import urls

T = TypeVar("T")

DAY = 24 * 3600.0
"""Seconds."""

MAX_ORIGINS = 1000


class OfOrigins(Generic[T]):
    """`ask` visits an origin and returns what it learned there, and for how many seconds that holds.

    Of more than MAX_ORIGINS those asked about longest ago are forgotten. `clock` tells seconds and only goes forward.
    """

    def __init__(
        self,
        ask: Callable[[str], Coroutine[Any, Any, tuple[T, float]]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._known: OrderedDict[str, tuple[T, float]] = OrderedDict()  # with the end of its time
        self._asking: dict[str, asyncio.Task[T]] = {}

    async def of(self, url: str) -> T | None:
        """What is known of the URL's origin; None when it is no web address."""
        if not urls.is_web(url):
            return None
        parts = urlsplit(url)
        origin = f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
        if (known := self._known.get(origin)) and known[1] > self._clock():
            self._known.move_to_end(origin)
            return known[0]
        if origin not in self._asking:  # many pages of one origin wait for one answer
            task = self._asking[origin] = asyncio.create_task(self._learn(origin))
            task.add_done_callback(lambda _: self._asking.pop(origin, None))
        return await asyncio.shield(self._asking[origin])

    async def _learn(self, origin: str) -> T:
        learned, seconds = await self._ask(origin)
        self._known[origin] = learned, self._clock() + seconds
        self._known.move_to_end(origin)
        while len(self._known) > MAX_ORIGINS:
            self._known.popitem(last=False)
        return learned
