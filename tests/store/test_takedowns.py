"""Takedowns: what is found, that nothing of it is left, that it stays away, and that it may come back."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, LargeBinary, String, cast, delete, event, insert, select, update

from ingest import linking
from ingest.errors import UsageError
from ingest.feeds.changes import keys_of
from ingest.records import (
    Attribution,
    Awaited,
    Containment,
    CopyRelation,
    Evidence,
    EvidenceKind,
    LinkedBy,
    StoryLink,
)
from ingest.store import stories, takedowns, withholding
from ingest.store.bulk import insert_all, table_of
from ingest.store.engine import Store
from ingest.store.known import known_articles
from ingest.store.models import (
    Article,
    ArticleVersion,
    AwaitedPage,
    Base,
    Feed,
    Fingerprint,
    HopRow,
    Person,
    Poll,
    Story,
    Trail,
)
from ingest.store.polls import persist
from ingest.store.queries import list_articles, show_article
from ingest.store.reach import Found, Target, find
from ingest.store.replay import read, waiting
from ingest.store.replay import replace as replace_reading
from ingest.store.takedowns import lift, listed, take_down
from ingest.store.types import TakedownScope
from tests.store.samples import (
    ATTRIBUTION,
    HOUR,
    NOW,
    brought,
    change,
    draft,
    entry,
    feed,
    leased,
    list_polls,
    poll,
    record,
    row,
)

SECRET = "The harbour master kept a ledger of every lamp that went out between the two wars"
TEXT = f"{SECRET}.\nHe wrote it in pencil, and nobody but the lamplighters of the lower town ever came to read it."
OTHER = "https://other.example/feed"


def stored(store: Store, feed_id: int, *names: str, text: str = TEXT, **fields: object) -> list[int]:
    """Articles of these guids, polled into the feed; their numbers."""
    poll(store, feed_id, [draft(entry(name, text, **fields)) for name in names])
    with store.read() as connection:
        table = table_of(Article)
        found = connection.execute(select(table.c.guid, table.c.id).where(table.c.feed_id == feed_id))
        ids = {row.guid: row.id for row in found}
    return [ids[name] for name in names]


def down(store: Store, scope: str, name: object, feed_id: int | None = None, *, copies: bool = False) -> int:
    """Number of the takedown."""
    target = Target(TakedownScope(scope), str(name), feed_id)
    with store.write() as connection:
        number, _ = take_down(
            connection, target, copies=copies, requester="Ada Marsh", reason="mine", now=NOW + HOUR
        )
    assert number is not None
    return number


def standing(store: Store) -> list[int]:
    with store.read() as connection:
        return sorted(row["article_id"] for row in list_articles(connection))


def places_with(store: Store, phrase: str) -> Iterator[str]:
    """Every column of every table that has a row with the phrase in it, whatever its type."""
    with store.read() as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, LargeBinary):
                    values = connection.scalars(select(column).where(column.is_not(None)))
                    held = any(phrase.encode() in bytes(value) for value in values)
                else:
                    matching = select(table).where(cast(column, String).contains(phrase))
                    held = connection.execute(matching.limit(1)).first() is not None
                if held:
                    yield f"{table.name}.{column.name}"


def test_no_table_keeps_a_word_of_it(store: Store) -> None:
    feed_id = feed(store)
    quoted = Evidence(EvidenceKind.NOTICE, "notice:0-9", SECRET, 0.9)
    told = replace(
        ATTRIBUTION,
        usage_terms=SECRET,
        evidence={"agency": (quoted,)},
        hops=tuple(replace(hop, evidence=(quoted,)) for hop in ATTRIBUTION.hops),
        bylines=tuple(replace(byline, evidence=(quoted,)) for byline in ATTRIBUTION.bylines),
    )
    first = draft(entry("1", TEXT, title=SECRET, tags=(SECRET,)), attribution=told)
    notice = replace(first.extraction.notices[0], quote=SECRET, fields={"title": SECRET})
    poll(store, feed_id, [replace(first, extraction=replace(first.extraction, notices=(notice,)))])
    (article_id,) = standing(store)
    poll(store, feed_id, [draft(entry("1", f"{TEXT} Edited."), article_id)], at=NOW + HOUR)
    with store.write() as connection:
        connection.execute(
            insert(table_of(Fingerprint)), {"article_id": article_id, "shingle": 7, "period": 1, "size": 1}
        )
    assert len(set(places_with(store, SECRET))) >= 10
    down(store, "article", article_id)
    assert list(places_with(store, SECRET)) == []
    assert list(places_with(store, "Cy Photo")) == []
    with store.read() as connection:
        assert connection.scalars(select(Fingerprint.article_id)).all() == []
        detail = show_article(connection, article_id)
    assert detail.article["status"] == "tombstoned"
    assert detail.article["url"] == "https://mirror.example/1"
    (takedown,) = detail.takedowns
    assert (takedown["requester"], takedown["reason"]) == ("Ada Marsh", "mine")
    assert takedown["requested_at"] == NOW + HOUR


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_not_even_the_bytes_of_the_file_keep_it(store: Store, tmp_path: Path) -> None:
    event.listen(store.engine, "connect", lambda made, _: made.execute("PRAGMA secure_delete = OFF"))
    (article_id,) = stored(store, feed(store), "1", text=TEXT + "\nMore." * 3000)
    takedowns.scrub(store.engine)
    assert SECRET.encode() in (tmp_path / "ingest.sqlite3").read_bytes()
    down(store, "article", article_id)
    takedowns.scrub(store.engine)
    for file in tmp_path.glob("ingest.sqlite3*"):
        assert SECRET.encode() not in file.read_bytes(), file.name


def test_names_that_stand_elsewhere_stay(store: Store) -> None:
    feed_id = feed(store)
    one, two = stored(store, feed_id, "1", "2")
    down(store, "article", one)
    with store.read() as connection:
        assert connection.scalar(select(Person.name).where(Person.name.startswith("Ada"))) is not None
    down(store, "article", two)
    with store.read() as connection:
        assert connection.scalars(select(Person.name)).all() == []


# --------------------------------------------------------------------------- how far it reaches


def test_an_address_reaches_what_stands_there_and_what_names_it_as_its_origin(store: Store) -> None:
    here, other = feed(store), feed(store, OTHER)
    (original,) = stored(store, here, "a", url="http://www.tribune.example/a?utm_source=x")
    named, unnamed = stored(store, other, "b", "c", text="Another text.")
    with store.write() as connection:  # c says nothing of its origin
        connection.execute(delete(table_of(HopRow)).where(HopRow.version_id == unnamed))
        connection.execute(
            update(ArticleVersion).where(ArticleVersion.id == unnamed).values(original_url=None)
        )
    found_ids = {original, named}
    with store.read() as connection:
        found = find(connection, Target(TakedownScope.URL, "https://tribune.example/a"))
    assert {row["article_id"] for row in found.articles} == found_ids
    down(store, "url", "https://tribune.example/a")
    assert standing(store) == [unnamed]


def test_a_site_reaches_its_hosts_and_all_it_passed_on_and_nothing_else(store: Store) -> None:
    plain = replace(
        ATTRIBUTION, hops=(), original_url=None, original_publisher_url=None, publisher_url=None, bylines=()
    )
    here = feed(store)
    drafts = [
        draft(entry("own", url="https://news.paper.example/1"), attribution=plain),
        draft(entry("like", url="https://notpaper.example/1"), attribution=plain),
        draft(entry("path", url="https://x.example/paper.example/1"), attribution=plain),
        draft(entry("from"), attribution=replace(plain, original_url="https://paper.example/9")),
    ]
    poll(store, here, drafts)
    down(store, "host", "paper.example")
    with store.read() as connection:
        left = {row["url"] for row in list_articles(connection)}
    assert left == {"https://notpaper.example/1", "https://x.example/paper.example/1"}
    again = [draft(entry("new", url="https://www.paper.example/2"), attribution=plain), drafts[3]]
    assert poll(store, here, again, at=NOW + 2 * HOUR).new == 0


def test_an_origin_that_only_copies_state_is_reached_as_well(store: Store) -> None:
    plain = replace(ATTRIBUTION, hops=(), original_url=None, original_publisher_url=None, publisher_url=None)
    poll(store, feed(store), [draft(entry(name), attribution=plain) for name in ("1", "2")])
    one, two = standing(store)
    with store.write() as connection:
        told = {"original_url": "https://paper.example/9", "hops": [], "bylines": [], "evidence": {}}
        connection.execute(
            insert(table_of(Trail)), [{"article_id": one, "version_id": one, "made_at": NOW, **told}]
        )
    for target in (
        Target(TakedownScope.HOST, "paper.example"),
        Target(TakedownScope.URL, "http://paper.example/9"),
    ):
        with store.read() as connection:
            assert [row["article_id"] for row in find(connection, target).articles] == [one]
    down(store, "url", "https://paper.example/9")
    assert standing(store) == [two]


def test_a_guid_is_withheld_in_its_feed_alone(store: Store) -> None:
    here, other = feed(store), feed(store, OTHER)
    down(store, "guid", "7", here)
    assert poll(store, here, [draft(entry("7"))]).new == 0
    assert poll(store, other, [draft(entry("7"))]).new == 1


def test_a_feed_taken_down_delivers_nothing_more(store: Store) -> None:
    here, other = feed(store), feed(store, OTHER)
    stored(store, here, "1", "2")
    kept = stored(store, other, "3", text="Another text.")
    down(store, "feed", "https://mirror.example/feed", here)
    assert standing(store) == kept
    assert poll(store, here, [draft(entry("4", "New."))], at=NOW + HOUR).new == 0


def test_copies_are_named_and_go_when_asked(store: Store) -> None:
    (one,) = stored(store, feed(store), "1", text=TEXT * 3, title="The ledger")
    (same,) = stored(store, feed(store, OTHER), "x", text=TEXT * 3, title="The ledger")
    (member,) = stored(store, feed(store, "https://third.example/feed"), "y", text="Told in other words.")
    with store.write() as connection:
        insert_all(connection, Story, [{"id": 1, "created_at": NOW, "updated_at": NOW}])
        for article_id in (one, member):
            change(connection, Article, article_id, story_id=1)
    with store.read() as connection:
        found = find(connection, Target(TakedownScope.ARTICLE, str(one)))
    assert {row["article_id"] for row in found.copies} == {same, member}
    down(store, "article", one)
    assert standing(store) == [same, member]
    down(store, "article", same, copies=True)
    assert standing(store) == [member]


# --------------------------------------------------------------------------- staying away


def test_it_comes_back_neither_by_guid_nor_link_nor_text_nor_as_a_copy(store: Store) -> None:
    here, other = feed(store), feed(store, OTHER)
    long = TEXT * 3
    (article_id,) = stored(store, here, "1", text=long)
    number = down(store, "article", article_id)
    returning = {
        "its guid": (here, entry("1", "Other.", url="https://mirror.example/else")),
        "its link": (other, entry("x", "Other.", url="http://www.mirror.example/1#top")),
        "its text": (other, entry("y", long, title="Title 1", url="https://else.example/y")),
        "a copy with another head and end": (other, entry("z", f"Lead.\n{TEXT}\nMore.", url=None, title="Z")),
        "its first lines run together": (
            other,
            entry("s", " ".join(TEXT.upper().split()) + " And…", url=None),
        ),
    }
    plain = replace(ATTRIBUTION, hops=(), original_url=None, original_publisher_url=None)
    for how, (feed_id, item) in returning.items():
        assert poll(store, feed_id, [draft(item, attribution=plain)], at=NOW + 2 * HOUR).new == 0, how
    keys = keys_of(entry("1", long))
    with store.read() as connection:
        assert withholding.withheld(connection, here, [keys]).names(keys)
        assert known_articles(connection, here, [keys]) == []
        assert not withholding.withheld(connection, here, [keys_of(entry("2"))])
    with store.write() as connection:
        lift(connection, number, now=NOW)
    assert poll(store, other, [draft(returning["its link"][1])], at=NOW + 3 * HOUR).new == 1


def test_another_article_with_a_line_in_common_is_no_copy(store: Store) -> None:
    here = feed(store)
    (article_id,) = stored(store, here, "1")
    down(store, "article", article_id)
    more = "And then the winter came, with a frost that held the ships in port for nine weeks and a day. " * 3
    assert poll(store, here, [draft(entry("2", f"{SECRET}.\n{more}"))], at=NOW + HOUR).new == 1
    assert poll(store, here, [draft(entry("3", f"{SECRET}."))], at=NOW + 2 * HOUR).new == 1


def test_a_home_page_that_a_lazy_feed_gives_every_entry_withholds_nothing(store: Store) -> None:
    here = feed(store)
    (article_id,) = stored(store, here, "1", url="https://mirror.example/")
    down(store, "article", article_id)
    item = entry("2", "Another.", url="https://mirror.example/")
    assert poll(store, here, [draft(item)], at=NOW + HOUR).new == 1


def test_a_guid_and_a_link_that_a_lazy_feed_gives_many_entries_withhold_none_of_them(store: Store) -> None:
    here = feed(store)
    same = {"url": "https://mirror.example/news"}
    drafts = [draft(entry("all", f"Of {n}.", title=f"Title {n}", **same)) for n in range(2)]
    poll(store, here, drafts)
    down(store, "article", standing(store)[0])
    fresh = [draft(entry("all", "Of 3.", title="Title 3", **same))]
    assert poll(store, here, fresh, at=NOW + HOUR).new == 1
    assert poll(store, here, drafts[:1], at=NOW + 2 * HOUR).new == 0


def test_a_short_item_is_known_again_by_path_and_title_when_its_site_moves(store: Store) -> None:
    here = feed(store)
    (article_id,) = stored(store, here, "1", text="Brief.")
    down(store, "article", article_id)
    moved = entry("regenerated", "Brief!", url="https://moved.example/1", title="Title 1")
    assert poll(store, here, [draft(moved)], at=NOW + HOUR).new == 0


def test_a_poll_that_is_storing_is_waited_for_and_what_it_stored_goes_as_well(store: Store) -> None:
    """On PostgreSQL; on SQLite the two could not run at once in any case."""
    here = feed(store)
    lease, item = leased(store, here), draft(entry("1", TEXT))
    looked, found = threading.Event(), []

    def remove() -> None:
        looked.wait()
        with store.write() as connection:
            target = Target(TakedownScope.HOST, "mirror.example")
            found.append(take_down(connection, target, copies=False, requester="A", reason="B", now=NOW)[1])

    thread = threading.Thread(target=remove)
    thread.start()
    with store.write() as connection:
        persist(connection, [brought(lease, [item])])
        looked.set()
        thread.join(0.3)  # the other has begun, and waits
    thread.join()
    assert [row["title"] for row in found[0].articles] == ["Title 1"]
    assert standing(store) == []


def test_a_copy_linked_while_a_takedown_looks_is_not_left_alone_in_a_story(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL; on SQLite the two could not run at once in any case."""
    one, two = stored(store, feed(store), "1", "2")

    def link() -> None:
        with store.write() as connection:
            copy = StoryLink(two, one, CopyRelation.COPY_OF, LinkedBy.FINGERPRINT, Containment(9, 9, 9))
            stories.connect(connection, [copy], now=NOW)

    thread = threading.Thread(target=link)

    def looking(connection: Connection, target: Target) -> Found:
        found = find(connection, target)
        thread.start()
        thread.join(0.3)  # it is done, or waits
        return found

    monkeypatch.setattr(takedowns, "find", looking)
    with store.write() as connection:
        target = Target(TakedownScope.ARTICLE, str(one))
        _, found = take_down(connection, target, copies=False, requester="A", reason="B", now=NOW)
        left = {row["story_id"] for row in (*found.articles, *found.copies)}
        linking.regroup(connection, {story_id for story_id in left if story_id}, now=NOW)
    thread.join()
    with store.read() as connection:
        assert row(connection, Article, two).story_id is None


