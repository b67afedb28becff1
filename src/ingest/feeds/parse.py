"""From the bytes of a feed to a ParsedFeed. Pure; runs in a worker process that may be killed.

    bytes ─▶ UTF-8 ─▶ clean ─▶ known items out ─▶ scan ─▶ (mend) ─▶ header + unseen items ─▶ feedparser ─┐
             charset  repair   slices             limits   mend     our own pass, elements ──────────────┴─▶ entries

This is the only importer of feedparser. It gets bytes through BytesIO only (a string or path would make it open
files and addresses), and a document that was measured, mended and cut before.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from ingest import charset
from ingest.feeds import discover, jsonfeed, markup, mend, newest, repair, slices
from ingest.feeds.elements import Elements, Facts
from ingest.feeds.elements import read as read_elements
from ingest.feeds.entries import Reader
from ingest.feeds.limits import DEFAULTS, Limits, told
from ingest.records import Failure, FailureKind, ParsedFeed

_GZIP = b"\x1f\x8b"
_SAX_DRIVER = "ingest.feeds.saxdriver"
_FEED_ROOTS = frozenset({"rss", "feed", "rdf", "channel"})
_OTHER_ROOTS = {
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap index",
    "opml": "an OPML list of feeds: use `ingest import`",
    "entry": "a single Atom entry",
    "error": "an error document",
}


def parse(
    body: bytes,
    *,
    url: str,
    content_type: str | None = None,
    known: frozenset[bytes] = frozenset(),
    now: datetime,
    limits: Limits = DEFAULTS,
) -> ParsedFeed | Failure:
    """Read a feed: RSS 0.9x/1.0/2.0, Atom 0.3/1.0, CDF, JSON Feed 1.x.

    `url` is where it was found and resolves relative links; `content_type` is the header as sent; `known` are the
    item digests of earlier polls, whose items are left out; `now` (UTC) bounds what dates are believed.

    Failure kinds: EMPTY, TOO_BIG, NOT_A_FEED, REFUSED (a limit of ours, named), MALFORMED. One broken entry is a
    warning, never a failure.
    """
    unpacked = _unpacked(body, limits)
    if isinstance(unpacked, Failure):
        return unpacked
    if jsonfeed.is_json(unpacked):
        return jsonfeed.parse(unpacked, url=url, known=known, now=now, limits=limits)
    document, warnings = charset.to_utf8(unpacked, content_type)
    root_start, root = repair.root_at(document)
    if root.rpartition(":")[2].lower() not in _FEED_ROOTS:
        return _not_a_feed(document, root, url)
    document, cleaned = repair.clean(document, root_start)
    warnings += cleaned
    asked = _Asked(url, known, now, limits)
    return _read_unseen(document, root, warnings, asked) or _read_all(document, warnings, asked)


def _unpacked(body: bytes, limits: Limits) -> bytes | Failure:
    if body.startswith(_GZIP):
        try:
            # One byte more than allowed tells "too big" without inflating a bomb.
            body = zlib.decompressobj(wbits=31).decompress(body, limits.document_bytes + 1)
        except zlib.error as error:
            return Failure(FailureKind.NOT_A_FEED, f"a gzip body that does not decode: {error}")
    if len(body) > limits.document_bytes:
        size = limits.document_bytes // (1024 * 1024)
        return Failure(FailureKind.TOO_BIG, f"the document is larger than {size} MiB")
    if not body.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        return Failure(FailureKind.EMPTY, "the body is empty")
    return body


def _not_a_feed(document: bytes, root: str, url: str) -> Failure:
    name = root.rpartition(":")[2].lower()
    if name in _OTHER_ROOTS:
        return Failure(FailureKind.NOT_A_FEED, f"<{root}> is no feed but {_OTHER_ROOTS[name]}")
    head = document[:2_048].lower()
    if name in ("html", "head", "body", "!doctype") or b"<html" in head or b"<!doctype html" in head:
        links = discover.feed_links(document[: discover.PAGE_BYTES], url)
        detail = "an HTML page, not a feed"
        if links:
            detail += f"; it names the feed {links[0].href}: subscribe to that"
        return Failure(FailureKind.NOT_A_FEED, detail)
    if root:
        return Failure(FailureKind.NOT_A_FEED, f"XML whose root <{root[:60]}> is no feed's")
    return Failure(FailureKind.NOT_A_FEED, f"neither XML nor JSON: starts with {document[:40]!r}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The caller's side of a parse."""

    url: str
    known: frozenset[bytes]
    now: datetime
    limits: Limits


