"""Why a visit failed, in words for a person: short, lower case, ready to follow "feeds.example: ". Pure."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

from ingest.text import one_line

_ADVICE = {
    401: "it wants a password: put it into the address, https://user:password@host/",
    403: "it refuses us; its owner may know why",
    404: "the address may have moved",
    410: "gone for good: the feed can be removed",
}


def of_status(status: int) -> str:
    """`HTTP 404 Not Found`; the phrase is the standard's, not what the server wrote."""
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def next_step(status: int, wait: timedelta | None) -> str:
    """What to do about it, as the end of a sentence; empty where nothing is known to help."""
    if wait is not None:
        return f"; come back in {wait.total_seconds():.0f} s"
    return f"; {_ADVICE[status]}" if status in _ADVICE else ""


def of_tls(error: BaseException) -> str | None:
    """The reason of the TLS error behind `error`; None when there is none."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            verification = getattr(cause, "verify_message", "")  # only where a certificate was the trouble
            return one_line(verification or (cause.reason or str(cause)).replace("_", " ").lower(), 150)
    return None


def of_connection(error: BaseException) -> str:
    """The system's own word for the deepest cause: `connection refused`."""
    numbers = [cause.errno for cause in _causes(error) if isinstance(cause, OSError) and cause.errno]
    if numbers:
        return os.strerror(numbers[-1]).lower()
    return one_line(str(error), 150) or "it broke"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
