"""The page stage in a poll: which pages are read, how politely, and what is kept of them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from ingest import pages
from ingest import settings as settings_module
from ingest.clock import Clock
from ingest.pages import is_partial
from ingest.poll import open_poller
from ingest.records import Outcome, PollResult, Source
from ingest.settings import Settings
from ingest.store import feeds, hosts, leases
from ingest.store.engine import Store
from tests.loopback import Answer, Loopback, serving
from tests.samples import rss

ARTICLE = "".join(
    f"<p>Paragraph {n} of the page tells what the summary left out, at length and in order.</p>"
    for n in range(9)
)


def page(head: str = "", body: str = ARTICLE) -> str:
    return f"<!doctype html><html><head><title>P</title>{head}</head><body><article>{body}</article></body></html>"


def entry(link: str, body: str = "A few words.", *, full: bool = False) -> str:
    tag = "content:encoded" if full else "description"
    return f"<item><title>{link.rpartition('/')[2]}</title><link>{link}</link><{tag}>{body}</{tag}></item>"


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    file = tmp_path / "ingest.toml"
    file.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\ntimeout = "2s"\n[poll]\nhost_gap = 0\n[worker]\nprocesses = 1\n',
        "utf-8",
    )
    return settings_module.load(file, {})


async def poll(settings: Settings, store: Store, url: str, policy: str) -> PollResult:
    now = store.now()
    with store.write() as connection:
        feeds.add_feed(connection, url, now=now, policy=policy)
        (lease,) = leases.claim(connection, now=now, owner="test", limit=1, lease_for=timedelta(hours=1))
    async with open_poller(settings, store, Random(1)) as poller:
        return await poller.poll(lease, Clock(now))


def rows(store: Store, sql: str) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(text(sql)).all())


@pytest.mark.parametrize(
    ("body", "is_summary", "partial"),
    [
        ("<p>Short words of an editor.</p>", True, True),
        ("<p>" + "Long words of an editor. " * 40 + "</p>", True, False),
        ("<p>Short, and all there is.</p>", False, False),
        ("<p>" + "Words. " * 200 + "and then […]</p>", False, True),
        (
            "<p>" + "Words. " * 200 + 'and then&#8230; <a href="/x">Continue reading <b>Ferry</b></a></p>',
            False,
            True,
        ),
        ("<p>He paused … and went on. " + "Words. " * 90 + "</p>", False, False),
    ],
)
def test_a_summary_and_an_excerpt_are_partial(body: str, is_summary: bool, partial: bool) -> None:
    assert is_partial(Source(body=body, is_summary=is_summary)) is partial


async def test_auto_reads_the_pages_of_summaries_and_no_others(
    server: Loopback, settings: Settings, store: Store
) -> None:
    links = [server.put(f"/{name}", page()) for name in ("short", "whole")]
    feed = server.put("/feed", rss(entry(links[0]), entry(links[1], "All there is to tell.", full=True)))
    await poll(settings, store, feed, "auto")
    texts = dict(rows(store, "select title, text from article_attribution"))  # type: ignore[arg-type]
    assert "Paragraph 8" in texts["short"]
    assert texts["whole"] == "All there is to tell."
    assert not server.asked("/whole")


async def test_the_entry_s_own_body_is_stored_beside_its_page(
    server: Loopback, settings: Settings, store: Store
) -> None:
    feed = server.put("/feed", rss(entry(server.put("/a", page()))))
    await poll(settings, store, feed, "page")
    ((form, own),) = rows(store, "select source_form, source_entry_body from article_versions")
    assert (form, own) == ("page", "A few words.")


@pytest.mark.parametrize(
    ("content_type", "declared", "charset"),
    [
        ("text/html", "windows-1251", "cp1251"),
        ("text/html; charset=gbk", "", "gbk"),
        ("text/html; charset=idna", "", "utf-8"),
        ("text/html; charset=punycode", "", "utf-8"),
        ("text/html; charset=unicode_escape", "", "utf-8"),
    ],
)
async def test_a_page_is_read_in_the_charset_of_its_header_or_its_markup(
    server: Loopback, settings: Settings, store: Store, content_type: str, declared: str, charset: str
) -> None:
    said = "Слово о полку"
    body = page(f"<meta charset={declared}>" if declared else "", f"<p>{said}</p>{ARTICLE}").encode(charset)
    server.routes["/a"] = Answer(body, headers={"Content-Type": content_type})
    feed = server.put("/feed", rss(entry(f"{server.url}/a")))
    await poll(settings, store, feed, "page")
    ((form, text),) = rows(store, "select source_form, text from article_versions")
    assert form == "page"
    assert said in text


async def test_a_page_that_is_cut_is_not_taken_for_the_article(
    server: Loopback, settings: Settings, store: Store
) -> None:
    chunk = b"%x\r\n%s\r\n" % (len(page()), page().encode())  # and no other, not even the last
    server.routes["/a"] = Answer(chunk, headers={"Transfer-Encoding": "chunked", "Connection": "close"})
    result = await poll(settings, store, server.put("/feed", rss(entry(f"{server.url}/a"))), "page")
    assert rows(store, "select source_form from article_versions") == [("html",)]
    assert "closed before its end" in str(result.warnings)
    assert rows(store, "select tries from awaited_pages") == [(1,)]


async def test_a_crawl_delay_of_ages_costs_a_feed_none_of_its_news(
    server: Loopback, settings: Settings, store: Store
) -> None:
    server.put("/robots.txt", "User-agent: *\nCrawl-delay: 1e15")
    feed = server.put("/feed", rss(entry(server.put("/a", page()))))
    result = await poll(settings, store, feed, "page")
    assert (result.outcome, result.counts.new) == (Outcome.STORED, 1)


@pytest.mark.parametrize("where", ["header", "tdmrep", "meta"])
async def test_the_text_of_a_page_that_forbids_it_is_not_stored(
    server: Loopback, settings: Settings, store: Store, where: str
) -> None:
    head = '<meta name="author" content="Ana Lima">'
    headers = {}
    if where == "meta":
        head += '<meta name="robots" content="noarchive">'
    elif where == "header":
        headers = {"X-Robots-Tag": "noarchive"}
    else:
        server.put("/.well-known/tdmrep.json", '[{"location": "/", "tdm-reservation": 1}]')
    feed = server.put("/feed", rss(entry(server.put("/a", page(head), headers=headers))))
    await poll(settings, store, feed, "page")
    ((form, body, said),) = rows(store, "select source_form, source_body, text from article_versions")
    assert (form, body, said) == ("html", "A few words.", "A few words.")
    ((authors, terms),) = rows(store, "select authors, usage_terms from article_attribution")
    assert "Ana Lima" in authors
    assert terms in ("robots: noarchive", "tdm-reservation: 1")


@pytest.mark.parametrize("where", ["header", "meta"])
async def test_what_is_said_to_the_agent_of_the_settings_is_obeyed(
    server: Loopback, settings: Settings, store: Store, where: str
) -> None:
    fetch = msgspec.structs.replace(settings.fetch, user_agent="HarbourBot/1.0")
    head, headers = "", {"X-Robots-Tag": "harbourbot: noarchive"}
    if where == "meta":
        head, headers = '<meta name="HarbourBot" content="noarchive">', {}
    feed = server.put("/feed", rss(entry(server.put("/a", page(head), headers=headers))))
    await poll(msgspec.structs.replace(settings, fetch=fetch), store, feed, "page")
    assert rows(store, "select text from article_versions") == [("A few words.",)]


async def test_an_entry_without_a_date_has_that_of_its_page(
    server: Loopback, settings: Settings, store: Store
) -> None:
    head = '<meta property="article:published_time" content="2024-05-06T07:08:09Z">'
    feed = server.put("/feed", rss(entry(server.put("/a", page(head)))))
    await poll(settings, store, feed, "page")
    assert str(rows(store, "select published_at from article_attribution")[0][0]).startswith(
        "2024-05-06 07:08:09"
    )


async def test_an_rsl_licence_in_robots_txt_is_recorded_with_its_place(
    server: Loopback, settings: Settings, store: Store
) -> None:
    server.put("/robots.txt", "License: https://post.example/rsl.xml\n")
    feed = server.put("/feed", rss(entry(server.put("/a", page()))))
    await poll(settings, store, feed, "page")
    ((terms,),) = rows(store, "select usage_terms from article_attribution")
    assert terms == "RSL licence: https://post.example/rsl.xml"


async def test_a_poll_reads_no_more_pages_than_the_settings_say(
    server: Loopback, settings: Settings, store: Store
) -> None:
    few = msgspec.structs.replace(settings, poll=msgspec.structs.replace(settings.poll, pages=2))
    links = [server.put(f"/{n}", page()) for n in range(4)]
    result = await poll(few, store, server.put("/feed", rss(*map(entry, links))), "page")
    assert [len(server.asked(f"/{n}")) for n in range(4)] == [1, 1, 0, 0]
    assert [warning for warning in result.warnings if "poll.pages" in warning] == [
        f"{links[2]} and 1 more: page not read, the feed's text is kept: over the 2 pages of one poll (poll.pages)"
    ]


async def test_the_newest_pages_are_read_where_not_all_may_be(
    server: Loopback, settings: Settings, store: Store
) -> None:
    few = msgspec.structs.replace(settings, poll=msgspec.structs.replace(settings.poll, pages=1))
    old, new = (
        entry(server.put(f"/{name}", page())).replace(
            "<link>", f"<pubDate>{day} Nov 2026 08:00:00 GMT</pubDate><link>"
        )
        for name, day in (("old", "01"), ("new", "02"))
    )
    await poll(few, store, server.put("/feed", rss(old, new)), "auto")
    assert [len(server.asked(path)) for path in ("/old", "/new")] == [0, 1]


async def test_a_feed_that_states_no_policy_has_that_of_the_settings(
    server: Loopback, settings: Settings, store: Store
) -> None:
    assert settings.poll.policy == "auto"
    careful = msgspec.structs.replace(settings, poll=msgspec.structs.replace(settings.poll, policy="feed"))
    for name, chosen in (("read", settings), ("unread", careful)):
        link = server.put(f"/{name}", page())
        await poll(chosen, store, server.put(f"/feed-{name}", rss(entry(link))), "default")
    assert [len(server.asked(path)) for path in ("/read", "/unread")] == [1, 0]


@pytest.mark.parametrize(("status", "asked"), [(503, 1), (403, 1), (404, 3)])
async def test_a_host_that_fails_once_is_asked_no_more_in_that_poll_but_a_missing_page_closes_nothing(
    server: Loopback, settings: Settings, store: Store, status: int, asked: int
) -> None:
    links = [server.put(f"/{n}", b"no", status=status, validators=False) for n in range(3)]
    result = await poll(settings, store, server.put("/feed", rss(*map(entry, links))), "auto")
    assert sum(len(server.asked(f"/{n}")) for n in range(3)) == asked
    (warning,) = result.warnings
    assert warning.startswith(f"{links[0]} and 2 more: page not read, the feed's text is kept: ")
    assert [said for (said,) in rows(store, "select text from article_attribution")] == ["A few words."] * 3


async def test_a_host_whose_robots_txt_cannot_be_had_is_told_from_one_that_forbids(
    server: Loopback, settings: Settings, store: Store
) -> None:
    server.put("/robots.txt", b"broken", status=500, validators=False)
    result = await poll(settings, store, server.put("/feed", rss(entry(server.put("/a", page())))), "auto")
    assert not server.asked("/a")
    assert "robots.txt could not be had" in result.warnings[0]


async def test_without_a_network_a_poll_gives_up_after_a_few_hosts(
    server: Loopback, settings: Settings, store: Store
) -> None:
    links = [f"http://127.0.0.{n}:1/a" for n in range(2, 9)]  # nothing listens there
    feed = server.put("/feed", rss(*map(entry, links), entry(server.put("/here", page()))))
    result = await poll(settings, store, feed, "auto")
    assert not server.asked("/here")
    assert result.warnings == (
        f"{links[0]} and 2 more: page not read, the feed's text is kept: robots.txt could not be had, and so nothing"
        " may be (RFC 9309)",
        f"{links[3]} and 4 more: page not read, the feed's text is kept: 3 hosts in a row did not answer, so no other"
        " was asked",
    )


async def test_a_host_that_says_wait_is_not_asked_again_in_that_poll(
    server: Loopback, settings: Settings, store: Store
) -> None:
    links = [
        server.put(f"/{n}", b"slow down", status=429, headers={"Retry-After": "600"}, validators=False)
        for n in range(3)
    ]
    await poll(settings, store, server.put("/feed", rss(*map(entry, links))), "page")
    assert sum(len(server.asked(f"/{n}")) for n in range(3)) == 1


@pytest.mark.parametrize("forbids", [False, True])
async def test_the_host_that_a_link_leads_on_to_is_asked_before_it_is_visited(
    server: Loopback, settings: Settings, store: Store, forbids: bool
) -> None:
    with serving() as other:
        there = other.put("/there", page()).replace("127.0.0.1", "localhost")
        other.put("/robots.txt", "User-agent: *\nDisallow: /there" if forbids else "")
        link = server.put("/a", b"", status=302, headers={"Location": there}, validators=False)
        result = await poll(settings, store, server.put("/feed", rss(entry(link))), "page")
        assert len(other.asked("/robots.txt")) == 1
        assert len(other.asked("/there")) == (0 if forbids else 1)
    form = "html" if forbids else "page"
    assert rows(store, "select source_form from article_versions") == [(form,)]
    assert ("robots.txt asks not to" in str(result.warnings)) == forbids
    visited = {row[0] for row in rows(store, "select host from hosts where visited_at is not null")}
    assert visited == ({"127.0.0.1"} if forbids else {"127.0.0.1", "localhost"})


async def test_a_poll_does_not_stand_in_a_long_queue_for_a_page(
    server: Loopback, settings: Settings, store: Store
) -> None:
    elsewhere = server.put("/a", page()).replace("127.0.0.1", "localhost")
    feed = server.put("/feed", rss(entry(elsewhere)))
    with store.write() as connection:
        hosts.visited(connection, [elsewhere], store.now() + timedelta(minutes=1))
    async with asyncio.timeout(20):
        result = await poll(settings, store, feed, "page")
    assert "queue for its host" in str(result.warnings)
    assert rows(store, "select tries from awaited_pages") == [(0,)]


async def test_what_is_no_html_is_no_page(server: Loopback, settings: Settings, store: Store) -> None:
    link = server.put("/a", b"%PDF-1.7", headers={"Content-Type": "application/pdf"})
    result = await poll(settings, store, server.put("/feed", rss(entry(link))), "page")
    assert any("application/pdf" in warning for warning in result.warnings)
    assert rows(store, "select text from article_attribution") == [("A few words.",)]


# ------------------------------------------------------------------------------------------ turns

GAP = timedelta(seconds=5)


LEASE = timedelta(minutes=10)


def take(store: Store, url: str, earliest: Any, latest: Any = None, feed_id: int = 0) -> Any:
    with store.write() as connection:
        return hosts.turn(
            connection,
            url,
            feed_id=feed_id,
            earliest=earliest,
            latest=latest or earliest + timedelta(hours=1),
            gap=GAP,
            lease_for=LEASE,
        )


def test_turns_at_a_host_are_a_pause_apart_whoever_takes_them(store: Store) -> None:
    now = store.now()
    turns = [take(store, f"https://post.example/{n}", now) for n in range(3)]
    assert turns == [now, now + GAP, now + 2 * GAP]
    assert take(store, "https://other.example/a", now) == now


def test_a_turn_comes_a_pause_after_the_host_s_last_poll_and_polls_come_after_it(store: Store) -> None:
    now = store.now()
    with store.write() as connection:
        feeds.add_feed(connection, "https://post.example/feed", now=now)
        connection.execute(text("update feeds set last_polled_at = :at"), {"at": _stored(store, now)})
    assert take(store, "https://post.example/a", now) == now + GAP
    with store.write() as connection:
        assert not leases.claim(connection, now=now + GAP, owner="w", limit=1, lease_for=GAP, gap=GAP)


def test_a_host_whose_feed_is_being_polled_has_no_turn_until_that_poll_goes_on_to_its_pages(
    store: Store,
) -> None:
    with store.write() as connection:
        feed, _ = feeds.add_feed(connection, "https://post.example/feed", now=store.now())
    now = store.now()
    with store.write() as connection:
        assert leases.claim(connection, now=now, owner="w", limit=1, lease_for=LEASE, gap=GAP)
    assert take(store, "https://post.example/a", now + GAP) == hosts.BEING_POLLED
    assert take(store, "https://other.example/a", now + GAP) == now + GAP
    assert take(store, "https://post.example/a", now + LEASE) == now + LEASE, "the lease has lapsed"
    with store.write() as connection:
        connection.execute(text("delete from hosts"))
    assert take(store, "https://post.example/b", now + GAP, feed_id=feed) == now + GAP
    assert take(store, "https://post.example/c", now + GAP) == now + 2 * GAP


def test_a_visit_that_ended_takes_no_turn_back_that_another_was_given(store: Store) -> None:
    now = store.now()
    assert take(store, "https://post.example/a", now + GAP) == now + GAP
    with store.write() as connection:
        hosts.visited(connection, ["https://post.example/feed"], now)
    assert take(store, "https://post.example/b", now) == now + 2 * GAP


async def test_a_page_waits_while_a_feed_of_its_host_is_polled(
    server: Loopback, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "ASKED_AGAIN", timedelta(milliseconds=1))
    answers = iter([hosts.BEING_POLLED] * 3)
    real = hosts.turn
    monkeypatch.setattr(hosts, "turn", lambda *args, **how: next(answers, None) or real(*args, **how))
    await poll(settings, store, server.put("/feed", rss(entry(server.put("/a", page())))), "page")
    assert rows(store, "select count(*) from awaited_pages") == [(0,)]
    assert next(answers, None) is None, "it asked until it had its turn"


def test_a_queue_that_is_too_long_and_a_host_that_asked_to_be_left_alone_are_told(store: Store) -> None:
    now = store.now()
    take(store, "https://post.example/a", now)
    assert (
        take(store, "https://post.example/b", now, latest=now + GAP / 2)
        == "the queue for its host is too long"
    )
    with store.write() as connection:
        until = now + timedelta(hours=2)
        wishes = [hosts.Wish(feed, "https://post.example/", now, until, "429") for feed in (1, 2)]
        hosts.told_to_wait(connection, wishes)
    assert take(store, "https://post.example/c", now) == "its host asked us to wait"


def _stored(store: Store, moment: Any) -> Any:
    return moment.replace(tzinfo=None).isoformat(" ") if store.is_sqlite else moment