def _read_unseen(document: bytes, root: str, warnings: list[str], asked: _Asked) -> ParsedFeed | None:
    """The feed, its known items not even looked at: they were measured and found well-formed when they were read.

    None when there are none, or when what is left is not as plain as it should be: then the whole has to be seen. A
    DTD's entities make an item other bytes than its source has.
    """
    if not asked.known or repair.has_doctype(document):
        return None
    spans = slices.find(document, mend.item_name(document, root)).spans
    digests = tuple(slices.digest(document[start:end]) for start, end in spans)
    seen = {index for index, digest in enumerate(digests) if digest in asked.known}
    if not seen:
        return None
    mended = mend.mend(slices.without(document, spans, seen), asked.limits)
    if isinstance(mended, Failure) or mended.fault or len(mended.spans) != len(spans) - len(seen):
        return None
    read = _read(mended, warnings + mended.warnings, asked)
    if isinstance(read, Failure) or len(read.item_digests) != len(mended.spans):
        return None
    return replace(read, item_digests=digests)


def _read_all(document: bytes, warnings: list[str], asked: _Asked) -> ParsedFeed | Failure:
    mended = mend.mend(document, asked.limits)
    if isinstance(mended, Failure):
        return mended
    return _read(mended, warnings + mended.warnings, asked)


def _read(mended: mend.Mended, warnings: list[str], asked: _Asked) -> ParsedFeed | Failure:
    document, spans, limits = mended.document, mended.spans, asked.limits
    digests = tuple(slices.digest(document[start:end]) for start, end in spans)
    seen = {index for index, digest in enumerate(digests) if digest in asked.known}
    dropped = set(seen)
    fresh = [index for index in range(len(spans)) if index not in seen]
    cap = _affordable(document, spans, fresh, limits)
    if isinstance(cap, Failure):
        return cap
    over_cap = max(0, len(fresh) - cap)
    if over_cap:
        dropped |= newest.surplus(document, spans, fresh, cap, asked.now)
        warnings.append(f"{over_cap} entries over the cap of {cap} not read: the newest are kept")
    reduced = slices.without(document, spans, dropped)
    if mended.oversized:
        reduced, cuts = repair.trim(reduced, limits)
        warnings += cuts
    kept = [digest for index, digest in enumerate(digests) if index not in dropped]
    result = _feedparser(reduced)
    if isinstance(died := result, Exception):
        result, reduced, survivors = _without_killers(reduced, mended.item_name, warnings)
        kept = [kept[index] for index in survivors] if kept else []
        if isinstance(result, Exception) or not (survivors or seen):
            return Failure(FailureKind.MALFORMED, f"feedparser cannot read the document ({died!r})"[:200])
    elements = read_elements(reduced, asked.url, asked.now)
    raw_entries: list[Any] = list(result["entries"])
    if len(raw_entries) > cap:
        over_cap = len(raw_entries) - cap
        del raw_entries[cap:]
        warnings.append(f"{over_cap} entries over the cap of {cap} not read")
    if spans and len(kept) != len(raw_entries):
        # The two parsers disagree on what an item is. Without digests the next poll reads all of them again.
        warnings.append("the items could not be told apart in the source: no item is skipped next time")
        kept, digests = [], ()
    facts = _aligned(raw_entries, elements.items)
    reader = _reader(result, asked)
    entries = [
        reader.entry(raw, facts[index], kept[index] if kept else b"") for index, raw in enumerate(raw_entries)
    ]
    feed = dict(result["feed"])
    if not entries and (mended.items_lost or not (feed or mended.items or result.get("version"))):
        return Failure(FailureKind.MALFORMED, f"no entry could be read: {mended.fault or 'unknown format'}")
    return replace(
        _channel(feed, str(result.get("version") or ""), mended.root, reader, elements, warnings),
        entries=tuple(entries),
        item_digests=digests,
        truncated=mended.truncated,
        over_cap=over_cap,
    )


