"""From a source to its attribution: blocks, notices, hops, bylines."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ingest.records.feeds import Entry, Person, Statement
from ingest.records.words import Completeness, EvidenceKind, HopRole, NoticeKind, SourceForm


class BlockKind(enum.StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    CAPTION = "caption"
    TABLE_ROW = "table_row"
    PREFORMATTED = "preformatted"


@dataclass(frozen=True, slots=True)
class LinkSpan:
    """A link inside the text. `rel` is space-separated, lower case, empty when none."""

    start: int
    end: int
    href: str
    rel: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a Document; text[start:end] is its text, without surrounding white space.

    The flags are structure that rules may use as evidence: `emphasis` when all of it is bold, italic or
    small; `after_rule` when an <hr> stands right before it; `in_footer` inside <footer> or <small>;
    `quoted` inside <blockquote> or <q>.
    """

    start: int
    end: int
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0  # heading 1-6, list or quote depth
    emphasis: bool = False
    after_rule: bool = False
    in_footer: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """Source text and where its blocks and links are. Offsets of everything later index `text`."""

    text: str
    blocks: tuple[Block, ...]
    links: tuple[LinkSpan, ...] = ()
    images: tuple[str, ...] = ()  # addresses of the images, in order; of very many the first
    warnings: tuple[str, ...] = ()  # "nested deeper than 200: flattened" …


@dataclass(frozen=True, slots=True)
class SourceFeed:
    """The feed an entry came from, as far as the article stages need it."""

    url: str | None = None
    title: str | None = None
    home_url: str | None = None
    language: str | None = None
    statements: tuple[Statement, ...] = ()  # feed-level defaults


@dataclass(frozen=True, slots=True)
class Source:
    """Everything the article stages are told: what `ingest extract` reads, and what a poll makes of an entry."""

    body: str
    is_html: bool = True
    is_page: bool = False  # a whole web page: body by trafilatura, metadata from its head
    url: str | None = None
    title: str | None = None
    authors: tuple[Person, ...] = ()
    published: datetime | None = None
    language: str | None = None
    statements: tuple[Statement, ...] = ()
    feed: SourceFeed = SourceFeed()
    page_authors: tuple[Person, ...] = ()  # by the page's own markup: they wrote it
    entry_body: str | None = None  # the feed's own body as HTML, where `body` is the page
    is_summary: bool = False  # the feed gave no more than a summary; nothing says whether it is all
    base_url: str | None = None  # what the body's links stand against; default: url, then feed.home_url

    @classmethod
    def of_entry(cls, entry: Entry, feed: SourceFeed) -> Source:
        """What the article stages are told about a feed's entry."""
        return cls(
            body=entry.body,
            is_html=not entry.content_is_text,
            url=entry.url,
            title=entry.title,
            authors=entry.authors,
            published=entry.published,
            language=entry.language,
            statements=entry.statements,
            feed=feed,
            is_summary=entry.content is None,
            base_url=entry.base_url,
        )

    @property
    def form(self) -> SourceForm:
        if self.is_page:
            return SourceForm.PAGE
        return SourceForm.HTML if self.is_html else SourceForm.TEXT


FieldValue = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A labelled span of boilerplate: text[start:end] == quote in the source text.

    When `cut`, clean text leaves out lead + quote + trail, where lead and trail are the white space that went
    with it; so clean text and notices together rebuild the source text.
    """

    kind: NoticeKind
    start: int
    end: int
    quote: str
    rule: str
    confidence: float
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    cut: bool = True
    lead: str = ""
    trail: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands written. `place`: an element ("item/dc:creator"), or "notice:START-END" into the
    source text; `quote`: verbatim."""

    kind: EvidenceKind
    place: str
    quote: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What one place says about one property of the article: kept whether it was believed or not.

    `property` is the name of a field of Attribution, or a role of a byline ("author", "poster", "contributor" …),
    "republisher" (a hand named as in between), "author_organisation" (who stands in an author's place and is no
    person). The `rank` of the most trusted claim about a property is 1.
    """

    property: str
    value: str
    confidence: float  # how far it is trusted: articles/attribution/trust.py has the one order
    evidence: Evidence
    chosen: bool  # whether the article's own value agrees
    rank: int


@dataclass(frozen=True, slots=True)
class Hop:
    position: int  # 0 is the origin
    publisher: str | None
    url: str | None
    role: HopRole
    confidence: float
    evidence: tuple[Evidence, ...]
    domain: str | None = None  # identifies the publisher


@dataclass(frozen=True, slots=True)
class Byline:
    """A name at a hop. `hop` is the position in Attribution.hops, or None when no hop owns it."""

    name: str
    role: str  # author, contributor, editor, photographer, poster …
    hop: int | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who wrote it, who owns it, through whose hands it came. `evidence` is keyed by the field's own name."""

    bylines: tuple[Byline, ...] = ()
    hops: tuple[Hop, ...] = ()
    publisher: str | None = None  # who delivered it
    publisher_url: str | None = None
    publisher_domain: str | None = None  # identifies it, as original_publisher_domain does the first one
    original_publisher: str | None = None
    original_publisher_url: str | None = None
    original_publisher_domain: str | None = None
    original_url: str | None = None
    agency: str | None = None
    copyright_holder: str | None = None
    copyright_year: int | None = None
    license: str | None = None  # SPDX; without a version where none is stated
    license_url: str | None = None
    usage_terms: str | None = None
    credit_text: str | None = None
    removal_contact: str | None = None
    completeness: Completeness = Completeness.UNKNOWN
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()  # of all properties, each property's most trusted first

    @property
    def authors(self) -> tuple[Byline, ...]:
        """Who wrote the text: author bylines at the first publisher, or that no hop owns.

        A byline at a later hand is whoever posted the copy there: a byline belongs to the hand that printed it.
        """
        first = next((hop.position for hop in self.hops if hop.role is not HopRole.AGENCY), None)
        return tuple(b for b in self.bylines if b.role == "author" and b.hop in (None, first))


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one Source became."""

    title: str | None
    text: str  # clean
    source_text: str
    html: str  # sanitised body, notices included
    document: Document
    notices: tuple[Notice, ...]
    attribution: Attribution
    language: str | None = None
    warnings: tuple[str, ...] = ()
    fingerprints: tuple[int, ...] = ()  # of `text`, by which its copies are found; empty when it is too short
    published: datetime | None = None  # as the entry says, else its page
    kept_source: Source | None = None  # to be stored in place of the source, whose page asks not to be kept
