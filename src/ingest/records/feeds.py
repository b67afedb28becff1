"""From a document to the entries that differ: parse, changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ingest import urls
from ingest.records.schedule import NO_HINTS, FeedHints
from ingest.records.words import ChangeReason


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
    creator, contributor, usage_permits, usage_prohibits, usage_payment, usage_terms, related_url (a
    page it is about); and of a page: home_url (the site
    its links stay on), host_name (what its text calls the publisher at an address), provider, provider_url (a badge),
    author_organisation (in the byline), site_rights (a copyright line of the whole site), credit (any other line
    around the body that looks like one, free text).
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
    base_url: str | None = None  # xml:base of the body, absolute; without it its links stand against `url`
    guid_is_permalink: bool = False
    item_digest: bytes = b""  # of the raw item, 8 bytes; empty where the document could not be sliced
    warnings: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        return self.content or self.summary or ""


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
    hints: FeedHints = NO_HINTS
    tombstones: tuple[Tombstone, ...] = ()
    complete: bool = False  # RFC 5005 fh:complete
    truncated: bool = False  # the document ended early; the half entry is left out
    over_cap: int = 0  # entries beyond the cap, counted and not read
    warnings: tuple[str, ...] = ()  # one line each, for the poll record


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """What an entry can be recognised by. Digests are 16 bytes; None where the entry lacks the thing."""

    guid: bytes | None
    url: bytes | None  # of the URL as given
    url_key: bytes | None  # of the normalised URL (urls.normalise)
    path_key: bytes | None  # of path + query without the host, with the title: survives a host change
    content: bytes | None  # of title + body text; None for bodies too short to tell

    @property
    def telling(self) -> tuple[bytes | None, ...]:
        """Those by which a takedown knows an entry again."""
        return (self.guid, self.url_key, self.path_key, self.content)


@dataclass(frozen=True, slots=True)
class Withheld:
    """What the takedowns in force say of the entries of one feed; false when they say nothing."""

    keys: frozenset[bytes] = frozenset()  # those asked for that a takedown names
    hosts: frozenset[str] = frozenset()  # of which nothing is kept, nor of any host below
    whole_feed: bool = False

    def __bool__(self) -> bool:
        return bool(self.keys or self.hosts or self.whole_feed)

    def names(
        self, keys: EntryKeys, *addresses: str | None, had: Collection[bytes | None] = frozenset()
    ) -> bool:
        """Whether an entry with these keys, that stands or stood at these addresses, is to stay out.

        `had` are the keys of the article that it is an edit of: one that stands was left standing with them.
        """
        return (
            self.whole_feed
            or any(key in self.keys and key not in had for key in keys.telling)
            or bool(self.hosts and any(self.hosts_at(address) for address in addresses))
        )

    def hosts_at(self, address: str | None) -> bool:
        name = urls.host(address) if address else None
        while name and name not in self.hosts:
            name = name.partition(".")[2]
        return bool(name)


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """What the store knows of an article of this feed, enough to decide."""

    article_id: int
    keys: EntryKeys
    digest: bytes  # of everything that makes a version (changes.version_digest)
    versions: int


@dataclass(frozen=True, slots=True)
class Change:
    entry: Entry
    keys: EntryKeys
    digest: bytes
    reason: ChangeReason
    article_id: int | None = None  # of the article it changes; None when new

    @property
    def story_key(self) -> int:
        """What the learner of templates knows the entry by, over its versions."""
        digest = self.keys.guid or self.keys.url_key or self.digest
        return int.from_bytes(digest[:8], "big")


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
