"""The pure stages as a worker process runs them: functions of the module level, picklable in and out.

Importing this module imports the parsers; the parent preloads it into the fork server, so that a new
worker starts with everything in place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path

from ingest.articles.blocks import from_text
from ingest.articles.extract import extract
from ingest.articles.notices import catalogue
from ingest.feeds.parse import parse
from ingest.records import Attribution, Extraction, Failure, NoticeKind, ParsedFeed, Source
from ingest.text import storable


@dataclass(frozen=True)
class ExtractOptions:
    """Which catalogue, and what of its finds is cut."""

    rules_dir: Path | None
    cut_kinds: frozenset[NoticeKind]
    threshold: float

    @cached_property
    def catalogue_version(self) -> str:
        return _catalogue(self.rules_dir).version


def parse_document(
    body: bytes, *, url: str, content_type: str | None, known: frozenset[bytes], now: datetime
) -> ParsedFeed | Failure:
    return parse(body, url=url, content_type=content_type, known=known, now=now)


def extract_batch(sources: list[Source], options: ExtractOptions) -> list[Extraction]:
    rules = _catalogue(options.rules_dir)
    return [
        extract(source, rules, cut_kinds=options.cut_kinds, threshold=options.threshold) for source in sources
    ]


def read_plainly(source: Source) -> Extraction:
    """The text of a source whose extraction had to be killed: tags dropped, nothing understood."""
    text = storable(re.sub(r"<[^>]{0,2000}>", " ", source.body)).strip()
    document = from_text(text)
    told = "extraction was stopped: plain text only"
    return Extraction(
        source.title, text, text, "", document, (), Attribution(), source.language, warnings=(told,)
    )


@lru_cache(maxsize=4)
def _catalogue(rules_dir: Path | None) -> catalogue.Catalogue:
    return catalogue.load(rules_dir if rules_dir and rules_dir.is_dir() else None)
