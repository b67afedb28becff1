from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

import pytest

from ingest.feeds.changes import MAX_VERSIONS, decide, keys_of, version_digest
from ingest.records import ChangeReason, Entry, KnownArticle, Person, Withheld

LONG = "The ferry left at dawn and nobody on the quay had thought to wave. " * 5


def entry(
    guid: str | None = "g1",
    url: str | None = "https://a.example/2026/ferry",
    title: str | None = "Ferry leaves",
    content: str = LONG,
) -> Entry:
    return Entry(guid=guid, url=url, title=title, summary=None, content=content)


def known(*entries: Entry, versions: int = 1, first_id: int = 1) -> list[KnownArticle]:
    return [
        KnownArticle(first_id + n, keys_of(e), version_digest(e), versions) for n, e in enumerate(entries)
    ]


def reasons(
    entries: Iterable[Entry], have: list[KnownArticle], **rest: object
) -> list[tuple[str, int | None]]:
    return [(c.reason.value, c.article_id) for c in decide(entries, have, **rest).changed]  # type: ignore[arg-type]


def test_an_unknown_entry_is_new() -> None:
    assert reasons([entry()], []) == [("new", None)]


def test_the_same_entry_again_is_unchanged() -> None:
    found = decide([entry()], known(entry()))
    assert found.changed == ()
    assert [u.article_id for u in found.unchanged] == [1]


@pytest.mark.parametrize(
    "edited",
    [
        entry(title="Ferry leaves at last"),
        entry(content=LONG + "More."),
        replace(entry(), authors=(Person("Ada"),)),
        entry(url="https://a.example/2026/ferry-2"),
    ],
)
def test_an_edit_is_a_version_of_the_same_article(edited: Entry) -> None:
    assert reasons([edited], known(entry())) == [("edited", 1)]


def test_the_feeds_own_update_stamp_and_tags_make_no_version() -> None:
    touched = replace(entry(), updated_raw="Mon, 02 Nov 2026 10:00:00 GMT", tags=("port",))
    assert reasons([touched], known(entry())) == []


@pytest.mark.parametrize(
    "moved",
    [
        entry(guid="other"),
        entry(guid="other", url="http://www.a.example/2026/ferry/"),
        entry(guid="https://b.example/?p=1", url="https://b.example/2026/ferry", content="shorter now"),
        entry(guid="n", url="https://b.example/new/place"),
        entry(guid=None),
    ],
    ids=["guid", "guid-and-scheme", "host", "all-but-content", "guid-gone"],
)
def test_a_changed_guid_link_or_host_is_not_a_new_article(moved: Entry) -> None:
    assert reasons([moved], known(entry())) == [(ChangeReason.MOVED.value, 1)]


def test_entries_that_share_the_link_of_one_page_are_told_apart_by_guid() -> None:
    page = "https://a.example/changelog"
    one = entry("v1", page, "Version 1", "First. " * 60)
    two = entry("v2", page, "Version 2", "Second. " * 60)
    assert reasons([two], known(one)) == [("new", None)]


def test_a_lazy_guid_is_no_identity_but_guid_and_link_are() -> None:
    def at(n: int) -> Entry:
        return entry("same", f"https://a.example/{n}", f"t{n}", f"Text {n}. " * 40)

    first = decide([at(1), at(2), at(3)], [])
    assert len(first.changed) == 3
    assert first.conflicts == 2
    assert reasons([at(2), at(4)], known(at(1), at(2), at(3))) == [("new", None)]


def test_entries_that_share_guid_and_link_are_told_apart_by_title() -> None:
    one, two = entry(title="First", content="a " * 200), entry(title="Second", content="b " * 200)
    assert len(decide([one, two], []).changed) == 2
    assert reasons([two, one], known(one, two)) == []
    assert reasons([replace(two, content="c " * 200), one], known(one, two)) == [("edited", 2)]


