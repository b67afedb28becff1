"""Lists of feeds: OPML 1/2 from other readers, CSV from spreadsheets, our own TOML.

OPML and CSV come from elsewhere: a row that names no feed is a warning, and an address may only be http(s). The TOML
list is the operator's configuration: it may name `file:` documents, and a mistake in it is an error, because a feed
quietly left out would be retired and one with a misspelt `enabled` polled.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from ingest import charset, urls
from ingest.errors import FeedListError
from ingest.feeds import markup, repair
from ingest.feeds.limits import Limits, scan
from ingest.records import Failure, FeedPolicy
from ingest.text import FORMULA, csv_safe, one_line

_LIMITS = Limits(depth=64, elements=500_000)
_OURS = "urn:ingest:feedlist"  # namespace of what OPML has no attribute for
_COLUMNS = ("url", "title", "tags", "language", "policy", "enabled", "home_url")
_ALIASES = {
    "xmlurl": "url",
    "feed": "url",
    "feed_url": "url",
    "name": "title",
    "htmlurl": "home_url",
    "lang": "language",
}
_FALSE = frozenset({"false", "no", "0", "off"})
_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*feeds[ \t]*\]\]", re.M)


@dataclass(frozen=True, slots=True)
class ListedFeed:
    url: str
    title: str | None = None
    enabled: bool = True
    policy: FeedPolicy = FeedPolicy.DEFAULT
    language: str | None = None  # BCP 47
    tags: tuple[str, ...] = ()  # of OPML: its folders and categories
    home_url: str | None = None


@dataclass(frozen=True, slots=True)
class FeedList:
    """In the list's order, each address once. `warnings` are one line each, naming file and row."""

    feeds: tuple[ListedFeed, ...]
    warnings: tuple[str, ...] = ()


def read(data: bytes, name: str) -> FeedList:
    """Read a list of feeds; its kind by the ending of `name`, else by how it starts. A plain list of addresses, one
    a line, reads as CSV. `name` is used in messages.

    Raises FeedListError, naming the file, the line, the cause and the next step.
    """
    kind = name.rpartition(".")[2].lower()
    if kind not in ("opml", "xml", "csv", "tsv", "txt", "toml"):
        start = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
        kind = "opml" if start.startswith(b"<") else "toml" if b"[[feeds]]" in data else "csv"
    if not data.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        if kind == "toml":
            return FeedList(())
        raise FeedListError(f"{name}: the file is empty. Give an OPML, CSV or TOML list of feeds.")
    if kind in ("opml", "xml"):
        return _distinct(*_opml(data, name), name)
    if kind == "toml":
        return _distinct(_toml(data, name), [], name)
    return _distinct(*_csv(data, name), name)


def _distinct(listed: Iterable[ListedFeed], warnings: list[str], name: str) -> FeedList:
    """Each address once, compared in canonical form; a feed filed in several folders has the tags of all."""
    kept: dict[str, ListedFeed] = {}
    for feed in listed:
        if problem := urls.too_long(feed.url):
            warnings.append(f"{name}: {_shown(feed.url)}: {problem}; left out")
            continue
        key = urls.normalise(feed.url)
        seen = kept.get(key)
        if seen is None:
            kept[key] = feed
            continue
        kept[key] = replace(
            seen, title=seen.title or feed.title, tags=tuple(dict.fromkeys(seen.tags + feed.tags))
        )
        warnings.append(f"{name}: {urls.without_secrets(feed.url)} is listed more than once")
    return FeedList(tuple(kept.values()), tuple(warnings))


def _shown(url: str) -> str:
    return one_line(urls.without_secrets(url), 80)


# --------------------------------------------------------------------------- OPML


def _opml(data: bytes, name: str) -> tuple[list[ListedFeed], list[str]]:
    document, warnings = charset.to_utf8(data)
    start = max(document.find(b"<opml"), document.find(b"<OPML"))
    if start < 0:
        raise FeedListError(
            f"{name}, line 1: no <opml> element. Export the subscriptions as OPML, or use CSV: url,title,tags."
        )
    document, cleaned = repair.clean(document, start)
    warnings = [f"{name}: {line}" for line in warnings + cleaned]
    measured = scan(document, _LIMITS)
    if isinstance(measured, Failure):
        raise FeedListError(f"{name}: {measured.detail}. Make the list simpler, or give CSV: url,title,tags.")
    if measured.fault:
        document = repair.escape_loose(repair.expand(document, measured.entities))
        warnings.append(f"{name}: not well-formed, read as far as it can be: {measured.fault}")
    root = etree.fromstring(document, repair.tree_parser())
    listed: list[ListedFeed] = []
    if root is not None:
        for body in root.iter("body", "BODY"):
            for outline in body.iterchildren("*"):
                listed.extend(_outlines(outline, (), name, warnings))
    if not listed and measured.fault:
        raise FeedListError(f"{name}: no feed could be read: {measured.fault}. Export the list anew.")
    return listed, warnings


