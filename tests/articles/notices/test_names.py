"""What can name a publication, what a person."""

from __future__ import annotations

import pytest

from ingest.articles.notices import names


@pytest.mark.parametrize(
    "name",
    [
        "Rufpost Sp. z o.o.",
        "Rufpost sp. z o.o.",
        "brand eins",
        "Pier Ltd. Holdings",
        "Nábřeží s.r.o.",
        "Harbour S.A.",
        "ООО «Утро области»",
        "みなと日報社",
    ],
)
def test_a_company_is_a_publication_with_its_legal_form(name: str) -> None:
    assert names.is_publication(name)


@pytest.mark.parametrize(
    "words",
    [
        "표시는 1952년 협약에서 널리 쓰이기 시작했다",
        "議会は橋を直した",
        "記者が語る話",
        "What happened then. The rest",
        "May 4",
        "10:00 AM",
        "7.30 p.m.",
        "Portuguese by Pier Notes",
        ".png",
        "Photo: handout",
    ],
)
def test_a_sentence_is_no_publication(words: str) -> None:
    assert not names.is_publication(words)


@pytest.mark.parametrize(
    "name", ["王小明", "김하나", "さとう はるか", "سامر حداد", "José Ortega y Gasset", "Ann van der Poe"]
)
def test_a_person_may_have_any_script_and_particles(name: str) -> None:
    assert names.is_person(name)


@pytest.mark.parametrize(
    "words",
    [
        "Dear Abby",
        "橋は直った",
        "港を歩く",
        "다리가 열렸다",
        "Staff Writer",
        "BBC Yorkshire",
        "Pier’s Ann Poe",
        "All About Bridges",
        "Political Correspondent",
    ],
)
def test_sentences_roles_and_titles_are_no_person(words: str) -> None:
    assert not names.is_person(words)


def test_quotation_marks_of_all_languages_are_taken_off() -> None:
    for quoted in (
        "„Uferblatt“",
        "„Uferblatt”",
        "«Uferblatt»",
        "»Uferblatt«",
        "“Uferblatt”",
        "「Uferblatt」",
    ):
        assert names.tidy(quoted) == "Uferblatt"
