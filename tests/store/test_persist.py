"""Persisting polls: what comes in stands there whole, versions follow one another, failures lose nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ingest.feeds.changes import keys_of
from ingest.records import Brought, Changes, Outcome, Statement, Tombstone, Unchanged
from ingest.store import polls
from ingest.store.engine import Store
from ingest.store.known import known_articles, known_items
from ingest.store.models import Feed
from ingest.store.polls import persist
from ingest.store.queries import show_article
from tests.store.samples import (
    FOOTER,
    HOUR,
    NOW,
    brought,
    document,
    draft,
    entry,
    failure,
    feed,
    leased,
    persisted,
    poll,
    record,
    row,
)


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [dict(row) for row in connection.execute(text(sql)).mappings()]


def article_ids(store: Store) -> dict[str, int]:
    return {row["guid"]: row["id"] for row in rows(store, "SELECT guid, id FROM articles")}


def test_a_poll_comes_back_as_it_went_in(store: Store) -> None:
    feed_id = feed(store)
    stated = Statement("rights", "All mine", "item/dc:rights", "All mine")
    one = draft(replace(entry("1"), statements=(stated,)))
    counts = poll(store, feed_id, [one, draft(entry("2"))])
    assert (counts.new, counts.edited, counts.refused) == (2, 0, False)
    with store.read() as connection:
        detail = show_article(connection, article_ids(store)["1"])
    assert detail.version is not None
    assert detail.version["source_text"] == f"Body.\n{FOOTER}"
    assert detail.version["text"] == "Body."
    assert detail.version["tags"] == ["News"]
    assert detail.version["statements"][0]["place"] == "item/dc:rights"
    assert detail.version["evidence"]["agency"][0]["quote"] == "(AP)"
    assert detail.version["catalogue_version"] == "c1"
    (notice,) = detail.notices
    source = detail.version["source_text"]
    assert source[notice["start"] : notice["end"]] == notice["quote"] == FOOTER
    assert notice["fields"] == {"publisher": "Herald"}
    assert [hop["publisher"] for hop in detail.hops] == ["Tribune", "Herald", "Mirror Site"]
    assert [(b["name"], b["hop_position"]) for b in detail.bylines][:2] == [
        ("Ada Marsh", 0),
        ("Bo Lind", None),
    ]


def test_publishers_and_people_are_one_row_each_however_often_named(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry(str(n))) for n in range(5)])
    poll(store, feed(store, "https://other.example/feed"), [draft(entry("9"))])
    assert [r["name"] for r in rows(store, "SELECT name FROM people ORDER BY name")] == [
        "Ada Marsh",
        "Bo Lind",
        "Cy Photo",
        "Poster",
    ]
    publishers = rows(store, "SELECT name, domain FROM publishers ORDER BY name")
    assert [(r["name"], r["domain"]) for r in publishers] == [
        ("Herald", None),
        ("Mirror Site", "mirror.example"),
        ("Tribune", "tribune.example"),
    ]


def test_an_edit_becomes_a_new_version_and_the_old_one_stays(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1", "First."))])
    article_id = article_ids(store)["1"]
    counts = poll(store, feed_id, [draft(entry("1", "Second."), article_id)], at=NOW + HOUR)
    assert (counts.new, counts.edited) == (0, 1)
    texts = rows(store, "SELECT number, text FROM article_versions ORDER BY number")
    assert [(r["number"], r["text"]) for r in texts] == [(1, "First."), (2, "Second.")]
    assert [r["text"] for r in rows(store, "SELECT text FROM article_attribution")] == ["Second."]
    with store.read() as connection:
        (known,) = known_articles(connection, feed_id, [keys_of(entry("1"))])
    assert known.versions == 2


def test_an_article_whose_keys_moved_keeps_its_version_and_takes_the_new_keys(store: Store) -> None:
    feed_id = feed(store)
    first = entry("1")
    poll(store, feed_id, [draft(first)])
    article_id = article_ids(store)["1"]
    moved = replace(first, guid="new-guid")
    counts = poll(store, feed_id, [draft(moved, article_id)], at=NOW + HOUR)
    assert (counts.new, counts.edited) == (0, 0)
    assert article_ids(store) == {"new-guid": article_id}
    with store.read() as connection:
        (known,) = known_articles(connection, feed_id, [keys_of(moved)])
    assert known.keys == keys_of(moved)


def test_known_articles_are_found_by_any_key_in_their_own_feed_only(store: Store) -> None:
    feed_id, other = feed(store), feed(store, "https://other.example/feed")
    poll(store, feed_id, [draft(entry(str(n), f"{n} " * 300)) for n in range(600)])
    asked = [keys_of(entry(str(n), f"{n} " * 300)) for n in range(600)]
    by_link = [keys_of(replace(entry("5"), guid="unknown"))]
    with store.read() as connection:
        assert len(known_articles(connection, feed_id, asked)) == 600
        assert [known.article_id for known in known_articles(connection, feed_id, by_link)] == [
            article_ids(store)["5"]
        ]
        assert known_articles(connection, other, asked) == []
        assert known_articles(connection, feed_id, []) == []


def test_items_in_the_feed_are_known_and_those_that_left_are_not(store: Store) -> None:
    feed_id = feed(store)
    one, two, three = entry("1"), entry("2"), entry("3")
    poll(store, feed_id, [draft(one), draft(two)])
    ids = article_ids(store)
    with store.read() as connection:
        assert known_items(connection, feed_id) == {one.item_digest: ids["1"], two.item_digest: ids["2"]}
    poll(store, feed_id, [draft(three)], document(two, three), at=NOW + HOUR)
    with store.read() as connection:
        assert known_items(connection, feed_id).keys() == {two.item_digest, three.item_digest}
    seen = rows(
        store,
        "SELECT left_at IS NULL AS here, first_seen_at = last_seen_at AS fresh FROM sightings ORDER BY id",
    )
    assert [(bool(r["here"]), bool(r["fresh"])) for r in seen] == [(False, True), (True, False), (True, True)]
    poll(store, feed_id, [], document(one, two, three), Changes((), (Unchanged(ids["1"], one.item_digest),)))
    with store.read() as connection:
        assert len(known_items(connection, feed_id)) == 3


@pytest.mark.parametrize("sign", [{"truncated": True}, {"over_cap": 3}])
def test_a_document_that_is_not_whole_makes_nothing_leave(store: Store, sign: dict[str, Any]) -> None:
    feed_id = feed(store)
    one, two = entry("1"), entry("2")
    poll(store, feed_id, [draft(one), draft(two)])
    poll(store, feed_id, [], document(two, **sign), at=NOW + HOUR)
    with store.read() as connection:
        assert len(known_items(connection, feed_id)) == 2
    seen = rows(store, "SELECT first_seen_at = last_seen_at AS fresh FROM sightings ORDER BY id")
    assert [bool(r["fresh"]) for r in seen] == [True, False]


def test_a_document_that_could_not_be_sliced_is_followed_by_its_articles(store: Store) -> None:
    feed_id = feed(store)
    one, two = (replace(entry(guid), item_digest=b"") for guid in "12")
    poll(store, feed_id, [draft(one), draft(two)])
    ids = article_ids(store)
    poll(store, feed_id, [], document(one), Changes((), (Unchanged(ids["1"], b""),)), at=NOW + HOUR)
    left = rows(store, "SELECT article_id FROM sightings WHERE left_at IS NOT NULL")
    assert [r["article_id"] for r in left] == [ids["2"]]
    with store.read() as connection:
        assert known_items(connection, feed_id) == {}


def test_the_feed_learns_from_a_poll_and_a_label_outranks_its_own_title(store: Store) -> None:
    feed_id = feed(store)
    poll(
        store, feed_id, [draft(entry("1"))], etag='"e1"', last_modified="Mon", body_digest=b"d1", body_bytes=9
    )
    lease = leased(store, feed_id)
    assert (lease.etag, lease.last_modified, lease.body_digest) == ('"e1"', "Mon", b"d1")
    assert (lease.title, lease.interval) == ("Mirror", HOUR)
    (stored,) = rows(store, "SELECT outcome, new, body_bytes, next_poll_reason FROM polls")
    assert stored == {"outcome": "stored", "new": 1, "body_bytes": 9, "next_poll_reason": "every 1 h"}


def test_a_failure_leaves_articles_and_validators_and_says_when_it_comes_back(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"))], etag='"e1"')
    lease = leased(store, feed_id, at=NOW + HOUR)
    assert not persisted(store, Brought(lease, failure(NOW + HOUR))).refused
    again = leased(store, feed_id, at=NOW + 3 * HOUR)
    assert (again.etag, again.failures) == ('"e1"', 0.25)
    with store.read() as connection:
        assert len(known_items(connection, feed_id)) == 1
    (health,) = rows(store, "SELECT last_outcome, last_failure, last_detail, articles FROM feed_health")
    assert health == {
        "last_outcome": "failed",
        "last_failure": "timeout",
        "last_detail": "no answer in 30 s",
        "articles": 1,
    }


def test_a_304_keeps_validators_it_does_not_repeat_and_touches_no_sighting(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"))], etag='"e1"', last_modified="Mon", body_digest=b"d1")
    before = rows(store, "SELECT * FROM sightings")
    lease = leased(store, feed_id, at=NOW + HOUR)
    persisted(store, Brought(lease, record(NOW + HOUR, Outcome.UNCHANGED, status=304, etag='"e2"')))
    again = leased(store, feed_id, at=NOW + 3 * HOUR)
    assert (again.etag, again.last_modified, again.body_digest) == ('"e2"', "Mon", b"d1")
    assert rows(store, "SELECT * FROM sightings") == before


def test_a_document_without_validators_clears_those_of_the_one_before(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"))], etag='"e1"')
    poll(store, feed_id, [], document(entry("1")), at=NOW + HOUR)
    assert leased(store, feed_id, at=NOW + 3 * HOUR).etag is None


def test_an_entry_the_feed_deletes_is_marked_withdrawn_and_back_when_it_returns(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"))])
    poll(store, feed_id, [], document(tombstones=(Tombstone("1", NOW),)), at=NOW + HOUR)
    assert [r["status"] for r in rows(store, "SELECT status FROM article_attribution")] == ["withdrawn"]
    poll(store, feed_id, [draft(entry("1", "Again."), article_ids(store)["1"])], at=NOW + 2 * HOUR)
    assert [r["status"] for r in rows(store, "SELECT status FROM article_attribution")] == ["active"]


def test_text_no_store_can_hold_is_stored_all_the_same(store: Store) -> None:
    one = draft(entry("1", title="a\x00b"))
    broken = replace(one.extraction.attribution, agency="A\ud800", evidence={"agency": ()})
    one = replace(one, extraction=replace(one.extraction, attribution=broken))
    assert poll(store, feed(store), [one]).new == 1
    assert [r["agency"] for r in rows(store, "SELECT agency FROM article_attribution")] == ["A�"]


def test_workers_that_name_the_same_publishers_at_once_do_not_get_in_each_others_way(store: Store) -> None:
    leases = [leased(store, feed(store, f"https://h{n}.example/feed")) for n in range(6)]
    barrier = threading.Barrier(6)
    new: list[int] = []

    def work(n: int) -> None:
        drafts = [draft(entry(f"{n}-{k}")) for k in range(5)]
        barrier.wait()
        new.append(persisted(store, brought(leases[n], drafts)).new)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert new == [5] * 6
    assert len(rows(store, "SELECT id FROM publishers")) == 3


CHECKOUT = Path(__file__).parents[2]
KILLED = """
import os, signal, sys
from ingest.store.engine import Store
from ingest.store import polls
from ingest.store.polls import persist
from tests.store.samples import brought, draft, entry, leased
with Store(sys.argv[1]) as store:
    lease = leased(store)
    with store.write() as connection:
        persist(connection, [brought(lease, [draft(entry("1"))])])
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_before_the_commit_leaves_nothing_of_the_poll_and_the_lease_lapses(
    store: Store, migrated_url: str
) -> None:
    feed_id = feed(store)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, migrated_url], timeout=30, check=False, cwd=CHECKOUT
    )
    assert killed.returncode == -signal.SIGKILL
    for table in ("polls", "articles", "article_versions", "sightings", "publishers"):
        assert rows(store, f"SELECT * FROM {table}") == []
    with store.read() as connection:
        assert row(connection, Feed, feed_id).last_polled_at is None
    assert poll(store, feed_id, [draft(entry("1"))], at=NOW + 2 * HOUR).new == 1


