"""Connections: which are used again, which are not, and what becomes of one that breaks while it is idle."""

from __future__ import annotations

import asyncio

import pytest

from ingest.fetch.address import Address
from ingest.records import Fetched, Request

FEED = b"<rss version='2.0'><channel><title>F</title></channel></rss>"


async def test_a_connection_that_closes_while_it_is_idle_costs_no_visit(http):
    async def once(writer: asyncio.StreamWriter) -> None:
        writer.write(http.ok(FEED))
        await writer.drain()
        writer.close()  # without a word of warning

    site = await http.serve({"/": once}, keep_alive=True)
    fetcher = await http.fetcher()
    for _ in range(3):
        assert isinstance(await fetcher.get(Request(site.url())), Fetched)
    assert site.connections == 3


async def test_a_connection_that_closes_instead_of_an_answer_is_asked_once_more_on_a_new_one(http):
    site = await http.serve({"/": http.ok(FEED)}, keep_alive=True)

    async def hang_up(writer: asyncio.StreamWriter) -> None:
        site.answers["/again"] = http.ok(FEED)
        writer.close()

    site.answers["/again"] = hang_up
    fetcher = await http.fetcher()
    await fetcher.get(Request(site.url()))
    assert isinstance(await fetcher.get(Request(site.url("/again"))), Fetched)
    assert site.paths == ["/", "/again", "/again"]
    assert site.connections == 2


async def test_a_server_that_says_close_is_believed(http):
    site = await http.serve({"/": http.ok(FEED, b"Connection: close")}, keep_alive=True)
    fetcher = await http.fetcher()
    for _ in range(2):
        assert isinstance(await fetcher.get(Request(site.url())), Fetched)
    assert site.connections == 2


async def test_what_is_said_unasked_is_never_taken_for_an_answer(http):
    async def twice(writer: asyncio.StreamWriter) -> None:
        writer.write(http.ok(FEED))
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(http.ok(b"forged"))

    site = await http.serve({"/": twice, "/next": http.ok(b"true")}, keep_alive=True)
    fetcher = await http.fetcher()
    await fetcher.get(Request(site.url()))
    await asyncio.sleep(0.1)
    assert (await fetcher.get(Request(site.url("/next")))).body == b"true"
    assert site.connections == 2


async def test_only_so_many_idle_connections_are_kept(http):
    sites = [await http.serve({"/": http.ok(FEED)}, keep_alive=True) for _ in range(4)]
    fetcher = await http.fetcher(concurrency=2)
    for site in (*sites, *reversed(sites)):
        await fetcher.get(Request(site.url()))
    assert [site.connections for site in sites] == [2, 2, 1, 1]


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("http://a.example", "http://a.example", "/"),
        ("HTTPS://A.Example:443/x?y", "https://a.example", "/x?y"),
        ("http://a.example:81/ü b/%zz%41?q=\"ü\"#top", "http://a.example:81", "/%C3%BC%20b/%25zz%41?q=%22%C3%BC%22"),
        ("http://bücher.example/a/../b/./c", "http://xn--bcher-kva.example", "/b/c"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]", "/"),
    ],
)  # fmt: skip
def test_an_address_is_asked_for_the_way_http_writes_it(url, origin, target):
    address = Address.read(url)
    assert (address.origin, address.target) == (origin, target)
    assert Address.read(str(address)) == address


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("/b?c", "https://a.example/b?c"),
        ("//b.example", "https://b.example/"),
        ("http://u:p@b.example:81/x#y", "http://b.example:81/x"),
        (" ../c ", "https://a.example/c"),
        ("ftp://b.example/", None),
        ("http://[bad", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_location_leads_to_an_address_of_the_web_without_a_user_or_nowhere(location, found):
    target = Address.read("https://me:secret@a.example/d/e").follow(location)
    assert (str(target) if target else None) == found
    assert target is None or target.userinfo is None
