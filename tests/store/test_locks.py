"""Transactions that meet on PostgreSQL: each takes its locks in one order, so one waits and both are carried out.

The moment is arranged: one of the two stops where it has the locks of the other, until that one is seen to wait for it.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, select, text, true

from ingest import linking
from ingest.feeds.feedlist import ListedFeed
from ingest.records import (
    Attribution,
    Brought,
    Containment,
    CopyRelation,
    FailureKind,
    Hop,
    HopRole,
    Lease,
    LinkedBy,
    Outcome,
    StoryLink,
)
from ingest.store import feeds, hosts, leases, replay, stories, story_locks, takedowns, versions
from ingest.store.engine import Store
from ingest.store.models import Host
from ingest.store.polls import persist
from ingest.store.reach import Target
from ingest.store.takedowns import lift, take_down
from ingest.store.types import HostScope, TakedownScope
from tests.store.samples import HOUR, NOW, brought, draft, entry, feed, leased, persisted, poll, record

T = TypeVar("T")

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)

LATER = NOW + 2 * HOUR


def somebody_waits(store: Store) -> bool:
    """Whether, within some seconds, a transaction waits for another's lock in this database."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(500):
        with store.read() as connection:
            if connection.scalar(text(sql)):
                return True
        time.sleep(0.01)
    return False


def stopping(store: Store, function: Callable[..., T], met: threading.Event) -> Callable[..., T]:
    """The function; when it has run for the first time it tells so, and goes on when somebody waits."""

    def stopped(*args: Any, **options: Any) -> T:
        result = function(*args, **options)
        if not met.is_set():
            met.set()
            somebody_waits(store)
        return result

    return stopped