def test_a_repeated_entry_is_taken_once_and_counted() -> None:
    found = decide([entry(), entry(content="again")], [])
    assert len(found.changed) == 1
    assert found.changed[0].entry.content == LONG
    assert found.conflicts > 0


def test_an_article_whose_item_still_stands_is_not_taken_by_another_entry() -> None:
    twin = entry("g2", "https://a.example/2026/ferry", "Ferry leaves")
    assert reasons([twin], known(entry()), present={1}) == [("new", None)]


def test_a_weaker_key_never_takes_the_article_another_entry_has_by_guid() -> None:
    old = entry()
    thief = entry("g2")  # the same link, title and text under another guid, and first in the document
    assert reasons([thief, old], known(old)) == [("new", None)]


def test_short_equal_texts_prove_nothing() -> None:
    one = entry("a", "https://a.example/1", "Photo of the day", "A photo.")
    two = entry("b", "https://a.example/2", "Photo of the day", "A photo.")
    assert reasons([two], known(one)) == [("new", None)]


def test_entries_with_neither_guid_nor_link_are_known_by_their_content() -> None:
    notes = [entry(None, None, f"t{n}", f"d{n}") for n in range(10)]
    assert len(decide(notes, []).changed) == 10
    assert reasons(notes, known(*notes)) == []


def test_a_flapping_body_is_rewritten_only_so_often() -> None:
    found = decide([entry(content="now " + LONG)], known(entry(), versions=MAX_VERSIONS))
    assert found.changed == ()
    assert found.flapping == 1


def test_an_entry_under_a_takedown_is_withheld() -> None:
    key = keys_of(entry()).url_key
    assert key is not None
    found = decide([entry(guid="fresh")], [], withheld=Withheld(keys=frozenset({key})))
    assert found.changed == ()
    assert found.withheld == 1


def test_the_entry_of_an_article_left_standing_is_not_withheld_for_what_the_article_has_already() -> None:
    standing = known(entry())
    held = Withheld(keys=frozenset(key for key in keys_of(entry()).telling if key))
    touched = decide([replace(entry(), tags=("port",))], standing, withheld=held)
    assert ([same.article_id for same in touched.unchanged], touched.withheld) == ([1], 0)
    edited = replace(entry(), summary="A summary.")
    assert reasons([edited], standing, withheld=held) == [("edited", 1)]
    linked = known(entry(guid=None))
    assert reasons([entry(guid=None, content=LONG + "More.")], linked, withheld=held) == [("moved", 1)]


def test_an_edit_that_a_takedown_names_is_withheld_and_its_article_stands_on() -> None:
    key = keys_of(entry(content=LONG + "Taken down.")).content
    assert key is not None
    edited = replace(entry(content=LONG + "Taken down."), item_digest=b"raw")
    found = decide([edited], known(entry()), withheld=Withheld(keys=frozenset({key})))
    assert (found.changed, found.withheld) == ((), 1)
    assert [(same.article_id, same.item_digest) for same in found.unchanged] == [(1, b"")]


def test_an_entry_taken_down_claims_no_article_that_was_left_standing() -> None:
    gone, copy = entry(guid="gone"), entry(guid=None, url="https://a.example/copy")
    key = keys_of(gone).guid
    assert key is not None
    found = decide([gone, copy], known(copy), withheld=Withheld(keys=frozenset({key})))
    assert ([same.article_id for same in found.unchanged], found.withheld) == ([1], 1)


def test_changes_come_in_document_order() -> None:
    fresh = entry("z", "https://a.example/z", "Z", "z " * 200)
    edited = entry(content="edited " + LONG)
    changed = decide([fresh, edited], known(entry())).changed
    assert [c.entry.guid for c in changed] == ["z", "g1"]


def test_a_body_of_tags_that_never_close_is_known_in_linear_time() -> None:
    """Entries are recognised in the process that polls: nobody would kill it."""

    def took(size: int) -> float:
        began = time.process_time()
        keys_of(entry(content="<" * size))
        return time.process_time() - began

    assert took(80_000) < 8 * took(20_000) + 0.25
