"""The documentation cannot lie: what it shows is run, what it names exists, what exists is named."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.articles.extract import extract
from ingest.articles.notices import catalogue
from ingest.cli.root import VERBS
from ingest.feeds.parse import parse
from ingest.records import Extraction, NoticeKind, ParsedFeed, Source, SourceFeed

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read_sample(name: str) -> list[Extraction]:
    body = (ROOT / "config/samples" / name).read_bytes()
    feed = parse(body, url=f"file:config/samples/{name}", now=NOW)
    assert isinstance(feed, ParsedFeed)
    told = SourceFeed(None, feed.title, feed.url, feed.language, feed.statements)
    rules = catalogue.load()
    return [extract(Source.of_entry(entry, told), rules) for entry in feed.entries]


def test_the_readmes_before_and_after_is_what_comes_out() -> None:
    found = read_sample("relay-digest.rss")[0]
    told = found.attribution
    names = [hop.publisher for hop in told.hops]
    shown: dict[str, Any] = {
        "chain": " → ".join(str(name) for name in names),
        "original_url": told.original_url,
        "copyright_holder": told.copyright_holder,
        "removal_contact": told.removal_contact,
        "completeness": told.completeness.value,
        "bylines": "; ".join(f"{b.name}, {b.role} at {names[b.hop or 0]}" for b in told.bylines),
    }
    block = re.search(r"<!-- tested.*?```text\n(.*?)```", README, re.S)
    assert block
    assert dict(re.split(r"\s{2,}", line, maxsplit=1) for line in block[1].splitlines()) == shown
    assert found.text.endswith("the wall of her kitchen.")


def test_the_readmes_python_runs_and_shows_what_it_says() -> None:
    block = re.search(r"```python\n(.*?)```", README, re.S)
    assert block
    scope: dict[str, Any] = {}
    for line in block[1].splitlines():
        code, _, comment = line.partition("#")
        if comment.strip().startswith("'"):
            assert repr(eval(code, scope)) == comment.strip()
        else:
            exec(code, scope)


@pytest.mark.parametrize("verb", [verb for verbs in VERBS.values() for verb in verbs])
def test_every_verb_is_in_the_changelog_and_every_verb_shown_exists(verb: str) -> None:
    assert f"`{verb}`" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_command_the_documents_show_exists() -> None:
    known = {verb for verbs in VERBS.values() for verb in verbs}
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for verb in re.findall(r"(?:^\$ |`)(?:\.venv/bin/)?ingest ([a-z]+)", page.read_text("utf-8"), re.M):
            assert verb in known, f"{page.name} shows `ingest {verb}`"


def test_every_link_between_the_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *sorted((ROOT / "docs").glob("*.md")), *ROOT.glob("config/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_nothing_refers_to_a_paper_that_the_reader_does_not_have() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "src").rglob("*.py")]
    for page in pages:
        # Our own documents are links or lower-case names.
        found = re.search(r"\b(?:DESIGN|FACTS|NOTICES)\b", page.read_text("utf-8"))
        assert found is None, f"{page.relative_to(ROOT)}: {found[0]}"


def test_every_module_the_architecture_names_exists() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    for path in re.findall(r"^\| `([\w/]+\.py)`", text, re.M):
        assert (ROOT / "src/ingest" / path).is_file(), path


def test_the_samples_show_the_shapes_of_syndication() -> None:
    every = [
        found
        for name in ("relay-digest.rss", "valley-commons.atom", "harbour-wire.rdf", "market-releases.json")
        for found in read_sample(name)
    ]
    kinds = {notice.kind for found in every for notice in found.notices}
    assert {
        NoticeKind.APPEARED_FIRST,
        NoticeKind.ORIGINALLY_PUBLISHED,
        NoticeKind.COURTESY_OF,
        NoticeKind.REMOVAL_CONTACT,
        NoticeKind.EXCERPT_MARK,
        NoticeKind.LICENSE,
        NoticeKind.DATELINE,
        NoticeKind.PRESS_RELEASE_SOURCE,
        NoticeKind.PHOTO_CREDIT,
        NoticeKind.EDITORIAL_NOTE,
    } <= kinds
    chains = {" → ".join(str(hop.publisher) for hop in found.attribution.hops) for found in every}
    assert "The Ansel Ledger → Valley Commons" in chains
    assert "Reuters → Harbour Times" in chains
    assert "Inselbote → Harbour Times" in chains
