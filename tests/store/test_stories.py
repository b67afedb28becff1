"""Stories put together and taken apart: by the texts, by a person, by many workers; on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, text, update

from ingest.errors import UsageError
from ingest.records import Containment, CopyRelation, LinkedBy, StoryLink
from ingest.store import stories, story_locks
from ingest.store.bulk import table_of
from ingest.store.engine import Store
from ingest.store.models import Article, Story, StoryLinkRow
from tests.store.samples import NOW, draft, entry, feed, poll

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def articles(store: Store) -> None:
    """Articles 1 to 8."""
    poll(store, feed(store), [draft(entry(f"g{n}")) for n in range(8)])


def link(one: int, other: int) -> StoryLink:
    found = Containment(80, 90, 100)
    return StoryLink(one, other, CopyRelation.COPY_OF, LinkedBy.FINGERPRINT, found)


def connect(store: Store, *pairs: tuple[int, int]) -> set[int]:
    with store.write() as connection:
        return stories.connect(connection, [link(*pair) for pair in pairs], now=NOW)


def split(store: Store, *article_ids: int) -> set[int]:
    with store.write() as connection:
        return stories.split(connection, article_ids, now=LATER)


def merge(store: Store, one: int, other: int) -> set[int]:
    with store.write() as connection:
        return stories.merge(connection, (one, other), now=LATER)


def rows(store: Store, sql: str) -> Sequence[Any]:
    with store.read() as connection:
        return connection.execute(text(sql)).all()


def groups(store: Store) -> list[set[int]]:
    """The articles of each story, those of none left out."""
    found: dict[int, set[int]] = {}
    for article_id, story_id in rows(store, "select id, story_id from articles where story_id is not null"):
        found.setdefault(story_id, set()).add(article_id)
    return sorted(found.values(), key=min)


def in_force(store: Store) -> set[tuple[int, int, str]]:
    sql = "select article_id, of_article_id, relation from story_links where revoked_at is null"
    return {tuple(row) for row in rows(store, sql)}


def test_links_make_one_story_however_they_come(store: Store) -> None:
    assert connect(store, (2, 1), (3, 2)) == connect(store, (4, 3))
    assert connect(store, (6, 5)) != connect(store, (7, 5), (7, 4))
    assert groups(store) == [{1, 2, 3, 4, 5, 6, 7}]
    ((change, by, moved),) = rows(store, "select change, linked_by, article_ids from story_events")
    assert (change, by) == ("merged", "fingerprint")
    assert str(moved).strip("[]").replace(" ", "") in ("5,6,7", "5,6")


def test_a_link_keeps_its_evidence_and_the_time_it_was_first_found(store: Store) -> None:
    connect(store, (2, 1))
    with store.write() as connection:
        stories.connect(connection, [link(2, 1)], now=LATER)
    ((shared, contained, of_contained),) = rows(
        store, "select shared, contained, of_contained from story_links"
    )
    assert (shared, contained, of_contained) == (80, 0.8889, 0.8)
    with store.read() as connection:
        assert connection.scalars(select(StoryLinkRow.linked_at)).one() == NOW
    with store.write() as connection:
        stories.connect(connection, [link(1, 2)], now=LATER)
    assert in_force(store) == {(1, 2, "copy_of")}, "whichever way it points, there is one"


def test_two_workers_that_link_copies_at_once_make_one_story(store: Store) -> None:
    chain = list(pairwise(range(1, 9)))

    def work(pair: tuple[int, int]) -> None:
        story_locks.retried(lambda: connect(store, pair))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, chain))
    assert groups(store) == [set(range(1, 9))]


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_an_article_another_transaction_has_in_hand_is_not_waited_for(store: Store) -> None:
    with store.write() as other:
        other.execute(
            update(table_of(Article)).where(Article.id == 1).values(url="https://elsewhere.example")
        )
        with pytest.raises(story_locks.BusyError):
            connect(store, (2, 1))
    assert connect(store, (2, 1))


def test_a_text_that_changed_leaves_and_the_rest_stays_together(store: Store) -> None:
    (story,) = connect(store, (2, 1), (3, 1), (4, 1), (4, 3))
    with store.write() as connection:
        stories.revoke(connection, [(1, 2)], now=LATER)
        assert stories.regroup(connection, story, now=LATER) == {story}
    assert groups(store) == [{1, 3, 4}]
    assert rows(store, "select change, article_ids from story_events")[0][0] == "left"
    with store.write() as connection:
        stories.revoke(connection, [(3, 1), (4, 1), (4, 3)], now=LATER)
        assert stories.regroup(connection, story, now=LATER) == set()
    assert groups(store) == []
    assert rows(store, "select count(*) from stories")[0][0] == 1, "what was is kept"


def test_a_story_whose_bridge_is_gone_is_two(store: Store) -> None:
    (story,) = connect(store, (2, 1), (4, 3), (5, 3), (2, 4))
    with store.write() as connection:
        stories.revoke(connection, [(2, 4)], now=LATER)
        there = stories.regroup(connection, story, now=LATER)
    assert (len(there), groups(store)) == (2, [{1, 2}, {3, 4, 5}])


def test_a_story_without_articles_keeps_no_words(store: Store) -> None:
    connect(store, (2, 1), (4, 3), (6, 5), (8, 7))
    rows_before = rows(store, "select count(*) from stories")
    with store.write() as connection:
        connection.execute(update(Story).values(original_reason="article 1 names The Secret Ledger"))
    with store.write() as connection:
        connection.execute(
            update(Article).where(Article.id.in_((1, 2))).values(story_id=None)
        )  # as a takedown
        stories.regroup(connection, 1, now=LATER)
    connect(store, (4, 6))
    merge(store, 2, 4)
    told = rows(store, "select id from stories where original_reason is not null")
    assert (rows_before[0][0], [row.id for row in told]) == (4, [2])


def test_what_a_person_splits_stays_split_whatever_the_texts_say(store: Store) -> None:
    (story,) = connect(store, (2, 1), (3, 1), (3, 2))
    there = split(store, 3)
    assert groups(store) == [{1, 2}, {3}]
    assert story in there
    assert connect(store, (3, 1), (3, 2)) == set()
    connect(store, (4, 3), (4, 1))  # a further copy of both does not bring them together
    assert groups(store) == [{1, 2}, {3, 4}]
    assert {(3, 1, "apart"), (3, 2, "apart")} <= in_force(store)


def test_a_split_falls_apart_where_only_the_parted_one_held_it_together(store: Store) -> None:
    connect(store, (1, 3), (2, 3))
    assert len(split(store, 3)) == 3
    assert groups(store) == [{1}, {2}, {3}]


def test_those_split_together_stay_together_as_far_as_linked(store: Store) -> None:
    connect(store, (2, 1), (3, 1), (4, 3), (5, 1))
    split(store, 3, 4, 5)
    assert groups(store) == [{1, 2}, {3, 4}, {5}]


def test_whom_a_person_parted_keeps_a_story_to_be_merged_back_when_its_copies_leave(store: Store) -> None:
    (story,) = connect(store, (2, 1), (3, 1), (4, 3))
    (other,) = split(store, 3, 4) - {story}
    with store.write() as connection:
        stories.revoke(connection, [(4, 3)], now=LATER)
        assert len(stories.regroup(connection, other, now=LATER)) == 2
    assert groups(store) == [{1, 2}, {3}, {4}]
    merge(store, story, other)
    assert {1, 2} < groups(store)[0]


def test_a_merge_takes_a_split_back_and_the_evidence_holds_again(store: Store) -> None:
    (story,) = connect(store, (2, 1), (3, 1))
    before = in_force(store)
    (other,) = split(store, 3) - {story}
    assert merge(store, other, story) == {story}
    assert groups(store) == [{1, 2, 3}]
    assert in_force(store) == before | {(3, 1, "same_story")}
    changes = [row[0] for row in rows(store, "select change from story_events order by id")]
    assert changes == ["split", "merged"]
    assert connect(store, (3, 2))
    split(store, 3)
    assert groups(store) == [{1, 2}, {3}], "and a split takes a merge back"


def test_what_a_person_merges_holds_when_the_texts_say_nothing(store: Store) -> None:
    (one,), (other,) = connect(store, (2, 1)), connect(store, (4, 3))
    merge(store, one, other)
    with store.write() as connection:
        stories.revoke(connection, [(3, 1), (2, 1)], now=LATER)
        stories.regroup(connection, one, now=LATER)
    assert groups(store) == [{1, 3, 4}]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ((9,), "no article 9"),
        ((5,), "nothing to split"),
        ((1, 3), "not of one story"),
        ((1, 2), "all articles"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(store: Store, chosen: tuple[int, ...], said: str) -> None:
    connect(store, (2, 1), (4, 3))
    with pytest.raises(UsageError, match=said):
        split(store, *chosen)
    assert groups(store) == [{1, 2}, {3, 4}]


def test_a_merge_with_a_story_that_is_not_there_is_refused(store: Store) -> None:
    (story,) = connect(store, (2, 1))
    with pytest.raises(UsageError, match="story 99 has no articles"):
        merge(store, story, 99)
