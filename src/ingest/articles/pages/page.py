"""A whole web page as an article: metadata from its markup, then the body, with the credits extractors drop.

Both are read from one tree. Trafilatura's own metadata would cost as much again as its body, and its authors are
worse than JSON-LD and meta read directly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ingest.articles import sanitise
from ingest.articles.blocks import walk
from ingest.articles.markup import parse
from ingest.articles.pages import metadata, surroundings, terms
from ingest.articles.pages.body import prepare, read_body
from ingest.articles.pages.rendering import to_html
from ingest.articles.pages.selection import Selection
from ingest.articles.publishers import sites
from ingest.records import Document, Person, Statement
from ingest.text import one_line

_SEARCHED_FOR_CONTROLS = 4096  # characters
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Page:
    document: Document  # the article's body, credits included; empty when there is none
    title: str | None = None
    language: str | None = None
    authors: tuple[Person, ...] = ()
    published: datetime | None = None
    statements: tuple[Statement, ...] = ()
    html: str | None = None  # the body as sanitised HTML


def read_page(html: str, url: str | None, now: datetime | None = None, agent: str = terms.AGENT) -> Page:
    """The article of a web page. Never raises on any input; caps are told in `document.warnings`.

    `url` is where the page was found: it resolves relative links and is no evidence of anything. `now` bounds the
    date of publication. `agent` is the product token by which the page may speak to us.
    """
    if _is_binary(html):
        return Page(Document("", (), warnings=("not text: binary data",)))
    markup = parse(html)
    root = markup.root
    if root is None:
        return Page(Document("", (), warnings=markup.warnings))
    held = list(root.iter())  # each element is wrapped once, while this list lives
    said = metadata.read(root, url, now, agent)
    markup = prepare(markup)
    whole = walk(markup, said.base)
    around = tuple(surroundings.lines(whole))
    page_text = whole.document().text
    selection = read_body(root, whole, said.title, url)
    del held
    document = selection.document
    own = set(document.text.split("\n"))
    elsewhere = _addresses_elsewhere(said.statements, url)
    named = surroundings.names_of_hosts(page_text, elsewhere)
    return Page(
        document=document,
        title=said.title,
        language=said.language,
        authors=said.authors,
        published=said.published,
        statements=(
            *said.statements,
            *(line for line in around if line.quote not in own),
            *named,
            *_image_credits(selection),
        ),
        html=sanitise.of_rendering(to_html(document)) if document.text else None,
    )


def _is_binary(text: str) -> bool:
    """Whether the beginning has more control characters than any mistaken charset explains."""
    start = text[:_SEARCHED_FOR_CONTROLS]
    return 20 * len(_CONTROL.findall(start)) > len(start)


def _addresses_elsewhere(statements: tuple[Statement, ...], url: str | None) -> list[str]:
    """The addresses of other publishers at which the page says the article stands."""
    stated = [said.value for said in statements if said.property in ("canonical_url", "original_url")]
    return [address for address in stated if not url or not sites.one_publisher(address, url)]


def _image_credits(selection: Selection) -> tuple[Statement, ...]:
    return tuple(
        Statement("image_credit", one_line(text, 500), "figure/figcaption", text)
        for text in selection.image_credits
    )