def test_polls_without_news_are_stored_together_and_the_one_that_lost_its_lease_is_not(store: Store) -> None:
    ids = [feed(store, f"https://mirror{n}.example/feed") for n in range(3)]
    leases = [leased(store, feed_id) for feed_id in ids]
    usurped = replace(leases[1], token="somebody else's now")
    quiet = record(NOW + HOUR, Outcome.UNCHANGED, etag='"v2"', body_digest=b"d" * 16, status=304)
    with store.write() as connection:
        done = persist(connection, [Brought(lease, quiet) for lease in (leases[0], usurped, leases[2])])
    assert [counts.refused for counts in done.counts] == [False, True, False]
    assert [row["feed_id"] for row in rows(store, "SELECT feed_id FROM polls ORDER BY feed_id")] == [
        ids[0],
        ids[2],
    ]
    with store.read() as connection:
        first, second, third = (row(connection, Feed, feed_id) for feed_id in ids)
        assert first.lease_token is third.lease_token is None
        assert second.lease_token == leases[1].token
        assert (first.etag, first.body_digest) == ('"v2"', b"d" * 16)
        assert first.next_poll_at == third.next_poll_at == quiet.next_poll.at
        assert first.last_success_at == quiet.finished_at
        assert (second.etag, second.last_polled_at) == (None, None)


