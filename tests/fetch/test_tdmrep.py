"""/.well-known/tdmrep.json, from a server."""

from __future__ import annotations

import asyncio
import json
from unittest.mock import Mock

import pytest

from ingest.fetch.tdmrep import PATH, Reservations

RULES = [
    {"location": "/", "tdm-reservation": 0},
    {"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://post.example/policy.json"},
    {"location": "/news/open", "tdm-reservation": 0},
    {"location": "*.jpg$", "tdm-reservation": 1},
]


@pytest.fixture
async def ask(http):
    async def start(body: bytes):
        site = await http.serve({PATH: http.ok(body)})
        return Reservations(await http.fetcher(timeout=1.0)), site

    return start


async def test_the_longest_location_that_fits_holds(ask):
    rules, site = await ask(json.dumps(RULES).encode())
    reserved = {}
    for path in ("/about", "/news/1", "/news/open", "/news/open/2", "/a/b.jpg", "/a/b.jpg?x=1"):
        rule = await rules.rule(site.url(path))
        reserved[path] = rule is not None and rule.reserved
    assert reserved == {
        "/about": False,
        "/news/1": True,
        "/news/open": False,
        "/news/open/2": False,
        "/a/b.jpg": True,
        "/a/b.jpg?x=1": False,
    }
    rule = await rules.rule(site.url("/news/1"))
    assert (rule.policy, json.loads(rule.text)) == ("https://post.example/policy.json", RULES[1])
    assert len(site.heads) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>not here</html>", b"7", b"[" * 9000, b'[1, {"location": 5}, {"location": null}]']
)
async def test_a_file_of_another_shape_reserves_nothing(ask, body):
    rules, site = await ask(body)
    assert await rules.rule(site.url("/news/1")) is None


async def test_a_site_without_the_file_is_asked_once_a_day(ask, http):
    site = await http.serve({})
    clock = Mock(return_value=0.0)
    rules = Reservations(await http.fetcher(), clock)
    for clock.return_value in (0, 3600, 25 * 3600):
        assert await rules.rule(site.url("/a")) is None
    assert len(site.heads) == 2


async def test_pages_of_one_site_asked_at_the_same_time_wait_for_one_answer(ask):
    rules, site = await ask(json.dumps(RULES).encode())
    answers = await asyncio.gather(*(rules.rule(site.url(f"/news/{n}")) for n in range(20)))
    assert all(rule.reserved for rule in answers)
    assert len(site.heads) == 1


async def test_a_rule_for_the_site_alone_needs_no_list(ask):
    rules, site = await ask(b'{"location": "/", "tdm-reservation": 1}')
    assert (await rules.rule(site.url("/any"))).reserved
