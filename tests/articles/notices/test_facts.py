"""What is plain about a line keeps rules from being tried on it that could say nothing there."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from ingest.articles import blocks
from ingest.articles.notices import catalogue, facts, find
from ingest.articles.notices.evidence import Setting
from ingest.articles.notices.rule import Rule
from ingest.articles.notices.sentences import segments
from ingest.records import NoticeKind, Source

RULES = {rule.id: rule for rule in catalogue.load().rules}


def tried(rule: Rule, html: str, line: int, *, near_misses: bool = False) -> bool:
    document = blocks.from_html(html)
    setting = Setting(segments(document), Source(html), near_misses=near_misses)
    return not facts.needs(rule) & facts.missing(setting.lines[line], setting)


def the_first(**wanted: object) -> Rule:
    """A rule of ours for Latin letters whose attributes are these."""
    return next(
        rule
        for rule in RULES.values()
        if rule.id.startswith(("en.", "any.", "de."))
        and all(getattr(rule, k) == v for k, v in wanted.items())
    )


TEXT = "<h2>The pier</h2>" + "<p>The pier is shut.</p>" * 12 + "<p><i>The pier is open.</i></p>"


@pytest.mark.parametrize(
    ("when", "where", "elsewhere"),
    [
        (("closing",), 12, 3),
        (("!heading",), 1, 0),
        (("opening",), 1, 6),
        (("last",), 13, 12),
    ],
)
def test_a_rule_for_one_place_is_not_tried_in_another(
    when: tuple[str, ...], where: int, elsewhere: int
) -> None:
    rule = replace(the_first(scope="sentences"), when=when)
    assert tried(rule, TEXT, where)
    assert not tried(rule, TEXT, elsewhere)


def test_a_short_whole_line_is_asked_of_the_line() -> None:
    rule = replace(the_first(scope="block", kind="read_more"), when=("short",))
    html = f"<p>The pier is shut.</p><p>{'Rain. ' * 20}</p>"
    assert tried(rule, html, 0)
    assert not tried(rule, html, 1)


def test_a_notice_of_several_lines_may_end_in_the_last_and_begin_before() -> None:
    rule = replace(the_first(scope="blocks"), when=("last",))
    assert tried(rule, TEXT, 12)


def test_of_near_misses_the_place_is_told_not_passed_over() -> None:
    rule = the_first(when=("closing",), scope="sentences")
    assert tried(rule, TEXT, 3, near_misses=True)


def test_a_notice_that_is_a_whole_line_is_no_paragraph() -> None:
    byline = the_first(scope="block", kind="byline")
    label = the_first(scope="block", kind="read_more", when=())
    caption = the_first(scope="block", kind="photo_credit", when=())
    for length, expected in (
        (120, (True, True, True)),
        (240, (False, True, True)),
        (320, (False, False, True)),
        (800, (False, False, False)),
    ):
        html = f"<p>The pier is shut.</p><p>By {'Ann Poe ' * (length // 8)}</p>"
        assert tuple(tried(rule, html, 1) for rule in (byline, label, caption)) == expected


def test_a_rule_of_another_script_says_nothing_in_a_text_without_its_letters() -> None:
    rule = next(rule for rule in RULES.values() if rule.id.startswith("ja.") and not rule.when)
    assert tried(rule, "<p>The pier (AP)</p><p>港は閉じた。</p>", 0)
    assert not tried(rule, "<p>The pier (AP)</p><p>It is shut.</p>", 0)
    assert not tried(rule, "<p>The pier (AP)</p><p>It is shut.</p>", 0, near_misses=True), (
        "explained as found"
    )


def test_what_the_neighbours_say_is_asked_when_it_is_known() -> None:
    rule = next(rule for rule in RULES.values() if rule.when == ("bio_line",))
    document = blocks.from_html(TEXT)
    setting = Setting(segments(document), Source(TEXT))
    assert not facts.beside(rule, setting.lines[3], setting)
    setting.kinds = {3: {NoticeKind.AUTHOR_BIO}}
    assert facts.beside(rule, setting.lines[3], setting)


def test_a_sign_in_latin_text_is_no_credit_of_another_script() -> None:
    html = "<p>The agency (ePA) sued.</p><p>The pier is shut (ePA)</p>"
    found = find.find(blocks.from_html(html), Source(html), catalogue.load())
    assert not [notice for notice in found if notice.rule.startswith("ja.")]