STANDS = (
    "SELECT a.feed_id, a.guid, a.versions, v.text, v.number, v.created_at FROM articles a "
    "JOIN article_versions v ON v.article_id = a.id ORDER BY 1, 2, 5",
    "SELECT s.feed_id, a.guid, s.first_seen_at, s.last_seen_at, s.left_at FROM sightings s "
    "JOIN articles a ON a.id = s.article_id ORDER BY 1, 2",
    "SELECT feed_id, outcome, new, edited, unchanged FROM polls ORDER BY feed_id, id",
)


@pytest.mark.parametrize("turns", [[(0, 1, 2)], [(0,), (1,), (2,)], [(2, 0), (1,)]])
def test_polls_stored_together_leave_what_each_would_leave_alone(
    store: Store, turns: Sequence[Sequence[int]]
) -> None:
    ids = [feed(store, f"https://mirror{n}.example/feed") for n in range(3)]
    first = [[entry(f"{n}-same", "One."), entry(f"{n}-gone", "Two.")] for n in ids]
    second = [[entry(f"{n}-same", "One, corrected."), entry(f"{n}-new", "Three.")] for n in ids]
    for at, documents in ((NOW, first), (NOW + HOUR, second)):
        known = article_ids(store)
        polls = [
            brought(
                leased(store, n, at=at), [draft(one, known.get(one.guid or "")) for one in items], record(at)
            )
            for n, items in zip(ids, documents, strict=True)
        ]
        for turn in turns:
            with store.write() as connection:
                persist(connection, [polls[n] for n in turn])
    articles, sightings, told = (rows(store, sql) for sql in STANDS)
    assert [(row["guid"], row["number"], row["text"]) for row in articles] == [
        (f"{n}-{guid}", number, text)
        for n in ids
        for guid, number, text in (
            ("gone", 1, "Two."),
            ("new", 1, "Three."),
            ("same", 1, "One."),
            ("same", 2, "One, corrected."),
        )
    ]
    assert [(row["guid"], row["left_at"] is None) for row in sightings] == [
        (f"{n}-{guid}", guid != "gone") for n in ids for guid in ("gone", "new", "same")
    ]
    assert [(row["new"], row["edited"]) for row in told] == [(2, 0), (1, 1)] * 3


