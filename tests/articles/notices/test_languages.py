"""A rule does not cut what is plainly written in another language than its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.articles import blocks
from ingest.articles.notices import catalogue, check, find, languages
from ingest.records import Source


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Note: the pier is closed"),
        ("ja", "Edited by a committee"),
        ("ru", "Tags"),
        ("en", "Update: Unfall auf der Brücke mit Verletzten"),
    ],
)
def test_words_of_another_language_are_strange(language: str, words: str) -> None:
    assert languages.is_strange(language, words)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Mit Material von"),
        ("de", "Foto: "),
        ("da", "Licens: CC BY"),
        ("nl", "word lid of doneer"),
        ("ja", "写真: AP"),
        ("ja", "（）"),
        ("en", "Sign up for our newsletter"),
        ("en", "Photo: La Jornada de"),
    ],
)
def test_words_that_may_be_of_the_language_are_not(language: str, words: str) -> None:
    assert not languages.is_strange(language, words)


@pytest.mark.parametrize(
    "text",
    [
        "Editor Ann Cole quit on Friday.",
        "Illustrations by Dürer fill three rooms.",
        "Note: the trail is closed in winter.",
        "Download the app that came with the boat.",
    ],
)
def test_english_prose_is_left_alone_by_rules_of_other_languages(text: str) -> None:
    cut = [one for one in find.find(blocks.from_text(text), Source(text), catalogue.load()) if one.cut]
    assert cut == []


def test_a_footer_in_another_language_than_its_story_is_cut() -> None:
    text = "The pier is shut and the ferries are idle for the week.\nMit Material von dpa."
    (one,) = find.find(blocks.from_text(text), Source(text), catalogue.load())
    assert one.quote == "Mit Material von dpa."
    assert one.cut


RULE = """
[[rule]]
id = "x"
kind = "usage_terms"
confidence = 0.6
pattern = 'you may not have the words of this page'
examples = ["The pier is shut.\\nYou may not have the words of this page."]
"""


def test_the_languages_are_those_of_the_rule_files() -> None:
    shipped = {path.stem for path in catalogue.files_in(catalogue.RULES)}
    assert shipped - {"any"} == languages.LANGUAGES


@pytest.mark.parametrize("name", ["us", "af", "harbour"])
def test_rules_of_ones_own_count_in_every_language(tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.toml"
    file.write_text(RULE)
    rules = catalogue.load(tmp_path)
    assert check.check(rules, {str(file)}) == []
