"""When a permanent redirect becomes the feed's address. Pure.

A redirect may be a mistake, a captive portal or an outage page: 301 and 308 (RFC 9110 §15.4.2, §15.4.9) are followed
on every poll, but adopted only when they led to the feed on several polls over a week. Two need no week: from http to
https on the same host, and to where an address had been pointing when it dies: once its server says so, or once it has
not been reached so often that it is hardly our own network. What a temporary redirect adds behind
them does not count. Every address was dialled through the guard when it was followed, and will be again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ingest import urls
from ingest.records import Failure, FailureKind, Move, Moved, Redirect

PROOF = timedelta(days=7)
SIGHTINGS = 3
PERMANENT = frozenset({301, 308})
_UNREACHED = frozenset({FailureKind.DNS, FailureKind.CONNECT})
UNREACHED_FOR = 2.0
"""Failures running, as `failures.weight` counts them, that tell an address without a server from an outage of ours:
four of these, hours apart."""


def lasting(url: str, redirects: Sequence[Redirect]) -> str:
    """Where permanent redirects lead; a temporary one may lead elsewhere tomorrow."""
    for redirect in redirects:
        if redirect.status not in PERMANENT:
            break
        url = redirect.url
    return url


def seen(
    url: str, redirects: Sequence[Redirect], before: Moved | None, now: datetime
) -> tuple[Moved | None, Move | None]:
    """After a poll that read the feed: the redirect to remember, and the address to adopt."""
    target = lasting(url, redirects)
    if target == url or not urls.is_web(target) or urls.too_long(target):
        return None, None
    if _is_upgrade(url, target):
        return None, Move(target, "http became https")
    if before is None or before.url != target:
        return Moved(target, now, 1), None
    moved = Moved(target, before.since, before.times + 1)
    if moved.times < SIGHTINGS or now - moved.since < PROOF:
        return moved, None
    return None, Move(target, f"moved permanently: seen {moved.times} times since {before.since:%Y-%m-%d}")


def died(failure: Failure, before: Moved | None, failures: float) -> Move | None:
    """After a failure: the address to adopt, if the old one is dead and had been pointing elsewhere.

    `failures` are those running, this one weighed in.
    """
    if before is None or failure.url is not None or not _is_dead(failure, failures):
        return None
    return Move(before.url, f"the old address is dead and had pointed here since {before.since:%Y-%m-%d}")


def _is_dead(failure: Failure, failures: float) -> bool:
    if failure.kind in _UNREACHED:
        return failures >= UNREACHED_FOR
    return failure.kind is FailureKind.GONE or (failure.kind is FailureKind.HTTP and failure.status == 404)


def _is_upgrade(url: str, target: str) -> bool:
    """Whether only the scheme changed, to https, on the usual ports; a final slash is no change."""
    old, new = urlsplit(url), urlsplit(target)
    return (
        (old.scheme.lower(), new.scheme.lower()) == ("http", "https")
        and (urls.host(url), old.path.rstrip("/"), old.query)
        == (urls.host(target), new.path.rstrip("/"), new.query)
        and old.port in (None, 80)
        and new.port in (None, 443)
    )
