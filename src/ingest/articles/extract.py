"""One Source through the article stages: blocks → notices → attribution. Pure; runs in a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from ingest.articles import blocks, sanitise
from ingest.articles.attribution.attribute import attribute
from ingest.articles.markup import parse
from ingest.articles.notices import find, templates
from ingest.articles.notices.catalogue import Catalogue
from ingest.articles.notices.cutting import USUAL, Cutting
from ingest.articles.notices.memory import Memory
from ingest.articles.pages import terms
from ingest.articles.pages.agreement import is_of_entry
from ingest.articles.publishers.table import Table
from ingest.records import (
    Document,
    Extraction,
    Notice,
    NoticeKind,
    Source,
    Statement,
)
from ingest.text import storable

if TYPE_CHECKING:
    from ingest.articles.pages.page import Page


@dataclass(frozen=True, slots=True)
class Found:
    """A source read, and what the rules found in it: what a feed's templates are learned from."""

    source: Source
    document: Document
    html: str
    notices: tuple[Notice, ...]
    # What the feed's own body says, where a page was read.
    beside: tuple[tuple[Statement, Sequence[Notice]], ...] = ()
    kept_source: Source | None = None  # as in Extraction


def extract(
    source: Source,
    catalogue: Catalogue,
    *,
    cutting: Cutting = USUAL,
    memory: Memory | None = None,
    publishers: Table | None = None,
    agent: str = terms.AGENT,
) -> Extraction:
    """Clean text, notices and attribution of one source.

    `memory` is what was learned of the feed's templates; `publishers` whom names and addresses mean, the table
    shipped if none is given; `agent` the product token by which a page may speak to us.
    """
    found = find_in(source, catalogue, cutting, agent=agent)
    return conclude(found, catalogue, cutting, memory=memory, publishers=publishers)


def find_in(
    source: Source,
    catalogue: Catalogue,
    cutting: Cutting,
    *,
    now: datetime | None = None,
    agent: str = terms.AGENT,
) -> Found:
    """The source read, and its notices. `now` bounds the date that a page gives itself."""
    handed_in = source
    document, html, source = read(source, now, agent)
    notices = find.find(document, source, catalogue, cutting)
    beside = _beside(source, catalogue) if source.is_page else ()
    kept = source if handed_in.is_page and not source.is_page else None
    return Found(source, document, html, notices, beside, kept)


def conclude(
    found: Found,
    catalogue: Catalogue,
    cutting: Cutting,
    *,
    memory: Memory | None,
    publishers: Table | None = None,
) -> Extraction:
    """The extraction of what was found, with the feed's templates beside the rules."""
    source, document, notices = found.source, found.document, found.notices
    if memory is not None:
        notices = templates.apply(memory, document, source, notices, cutting)
    rights = [(statement, _notices_in(statement.value, catalogue)) for statement in _rights(source)]
    rights += found.beside
    return Extraction(
        title=source.title or _title_in(notices),
        text=find.clean(document.text, notices),
        source_text=document.text,
        html=found.html,
        document=document,
        notices=notices,
        attribution=attribute(source, document, notices, rights, publishers),
        language=source.language or source.feed.language,
        warnings=document.warnings,
        kept_source=found.kept_source,
        published=source.published,
    )


def read(
    source: Source, now: datetime | None = None, agent: str = terms.AGENT
) -> tuple[Document, str, Source]:
    """The body as a document, its sanitised HTML, and the source with what its page says of itself."""
    if source.is_page:
        return _read_page(source, now, agent)
    if source.is_html:
        base = source.base_url or source.url or source.feed.home_url
        markup = parse(source.body)
        return blocks.walk(markup, base).document(), sanitise.of_markup(markup, base), source
    return blocks.from_text(storable(source.body)), "", source


def _read_page(source: Source, now: datetime | None, agent: str) -> tuple[Document, str, Source]:
    """As `read`, of a whole page.

    Of a page that is not about the feed's entry nothing is believed. Where a page forbids keeping its text, or has less
    of it than the feed gave, the feed's body is read; where it is forbidden the source comes back without the page, yet
    with what the page states.
    """
    from ingest.articles.pages.page import read_page  # trafilatura: only who reads pages pays for it

    page = read_page(source.body, source.url, now, agent)
    told = _told_by_page(source, page)
    if source.entry_body is None:
        return page.document, page.html or "", told
    own = _own_entry(source)
    document, html, _ = read(own)
    if not is_of_entry(page.title, page.document.text, source.title, document.text):
        why_not = "hardly a word of the entry stands in it (a form, a login, another story)"
        return _not_kept(document, why_not), html, own
    if why := terms.forbids_keeping(told.statements):
        people = (*page.authors, *source.authors)
        kept = replace(own, statements=told.statements, authors=people, published=told.published)
        return _not_kept(document, f"{why.value} ({why.place})"), html, kept
    if len(page.document.text) < len(document.text):
        return document, html, told
    return page.document, page.html or "", told


def _not_kept(document: Document, why: str) -> Document:
    return replace(document, warnings=(*document.warnings, f"page not kept: {why}"))


def _own_entry(source: Source) -> Source:
    """The source as the feed alone gave it."""
    return replace(
        source, body=source.entry_body or "", is_page=False, is_html=True, entry_body=None, is_summary=True
    )


def _beside(source: Source, catalogue: Catalogue) -> tuple[tuple[Statement, Sequence[Notice]], ...]:
    """The notices in the feed's own body, each as a statement of the entry: claims beside those of the page."""
    if source.entry_body is None:
        return ()
    own = _own_entry(source)
    document, _, _ = read(own)
    notices = find.find(document, own, catalogue)
    return tuple(
        (Statement("credit", one.quote, f"entry/body:{one.start}-{one.end}", one.quote), (one,))
        for one in notices
    )


def _told_by_page(source: Source, page: Page) -> Source:
    """Fill what the caller left open from the page's own markup."""
    return replace(
        source,
        title=source.title or page.title,
        page_authors=page.authors,
        published=source.published or page.published,
        language=source.language or page.language,
        statements=(*source.statements, *page.statements),
    )


_FREE_TEXT = frozenset(("rights", "site_rights", "credit"))


def _rights(source: Source) -> list[Statement]:
    return [s for s in (*source.statements, *source.feed.statements) if s.property in _FREE_TEXT]


@lru_cache(maxsize=64)  # what a feed states of all its entries comes again with each
def _notices_in(text: str, catalogue: Catalogue) -> Sequence[Notice]:
    """Rights elements of feeds say the same things as footers: the same rules read them."""
    return find.find(blocks.from_text(storable(text)), Source(body=text, is_html=False), catalogue)


def _title_in(notices: Sequence[Notice]) -> str | None:
    """An automatic footer repeats the title: all a bare text has."""
    for notice in notices:
        title = notice.fields.get("title")
        if notice.kind is NoticeKind.APPEARED_FIRST and isinstance(title, str):
            return title
    return None
