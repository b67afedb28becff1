"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read as the specification asks: an item with an odd member loses the member,
an item that is no object is a warning, never a failure of the feed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ingest import charset, text
from ingest.feeds import dates, markup, people, slices, values
from ingest.feeds.limits import DEFAULTS, Limits, told
from ingest.records import Entry, Failure, FailureKind, Link, ParsedFeed, Person, Statement

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/([0-9.]{1,8})/?")
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_NESTING = 200  # json.loads recurses; a real feed nests five deep

Member = Mapping[str, Any]


def is_json(body: bytes) -> bool:
    """Whether the body opens as a JSON object or array does, in any Unicode encoding."""
    return body[:64].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[")


def parse(
    body: bytes,
    *,
    url: str,
    known: frozenset[bytes] = frozenset(),
    now: datetime,
    limits: Limits = DEFAULTS,
) -> ParsedFeed | Failure:
    """Read a JSON Feed; arguments as parse.parse. An item's digest is that of its JSON with sorted keys.

    Failure kinds: NOT_A_FEED (JSON of another kind), REFUSED (nested too deep), MALFORMED. A document that ends early
    gives the whole items before the end and `truncated`.
    """
    document, warnings = charset.to_utf8(body)
    source = document.decode("utf-8", "replace").lstrip("\ufeff")
    if _nested_deeper(source, _NESTING):
        return Failure(FailureKind.REFUSED, f"JSON nested deeper than {_NESTING}")
    truncated = False
    try:
        feed = json.loads(source, parse_constant=_no_constant, parse_int=_number)
    except ValueError as error:
        feed = _before_the_cut(source)
        if feed is None:
            return Failure(FailureKind.MALFORMED, f"JSON that does not parse: {error}")
        truncated = True
        warnings.append(f"the document ends early or breaks: {error}")
    if not isinstance(feed, dict) or not _is_feed(feed):
        return Failure(
            FailureKind.NOT_A_FEED, "JSON, but no JSON Feed: it has no jsonfeed.org version and no items"
        )
    return _Reader(url, now, limits).feed(feed, known, warnings, truncated)


def _is_feed(feed: Member) -> bool:
    return isinstance(feed.get("items"), list) and (
        bool(_VERSION.match(str(feed.get("version", "")))) or ("title" in feed and "home_page_url" in feed)
    )


def _no_constant(name: str) -> None:
    """NaN and Infinity are no JSON; null is what they mean."""


def _number(digits: str) -> int | str:
    """A number as an identifier may be longer than Python converts."""
    return int(digits) if len(digits) <= 300 else digits


def _nested_deeper(source: str, limit: int) -> bool:
    """Counts brackets outside strings, from below: a flat document is told by its brackets alone."""
    if source.count("[") + source.count("{") <= limit:
        return False
    depth = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', source, re.S):
        opening = match[0]
        if opening in "[{":
            depth += 1
            if depth > limit:
                return True
        elif opening in "]}":
            depth -= 1
    return False


def _before_the_cut(source: str) -> dict[str, Any] | None:
    """The feed's own members and the items that are whole, of a document that breaks inside its items."""
    start = _ITEMS.search(source)
    if start is None:
        return None
    try:
        feed = json.loads(source[: start.end()] + "]}", parse_constant=_no_constant, parse_int=_number)
    except ValueError:
        return None
    decoder = json.JSONDecoder(parse_constant=_no_constant, parse_int=_number)
    items: list[Any] = []
    at = start.end()
    while True:
        at = _past(source, at, " \t\r\n,")
        try:
            item, at = decoder.raw_decode(source, at)
        except ValueError:
            break
        items.append(item)
    return {**feed, "items": items} if isinstance(feed, dict) else None


def _past(source: str, at: int, characters: str) -> int:
    while at < len(source) and source[at] in characters:
        at += 1
    return at


class _Reader:
    def __init__(self, url: str, now: datetime, limits: Limits) -> None:
        self.url = url
        self.now = now
        self.limits = limits

    def feed(self, feed: Member, known: frozenset[bytes], warnings: list[str], truncated: bool) -> ParsedFeed:
        items = feed["items"]
        over_cap = max(0, len(items) - self.limits.entries)
        if over_cap:
            items = self._newest(items)
            warnings.append(
                f"{over_cap} items over the cap of {self.limits.entries} not read: the newest are kept"
            )
        digests: list[bytes] = []
        entries: list[Entry] = []
        for number, item in enumerate(items, 1):
            digest = slices.digest(json.dumps(item, sort_keys=True, separators=(",", ":")).encode())
            digests.append(digest)
            if digest in known:
                continue
            if isinstance(item, dict):
                entries.append(self.entry(item, digest))
            else:
                warnings.append(f"item {number} left out: it is no object")
        version = _VERSION.match(str(feed.get("version", "")))
        return ParsedFeed(
            format="json",
            version="json" + (version[1].replace(".", "") if version else ""),
            title=self._line(feed.get("title")),
            url=self._address(feed.get("home_page_url")),
            entries=tuple(entries),
            item_digests=tuple(digests),
            subtitle=self._line(feed.get("description")),
            language=self._line(feed.get("language")),
            authors=self._authors(feed),
            statements=tuple(_creators(self._authors(feed), "feed")),
            links=tuple(self._feed_links(feed)),
            truncated=truncated,
            over_cap=over_cap,
            warnings=told(warnings),
        )

    def entry(self, item: Member, digest: bytes) -> Entry:
        warnings: list[str] = []
        content, is_text = values.body(item.get("content_html")), False
        if content is None and (content := values.body(item.get("content_text"))) is not None:
            is_text = True
        summary = values.body(item.get("summary"))
        authors = self._authors(item)
        published_raw, updated_raw = (
            values.raw_date(item.get("date_published")),
            values.raw_date(item.get("date_modified")),
        )
        return Entry(
            guid=self._guid(item.get("id"), warnings),
            url=self._told(item.get("url"), warnings),
            title=self._line(item.get("title"), warnings),
            # Plain text in the document, HTML in our records.
            summary=html.escape(summary[: self.limits.text_chars], quote=False) if summary else None,
            content=values.cut(content, self.limits.text_chars, warnings),
            content_is_text=is_text,
            authors=authors,
            published=values.date(published_raw, "date_published", self.now, warnings),
            published_raw=published_raw,
            updated=values.date(updated_raw, "date_modified", self.now, warnings),
            updated_raw=updated_raw,
            language=self._line(item.get("language")),
            tags=self._tags(item.get("tags")),
            links=tuple(self._links(item)),
            statements=(*_creators(authors, "item"), *self._external(item)),
            item_digest=digest,
            warnings=tuple(warnings),
        )

    def _newest(self, items: list[Any]) -> list[Any]:
        oldest = datetime.min.replace(tzinfo=self.now.tzinfo)

        def rank(index: int) -> tuple[datetime, int]:
            item = items[index]
            raw = values.raw_date(item.get("date_published")) if isinstance(item, dict) else None
            return dates.parse(raw, self.now) or oldest, -index

        kept = sorted(range(len(items)), key=rank, reverse=True)[: self.limits.entries]
        return [items[index] for index in sorted(kept)]

    def _guid(self, value: Any, warnings: list[str]) -> str | None:
        """An id is a string; numbers are made one, as the specification asks."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        return values.guid(str(value), "id", self.limits.guid_chars, warnings)

    def _told(self, value: Any, warnings: list[str]) -> str | None:
        address = self._address(value)
        if address is None and isinstance(value, str) and value.strip():
            warnings.append(text.storable(f"link {value[:80]!r} is no web address"))
        return address

    def _address(self, value: Any) -> str | None:
        if not isinstance(value, str) or len(value) > self.limits.url_chars:
            return None
        address = markup.web_address(value, self.url)
        return text.storable(address) if address else None

    def _line(self, value: Any, warnings: list[str] | None = None) -> str | None:
        if not isinstance(value, str):
            return None
        limit = self.limits.title_chars
        if len(value) > limit and warnings is not None:
            warnings.append(f"title of {len(value)} characters cut to {limit}")
        return markup.label(value[: 8 * limit])[:limit].rstrip() or None

    def _authors(self, owner: Member) -> tuple[Person, ...]:
        """`authors` (1.1), else `author` (1.0)."""
        given = owner.get("authors")
        if not isinstance(given, list) or not given:
            given = [owner.get("author")]
        return people.distinct(
            people.construct(_short(one.get("name")), None, _short(one.get("url")), base=self.url)
            for one in given[: self.limits.repeats]
            if isinstance(one, dict)
        )

    def _tags(self, value: Any) -> tuple[str, ...]:
        tags = value[: self.limits.repeats] if isinstance(value, list) else []
        return tuple(
            dict.fromkeys(label for tag in tags if isinstance(tag, str) and (label := self._line(tag)))
        )

    def _external(self, item: Member) -> Iterator[Statement]:
        """The page "that you're talking about" (JSON Feed 1.1): it handed nothing on, and who talks is the author."""
        address = self._address(item.get("external_url"))
        if address:
            yield Statement(
                "related_url", address, "item/external_url", text.storable(str(item["external_url"]))
            )

    def _links(self, item: Member) -> Iterator[Link]:
        for name, rel in (("url", "alternate"), ("external_url", "related")):
            if address := self._address(item.get(name)):
                yield Link(address, rel)
        attachments = item.get("attachments")
        for one in attachments[: self.limits.repeats] if isinstance(attachments, list) else ():
            if isinstance(one, dict) and (address := self._address(one.get("url"))):
                yield Link(
                    address, "enclosure", self._line(one.get("mime_type")), self._line(one.get("title"))
                )

    def _feed_links(self, feed: Member) -> Iterator[Link]:
        for name, rel in (("home_page_url", "alternate"), ("feed_url", "self"), ("next_url", "next")):
            if address := self._address(feed.get(name)):
                yield Link(address, rel)
        hubs = feed.get("hubs")
        for hub in hubs[: self.limits.repeats] if isinstance(hubs, list) else ():
            if isinstance(hub, dict) and (address := self._address(hub.get("url"))):
                yield Link(address, "hub", None, self._line(hub.get("type")))


def _creators(authors: tuple[Person, ...], word: str) -> Iterator[Statement]:
    for author in authors:
        yield Statement("creator", author.name, f"{word}/authors/name", author.name)


def _short(value: Any) -> str | None:
    return value[:1_000] if isinstance(value, str) else None
