"""Claims in the store: kept with their words, replaced when read again, disputes seen in a view."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import insert, text

from ingest.records import Attribution, Claim, Evidence, EvidenceKind, Hop, HopRole
from ingest.store import replay
from ingest.store.bulk import table_of
from ingest.store.engine import Store
from ingest.store.models import Trail
from tests.store.samples import HOUR, NOW, draft, entry, feed, poll

FOOTER = Evidence(EvidenceKind.NOTICE, "notice:5-41", "The post T appeared first on Herald.", 0.9)
PERSON = Evidence(EvidenceKind.FEED, "item/dc:source", "Tribune", 1.0)
CLAIMS = (
    Claim("author", "Ada Marsh", 0.9, PERSON, True, 1),
    Claim("author_organisation", "Tribune Staff", 0.8, PERSON, False, 1),
    Claim("original_publisher", "Tribune", 0.8, PERSON, True, 1),
    Claim("original_publisher", "Herald", 0.54, FOOTER, False, 2),
)


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [dict(row) for row in connection.execute(text(sql)).mappings()]


def test_claims_come_back_as_they_went_in(store: Store) -> None:
    poll(store, feed(store), [draft(entry("1"), attribution=Attribution(claims=CLAIMS))])
    found = rows(store, "SELECT * FROM claims ORDER BY ordinal")
    assert [
        Claim(
            row["property"],
            row["value"],
            row["confidence"],
            Evidence(EvidenceKind(row["kind"]), row["place"], row["quote"], claim.evidence.confidence),
            bool(row["chosen"]),
            row["rank"],
        )
        for row, claim in zip(found, CLAIMS, strict=True)
    ] == list(CLAIMS)
    assert [row["ordinal"] for row in found] == [0, 1, 2, 3]


def test_a_dispute_shows_what_was_chosen_and_what_speaks_against_it(store: Store) -> None:
    poll(store, feed(store), [draft(entry("1"), attribution=Attribution(claims=CLAIMS))])
    (found,) = rows(store, "SELECT * FROM article_disputes")  # an author's place is no property of one value
    assert (found["property"], found["chosen"], found["value"]) == ("original_publisher", "Tribune", "Herald")
    assert (found["kind"], found["place"], found["quote"]) == ("notice", "notice:5-41", FOOTER.quote)
    assert (found["url"], found["confidence"]) == ("https://mirror.example/1", 0.54)


def informed(store: Store, **told: str | None) -> list[tuple[str, str, str]]:
    """Disputes of an article that says Tribune (its feed) and Herald (a footer), and whose copies say what is given."""
    stated = Attribution(
        original_publisher="Tribune", original_url="https://tribune.example/a", agency="AP", claims=CLAIMS
    )
    poll(store, feed(store), [draft(entry("1"), attribution=stated)])
    trail = {
        "article_id": 1,
        "version_id": 1,
        "made_at": NOW,
        "hops": [],
        "bylines": [],
        "evidence": {},
        **told,
    }
    with store.write() as connection:
        connection.execute(insert(table_of(Trail)), trail)
    (row,) = rows(store, "SELECT * FROM article_attribution")
    for name in ("original_publisher", "original_url", "authors", "agency", "chain"):
        assert row[name] == told.get(name), name
    found = rows(store, "SELECT * FROM article_disputes ORDER BY value")
    return [(one["property"], one["chosen"], one["value"]) for one in found]


def test_what_copies_tell_is_the_row_also_where_they_take_away_and_disputes_are_with_it(store: Store) -> None:
    name = "original_publisher"
    assert informed(store, original_publisher="The Guardian") == [
        (name, "The Guardian", "Herald"),
        (name, "The Guardian", "Tribune"),
    ]


def test_a_claim_that_copies_bear_out_is_no_dispute(store: Store) -> None:
    assert informed(store, original_publisher="Herald") == [("original_publisher", "Herald", "Tribune")]


def test_a_dispute_stays_what_it_was_where_copies_decide_something_else(store: Store) -> None:
    stays = [("original_publisher", "Tribune", "Herald")]
    assert informed(store, original_publisher="Tribune", authors="Ada Marsh") == stays


def test_where_copies_leave_the_row_empty_nothing_is_disputed(store: Store) -> None:
    assert informed(store, authors="Ada Marsh") == []


def test_a_version_that_nothing_disputes_replaces_one_that_was_disputed(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1", "First."), attribution=Attribution(claims=CLAIMS))])
    agreed = Attribution(claims=CLAIMS[:3])
    (article,) = rows(store, "SELECT id FROM articles")
    poll(store, feed_id, [draft(entry("1", "Second."), article["id"], agreed)], at=NOW + HOUR)
    assert rows(store, "SELECT * FROM article_disputes") == []
    assert len(rows(store, "SELECT * FROM claims")) == 7


def test_reading_again_puts_new_claims_in_the_place_of_the_old(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"), attribution=Attribution(claims=CLAIMS))])
    with store.write() as connection:
        waiting = replay.waiting(connection, other_than=None)
        (kept,) = replay.read(connection, feed_id, waiting[feed_id])
        one = draft(entry("1"), attribution=Attribution(claims=CLAIMS[:1])).extraction
        assert replay.replace(connection, [(kept, one)], catalogue_version="c2")
    assert [row["value"] for row in rows(store, "SELECT value FROM claims")] == ["Ada Marsh"]


def test_one_publisher_is_one_row_by_name_and_domain(store: Store) -> None:
    def hop(name: str | None, url: str | None, domain: str | None) -> Attribution:
        return Attribution(hops=(Hop(0, name, url, HopRole.ORIGIN, 1, (), domain),))

    told = [
        hop("Los Angeles Times", None, "latimes.com"),
        hop("Los Angeles Times", "https://www.latimes.com/a", "latimes.com"),
        hop("tide.example", "https://tide.example/1", "tide.example"),
        hop("Tide", "https://www.tide.example/2", "tide.example"),
        hop("Daily News", None, None),
        hop("Daily News", None, "dailynews.example"),
    ]
    drafts = [draft(entry(str(place)), attribution=one) for place, one in enumerate(told)]
    poll(store, feed(store), drafts)
    found = rows(store, "SELECT name, domain FROM publishers ORDER BY id")
    assert sorted((row["name"], row["domain"] or "") for row in found) == [
        ("Daily News", ""),
        ("Daily News", "dailynews.example"),
        ("Los Angeles Times", "latimes.com"),
        ("tide.example", "tide.example"),
    ]


def test_a_takedown_leaves_no_claim(store: Store) -> None:
    poll(store, feed(store), [draft(entry("1"), attribution=replace(Attribution(), claims=CLAIMS))])
    with store.write() as connection:
        connection.execute(text("UPDATE articles SET current_version_id = NULL"))
        connection.execute(text("DELETE FROM article_versions"))
    assert rows(store, "SELECT * FROM claims") == []
