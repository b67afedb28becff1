"""The frozen values that flow through the stages (docs/architecture.md draws the way).

Stages take and return these and nothing else: no database row, response or parser object leaves the module
that made it. Names follow schema.org NewsArticle, IPTC and Dublin Core where one of them has a word.
All times are timezone-aware UTC. All spans are half-open [start, end) offsets in Unicode code points.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# --------------------------------------------------------------------------- words with a fixed meaning


class NoticeKind(enum.StrEnum):
    """What a span of boilerplate says about the article."""

    APPEARED_FIRST = "appeared_first"
    ORIGINALLY_PUBLISHED = "originally_published"
    ORIGINAL_SOURCE = "original_source"
    REPUBLISHED_BY_PERMISSION = "republished_by_permission"
    COURTESY_OF = "courtesy_of"
    COPYRIGHT = "copyright"
    LICENSE = "license"
    USAGE_TERMS = "usage_terms"
    REMOVAL_CONTACT = "removal_contact"
    WIRE_CREDIT = "wire_credit"
    DATELINE = "dateline"
    PRESS_RELEASE_SOURCE = "press_release_source"
    BYLINE = "byline"
    CONTRIBUTORS = "contributors"
    VIA_CHAIN = "via_chain"
    PHOTO_CREDIT = "photo_credit"
    EXCERPT_MARK = "excerpt_mark"
    READ_MORE = "read_more"
    AGGREGATOR_FURNITURE = "aggregator_furniture"
    SUBSCRIBE_PROMO = "subscribe_promo"
    DONATION_APPEAL = "donation_appeal"
    EDITORIAL_NOTE = "editorial_note"
    AUTHOR_BIO = "author_bio"
    TRACKING = "tracking"
    TEMPLATE = "template"


class Completeness(enum.StrEnum):
    FULL = "full"
    EXCERPT = "excerpt"
    UNKNOWN = "unknown"


class HopRole(enum.StrEnum):
    """What a hand did with the article. Order in a chain: origin first, delivery last."""

    ORIGIN = "origin"  # said to have published it first
    AGENCY = "agency"  # supplied the text to a publisher
    UPSTREAM = "upstream"  # an earlier hand that an automatic footer or link names; may itself be a copier
    REPUBLISHER = "republisher"  # a named hand in between
    DELIVERY = "delivery"  # the feed or page we read


class EvidenceKind(enum.StrEnum):
    FEED = "feed"  # an element of the feed document
    NOTICE = "notice"  # a span of the entry's own text
    PAGE = "page"  # markup of the article's page
    REQUEST = "request"  # what the caller or the configuration said
    CLUSTER = "cluster"  # another copy of the same story


class FailureKind(enum.StrEnum):
    """Why a visit gave nothing. Short and fixed, so that counts by kind stay small."""

    ADDRESS = "address"  # not a URL we may visit: scheme, syntax
    BLOCKED = "blocked"  # the address guard refused to dial
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    REDIRECTS = "redirects"
    HTTP = "http"  # a status that is neither 2xx nor 304
    RATE_LIMITED = "rate_limited"  # 429
    GONE = "gone"  # 410
    TOO_BIG = "too_big"
    ENCODING = "encoding"  # a content-encoding we did not ask for or that does not decode
    PROTOCOL = "protocol"  # broken HTTP, a cut body, an unasked 304 or 206
    EMPTY = "empty"
    NOT_A_FEED = "not_a_feed"
    MALFORMED = "malformed"  # a feed, but no entry can be trusted
    REFUSED = "refused"  # a limit of ours: depth, entities, attributes
    PARSE_TIMEOUT = "parse_timeout"  # the worker was killed
    ROBOTS = "robots"
    INTERNAL = "internal"  # a bug of ours; the feed is rescheduled all the same


# --------------------------------------------------------------------------- fetch


@dataclass(frozen=True, slots=True)
class Request:
    """One visit. Validators are sent back byte for byte."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    allow_file: bool = False  # only feeds that the configuration file names may be `file:`


@dataclass(frozen=True, slots=True)
class Redirect:
    status: int
    url: str  # where it pointed, absolute


