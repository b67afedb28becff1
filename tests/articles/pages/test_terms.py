"""What a page asks of machines: recorded in its words, obeyed where it forbids keeping the text."""

from __future__ import annotations

import pytest

from ingest.articles.extract import extract
from ingest.articles.notices import catalogue
from ingest.articles.pages import terms
from ingest.articles.pages.page import read_page
from ingest.records import EvidenceKind, Source, Statement

URL = "https://post.example/a"
RSL = "https://post.example/license.xml"
BODY = (
    "<article>" + "<p>The ferry left late, and the harbour office wrote it down again.</p>" * 9 + "</article>"
)


def page(head: str) -> str:
    return f"<!doctype html><html><head><title>T</title>{head}</head><body>{BODY}</body></html>"


def said(statements: tuple[Statement, ...]) -> list[tuple[str, str, str]]:
    return [(s.value, s.place, s.quote) for s in statements if s.property.startswith("usage_")]


def test_robots_meta_for_all_and_for_us_is_recorded() -> None:
    head = (
        '<meta name="robots" content="index, NoAI, noimageai"><meta name="ingest" content="noarchive">'
        '<meta name="otherbot" content="nosnippet">'
    )
    assert said(read_page(page(head), URL).statements) == [
        ("robots: noai", "meta[name=robots]", "index, NoAI, noimageai"),
        ("robots: noimageai", "meta[name=robots]", "index, NoAI, noimageai"),
        ("robots: noarchive", "meta[name=ingest]", "noarchive"),
    ]


def test_tdmrep_and_rsl_in_the_head_are_recorded_and_an_rsl_document_is_no_licence() -> None:
    head = (
        '<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="/tdm.json">'
        '<link rel="license" type="application/rsl+xml" href="/license.xml">'
    )
    read = read_page(page(head), URL)
    assert said(read.statements) == [
        ("tdm-reservation: 1", "meta[name=tdm-reservation]", "1"),
        ("TDM policy: https://post.example/tdm.json", "meta[name=tdm-policy]", "/tdm.json"),
        (f"RSL licence: {RSL}", "link[rel=license]", "/license.xml"),
    ]
    assert "license" not in {statement.property for statement in read.statements}


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("noarchive, noai", ["robots: noarchive", "robots: noai"]),
        ("otherbot: noarchive, noai", []),
        ("otherbot: noarchive, ingest: noai", ["robots: noai"]),
        ("max-snippet: 5, unavailable_after: 25 Jun 2030 15:00:00 PST, noai", ["robots: noai"]),
    ],
)
def test_x_robots_tag_is_read_for_all_agents_and_for_us(header: str, values: list[str]) -> None:
    found = list(terms.in_headers({"x-robots-tag": header}, URL))
    assert [statement.value for statement in found] == values
    assert {(s.place, s.quote) for s in found} <= {("header/X-Robots-Tag", header)}


def test_terms_are_read_for_the_agent_that_the_operator_named() -> None:
    head = '<meta name="harbourbot" content="noarchive"><meta name="ingest" content="nosnippet">'
    read = read_page(page(head), URL, agent="HarbourBot")
    assert said(read.statements) == [("robots: noarchive", "meta[name=harbourbot]", "noarchive")]
    header = "harbourbot: noai, ingest: nosnippet"
    found = terms.in_headers({"x-robots-tag": header}, URL, "HarbourBot")
    assert [statement.value for statement in found] == ["robots: noai"]
    source = Source(body=page(head), is_page=True, url=URL, entry_body="<p>Late again.</p>")
    assert extract(source, catalogue.load(), agent="HarbourBot").text == "Late again."
    assert "harbour office" in extract(source, catalogue.load()).text


def test_headers_reserve_mining_and_link_to_terms() -> None:
    headers = {
        "tdm-reservation": "1",
        "link": f'</style.css>; rel=preload, <{RSL}>; rel="license"; type="application/rsl+xml"',
    }
    assert [(s.value, s.place) for s in terms.in_headers(headers, URL)] == [
        ("tdm-reservation: 1", "header/tdm-reservation"),
        (f"RSL licence: {RSL}", "header/Link[rel=license]"),
    ]


def test_terms_reach_the_attribution_as_usage_terms() -> None:
    found = extract(
        Source(body=page('<meta name="robots" content="noai">'), is_page=True, url=URL), catalogue.load()
    )
    assert found.attribution.usage_terms == "robots: noai"
    assert found.attribution.evidence["usage_terms"][0].quote == "noai"


@pytest.mark.parametrize(
    ("head", "kept"),
    [
        ('<meta name="robots" content="noai">', True),
        ('<meta name="tdm-reservation" content="0">', True),
        ('<meta name="robots" content="noarchive">', False),
        ('<meta name="tdm-reservation" content="1">', False),
    ],
)
def test_a_page_that_asks_not_to_be_kept_gives_its_names_and_not_its_text(head: str, kept: bool) -> None:
    body = page(head + '<meta name="author" content="Ana Lima">')
    source = Source(body=body, is_page=True, url=URL, entry_body="<p>Late again.</p>")
    found = extract(source, catalogue.load())
    assert ("harbour office" in found.text) is kept
    assert [byline.name for byline in found.attribution.bylines] == ["Ana Lima"]
    if kept:
        assert found.kept_source is None
    else:
        assert found.text == "Late again."
        assert found.kept_source is not None
        assert found.kept_source.body == "<p>Late again.</p>"
        assert "harbour office" not in repr(found.kept_source)
        assert any("not kept" in warning for warning in found.warnings)


