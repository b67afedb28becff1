"""From what feedparser read to our records: entries, links, titles, bodies.

feedparser's dictionaries warn or guess on some keys, so they are read as the plain dicts they are. Where the two
passes overlap (guid, names, language, dates) the facts of elements.py win: they hold what the document says.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest import text
from ingest.feeds import markup, people, values
from ingest.feeds.elements import Facts
from ingest.feeds.limits import Limits
from ingest.records import Entry, Link, Person

Raw = Mapping[str, Any]  # a FeedParserDict seen as a dict

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})


class Reader:
    """Reads the entries of one document. `base` resolves what xml:base did not; `is_atom` decides two defaults."""

    def __init__(self, *, base: str, is_atom: bool, now: datetime, limits: Limits) -> None:
        self.base = base
        self.is_atom = is_atom
        self.now = now
        self.limits = limits

    def entry(self, raw: Raw, facts: Facts | None, digest: bytes = b"") -> Entry:
        """One entry. Whatever had to be cut or refused is told in its warnings."""
        raw = dict(raw)
        warnings: list[str] = []
        known = facts or Facts()
        url = self._url(raw, warnings)
        summary, content, is_text = self._bodies(raw, known, warnings)
        published_raw = values.raw_date(raw.get("published"))
        updated_raw = values.raw_date(raw.get("updated"))
        if published_raw is None:
            published_raw = known.issued_raw or values.raw_date(raw.get("created"))
            if updated_raw == published_raw:  # feedparser files dc:date under `updated`
                updated_raw = None
        return Entry(
            guid=values.guid(known.guid or raw.get("id"), "guid", self.limits.guid_chars, warnings),
            guid_is_permalink=known.guid_is_permalink,
            url=url,
            title=self.title(raw, warnings),
            summary=summary,
            content=content,
            content_is_text=is_text,
            base_url=self._base_of_body(raw),
            authors=known.people if facts else _authors(raw),
            published=self._date(published_raw, raw, "published", warnings),
            published_raw=published_raw,
            updated=self._date(updated_raw, raw, "updated", warnings),
            updated_raw=updated_raw,
            language=known.language,
            tags=self._tags(raw),
            links=self.links(raw, warnings),
            statements=known.statements,
            item_digest=digest,
            warnings=tuple(warnings),
        )

    def title(self, raw: Raw, warnings: list[str]) -> str | None:
        """Plain text on one line. HTML only where the format or the string itself says so."""
        value = raw.get("title")
        if not isinstance(value, str) or not value:
            return None
        limit = self.limits.title_chars
        kind = dict(raw.get("title_detail") or {}).get("type")
        # The cut leaves room for markup; the reading of a title must not depend on its length beyond that.
        short = value[: 8 * limit]
        is_html = kind in _HTML_TYPES or (not self.is_atom and markup.looks_marked_up(short))
        title = markup.plain(short) if is_html else markup.folded(short)
        if len(title) > limit or len(value) > 8 * limit:
            warnings.append(f"title of {len(value)} characters cut to {limit}")
            title = title[:limit].rstrip()
        return title or None

    def line(self, value: Any) -> str | None:
        """A short text of the feed itself, de-tagged where it is marked up."""
        if not isinstance(value, str):
            return None
        limit = self.limits.title_chars
        return markup.label(value[: 8 * limit])[:limit].rstrip() or None

    def links(self, raw: Raw, warnings: list[str]) -> tuple[Link, ...]:
        """The links with a web address, resolved, each once."""
        found: dict[Link, None] = {}
        for one in list(raw.get("links") or ())[: self.limits.repeats]:
            link = dict(one)
            href = link.get("href")
            if not isinstance(href, str) or not href.strip():
                continue
            address = self._address(href)
            if address is None:
                _tell(warnings, f"link {href[:80]!r} is no web address")
                continue
            rel = str(link.get("rel") or "alternate")
            kind = link.get("type")
            if kind == "text/html" and rel != "alternate":
                kind = None  # feedparser's default, more often wrong than right for a hub or a licence
            title = link.get("title")
            label = markup.label(title)[: self.limits.title_chars] if isinstance(title, str) else None
            found[
                Link(
                    text.storable(address),
                    text.storable(rel)[:100],
                    kind and text.storable(kind)[:100],
                    label,
                )
            ] = None
        return tuple(found)

    def _address(self, href: str) -> str | None:
        return markup.web_address(href, self.base) if len(href) <= self.limits.url_chars else None

    def _url(self, raw: Raw, warnings: list[str]) -> str | None:
        """Where the entry is: its HTML alternate, else any alternate, else its guid when that is a whole address."""
        links = [dict(link) for link in raw.get("links") or ()]
        href = raw.get("link")
        if not any(link.get("href") == href for link in links):
            # feedparser put the guid there, resolved, whatever it is.
            href = next((link.get("href") for link in links if link.get("rel") == "alternate"), None)
        if not isinstance(href, str) or not href.strip():
            return self._guid_address(raw.get("link"))
        address = self._address(href)
        if address is None:
            _tell(warnings, f"link {href[:80]!r} is no web address")
        return text.storable(address) if address else None

    def _guid_address(self, guid: Any) -> str | None:
        if not isinstance(guid, str) or len(guid) > self.limits.url_chars:
            return None
        address = markup.web_address(guid, "")
        return text.storable(address) if address else None

    def _bodies(self, raw: Raw, facts: Facts, warnings: list[str]) -> tuple[str | None, str | None, bool]:
        """Summary (always HTML), fullest body, and whether that body is plain text."""
        summary = values.body(raw.get("summary"))
        summary_is_text = dict(raw.get("summary_detail") or {}).get("type") == "text/plain" and self.is_atom
        content, is_text = None, False
        for one in raw.get("content") or ():
            part = dict(one)
            value, kind = values.body(part.get("value")), part.get("type") or "text/html"
            if value is None or not (kind in _HTML_TYPES or kind == "text/plain" or kind.endswith("xml")):
                continue
            if value.strip() in facts.captions and summary:
                continue  # feedparser takes a caption for a second description
            if content is None or len(value) > len(content):
                content, is_text = value, kind == "text/plain" and self.is_atom
        if summary == content:
            summary = None  # feedparser copies a body into an empty summary
        if summary and content and len(summary) > len(content) and not self.is_atom:
            summary, content = content, summary  # <description> in full beside a short content:encoded
        if summary and summary_is_text:
            summary = html.escape(summary, quote=False)
        limit = self.limits.text_chars
        return values.cut(summary, limit, warnings), values.cut(content, limit, warnings), is_text

    def _base_of_body(self, raw: Raw) -> str | None:
        """The xml:base around the body, where the document gives one."""
        details = [*(raw.get("content") or ()), raw.get("summary_detail") or {}]
        base = next((base for one in details if (base := dict(one).get("base"))), None)
        return markup.web_address(base, self.base) if isinstance(base, str) else None

    def _tags(self, raw: Raw) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for one in list(raw.get("tags") or ())[: self.limits.repeats]:
            tag = dict(one)
            value = tag.get("label") or tag.get("term")
            if isinstance(value, str) and (label := markup.label(value[: self.limits.field_chars])):
                found[label] = None
        return tuple(found)

    def _date(self, raw_date: str | None, raw: Raw, key: str, warnings: list[str]) -> datetime | None:
        return values.date(raw_date, f"{key} date", self.now, warnings, raw.get(f"{key}_parsed"))


def _authors(raw: Raw) -> tuple[Person, ...]:
    """feedparser's reading of names, for documents our own pass could not line up with it."""
    named: list[Person | None] = []
    for key, role in (("authors", "author"), ("contributors", "contributor")):
        for one in raw.get(key) or ():
            part = dict(one)
            named.append(people.construct(part.get("name"), part.get("email"), part.get("href"), role))
    return people.distinct(named)


def _tell(warnings: list[str], line: str) -> None:
    line = text.storable(line)
    if line not in warnings:
        warnings.append(line)
