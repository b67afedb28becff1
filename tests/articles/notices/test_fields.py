"""What captured words become in a notice: names cut where they end, words that name nobody left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.articles import blocks
from ingest.articles.notices import catalogue, find
from ingest.records import FieldValue, Source


def own_rules(folder: Path, kind: str, pattern: str) -> catalogue.Catalogue:
    """A catalogue with a rule made for this, own.r, of whole lines."""
    (folder / "own.toml").write_text(
        f'[[rule]]\nid = "r"\nkind = "{kind}"\npattern = \'{pattern}\'\nscope = "block"\n', "utf-8"
    )
    return catalogue.from_files([catalogue.RULES / "any.toml", folder / "own.toml"])


def stated(tmp_path: Path, kind: str, pattern: str, text: str) -> dict[str, FieldValue] | None:
    """The fields of a rule made for this, or None when what it captured was refused."""
    rules = own_rules(tmp_path, kind, pattern)
    said = f"Rain fell on the quay.\n{text}"
    found = find.find(blocks.from_text(said), Source(body=said, is_html=False), rules)
    return next((dict(notice.fields) for notice in found if notice.rule == "own.r"), None)


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("owned by Pier Notes All Rights Reserved", "Pier Notes"),
        ("owned by Pier Notes, alle Rechte vorbehalten", "Pier Notes"),
        ("owned by 港新聞社 不許複製", "港新聞社"),
        ("owned by 港新聞社 無断転載禁止", None),  # a ban is a notice of its own
        ("owned by Pier L.P. Distributed by Quay Wire", None),  # so is who distributes it
        ("owned by © Pier Notes", "Pier Notes"),
        ("owned by © by Pier Notes", "Pier Notes"),
        ("owned by La voce del porto", "La voce del porto"),
        ("owned by the voice del porto", None),
        ("owned by ООО «Утро области»", "ООО «Утро области»"),
        ("owned by Rufpost Sp. z o.o.", "Rufpost Sp. z o.o."),
        ("owned by «nuovo molo»", None),
        ("owned by «Nuovo giornale del molo»", "Nuovo giornale del molo"),
        ("owned by 부두신문and Pier Ltd.", "부두신문and Pier Ltd."),
    ],
)
def test_a_holder_ends_where_the_rights_begin(tmp_path: Path, text: str, holder: str | None) -> None:
    fields = stated(tmp_path, "copyright", "owned by <copyright_holder>", text)
    assert fields == (None if holder is None else {"copyright_holder": holder})


def test_a_year_behind_the_holder_is_the_year(tmp_path: Path) -> None:
    fields = stated(tmp_path, "copyright", "owned by <copyright_holder>", "owned by La Voz 2019-2021")
    assert fields == {"copyright_holder": "La Voz", "copyright_year": "2019-2021"}
    fields = stated(tmp_path, "copyright", "owned by <copyright_holder>", "owned by Studio 2000")
    assert fields == {"copyright_holder": "Studio 2000"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("[Pier Notes](https://pier.example/a).", "https://pier.example/a"),
        ("[https://pier.example/a]", "https://pier.example/a"),
        ("<https://pier.example/a>.", "https://pier.example/a"),
        ("https://pier.example/wiki/A_(b).", "https://pier.example/wiki/A_(b)"),
    ],
)
def test_an_address_ends_where_the_text_around_it_goes_on(tmp_path: Path, written: str, address: str) -> None:
    said = stated(tmp_path, "original_source", "see .{0,16}?<original_url>", f"See {written}")
    assert said == {"original_url": address}


@pytest.mark.parametrize(
    "href",
    [
        "mailto:desk@pier.example",
        "MAILTO:desk@pier.example?subject=Removal%20of%20a@b.example",
        "mailto:The%20Desk%20%3Cdesk@pier.example%3E",
    ],
)
def test_whom_to_write_to_stands_behind_a_word(tmp_path: Path, href: str) -> None:
    rules = own_rules(tmp_path, "removal_contact", "to have it removed, write to us")
    html = f"<p>Rain fell on the quay.</p><p>To have it removed, <a href='{href}'>write to us</a>.</p>"
    found = find.find(blocks.from_html(html), Source(body=html), rules)
    assert [dict(notice.fields) for notice in found] == [{"contact": "desk@pier.example"}]


def test_a_holder_does_not_run_on_into_the_next_sentence(tmp_path: Path) -> None:
    text = "owned by Pier Inc. All Rights Reserved. 許可なく転載できません"
    assert stated(tmp_path, "copyright", "owned by <copyright_holder>", text) is None


@pytest.mark.parametrize(
    ("agency", "fields"),
    [
        ("Archives", {}),
        ("Arşiv", {}),
        ("وكالات", {}),
        ("imago", {"agency": "imago"}),
        ("İHA", {"agency": "İHA"}),
    ],
)
def test_words_that_name_nobody_are_no_agency(
    tmp_path: Path, agency: str, fields: dict[str, FieldValue]
) -> None:
    assert stated(tmp_path, "wire_credit", "supplied by <agency>", f"supplied by {agency}") == fields


def test_a_byline_states_the_news_agency_that_stands_in_it(tmp_path: Path) -> None:
    said = stated(
        tmp_path, "byline", "told by <authors>(?:, associated press)?", "Told by Ann Poe, Associated Press"
    )
    assert said == {"authors": ("Ann Poe",), "agency": "Associated Press"}


@pytest.mark.parametrize(
    ("supplier", "fields"),
    [
        ("Ann Poe/AFP", {"authors": ("Ann Poe",), "agency": "AFP"}),
        ("赵磊", {"authors": ("赵磊",)}),
        ("민도현", {"authors": ("민도현",)}),
        ("남해군", {"agency": "남해군"}),  # a county, not Mr Nam
        ("江湾网", {"agency": "江湾网"}),
        ("sid/dpa", {"agency": "sid/dpa"}),
    ],
)
def test_who_is_taken_for_an_agency_may_be_a_person(
    tmp_path: Path, supplier: str, fields: dict[str, FieldValue]
) -> None:
    assert stated(tmp_path, "photo_credit", "lent by <agency>", f"Lent by {supplier}") == fields


def test_a_capital_article_makes_a_name_only_within_a_sentence(tmp_path: Path) -> None:
    text = "La voce del porto è sua"
    assert stated(tmp_path, "copyright", "<copyright_holder> è sua", text) is None


def test_a_text_lent_by_somebody_with_a_title_is_lent_by_a_person(tmp_path: Path) -> None:
    said = stated(tmp_path, "courtesy_of", "lent by <publisher>", "Lent by Dr. Una Fell")
    assert said == {"authors": ("Dr. Una Fell",)}


def test_who_is_thanked_for_a_find_is_a_person_or_a_site(tmp_path: Path) -> None:
    pattern = "seen at <via>"
    assert stated(tmp_path, "via_chain", pattern, "Seen at Anna Miller") == {"authors": ("Anna Miller",)}
    assert stated(tmp_path, "via_chain", pattern, "Seen at Pier Watch") == {"via": "Pier Watch"}
