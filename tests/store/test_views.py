"""The views people query and what the reading verbs print from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from ingest.errors import UsageError
from ingest.records import Attribution, Byline, Hop, HopRole, NoticeKind
from ingest.store.describe import columns_markdown
from ingest.store.engine import Store
from ingest.store.queries import feed_health, list_articles, show_article
from tests.store.samples import HOUR, NOW, document, draft, entry, feed, leased, list_polls, poll

ATTRIBUTION_COLUMNS = (
    "article_id feed_id feed_url feed_title url original_url title text language published_at updated_at "
    "first_seen_at authors publisher original_publisher agency chain copyright_holder copyright_year license "
    "usage_terms removal_contact completeness story_id is_original status withdrawn_at withdrawn_reason "
    "editorial_notes"
)


def test_article_attribution_has_the_columns_others_build_on(store: Store) -> None:
    columns = inspect(store.engine).get_columns("article_attribution")
    assert " ".join(column["name"] for column in columns) == ATTRIBUTION_COLUMNS


def test_an_article_shows_its_authors_its_chain_and_its_rights(store: Store) -> None:
    poll(store, feed(store), [draft(entry("1"))])
    with store.read() as connection:
        (row,) = list_articles(connection)
    assert row["authors"] == "Ada Marsh; Bo Lind"  # not the poster at the second hop, not the photographer
    assert row["chain"] == "Tribune → Herald → Mirror Site"
    assert (row["publisher"], row["original_publisher"], row["agency"]) == ("Mirror Site", "Tribune", "AP")
    assert (row["license"], row["copyright_year"], row["completeness"]) == ("CC-BY-4.0", 2026, "unknown")
    assert row["published_at"] == NOW - HOUR
    assert (row["feed_title"], row["text"], row["status"]) == ("Mirror", "Body.", "active")


def test_authors_and_hops_keep_their_order_whatever_their_numbers(store: Store) -> None:
    numbered = ("Zoe", "Abe", "Mia")
    for name in numbered:
        one = Attribution(
            bylines=(Byline(name, "author", None, ()),), hops=(Hop(0, name, None, HopRole.ORIGIN, 1, ()),)
        )
        poll(store, feed(store), [draft(entry(name), attribution=one)])
    names = ("Mia", "Zoe", "Abe")
    many = Attribution(
        bylines=tuple(Byline(name, "author", None, ()) for name in names),
        hops=tuple(Hop(n, name, None, HopRole.UPSTREAM, 1, ()) for n, name in enumerate(names)),
    )
    poll(store, feed(store), [draft(entry("all"), attribution=many)], at=NOW + HOUR)
    with store.read() as connection:
        row = next(list_articles(connection, limit=1))
    assert (row["authors"], row["chain"]) == ("Mia; Zoe; Abe", "Mia → Zoe → Abe")


def test_an_article_that_states_nothing_is_one_row_all_the_same(store: Store) -> None:
    poll(store, feed(store), [draft(entry("1"), attribution=Attribution())])
    with store.read() as connection:
        (row,) = list_articles(connection)
    assert (row["authors"], row["chain"], row["publisher"]) == (None, None, None)


def test_corrections_cut_from_the_text_stand_beside_it(store: Store) -> None:
    corrected = draft(entry("1"))
    (notice,) = corrected.extraction.notices
    notes = tuple(
        replace(notice, kind=NoticeKind.EDITORIAL_NOTE, quote=quote, start=start, end=start + len(quote), cut=cut)
        for start, quote, cut in ((6, "Correction: it was May.", True), (40, "Note: by a member.", True),
                                  (70, "Updated on 3 May.", False))
    )  # fmt: skip
    poll(store, feed(store), [replace(corrected, extraction=replace(corrected.extraction, notices=notes))])
    with store.read() as connection:
        (row,) = list_articles(connection)
    assert row["editorial_notes"] == "Correction: it was May. Note: by a member."


def test_a_hop_without_a_name_shows_its_address(store: Store) -> None:
    url = "https://www.tribune.example/a/b"
    hop = Hop(0, None, url, HopRole.ORIGIN, 0.5, (), "tribune.example")
    poll(store, feed(store), [draft(entry("1"), attribution=Attribution(hops=(hop,)))])
    with store.read() as connection:
        (row,) = list_articles(connection)
    assert row["chain"] == "tribune.example"


def test_articles_are_listed_newest_first_within_limits(store: Store) -> None:
    one, other = feed(store), feed(store, "https://other.example/feed")
    for hour in range(3):
        poll(store, one, [draft(entry(f"{hour}"))], at=NOW + hour * HOUR)
    poll(store, other, [draft(entry("o"))], at=NOW + 9 * HOUR)
    with store.read() as connection:
        assert [row["title"] for row in list_articles(connection, feed_id=one, limit=2)] == [
            "Title 2",
            "Title 1",
        ]
        since = list_articles(connection, since=NOW + 2 * HOUR, columns=["article_id", "title"])
        assert [dict(row).keys() for row in since] == [{"article_id", "title"}] * 2


def test_an_unknown_article_is_told(store: Store) -> None:
    with store.read() as connection, pytest.raises(UsageError, match="no article 5"):
        show_article(connection, 5)


def test_an_article_that_was_taken_down_is_shown_as_such_and_not_listed(store: Store) -> None:
    poll(store, feed(store), [draft(entry("1"))])
    with store.write() as connection:
        connection.execute(text("UPDATE articles SET status = 'tombstoned', current_version_id = NULL"))
        connection.execute(text("DELETE FROM article_versions"))
    with store.read() as connection:
        (row,) = list_articles(connection, tombstoned=True)
        assert list(list_articles(connection)) == []
        detail = show_article(connection, row["article_id"])
    assert (row["status"], row["text"], detail.version, detail.notices) == ("tombstoned", None, None, [])


def test_feed_health_is_one_row_a_feed_polled_or_not(store: Store) -> None:
    polled, fresh = feed(store), feed(store, "https://fresh.example/feed")
    poll(store, polled, [draft(entry("1"))], warnings=("odd",))
    poll(store, polled, [], document(entry("1")), at=store.now(), status=200)
    poll(store, polled, [draft(entry("2"))], at=store.now())
    leased(store, fresh)
    with store.read() as connection:
        first, second = feed_health(connection)
        assert len(list_polls(connection, polled)) == 3
        assert list_polls(connection, polled)[-1]["warnings"] == ["odd"]
        assert [row["feed_id"] for row in feed_health(connection, feed_ids=[fresh])] == [fresh]
    assert (first["articles"], first["articles_7d"], first["last_outcome"], first["enabled"]) == (
        2,
        1,
        "stored",
        True,
    )
    assert (second["articles"], second["last_outcome"], second["lease_owner"]) == (0, None, "w")
    assert second["lease_until"] == NOW + HOUR


def test_the_page_of_columns_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "columns.md"
    assert page.read_text("utf-8") == columns_markdown(), (
        "run: python -m ingest.store.describe > docs/columns.md"
    )


def test_every_column_and_table_says_what_it_means() -> None:
    for line in columns_markdown().splitlines():
        if line.startswith("| `"):
            assert len(line.split("|")[3].strip()) > 3, line


def test_the_database_itself_carries_the_comments(store: Store) -> None:
    if store.is_sqlite:
        with store.read() as connection:
            sql = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'article_attribution'"))
        assert "AS chain, -- Hands it passed through" in str(sql)
        return
    inspector = inspect(store.engine)
    for name in (*inspector.get_table_names(), *inspector.get_view_names()):
        if name != "alembic_version":
            assert all(column["comment"] for column in inspector.get_columns(name)), name
