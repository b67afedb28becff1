"""Which copy of a story is the original, by what the copies say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ingest.articles.copies.originals import judge
from ingest.records import Attribution, Hop, HopRole, StoryCopy

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def copy(
    number: int,
    publisher: str,
    *before: tuple[HopRole, str],
    at: datetime | None = NOON,
    excerpt: bool = False,
) -> StoryCopy:
    """An article that `publisher` delivered, and the hands it names before."""
    home = f"https://{publisher.lower().replace(' ', '')}.example"
    hops = [Hop(n, name, None, role, 0.9, ()) for n, (role, name) in enumerate(before)]
    hops.append(Hop(len(hops), publisher, home, HopRole.DELIVERY, 1.0, ()))
    stated = Attribution(hops=tuple(hops), publisher=publisher, publisher_url=home)
    return StoryCopy(number, stated, f"{home}/story", at, NOON, is_excerpt=excerpt)


def origin(name: str) -> tuple[HopRole, str]:
    return (HopRole.ORIGIN, name)


def test_the_copy_that_another_names_as_its_source_is_the_original() -> None:
    found = judge([copy(1, "Mirror", origin("Tribune")), copy(2, "Tribune", at=None), copy(3, "Herald")])
    assert found.is_original == {1: False, 2: True, 3: False}
    assert found.reason == "article 1 names Tribune as its source"


def test_an_address_names_it_as_well() -> None:
    named = copy(1, "Mirror", origin("The Morning Paper"))
    stated = Attribution(
        hops=named.attribution.hops, publisher="Mirror", original_url="https://tribune.example/story/"
    )
    found = judge([StoryCopy(1, stated), copy(2, "Tribune")])
    assert found.is_original == {1: False, 2: True}


def test_who_names_an_earlier_hand_itself_is_not_the_original_even_if_named() -> None:
    found = judge([copy(1, "Mirror", (HopRole.UPSTREAM, "Herald")), copy(2, "Herald", origin("Tribune"))])
    assert found.is_original == {1: False, 2: False}
    assert found.reason == "article 2 names Tribune, of whom there is no copy here"


def test_an_excerpt_of_another_copy_is_not_the_original_even_if_named() -> None:
    found = judge(
        [copy(1, "Mirror", (HopRole.UPSTREAM, "Herald")), copy(2, "Herald", excerpt=True), copy(3, "Tribune")]
    )
    assert found.is_original[2] is False


def test_where_a_source_outside_is_named_an_earlier_text_may_be_its_own() -> None:
    told = [
        copy(1, "Mirror", origin("The Morning Paper")),
        copy(2, "Morning Papers Online", at=NOON - HOUR),
        copy(3, "Herald", at=NOON + HOUR),
    ]
    assert judge(told).is_original == {1: False, 2: None, 3: False}


def test_an_agencys_text_is_nobodys_original() -> None:
    found = judge(
        [copy(1, "Mirror", (HopRole.AGENCY, "Reuters")), copy(2, "Herald", (HopRole.AGENCY, "Reuters"))]
    )
    assert found.is_original == {1: False, 2: False}


def test_where_nobody_names_a_source_the_earliest_stated_time_tells() -> None:
    found = judge([copy(1, "Mirror", at=NOON + HOUR), copy(2, "Tribune")])
    assert found.is_original == {1: False, 2: True}
    assert found.reason


def test_what_nothing_tells_stays_unknown() -> None:
    assert judge([copy(1, "Mirror"), copy(2, "Tribune")]).is_original == {1: None, 2: None}
    assert judge([copy(1, "Mirror", at=None), copy(2, "Tribune")]).is_original == {1: None, 2: None}


def test_of_two_feeds_of_the_source_one_article_is_the_original() -> None:
    told = [copy(1, "Mirror", origin("Tribune")), copy(2, "Tribune", at=NOON + HOUR), copy(3, "Tribune")]
    assert judge(told).is_original == {1: False, 2: False, 3: True}