@dataclass(frozen=True, slots=True)
class Fetched:
    url: str  # final URL after redirects
    status: int
    headers: Mapping[str, str]  # lower-case names, only those a later stage reads
    body: bytes
    redirects: tuple[Redirect, ...] = ()
    truncated: bool = False  # the connection closed before Content-Length, or without the last chunk
    wire_bytes: int = 0

    @property
    def etag(self) -> str | None:
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        return self.headers.get("last-modified")

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class NotModified:
    url: str
    headers: Mapping[str, str]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """An expected failure. `detail` is one line for a person: the cause, and where it helps the next step."""

    kind: FailureKind
    detail: str
    status: int | None = None
    retry_after: timedelta | None = None


# --------------------------------------------------------------------------- parse


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str | None = None
    url: str | None = None
    role: str = "author"


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    rel: str = "alternate"
    type: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One value that an element of the feed or page states about an entry or a whole feed.

    `property` is one of: publisher, publisher_url, original_publisher, original_url, source (title of the
    feed it was taken from), source_url, rights (free text), license (URL or name), copyright_holder,
    copyright_year, credit_text, agency, contact, via_url, canonical_url, image_credit, image_copyright,
    creator, contributor, usage_permits, usage_prohibits, usage_payment.
    `place` names the element so that a person finds it: "item/dc:rights", "channel/copyright",
    "entry/source/title", "item/rsl:copyright@contactEmail". `quote` is its text, verbatim.
    """

    property: str
    value: str
    place: str
    quote: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the feed gave it, cleaned of what no store can hold (NUL, lone surrogates), nothing else."""

    guid: str | None
    url: str | None
    title: str | None  # plain text
    summary: str | None  # HTML
    content: str | None  # HTML; the fullest body the entry carries
    authors: tuple[Person, ...] = ()
    published: datetime | None = None  # null outside 1990 .. now + 2 days
    published_raw: str | None = None
    updated: datetime | None = None
    updated_raw: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    statements: tuple[Statement, ...] = ()
    content_is_text: bool = False  # JSON Feed content_text, Atom type="text"
    guid_is_permalink: bool = False
    item_digest: bytes = b""  # of the raw item, 8 bytes; empty where the document could not be sliced
    warnings: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        return self.content or self.summary or ""


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What the document says about when to come back, unclamped."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()  # 0..23, GMT
    skip_days: frozenset[int] = frozenset()  # Monday is 0
    update_interval: timedelta | None = None  # sy:updatePeriod / sy:updateFrequency


@dataclass(frozen=True, slots=True)
class Tombstone:
    """RFC 6721 at:deleted-entry."""

    ref: str
    when: datetime | None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    format: str  # rss, atom, rdf, json, cdf
    version: str  # as feedparser or the JSON Feed version URL says it: rss20, atom10, rss10, json11 …
    title: str | None
    url: str | None  # home page
    entries: tuple[Entry, ...]  # in document order, known items left out
    item_digests: tuple[bytes, ...] = ()  # of every item in the document, in order; empty where not sliced
    subtitle: str | None = None
    language: str | None = None
    authors: tuple[Person, ...] = ()
    statements: tuple[Statement, ...] = ()  # feed-level: rights, publisher, licence …
    links: tuple[Link, ...] = ()  # self, hub, next, prev-archive …
    hints: FeedHints = FeedHints()
    tombstones: tuple[Tombstone, ...] = ()
    complete: bool = False  # RFC 5005 fh:complete
    truncated: bool = False  # the document ended early; the half entry is left out
    over_cap: int = 0  # entries beyond the cap, counted and not read
    warnings: tuple[str, ...] = ()  # one line each, for the poll record


# --------------------------------------------------------------------------- changes


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """What an entry can be recognised by. Digests are 16 bytes; None where the entry lacks the thing."""

    guid: bytes | None
    url: bytes | None  # of the URL as given
    url_key: bytes | None  # of the normalised URL (urls.normalise)
    path_key: bytes | None  # of path + query without the host, with the title: survives a host change
    content: bytes | None  # of title + body text; None for bodies too short to tell


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What the store knows of an article of this feed, enough to decide."""

    article_id: int
    keys: EntryKeys
    digest: bytes  # of everything that makes a version (changes.version_digest)
    versions: int


class ChangeReason(enum.StrEnum):
    NEW = "new"
    EDITED = "edited"  # same identity, other content or metadata
    MOVED = "moved"  # recognised by another key than its guid


@dataclass(frozen=True, slots=True)
class Change:
    entry: Entry
    keys: EntryKeys
    digest: bytes
    reason: ChangeReason
    article_id: int | None = None  # of the article it changes; None when new


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Seen again. Its keys may have moved, so they are carried."""

    article_id: int
    item_digest: bytes


