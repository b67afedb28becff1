"""A visit as it should go: conditional requests, redirects, credentials, what is kept and what is told."""

from __future__ import annotations

import asyncio
import gzip
import logging
import time
from datetime import UTC, datetime, timedelta

import pytest

from ingest.records import FailureKind, Fetched, NotModified, Redirect, Request

FEED = b"<rss version='2.0'><channel><title>F</title></channel></rss>"


def header(head: bytes, name: str) -> bytes | None:
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name.encode():
            return value.strip()
    return None


async def test_a_document_comes_with_the_headers_that_later_stages_read(http):
    kept = [
        b'ETag: "v1"',
        b"Last-Modified: Sat, 01 Jun 2024 10:00:00 GMT",
        b"Content-Type: application/rss+xml",
    ]
    lists = [b"Link: <https://hub.example/>; rel=hub", b"LINK: <https://a.example/f>; rel=self"]
    dropped = [b"Set-Cookie: a=b", b"Server: x", b"Age: " + b"9" * 9000]
    site = await http.serve({"/": http.ok(FEED, *kept, *lists, *dropped)})
    answer = await (await http.fetcher()).get(Request(site.url()))
    assert isinstance(answer, Fetched)
    assert (answer.body, answer.status, answer.url, answer.truncated) == (FEED, 200, site.url(), False)
    assert answer.wire_bytes == len(FEED)
    assert answer.headers == {
        "etag": '"v1"',
        "last-modified": "Sat, 01 Jun 2024 10:00:00 GMT",
        "content-type": "application/rss+xml",
        "link": "<https://hub.example/>; rel=hub, <https://a.example/f>; rel=self",
    }


async def test_we_say_who_we_are_and_nothing_more(http):
    site = await http.serve({"/a?b=c": http.ok(FEED)})
    await (await http.fetcher()).get(Request(site.url("/a?b=c#fragment")))
    names = [line.split(b":")[0].lower() for line in site.heads[0].split(b"\r\n")[1:] if line]
    assert sorted(names) == [b"accept", b"accept-encoding", b"host", b"user-agent"]
    assert header(site.heads[0], "user-agent") == b"ingest-test/1"
    assert header(site.heads[0], "accept-encoding") == b"gzip"


@pytest.mark.parametrize(
    "etag", [b'"v1"', b'W/"v1"', b'"abc', b"unquoted", b'"caf\xe9\xff"', b"'single'", b'"a, b"']
)
async def test_validators_go_back_byte_for_byte(http, etag):
    site = await http.serve({"/": http.ok(FEED, b"ETag: " + etag, b"Last-Modified: yesterday")})
    fetcher = await http.fetcher()
    first = await fetcher.get(Request(site.url()))
    site.answers["/"] = (
        b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\nCache-Control: max-age=60\r\n\r\n"
    )
    second = await fetcher.get(Request(site.url(), first.etag, first.last_modified))
    assert header(site.heads[1], "if-none-match") == etag
    assert header(site.heads[1], "if-modified-since") == b"yesterday"
    assert isinstance(second, NotModified)
    assert second.headers["cache-control"] == "max-age=60"


@pytest.mark.parametrize("value", ["x" * 1025, "a\r\nX-Evil: 1", "smörgås \u2014", "\x00"])
async def test_a_validator_that_is_huge_or_no_header_value_is_left_out(http, value):
    site = await http.serve({"/": http.ok(FEED)})
    answer = await (await http.fetcher()).get(Request(site.url(), value, value))
    assert isinstance(answer, Fetched)
    assert header(site.heads[0], "if-none-match") is None
    assert b"X-Evil" not in site.heads[0]


async def test_a_huge_etag_is_not_kept(http):
    site = await http.serve({"/": http.ok(FEED, b'ETag: "' + b"e" * 50_000 + b'"')})
    assert (await (await http.fetcher()).get(Request(site.url()))).etag is None


async def test_redirects_are_followed_and_recorded(http):
    site = await http.serve(
        {"/old": http.reply(b"301 Moved", b"", b"Location: ../new?a=b c#x"), "/end": http.ok(FEED)}
    )
    site.answers["/new?a=b%20c"] = http.reply(
        b"307 Temporary", b"", b"Location: " + site.url("/end").encode()
    )
    answer = await (await http.fetcher()).get(Request(site.url("/old")))
    assert answer.redirects == (Redirect(301, site.url("/new?a=b%20c")), Redirect(307, site.url("/end")))
    assert (answer.url, answer.body) == (site.url("/end"), FEED)