def _affordable(
    document: bytes, spans: tuple[tuple[int, int], ...], fresh: Sequence[int], limits: Limits
) -> int | Failure:
    """How many entries may be read: the cap, or fewer where they are so full of elements that reading would take
    longer than a worker is given."""
    tags = document.count(b"</") + document.count(b"/>")
    if tags <= limits.read_elements:
        return limits.entries
    cost = sum(document.count(b"</", *spans[i]) + document.count(b"/>", *spans[i]) for i in fresh)
    around = tags - sum(document.count(b"</", *span) + document.count(b"/>", *span) for span in spans)
    left = limits.read_elements - around
    if left <= 0 or (fresh and left * len(fresh) < cost):
        return Failure(
            FailureKind.REFUSED, f"more than {limits.read_elements} elements in one entry or around them"
        )
    return min(limits.entries, left * len(fresh) // cost) if cost else limits.entries


def _reader(result: Any, asked: _Asked) -> Reader:
    """feedparser applied xml:base. Other relative links: RSS resolves against the channel's page, Atom against the
    document."""
    is_atom = str(result.get("version") or "").startswith("atom")
    home = markup.web_address(dict(result["feed"]).get("link"), asked.url)
    base = asked.url if is_atom or not home else home
    return Reader(base=base, is_atom=is_atom, now=asked.now, limits=asked.limits)


def _channel(
    feed: dict[str, Any], version: str, root: str, reader: Reader, elements: Elements, warnings: list[str]
) -> ParsedFeed:
    """The feed's own elements, without its entries."""
    title = reader.title(feed, warnings)
    links = reader.links(feed, warnings)
    is_rdf = root.rpartition(":")[2].lower() == "rdf"
    return ParsedFeed(
        format=_format(version, is_rdf),
        version=version or ("rss090" if is_rdf else "unknown"),
        title=title,
        url=markup.web_address(feed.get("link"), reader.base),
        entries=(),
        subtitle=reader.line(elements.channel.subtitle or feed.get("subtitle")),
        language=elements.channel.language or reader.line(feed.get("language")),
        authors=elements.channel.people,
        statements=elements.channel.statements,
        links=links,
        hints=elements.hints,
        tombstones=elements.tombstones,
        complete=elements.complete,
        warnings=told(warnings),
    )


def _format(version: str, is_rdf: bool) -> str:
    if version.startswith("atom"):
        return "atom"
    if is_rdf:
        return "rdf"
    return "cdf" if version == "cdf" else "rss"


def _aligned(raw_entries: Sequence[Any], items: Sequence[Facts]) -> list[Facts | None]:
    """The facts that belong to each entry: by position when both passes saw as many items, else by guid."""
    if len(raw_entries) == len(items):
        return list(items)
    by_guid = {facts.guid: facts for facts in items if facts.guid}
    return [by_guid.get(str(dict(raw).get("id") or "")) for raw in raw_entries]


# --------------------------------------------------------------------------- feedparser


@cache
def library() -> Any:
    """feedparser with our SAX driver before its own. Only workers need it, and it takes a while to import."""
    import feedparser
    from feedparser.api import PREFERRED_XML_PARSERS

    PREFERRED_XML_PARSERS.insert(0, _SAX_DRIVER)
    return feedparser


def _feedparser(document: bytes) -> Any:
    """feedparser's result, or the exception it died of: some input it never expected."""
    try:
        return library().parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:
        return error


def _without_killers(document: bytes, item_name: str, warnings: list[str]) -> tuple[Any, bytes, list[int]]:
    """feedparser died of this document: the result without the items it dies of, found by halving, the document
    without them, and the indexes of the items that are left."""
    spans = slices.find(document, item_name).spans if item_name else ()
    everything = set(range(len(spans)))
    survivors: list[int] = []
    waiting = [sorted(everything)] if everything else []
    while waiting:
        group = waiting.pop()
        if isinstance(
            read := _feedparser(slices.without(document, spans, everything - set(group))), Exception
        ):
            if len(group) > 1:
                half = len(group) // 2
                waiting += [group[half:], group[:half]]
            else:
                warnings.append(f"an entry was left out: feedparser cannot read it ({read!r})"[:200])
        else:
            survivors += group
    reduced = slices.without(document, spans, everything - set(survivors))
    return _feedparser(reduced), reduced, survivors
