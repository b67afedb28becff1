"""Credits that stand around a page's body, and what they make of its attribution."""

from __future__ import annotations

from functools import cache

import pytest

from ingest.articles.extract import extract
from ingest.articles.notices import catalogue
from ingest.articles.pages.page import read_page
from ingest.records import Attribution, HopRole, Source, Statement

URL = "https://www.gullpoint.com/news/ferry"
ELSEWHERE = "https://www.harbourpost.net/2026/ferry"
STORY = "".join(
    f"<p>On day {n} the ferry left the pier an hour late, and the harbour office wrote that nobody who waited there"
    " had asked for the reason, which the captain kept to himself.</p>"
    for n in range(8)
)
SITE = '<meta property="og:site_name" content="Gull Point">'
NAV = "".join(f'<a href="https://www.gullpoint.com/{n}">Part {n}</a>' for n in range(12))


@cache
def rules() -> catalogue.Catalogue:
    return catalogue.load()


def html(head: str = "", *, above: str = "", below: str = "", footer: str = "") -> str:
    return (
        f"<!doctype html><html><head><title>Ferry late</title>{SITE}{head}</head><body><nav>{NAV}</nav>{above}"
        f"<div id=story><h1>Ferry late</h1>{STORY}</div>{below}<footer>{footer}</footer></body></html>"
    )


def read(page: str, url: str | None = URL) -> Attribution:
    return extract(Source(body=page, is_page=True, url=url), rules()).attribution


def authors(found: Attribution) -> list[str]:
    return [byline.name for byline in found.authors]


def stated(page: str, name: str, url: str | None = URL) -> list[tuple[str, str, str]]:
    return [(s.value, s.place, s.quote) for s in read_page(page, url).statements if s.property == name]


# --------------------------------------------------------------------------- where it appeared first


def canonical(url: str) -> str:
    return f'<link rel="canonical" href="{url}">'


def test_a_canonical_link_to_another_publisher_names_the_first() -> None:
    found = read(html(canonical(ELSEWHERE)))
    assert (found.original_publisher, found.original_url) == ("harbourpost.net", ELSEWHERE)
    assert [e.place for e in found.evidence["original_publisher"]] == ["link[rel=canonical]"]
    assert [hop.role for hop in found.hops] == [HopRole.ORIGIN, HopRole.DELIVERY]


def test_a_publisher_known_by_its_address_has_the_name_the_page_s_text_gives_it() -> None:
    found = read(html(canonical(ELSEWHERE), below="<p>The captain had told Harbour Post nothing.</p>"))
    assert found.original_publisher == "Harbour Post"
    assert ("text", "Harbour Post") in [(e.place, e.quote) for e in found.evidence["original_publisher"]]


@pytest.mark.parametrize(
    "own",
    [
        URL,
        "https://www.gullpoint.co.uk/news/ferry",  # an edition
        "https://gullpoint.blogspot.com/ferry",  # where it is hosted
        "https://www.harbourpost.net/",  # a home page: no article stands there
        "https://gullpoint-com.cdn.ampproject.org/c/ferry",
    ],
)
def test_a_canonical_link_to_oneself_is_no_evidence(own: str) -> None:
    found = read(html(canonical(own)))
    assert found.original_publisher is None
    assert [hop.publisher for hop in found.hops] == ["Gull Point"]


def test_a_page_whose_links_stay_on_the_canonical_site_was_moved_not_republished() -> None:
    moved = html(canonical(ELSEWHERE)).replace("www.gullpoint.com", "www.harbourpost.net")
    assert read(moved).original_publisher is None
    assert stated(moved, "home_url")[0][0].startswith("https://www.harbourpost.net/")


def test_a_saved_copy_is_of_the_site_its_links_stay_on() -> None:
    saved = "http://localhost/ferry.html"
    assert read(html(canonical(URL)), saved).original_publisher is None
    assert read(html(canonical(ELSEWHERE)), saved).original_url == ELSEWHERE


@pytest.mark.parametrize("name", ["Gull Point", "gullpoint.com", "GullPoint"])
def test_a_source_organization_that_is_the_page_s_own_is_no_evidence(name: str) -> None:
    script = f'{{"@type": "NewsArticle", "sourceOrganization": {{"name": "{name}"}}}}'
    assert read(html(f'<script type="application/ld+json">{script}</script>')).original_publisher is None