def test_what_feed_and_page_say_are_both_evidence() -> None:
    site = "https://tern.example"
    footer = (
        f'<p>The post <a href="{site}/f">Ferry</a> appeared first on <a href="{site}">Tern Tribune</a>.</p>'
    )
    source = Source(
        body=page('<meta name="author" content="Ana Lima">'),
        is_page=True,
        url=URL,
        entry_body=f"<p>Late again.</p>{footer}",
    )
    found = extract(source, catalogue.load()).attribution
    assert found.original_publisher == "Tern Tribune"
    (evidence, *_) = found.evidence["original_publisher"]
    assert (evidence.kind.value, evidence.place.partition(":")[0]) == ("feed", "entry/body")
    assert [byline.name for byline in found.authors] == ["Ana Lima"]


CONSENT = (
    "<p>Before you go on to this site we and our partners ask to store and read cookies on your device, to measure how"
    " many people visit, to show advertising that fits your interests and to keep the service safe for everybody.</p>"
    "<p>You may accept all of it, refuse all of it, or choose in the settings what you allow, now or at any time.</p>"
)


@pytest.mark.parametrize(
    ("title", "summary", "kept"),
    [
        (
            "Harbour council postpones new ferry timetable",
            "The harbour council has postponed the winter timetable after fishermen complained about early sailings.",
            False,
        ),
        ("Ferry late", "Late again.", True),  # too few words to judge by
        (
            "渡船時刻表の変更を延期",
            "港湾評議会は漁業者の苦情を受けて冬の時刻表の導入を春まで延期した。",
            True,
        ),
    ],
)
def test_a_form_that_a_site_shows_instead_of_the_article_does_not_replace_the_summary(
    title: str, summary: str, kept: bool
) -> None:
    head = "<title>Before you go on</title><meta name=author content='Ana Lima'>"
    html = f"<html><head>{head}</head><body>{CONSENT}</body>"
    source = Source(body=html, is_page=True, url=URL, title=title, entry_body=f"<p>{summary}</p>")
    found = extract(source, catalogue.load())
    assert ("cookies" in found.text) is kept
    assert any("hardly a word of the entry" in warning for warning in found.warnings) is not kept
    assert (found.attribution.authors == ()) is not kept
    assert (found.kept_source is not None) is not kept


def test_what_a_page_states_is_of_the_page_though_its_text_is_not_kept() -> None:
    html = page('<meta name=robots content=noarchive><meta property="og:site_name" content="Tern Tribune">')
    entry = "<p>The ferry was late.</p>"
    found = extract(Source(body=html, is_page=True, url=URL, entry_body=entry), catalogue.load())
    assert found.kept_source is not None
    assert found.attribution.publisher == "Tern Tribune"
    assert {one.kind for one in found.attribution.evidence["publisher"]} == {EvidenceKind.PAGE}


LONG = "".join(
    f"<p>The harbour council postponed timetable number {n} after fishermen complained about sailings.</p>"
    for n in range(9)
)
ELSEWHERE = '<link rel=canonical href="https://consent.example/form"><meta name=author content="Max Muster">'


@pytest.mark.parametrize("robots", ["", "<meta name=robots content=noarchive>"])
@pytest.mark.parametrize("body", ["", "<p>Please accept our cookies or leave this site now.</p>", CONSENT])
def test_of_a_form_nothing_is_believed_however_short_it_is_and_whatever_it_forbids(
    body: str, robots: str
) -> None:
    html = f"<html><head><title>Before you go on</title>{ELSEWHERE}{robots}</head><body>{body}</body>"
    source = Source(body=html, is_page=True, url=URL, title="Harbour council waits", entry_body=LONG)
    found = extract(source, catalogue.load())
    assert found.attribution.original_publisher is None
    assert found.attribution.authors == ()
    assert any("hardly a word of the entry" in warning for warning in found.warnings)


def test_a_page_whose_body_a_script_would_fill_is_believed_by_its_title() -> None:
    head = '<title>Harbour council postpones timetable</title><meta name="author" content="Ana Lima">'
    source = Source(
        body=f"<html><head>{head}</head><body><div id=app></div></body></html>",
        is_page=True,
        url=URL,
        title="Harbour council postpones timetable",
        entry_body=LONG,
    )
    assert [one.name for one in extract(source, catalogue.load()).attribution.authors] == ["Ana Lima"]


def test_a_page_with_less_than_the_feed_gave_does_not_replace_it() -> None:
    full = "".join(f"<p>Paragraph {n} of the entry, longer than all the page.</p>" for n in range(30))
    source = Source(body=page(""), is_page=True, url=URL, entry_body=full)
    assert "Paragraph 29" in extract(source, catalogue.load()).text