def _outlines(
    outline: etree._Element, folders: tuple[str, ...], name: str, warnings: list[str]
) -> Iterator[ListedFeed]:
    """An outline with xmlUrl is a feed; one without is a folder. scan() has bounded the depth."""
    given = {str(key).lower(): str(value) for key, value in outline.attrib.items()}
    title = markup.label(given.get("title") or given.get("text") or "") or None
    address = given.get("xmlurl", "").strip()
    if address:
        feed_url = markup.web_address(address, "")
        if feed_url is None:
            warnings.append(
                f"{name}, line {outline.sourceline}: {address[:80]!r} is no web address: left out"
            )
        else:
            categories = (part.strip().strip("/") for part in given.get("category", "").split(","))
            yield ListedFeed(
                url=feed_url,
                title=title if title != address else None,  # as write_opml names the nameless
                enabled=given.get(f"{{{_OURS}}}enabled", "true").lower() not in _FALSE,
                policy=_policy(given.get(f"{{{_OURS}}}policy", "")),
                language=markup.folded(given.get("language", "")) or None,
                tags=tuple(dict.fromkeys((*folders, *filter(None, map(markup.label, categories))))),
                home_url=markup.web_address(given.get("htmlurl"), ""),
            )
    inside = folders if address or not title else (*folders, title)
    for child in outline.iterchildren("*"):
        yield from _outlines(child, inside, name, warnings)


def _policy(value: str) -> FeedPolicy:
    try:
        return FeedPolicy(value)
    except ValueError:
        return FeedPolicy.DEFAULT


def write_opml(feeds: Iterable[ListedFeed]) -> str:
    """OPML 2.0: each feed in a folder of its first tag, all its tags in `category`."""
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"ingest": _OURS})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Feeds"
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in feeds:
        parent = body
        if feed.tags:
            folder = feed.tags[0]
            if folder not in folders:
                folders[folder] = etree.SubElement(body, "outline", {"text": folder})
            parent = folders[folder]
        title = feed.title or feed.url
        attributes = {
            "type": "rss",
            "text": title,
            "title": feed.title,
            "xmlUrl": feed.url,
            "htmlUrl": feed.home_url,
        }
        attributes |= {"language": feed.language, "category": ",".join(feed.tags)}
        if feed.policy is not FeedPolicy.DEFAULT:
            attributes[f"{{{_OURS}}}policy"] = feed.policy
        if not feed.enabled:
            attributes[f"{{{_OURS}}}enabled"] = "false"
        etree.SubElement(parent, "outline", {key: value for key, value in attributes.items() if value})
    written = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return bytes(written).decode()


# --------------------------------------------------------------------------- CSV


def _csv(data: bytes, name: str) -> tuple[list[ListedFeed], list[str]]:
    document, warnings = charset.to_utf8(data)
    lines = document.decode("utf-8", "replace").lstrip("\ufeff").replace("\0", "")
    first = lines.lstrip().partition("\n")[0]
    delimiter = next((sign for sign in (",", "\t", ";") if sign in first), ",")
    rows = csv.reader(io.StringIO(lines), delimiter=delimiter, skipinitialspace=True)
    columns: list[str] = []
    listed: list[ListedFeed] = []
    try:
        for row in rows:
            if not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
                continue
            if not columns:
                heads = [_ALIASES.get(cell.strip().lower(), cell.strip().lower()) for cell in row]
                columns = heads if "url" in heads else ["url", "title", "tags"]
                if columns is heads:
                    continue
            feed = _row(dict(zip(columns, map(_cell, row), strict=False)))
            if feed is None:
                shown = delimiter.join(row)[:80]
                warnings.append(f"{name}, line {rows.line_num}: {shown!r} names no web address: left out")
            else:
                listed.append(feed)
    except csv.Error as error:
        raise FeedListError(
            f"{name}, line {rows.line_num}: {error}. Write one feed a line: url,title,tags."
        ) from error
    if not listed:
        raise FeedListError(f"{name}: no line names a feed. Write one feed a line: url,title,tags.")
    return listed, warnings


