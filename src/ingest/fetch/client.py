"""One visit to an address: `await Fetcher(settings).get(Request(url))` → Fetched, NotModified or Failure.

What an HTTP library would do in its own way is done here and in the rest of the room: one deadline for everything,
redirects that read no body and take nothing of ours to strangers, size caps (`body`), the address guard (`guard`), no
cookies, no log of addresses. `wire` is the protocol.

Network trouble of every kind comes back as a Failure whose detail is one line for a person.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Protocol, cast

from ingest import urls
from ingest.fetch import headers as fields
from ingest.fetch import local, reasons
from ingest.fetch.address import Address
from ingest.fetch.body import Body
from ingest.fetch.guard import AddressGuard, Dial, GuardedDialler, Refused, Resolver, SystemResolver
from ingest.fetch.wire import (
    Connection,
    Connections,
    CutShort,
    Garbled,
    HungUp,
    Unreachable,
    Unsayable,
    WireError,
    default_tls,
)
from ingest.records import Failure, FailureKind, Fetched, NotModified, Redirect, Request
from ingest.text import one_line

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FetchSettings(Protocol):
    """What the fetcher is told; `ingest.settings.FetchSettings` has it."""

    @property
    def user_agent(self) -> str: ...
    @property
    def timeout(self) -> float: ...  # seconds for the whole visit, redirects included
    @property
    def connect_timeout(self) -> float: ...  # seconds
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

    `clock` is asked only for a Retry-After date of a server that sends no Date. `resolve`, `dial` and `tls` replace
    the name service, the network (behind the guard) and the trusted certificates.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        clock: Callable[[], datetime] | None = None,
        resolve: Resolver | None = None,
        dial: Dial | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._own_resolver = None if resolve else SystemResolver(threads=min(settings.concurrency, 64))
        resolver = resolve or cast("Resolver", self._own_resolver)
        dialler = GuardedDialler(AddressGuard(settings.allow_networks), resolver, dial)
        make_tls = default_tls if tls is None else lambda: tls
        self._connections = Connections(dialler, make_tls, idle=settings.concurrency)
        self._places = asyncio.Semaphore(settings.concurrency)
        self._headers: list[tuple[bytes, bytes]] = [
            (b"User-Agent", settings.user_agent.encode("latin-1", "replace")),
            (b"Accept", fields.ACCEPT.encode()),
            (b"Accept-Encoding", b"gzip"),
        ]

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.close()
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
        address = Address.read(request.url) if urls.is_web(request.url) else None
        if address is None:
            shown = one_line(urls.without_secrets(request.url), 100)
            return Failure(FailureKind.ADDRESS, f"{shown!r} is not an http or https address")
        async with self._places:
            return await self._visit(_Visit(request, address, self._settings.max_redirects), first)

    async def _visit(self, visit: _Visit, first: int | None) -> Fetched | NotModified | Failure:
        answer = await self._journey(visit, first)
        if isinstance(answer, Failure) and visit.redirects:
            return replace(answer, redirected=True)
        return answer

    async def _journey(self, visit: _Visit, first: int | None) -> Fetched | NotModified | Failure:
        try:
            async with asyncio.timeout(self._settings.timeout):
                while True:
                    answer = await self._hop(visit, first)
                    if answer is not None:
                        return answer
        except TimeoutError:
            limit = f"{self._settings.timeout:g} s"
            return Failure(
                FailureKind.TIMEOUT,
                f"{visit.host}: {visit.waiting_for} took longer than {limit}",
                visit.status,
            )
        except Refused as refusal:
            told = refusal.detail if visit.host in refusal.detail else f"{visit.host}: {refusal.detail}"
            return Failure(refusal.kind, told, visit.status)
        except (WireError, OSError, UnicodeError) as error:
            kind, cause = _explain(error)
            return Failure(kind, f"{visit.host}: {cause}", visit.status)

    async def _hop(self, visit: _Visit, first: int | None) -> Fetched | NotModified | Failure | None:
        """One request; None when the answer sent us on and `visit` stands at the next address."""
        visit.waiting_for, visit.status = "an answer", None
        headers = [*self._headers, *visit.own_headers]
        patience = self._settings.connect_timeout
        connection = await self._connections.ask(visit.address, headers, patience=patience)
        try:
            visit.status = connection.status
            location = _header(connection, b"location") if connection.status in _REDIRECTS else None
            if location is None:
                return await self._answer(visit, connection, first)
            if _header(connection, b"content-length") == "0":
                await connection.piece()
        finally:
            self._connections.done(connection)
        visit.go_on(connection.status, location)
        return None

    async def _answer(
        self, visit: _Visit, connection: Connection, first: int | None
    ) -> Fetched | NotModified | Failure:
        """What an answer that ends the journey means."""
        status = connection.status
        headers = fields.kept(connection.headers)
        if status == 304:
            await connection.piece()
            if not visit.conditional:
                return Failure(
                    FailureKind.PROTOCOL, f"{visit.host}: HTTP 304, though nothing was asked for", status
                )
            return NotModified(visit.final_url, headers, tuple(visit.redirects))
        if status in (204, 205):
            await connection.piece()
            return Failure(
                FailureKind.EMPTY, f"{visit.host}: HTTP {status}, an answer without a document", status
            )
        wanted_delta = status == 226 and fields.DELTA in visit.own_headers and fields.is_delta(headers)
        if status in (206, 226) and not wanted_delta:
            part = "part of a document" if status == 206 else "a difference between documents"
            return Failure(
                FailureKind.PROTOCOL, f"{visit.host}: HTTP {status}, {part} that was not asked for", status
            )
        if not 200 <= status < 300:
            return self._refusal(visit, status, headers)
        visit.waiting_for = "the document"
        document = await self._read(connection, first)
        if not document.body.strip():
            return _nothing(visit, document)
        return Fetched(visit.final_url, status, headers, document.body, tuple(visit.redirects), document.truncated,
                       document.wire_bytes)  # fmt: skip

    def _refusal(self, visit: _Visit, status: int, headers: dict[str, str]) -> Failure:
        wait = fields.retry_after(headers, self._clock() if self._clock else None)
        at = "" if not visit.redirects else f" at {urls.without_secrets(visit.final_url)}"
        told = f"{visit.host}: {reasons.of_status(status)}{at}{reasons.next_step(status, wait)}"
        kind = {410: FailureKind.GONE, 429: FailureKind.RATE_LIMITED}.get(status, FailureKind.HTTP)
        return Failure(kind, told, status, wait)

    async def _read(self, connection: Connection, first: int | None) -> _Document:
        limits = self._settings
        encoding = _header(connection, b"content-encoding") or ""
        body = Body(encoding, max_bytes=limits.max_bytes, max_wire=limits.max_wire_bytes, first=first)
        connection.allowance = 2 * limits.max_wire_bytes  # small chunks cost as much again in framing
        cut = False
        try:
            while not body.full and (piece := await connection.piece()):
                body.feed(piece)
        except CutShort:
            cut = True
        except OSError as error:
            raise Refused(FailureKind.PROTOCOL, f"the connection broke after {len(body)} bytes") from error
        document = body.finish(cut=cut)
        return _Document(document, cut or body.full or connection.leftover, body.wire_bytes)


class _Document(NamedTuple):
    body: bytes
    truncated: bool  # the end is missing
    wire_bytes: int


class _Visit:
    """Where a visit stands: the address now asked, what may be told to it, and how it got there."""

    def __init__(self, request: Request, address: Address, max_redirects: int) -> None:
        self._asked_for = request.url
        self._max_redirects = max_redirects
        self.address = address
        self.host = urls.host(request.url) or "?"
        self.waiting_for = "an answer"
        self.status: int | None = None
        self.redirects: list[Redirect] = []
        self.own_headers = fields.conditions(request.etag, request.last_modified)
        self.conditional = bool(self.own_headers)
        if address.userinfo:
            self.own_headers.append((b"Authorization", fields.basic_authorization(address.userinfo.encode())))

    @property
    def final_url(self) -> str:
        return self.redirects[-1].url if self.redirects else self._asked_for

    def go_on(self, status: int, location: str) -> None:
        """Turn to where a redirect points. What belongs to the first origin stays with it."""
        target = self.address.follow(location)
        if target is None:
            shown = one_line(urls.without_secrets(location), 100)
            raise Refused(
                FailureKind.ADDRESS, f"redirects to {shown!r}, which is not an http or https address"
            )
        if len(self.redirects) >= self._max_redirects:
            shown = one_line(urls.without_secrets(str(target)), 200)
            raise Refused(
                FailureKind.REDIRECTS,
                f"too many redirects (more than {self._max_redirects}), the last to {shown}",
            )
        if not target.has_owner_of(self.address):
            self.own_headers, self.conditional = [], False
        self.redirects.append(Redirect(status, str(target)))
        self.address, self.host = target, target.host


def _nothing(visit: _Visit, document: _Document) -> Failure:
    if document.truncated:
        return Failure(
            FailureKind.PROTOCOL, f"{visit.host}: closed the connection before the document", visit.status
        )
    return Failure(
        FailureKind.EMPTY, f"{visit.host}: HTTP {visit.status} with an empty document", visit.status
    )


def _header(connection: Connection, name: bytes) -> str | None:
    """The first header of this name. Some servers write UTF-8 where only ASCII may stand."""
    for found, value in connection.headers:
        if found.lower() == name:
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value.decode("latin-1")
    return None


def _explain(error: Exception) -> tuple[FailureKind, str]:
    """The kind and cause of what the wire raised."""
    if isinstance(error, UnicodeError | Unsayable):
        return FailureKind.ADDRESS, f"not an address that can be visited ({one_line(str(error), 100)})"
    if isinstance(error, HungUp):
        return FailureKind.PROTOCOL, "closed the connection without an answer"
    if isinstance(error, Garbled):
        if "Receive buffer too long" in str(error):
            return FailureKind.TOO_BIG, "sent headers of more than 100 KiB"
        return FailureKind.PROTOCOL, f"does not speak HTTP as it should: {one_line(str(error), 150)}"
    if reason := reasons.of_tls(error):
        return FailureKind.TLS, f"TLS failed: {reason}"
    what = "cannot connect" if isinstance(error, Unreachable) else "connection lost"
    return FailureKind.CONNECT, f"{what}: {reasons.of_connection(error)}"
