"""The shipped rules against our own labelled passages (tests/data): figures may rise, never fall."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ingest.articles.blocks import from_text
from ingest.articles.notices import catalogue, patterns
from ingest.articles.notices.find import clean, explain, find, rebuild
from ingest.records import Notice, NoticeKind, Source
from tests.articles.notices.scoring import Label, Passage, figures, read

DATA = Path(__file__).parents[2] / "data"
FILES = sorted(DATA.glob("notices-*.jsonl"))
FLOORS: dict[str, dict[str, float]] = json.loads((DATA / "floors.json").read_text("utf-8"))
LABELLED_KINDS = {kind.value for kind in NoticeKind} - {"template"}  # what recurs is known only from a feed


@pytest.fixture(scope="module")
def found() -> dict[str, list[tuple[Passage, tuple[Notice, ...]]]]:
    """By file: every passage with what the shipped rules find in it as plain text."""
    rules = catalogue.load()
    return {
        path.stem: [
            (passage, find(from_text(passage.text), Source(body=passage.text, is_html=False), rules))
            for passage in read(path)
        ]
        for path in FILES
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_says_what_it_should_and_nothing_else(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        item = json.loads(line)
        assert item.keys() - {"why"} == {"id", "lang", "text", "spans", "negative"}, item["id"]
        assert item["negative"] == (not item["spans"]), item["id"]
        for span in item["spans"]:
            assert span.keys() == {"quote", "kind", "fields"}, item["id"]
            assert span["quote"] == span["quote"].strip(), item["id"]
            assert span["kind"] in LABELLED_KINDS, item["id"]
            assert span["fields"].keys() <= patterns.FIELDS, item["id"]
            assert isinstance(span["fields"].get("authors", []), list), item["id"]


def test_every_quote_is_in_its_text_in_order() -> None:
    for path in FILES:
        assert read(path), path.name  # read() refuses quotes that are missing or out of order


def test_no_two_passages_share_an_id_or_a_text() -> None:
    passages = [passage for path in FILES for passage in read(path)]
    for counts in (Counter(one.id for one in passages), Counter(one.text for one in passages)):
        assert [value for value, times in counts.items() if times > 1] == []


def test_a_third_of_the_passages_hold_no_notice() -> None:
    passages = [passage for path in FILES for passage in read(path)]
    assert sum(not passage.labels for passage in passages) >= len(passages) / 3


def test_every_kind_is_represented() -> None:
    kinds = {label.kind for path in FILES for passage in read(path) for label in passage.labels}
    assert kinds == LABELLED_KINDS


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_no_figure_falls_below_its_floor(
    name: str, found: dict[str, list[tuple[Passage, tuple[Notice, ...]]]]
) -> None:
    reached, floors = figures(found[name]), FLOORS[name]
    assert floors.keys() == reached.keys()
    assert {figure: value for figure, value in reached.items() if value < floors[figure]} == {}


def test_the_figures_of_two_passages_are_those_worked_out_by_hand() -> None:
    byline = Label(0, 8, "byline", {"authors": ["Orla P."]})
    story = Passage("a", "en", "By Orla.\nIt rains.", (byline,))
    found = [
        Notice(NoticeKind.BYLINE, 0, 11, "By Orla.\nIt", "r", 1.0, {"authors": ("orla p", "It")}),
        Notice(NoticeKind.COPYRIGHT, 12, 18, "rains.", "r", 0.3, cut=False),
    ]
    plain = Passage("b", "en", "Dry.", ())
    assert figures([(story, found), (plain, [])]) == pytest.approx(
        {
            "strip_precision": 7 / 9,  # "ByOrla." of "ByOrla.It"
            "strip_recall": 1,
            "kind_accuracy": 1,
            "fields_precision": 1 / 2,
            "fields_recall": 1,
            "fields_f1": 2 / 3,
            "negatives_untouched": 1,
            "body_kept": 6 / 8,  # "rains." of "Itrains."
        }
    )
    touched = Notice(NoticeKind.COPYRIGHT, 0, 4, "Dry.", "r", 1.0)
    assert figures([(plain, [touched])])["negatives_untouched"] == 0


def test_clean_text_and_notices_rebuild_every_passage(
    found: dict[str, list[tuple[Passage, tuple[Notice, ...]]]],
) -> None:
    for passage, notices in (pair for pairs in found.values() for pair in pairs):
        assert rebuild(clean(passage.text, notices), notices) == passage.text, passage.id


def test_what_is_left_unread_for_surer_rules_would_not_have_been_chosen(
    found: dict[str, list[tuple[Passage, tuple[Notice, ...]]]],
) -> None:
    """`explain` reads every rule to the end, `find` only what may still be chosen."""
    rules = catalogue.load()
    for passage, notices in (pair for pairs in found.values() for pair in pairs):
        source = Source(body=passage.text, is_html=False)
        told = [one for one in explain(from_text(passage.text), source, rules) if one.is_notice]
        assert [(one.rule, one.quote, one.confidence, one.fields) for one in notices] == [
            (one.rule, one.quote, one.confidence, one.fields) for one in told
        ], passage.id
