"""HTTP/1.1 (RFC 9112) from the client's side: h11 knows the protocol, asyncio moves the bytes, `guard` says where to.

A visit of ours needs little of what an HTTP library does and pays for all of it: docs/decisions.md has the figures.
What a server may do to us is bounded here: its head by HEAD_BYTES, its body by the caller's `allowance`; what
nobody has asked for yet waits in the system, not in our memory.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property

import h11

from ingest.fetch.address import Address
from ingest.fetch.guard import GuardedDialler, Refused
from ingest.records import FailureKind

HEAD_BYTES = 256 * 1024
"""What a server may send before its body begins: headers, and interim (1xx) answers."""

KEEPALIVE = 15.0
"""Seconds; for redirects, robots.txt and pages of one host. The next poll is minutes away."""

_LONGEST_HEAD = 100 * 1024  # of one answer
_UNREAD = 128 * 1024  # bytes that may wait for us here before the system has to hold them

Headers = Sequence[tuple[bytes, bytes]]


class WireError(Exception):
    """Whatever goes wrong between us and a server, but for OSError once there is a connection."""


class Unreachable(WireError):  # noqa: N818
    """There was no connection; the cause says why."""


class HungUp(WireError):  # noqa: N818
    """The connection was closed without an answer."""


class CutShort(WireError):  # noqa: N818
    """The connection was closed before the end of the body."""


class Garbled(WireError):  # noqa: N818
    """What came is no HTTP, or more of a head than we read; the text says what is wrong."""


class Unsayable(WireError):  # noqa: N818
    """The request cannot be put into HTTP."""


class Connections:
    """Connections of one client. One that is idle is used again for a while; at most `idle` are kept, one an origin.

    `tls` makes the context for https and is asked when one is first needed: reading all certificates takes 0.1 s.
    """

    def __init__(self, dialler: GuardedDialler, tls: Callable[[], ssl.SSLContext], *, idle: int) -> None:
        self._dialler = dialler
        self._make_tls = tls
        self._most = idle
        self._idle: OrderedDict[str, tuple[Connection, float]] = OrderedDict()  # by origin, since when

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._make_tls()

    async def ask(self, address: Address, headers: Headers, *, patience: float) -> Connection:
        """GET `address`: a connection whose answer's head has come. When the answer is read it goes to `done`.

        `patience` (seconds) bounds the way there: name, connection, TLS. Raises Refused, WireError, OSError.
        """
        used = self._take(address.origin)
        if used is not None:
            try:
                return await used.ask(address, headers)
            except (HungUp, ConnectionError):
                pass  # it closed while we asked. Nothing was answered, so it may be asked again (RFC 9112 §9.3.1)
        fresh = await self._open(address, patience)
        return await fresh.ask(address, headers)

    def done(self, connection: Connection) -> None:
        """Keep a connection whose answer was read to its end; close any other."""
        now = asyncio.get_running_loop().time()
        if connection.origin not in self._idle and connection.begin_again():
            self._idle[connection.origin] = connection, now
        else:
            connection.close()
        while self._idle:
            oldest, since = next(iter(self._idle.values()))
            if len(self._idle) <= self._most and since > now - KEEPALIVE:
                break
            self._idle.popitem(last=False)
            oldest.close()

    async def close(self) -> None:
        for connection, _ in self._idle.values():
            connection.close()
        self._idle.clear()
        await asyncio.sleep(0)  # a transport closes in the loop's next turn

    def _take(self, origin: str) -> Connection | None:
        connection, since = self._idle.pop(origin, (None, 0.0))
        if connection is None:
            return None
        if connection.is_quiet and since > asyncio.get_running_loop().time() - KEEPALIVE:
            return connection
        connection.close()
        return None

    async def _open(self, address: Address, patience: float) -> Connection:
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        tls = self._tls if address.scheme == "https" else None
        try:
            socket = await self._dialler.dial(address.host, address.port, patience)
            async with asyncio.timeout_at(end):
                transport, pipe = await loop.create_connection(
                    _Pipe, sock=socket, ssl=tls, server_hostname=address.host if tls else None
                )
        except TimeoutError:
            raise Refused(FailureKind.TIMEOUT, f"no connection within {patience:g} s") from None
        except OSError as error:  # an ssl.SSLError is one
            raise Unreachable from error
        return Connection(address.origin, transport, pipe)


class Connection:
    """One connection to an origin, one request at a time.

    After `ask` it has the `status` and the `headers` of the answer; `piece` gives the body. `allowance` is how many
    bytes may still come over the wire before we have had enough: no HTTP parser bounds interim answers or the framing
    of chunks.
    """

    def __init__(self, origin: str, transport: asyncio.Transport, pipe: _Pipe) -> None:
        self.origin = origin
        self.status = 0
        self.headers: Headers = ()
        self.allowance = 0
        self._transport = transport
        self._pipe = pipe
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)

    async def ask(self, address: Address, headers: Headers) -> Connection:
        """Send the request and read the head of its answer. Closes the connection when that fails."""
        self.allowance = HEAD_BYTES
        host = (b"Host", address.authority.encode())
        try:
            request = h11.Request(method=b"GET", target=address.target.encode(), headers=[host, *headers])
            self._transport.write(self._http.send(request) or b"")
            self._http.send(h11.EndOfMessage())
            while not isinstance(event := await self._event(), h11.Response):
                pass  # an interim answer
        except h11.LocalProtocolError as error:
            self.close()
            raise Unsayable(str(error)) from error
        except BaseException:
            self.close()
            raise
        self.status, self.headers = event.status_code, event.headers.raw_items()
        return self

    async def piece(self) -> bytes:
        """Some bytes of the body as sent, content encoding and all; none at its end."""
        event = await self._event()
        return bytes(event.data) if isinstance(event, h11.Data) else b""

    @property
    def leftover(self) -> bool:
        """Whether more came than the answer's own length said. It must not be taken for the next answer."""
        return bool(self._http.trailing_data[0]) or self._pipe.has_heard

    @property
    def is_quiet(self) -> bool:
        """Whether it can be asked something: still open, and nothing was said unasked."""
        return not (self._transport.is_closing() or self._pipe.has_ended or self._pipe.has_heard)

    def begin_again(self) -> bool:
        """Make ready for another request; False when that is not to be."""
        if self.leftover or not self.is_quiet:
            return False
        try:
            self._http.start_next_cycle()
        except h11.LocalProtocolError:  # the answer was not read to its end, or is to be the last
            return False
        return True

    def close(self) -> None:
        self._transport.abort()  # nothing we sent is still on its way

    async def _event(self) -> object:
        while (event := self._next()) is h11.NEED_DATA:
            data = await self._pipe.read()
            if not data and self._http.their_state is h11.SEND_RESPONSE:
                raise HungUp
            self.allowance -= len(data)
            if self.allowance < 0:
                raise Refused(FailureKind.TOO_BIG, "the server sent more than a response may have")
            self._http.receive_data(data)
        return event

    def _next(self) -> object:
        try:
            return self._http.next_event()
        except h11.RemoteProtocolError as error:
            told = str(error)
            raise (CutShort if told.startswith("peer closed connection") else Garbled)(told) from error


class _Pipe(asyncio.Protocol):
    """What came over a connection and was not read yet, in the order it came."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._heard = bytearray()
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._is_paused = False
        self.has_ended = False

    @property
    def has_heard(self) -> bool:
        return bool(self._heard)

    async def read(self) -> bytes:
        """All that came, as soon as there is any; nothing at the end. Raises OSError when the connection broke."""
        if not self._heard and not self.has_ended:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        if not self._heard and self._error is not None:
            raise self._error
        data, self._heard = bytes(self._heard), bytearray()
        if self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if len(self._heard) > _UNREAD and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self.has_ended = True
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self.has_ended, self._error = True, error
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


def default_tls() -> ssl.SSLContext:
    """Trust what SSL_CERT_FILE or SSL_CERT_DIR name, else Mozilla's list."""
    file, directory = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if not file and not directory:
        import certifi

        file = certifi.where()
    context = ssl.create_default_context(cafile=file, capath=directory)
    context.set_alpn_protocols(["http/1.1"])
    return context
