"""What a conditional visit costs the client: process time and visits a second, against a server on loopback.

    python -m bench.visits [--visits N] [--connections N] [--fresh]

The server is another process and answers 304 to whatever it is asked. Each place visits a host of its own and keeps
its connection; with `--fresh` every visit goes to another host, as most of a worker's do. 127.0.0.0/8 must be ours.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import time
from multiprocessing.connection import Connection

from ingest.fetch.client import Fetcher
from ingest.records import NotModified, Request
from ingest.settings import FetchSettings

CHANGED = "Sat, 01 Jun 2024 10:00:00 GMT"
ANSWER = (
    f"HTTP/1.1 304 Not Modified\r\nDate: {CHANGED}\r\nServer: loopback\r\nETag: \"v1\"\r\nLast-Modified: {CHANGED}\r\n"
    "Cache-Control: max-age=60\r\nConnection: keep-alive\r\n\r\n"
).encode()  # fmt: skip
ROUNDS = 3


class NotChanged(asyncio.Protocol):
    """A server that has read enough of a request when it ends, and of HTTP nothing else."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._asked = b""

    def data_received(self, data: bytes) -> None:
        *requests, self._asked = (self._asked + data).split(b"\r\n\r\n")
        self._transport.write(ANSWER * len(requests))


def serve(parent: Connection) -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(NotChanged, "0.0.0.0", 0, backlog=1000)
        parent.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def measure(port: int, visits: int, connections: int, fresh: bool) -> None:
    settings = FetchSettings(user_agent="bench", allow_networks=("127.0.0.0/8",), concurrency=connections)

    async def visit(number: int) -> None:
        place = number if fresh else number % connections
        host = f"127.0.{place // 250 % 250}.{place % 250 + 1}"
        answer = await fetcher.get(Request(f"http://{host}:{port}/feed.xml", '"v1"', CHANGED))
        assert isinstance(answer, NotModified), answer

    async with Fetcher(settings) as fetcher:
        await asyncio.gather(*map(visit, range(connections)))
        for number in range(ROUNDS):
            cpu, wall = time.process_time(), time.perf_counter()
            await asyncio.gather(*(visit(visits * number + place) for place in range(visits)))
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            print(f"{1000 * cpu / visits:.2f} ms CPU a visit, {visits / wall:.0f} visits a second")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=48)
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    asyncio.run(measure(here.recv(), asked.visits, asked.connections, asked.fresh))
    server.terminate()


if __name__ == "__main__":
    main()
