"""Who is heard when a copy joins a story: a number that does not grow with it, and all whose word has decided."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from ingest import linking
from ingest.records import Attribution, Containment, CopyRelation, Hop, HopRole, LinkedBy, StoryLink
from ingest.store import hearing, trails
from ingest.store.engine import Store
from ingest.store.models import Article, Story, StoryLinkRow, Trail
from tests.store.samples import ATTRIBUTION, HOUR, NOW, draft, entry, feed, poll, row

MANY = hearing.MOST + 5
SILENT = Attribution(
    hops=(Hop(0, "One", "https://one.example/", HopRole.DELIVERY, 1.0, ()),), publisher="One"
)


@pytest.fixture
def story(store: Store) -> int:
    """Of the articles 1 to MANY, none of which names a source."""
    silent = [draft(entry(str(n), published=NOW), attribution=SILENT) for n in range(MANY)]
    poll(store, feed(store), silent)
    join(store, *range(2, MANY + 1))
    return 1


def join(store: Store, *article_ids: int) -> None:
    """Link articles with the first one, as copies."""
    found = Containment(50, 50, 50, 1.0)
    links = [StoryLink(n, 1, CopyRelation.COPY_OF, LinkedBy.FINGERPRINT, found) for n in article_ids]
    with store.write() as connection:
        linking._settle(connection, linking._Found(links), now=NOW)


def come(store: Store, attribution: Attribution, at: timedelta) -> int:
    """Another copy of the story, published so long after it."""
    with store.read() as connection:
        number = len(connection.execute(select(Article.id)).all()) + 1
    poll(
        store,
        1,
        [draft(entry(str(number), published=NOW + at), attribution=attribution)],
        at=NOW + number * HOUR,
    )
    join(store, number)
    return number


def told(store: Store, name: str) -> set[int]:
    """Articles whose trail begins there."""
    with store.read() as connection:
        return set(connection.scalars(select(Trail.article_id).where(Trail.original_publisher == name)))


def test_a_copy_is_told_with_no_more_others_however_many_there_are(
    store: Store, story: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    real = trails.own

    def own(connection: Connection, article_ids: Collection[int]) -> dict[int, Any]:
        read.append(len(article_ids))
        return real(connection, article_ids)

    monkeypatch.setattr(trails, "own", own)
    for _ in range(3):
        come(store, SILENT, HOUR)
    assert read == [hearing.MOST + 1] * 3


def test_what_a_late_copy_says_is_told_to_the_first_and_stays_told_when_others_come(
    store: Store, story: int
) -> None:
    firm = come(store, ATTRIBUTION, -HOUR)
    first = set(range(1, hearing.MOST + 1))
    assert told(store, "Tribune") == first
    later = come(store, SILENT, HOUR)
    assert told(store, "Tribune") == first | {later}
    with store.read() as connection:
        assert row(connection, Story, story).speakers == [firm]
        assert row(connection, Article, 1).is_original is False


def test_who_is_heard_whole_is_told_whole(store: Store, story: int) -> None:
    firm = come(store, ATTRIBUTION, -HOUR)
    with store.write() as connection:
        linking.retell(connection, [story], now=NOW)
    assert told(store, "Tribune") == set(range(1, firm))


def test_an_article_of_another_story_is_not_heard(store: Store, story: int) -> None:
    poll(store, 1, [draft(entry("x"))], at=NOW + 9 * HOUR)
    with store.read() as connection:
        assert MANY + 1 not in hearing.heard(connection, story, [MANY + 1])


def test_excerpts_are_those_of_articles_that_are_heard_as_well(store: Store, story: int) -> None:
    with store.write() as connection:
        connection.execute(
            StoryLinkRow.__table__.update()
            .where(StoryLinkRow.article_id == 3)
            .values(relation=CopyRelation.EXCERPT_OF)
        )
    with store.read() as connection:
        assert hearing.excerpts(connection, [1, 2, 3]) == {3}
        assert hearing.excerpts(connection, [2, 3]) == set()