def test_a_takedown_between_reading_and_writing_holds(store: Store) -> None:
    here = feed(store)
    (article_id,) = stored(store, here, "1")
    with store.read() as connection:
        kept = read(connection, here, waiting(connection, other_than=None)[here])
    down(store, "article", article_id)
    counts = poll(store, here, [draft(entry("1", "Edited."), article_id)], at=NOW + HOUR)
    assert (counts.new, counts.edited) == (0, 0)
    with store.write() as connection:
        reread = [(one, draft(entry("1")).extraction) for one in kept]
        assert replace_reading(connection, reread, catalogue_version="c2") == frozenset()
    assert list(places_with(store, SECRET)) == []


def test_an_edit_of_a_copy_that_was_left_standing_is_stored(store: Store) -> None:
    here, other = feed(store), feed(store, OTHER)
    (one,) = stored(store, here, "1")
    (copy,) = stored(store, other, "2", title="Copy", url="https://other.example/2")
    down(store, "article", one)
    edit = draft(entry("2", f"{TEXT}\nEdited.", url="https://other.example/2"), copy)
    assert poll(store, other, [edit], at=NOW + HOUR).edited == 1


def test_an_edit_of_a_copy_left_standing_may_keep_what_names_the_taken_down_one_and_name_no_more_of_it(
    store: Store,
) -> None:
    here, other = feed(store), feed(store, OTHER)
    whole = Attribution(publisher="Mirror Site")
    poll(store, here, [draft(entry("1", TEXT * 3), attribution=whole)])
    names = replace(whole, original_url="https://mirror.example/1")
    same = {"title": "Title 1", "url": "https://other.example/2"}
    poll(store, other, [draft(entry("2", TEXT * 3, **same), attribution=names)])
    poll(store, other, [draft(entry("3", "Another."), attribution=whole)], at=NOW + HOUR)
    one, copy, third = standing(store)
    down(store, "article", one)
    later = NOW + 2 * HOUR
    edit = draft(entry("2", TEXT * 3, published_raw="today", **same), copy, attribution=names)
    assert poll(store, other, [edit], at=later).edited == 1
    named = draft(entry("3", "Edited."), third, attribution=names)
    assert poll(store, other, [named], at=later + HOUR).edited == 0


