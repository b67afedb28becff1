"""The pure stages as a worker process runs them: functions of the module level, picklable in and out.

Importing this module imports the parsers; the parent preloads it into the fork server, so that a new
worker starts with everything in place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypedDict

from ingest.articles.blocks import from_text
from ingest.articles.extract import conclude, find_in
from ingest.articles.notices import catalogue
from ingest.articles.notices.carrying import carry_over
from ingest.articles.notices.learn import learn
from ingest.articles.notices.memory import pack, unpack
from ingest.feeds.parse import parse
from ingest.records import (
    Attribution,
    Extraction,
    Failure,
    FeedLearning,
    Notice,
    NoticeKind,
    ParsedFeed,
    Source,
)
from ingest.text import storable

STOPPED = "extraction was stopped: plain text only"
"""The warning of a text that `read_plainly` made."""


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


def extract_batch(
    sources: list[Source], keys: list[int], options: ExtractOptions, memory: bytes | None, now: datetime
) -> tuple[list[Extraction], FeedLearning]:
    """Entries of one feed, extracted with what they and those before them (`memory`) teach of its templates.

    All are learned from before any is cut, so that the first visit to a feed finds its footers, too. `keys` name
    the entries over their versions, one a source.
    """
    rules = _catalogue(options.rules_dir)
    how: _How = {"cut_kinds": options.cut_kinds, "threshold": options.threshold}
    found = [find_in(source, rules, **how) for source in sources]
    learned = unpack(memory)
    for one, key in zip(found, keys, strict=True):
        learned = learn(learned, one.document, one.notices, one.source, key, now)
    extractions = [conclude(one, rules, memory=learned, **how) for one in found]
    return extractions, FeedLearning(pack(learned), learned.learned())


def reread_batch(
    sources: list[Source], earlier: list[tuple[Notice, ...]], options: ExtractOptions, memory: bytes | None
) -> list[Extraction]:
    """Entries of one feed that were read before, extracted by the rules of now; nothing is learned from them.

    `earlier` are the notices of each that were found then: those of templates the feed has since given up hold on.
    """
    rules = _catalogue(options.rules_dir)
    how: _How = {"cut_kinds": options.cut_kinds, "threshold": options.threshold}
    learned = unpack(memory)
    extractions = []
    for source, before in zip(sources, earlier, strict=True):
        found = find_in(source, rules, **how)
        notices = carry_over(before, learned, found.document, found.notices, **how)
        extractions.append(conclude(replace(found, notices=notices), rules, memory=learned, **how))
    return extractions


class _How(TypedDict):
    cut_kinds: frozenset[NoticeKind]
    threshold: float


def read_plainly(source: Source) -> Extraction:
    """The text of a source whose extraction had to be killed: tags dropped, nothing understood."""
    text = storable(re.sub(r"<[^>]{0,2000}>", " ", source.body)).strip()
    document = from_text(text)
    return Extraction(
        source.title, text, text, "", document, (), Attribution(), source.language, warnings=(STOPPED,)
    )


@lru_cache(maxsize=4)
def _catalogue(rules_dir: Path | None) -> catalogue.Catalogue:
    return catalogue.load(rules_dir if rules_dir and rules_dir.is_dir() else None)
