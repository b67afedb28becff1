"""Real feeds and hostile ones from the shared corpora, when they are here."""

from __future__ import annotations

import importlib.util
import io
import re
import time
from collections.abc import Callable
from pathlib import Path

from ingest.feeds.parse import parse
from ingest.records import Entry, Failure, FailureKind, ParsedFeed
from tests.feeds.feed_samples import NOW, URL, read

# Too big for a test, or the like of another that is read.
GIANTS = {"content_10MB_lt", "content_amp_5MB", "content_5MB_nested_b"}
GIANTS |= {"entries_100000", "entries_1000000", "content_50MB_text", "codec_zlib_bomb", "deep_xml_1000000"}
REFUSED = re.compile(
    r"billion_laughs|quadratic_blowup|xxe_.*|deep_xml_1\d{5,}|deep_xhtml_.*|attr_flood|ns_flood"
)
NO_FEED = {"html_instead": FailureKind.NOT_A_FEED, "html_with_feed_link": FailureKind.NOT_A_FEED}
NO_FEED |= {"empty": FailureKind.EMPTY, "spaces": FailureKind.EMPTY}
COUNTS = {
    "ok_10": 10,
    "entries_10000": 10_000,
    "dup_guid_1000": 1_000,
    "no_guid_no_link": 10,
    "guid_whitespace": 3,
}
COUNTS |= {"truncated": 8, "truncated_mid_content": 5, "bad_links": 10, "xss_all": 23, "title_csv_inject": 5}


def test_every_entry_feedparser_sees_in_a_real_feed_is_in_ours(shared: Path) -> None:
    """In documents that are whole; and read item by item they are the same entries."""
    import feedparser

    compared = 0
    for path in sorted((shared / "feeds").glob("*.xml")):
        body = path.read_bytes()
        theirs = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
        ours = read(body)
        if ours.truncated or not theirs.entries:
            continue
        assert len(ours.entries) == len(theirs.entries), path.name
        for mine, raw in zip(ours.entries, theirs.entries, strict=True):
            one = dict(raw)
            assert " ".join((mine.title or "").split())[:20] == _plain(one.get("title", ""))[:20], path.name
            bodies = [one.get("summary", ""), *(dict(part)["value"] for part in one.get("content", ()))]
            read_bodies = [mine.summary or "", mine.content or ""]
            assert max(map(len, read_bodies)) >= max(map(len, bodies)), path.name
            if str(one.get("link", "")).startswith("http"):
                assert mine.url == one["link"].replace(" ", "%20"), path.name
            assert bool(mine.tags) == any(dict(tag)["term"] for tag in one.get("tags", ())), path.name
            compared += 1
        known = frozenset(ours.item_digests[1:])
        assert read(body, known=known).entries == ours.entries[:1], path.name
    assert compared > 150


def _plain(title: str) -> str:
    import html

    return " ".join(html.unescape(re.sub(r"</?[a-z][^<>]*>", "", title)).split())


def test_a_real_feed_that_stops_in_the_middle_gives_its_whole_entries(shared: Path) -> None:
    body = (shared / "feeds" / "osm-pl.xml").read_bytes()
    feed = read(body)
    assert feed.truncated
    assert len(feed.entries) == body.count(b"</item>")


def test_the_named_elements_of_the_reference_feeds_are_stated(shared: Path) -> None:
    feed = read((shared / "feeds" / "ref-rss-ns.xml").read_bytes())
    properties = {one.property for one in feed.entries[0].statements}
    assert properties >= {
        "creator",
        "contributor",
        "publisher",
        "rights",
        "copyright_holder",
        "copyright_year",
    }
    assert properties >= {"license", "original_url", "image_credit", "image_copyright"}
    assert feed.subtitle == "This is an example of description."


def test_every_hostile_feed_ends_as_expected_in_bounded_time(shared: Path) -> None:
    for name, make in _hostile(shared).items():
        if name in GIANTS:
            continue
        body = make()
        started = time.process_time()
        result = parse(body, url=URL, now=NOW)
        assert time.process_time() - started < 5, name
        if REFUSED.fullmatch(name):
            assert isinstance(result, Failure), name
            assert result.kind is FailureKind.REFUSED, name
        elif name in NO_FEED:
            assert isinstance(result, Failure), name
            assert result.kind is NO_FEED[name], name
        else:
            assert isinstance(result, ParsedFeed), f"{name}: {result}"
            assert len(result.entries) == COUNTS.get(name, len(result.entries)), name
            assert result.entries, name
            assert result.truncated == name.startswith("truncated"), name
            for one in result.entries:
                _check_entry(one, name)


def _hostile(shared: Path) -> dict[str, Callable[[], bytes]]:
    spec = importlib.util.spec_from_file_location("hostile_feeds", shared / "adversarial" / "gen.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: make for name, (make, _) in module.FEED.items()}


def _check_entry(one: Entry, name: str) -> None:
    assert one.published is None or one.published.year in (2021, 2026), name
    for link in one.links:
        assert link.href.startswith(("http://", "https://")), name
    assert one.url is None or one.url.startswith(("http://", "https://")), name
    values = (one.title, one.guid, one.summary, one.content, one.published_raw, *one.tags, *one.warnings)
    everything = "\n".join(value for value in values if value)
    everything.encode()
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", everything), name
    assert len(everything) <= 1_100_000, name