def meeting(met: threading.Event, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """What both come to; the second begins when the first has told."""

    def late() -> Any:
        assert met.wait(10)
        return second()

    with ThreadPoolExecutor(2) as pool:
        return [one.result(30) for one in (pool.submit(first), pool.submit(late))]


def down(store: Store, article_id: int) -> int | None:
    target = Target(TakedownScope.ARTICLE, str(article_id))
    with store.write() as connection:
        return take_down(connection, target, copies=False, requester="A", reason="B", now=LATER)[0]


def test_a_takedown_and_a_poll_of_the_same_feed_are_both_carried_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = feed(store)
    poll(store, here, [draft(entry("1"))])
    news = brought(leased(store, here, at=LATER), [draft(entry("2"))], record(LATER))
    met = threading.Event()
    monkeypatch.setattr(takedowns, "find", stopping(store, takedowns.find, met))
    number, counts = meeting(met, lambda: down(store, 1), lambda: persisted(store, news))
    assert (number, counts.new) == (1, 1)


def test_a_takedown_does_not_wait_for_polls_that_brought_nothing(store: Store) -> None:
    here = feed(store)
    poll(store, here, [draft(entry("1"))])
    quiet = Brought(leased(store, here, at=LATER), record(LATER, Outcome.UNCHANGED, status=304))
    with ThreadPoolExecutor(1) as pool, store.write() as connection:
        persist(connection, [quiet])
        assert pool.submit(down, store, 1).result(10) == 1


def test_a_takedown_waits_for_the_archive_that_is_being_read_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = feed(store)
    silent = draft(entry("2"), attribution=Attribution())
    poll(store, here, [draft(entry("1")), silent])
    with store.read() as connection:
        (one,) = replay.read(connection, here, [2])
    met = threading.Event()
    monkeypatch.setattr(replay.derived, "names_in", stopping(store, replay.derived.names_in, met))

    def read_again() -> frozenset[int]:
        named = draft(entry("2")).extraction  # the people of article 1, and of no other before
        with store.write() as connection:
            return replay.replace(connection, [(one, named)], catalogue_version="c2")

    assert meeting(met, read_again, lambda: down(store, 1)) == [{2}, 1]


def test_a_takedown_is_lifted_while_a_poll_that_it_concerns_is_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = feed(store)
    poll(store, here, [draft(entry("1")), draft(entry("2"))])
    number = down(store, 1)
    assert number is not None
    edit = brought(leased(store, here, at=LATER), [draft(entry("2", "Edited."), 2)], record(LATER))
    met = threading.Event()
    monkeypatch.setattr(versions.derived, "names_in", stopping(store, versions.derived.names_in, met))

    def lifted() -> int:
        with store.write() as connection:
            return lift(connection, number, now=LATER).articles

    counts, count = meeting(met, lambda: persisted(store, edit), lifted)
    assert (counts.edited, count) == (1, 1)


def test_the_linker_writes_no_article_of_a_story_that_a_poll_has_in_hand(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = feed(store), feed(store, "https://other.example/feed")
    poll(store, one, [draft(entry("a"), attribution=by("One")), draft(entry("b"), attribution=by("One"))])
    poll(store, other, [draft(entry("c", published=NOW - 2 * HOUR), attribution=by("Two"))])
    link(store, 2, 1)
    edits = brought(
        leased(store, one, at=LATER),
        [draft(entry(n, "Edited."), k) for k, n in ((1, "a"), (2, "b"))],
        record(LATER),
    )
    met = threading.Event()
    monkeypatch.setattr(stories, "connect", stopping(store, stories.connect, met))

    def linked() -> None:
        story_locks.retried(lambda: link(store, 3, 2))

    _, counts = meeting(met, linked, lambda: persisted(store, edits))
    assert counts.edited == 2
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(DISTINCT story_id) FROM articles")) == 1


def by(name: str) -> Attribution:
    site = f"{name.lower()}.example"
    hop = Hop(0, name, f"https://{site}/", HopRole.DELIVERY, 1.0, (), site)
    return Attribution(hops=(hop,), publisher=name, publisher_url=hop.url, publisher_domain=site)


def link(store: Store, article_id: int, of: int) -> None:
    found = StoryLink(
        article_id, of, CopyRelation.COPY_OF, LinkedBy.FINGERPRINT, Containment(50, 50, 50, 1.0)
    )
    with store.write() as connection:
        linking._settle(connection, linking._Found([found]), now=NOW)


def test_two_batches_that_are_told_to_wait_by_the_same_platforms_are_both_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts_ = ("a1.one.example", "a2.two.example", "b2.two.example", "b1.one.example")
    ids = [feed(store, f"https://{host}/feed") for host in hosts_]
    witness = NOW - HOUR / 2  # each was told before: so what comes now widens to the platform
    with store.write() as connection:
        hosts.told_to_wait(
            connection, [hosts.Wish(99, f"https://{host}/", witness, NOW, "429") for host in hosts_]
        )
    met = threading.Event()
    monkeypatch.setattr(hosts, "_widens", stopping_at(3, stopping(store, hosts._widens, met), hosts._widens))
    first, second = ([limited(store, feed_id) for feed_id in some] for some in (ids[:2], ids[2:]))
    meeting(met, lambda: stored(store, first), lambda: stored(store, second))
    with store.read() as connection:
        waits = select(Host.host).where(Host.scope == HostScope.DOMAIN, Host.limited_until > NOW)
        assert set(connection.scalars(waits)) == {"one.example", "two.example"}


def stopping_at(number: int, stopping_: Callable[..., T], function: Callable[..., T]) -> Callable[..., T]:
    """Stops at the call of this number, not at those before."""
    calls = itertools.count(1)
    return lambda *args: (stopping_ if next(calls) >= number else function)(*args)


def limited(store: Store, feed_id: int) -> Brought:
    told = {"failure": FailureKind.RATE_LIMITED, "detail": "HTTP 429", "failures": 0.5, "status": 429}
    return Brought(leased(store, feed_id), record(NOW, Outcome.FAILED, **told))


def stored(store: Store, polls: list[Brought]) -> None:
    with store.write() as connection:
        persist(connection, polls)


@pytest.mark.parametrize("moment", range(1, 5))
def test_a_host_that_is_forgotten_at_the_moment_of_its_turn_is_noted_anew(store: Store, moment: int) -> None:
    with store.write() as connection:
        hosts.visited(connection, ["https://h.example/1"], NOW - 3 * HOUR)
    wish = hosts.Wish(7, "https://other.example/feed", NOW, NOW + HOUR, "429")

    statements = itertools.count(1)

    def forget(connection: Connection, *_: Any) -> None:
        """Before the statement of the turn that has this number."""
        if connection is asking and next(statements) == moment:
            with store.write() as other:
                hosts.told_to_wait(other, [wish])

    event.listen(store.engine, "before_cursor_execute", forget)
    with store.write() as connection:
        asking = connection
        assert turn(connection) == NOW


def test_the_feeds_file_is_followed_while_polls_of_its_feeds_are_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (feed(store, f"https://{name}.example/feed") for name in "ab")
    polls = [brought(leased(store, one), [draft(entry("1"))]) for one in (first, second)]
    file = [ListedFeed(f"https://{name}.example/feed", tags=("new",)) for name in "ba"]
    met = threading.Event()
    monkeypatch.setattr(feeds, "_set", stopping(store, feeds._set, met))

    def followed() -> int:
        with store.write() as connection:
            return feeds.sync_config(connection, file, NOW).updated

    assert meeting(met, followed, lambda: stored(store, polls)) == [2, None]


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_host_is_given_to_one_of_two_who_ask_at_the_same_moment(store: Store, by_hand: bool) -> None:
    """A claim of what is due is under way when the other begins, and sees nothing of it."""
    _, second = (feed(store, f"https://h.example/{n}") for n in range(2))
    elsewhere = feed(store, "https://i.example/feed")
    with store.write() as one, store.write() as other:
        if by_hand:
            assert [lease.feed_id for lease in claimed(one)] == [1, elsewhere]
            assert claimed(other, feed_ids=[second], due_only=False) == []
        else:
            assert claimed(one, feed_ids=[second], due_only=False)
            assert [lease.feed_id for lease in claimed(other)] == [elsewhere]


def test_a_host_where_a_turn_is_just_taken_is_not_claimed(store: Store) -> None:
    feed(store, "https://h.example/feed")
    with store.write() as one, store.write() as other:
        assert turn(one) == NOW
        assert claimed(other) == []


def test_a_host_where_a_turn_was_taken_since_the_claim_looked_is_given_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(store, "https://h.example/feed")
    monkeypatch.setattr(leases, "_claiming", leases._claiming.__wrapped__)
    monkeypatch.setattr(leases, "_its_turn", lambda *_: true())  # as it looked before that
    with store.write() as connection:
        assert turn(connection) == NOW
    with store.write() as connection:
        assert claimed(connection) == []


def test_a_turn_at_a_host_that_is_just_being_claimed_waits_and_is_refused(store: Store) -> None:
    feed(store, "https://h.example/feed")

    def asked() -> Any:
        with store.write() as connection:
            return turn(connection)

    with ThreadPoolExecutor(1) as pool:
        with store.write() as connection:
            assert claimed(connection)
            told = pool.submit(asked)
            assert somebody_waits(store)
        assert told.result(10) == hosts.BEING_POLLED


def turn(connection: Connection) -> Any:
    """A turn at the host, asked for by a poll of another one's feed."""
    until = NOW + HOUR
    return hosts.turn(
        connection,
        "https://h.example/a",
        feed_id=0,
        earliest=NOW,
        latest=until,
        gap=HOUR / 60,
        lease_for=HOUR,
    )


def claimed(connection: Connection, **which: Any) -> list[Lease]:
    how = {"owner": "w", "limit": 9, "lease_for": HOUR, "per_host": 1, "gap": HOUR / 60}
    return leases.claim(connection, now=NOW, **how, **which)