def test_what_only_reading_shows_to_be_withheld_is_counted_and_lifting_reads_that_feed_again(
    store: Store,
) -> None:
    here = feed(store)
    number = down(store, "url", "https://tribune.example/a")  # where the entry says it appeared first
    with store.write() as connection:
        change(connection, Feed, here, etag='"same"')
    assert poll(store, here, [draft(entry("1"))], at=NOW + 2 * HOUR, etag='"same"').new == 0
    with store.read() as connection:
        (made,) = list_polls(connection, here)
        assert made["withheld"] == 1
    with store.write() as connection:
        assert lift(connection, number, now=NOW).feeds == ["https://mirror.example/feed"]
        assert row(connection, Feed, here).etag is None


# --------------------------------------------------------------------------- lifting


def test_lifting_lets_it_come_back_and_has_the_feed_read_whole(store: Store) -> None:
    here = feed(store)
    (article_id,) = stored(store, here, "1")
    with store.write() as connection:
        change(connection, Feed, here, etag='"same"')
    first = down(store, "article", article_id)
    second = down(store, "host", "mirror.example")
    with store.write() as connection:
        lifted = lift(connection, first, now=NOW)
    assert (lifted.articles, lifted.still_withheld) == (
        1,
        0,
    )  # the second takedown found nothing more to remove
    assert lifted.feeds == ["https://mirror.example/feed"]
    with store.read() as connection:
        assert row(connection, Feed, here).etag is None
        states = [(row["id"], row["lifted_at"]) for row in listed(connection)]
    assert states == [(first, NOW), (second, None)]
    assert poll(store, here, [draft(entry("1", TEXT))], at=NOW + HOUR).new == 0
    with store.write() as connection:
        lift(connection, second, now=NOW)
    assert poll(store, here, [draft(entry("1", TEXT))], at=NOW + 2 * HOUR).new == 1


