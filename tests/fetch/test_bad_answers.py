"""Servers that are broken or hostile: each ends soon, small, and with a name for what happened."""

from __future__ import annotations

import asyncio
import functools
import gzip
import importlib.util
import resource
import socket
import struct
import time
import zlib
from pathlib import Path
from types import ModuleType

import pytest

from ingest.fetch.body import Body
from ingest.fetch.guard import Refused
from ingest.records import Failure, FailureKind, Fetched, Request

FEED = b"<rss version='2.0'><channel><title>F</title></channel></rss>"
MIB = 1024**2
TIMEOUT = 0.4


@functools.cache
def bomb(mebibytes: int) -> bytes:
    packer = zlib.compressobj(6, wbits=31)
    block = b"\0" * MIB
    return b"".join([*(packer.compress(block) for _ in range(mebibytes)), packer.flush()])


def head(*lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"", b""])


def dripping(first: bytes, piece: bytes, pause: float):
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


async def reset(writer: asyncio.StreamWriter) -> None:
    writer.write(head(b"Content-Length: 5000") + FEED)
    await writer.drain()
    await asyncio.sleep(0.05)
    at_once = struct.pack("ii", 1, 0)  # what makes a close a reset
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    writer.transport.abort()


def failures():
    gzipped = gzip.compress(FEED * 50)
    broken = bytearray(gzipped)
    broken[-6] ^= 255
    encoded = b"Content-Encoding: gzip"
    length = b"Content-Length: %d"
    endless = dripping(head(), b"x" * MIB, 0)
    return {
        "gzip bomb": (head(encoded, length % len(bomb(256))) + bomb(256), FailureKind.TOO_BIG),
        "endless body": (endless, FailureKind.TOO_BIG),
        "brotli": (head(b"Content-Encoding: br") + b"xxxx", FailureKind.ENCODING),
        "many encodings": (
            head(b"Content-Encoding: " + b", ".join([b"gzip"] * 2000)) + b"x",
            FailureKind.ENCODING,
        ),
        "gzip twice": (head(b"Content-Encoding: gzip, gzip") + b"x", FailureKind.ENCODING),
        "no gzip": (head(encoded, length % len(FEED)) + FEED, FailureKind.ENCODING),
        "gzip with a wrong sum": (head(encoded, length % len(gzipped)) + broken, FailureKind.ENCODING),
        "half a gzip, whole answer": (
            head(encoded, b"Content-Length: 40") + gzipped[:40],
            FailureKind.PROTOCOL,
        ),
        "half a gzip, cut answer": (
            head(encoded, length % len(gzipped)) + gzipped[:40],
            FailureKind.PROTOCOL,
        ),
        "many gzip members": (head(encoded) + gzip.compress(b"") * 2000, FailureKind.ENCODING),
        "slow body": (dripping(head(), b"x", 0.05), FailureKind.TIMEOUT),
        "slow head": (dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05), FailureKind.TIMEOUT),
        "silence": (dripping(b"", b"", 0.05), FailureKind.TIMEOUT),
        "hang-up": (b"", FailureKind.PROTOCOL),
        "a header of 10 MB": (head(b"X: " + b"y" * 10_000_000), FailureKind.TOO_BIG),
        "interim answers for ever": (
            dripping(b"", b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 100, 0),
            FailureKind.TOO_BIG,
        ),
        "negative length": (head(b"Content-Length: -1") + FEED, FailureKind.PROTOCOL),
        "two lengths": (head(b"Content-Length: 5", b"Content-Length: 6") + FEED, FailureKind.PROTOCOL),
        "cut before the body": (head(b"Content-Length: 5000"), FailureKind.PROTOCOL),
        "reset in the body": (reset, FailureKind.PROTOCOL),
        "status 099": (b"HTTP/1.1 099 Nope\r\nContent-Length: 2\r\n\r\nno", FailureKind.PROTOCOL),
        "not HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", FailureKind.PROTOCOL),
        "204": (b"HTTP/1.1 204 N\r\n\r\n", FailureKind.EMPTY),
        "empty": (head(b"Content-Length: 0"), FailureKind.EMPTY),
        "white space": (head(b"Content-Length: 3") + b" \r\n", FailureKind.EMPTY),
        "206": (
            b"HTTP/1.1 206 P\r\nContent-Range: bytes 0-3/9\r\nContent-Length: 4\r\n\r\n<rss",
            FailureKind.PROTOCOL,
        ),
        "226": (b"HTTP/1.1 226 IM Used\r\nIM: feed\r\nContent-Length: 4\r\n\r\n<rss", FailureKind.PROTOCOL),
        "unasked 304": (b"HTTP/1.1 304 N\r\n\r\n", FailureKind.PROTOCOL),
        "loop": (b"HTTP/1.1 302 F\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", FailureKind.REDIRECTS),
        "redirect to no address": (b"HTTP/1.1 301 M\r\nLocation: http://[bad\r\n\r\n", FailureKind.ADDRESS),
        "redirect without address": (b"HTTP/1.1 301 M\r\nContent-Length: 0\r\n\r\n", FailureKind.HTTP),
    }