def test_a_provider_at_the_page_s_own_address_is_the_page_s_own_house() -> None:
    script = '{"@type": "NewsArticle", "provider": {"name": "Tern Media House", "url": "%s"}}'
    head = '<script type="application/ld+json">%s</script>'
    assert read(html(head % (script % "https://www.gullpoint.com/"))).original_publisher is None
    assert read(html(head % (script % "https://tern.media/"))).original_publisher == "Tern Media House"


@pytest.mark.parametrize(
    "line",
    [
        "Dieser Artikel erschien zuerst bei Harbour Post.",
        "Este artículo fue publicado originalmente en Harbour Post.",
        "Cet article a d'abord été publié par Harbour Post.",
        "Questo articolo è apparso originariamente su Harbour Post.",
    ],
)
def test_a_line_outside_the_article_is_understood_in_other_languages(line: str) -> None:
    assert read(html(below=f"<div class=note>{line}</div>")).original_publisher == "Harbour Post"


def test_a_source_organization_that_is_another_is() -> None:
    script = '{"@type": "NewsArticle", "sourceOrganization": {"name": "Harbour Post"}}'
    found = read(html(f'<script type="application/ld+json">{script}</script>'))
    assert found.original_publisher == "Harbour Post"
    assert found.evidence["original_publisher"][0].place == "jsonld/NewsArticle/sourceOrganization/name"


def test_the_badge_of_a_provider_that_links_elsewhere_names_it() -> None:
    badge = (
        '<span class="badge" itemprop="publisher"><a href="https://www.harbourpost.net/" title="x">'
        '<img alt="Harbour Post" src="/l.png"></a></span>'
    )
    found = read(html(above=badge))
    assert found.original_publisher == "Harbour Post"
    assert found.original_url is None
    assert [e.place for e in found.evidence["original_publisher"]] == ["span[itemprop=publisher]"]
    assert read(html(above=badge.replace("https://www.harbourpost.net/", URL))).original_publisher is None


@pytest.mark.parametrize("where", ["above", "below"])
def test_a_line_outside_the_article_says_where_it_was_published(where: str) -> None:
    line = f'This article was originally published by <a href="{ELSEWHERE}">Harbour Post</a>.'
    found = read(html(**{where: f'<div class="origin-note">{line}</div>'}))
    assert found.original_publisher == "Harbour Post"
    (evidence,) = found.evidence["original_publisher"]
    assert evidence.quote == "This article was originally published by Harbour Post."
    assert evidence.place == "div.origin-note"


def test_a_line_in_a_list_of_other_stories_says_nothing_of_this_one() -> None:
    line = "<div class='related'><p>This article was originally published by Harbour Post.</p></div>"
    assert read(html(below=line)).original_publisher is None


def test_when_this_page_was_first_published_is_no_publisher() -> None:
    assert read(html(above="<p>First published on November 19, 2026</p>")).original_publisher is None


# --------------------------------------------------------------------------- agencies


def test_an_agency_in_the_author_s_place_wrote_it_and_is_no_person() -> None:
    found = read(html('<meta name="author" content="Reuters">'))
    assert (found.agency, found.original_publisher, authors(found)) == ("Reuters", "Reuters", [])
    assert [hop.role for hop in found.hops] == [HopRole.AGENCY, HopRole.DELIVERY]
    assert found.evidence["agency"][0].quote == "Reuters"


def test_a_credit_beside_the_author_s_place_does_not_make_the_agency_less_of_an_author() -> None:
    page = html('<meta name="author" content="Reuters">').replace("</h1>", "</h1><p>(Reuters)</p>")
    assert read(page).original_publisher == "Reuters"


def test_an_agency_s_own_page_has_no_hop_before_it() -> None:
    found = read(html('<meta name="author" content="Reuters">'), "https://www.reuters.com/ferry")
    assert [hop.role for hop in found.hops] == [HopRole.DELIVERY]


@pytest.mark.parametrize(
    "mark",
    [
        '<span class="provider-name">Associated Press</span>',
        '<script type="application/ld+json">{"@type": "Article", "publisher": {"name": "Associated Press"}}</script>',
    ],
)
def test_an_agency_as_provider_or_publisher_of_another_s_page_wrote_it(mark: str) -> None:
    found = read(html(above=mark))
    assert (found.agency, found.original_publisher) == ("AP", "Associated Press")
    assert found.publisher == "Gull Point"
    own = read(html(above=mark).replace(SITE, ""), "https://apnews.com/ferry")
    assert len(own.hops) == 1


def test_an_agency_of_a_mark_further_down_is_not_this_article_s() -> None:
    head = '<meta name="author" content="GULL POINT STAFF">'
    assert read(html(head, below='<span class="item-author">Reuters</span>')).agency is None