def _row(cells: Mapping[str, str]) -> ListedFeed | None:
    url = markup.web_address(cells.get("url"), "")
    if url is None:
        return None
    return ListedFeed(
        url=url,
        title=markup.folded(cells.get("title", "")) or None,
        enabled=cells.get("enabled", "").strip().lower() not in _FALSE,
        policy=_policy(cells.get("policy", "").strip().lower()),
        language=cells.get("language", "").strip() or None,
        tags=tuple(
            dict.fromkeys(tag for part in cells.get("tags", "").split(";") if (tag := markup.folded(part)))
        ),
        home_url=markup.web_address(cells.get("home_url"), ""),
    )


def _cell(value: str) -> str:
    """A cell without the quote that keeps a spreadsheet from running it."""
    return value[1:] if value[:1] == "'" and value[1:2] in FORMULA else value


def write_csv(feeds: Iterable[ListedFeed]) -> str:
    """CSV with a header; tags are separated by semicolons, a cell that a spreadsheet would run begins with a quote."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for feed in feeds:
        cells = (
            feed.url,
            feed.title,
            ";".join(feed.tags),
            feed.language,
            feed.policy,
            str(feed.enabled).lower(),
        )
        values = [cell or "" for cell in (*cells, feed.home_url)]
        writer.writerow([csv_safe(value) for value in values])
    return target.getvalue()


# --------------------------------------------------------------------------- TOML


def _toml(data: bytes, name: str) -> list[ListedFeed]:
    try:
        source = data.decode("utf-8-sig")
        document = tomllib.loads(source)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FeedListError(f"{name}, line {line}: not UTF-8. Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise FeedListError(f'{name}: {error}. Each feed is a [[feeds]] table with url = "…".') from error
    unknown = sorted(document.keys() - {"feeds"})
    tables = document.get("feeds", [])
    if unknown or not isinstance(tables, list):
        raise FeedListError(
            f"{name}: {', '.join(unknown) or 'feeds'} is no [[feeds]] table. Only those stand here."
        )
    lines = [source.count("\n", 0, match.start()) + 1 for match in _TABLE.finditer(source)]
    places = [f"{name}, line {line}" for line in lines]
    if len(places) != len(tables):  # an inline array
        places = [f"{name}, feed {number}" for number in range(1, len(tables) + 1)]
    return [_table(table, place) for table, place in zip(tables, places, strict=True)]


def _table(table: Any, place: str) -> ListedFeed:
    kinds: dict[str, type] = {"tags": list, "enabled": bool}
    if not isinstance(table, dict):
        raise FeedListError(f'{place}: not a table. Write [[feeds]] with url = "…".')
    for key, value in table.items():
        if key not in _COLUMNS:
            raise FeedListError(f"{place}: unknown key {key!r}. Known are {', '.join(_COLUMNS)}.")
        fits = isinstance(value, kinds.get(key, str))
        if not fits or (key == "tags" and not all(isinstance(tag, str) for tag in table[key])):
            wanted = {"tags": "a list of texts", "enabled": "true or false"}.get(key, "a text")
            raise FeedListError(f"{place}: {key} = {value!r} is not {wanted}.")
    url = table.get("url", "").strip()
    if not urls.is_web(url) and not url.startswith("file:"):
        raise FeedListError(f"{place}: url = {url!r} is no http, https or file address.")
    if problem := urls.too_long(url):
        raise FeedListError(f"{place}: {_shown(url)}: {problem}.")
    policy = table.get("policy", FeedPolicy.DEFAULT)
    if policy not in tuple(FeedPolicy):
        raise FeedListError(f"{place}: policy = {policy!r}. Say one of {', '.join(FeedPolicy)}.")
    return ListedFeed(
        url=url,
        title=table.get("title") or None,
        enabled=table.get("enabled", True),
        policy=FeedPolicy(policy),
        language=table.get("language") or None,
        tags=tuple(dict.fromkeys(table.get("tags", ()))),
        home_url=table.get("home_url") or None,
    )


def write_toml(feeds: Iterable[ListedFeed]) -> str:
    """Our TOML: a [[feeds]] table a feed, defaults left out."""
    import tomlkit

    tables = tomlkit.aot()
    for feed in feeds:
        table = tomlkit.table()
        table.add("url", feed.url)
        for key, value in (("title", feed.title), ("language", feed.language), ("home_url", feed.home_url)):
            if value:
                table.add(key, value)
        if feed.policy is not FeedPolicy.DEFAULT:
            table.add("policy", feed.policy.value)
        if not feed.enabled:
            table.add("enabled", False)
        if feed.tags:
            table.add("tags", list(feed.tags))
        tables.append(table)
    document = tomlkit.document()
    if tables:
        document.add("feeds", tables)
    return tomlkit.dumps(document)