def test_of_polls_stored_together_the_one_that_lost_its_lease_leaves_nothing(store: Store) -> None:
    leases = [leased(store, feed(store, f"https://mirror{n}.example/feed")) for n in range(3)]
    leases[1] = replace(leases[1], token="somebody else's now")
    with store.write() as connection:
        done = persist(connection, [brought(lease, [draft(entry(lease.url))]) for lease in leases])
    assert [(counts.new, counts.refused) for counts in done.counts] == [(1, False), (0, True), (1, False)]
    for table in ("polls", "articles", "sightings"):
        told = rows(store, f"SELECT feed_id FROM {table} ORDER BY feed_id")
        assert [row["feed_id"] for row in told] == [leases[0].feed_id, leases[2].feed_id]


def test_old_polls_are_forgotten_but_the_last_ten_of_each_feed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "FORGOTTEN_AT_ONCE", 5)
    busy, quiet = feed(store), feed(store, "https://quiet.example/feed")
    for place in range(14):
        poll(store, busy, [], at=NOW + place * HOUR)
        if place < 2:
            poll(store, quiet, [], at=NOW + place * HOUR)
    before, after, walked = NOW + 12 * HOUR, 0, []
    while after is not None:
        with store.write() as connection:
            after = polls.forget(connection, before, after)
        walked.append(after)
    assert len(walked) == 4, "five at a time, and once more to see that the rest is younger"
    left = rows(store, "SELECT feed_id, count(*) AS polls FROM polls GROUP BY feed_id ORDER BY feed_id")
    assert left == [{"feed_id": busy, "polls": 10}, {"feed_id": quiet, "polls": 2}]
    with store.write() as connection:
        assert polls.forget(connection, NOW) is None
