"""One visit to an address: what is asked, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from ingest.records.words import FailureKind

IM_USED = 226
"""The status of a difference to the document whose ETag was sent (RFC 3229)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One visit. Validators are sent back byte for byte, and only to the address that gave them."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None  # where the validators came from, if a redirect led there from `url`
    allow_file: bool = False  # only feeds that the configuration file names may be `file:`
    stay: bool = False  # a redirect to another host is a Failure (REDIRECTS) with its address
    known: bytes | None = None  # `sent_digest` of a document we have: sent again, it is left unread


@dataclass(frozen=True, slots=True)
class Redirect:
    status: int
    url: str  # where it pointed, absolute


@dataclass(frozen=True, slots=True)
class Fetched:
    url: str  # final URL after redirects
    status: int
    headers: Mapping[str, str]  # lower-case names, only those a later stage reads
    body: bytes
    redirects: tuple[Redirect, ...] = ()
    truncated: bool = False  # the connection closed before Content-Length, or without the last chunk
    wire_bytes: int = 0
    sent_digest: bytes = b""  # of the body as it was sent, not yet decoded
    is_known: bool = False  # the document that the request called known: then `body` is empty

    @property
    def is_delta(self) -> bool:
        """Whether the body holds only entries that differ from the document whose ETag was sent (RFC 3229)."""
        return self.status == IM_USED

    @property
    def etag(self) -> str | None:
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        return self.headers.get("last-modified")

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class NotModified:
    url: str
    headers: Mapping[str, str]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An expected failure. `detail` is one line for a person: the cause, and where it helps the next step."""

    kind: FailureKind
    detail: str
    status: int | None = None
    retry_after: timedelta | None = None
    url: str | None = None  # what failed, where it was not the address asked for but one it sent us on to
