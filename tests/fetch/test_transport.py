"""Connections: which are used again, which never, and how long one may take to stand."""

from __future__ import annotations

import asyncio
import socket

import pytest

from ingest.fetch import transport
from ingest.fetch.guard import dial
from ingest.records import FailureKind, Fetched, Request

FEED = b"<rss version='2.0'><channel><title>F</title></channel></rss>"


async def test_a_request_is_sent_again_when_its_connection_was_closed_while_it_waited(http):
    async def hang_up_once(writer: asyncio.StreamWriter) -> None:
        site.answers["/next"] = http.ok(b"true")
        writer.close()

    site = await http.serve({"/": http.ok(FEED), "/next": hang_up_once}, keep_alive=True)
    fetcher = await http.fetcher()
    await fetcher.get(Request(site.url()))
    assert (await fetcher.get(Request(site.url("/next")))).body == b"true"
    assert (site.connections, site.paths) == (2, ["/", "/next", "/next"])


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-"])
async def test_a_new_connection_or_one_that_began_to_answer_is_asked_once(http, said):
    async def hang_up(writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    site = await http.serve({"/": http.ok(FEED), "/next": hang_up}, keep_alive=True)
    fetcher = await http.fetcher()
    if said:
        await fetcher.get(Request(site.url()))
    failure = await fetcher.get(Request(site.url("/next")))
    assert failure.kind is FailureKind.PROTOCOL
    assert "closed the connection without an answer" in failure.detail
    assert site.paths.count("/next") == 1


@pytest.mark.parametrize("noticed", [True, False])
async def test_what_comes_unasked_on_a_waiting_connection_is_never_taken_for_an_answer(http, noticed):
    writers: list[asyncio.StreamWriter] = []

    async def answer(writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(http.ok(FEED))

    site = await http.serve({"/": answer, "/next": http.ok(b"true")}, keep_alive=True)
    fetcher = await http.fetcher()
    await fetcher.get(Request(site.url()))
    writers[0].write(http.ok(b"forged"))  # sent at once; asyncio's other end reads it in its next round
    if noticed:
        await asyncio.sleep(0.05)
    assert (await fetcher.get(Request(site.url("/next")))).body == b"true"
    assert site.connections == 2


async def test_a_waiting_connection_that_begins_to_speak_is_closed_before_it_said_much(http):
    writers: list[asyncio.StreamWriter] = []

    async def answer(writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        writer.write(http.ok(FEED))

    site = await http.serve({"/": answer}, keep_alive=True)
    fetcher = await http.fetcher()
    await fetcher.get(Request(site.url()))

    async def flood() -> None:
        for _ in range(64):
            writers[0].write(b"x" * 1024**2)
            await writers[0].drain()

    with pytest.raises(ConnectionError):
        await flood()


async def test_a_body_of_which_part_was_read_closes_its_connection(http):
    half = http.ok(b"x" * 5000)[:-2500]
    site = await http.serve({"/": half, "/next": http.ok(b"true")}, keep_alive=True)
    fetcher = await http.fetcher()
    await fetcher.get(Request(site.url()), first=1000)
    assert (await fetcher.get(Request(site.url("/next")))).body == b"true"
    assert site.connections == 2


async def test_no_more_connections_wait_than_visits_may_run_and_the_oldest_goes_first(http):
    site = await http.serve({"/": http.ok(FEED)}, keep_alive=True)
    fetcher = await http.fetcher(
        concurrency=2, resolve=http.Names(**{f"{name}_test": ["127.0.0.1"] for name in "abc"})
    )
    for name, connections in [("a", 1), ("b", 2), ("a", 2), ("c", 3), ("a", 3), ("b", 4)]:
        assert isinstance(await fetcher.get(Request(site.url(host=f"{name}.test"))), Fetched)
        assert site.connections == connections, name


async def test_a_connection_that_waited_too_long_is_not_used_again(http, monkeypatch):
    monkeypatch.setattr(transport, "_KEEPALIVE", 0.0)
    site = await http.serve({"/": http.ok(FEED)}, keep_alive=True)
    fetcher = await http.fetcher()
    for _ in range(2):
        await fetcher.get(Request(site.url()))
    assert site.connections == 2


async def test_an_address_that_does_not_answer_leaves_time_for_the_next(http):
    async def network(ip: str, port: int) -> socket.socket:
        if ip == "127.0.0.2":
            await asyncio.sleep(60)
        return await dial(ip, port)

    site = await http.serve({"/": http.ok(FEED)})
    names = http.Names(two_test=["127.0.0.2", "127.0.0.1"], dead_test=["127.0.0.2"])
    fetcher = await http.fetcher(resolve=names, network=network, connect_timeout=0.4)
    assert (await fetcher.get(Request(site.url(host="two.test")))).body == FEED
    dead = await fetcher.get(Request(site.url(host="dead.test")))
    assert (dead.kind, dead.detail) == (FailureKind.TIMEOUT, "dead.test: no connection within 0.4 s")


async def test_a_server_that_never_shakes_hands_ends_at_the_connect_timeout(http):
    site = await http.serve({})
    failure = await (await http.fetcher(connect_timeout=0.2)).get(Request(f"https://127.0.0.1:{site.port}/"))
    assert (failure.kind, failure.detail) == (FailureKind.TIMEOUT, "127.0.0.1: no connection within 0.2 s")


async def test_a_connection_with_tls_is_used_again_and_carries_large_documents(http, tmp_path):
    server_tls, trusted = http.certificate(tmp_path, "a.test")
    large = b"x" * 3_000_000
    site = await http.serve({"/": http.ok(large)}, keep_alive=True, tls=server_tls)
    fetcher = await http.fetcher(resolve=http.Names(a_test=["127.0.0.1"]), tls=trusted)
    for host in ("a.test", "a.test", "a.test."):
        assert (await fetcher.get(Request(f"https://{host}:{site.port}/"))).body == large
    assert site.connections == 2  # a.test and a.test. are two hosts, though one certificate
