"""httpx's transport for our visits: HTTP/1.1 by h11 over asyncio's own sockets, dialled through the guard.

httpx brings a transport of its own (httpcore on anyio). Its pool and its two layers of streams cost a 304 five times
what asking and reading it costs, and it keeps what came after a body for the next answer. Here a connection is one
asyncio protocol, and of a pool we need only the shelf: how many visits run at once is the Fetcher's business.

No proxy, no cookie, no redirect, no decompression, no header of its own. Trouble is raised as httpx's exceptions.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import nullcontext
from functools import cached_property
from typing import NamedTuple, cast

import h11
import httpx

from ingest.fetch.guard import GuardedDialler, Refused
from ingest.records import FailureKind

HEAD_BYTES = 256 * 1024
"""What a server may send before its body begins: headers, and interim (1xx) answers."""

_MAX_HEADERS = 100 * 1024  # bytes of one header block; 3000 cookies have been seen
_PIECE = 64 * 1024
_KEEPALIVE = 15.0  # seconds; for redirects, robots.txt and pages of one host. The next poll is minutes away.


class NoAnswer(httpx.RemoteProtocolError):
    """The server closed the connection before the head of an answer was whole."""


class HeadTooLong(httpx.RemoteProtocolError):
    """A header block of more than 100 KiB."""


class CutShort(httpx.RemoteProtocolError):
    """The connection closed before the end that the answer itself had announced."""


class Origin(NamedTuple):
    secure: bool
    host: str
    port: int


def _certified(origin: Origin) -> str:
    """The name that the certificate must have. Raises UnicodeError: asyncio leaks a socket whose name it cannot use."""
    name = origin.host.rstrip(".")  # certificates write names without the root's dot
    if not name.encode("idna"):
        raise UnicodeError("a host without a name")
    return name


class Transport(httpx.AsyncBaseTransport):
    """Carries one GET at a time over each connection. `connect_timeout` in seconds, for the dial and for TLS each.

    `tls` replaces httpx's trusted certificates.
    """

    def __init__(
        self, dialler: GuardedDialler, tls: ssl.SSLContext | None, *, connect_timeout: float, max_idle: int
    ) -> None:
        self._dialler = dialler
        self._given_tls = tls
        self._connect_timeout = connect_timeout
        self._idle = _Idle(max_idle)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made with the first https address: to read the trusted certificates takes 30 ms."""
        tls = self._given_tls or httpx.create_ssl_context()
        tls.set_alpn_protocols(["http/1.1"])
        return tls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The head of the answer; its stream is an `AnswerStream`.

        Raises httpx.TransportError, Refused and, for a name that is none, UnicodeError.
        """
        url = request.url
        secure = url.scheme == "https"
        port = (443 if secure else 80) if url.port is None else url.port
        origin = Origin(secure, url.raw_host.decode("ascii"), port)
        waiting = self._idle.take(origin)
        if waiting:
            try:
                return await self._exchange(waiting, request)
            except (httpx.RemoteProtocolError, httpx.ReadError):
                if waiting.has_answered:
                    raise
            # The server closed it while it waited: the request never counted, and a GET may be sent again
            # (RFC 9112 §9.3.1).
        return await self._exchange(await self._connect(origin), request)

    async def _exchange(self, connection: _Connection, request: httpx.Request) -> httpx.Response:
        try:
            head = await connection.ask(request)
        except BaseException:
            connection.abort()
            raise
        stream = AnswerStream(connection, self._idle)
        return httpx.Response(head.status_code, headers=list(head.headers), stream=stream, request=request)

    async def _connect(self, origin: Origin) -> _Connection:
        name = _certified(origin) if origin.secure else None
        try:
            dialled = await self._dialler(origin.host, origin.port, self._connect_timeout)
            connection = _Connection(origin, dialled)
            try:
                # Only TLS has anything to wait for.
                async with asyncio.timeout(self._connect_timeout) if name else nullcontext():
                    await asyncio.get_running_loop().create_connection(
                        lambda: connection,
                        sock=dialled,
                        ssl=self._tls if name else None,
                        server_hostname=name,
                    )
            except BaseException:
                connection.abort()
                raise
        except TimeoutError as error:
            raise httpx.ConnectTimeout(str(error)) from error
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        return connection

    async def aclose(self) -> None:
        self._idle.clear()
        await asyncio.sleep(0)  # asyncio closes a socket in its next round


class AnswerStream(httpx.AsyncByteStream):
    """The body of an answer as it comes. Closing it puts the connection back, if nothing is left to come."""

    def __init__(self, connection: _Connection, idle: _Idle) -> None:
        self._connection = connection
        self._idle = idle

    def allow(self, wire_bytes: int) -> None:
        """How much the server may send from here on, the framing of chunks included."""
        self._connection.allowance = wire_bytes

    @property
    def leftover(self) -> bool:
        """Whether more came than the answer's own length. A connection with a leftover is never used again."""
        return self._connection.leftover

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while isinstance(event := await self._connection.next_event(), h11.Data):
            yield bytes(event.data)

    async def aclose(self) -> None:
        if self._connection.finish():
            self._idle.put(self._connection)
        else:
            self._connection.abort()