def test_what_cannot_be_done_says_why(store: Store) -> None:
    (article_id,) = stored(store, feed(store), "1")
    number = down(store, "article", article_id)
    with store.read() as connection:
        with pytest.raises(UsageError, match=f"taken down since .*, by takedown {number}"):
            find(connection, Target(TakedownScope.ARTICLE, str(article_id)))
        with pytest.raises(UsageError, match="there is no article 99"):
            find(connection, Target(TakedownScope.ARTICLE, "99"))
    with store.write() as connection:
        lift(connection, number, now=NOW)
    with store.write() as connection:
        with pytest.raises(UsageError, match="was lifted"):
            lift(connection, number, now=NOW)
        with pytest.raises(UsageError, match="`ingest takedown list`"):
            lift(connection, 99, now=NOW)


# --------------------------------------------------------------------------- what polls said of it

ABOUT_IT = (
    "https://mirror.example/1 and 4 more: page not read, the feed's text is kept: else.example: HTTP 503",
    "https://www.mirror.example/1?utm_source=x: could not be extracted (it took too long); stored as plain text",
    "Title 1: could not be extracted (it took too long); stored as plain text",
)
ABOUT_ITS_SITE = (
    "https://mirror.example/12: page not read, the feed's text is kept: robots.txt asks not to",
    "https://else.example/a: page not read, the feed's text is kept: HTTP 404 at https://img.mirror.example/a",
    "https://else.example/b: page not read, the feed's text is kept: mirror.example: HTTP 503",
)
ABOUT_OTHERS = (
    "Title 12: could not be extracted (it took too long); stored as plain text",
    "https://notmirror.example/1: page not read, the feed's text is kept: notmirror.example: HTTP 404 Not Found",
    "2 entries over the cap of 1000 not read",
)
LINES = (*ABOUT_IT, *ABOUT_ITS_SITE, *ABOUT_OTHERS)