async def test_a_redirect_to_a_name_in_raw_utf8_is_followed(http):
    site = await http.serve(
        {"/": http.reply(b"302 Found", b"", "Location: /café".encode()), "/caf%C3%A9": http.ok(FEED)}
    )
    assert (await (await http.fetcher()).get(Request(site.url()))).body == FEED


async def test_a_redirect_that_is_said_twice_is_followed_once(http):
    twice = http.reply(b"301 Moved", b"", b"Location: /b", b"Location: /b")
    site = await http.serve({"/a": twice, "/b": http.ok(FEED)})
    answer = await (await http.fetcher()).get(Request(site.url("/a")))
    assert (answer.url, len(answer.redirects)) == (site.url("/b"), 1)


async def test_a_name_that_registries_should_not_give_is_redirected_like_any(http):
    site = await http.serve({"/a": http.reply(b"301 Moved", b"", b"Location: /b"), "/b": http.ok(FEED)})
    names = http.Names(**{"xn--i-7iq_example": [http.PUBLIC]})  # a heart
    fetcher = await http.fetcher(resolve=names, network=http.Network(site.port))
    answer = await fetcher.get(Request("http://xn--i-7iq.example/a"))
    assert answer.url == "http://xn--i-7iq.example/b", answer


async def test_within_one_origin_a_redirect_keeps_validators_and_credentials(http):
    site = await http.serve(
        {"/a": http.reply(b"302 Found", b"", b"Location: /b"), "/b": b"HTTP/1.1 304 N\r\n\r\n"}
    )
    url = f"http://jo:p%40ss@127.0.0.1:{site.port}/a"
    answer = await (await http.fetcher()).get(Request(url, '"v1"'))
    assert isinstance(answer, NotModified)
    assert header(site.heads[1], "if-none-match") == b'"v1"'
    assert (
        header(site.heads[0], "authorization")
        == header(site.heads[1], "authorization")
        == b"Basic am86cEBzcw=="
    )


async def test_credentials_and_validators_never_cross_origins(http):
    there = await http.serve({"/": http.ok(FEED)})
    back = http.reply(b"302 Found", b"", b"Location: http://me:pw@127.0.0.1:%d/" % there.port)
    here = await http.serve({"/": back})
    answer = await (await http.fetcher()).get(Request(f"http://jo:secret@127.0.0.1:{here.port}/", '"v1"'))
    assert answer.body == FEED
    assert header(here.heads[0], "authorization")
    for name in ("authorization", "if-none-match", "referer", "cookie"):
        assert header(there.heads[0], name) is None
    assert answer.redirects[0].url == there.url()


async def test_validators_go_to_the_address_that_gave_them_and_to_no_other(http):
    there = await http.serve({"/": b"HTTP/1.1 304 N\r\n\r\n"})
    here = await http.serve({"/": http.reply(b"302 Found", b"", f"Location: {there.url()}".encode())})
    answer = await (await http.fetcher()).get(Request(here.url(), '"v1"', validated_url=there.url()))
    assert isinstance(answer, NotModified)
    assert header(here.heads[0], "if-none-match") is None
    assert header(there.heads[0], "if-none-match") == b'"v1"'


async def test_no_cookie_is_kept_between_visits(http):
    site = await http.serve({"/": http.ok(FEED, b"Set-Cookie: a=b; Path=/")}, keep_alive=True)
    fetcher = await http.fetcher()
    for _ in range(2):
        await fetcher.get(Request(site.url()))
    assert header(site.heads[1], "cookie") is None


@pytest.mark.parametrize("status", [b"200 OK", b"304 Not Modified", b"302 Found", b"204 No Content"])
async def test_a_connection_is_used_again(http, status):
    answer = http.reply(status, b"" if status[:1] == b"3" else b"x", b"Location: /end")
    answer = b"HTTP/1.1 " + status + b"\r\n\r\n" if status[:3] in (b"304", b"204") else answer
    site = await http.serve({"/": answer, "/end": http.ok(FEED)}, keep_alive=True)
    fetcher = await http.fetcher()
    for _ in range(3):
        await fetcher.get(Request(site.url(), '"v1"'))
    assert site.connections == 1


async def test_gzip_of_several_members_is_read_whole(http):
    packed = gzip.compress(b"a" * 70) + gzip.compress(b"b" * 70)
    for body in (packed, packed + b"\0" * 500):
        site = await http.serve({"/": http.ok(body, b"Content-Encoding: gzip")})
        answer = await (await http.fetcher()).get(Request(site.url()))
        assert answer.body == b"a" * 70 + b"b" * 70
        assert answer.wire_bytes == len(body)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["identity", "gzip"])
