"""One feed through all stages, over a real server, into a real store, on both engines."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import Mock

import feedparser
import pytest
from sqlalchemy import text

from ingest import settings as settings_module
from ingest.poll import Poller, open_poller
from ingest.records import Outcome, PollResult
from ingest.settings import Settings
from ingest.store import feeds
from ingest.store.engine import Store
from ingest.worker import Crew, poll_once
from tests.loopback import Loopback
from tests.samples import item, rss


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "ingest.toml"
    file.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\ntimeout = "2s"\n'
        '[poll]\nhost_gap = 0\npolicy = "feed"\n[worker]\nprocesses = 1\n',
        "utf-8",
    )
    return settings_module.load(file, {})


@pytest.fixture
async def poller(settings: Settings, store: Store) -> AsyncIterator[Poller]:
    async with open_poller(settings, store, Random(1)) as poller:
        yield poller


@pytest.fixture
def poll(settings: Settings, store: Store, poller: Poller) -> Any:
    """Poll the given addresses (added when unknown) and return the results by address."""

    async def run(*addresses: str, **how: Any) -> list[PollResult]:
        ids = []
        with store.write() as connection:
            for url in addresses:
                feed, _ = feeds.add_feed(connection, url, now=datetime.now(UTC), **how)
                ids.append(feed if isinstance(feed, int) else feed.id)
        results: dict[int, PollResult] = {}
        crew = Crew(
            settings,
            store,
            poller,
            on_result=lambda r: results.__setitem__(r.feed_id, r),
            feed_ids=ids,
            due_only=False,
        )
        await crew.until_idle()
        return [results[i] for i in ids]

    return run


def rows(store: Store, sql: str, **bound: Any) -> Sequence[Any]:
    with store.read() as connection:
        return connection.execute(text(sql), bound).all()


async def test_a_first_visit_is_expected_to_bring_a_document_and_no_other_is(
    poll: Any, poller: Poller, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    expecting = Mock(wraps=poller.desk.expecting)
    monkeypatch.setattr(poller.desk, "expecting", expecting)
    url = server.put("/feed.xml", rss(item(1)))
    for _ in range(2):
        await poll(url)
        assert expecting.call_count == 1


async def test_a_poll_stores_articles_with_text_and_attribution(
    server: Loopback, store: Store, poll: Any
) -> None:
    footer = (
        '<p>The post <a href="https://first.example/one">Story 1</a> appeared first on '
        '<a href="https://first.example">First Paper</a>.</p>'
    )
    url = server.put("/feed", rss(item(1, f"<p>It rained. Nobody minded.</p>{footer}")))
    (result,) = await poll(url)
    assert (result.outcome, result.counts.new) == (Outcome.STORED, 1)
    ((title, body, publisher, original, chain),) = rows(
        store, "select title, text, publisher, original_publisher, chain from article_attribution"
    )
    assert title == "Story 1"
    assert body == "It rained. Nobody minded."
    assert (publisher, original) == ("The Paper", "First Paper")
    assert chain == "First Paper → The Paper"


async def test_a_second_poll_sends_the_validators_and_stores_nothing(
    server: Loopback, store: Store, poll: Any
) -> None:
    url = server.put("/feed", rss(item(1)))
    await poll(url)
    (again,) = await poll(url)
    assert again.outcome is Outcome.UNCHANGED
    first, second = server.asked("/feed")
    assert "if-none-match" not in first
    assert second["if-none-match"]
    assert rows(store, "select count(*) from article_versions")[0][0] == 1


async def test_identical_bytes_are_not_parsed_again(server: Loopback, store: Store, poll: Any) -> None:
    url = server.put("/feed", rss(item(1)), validators=False)
    await poll(url)
    (again,) = await poll(url)
    assert (again.outcome, again.detail) == (Outcome.UNCHANGED, "identical bytes")
    assert rows(store, "select body_bytes from polls order by id desc limit 1") == [(0,)], "it was unpacked"


async def test_the_same_document_packed_otherwise_is_not_parsed_again(
    server: Loopback, store: Store, poll: Any
) -> None:
    for level in (1, 9, 9):
        packed = gzip.compress(rss(*(item(n) for n in range(9))).encode(), level, mtime=0)
        url = server.put("/feed", packed, headers={"Content-Encoding": "gzip"}, validators=False)
        (last,) = await poll(url)
        sizes = [size for (size,) in rows(store, "select body_bytes from polls order by id")]
    assert (last.outcome, last.detail) == (Outcome.UNCHANGED, "identical bytes")
    assert [bool(size) for size in sizes] == [True, True, False], "what was sent last is what is known"


async def test_an_edit_is_a_second_version_and_the_first_is_kept(
    server: Loopback, store: Store, poll: Any
) -> None:
    url = server.put("/feed", rss(item(1, "<p>Ten seals were seen.</p>"), item(2)))
    await poll(url)
    server.put("/feed", rss(item(1, "<p>Twelve seals were seen.</p>"), item(2)))
    (again,) = await poll(url)
    assert (again.counts.new, again.counts.edited) == (0, 1)
    texts = [
        r[0] for r in rows(store, "select text from article_versions where text like '%seals%' order by id")
    ]
    assert texts == ["Ten seals were seen.", "Twelve seals were seen."]
    assert rows(store, "select text from article_attribution where title = 'Story 1'")[0][0] == texts[1]


async def test_a_changed_guid_or_host_is_not_a_new_article(server: Loopback, store: Store, poll: Any) -> None:
    body = "<p>" + "The lamp was lit at four and went out at nine. " * 8 + "</p>"
    url = server.put("/feed", rss(item(1, body)))
    await poll(url)
    server.put(
        "/feed", rss(item(1, body, guid="tag:new-system,2026:1").replace("paper.example", "paper2.example"))
    )
    (again,) = await poll(url)
    assert again.counts.new == 0
    assert rows(store, "select count(*) from articles")[0][0] == 1


async def test_what_left_the_feed_stays_in_the_store(server: Loopback, store: Store, poll: Any) -> None:
    url = server.put("/feed", rss(item(1), item(2)))
    await poll(url)
    server.put("/feed", rss(item(2), item(3)))
    await poll(url)
    assert rows(store, "select count(*) from articles")[0][0] == 3
    gone = rows(store, "select count(*) from sightings where left_at is not null")
    assert gone[0][0] == 1


async def test_when_two_feeds_are_told_to_wait_their_host_is_left_alone(
    server: Loopback, store: Store, settings: Settings, poll: Any
) -> None:
    answer: dict[str, Any] = {"status": 429, "headers": {"Retry-After": "7200"}, "validators": False}
    first, second, third = (server.put(f"/{n}", b"later", **answer) for n in range(3))
    await poll(first, second)
    with store.write() as connection:
        feed_id, _ = feeds.add_feed(connection, third, now=datetime.now(UTC))
    await poll_once(settings, store, feed_ids=[feed_id], due_only=False)
    assert server.asked("/2") == []
    ((reason,),) = rows(store, f"select host_limited_reason from feed_health where feed_id = {feed_id}")
    assert reason.startswith("several of its feeds: 127.0.0.1: HTTP 429")


async def test_who_says_wait_behind_a_redirect_speaks_for_no_host_but_its_own(
    server: Loopback, store: Store, poll: Any
) -> None:
    later = server.put("/later", b"later", status=429, headers={"Retry-After": "7200"}, validators=False)
    sent_on = {"status": 302, "headers": {"Location": later.replace("127.0.0.1", "localhost")}}
    await poll(*(server.put(f"/{n}", b"", validators=False, **sent_on) for n in range(2)))
    assert rows(store, "select host from hosts where limited_until is not null") == [("localhost",)]
    ((where,),) = rows(store, "select distinct final_url from polls")
    assert where == later.replace("127.0.0.1", "localhost")


async def test_a_delta_adds_its_entries_and_nothing_leaves_the_feed(
    server: Loopback, store: Store, poll: Any
) -> None:
    url = server.put("/feed", rss(item(1), item(2)))
    await poll(url)
    whole_at = rows(store, "select last_whole_at from feeds")
    server.put("/feed", rss(item(3)), status=226, headers={"IM": "feed", "ETag": '"v2"'}, validators=False)
    (again,) = await poll(url)
    assert (again.counts.new, again.outcome) == (1, Outcome.STORED)
    assert server.asked("/feed")[1]["a-im"] == "feed"
    assert rows(store, "select count(*) from sightings where left_at is null")[0][0] == 3
    ((etag, digest),) = rows(store, "select etag, body_digest from feeds")
    assert (etag, digest) == ('"v2"', None), "the digest of a part is no digest of the document"
    assert rows(store, "select last_whole_at from feeds") == whole_at, "an audit asks for the whole"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"body": b"", "status": 200}, "empty"),
        ({"body": b"<!doctype html><html><title>Login</title><p>Log in</p></html>"}, "not a feed"),
        ({"body": b"gone", "status": 410}, "410"),
        ({"body": b"busy", "status": 503, "headers": {"Retry-After": "7200"}}, "503"),
        ({"body": b"x", "delay": 4.0}, "longer than 2 s"),
    ],
    ids=["empty", "html", "gone", "busy", "timeout"],
)
async def test_a_bad_feed_is_told_by_cause_and_costs_the_others_nothing(
    server: Loopback, store: Store, poll: Any, answer: dict[str, Any], said: str
) -> None:
    good = server.put("/good", rss(item(1)))
    bad = server.put("/bad", **{"validators": False, **answer})
    fine, failed = await poll(good, bad)
    assert fine.counts.new == 1
    assert failed.outcome is Outcome.FAILED
    assert said in failed.detail.lower()
    assert failed.next_poll.at > datetime.now(UTC)


async def test_a_dead_host_is_a_failure_with_its_name(store: Store, poll: Any) -> None:
    (failed,) = await poll("http://127.0.0.1:9/feed")
    assert failed.outcome is Outcome.FAILED
    assert "127.0.0.1" in failed.detail


async def test_a_failure_keeps_articles_and_validators(server: Loopback, store: Store, poll: Any) -> None:
    url = server.put("/feed", rss(item(1)))
    await poll(url)
    server.put("/feed", b"", validators=False)
    await poll(url)
    server.put("/feed", rss(item(1)))
    (back,) = await poll(url)
    assert back.outcome is Outcome.UNCHANGED
    assert server.asked("/feed")[-1]["if-none-match"]


async def test_of_a_cut_document_the_whole_entries_are_kept(
    server: Loopback, store: Store, poll: Any
) -> None:
    whole = rss(item(1), item(2), item("half", "<p>" + "never to be stored half " * 40 + "</p>"))
    cut = whole[: whole.index("Story half") + 400]
    url = server.put("/feed", cut)
    (result,) = await poll(url)
    assert result.counts.new == 2
    assert "ends early" in (result.detail or "")
    titles = {r[0] for r in rows(store, "select title from article_attribution")}
    assert titles == {"Story 1", "Story 2"}
    server.put("/feed", whole)
    (result,) = await poll(url)
    assert result.counts.new == 1


async def test_a_broken_entry_among_good_ones_loses_only_itself_at_most(
    server: Loopback, store: Store, poll: Any
) -> None:
    broken = "<item><title>Broken & bare <b></title><link>https://paper.example/b</link></item>"
    url = server.put("/feed", rss(item(1), broken, item(2)))
    await poll(url)
    titles = {r[0] for r in rows(store, "select title from article_attribution")}
    assert {"Story 1", "Story 2"} <= titles


async def test_nul_and_lone_surrogates_are_storable(server: Loopback, store: Store, poll: Any) -> None:
    dirty = rss(item(1, "<p>one\x00two &#xD800; three &#0; four</p>"))
    url = server.put("/feed", dirty.encode("utf-8", "surrogatepass"))
    (result,) = await poll(url)
    assert result.counts.new == 1
    body = rows(store, "select text from article_attribution")[0][0]
    assert "\x00" not in body
    assert "three" in body
    body.encode("utf-8")


@pytest.mark.parametrize(
    "raw", ["Thu, 32 Foo 2021 99:99:99 XYZ", "0001-01-01T00:00:00Z", "10000-01-01", "-1"]
)
async def test_no_date_is_invented(server: Loopback, store: Store, poll: Any, raw: str) -> None:
    document = rss(item(1)).replace("Mon, 02 Nov 2026 10:00:00 GMT", raw)
    await poll(server.put("/feed", document))
    assert rows(store, "select published_at from article_attribution")[0][0] is None
    assert rows(store, "select published_raw from article_versions")[0][0] == raw


async def test_entries_that_share_a_guid_are_kept_apart(server: Loopback, store: Store, poll: Any) -> None:
    url = server.put("/feed", rss(*(item(n, guid="same") for n in range(5))))
    (result,) = await poll(url)
    assert result.counts.new == 5
    assert "share a guid" in (result.detail or "")


async def test_a_page_feed_reads_the_page_and_obeys_robots(server: Loopback, store: Store, poll: Any) -> None:
    paragraphs = "".join(
        f"<p>Paragraph {n} of the page tells what the summary left out, at length.</p>" for n in range(9)
    )
    page = server.put(
        "/open/1", f"<html><head><title>P</title></head><body><article>{paragraphs}</article></body></html>"
    )
    closed = server.put("/closed/1", "<html><body><p>secret</p></body></html>")
    server.put("/robots.txt", "User-agent: *\nDisallow: /closed/\n")
    entries = [item(n).replace(f"<link>https://paper.example/{n}</link>", f"<link>{link}</link>")
               for n, link in (("open", page), ("closed", closed))]  # fmt: skip
    (result,) = await poll(server.put("/feed", rss(*entries)), policy="page")
    texts = dict(rows(store, "select title, text from article_attribution"))  # type: ignore[arg-type]
    assert "Paragraph 8 of the page" in texts["Story open"]
    assert texts["Story closed"] == "Body of story closed."
    assert not server.asked("/closed/1")
    assert any("robots" in warning for warning in result.warnings)


async def test_every_entry_of_every_reference_feed_is_stored_once(
    server: Loopback, store: Store, poll: Any, shared: Path
) -> None:
    files = sorted((shared / "feeds").glob("*.xml"))
    assert len(files) == 26
    urls = [server.put(f"/{file.name}", file.read_bytes()) for file in files]
    results = await poll(*urls)
    for file, result in zip(files, results, strict=True):
        seen = feedparser.parse(file.read_bytes())
        if not seen.bozo:
            assert result.counts.new == len(seen.entries), (file.name, result.detail)
    again = await poll(*urls)
    assert all(server.asked(f"/{file.name}")[1].get("if-none-match") for file in files)
    assert {r.outcome for r in again} <= {Outcome.UNCHANGED, Outcome.FAILED}
    assert sum(r.counts.new + r.counts.edited for r in again) == 0


SIGN_OFF = "<p>Folded by hand in the boathouse and carried round before breakfast.</p>"
HAPPENINGS = (
    "The ferry was late and nobody on the pier knew the reason.",
    "A heron has moved into the orchard behind the school.",
    "Two bridges will be painted before the summer fair begins.",
    "Bread costs a coin more since the mill changed hands.",
    "Children found an old map under the floor of the library.",
    "The tower clock struck thirteen and the mayor laughed.",
)


async def test_after_five_entries_an_unknown_footer_is_cut_and_recorded_as_a_template(
    server: Loopback, store: Store, poll: Any
) -> None:
    items = [item(n, f"<p>{told}</p>{SIGN_OFF}") for n, told in enumerate(HAPPENINGS)]
    for entries in range(1, 7):  # an entry a poll: what is learned has to last between polls
        url = server.put("/feed", rss(*items[:entries]))
        await poll(url)
    ((body, source),) = rows(
        store, "select text, source_text from article_versions where text like '%thirteen%'"
    )
    assert body == HAPPENINGS[5]
    assert source.endswith("before breakfast.")
    ((kind, rule, quote),) = rows(
        store,
        "select n.kind, n.rule, n.quote from notices n join article_versions v on v.id = n.version_id"
        " where v.text like '%thirteen%'",
    )
    assert (kind, quote) == ("template", SIGN_OFF[3:-4])
    ((signature, masked, articles),) = rows(store, "select signature, masked, articles from templates")
    assert (rule, masked, articles) == (f"learned:{bytes(signature).hex()}", SIGN_OFF[3:-4], 6)


async def test_the_first_visit_to_a_feed_finds_its_footer_in_every_entry(
    server: Loopback, store: Store, poll: Any
) -> None:
    items = [item(n, f"<p>{told}</p>{SIGN_OFF}") for n, told in enumerate(HAPPENINGS)]
    await poll(server.put("/feed", rss(*items)))
    assert {row[0] for row in rows(store, "select text from article_versions")} == set(HAPPENINGS)


async def test_an_article_edited_again_and_again_teaches_nothing(
    server: Loopback, store: Store, poll: Any
) -> None:
    for turn in range(6):
        story = f"<p>{HAPPENINGS[turn]}</p><p>The council had promised a new pump last autumn.</p>"
        await poll(server.put("/feed", rss(item(1, story))))
    assert rows(store, "select count(*) from article_versions")[0][0] == 6
    assert rows(store, "select count(*) from templates")[0][0] == 0
