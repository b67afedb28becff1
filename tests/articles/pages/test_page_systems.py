"""Republished stories as the systems that papers run mark them: one page each, in our own words, and its trail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from ingest.articles.extract import extract
from ingest.articles.notices import catalogue
from ingest.records import Source

STORY = "".join(
    f"<p>On day {n} the ferry left the pier an hour late, and the harbour office wrote that nobody who waited there had"
    f" asked for the reason, which captain number {n} kept to himself.</p>"
    for n in range(7)
)
POST = "https://www.harbourpost.net/2026/ferry"


@dataclass(frozen=True)
class Page:
    url: str
    site: str
    head: str
    body: str
    publisher: str | None  # the first
    address: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None  # or whoever else is said to have supplied the text
    holder: str | None = None
    license: str | None = None
    chain: tuple[str, ...] = ()  # where it is more than publisher and site

    @property
    def html(self) -> str:
        host = self.url.split("/")[2]
        links = "".join(f'<a href="https://{host}/part-{n}">Part {n}</a>' for n in range(12))
        head = f'<title>Ferry late</title><meta property="og:site_name" content="{self.site}">{self.head}'
        return f"<!doctype html><html><head>{head}</head><body><nav>{links}</nav>{self.body}</body></html>"


def ld(**said: Any) -> str:
    return (
        f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org"} | said)}</script>'
    )


def canonical(url: str) -> str:
    return f'<link rel="canonical" href="{url}">'


GRAPH = ld(
    **{
        "@graph": [
            {
                "@type": "Article",
                "@id": "https://www.gullpoint.com/ferry/#article",
                "author": {"name": "Ana Lima", "@id": "https://www.gullpoint.com/#/person/1"},
                "headline": "Ferry late",
                "publisher": {"@id": "https://www.gullpoint.com/#organization"},
                "copyrightHolder": {"@id": "https://www.gullpoint.com/#organization"},
            },
            {
                "@type": "Organization",
                "@id": "https://www.gullpoint.com/#organization",
                "name": "Gull Point",
                "url": "https://www.gullpoint.com/",
            },
            {"@type": "Person", "@id": "https://www.gullpoint.com/#/person/1", "name": "Ana Lima"},
        ]
    }
)

PAGES = {
    "a WordPress post whose graph names its own site as publisher and holder": Page(
        "https://www.gullpoint.com/ferry/",
        "Gull Point",
        canonical("https://www.gullpoint.com/ferry/") + GRAPH,
        '<main><article><h1 class="entry-title">Ferry late</h1><span class="byline">by <span class="author vcard"><a'
        f' class="url fn n" href="/author/ana/">Ana Lima</a></span></span><div class="entry-content">{STORY}<p><em>This'
        f' story was originally published by <a href="{POST}">Harbour Post</a> and is reproduced here as part of the'
        " Coast Desk collaboration.</em></p></div></article></main><footer>© 2026 Gull Point</footer>",
        "Harbour Post",
        POST,
        ("Ana Lima",),
    ),
    "a newsroom's story with the newsroom behind the writer's name": Page(
        "https://valleydaily.com/2026/ferry/",
        "Valley Daily",
        canonical("https://harbourcurrent.com/2026/03/02/ferry/"),
        '<article><h1>Ferry late</h1><div class="byline">By <a href="https://harbourcurrent.com/author/jf">Jonas'
        f" Field</a>, Harbour Current</div>{STORY}<p><em>Harbour Current is part of States Newsroom, a nonprofit news"
        " network supported by grants and a coalition of donors. Harbour Current maintains editorial independence."
        "</em></p></article>",
        "Harbour Current",
        "https://harbourcurrent.com/2026/03/02/ferry/",
        ("Jonas Field",),
        agency="Harbour Current",
    ),
    "a story under a licence that says where to read the original": Page(
        "https://physday.com/ferry",
        "Phys Day",
        '<meta name="author" content="Ana Lima, The Conversation">',
        '<article><h1>Ferry late</h1><p class="article-byline">by Ana Lima, <a href="https://theconversation.com/">The'
        f" Conversation</a></p>{STORY}<p>Provided by <a href='https://theconversation.com/'>The Conversation</a></p>"
        "<p>This article is republished from <a href='https://theconversation.com'>The Conversation</a> under a"
        " Creative Commons license. Read the <a href='https://theconversation.com/ferry-late-12'>original article</a>."
        "</p></article>",
        "The Conversation",
        "https://theconversation.com/ferry-late-12",
        ("Ana Lima",),
        agency="The Conversation",
        license="CC",
    ),
    "a wire story with its agency in a span beside the writer in capitals": Page(
        "https://www.gullpoint.com/news/ferry",
        "Gull Point",
        ld(
            **{
                "@type": "NewsArticle",
                "author": {"@type": "Person", "name": "ANA LIMA"},
                "headline": "Ferry late",
            }
        ),
        '<article><h1>Ferry late</h1><div class="b-byline"><span>By</span> ANA LIMA <span class="byline__org">'
        f"Associated Press</span></div><p>STONE HARBOUR (AP) — The ferry left late.</p>{STORY}<p>Copyright 2026 The"
        " Associated Press. All rights reserved.</p></article>",
        "Associated Press",
        None,
        ("Ana Lima",),
        agency="AP",
        holder="The Associated Press",
    ),
    "a paper's system that puts writer and paper in one author, the writer in capitals": Page(
        "https://www.gullpoint.com/news/article_1234.html",
        "Gull Point",
        ld(**{"@type": "NewsArticle", "author": {"@type": "Person", "name": "By JONAS FIELD\nHarbour Post"}}),
        '<div class="asset"><h1>Ferry late</h1><span class="tnt-byline" itemprop="author">By JONAS FIELD Harbour Post'
        f'</span><div class="asset-body" itemprop="articleBody">{STORY}</div><div class="asset-source">This story was'
        " originally published in the Harbour Post.</div></div>",
        "Harbour Post",
        None,
        ("Jonas Field",),
        agency="Harbour Post",
    ),
    "an aggregator with the provider's badge": Page(
        "https://news.bigportal.com/ferry-080000123.html",
        "Big Portal",
        canonical("https://news.bigportal.com/ferry-080000123.html"),
        '<main><a href="https://www.harbourpost.net/" class="provider-name">Harbour Post</a><h1>Ferry late</h1><span'
        f' class="authorname">Story by Jonas Field</span><article>{STORY}<p>This article was originally published on'
        f' <a href="{POST}">harbourpost.net</a></p></article></main>',
        "Harbour Post",
        POST,
        ("Jonas Field",),
    ),
    "a syndicator's line that names the owner and, apart from it, the owner's site": Page(
        "https://www.manypapers.com/s-123",
        "Many Papers",
        "",
        '<div class="article"><h1>Ferry late</h1><p class="byline">Jonas Field, Harbour Post on <time>Mar 2, 2026'
        f"</time></p>{STORY}<p>_____</p><p>©2026 Harbour Post. Visit <a href='https://www.harbourpost.net'>harbourpost.net</a>."
        " Distributed by Tribune Content Agency, LLC.</p></div>",
        "Harbour Post",
        None,
        ("Jonas Field",),
        agency="Harbour Post",
        holder="Harbour Post",
    ),
    "a syndicate's story, its service in the author's place and the owner in the last line": Page(
        "https://www.gullpoint.com/news/article30.html",
        "Gull Point",
        ld(
            **{
                "@type": "NewsArticle",
                "author": {"@type": "Person", "name": "By Jonas Field Harbour Post (TNS)"},
            }
        ),
        f'<article><h1>Ferry late</h1><div class="byline">By Jonas Field<br>Harbour Post (TNS)</div>{STORY}<p>©2026'
        " Harbour Post. Distributed by Tribune Content Agency, LLC.</p></article>",
        "Harbour Post",
        None,
        ("Jonas Field",),
        agency="TNS",
        holder="Harbour Post",
        chain=("Harbour Post", "Tribune News Service", "Gull Point"),
    ),
    "a press release, whose wire's page is called the original": Page(
        "https://www.gullpoint.com/releases/pier",
        "Gull Point",
        canonical("https://www.prnewswire.com/news-releases/pier-301.html"),
        "<article><h1>Northgate Tidal opens pier</h1><p>STONE HARBOUR, March 2, 2026 /PRNewswire/ -- Northgate Tidal,"
        f" Inc. today opened a pier.</p>{STORY}<p>SOURCE Northgate Tidal, Inc.</p></article>",
        "Northgate Tidal, Inc.",
        "https://www.prnewswire.com/news-releases/pier-301.html",
        agency="PR Newswire",
        chain=("Northgate Tidal, Inc.", "PR Newswire", "Gull Point"),
    ),
    "a station's page of its network's story": Page(
        "https://www.wgul.org/2026-03-02/ferry",
        "WGUL",
        canonical("https://www.npr.org/2026/03/02/123/ferry-late"),
        '<div class="ArtP"><div class="ArtP-source"><a href="https://www.npr.org">NPR</a></div><h1>Ferry late</h1><div'
        f' class="ArtP-byline">By <a href="https://www.npr.org/people/1">Jonas Field</a></div>{STORY}<p>Copyright 2026'
        " NPR</p></div>",
        "NPR",
        "https://www.npr.org/2026/03/02/123/ferry-late",
        ("Jonas Field",),
        holder="NPR",
    ),
    "a report whose source and original stand in fields of their own": Page(
        "https://www.reliefdesk.org/report/ferry",
        "Relief Desk",
        f'<meta name="dcterms.source" content="{POST}"><meta name="dcterms.creator" content="Jonas Field">',
        '<article><h1>Ferry late</h1><div class="field"><div class="field__label">Source</div><div class="field__item">'
        f'<a href="https://www.harbourpost.net/">Harbour Post</a></div></div><div class="body">{STORY}</div></article>',
        "Harbour Post",
        POST,
        ("Jonas Field",),
    ),
    "a French page with its agency as author and owner": Page(
        "https://www.lamouette.fr/monde/bac",
        "La Mouette",
        ld(**{"@type": "NewsArticle", "author": {"@type": "Organization", "name": "AFP"}}),
        f'<article><h1>Le bac en retard</h1><p class="auteur">La Mouette avec AFP</p>{STORY}<p>© 2026 AFP</p>'
        "</article>",
        "Agence France-Presse",
        agency="AFP",
        holder="AFP",
    ),
    "a newsroom that offers its own story to others": Page(
        "https://harbourcurrent.com/ferry",
        "Harbour Current",
        '<meta name="author" content="Jonas Field">',
        f'<article><h1>Ferry late</h1>{STORY}</article><div class="republish-modal"><h2>Republish this story</h2>'
        "<textarea>This article first appeared on Harbour Current and is republished here under a Creative Commons"
        " license.</textarea><p>Our stories may be republished under CC BY-NC-ND 4.0.</p></div>",
        None,
        None,
        ("Jonas Field",),
    ),
}


@cache
def rules() -> catalogue.Catalogue:
    return catalogue.load()


@pytest.mark.parametrize("name", PAGES)
def test_the_trail_of_a_page_is_read_whatever_system_wrote_it(name: str) -> None:
    page = PAGES[name]
    found = extract(Source(page.html, url=page.url, is_page=True), rules()).attribution
    assert (found.original_publisher, found.original_url) == (page.publisher, page.address)
    assert tuple(byline.name for byline in found.authors) == page.authors
    assert (found.agency, found.license) == (page.agency, page.license)
    assert page.holder in (None, found.copyright_holder)
    if page.chain:
        assert tuple(hop.publisher for hop in found.hops) == page.chain
