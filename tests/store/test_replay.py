"""Replacing what was made of a version: whole, only while it stands as it was read, never against a worker."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text

from ingest.records import (
    Attribution,
    Completeness,
    Document,
    Extraction,
    Notice,
    NoticeKind,
    Person,
    Source,
    SourceFeed,
    SourceForm,
    Statement,
)
from ingest.store import replay
from ingest.store.engine import Store
from ingest.store.models import Article
from ingest.store.reach import Target
from ingest.store.replay import Kept
from ingest.store.takedowns import lift, take_down
from ingest.store.types import ArticleStatus, TakedownScope
from tests.store.samples import ATTRIBUTION, FOOTER, HOUR, NOW, change, document, draft, entry, feed, poll

OLD, NEW = "c1", "c2"


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [dict(row) for row in connection.execute(text(sql)).mappings()]


def waiting(store: Store, other_than: str | None = NEW, **narrowed: Any) -> dict[int, list[int]]:
    with store.read() as connection:
        return replay.waiting(connection, other_than=other_than, **narrowed)


def kept(store: Store, feed_id: int) -> list[Kept]:
    with store.read() as connection:
        ids = replay.waiting(connection, other_than=None)[feed_id]
        return replay.read(connection, feed_id, ids)


def put(store: Store, *read: tuple[Kept, Extraction]) -> frozenset[int]:
    with store.write() as connection:
        return replay.replace(connection, read, catalogue_version=NEW)


def uncut(one: Kept) -> Extraction:
    """Another reading: the footer is text, and nothing is known of the article but its licence."""
    body = f"Body.\n{FOOTER}"
    return Extraction(
        one.source.title, body, body, "<p>anew</p>", Document(body, ()), (), Attribution(license="CC0-1.0"),
        warnings=("seen anew",),
    )  # fmt: skip


def edit(store: Store, feed_id: int, guid: str, article_id: int) -> None:
    poll(store, feed_id, [draft(entry(guid, "Edited."), article_id)], at=NOW + HOUR)


def test_the_source_comes_back_as_the_stages_were_told_it(store: Store) -> None:
    feed_id = feed(store)
    rights = Statement("rights", "All mine", "item/dc:rights", "All mine")
    stated = Statement("rights", "Ours", "channel/copyright", "Ours")
    item = replace(
        entry("1"), statements=(rights,), language="en", authors=(Person("Ada", "a@mirror.example", None, "editor"),)
    )  # fmt: skip
    one = draft(item)
    told = Source(
        item.body,
        is_html=False,
        url=item.url,
        title=item.title,
        authors=item.authors,
        published=item.published,
        language="en",
        statements=(rights,),
        is_summary=True,
        base_url="https://mirror.example/base/",
        feed=SourceFeed("https://mirror.example/feed", "Mirror", "https://mirror.example/", "en", (stated,)),
    )
    poll(
        store, feed_id, [replace(one, source=told)], document(item, language="en", statements=(stated,))
    )  # fmt: skip
    (back,) = kept(store, feed_id)
    assert back.source == told
    assert back.catalogue_version == OLD
    assert back.notices == one.extraction.notices
    assert back.made == replay.made_of(one.extraction)


@pytest.mark.parametrize("form", SourceForm)
def test_the_form_of_the_source_says_how_to_read_it(store: Store, form: SourceForm) -> None:
    feed_id = feed(store)
    told = Source("x", is_html=form is not SourceForm.TEXT, is_page=form is SourceForm.PAGE)
    poll(store, feed_id, [replace(draft(entry("1")), source=told)])
    (back,) = kept(store, feed_id)
    assert back.source.form is form


def test_waiting_are_current_versions_that_other_rules_read(store: Store) -> None:
    one, other = feed(store), feed(store, "https://other.example/feed")
    poll(store, one, [draft(entry("1")), draft(entry("2"))])
    poll(store, other, [draft(entry("3"))], at=NOW + HOUR)
    edit(store, one, "1", 1)
    assert waiting(store) == {one: [2, 4], other: [3]}
    assert waiting(store, OLD) == {}
    assert waiting(store, None, feed_ids=[other]) == {other: [3]}
    assert waiting(store, since=NOW + HOUR) == {other: [3]}
    with store.write() as connection:
        change(connection, Article, 2, status=ArticleStatus.TOMBSTONED)
    assert waiting(store) == {one: [4], other: [3]}


def test_all_that_rules_decide_is_replaced_and_all_that_was_given_stays(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1")), draft(entry("2"))])
    before = rows(store, "SELECT * FROM article_versions ORDER BY id")
    one, two = kept(store, feed_id)
    assert put(store, (one, uncut(one))) == {one.version_id}
    now = rows(store, "SELECT * FROM article_versions ORDER BY id")
    assert now[1] == before[1]
    differs = {name for name, value in now[0].items() if value != before[0][name]}
    assert differs == {
        *("text", "html", "warnings", "evidence", "catalogue_version", "license", "copyright_holder"),
        *("publisher_id", "publisher_url", "original_publisher_id", "original_publisher_url", "original_url"),
        *("agency", "copyright_year", "usage_terms", "removal_contact"),
    }
    assert (now[0]["license"], now[0]["catalogue_version"]) == ("CC0-1.0", NEW)
    for table in ("notices", "hops", "bylines"):
        left = rows(store, f"SELECT DISTINCT version_id FROM {table}")
        assert [row["version_id"] for row in left] == [two.version_id]


def test_a_reading_brings_its_notices_hops_and_bylines(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"), attribution=Attribution())])
    (one,) = kept(store, feed_id)
    notice = Notice(NoticeKind.LICENSE, 0, 5, "Body.", "en.l", 0.9, {"license": "CC0", "authors": ("A", "B")})
    stated = replace(ATTRIBUTION, completeness=Completeness.FULL)
    assert put(store, (one, replace(uncut(one), notices=(notice,), attribution=stated)))
    (now,) = kept(store, feed_id)
    assert now.notices == (notice,)
    assert now.made.fields["completeness"] is Completeness.FULL
    assert [publisher for _, publisher, *_ in now.made.fields["hops"]] == [
        "@tribune.example", "herald", "mirror site @mirror.example"
    ]  # fmt: skip
    assert now.made.fields["bylines"][0] == ("ada marsh", "author", 0)


def test_a_version_that_a_worker_replaced_meanwhile_is_left_alone(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1")), draft(entry("2"))])
    one, two = kept(store, feed_id)
    edit(store, feed_id, "1", one.article_id)
    before = rows(store, "SELECT * FROM article_versions WHERE article_id = 1 ORDER BY id")
    assert put(store, (one, uncut(one)), (two, uncut(two))) == {two.version_id}
    assert rows(store, "SELECT * FROM article_versions WHERE article_id = 1 ORDER BY id") == before
    assert len(rows(store, "SELECT id FROM notices WHERE version_id = 1")) == 1


def test_a_version_that_other_rules_have_read_meanwhile_is_left_alone(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"))])
    (one,) = kept(store, feed_id)
    assert put(store, (one, uncut(one)))
    assert put(store, (one, replace(uncut(one), text="late"))) == frozenset()
    assert kept(store, feed_id)[0].made.text == uncut(one).text


def test_an_article_taken_down_meanwhile_gets_no_text_back(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"))])
    (one,) = kept(store, feed_id)
    with store.write() as connection:
        change(connection, Article, one.article_id, status=ArticleStatus.TOMBSTONED, current_version_id=None)
    assert put(store, (one, uncut(one))) == frozenset()


def down(store: Store, article_id: int) -> int:
    """Number of the takedown of this article."""
    target = Target(TakedownScope.ARTICLE, str(article_id))
    with store.write() as connection:
        number, _ = take_down(connection, target, copies=False, requester="A", reason="B", now=NOW)
    assert number is not None
    return number


def test_what_was_taken_down_meanwhile_is_not_given_to_the_next_article_stored(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1")), draft(entry("2"))])
    _, two = kept(store, feed_id)
    down(store, two.article_id)
    poll(store, feed_id, [draft(entry("3"))], at=NOW + HOUR)
    assert put(store, (two, uncut(two))) == frozenset()
    assert {row["version_id"] for row in rows(store, "SELECT version_id FROM notices")} == {1, 3}


def test_nobody_is_named_for_a_reading_that_comes_too_late(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"))])
    (one,) = kept(store, feed_id)
    down(store, one.article_id)
    assert put(store, (one, draft(entry("1")).extraction)) == frozenset()
    assert rows(store, "SELECT name FROM people") == []


def test_what_comes_back_after_a_takedown_is_lifted_has_a_new_number(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1"))])
    number = down(store, 1)
    with store.write() as connection:
        lift(connection, number, now=NOW)
    poll(store, feed_id, [draft(entry("1"))], at=NOW + HOUR)
    assert [row["id"] for row in rows(store, "SELECT id FROM articles")] == [2]


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_an_article_a_worker_has_in_hand_is_not_waited_for(store: Store) -> None:
    feed_id = feed(store)
    poll(store, feed_id, [draft(entry("1")), draft(entry("2"))])
    one, two = kept(store, feed_id)
    with store.write() as connection:
        connection.execute(select(Article.id).where(Article.id == one.article_id).with_for_update())
        assert put(store, (one, uncut(one)), (two, uncut(two))) == {two.version_id}
    assert put(store, (one, uncut(one))) == {one.version_id}