async def test_a_document_called_known_is_left_unread_when_it_is_sent_again(http, pack):
    encoding = [b"Content-Encoding: gzip"] if pack is gzip.compress else []
    sent = pack(b"a document " * 50)
    site = await http.serve({"/": http.ok(sent, *encoding), "/other": http.ok(pack(b"another"), *encoding)})
    fetcher = await http.fetcher()
    first = await fetcher.get(Request(site.url()))
    again = await fetcher.get(Request(site.url(), known=first.sent_digest))
    assert (again.is_known, again.body, again.wire_bytes) == (True, b"", len(sent))
    assert not first.is_known
    other = await fetcher.get(Request(site.url("/other"), known=first.sent_digest))
    assert (other.is_known, other.body) == (False, b"another")


async def test_what_is_held_to_be_compared_is_bounded_too(http):
    site = await http.serve({"/": http.ok(b"x" * 3000, b"Content-Encoding: gzip")})
    fetcher = await http.fetcher(max_wire_bytes=2000)
    answer = await fetcher.get(Request(site.url(), known=b"k" * 16))
    assert answer.kind is FailureKind.TOO_BIG


async def test_a_gzip_body_may_come_in_any_pieces(http):
    packed = gzip.compress(b"a" * 70) + gzip.compress(b"b" * 70)

    async def dribble(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: x-gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
        for place in range(len(packed)):
            writer.write(b"1\r\n" + packed[place : place + 1] + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n")

    site = await http.serve({"/": dribble})
    assert (await (await http.fetcher()).get(Request(site.url()))).body == b"a" * 70 + b"b" * 70


async def test_only_so_many_visits_run_at_once(http):
    running = most = 0

    async def slowly(writer: asyncio.StreamWriter) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        writer.write(http.ok(FEED))

    site = await http.serve({"/": slowly})
    fetcher = await http.fetcher(concurrency=3, timeout=0.5)  # the wait for a place is not part of the visit
    answers = await asyncio.gather(*(fetcher.get(Request(site.url())) for _ in range(12)))
    assert all(isinstance(answer, Fetched) for answer in answers)
    assert most == 3


async def test_the_first_bytes_of_a_document_can_be_enough(http):
    site = await http.serve({"/": http.ok(b"x" * 5000), "/short": http.ok(b"x" * 10)})
    fetcher = await http.fetcher()
    answer = await fetcher.get(Request(site.url()), first=1000)
    assert (answer.body, answer.truncated) == (b"x" * 1000, True)
    answer = await fetcher.get(Request(site.url("/short")), first=1000)
    assert (len(answer.body), answer.truncated) == (10, False)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (b"400 Bad", FailureKind.HTTP),
        (b"404 Not Found", FailureKind.HTTP),
        (b"410 Gone", FailureKind.GONE),
        (b"429 Slow", FailureKind.RATE_LIMITED),
        (b"500 Oops", FailureKind.HTTP),
        (b"999 Nope", FailureKind.HTTP),
        (b"301 Moved", FailureKind.HTTP),
        (b"300 Choose", FailureKind.HTTP),
    ],
)
async def test_every_other_status_is_a_failure_of_its_kind(http, status, kind):
    site = await http.serve({"/": http.reply(status, b"<html>sorry</html>")})
    failure = await (await http.fetcher()).get(Request(site.url(), '"v1"'))
    assert (failure.kind, failure.status, failure.retry_after) == (kind, int(status[:3]), None)
    assert f"127.0.0.1: HTTP {int(status[:3])}" in failure.detail
    assert "\n" not in failure.detail


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (b"429 Slow", [b"Retry-After: 120"], 120),
        (b"503 Busy", [b"Retry-After: 317100"], 317_100),
        (
            b"503 Busy",
            [b"Date: Sat, 01 Jun 2024 10:00:00 GMT", b"Retry-After: Sat, 01 Jun 2024 10:05:00 GMT"],
            300,
        ),
        (b"503 Busy", [b"Retry-After: Sat, 01 Jun 2024 11:00:00 GMT"], 600),
        (b"503 Busy", [b"Retry-After: Sat, 01 Jun 2019 11:00:00 GMT"], 0),
        (b"429 Slow", [b"Retry-After: 99999999999999999999"], timedelta(days=366).total_seconds()),
        (b"429 Slow", [b"Retry-After: soon"], None),
        (b"429 Slow", [b"Retry-After: -5"], None),
        (b"429 Slow", [b"X-RateLimit-Remaining: 0.0", b"X-RateLimit-Reset: 90"], 90),
        (b"429 Slow", [b"X-RateLimit-Remaining: 0.5", b"X-RateLimit-Reset: 90"], None),
        (b"429 Slow", [b"X-RateLimit-Remaining: 0", b"X-RateLimit-Reset: 90"], 90),
        (b"429 Slow", [b"X-RateLimit-Reset: 1717238400"], 1800),
    ],
)
async def test_the_wait_a_server_asks_for_is_read(http, status, headers, seconds):
    site = await http.serve({"/": http.reply(status, b"", *headers)})
    clock = datetime(2024, 6, 1, 10, 50, tzinfo=UTC)
    if headers[0].startswith(b"X-RateLimit-Reset: 17"):
        clock = datetime(2024, 6, 1, 10, 10, tzinfo=UTC)
    failure = await (await http.fetcher(clock=lambda: clock)).get(Request(site.url()))
    assert failure.retry_after == (None if seconds is None else timedelta(seconds=seconds))


