"""Who shares fingerprints with whom: inside the window, without what is common, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text, update

from ingest.store import fingerprints
from ingest.store.bulk import insert_all, table_of
from ingest.store.engine import Store
from ingest.store.fingerprints import COMMON, PERIOD
from ingest.store.models import Article, Story
from ingest.store.types import ArticleStatus
from tests.store.samples import NOW, draft, entry, feed, poll

DAY = timedelta(days=1)
WINDOW = 30 * DAY


@pytest.fixture
def articles(store: Store) -> list[int]:
    """Numbers of sixty articles, all stored NOW."""
    drafts = [draft(entry(f"g{n}")) for n in range(60)]
    poll(store, feed(store), drafts)
    with store.write() as connection:
        connection.execute(update(table_of(Article)).values(last_changed_at=NOW))
        return sorted(fingerprints.times(connection, range(1, 200)))


def keep(store: Store, texts: dict[int, range], at: datetime = NOW) -> None:
    with store.write() as connection:
        fingerprints.keep(connection, [(article_id, some, at) for article_id, some in texts.items()])


def stored_at(store: Store, article_id: int, at: datetime) -> None:
    with store.write() as connection:
        connection.execute(
            update(table_of(Article)).where(Article.id == article_id).values(last_changed_at=at)
        )


def kin(store: Store, article_id: int, some: range, at: datetime = NOW) -> list[int]:
    with store.read() as connection:
        found = fingerprints.kin(connection, {article_id: some}, at=at, window=WINDOW)
        return [other for _, other in found.pairs]


def count(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(text("select count(*) from fingerprints")).scalar_one()


def test_who_shares_enough_of_the_lesser_text_is_kin_the_nearest_first(
    store: Store, articles: list[int]
) -> None:
    one, near, nearer, far, little = articles[:5]
    keep(store, {near: range(40), nearer: range(10, 50), far: range(41, 141), little: range(48, 52)})
    assert kin(store, one, range(10, 50)) == [nearer, near, little]


def test_the_greatest_hashes_are_stored_as_they_are(store: Store, articles: list[int]) -> None:
    with store.write() as connection:
        fingerprints.keep(connection, [(articles[0], (-(2**63), 2**63 - 1), NOW)])
        assert fingerprints.kin(connection, {articles[1]: (-(2**63),)}, at=NOW, window=WINDOW).pairs


def test_a_pair_of_the_same_poll_comes_once_and_nobody_is_kin_to_himself(
    store: Store, articles: list[int]
) -> None:
    texts = {articles[0]: range(30), articles[1]: range(30)}
    keep(store, texts)
    with store.read() as connection:
        found = fingerprints.kin(connection, texts, at=NOW, window=WINDOW)
    assert (found.pairs, found.common) == ([(articles[0], articles[1])], frozenset())


@pytest.mark.parametrize("age", [29, 31, 45, 400])
def test_only_what_was_stored_in_the_window_is_found(store: Store, articles: list[int], age: int) -> None:
    then = NOW - age * DAY
    stored_at(store, articles[0], then)
    keep(store, {articles[0]: range(30)}, then)
    assert kin(store, articles[1], range(30)) == ([articles[0]] if age < 30 else [])
    assert kin(store, articles[1], range(30), then) == [articles[0]]


def test_an_article_taken_down_is_nobodys_kin(store: Store, articles: list[int]) -> None:
    keep(store, {articles[0]: range(30)})
    with store.write() as connection:
        connection.execute(update(table_of(Article)).values(status=ArticleStatus.TOMBSTONED))
    assert kin(store, articles[1], range(30)) == []


def test_what_many_stories_have_names_nobody_and_what_many_copies_of_one_have_does(
    store: Store, articles: list[int]
) -> None:
    many = articles[: COMMON + 5]
    keep(store, {article_id: range(30) for article_id in many})
    assert kin(store, articles[-1], range(30)) == []
    with store.write() as connection:
        found = fingerprints.common(connection, range(20, 40), at=NOW, window=WINDOW)
        assert found == frozenset(range(20, 30))
        insert_all(connection, Story, [{"id": 1, "created_at": NOW, "updated_at": NOW}])
        connection.execute(update(table_of(Article)).where(Article.id.in_(many)).values(story_id=1))
    assert kin(store, articles[-1], range(30)) == many[: fingerprints.MOST_COMPARED]


def test_no_list_grows_beyond_the_cap_in_a_period(store: Store, articles: list[int]) -> None:
    for article_id in articles[: COMMON + 10]:
        keep(store, {article_id: range(3)})
    assert count(store) == 3 * COMMON
    keep(store, {articles[-1]: range(3)}, NOW + PERIOD)
    assert count(store) == 3 * COMMON + 3


def test_the_same_text_again_adds_nothing(store: Store, articles: list[int]) -> None:
    for _ in range(2):
        keep(store, {articles[0]: range(10), articles[1]: range(0)})
    assert count(store) == 10


def test_what_left_the_window_is_deleted_a_part_at_a_time(store: Store, articles: list[int]) -> None:
    keep(store, {articles[0]: range(30)}, NOW - WINDOW - 2 * PERIOD)
    keep(store, {articles[0]: range(20)}, NOW - WINDOW)
    for left in (40, 30, 20):
        with store.write() as connection:
            assert fingerprints.is_stale(connection, at=NOW, window=WINDOW)
            fingerprints.forget(connection, at=NOW, window=WINDOW, most=10)
        assert count(store) == left
    with store.read() as connection:
        assert not fingerprints.is_stale(connection, at=NOW, window=WINDOW)


def test_an_empty_store_knows_nobody(store: Store) -> None:
    assert kin(store, 1, range(30)) == []
    with store.read() as connection:
        assert not fingerprints.is_stale(connection, at=NOW, window=WINDOW)