@pytest.mark.parametrize("name", failures())
async def test_a_bad_answer_ends_soon_and_small_as_a_failure_of_its_kind(http, name):
    answer, kind = failures()[name]
    site = await http.serve({"/": answer})
    limit = TIMEOUT if kind is FailureKind.TIMEOUT else 5.0
    fetcher = await http.fetcher(timeout=limit)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    failure = await fetcher.get(Request(site.url()))
    assert time.monotonic() - started < limit + 0.5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
    assert isinstance(failure, Failure), failure
    assert failure.kind is kind, failure
    assert failure.detail.startswith("127.0.0.1: ") or "redirects" in failure.detail
    assert len(failure.detail.splitlines()) == 1
    assert len(failure.detail) < 300


@pytest.mark.parametrize(
    ("name", "answer", "body", "truncated"),
    [
        ("shorter than its length", head(b"Content-Length: 5000") + FEED, FEED, True),
        ("longer than its length", head(b"Content-Length: 20") + FEED, FEED[:20], True),
        (
            "a chunk missing",
            head(b"Transfer-Encoding: chunked") + b"%x\r\n" % len(FEED) + FEED + b"\r\n",
            FEED,
            True,
        ),
        (
            "an end in the line before a chunk",
            head(b"Transfer-Encoding: chunked") + b"%x\r\n" % len(FEED) + FEED + b"\r\n1",
            FEED,
            True,
        ),
        ("an impossible chunk", head(b"Transfer-Encoding: chunked") + b"f" * 17 + b"\r\nxx", b"xx", True),
        ("no length at all", head() + FEED, FEED, False),
        ("no reason", b"HTTP/1.1 200\r\n\r\n" + FEED, FEED, False),
        ("HTTP/1.0", b"HTTP/1.0 200 OK\r\n\r\n" + FEED, FEED, False),
        (
            "padding after gzip",
            head(b"Content-Encoding: gzip") + gzip.compress(FEED) + b"TRAIL" * 100,
            FEED,
            False,
        ),
        ("a charset for an encoding", head(b"Content-Encoding: UTF-8") + FEED, FEED, False),
        ("no encoding", head(b"Content-Encoding: none") + FEED, FEED, False),
        (
            "gzip and nothing",
            head(b"Content-Encoding: gzip,aws-chunked") + gzip.compress(FEED),
            FEED,
            False,
        ),
        ("500 headers", head(*(b"X-%d: y" % n for n in range(500))) + FEED, FEED, False),
        ("3000 cookies", head(*(b"Set-Cookie: c%d=v" % n for n in range(3000))) + FEED, FEED, False),
        ("an interim answer", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + head() + FEED, FEED, False),
    ],
)
async def test_a_readable_answer_is_read_and_says_whether_its_end_is_missing(
    http, name, answer, body, truncated
):
    site = await http.serve({"/": answer})
    fetched = await (await http.fetcher(timeout=2)).get(Request(site.url()))
    assert isinstance(fetched, Fetched), name
    assert (fetched.body, fetched.truncated) == (body, truncated)


async def test_what_follows_a_body_is_never_taken_for_the_next_answer(http):
    forged = http.ok(b"forged")
    site = await http.serve({"/": http.ok(FEED) + forged, "/next": http.ok(b"true")}, keep_alive=True)
    fetcher = await http.fetcher()
    assert (await fetcher.get(Request(site.url()))).truncated
    assert (await fetcher.get(Request(site.url("/next")))).body == b"true"
    assert site.connections == 2


async def test_the_body_of_a_redirect_is_not_read(http):
    redirect = dripping(b"HTTP/1.1 302 F\r\nLocation: /end\r\n\r\n", b"x" * MIB, 0)
    site = await http.serve({"/": redirect, "/end": http.ok(FEED)})
    started = time.monotonic()
    assert (await (await http.fetcher()).get(Request(site.url()))).body == FEED
    assert time.monotonic() - started < 5