class _Connection(asyncio.Protocol):
    """A connection to one origin. It ends beyond `allowance`, or when it speaks without being asked.

    Its reader waits only once the inbox is empty, so no more lies there than one round of asyncio brings (256 KiB).
    """

    def __init__(self, origin: Origin, dialled: socket.socket) -> None:
        self.origin = origin
        self.allowance = HEAD_BYTES
        self.idle_until = 0.0  # seconds of the loop's clock
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEADERS)
        self._inbox = bytearray()
        self._asked = True
        self._ended = False
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._socket = dialled
        self._made = False
        self._transport: asyncio.Transport  # once it is made

    # ---- what asyncio tells us

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._made = cast("asyncio.Transport", transport), True

    def data_received(self, data: bytes) -> None:
        if self._asked:
            self._inbox += data
            self._wake()
        else:
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._ended, self._error = True, error
        self._wake()

    def _wake(self) -> None:
        if self._reader and not self._reader.done():
            self._reader.set_result(None)

    # ---- what the transport asks for

    async def ask(self, request: httpx.Request) -> h11.Response:
        """Send the request and wait for the head of its answer; interim answers (RFC 9110 §15.2) are passed over."""
        self.allowance, self._asked = HEAD_BYTES, True
        try:
            asked = h11.Request(method="GET", target=request.url.raw_path, headers=request.headers.raw)
            head = self._http.send(asked)
            self._http.send(h11.EndOfMessage())
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        self._transport.write(head)
        while True:
            event = await self.next_event()
            if isinstance(event, h11.Response):
                return event

    async def next_event(self) -> h11.Event | type[h11.PAUSED]:
        """The next part of the answer. Raises NoAnswer, HeadTooLong, CutShort or their base."""
        ended = False
        try:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                data = await self._receive()
                ended = not data
                if ended and self._http.their_state is h11.SEND_RESPONSE:
                    raise NoAnswer("closed without an answer")
                self._http.receive_data(data)
        except h11.RemoteProtocolError as error:
            raise _kind(error, ended)(str(error)) from error
        return cast("h11.Event | type[h11.PAUSED]", event)

    async def _receive(self) -> bytes:
        """Some bytes from the wire; none at its end."""
        while not self._inbox:
            if self._error:
                raise httpx.ReadError(str(self._error)) from self._error
            if self._ended:
                return b""
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        data = bytes(self._inbox[:_PIECE])
        del self._inbox[:_PIECE]
        self.allowance -= len(data)
        if self.allowance < 0:
            raise Refused(FailureKind.TOO_BIG, "the server sent more than a response may have")
        return data

    @property
    def has_answered(self) -> bool:
        """Whether anything came since the request was sent."""
        return self.allowance != HEAD_BYTES

    @property
    def leftover(self) -> bool:
        return bool(self._inbox or self._http.trailing_data[0])

    def finish(self) -> bool:
        """End the exchange; True when the connection is ready for another one. Waits for nothing."""
        if self._http.their_state is h11.SEND_BODY:
            try:
                self._http.next_event()  # the end, where the answer had no body; else its body stays unread
            except h11.RemoteProtocolError:
                return False
        if self._http.their_state is not h11.DONE or not self.usable:
            return False
        self._http.start_next_cycle()
        self._asked = False
        return True

    @property
    def usable(self) -> bool:
        return not (self._ended or self._transport.is_closing() or self.leftover)

    def quiet(self) -> bool:
        """Whether it is usable and the other end has neither spoken nor closed; asyncio may not have noticed yet."""
        if not self.usable:
            return False
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def abort(self) -> None:
        """Close it at once, without the farewell of TLS, for which a server may let us wait."""
        if self._made:
            self._transport.abort()


def _kind(error: h11.RemoteProtocolError, ended: bool) -> type[httpx.RemoteProtocolError]:
    if ended:  # all that came before was well: only the end was wrong
        return CutShort
    return HeadTooLong if error.error_status_hint == 431 else httpx.RemoteProtocolError


class _Idle:
    """Connections that wait for another request to their origin, the longest idle first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._all: dict[_Connection, None] = {}
        self._by_origin: dict[Origin, list[_Connection]] = {}

    def put(self, connection: _Connection) -> None:
        connection.idle_until = asyncio.get_running_loop().time() + _KEEPALIVE
        self._all[connection] = None
        self._by_origin.setdefault(connection.origin, []).append(connection)
        self._trim()

    def take(self, origin: Origin) -> _Connection | None:
        self._trim()
        while waiting := self._by_origin.get(origin):
            connection = self._remove(waiting[-1])
            if connection.quiet():
                return connection
            connection.abort()
        return None

    def _trim(self) -> None:
        now = asyncio.get_running_loop().time()
        while oldest := next(iter(self._all), None):
            if len(self._all) <= self._most and oldest.idle_until > now:
                return
            self._remove(oldest).abort()

    def _remove(self, connection: _Connection) -> _Connection:
        del self._all[connection]
        same = self._by_origin[connection.origin]
        same.remove(connection)
        if not same:
            del self._by_origin[connection.origin]
        return connection

    def clear(self) -> None:
        for connection in self._all:
            connection.abort()
        self._all.clear()
        self._by_origin.clear()
