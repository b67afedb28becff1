"""Leases for the event loop: a claim whose wait is cancelled leaves nothing leased behind."""

from __future__ import annotations

import asyncio
import os
import socket
from datetime import datetime
from functools import partial
from typing import Any

from ingest.records import Lease
from ingest.settings import PollSettings
from ingest.store import leases
from ingest.store.engine import Store


def this_process() -> str:
    """Who claims, in words that an operator finds the process by."""
    return f"{socket.gethostname()}:{os.getpid()}"


def patience(gap: float) -> float:
    """Seconds to wait while other workers are at a feed or its host; `gap`: the seconds between visits to a host."""
    return max(60.0, 2 * gap)


async def claim(store: Store, poll: PollSettings, *, now: datetime, **wanted: Any) -> list[Lease]:
    """`leases.claim` with the manners of the settings; `wanted` are its owner, limit, feed_ids and due_only."""
    manners = partial(leases.claim, lease_for=poll.lease, per_host=poll.per_host, gap=poll.host_gap)
    claiming = asyncio.ensure_future(store.call(partial(manners, now=now, **wanted)))
    try:
        return await asyncio.shield(claiming)
    except asyncio.CancelledError:
        for lease in await claiming:  # its transaction ends all the same
            await store.call(leases.release, lease)
        raise
