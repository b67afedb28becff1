"""One visit to an address: `await Fetcher(settings).get(Request(url))` → Fetched, NotModified or Failure.

Of httpx it takes addresses, requests, answers and errors, over a transport of ours (`transport`): httpx's client
follows redirects with whole bodies, keeps cookies, sends our headers to strangers and logs URLs with their passwords.
What it left undone is done here and in the rest of the room: a total deadline, size caps (`body`), the address
guard (`guard`), redirects.

Network trouble of every kind comes back as a Failure whose detail is one line for a person.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import NamedTuple, Protocol, cast
from urllib.parse import urljoin

import httpx

from ingest import urls
from ingest.fetch import headers as fields
from ingest.fetch import local, reasons
from ingest.fetch.body import Body
from ingest.fetch.guard import AddressGuard, Dial, GuardedDialler, Refused, Resolver, SystemResolver, dial
from ingest.fetch.transport import AnswerStream, CutShort, HeadTooLong, NoAnswer, Transport
from ingest.records import IM_USED, Failure, FailureKind, Fetched, NotModified, Redirect, Request
from ingest.text import one_line

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NO_BODY = httpx.ByteStream(b"")


class FetchSettings(Protocol):
    """What the fetcher is told; `ingest.settings.FetchSettings` has it."""

    @property
    def user_agent(self) -> str: ...
    @property
    def timeout(self) -> timedelta: ...  # for the whole visit, redirects included
    @property
    def connect_timeout(self) -> timedelta: ...
    @property
    def max_bytes(self) -> int: ...  # of the decoded document
    @property
    def max_wire_bytes(self) -> int: ...
    @property
    def max_redirects(self) -> int: ...
    @property
    def allow_networks(self) -> tuple[str, ...]: ...  # CIDR
    @property
    def concurrency(self) -> int: ...  # visits at the same time


class Fetcher:
    """The HTTP client of one process; an async context manager.

    `clock` is asked only for a Retry-After date of a server that sends no Date. `resolve`, `network` and `tls`
    replace the name service, the dial to a checked address and the trusted certificates.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Callable[[], datetime] | None = None,
        resolve: Resolver | None = None,
        network: Dial = dial,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._timeout = settings.timeout.total_seconds()
        self._connect_timeout = settings.connect_timeout.total_seconds()
        self._clock = clock
        self._tls = tls
        self._own_resolver = None if resolve else SystemResolver(threads=min(settings.concurrency, 64))
        guard = AddressGuard(settings.allow_networks)
        self._dialler = GuardedDialler(guard, resolve or cast("Resolver", self._own_resolver), network)
        self._places = asyncio.Semaphore(settings.concurrency)
        self._transport: Transport
        self._headers: list[tuple[bytes, bytes]] = [
            (b"User-Agent", settings.user_agent.encode("latin-1", "replace")),
            (b"Accept", fields.ACCEPT.encode()),
            (b"Accept-Encoding", b"gzip"),
        ]

    async def __aenter__(self) -> Fetcher:
        self._transport = Transport(
            self._dialler,
            self._tls,
            connect_timeout=self._connect_timeout,
            max_idle=self._settings.concurrency,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.aclose()
        if self._own_resolver:
            self._own_resolver.close()

    async def get(self, request: Request, *, first: int | None = None) -> Fetched | NotModified | Failure:
        """Visit the address once. `first`: so many bytes of the document are enough (it is `truncated` then)."""
        if request.url[:5].lower() == "file:":
            if not request.allow_file:
                return Failure(
                    FailureKind.ADDRESS, "file: addresses are read only when the configuration names them"
                )
            return await asyncio.to_thread(local.read, request, self._settings.max_bytes)
        if not urls.is_web(request.url):
            shown = one_line(urls.without_secrets(request.url), 100)
            return Failure(FailureKind.ADDRESS, f"{shown!r} is not an http or https address")
        async with self._places:
            return await self._visit(request, first)

    async def _visit(self, request: Request, first: int | None) -> Fetched | NotModified | Failure:
        try:
            visit = _Visit(request, self._settings.max_redirects)
        except httpx.InvalidURL as error:
            return Failure(
                FailureKind.ADDRESS, f"{urls.host(request.url)}: not an address that can be visited ({error})"
            )
        answer = await self._journey(visit, first)
        if isinstance(answer, Failure) and visit.redirects:
            return replace(answer, url=visit.final_url)
        return answer

    async def _journey(self, visit: _Visit, first: int | None) -> Fetched | NotModified | Failure:
        try:
            async with asyncio.timeout(self._timeout):
                while True:
                    answer = await self._hop(visit, first)
                    if answer is not None:
                        return answer
        except TimeoutError:
            limit = f"{self._timeout:g} s"
            return Failure(
                FailureKind.TIMEOUT,
                f"{visit.host}: {visit.waiting_for} took longer than {limit}",
                visit.status,
            )
        except Refused as refusal:
            told = refusal.detail if visit.host in refusal.detail else f"{visit.host}: {refusal.detail}"
            return Failure(refusal.kind, told, visit.status)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            kind, cause = _explain(error, self._connect_timeout)
            return Failure(kind, f"{visit.host}: {cause}", visit.status)

    async def _hop(self, visit: _Visit, first: int | None) -> Fetched | NotModified | Failure | None:
        """One request; None when the answer sent us on and `visit` stands at the next address."""
        visit.waiting_for, visit.status = "an answer", None
        host = (b"Host", visit.url.netloc)
        # With a body of its own httpx looks for nothing to add: that takes as long as to make the request.
        request = httpx.Request(
            "GET", visit.url, headers=[host, *self._headers, *visit.own_headers], stream=_NO_BODY
        )
        response = await self._transport.handle_async_request(request)
        try:
            visit.status = response.status_code
            locations = response.headers.get_list("location") if response.status_code in _REDIRECTS else []
            if not locations:
                return await self._answer(visit, response, first)
        finally:
            await response.aclose()
        before = visit.host
        visit.go_on(response.status_code, locations[0])  # some send it twice
        if visit.stays and visit.host != before:
            told = f"{before}: sends us on to {one_line(urls.without_secrets(visit.final_url), 200)}"
            return Failure(FailureKind.REDIRECTS, told, response.status_code)
        return None

    async def _answer(
        self, visit: _Visit, response: httpx.Response, first: int | None
    ) -> Fetched | NotModified | Failure:
        """What a response that ends the journey means."""
        status = response.status_code
        headers = fields.kept(response.headers.raw)
        if status == 304:
            if not visit.conditional:
                return Failure(
                    FailureKind.PROTOCOL, f"{visit.host}: HTTP 304, though nothing was asked for", status
                )
            return NotModified(visit.final_url, headers, tuple(visit.redirects))
        if status in (204, 205):
            return Failure(
                FailureKind.EMPTY, f"{visit.host}: HTTP {status}, an answer without a document", status
            )
        wanted_delta = status == IM_USED and fields.DELTA in visit.own_headers and fields.is_delta(headers)
        if status in (206, IM_USED) and not wanted_delta:
            part = "part of a document" if status == 206 else "a difference between documents"
            return Failure(
                FailureKind.PROTOCOL, f"{visit.host}: HTTP {status}, {part} that was not asked for", status
            )
        if not 200 <= status < 300:
            return self._refusal(visit, status, headers)
        visit.waiting_for = "the document"
        document = await self._read(response, first, visit.known)
        if not document.is_known and not document.body.strip():
            return _nothing(visit, document)
        return Fetched(
            visit.final_url, status, headers, redirects=tuple(visit.redirects), **document._asdict()
        )

    def _refusal(self, visit: _Visit, status: int, headers: dict[str, str]) -> Failure:
        wait = fields.retry_after(headers, self._clock() if self._clock else None)
        at = "" if not visit.redirects else f" at {urls.without_secrets(visit.final_url)}"
        told = f"{visit.host}: {reasons.of_status(status)}{at}{reasons.next_step(status, wait)}"
        kind = {410: FailureKind.GONE, 429: FailureKind.RATE_LIMITED}.get(status, FailureKind.HTTP)
        return Failure(kind, told, status, wait)

    async def _read(self, response: httpx.Response, first: int | None, known: bytes | None) -> _Document:
        limits = self._settings
        encoding = response.headers.get("content-encoding", "")
        body = Body(
            encoding, max_bytes=limits.max_bytes, max_wire=limits.max_wire_bytes, first=first, known=known
        )
        stream = cast("AnswerStream", response.stream)
        stream.allow(2 * limits.max_wire_bytes)  # small chunks cost as much again in framing
        cut = False
        try:
            async with aclosing(cast("AsyncGenerator[bytes, None]", aiter(stream))) as pieces:
                async for piece in pieces:
                    body.feed(piece)
                    if body.full:
                        break
        except CutShort:
            cut = True
        except httpx.ReadError as error:
            raise Refused(FailureKind.PROTOCOL, f"the connection broke after {len(body)} bytes") from error
        document = body.finish(cut=cut)
        cut = cut or (not body.full and stream.leftover)  # more came than Content-Length said
        return _Document(document, cut or body.full, body.wire_bytes, body.sent_digest, body.is_known)


class _Document(NamedTuple):
    body: bytes
    truncated: bool  # the end is missing
    wire_bytes: int
    sent_digest: bytes
    is_known: bool


class _Visit:
    """Where a visit stands: the address now asked, what may be told to it, and how it got there."""

    def __init__(self, request: Request, max_redirects: int) -> None:
        self._asked_for = request.url
        self._max_redirects = max_redirects
        self.host = urls.host(request.url) or "?"
        self.waiting_for = "an answer"
        self.status: int | None = None
        self.redirects: list[Redirect] = []
        self.known = request.known
        self.stays = request.stay
        self.url = httpx.URL(request.url)
        self._conditions = fields.conditions(request.etag, request.last_modified)
        self._validated_url = request.validated_url
        self.conditional = bool(self._conditions) and request.validated_url in (None, request.url)
        self.own_headers: list[tuple[bytes, bytes]] = [*self._conditions] if self.conditional else []
        if self.url.userinfo:
            self.own_headers.append((b"Authorization", fields.basic_authorization(self.url.userinfo)))

    @property
    def final_url(self) -> str:
        return self.redirects[-1].url if self.redirects else self._asked_for

    def go_on(self, status: int, location: str) -> None:
        """Turn to where a redirect points. What belongs to the first origin stays with it."""
        target = _target(self.url, location)
        if len(self.redirects) >= self._max_redirects:
            shown = one_line(urls.without_secrets(str(target)), 200)
            raise Refused(
                FailureKind.REDIRECTS,
                f"too many redirects (more than {self._max_redirects}), the last to {shown}",
            )
        if _same_owner(self.url, target):
            target = target.copy_with(userinfo=self.url.userinfo)
        else:
            self.own_headers, self.conditional = [], False
        if not self.conditional and self._conditions and str(target) == self._validated_url:
            self.own_headers, self.conditional = [*self.own_headers, *self._conditions], True
        self.redirects.append(Redirect(status, str(target)))
        self.url = target
        self.host = urls.host(str(target)) or self.host


def _target(url: httpx.URL, location: str) -> httpx.URL:
    """The absolute address of a Location header, without user and fragment."""
    try:
        joined = urljoin(str(url), location.strip())
        if urls.is_web(joined):
            return httpx.URL(joined).copy_with(userinfo=b"", fragment=None)
    except (ValueError, httpx.InvalidURL):
        pass
    shown = one_line(urls.without_secrets(location), 100)
    raise Refused(FailureKind.ADDRESS, f"redirects to {shown!r}, which is not an http or https address")


def _same_owner(a: httpx.URL, b: httpx.URL) -> bool:
    """Same origin (RFC 6454), or the step from http to https on the same host's usual ports."""
    # `host` would decode names that no standard lets a registry give, and some do.
    if a.raw_host != b.raw_host:
        return False
    upgrade = (a.scheme, b.scheme) == ("http", "https") and a.port is None and b.port is None
    return upgrade or (a.scheme, a.port) == (b.scheme, b.port)


def _nothing(visit: _Visit, document: _Document) -> Failure:
    if document.truncated:
        return Failure(
            FailureKind.PROTOCOL, f"{visit.host}: closed the connection before the document", visit.status
        )
    return Failure(
        FailureKind.EMPTY, f"{visit.host}: HTTP {visit.status} with an empty document", visit.status
    )


def _explain(error: Exception, connect_timeout: float) -> tuple[FailureKind, str]:
    """The kind and cause of what the HTTP library raised."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return FailureKind.ADDRESS, f"not an address that can be visited ({one_line(str(error), 100)})"
    if isinstance(error, httpx.ConnectTimeout):
        return FailureKind.TIMEOUT, f"no connection within {connect_timeout:g} s"
    if reason := reasons.of_tls(error):
        return FailureKind.TLS, f"TLS failed: {reason}"
    if isinstance(error, HeadTooLong):
        return FailureKind.TOO_BIG, "sent headers of more than 100 KiB"
    if isinstance(error, NoAnswer):
        return FailureKind.PROTOCOL, "closed the connection without an answer"
    if isinstance(error, httpx.ProtocolError):
        return FailureKind.PROTOCOL, f"does not speak HTTP as it should: {one_line(str(error), 150)}"
    what = "cannot connect" if isinstance(error, httpx.ConnectError) else "connection lost"
    return FailureKind.CONNECT, f"{what}: {reasons.of_connection(error)}"