@dataclass(frozen=True, slots=True)
class Changes:
    changed: tuple[Change, ...]
    unchanged: tuple[Unchanged, ...]
    withheld: int = 0  # entries under a takedown
    flapping: int = 0  # edits not stored: over the rewrite cap
    conflicts: int = 0  # entries whose guid names several articles; kept apart by guid and link


# --------------------------------------------------------------------------- extract, notices


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
    images: tuple[str, ...] = ()  # src of tracking-sized or captioned images, in order
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
    is_summary: bool = False  # the feed gave no more than a summary; nothing says whether it is all


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


# --------------------------------------------------------------------------- attribute


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands written. `place`: an element ("item/dc:creator"), or "notice:START-END" into the
    source text; `quote`: verbatim."""

    kind: EvidenceKind
    place: str
    quote: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Hop:
    position: int  # 0 is the origin
    publisher: str | None
    url: str | None
    role: HopRole
    confidence: float
    evidence: tuple[Evidence, ...]


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
    original_publisher: str | None = None
    original_publisher_url: str | None = None
    original_url: str | None = None
    agency: str | None = None
    copyright_holder: str | None = None
    copyright_year: int | None = None
    license: str | None = None  # SPDX-like
    license_url: str | None = None
    usage_terms: str | None = None
    credit_text: str | None = None
    removal_contact: str | None = None
    completeness: Completeness = Completeness.UNKNOWN
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)

    @property
    def authors(self) -> tuple[Byline, ...]:
        """Who wrote the text: author bylines at the origin, or that no hop owns.

        A byline at a later hand is whoever posted the copy there (NOTICES: a byline belongs to a hop).
        """
        origin = next((hop.position for hop in self.hops if hop.role is HopRole.ORIGIN), None)
        if origin is None and len(self.hops) == 1:
            origin = self.hops[0].position
        return tuple(b for b in self.bylines if b.role == "author" and b.hop in (None, origin))


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


# --------------------------------------------------------------------------- poll


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll one feed until `until`. A result is stored only while the token is still the feed's."""

    feed_id: int
    token: str
    until: datetime
    url: str
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_digest: bytes | None = None
    allow_file: bool = False
    policy: str = "feed"  # feed | page
    language: str | None = None
    interval: timedelta | None = None  # what the last decision chose
    failures: float = 0.0  # weighed, since the last success
    last_success_at: datetime | None = None


class Outcome(enum.StrEnum):
    """How a poll ended."""

    STORED = "stored"  # something new or edited
    UNCHANGED = "unchanged"  # 304, identical bytes, or no entry differed
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Draft:
    """A change with what the article stages made of it, ready to persist."""

    change: Change
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class NextPoll:
    at: datetime
    interval: timedelta
    reason: str  # one line for a person: "Retry-After 3600 s", "every 1 h: 3 new in 7 d"


@dataclass(frozen=True, slots=True)
class PollRecord:
    """What the polls table keeps of one visit."""

    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    next_poll: NextPoll
    detail: str | None = None  # one line; the failure's cause
    failure: FailureKind | None = None
    status: int | None = None
    final_url: str | None = None
    redirects: tuple[Redirect, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    body_digest: bytes | None = None
    body_bytes: int = 0
    failures: float = 0.0  # the feed's weighed failure count after this poll
    warnings: tuple[str, ...] = ()
    entries_seen: int = 0
    withheld: int = 0
    flapping: int = 0


@dataclass(frozen=True, slots=True)
class PollCounts:
    new: int = 0
    edited: int = 0
    unchanged: int = 0
    refused: bool = False  # the lease was lost; nothing was stored


@dataclass(frozen=True, slots=True)
class PollResult:
    """One poll as its caller sees it."""

    feed_id: int
    url: str
    title: str | None
    outcome: Outcome
    counts: PollCounts
    next_poll: NextPoll
    detail: str | None = None
    warnings: tuple[str, ...] = ()
