"""What we send as headers and what we keep of an answer's. Pure.

Header values are bytes that are ASCII by rule and anything by practice; they are held as Latin-1 text, so that
a validator goes back byte for byte.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

MAX_VALIDATOR = 1024
"""A longer ETag or Last-Modified is ignored: it would be stored and sent back for ever."""

MAX_VALUE = 8192

MAX_RETRY_AFTER = timedelta(days=366)
"""Beyond any sense, but a date can still be counted with; the schedule clamps it to the operator's own bound."""

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.9, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
)

DELTA = (b"A-IM", b"feed")

KEPT = frozenset(
    {
        "age",
        "cache-control",
        "content-language",
        "content-location",
        "content-type",
        "date",
        "etag",
        "expires",
        "im",
        "last-modified",
        "link",
        "retry-after",
        "tdm-policy",
        "tdm-reservation",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-robots-tag",
    }
)
_LISTS = frozenset({"cache-control", "content-language", "im", "link", "x-robots-tag"})  # RFC 9110 §5.3
_VALIDATORS = frozenset({"etag", "last-modified"})
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)
_NONE_LEFT = re.compile(r"0+(?:\.0*)?")
_UNCACHEABLE = re.compile(r"(?:^|[,\s])(?:no-cache|no-store)(?:[\s,;=]|$)", re.I)
_SENDABLE = re.compile(r"[\t\x20-\x7e\x80-\xff]+")  # RFC 9110 §5.5: field-vchar and obs-text


def kept(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers later stages read, names in lower case; repeated ones joined where they are lists, else the first."""
    found: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = raw_name.decode("latin-1").lower()
        if name not in KEPT:
            continue
        value = raw_value.decode("latin-1").strip()
        if name in found:
            value = f"{found[name]}, {value}" if name in _LISTS else found[name]
        if value and len(value) <= (MAX_VALIDATOR if name in _VALIDATORS else MAX_VALUE):
            found[name] = value
    return found


def conditions(etag: str | None, last_modified: str | None) -> list[tuple[bytes, bytes]]:
    """The request headers that ask for the document only if it changed (RFC 9110 §13.1).

    With an ETag they also ask, by A-IM (RFC 3229), for no more than the entries that differ from that document.
    """
    pairs = ((b"If-None-Match", etag), (b"If-Modified-Since", last_modified))
    asked = [(name, raw) for name, value in pairs if value and (raw := _validator(value))]
    return [*asked, DELTA] if any(name == b"If-None-Match" for name, _ in asked) else asked


def is_delta(headers: dict[str, str]) -> bool:
    """Whether an answer of 226 says it is what DELTA asks for."""
    manipulations = headers.get("im", "").lower().split(",")
    return "feed" in (one.partition(";")[0].strip() for one in manipulations)


def _validator(value: str) -> bytes | None:
    if len(value) > MAX_VALIDATOR or not _SENDABLE.fullmatch(value):
        return None
    return value.encode("latin-1")


def basic_authorization(userinfo: bytes) -> bytes:
    """The Authorization value for the `user:password` of a URL (RFC 7617)."""
    user, _, password = userinfo.partition(b":")
    return b"Basic " + base64.b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password))


def retry_after(headers: dict[str, str], now: datetime | None = None) -> timedelta | None:
    """How long a server asks us to stay away: Retry-After (RFC 9110 §10.2.3), else x-ratelimit-reset.

    A date counts from the answer's own Date, so that neither clock need be right, else from `now`.
    """
    since = _date(headers.get("date")) or now
    if (value := headers.get("retry-after")) is not None:
        return _delay(value) or _until(_date(value), since)
    left = headers.get("x-ratelimit-remaining", "0")
    if (value := headers.get("x-ratelimit-reset")) is not None and _NONE_LEFT.fullmatch(left):
        seconds = _delay(value)
        if seconds and seconds >= MAX_RETRY_AFTER:  # a moment in Unix time, as some services send
            return _until(_moment(value), since)
        return seconds
    return None


def freshness(headers: Mapping[str, str]) -> timedelta | None:
    """How long an answer says it stays fresh (RFC 9111 §4.2.1); None when it does not say, zero when it does not.

    max-age, else Expires against the answer's own Date, less the Age that the copy already has. An Expires that is no
    date has passed (§5.3). We are no shared cache: s-maxage is not for us.
    """
    control = headers.get("cache-control", "")
    if _UNCACHEABLE.search(control):
        return timedelta(0)
    age = headers.get("age", "")
    passed = timedelta(seconds=int(age) if age.isdecimal() and len(age) < 10 else 0)
    if found := _MAX_AGE.search(control):
        return max(timedelta(seconds=int(found[1])) - passed, timedelta(0))
    if "expires" not in headers:
        return None
    expires, date = _date(headers["expires"]), _date(headers.get("date"))
    if expires is None:
        return timedelta(0)
    return max(expires - date - passed, timedelta(0)) if date else None


def _delay(value: str) -> timedelta | None:
    number = re.fullmatch(r"(\d+)(?:\.\d+)?", value.strip(), re.ASCII)
    if number is None:
        return None
    digits = number[1].lstrip("0")
    return MAX_RETRY_AFTER if len(digits) > 8 else min(timedelta(seconds=int(digits or 0)), MAX_RETRY_AFTER)


def _until(end: datetime | None, since: datetime | None) -> timedelta | None:
    if end is None or since is None:
        return None
    return min(max(end - since, timedelta(0)), MAX_RETRY_AFTER)


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _date(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