async def test_a_chain_of_five_redirects_is_followed_and_of_six_is_not(http):
    answers = {f"/{n}": http.reply(b"301 M", b"", b"Location: /%d" % (n + 1)) for n in range(6)}
    site = await http.serve({**answers, "/6": http.ok(FEED)})
    fetcher = await http.fetcher()
    assert (await fetcher.get(Request(site.url("/1")))).body == FEED
    failure = await fetcher.get(Request(site.url("/0")))
    assert failure.kind is FailureKind.REDIRECTS
    assert "too many redirects (more than 5)" in failure.detail


async def test_the_deadline_counts_all_redirects_together(http):
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(http.reply(b"302 F", b"", b"Location: /"))

    site = await http.serve({"/": slowly})
    failure = await (await http.fetcher(timeout=TIMEOUT)).get(Request(site.url()))
    assert failure.kind is FailureKind.TIMEOUT
    assert len(site.heads) == 3


async def test_a_document_of_exactly_the_limit_is_read_and_one_byte_more_is_not(http):
    site = await http.serve({"/fits": http.ok(b"x" * 1000), "/more": http.ok(b"x" * 1001)})
    fetcher = await http.fetcher(max_bytes=1000)
    assert len((await fetcher.get(Request(site.url("/fits")))).body) == 1000
    assert (await fetcher.get(Request(site.url("/more")))).kind is FailureKind.TOO_BIG


async def test_one_bad_server_harms_no_other_visit(http):
    bad = await http.serve({"/": dripping(head(), b"x", 0.05)})
    good = await http.serve({"/": http.ok(FEED)})
    fetcher = await http.fetcher(timeout=TIMEOUT)
    calls = [fetcher.get(Request(bad.url())) for _ in range(5)] + [
        fetcher.get(Request(good.url())) for _ in range(5)
    ]
    answers = await asyncio.gather(*calls)
    assert [type(answer) for answer in answers] == [Failure] * 5 + [Fetched] * 5


def test_a_bomb_is_inflated_no_further_than_the_limit():
    body = Body("gzip", max_bytes=MIB, max_wire=10 * MIB)
    with pytest.raises(Refused, match="more than 1 MiB of document"):
        body.feed(bomb(256))
    assert len(body) == MIB + 1


# ------------------------------------------------------------------------------------------ the reference server

# Without its three bombs: it takes 20 s to make them, and ours above are of the same kind.
BY_NAME = {
    "many_encodings": FailureKind.ENCODING, "endless": FailureKind.TOO_BIG, "slow_body": FailureKind.TIMEOUT,
    "slow_header": FailureKind.TIMEOUT, "silent": FailureKind.TIMEOUT, "continue_flood": FailureKind.TOO_BIG,
    "loop": FailureKind.REDIRECTS, "circle_a": FailureKind.REDIRECTS, "header_10MB": FailureKind.TOO_BIG,
    "neg_length": FailureKind.PROTOCOL, "gzip_cut": FailureKind.PROTOCOL, "gzip_crc": FailureKind.ENCODING,
    "gzip_not": FailureKind.ENCODING, "s204": FailureKind.EMPTY, "empty": FailureKind.EMPTY,
    "s206": FailureKind.PROTOCOL, "s226": FailureKind.PROTOCOL, "s304": FailureKind.PROTOCOL,
    "status_999": FailureKind.HTTP, "status_099": FailureKind.PROTOCOL, "enc_unknown": FailureKind.ENCODING,
    "retry_after": FailureKind.RATE_LIMITED, "no_location": FailureKind.HTTP, "redirect_bad": FailureKind.ADDRESS,
    "ok": "whole", "redirect_body": "whole", "headers_10k": "whole", "headers_500": "whole", "cookies_3000": "whole",
    "no_reason": "whole", "etag_odd": "whole", "etag_8bit": "whole", "etag_big": "whole", "gzip_trail": "whole",
    "cc_maxage": "whole", "close_cut": "whole", "short": "truncated", "long": "truncated", "chunk_cut": "truncated",
    "chunk_huge": "truncated",
}  # fmt: skip


async def test_the_reference_server_gets_the_expected_outcomes(http, shared):
    bad_server = _load(shared / "adversarial" / "bad_server.py")
    server = await asyncio.start_server(bad_server.handle, "127.0.0.1", 0, limit=MIB)
    port = bad_server.PORT = server.sockets[0].getsockname()[1]
    fetcher = await http.fetcher(timeout=5.0, concurrency=50)

    async def outcome(name: str) -> tuple[str, object]:
        answer = await fetcher.get(Request(f"http://127.0.0.1:{port}/{name}"))
        if isinstance(answer, Failure):
            return name, answer.kind
        assert isinstance(answer, Fetched)
        return name, "truncated" if answer.truncated else "whole"

    async with server:
        assert dict(await asyncio.gather(*map(outcome, BY_NAME))) == BY_NAME


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_bad_server", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