def warnings(store: Store) -> list[str]:
    with store.read() as connection:
        return [line for lines in connection.scalars(select(table_of(Poll).c.warnings)) for line in lines]


@pytest.mark.parametrize(
    ("scope", "name", "left"),
    [
        ("article", "1", (*ABOUT_ITS_SITE, *ABOUT_OTHERS)),
        ("url", "http://mirror.example/1", (*ABOUT_ITS_SITE, *ABOUT_OTHERS)),
        (
            "url",
            "https://notmirror.example/1",
            (*ABOUT_IT, *ABOUT_ITS_SITE, ABOUT_OTHERS[0], ABOUT_OTHERS[2]),
        ),
        ("host", "mirror.example", ABOUT_OTHERS),
    ],
)
def test_warnings_of_polls_do_not_go_on_naming_it(
    store: Store, scope: str, name: str, left: Sequence[str]
) -> None:
    poll(store, feed(store), [draft(entry("1", TEXT))], warnings=LINES)
    down(store, scope, name)
    assert warnings(store) == list(left)


def test_a_title_that_it_had_before_is_forgotten_as_well(store: Store) -> None:
    feed_id = feed(store)
    (article_id,) = stored(store, feed_id, "1", title="Lamps: a ledger")
    told = "Lamps: a ledger: could not be extracted (it took too long); stored as plain text"
    edited = draft(entry("1", OTHER, title="The ledger"), article_id)
    poll(store, feed_id, [edited], at=NOW + HOUR, warnings=(told,))
    assert warnings(store) == [told]
    down(store, "article", article_id)
    assert warnings(store) == []