async def test_a_file_address_needs_leave(http, tmp_path):
    feed = tmp_path / "feed.xml"
    feed.write_bytes(FEED)
    fetcher = await http.fetcher()
    assert (await fetcher.get(Request(feed.as_uri()))).kind is FailureKind.ADDRESS
    assert (await fetcher.get(Request(feed.as_uri(), allow_file=True))).body == FEED


async def test_what_is_no_web_address_is_told_without_its_password(http):
    failure = await (await http.fetcher()).get(Request("ftp://jo:secret@a.example/"))
    assert failure.kind is FailureKind.ADDRESS
    assert "ftp://a.example/" in failure.detail
    assert "secret" not in failure.detail


async def test_no_log_of_any_library_holds_a_password(http, caplog):
    caplog.set_level(logging.DEBUG)
    site = await http.serve({"/a?token=hidden": http.ok(FEED)})
    await (await http.fetcher()).get(Request(f"http://jo:secret@127.0.0.1:{site.port}/a?token=hidden"))
    assert header(site.heads[0], "authorization")
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "secret" not in logged
    assert "hidden" not in logged


async def test_a_name_that_does_not_resolve_is_told_by_name(http):
    failure = await (await http.fetcher(resolve=http.Names())).get(Request("http://feeds.example/"))
    assert failure.kind is FailureKind.DNS
    assert failure.detail == "cannot resolve feeds.example: name or service not known"


async def test_a_slow_name_service_ends_at_the_connect_timeout(http):
    async def never(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    fetcher = await http.fetcher(resolve=never, connect_timeout=0.2)
    started = time.monotonic()
    failure = await fetcher.get(Request("http://feeds.example/"))
    assert time.monotonic() - started < 1
    assert failure.kind is FailureKind.DNS


async def test_a_closed_port_and_a_server_without_tls_are_told(http):
    async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(http.reply(b"400 Bad Request"))
        writer.close()

    fetcher = await http.fetcher()
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        plain = await fetcher.get(Request(f"https://127.0.0.1:{port}/"))
    assert (plain.kind, plain.detail) == (FailureKind.TLS, "127.0.0.1: TLS failed: wrong version number")
    closed = await fetcher.get(Request(f"http://127.0.0.1:{port}/"))
    assert (closed.kind, closed.detail) == (
        FailureKind.CONNECT,
        "127.0.0.1: cannot connect: connection refused",
    )


DELTA = (b"226 IM Used", b"<rss><channel/></rss>", b'ETag: "v2"', b"IM: feed")


async def test_with_an_etag_it_asks_for_the_difference_and_takes_it(http):
    site = await http.serve({"/": http.reply(*DELTA)})
    fetcher = await http.fetcher()
    answer = await fetcher.get(Request(site.url(), etag='"v1"'))
    assert header(site.heads[0], "a-im") == b"feed"
    assert isinstance(answer, Fetched)
    assert (answer.is_delta, answer.etag, answer.body) == (True, '"v2"', DELTA[1])


async def test_a_difference_to_what_we_never_had_is_refused(http):
    site = await http.serve({"/": http.reply(*DELTA)})
    fetcher = await http.fetcher()
    answer = await fetcher.get(Request(site.url(), last_modified="Mon, 02 Nov 2026 10:00:00 GMT"))
    assert header(site.heads[0], "a-im") is None
    assert (answer.kind, answer.status) == (FailureKind.PROTOCOL, 226)


async def test_a_difference_of_a_kind_we_do_not_know_is_refused(http):
    site = await http.serve({"/": http.reply(b"226 IM Used", b"0a1", b"IM: diffe, gzip")})
    fetcher = await http.fetcher()
    assert (await fetcher.get(Request(site.url(), etag='"v1"'))).kind is FailureKind.PROTOCOL