def test_the_outlet_in_the_byline_of_a_republished_page_supplied_it() -> None:
    head = canonical(ELSEWHERE) + '<meta name="author" content="By Ana Lima, harbourpost.net">'
    found = read(html(head))
    assert (authors(found), found.agency) == (["Ana Lima"], "harbourpost.net")


# --------------------------------------------------------------------------- people


def test_a_byline_outside_the_body_names_the_authors_with_place_and_words() -> None:
    line = '<div class="story-byline">By ANA LIMA and BO EK<span>Associated Press</span></div>'
    found = read(html(above=line))
    assert authors(found) == ["Ana Lima", "Bo Ek"]
    assert found.agency == "AP"
    (evidence,) = found.bylines[0].evidence
    assert (evidence.place, evidence.quote) == ("div.story-byline", "By ANA LIMA and BO EK Associated Press")


def test_a_line_that_runs_on_behind_an_author_of_the_markup_names_nobody_else() -> None:
    head = '<meta name="author" content="Ana Lima">'
    page = html(head).replace("<h1>Ferry late</h1>", "<h1>Ferry late</h1><p>By Ana LimaGULL Point</p>")
    assert authors(read(page)) == ["Ana Lima"]


def test_the_authors_of_comments_and_of_pictures_did_not_write_the_article() -> None:
    others = (
        '<div class="comments"><b itemprop="author">Cy Day</b></div>'
        '<figure><span itemprop="creator">Eve Fox/Reuters</span></figure>'
        '<aside><p class="byline">By Dee Poe</p></aside>'
    )
    found = read(html(below=others))
    assert (authors(found), found.agency) == ([], None)


def test_the_feed_s_name_is_whoever_posted_it_when_the_page_names_another() -> None:
    from ingest.records import Person

    head = '<meta name="author" content="Ana Lima">'
    source = Source(body=html(head), is_page=True, url=URL, authors=(Person("kei_eno"),))
    found = extract(source, rules()).attribution
    assert [(b.name, b.role) for b in found.bylines] == [("Ana Lima", "author"), ("kei_eno", "poster")]


# --------------------------------------------------------------------------- rights


def test_the_site_s_copyright_line_is_the_article_s_when_the_article_is_the_site_s() -> None:
    found = read(html(footer="<p>© 2026 Gull Point Media. All rights reserved.</p>"))
    assert found.copyright_holder == "Gull Point Media"
    assert found.evidence["copyright_holder"][0].quote == "© 2026 Gull Point Media. All rights reserved."


def test_the_site_s_copyright_line_says_nothing_of_another_s_article() -> None:
    found = read(html(canonical(ELSEWHERE), footer="<p>© 2026 Gull Point Media. All rights reserved.</p>"))
    assert (found.copyright_holder, found.copyright_year, found.usage_terms) == (None, None, None)
    assert stated(html(footer="<p>© 2026 Gull Point Media</p>"), "site_rights") == [
        ("© 2026 Gull Point Media", "p", "© 2026 Gull Point Media")
    ]


def test_a_copyright_line_that_names_the_first_publisher_holds() -> None:
    found = read(html(canonical("https://harbourpost.net/x"), footer="<p>© 2026 harbourpost.net</p>"))
    assert found.copyright_holder == "harbourpost.net"


def test_the_page_s_own_address_is_not_where_an_agency_s_text_appeared_first() -> None:
    found = read(html(canonical(URL) + '<meta name="author" content="Reuters">'))
    assert found.original_url is None


# --------------------------------------------------------------------------- evidence


def test_every_value_has_its_place_and_stands_verbatim_on_the_page() -> None:
    page = html(
        canonical(ELSEWHERE) + '<meta name="author" content="By Ana Lima, Reuters">'
        '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"><meta name="robots" content="noai">',
        above='<div class="provider-name"><a href="https://www.harbourpost.net/">Harbour Post</a></div>',
        below="<p>Copyright 2026 Harbour Post. Reprinted with permission.</p>",
        footer="<p>© 2026 Gull Point</p>",
    )
    found = read(page)
    said = [*found.evidence.values(), *(b.evidence for b in found.bylines), *(h.evidence for h in found.hops)]
    assert len(said) > 8
    for evidence in (one for several in said for one in several):
        assert evidence.place
        assert evidence.quote in page


def test_statements_are_of_the_declared_shape() -> None:
    statements = read_page(html(canonical(ELSEWHERE)), URL).statements
    assert Statement("canonical_url", ELSEWHERE, "link[rel=canonical]", ELSEWHERE) in statements