def test_of_a_feed_taken_down_no_warning_stays(store: Store) -> None:
    feed_id, other = feed(store), feed(store, OTHER)
    poll(store, feed_id, [draft(entry("1", TEXT))], warnings=LINES)
    poll(store, other, [draft(entry("9", "Another text."))], warnings=ABOUT_OTHERS)
    down(store, "feed", "https://mirror.example/feed", feed_id)
    assert warnings(store) == list(ABOUT_OTHERS)


def test_a_page_that_is_awaited_from_a_site_taken_down_is_awaited_no_more(store: Store) -> None:
    reasons = ("tribune.example: HTTP 503 at https://tribune.example/a", "else.example: HTTP 503")
    drafts = [
        replace(draft(entry(str(n), TEXT), attribution=Attribution()), awaited=Awaited(why, 1, NOW))
        for n, why in enumerate(reasons)
    ]
    poll(store, feed(store), drafts)
    down(store, "host", "tribune.example")
    with store.read() as connection:
        assert connection.scalars(select(AwaitedPage.why)).all() == [reasons[1]]


def test_a_poll_under_way_stores_no_warning_that_names_it(store: Store) -> None:
    feed_id = feed(store)
    (article_id,) = stored(store, feed_id, "1")
    lease = leased(store, feed_id, at=NOW + 2 * HOUR)
    down(store, "article", article_id)
    down(store, "host", "img.mirror.example")
    late = brought(lease, [], record(NOW + 2 * HOUR, warnings=LINES))
    with store.write() as connection:
        persist(connection, [late])
    assert warnings(store) == [ABOUT_IT[2], ABOUT_ITS_SITE[0], ABOUT_ITS_SITE[2], *ABOUT_OTHERS]
