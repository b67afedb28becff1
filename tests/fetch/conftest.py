"""A real server on loopback that says exactly the bytes a test wants, and a fetcher that may visit it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.fetch.client import Fetcher
from ingest.fetch.guard import dial

MIB = 1024**2
TRUST = ssl.create_default_context()
PUBLIC = "93.184.216.34"

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Limits:
    """Fetch settings for tests: loopback is open, everything else as it ships but quicker."""

    user_agent: str = "ingest-test/1"
    timeout: timedelta = timedelta(seconds=5)
    connect_timeout: timedelta = timedelta(seconds=2)
    max_bytes: int = 20 * MIB
    max_wire_bytes: int = 10 * MIB
    max_redirects: int = 5
    allow_networks: tuple[str, ...] = ("127.0.0.0/8",)
    concurrency: int = 10


@dataclass
class Site:
    """What a server answers by path, and what it was asked."""

    answers: dict[str, Answer]
    keep_alive: bool = False
    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [head.split(b" ")[1].decode() for head in self.heads]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head)
                answer = self.answers[self.paths[-1]]
                if isinstance(answer, bytes):
                    writer.write(answer)
                else:
                    await answer(writer)
                await writer.drain()
                if not self.keep_alive:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Network:
    """Stands where the network would be: records every dial, and leads all of them to one local port or nowhere."""

    def __init__(self, port: int | None = None) -> None:
        self.dialled: list[tuple[str, int]] = []
        self._port = port

    async def __call__(self, ip: str, port: int) -> socket.socket:
        self.dialled.append((ip, port))
        if self._port is None:
            raise OSError("no network here")
        return await dial("127.0.0.1", self._port)


class Names:
    """A name service out of a table. A list of lists is answered one after the other."""

    def __init__(self, **table: Sequence[str] | list[list[str]]) -> None:
        self._table = {name.replace("_", "."): found for name, found in table.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host.rstrip(".").lower() in self._table:
            found = self._table[host.rstrip(".").lower()]
            return found.pop(0) if found and isinstance(found[0], list) else found
        # What is no name in the table is read as an address, the way the system reads 0x7f.1 and 127.1.
        try:
            infos = socket.getaddrinfo(host.rstrip("."), port, flags=socket.AI_NUMERICHOST)
        except socket.gaierror as error:
            raise OSError(-2, "Name or service not known") from error
        return [str(info[4][0]) for info in infos]


def ok(body: bytes, *headers: bytes) -> bytes:
    return reply(b"200 OK", body, *headers)


def reply(status: bytes, body: bytes = b"", *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body), b"", body]
    return b"\r\n".join(lines)


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A new certificate for `name`: what a server shows, and what trusts nobody else."""
    key, shown = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-keyout", key, "-out", shown, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"],
        check=True, capture_output=True,
    )  # fmt: skip
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(shown, key)
    return server, ssl.create_default_context(cafile=str(shown))


@pytest.fixture
async def http() -> AsyncIterator[SimpleNamespace]:
    """`await http.serve({"/": http.ok(b"...")})` → Site; `await http.fetcher(timeout=1)` → Fetcher."""
    async with AsyncExitStack() as stack:

        async def serve(
            answers: dict[str, Answer], *, keep_alive: bool = False, tls: ssl.SSLContext | None = None
        ) -> Site:
            site = Site(answers, keep_alive)
            server = await asyncio.start_server(site.handle, "127.0.0.1", 0, ssl=tls, limit=MIB)
            stack.callback(server.close)
            site.port = server.sockets[0].getsockname()[1]
            return site

        async def fetcher(*, resolve=None, network=dial, tls=None, clock=None, **limits: object) -> Fetcher:
            for name in {"timeout", "connect_timeout"} & limits.keys():
                limits[name] = timedelta(seconds=limits[name])  # type: ignore[arg-type]
            made = Fetcher(Limits(**limits), resolve=resolve, network=network, tls=tls or TRUST, clock=clock)  # type: ignore[arg-type]
            return await stack.enter_async_context(made)

        yield SimpleNamespace(
            serve=serve,
            fetcher=fetcher,
            ok=ok,
            reply=reply,
            Network=Network,
            Names=Names,
            PUBLIC=PUBLIC,
            certificate=certificate,
        )
