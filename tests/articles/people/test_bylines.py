"""Names out of the line that a page gives as its author."""

from __future__ import annotations

import pytest

from ingest.articles.people.bylines import Byline, read


@pytest.mark.parametrize(
    ("line", "people"),
    [
        ("By Ana Lima and Bo Ek", ("Ana Lima", "Bo Ek")),
        ("By ANA LIMA, BO EK and CY O'DAY", ("Ana Lima", "Bo Ek", "Cy O'Day")),
        ("Von Anna Müller und Jörg Schmidt", ("Anna Müller", "Jörg Schmidt")),
        ("Por Maria João Silva e Rui Costa", ("Maria João Silva", "Rui Costa")),
        ("By Ana Lima | November 18, 2026 12:01 PM Print this", ("Ana Lima",)),
        ("by Ana Lima @analima Nov 18, 2026 at 9:24 pm ET • 2 min read", ("Ana Lima",)),
        ("Analysis by Ana Lima, Politics Editor-at-large", ("Ana Lima",)),
        ("By Ana Lima, Staff writer", ("Ana Lima",)),
        ("Ana Lima <ana@post.example>", ("Ana Lima",)),
        ("Ana Lima, MS, RDN", ("Ana Lima",)),
        ("Guy Lima, Jr.", ("Guy Lima Jr.",)),
        ("By Ana Lima. Harbour News", ("Ana Lima",)),
    ],
)
def test_the_people_are_read_without_what_surrounds_them(line: str, people: tuple[str, ...]) -> None:
    assert read(line).people == people


@pytest.mark.parametrize(
    ("line", "people", "agency"),
    [
        ("By ANA LIMA, AP Sports Writer", ("Ana Lima",), "AP"),
        ("ANA LIMA Associated Press", ("Ana Lima",), "Associated Press"),
        ("By ANA LIMA and BO EK, Associated Press", ("Ana Lima", "Bo Ek"), "Associated Press"),
        ("Reuters", (), "Reuters"),
        ("The Associated Press", (), "Associated Press"),
    ],
)
def test_an_agency_is_told_from_the_person_who_writes_for_it(
    line: str, people: tuple[str, ...], agency: str
) -> None:
    assert read(line) == Byline(people, agency)


def test_an_outlet_beside_the_writer_is_no_writer() -> None:
    assert read("By Ana Lima, CNN") == Byline(("Ana Lima",), None, ("CNN",))
    assert read("Ana Lima, Harbour Sport", own="Harbour") == Byline(("Ana Lima",), None, ("Harbour Sport",))
    assert read("Ana Lima, Harbour Current", spelled={"harbourcurrent"}).outlets == ("Harbour Current",)


def test_a_writer_s_own_site_bears_the_writer_s_name() -> None:
    assert read("By Ana Lima", spelled={"analima"}) == Byline(("Ana Lima",))


def test_a_date_behind_the_name_is_cut_with_the_word_before_it() -> None:
    assert read("By Ana Lima on Mar 2, 2026") == Byline(("Ana Lima",))
    assert read("Ana Lima, Harbour Post on 3/2/26").outlets == ("Harbour Post",)


@pytest.mark.parametrize(
    "line", ["admin", "Staff", "HARBOUR POST STAFF", "Редакция", "Editorial", "Gull bureau"]
)
def test_a_word_for_nobody_is_nobody(line: str) -> None:
    assert read(line, is_name=True).people == ()


def test_a_strange_name_is_one_only_where_the_markup_says_so() -> None:
    assert read("kei_eno", is_name=True).people == ("kei_eno",)
    assert read("kei_eno").people == ()
    assert read("Lima, Ana", is_name=True).people == ("Ana Lima",)
    assert read("Harbour", is_name=True, own="Harbour").people == ()


def test_no_address_and_no_essay_is_a_name() -> None:
    assert read("https://social.example/ana", is_name=True) == Byline()
    assert read("word " * 200, is_name=True) == Byline()
