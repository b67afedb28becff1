from __future__ import annotations

import threading
from unittest.mock import Mock
from urllib.parse import urlsplit

import pytest

from ingest.fetch import robots
from ingest.fetch.origins import DAY
from ingest.fetch.robots import Robots

RULES = b"""
User-agent: ingest
Disallow: /private
Allow: /private/open
Crawl-delay: 7

User-agent: *
Disallow: /
"""


@pytest.fixture
def clock():
    return Mock(return_value=0.0)


@pytest.fixture
async def ask(http, clock):
    """`robots, site = await ask(answer)`: a server whose robots.txt is that, and our reading of it."""

    async def start(answer: object, agent: str = "ingest", **answers: object):
        site = await http.serve({"/robots.txt": answer, **answers})
        return Robots(await http.fetcher(timeout=1.0), agent, clock), site

    return start


async def test_the_group_of_our_own_name_decides_and_the_longest_rule_wins(ask, http):
    rules, site = await ask(http.ok(RULES))
    assert await rules.allows(site.url("/public"))
    assert not await rules.allows(site.url("/private/page"))
    assert await rules.allows(site.url("/private/open/page"))
    assert await rules.crawl_delay(site.url("/public")) == 7


async def test_another_agent_reads_the_group_for_all(ask, http):
    rules, site = await ask(http.ok(RULES), agent="other")
    assert not await rules.allows(site.url("/public"))
    assert await rules.crawl_delay(site.url("/public")) is None


@pytest.mark.parametrize("status", [b"404 Not Found", b"401 No", b"403 No", b"410 Gone", b"429 Slow"])
async def test_an_answer_of_the_4xx_class_forbids_nothing(ask, http, status):
    rules, site = await ask(http.reply(status))
    assert await rules.allows(site.url("/a"))
    assert await rules.crawl_delay(site.url("/a")) is None


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 204 No\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
)
async def test_an_empty_file_forbids_nothing(ask, answer):
    rules, site = await ask(answer)
    assert await rules.allows(site.url("/a"))


@pytest.mark.parametrize("answer", [b"HTTP/1.1 500 Oops\r\n\r\n", b"HTTP/1.1 503 Busy\r\n\r\n", b""])
async def test_an_origin_that_cannot_say_is_left_alone_and_asked_again_in_an_hour(ask, http, clock, answer):
    rules, site = await ask(answer)
    assert not await rules.allows(site.url("/a"))
    site.answers["/robots.txt"] = http.ok(b"User-agent: *\nAllow: /\n")
    clock.return_value = 1800
    assert not await rules.allows(site.url("/a"))
    clock.return_value = 3601
    assert await rules.allows(site.url("/a"))
    assert len(site.heads) == 2


async def test_an_address_we_may_not_dial_is_not_allowed(http):
    rules = Robots(await http.fetcher(allow_networks=()), "ingest")
    assert not await rules.allows("http://127.0.0.1/a")
    assert not await rules.allows("ftp://a.example/a")


async def test_a_file_is_kept_for_a_day(ask, http, clock):
    rules, site = await ask(http.ok(RULES))
    for clock.return_value in (0, 5, DAY - 1):
        await rules.allows(site.url("/a"))
    assert len(site.heads) == 1
    clock.return_value = DAY + 1
    await rules.allows(site.url("/a"))
    assert site.paths == ["/robots.txt"] * 2


async def test_a_redirect_of_the_file_is_followed(ask, http):
    moved = http.reply(b"301 Moved", b"", b"Location: /elsewhere")
    rules, site = await ask(moved, **{"/elsewhere": http.ok(b"User-agent: *\nDisallow: /a\n")})
    assert not await rules.allows(site.url("/a"))
    assert await rules.allows(site.url("/b"))


async def test_each_origin_has_its_own_rules_and_credentials_are_no_part_of_it(http):
    strict = await http.serve({"/robots.txt": http.ok(b"User-agent: *\nDisallow: /\n")})
    loose = await http.serve({"/robots.txt": http.ok(b"User-agent: *\nAllow: /\n")})
    rules = Robots(await http.fetcher(), "ingest")
    assert not await rules.allows(strict.url("/a"))
    assert await rules.allows(loose.url("/a"))
    await rules.allows(f"http://jo:pw@{urlsplit(loose.url()).netloc}/a")
    assert len(loose.heads) == 1


async def test_of_a_huge_file_the_beginning_is_read(ask, http):
    start = b"User-agent: *\nDisallow: /early\n"
    filler = b"# " + b"x" * 98 + b"\n"
    late = b"Disallow: /late\n"
    rules, site = await ask(http.ok(start + filler * 6000 + late))
    assert not await rules.allows(site.url("/early"))
    assert await rules.allows(site.url("/late"))


async def test_a_hostile_file_does_not_hold_up_the_loop(ask, http, monkeypatch):
    threads = []
    read = robots._read
    monkeypatch.setattr(
        robots, "_read", lambda *args: threads.append(threading.current_thread()) or read(*args)
    )
    rules, site = await ask(
        http.ok(b"User-agent: *\n" + b"".join(b"Disallow: /%d*a*b$\n" % n for n in range(2_000)))
    )
    assert await rules.allows(site.url("/x"))
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()


async def test_licence_lines_are_read_whoever_the_groups_are_for(ask, http):
    body = b"License: https://a.example/rsl.xml\nUser-agent: other\nDisallow: /\nlicense: nonsense\nLICENSE:https://b.example/x\n"
    rules, site = await ask(http.ok(body))
    assert await rules.licences(site.url("/a")) == ("https://a.example/rsl.xml", "https://b.example/x")
    assert await rules.allows(site.url("/a"))
