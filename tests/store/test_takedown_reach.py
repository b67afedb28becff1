"""Takedowns: an address in whatever spelling, and a site by whatever hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import insert

from ingest.records import Attribution, Hop, HopRole
from ingest.store.bulk import table_of
from ingest.store.engine import Store
from ingest.store.models import Trail
from ingest.store.queries import list_articles
from ingest.store.reach import Target, find
from ingest.store.takedowns import take_down
from ingest.store.types import TakedownScope
from tests.store.samples import HOUR, NOW, draft, entry, feed, poll

PLAIN = Attribution(publisher="Mirror Site")


def down(store: Store, scope: TakedownScope, name: str) -> None:
    with store.write() as connection:
        take_down(
            connection,
            Target(scope, name),
            copies=False,
            requester="Ada Marsh",
            reason="mine",
            now=NOW + HOUR,
        )


def standing(store: Store) -> list[int]:
    with store.read() as connection:
        return sorted(row["article_id"] for row in list_articles(connection))


def told_by(**fields: object) -> Attribution:
    return replace(PLAIN, **fields)  # type: ignore[arg-type]


SPELT = {
    "in Unicode": "https://bücher.example/2026/ledger",
    "in Punycode": "http://www.XN--BCHER-KVA.example/2026/ledger",
    "in letters that are mapped": "https://BÜCHER.example/2026/ledger",
    "with an escaped path": "https://bücher.example/2026/%6C%65dger?utm_source=x",
    "with an escaped host": "https://b%C3%BCcher.example/2026/ledger/",
}


@pytest.mark.parametrize("how", SPELT)
@pytest.mark.parametrize(
    ("scope", "name"),
    [
        (TakedownScope.HOST, "xn--bcher-kva.example"),
        (TakedownScope.URL, "https://bücher.example/2026/ledger"),
        (TakedownScope.URL, "https://xn--bcher-kva.example/2026/ledger"),
    ],
)
def test_an_address_is_found_in_whatever_spelling(
    store: Store, how: str, scope: TakedownScope, name: str
) -> None:
    here = feed(store)
    origin = [Hop(0, None, SPELT[how], HopRole.ORIGIN, 0.9, ())]
    drafts = [
        draft(entry("link", "One.", url=SPELT[how]), attribution=PLAIN),
        draft(entry("original", "Two."), attribution=told_by(original_url=SPELT[how])),
        draft(entry("hop", "Three."), attribution=told_by(hops=tuple(origin))),
        draft(entry("other", "Four.", url="https://bucher.example/2026/ledger"), attribution=PLAIN),
    ]
    poll(store, here, drafts)
    down(store, scope, name)
    assert standing(store) == [4]
    again = [replace(one, change=replace(one.change, article_id=None)) for one in drafts[:3]]
    assert poll(store, here, again, at=NOW + 2 * HOUR).new == 0


THE_PAPER = (
    told_by(original_publisher="The Paper", original_publisher_domain="paper.example"),
    told_by(hops=(Hop(0, "The Paper", None, HopRole.ORIGIN, 0.9, (), "paper.example"),)),
    told_by(publisher="The Paper", publisher_domain="news.paper.example"),
)


def test_a_site_reaches_what_names_it_as_a_hand_and_keeps_it_out(store: Store) -> None:
    here = feed(store)
    other = told_by(original_publisher="Not The Paper", original_publisher_domain="notpaper.example")
    unknown = told_by(original_publisher="The Paper")  # there are many of that name
    drafts = [
        draft(entry(str(n), f"Text {n}."), attribution=told)
        for n, told in enumerate((*THE_PAPER, other, unknown), start=1)
    ]
    poll(store, here, drafts)
    down(store, TakedownScope.HOST, "paper.example")
    assert standing(store) == [4, 5]
    fresh = [
        draft(entry(f"new{n}", f"Another {n}."), attribution=told)
        for n, told in enumerate((*THE_PAPER, other))
    ]
    assert poll(store, here, fresh, at=NOW + 2 * HOUR).new == 1


def test_a_hand_that_only_copies_name_is_reached_as_well(store: Store) -> None:
    poll(store, feed(store), [draft(entry(name), attribution=PLAIN) for name in ("1", "2", "3")])
    by_name = {"position": 0, "publisher": "The Paper", "url": None, "domain": "paper.example"}
    by_address = {**by_name, "domain": None, "url": "https://www.paper.example/9"}
    told = {"version_id": 1, "made_at": NOW, "bylines": [], "evidence": {}}
    with store.write() as connection:
        connection.execute(
            insert(table_of(Trail)),
            [{**told, "article_id": n, "hops": [hop]} for n, hop in ((1, by_name), (2, by_address))],
        )
    with store.read() as connection:
        found = find(connection, Target(TakedownScope.HOST, "paper.example"))
    assert [row["article_id"] for row in found.articles] == [1, 2]
