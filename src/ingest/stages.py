"""The pure stages as a worker process runs them: functions of the module level, picklable in and out.

What they work with is imported where they run. The parent only names them, and a poll that finds nothing new needs
neither a parser nor the catalogue.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import CatalogueError
from ingest.text import storable, without_tags
from ingest.urls import registrable_domain

if TYPE_CHECKING:
    from ingest.articles.notices.catalogue import Catalogue
    from ingest.articles.notices.cutting import Cutting
    from ingest.articles.publishers.table import Table
    from ingest.records import Extraction, Failure, FeedLearning, Notice, NoticeKind, ParsedFeed, Source

STOPPED = "extraction was stopped: plain text only"
"""The warning of a text that `read_plainly` made."""


@dataclass(frozen=True)
class ExtractOptions:
    """Which catalogue and table of publishers, what of its finds is cut, and who reads the terms of pages."""

    rules_dir: Path | None
    cut_kinds: frozenset[NoticeKind]
    threshold: float
    publishers_file: Path | None
    agent: str

    @property
    def cutting(self) -> Cutting:
        from ingest.articles.notices.cutting import Cutting

        return Cutting(self.threshold, self.cut_kinds)

    @property
    def catalogue_version(self) -> str:
        """Of the rules as this process has them; and of what else decides what is read out of a text, where it is not
        as shipped: which notices are cut, and the operator's own publishers.

        Loads the rules; raises CatalogueError when one is wrong.
        """
        from ingest.articles.notices.cutting import USUAL

        rules = _catalogue(self.rules_dir).version
        own = self.publishers_file
        publishers = own.read_bytes() if own and own.is_file() else b""
        if self.cutting == USUAL and not publishers:
            return rules
        told = repr((self.threshold, sorted(self.cut_kinds))).encode() + publishers
        return f"{rules}+{hashlib.blake2b(told, digest_size=4).hexdigest()}"


def catalogue_version(options: ExtractOptions) -> str:
    return options.catalogue_version


def check_publishers(options: ExtractOptions) -> None:
    """Raise CatalogueError when one of the operator's own publishers is wrong."""
    _publishers(options.publishers_file)


def parse_document(
    body: bytes, *, url: str, content_type: str | None, known: frozenset[bytes], now: datetime
) -> ParsedFeed | Failure:
    from ingest.feeds.parse import parse

    return parse(body, url=url, content_type=content_type, known=known, now=now)


def extract_batch(
    sources: list[Source], keys: list[int], options: ExtractOptions, memory: bytes | None, now: datetime
) -> tuple[list[Extraction], FeedLearning, str]:
    """Entries of one feed, extracted with what they and those before them (`memory`) teach of its templates; and the
    version of the catalogue that read them.

    All are learned from before any is cut, so that the first visit to a feed finds its footers, too. `keys` name
    the entries over their versions, one a source.
    """
    from ingest.articles.extract import conclude, find_in
    from ingest.articles.notices.learn import Learner
    from ingest.articles.notices.memory import pack, unpack
    from ingest.records import FeedLearning

    rules = _catalogue(options.rules_dir)
    cutting = options.cutting
    found = [find_in(source, rules, cutting, now=now, agent=options.agent) for source in sources]
    learner = Learner(unpack(memory), now, cutting)
    for one, key in zip(found, keys, strict=True):
        learner.learn(one.document, one.notices, one.source, key)
    learned = learner.memory
    publishers = _publishers(options.publishers_file)
    extractions = [
        _to_store(conclude(one, rules, cutting, memory=learned, publishers=publishers)) for one in found
    ]
    return extractions, FeedLearning(pack(learned), learned.learned()), options.catalogue_version


def reread_batch(
    sources: list[Source], earlier: list[tuple[Notice, ...]], options: ExtractOptions, memory: bytes | None
) -> list[Extraction]:
    """Entries of one feed that were read before, extracted by the rules of now; nothing is learned from them.

    `earlier` are the notices of each that were found then: those of templates the feed has since given up hold on.
    """
    from ingest.articles.extract import conclude, find_in
    from ingest.articles.notices.carrying import carry_over
    from ingest.articles.notices.memory import unpack

    rules = _catalogue(options.rules_dir)
    cutting = options.cutting
    learned = unpack(memory)
    publishers = _publishers(options.publishers_file)
    extractions = []
    for source, before in zip(sources, earlier, strict=True):
        found = find_in(source, rules, cutting, agent=options.agent)
        notices = carry_over(before, learned, found.document, found.notices, cutting)
        found = replace(found, notices=notices)
        read = conclude(found, rules, cutting, memory=learned, publishers=publishers)
        extractions.append(_to_store(read))
    return extractions


def _to_store(extraction: Extraction) -> Extraction:
    """With its fingerprints, and without the blocks, which nobody stores: to send them costs more than all the rest."""
    from ingest.articles.copies.fingerprints import fingerprints
    from ingest.records import Document

    document = Document(extraction.source_text, ())
    return replace(extraction, document=document, fingerprints=fingerprints(extraction.text))


def read_plainly(source: Source) -> Extraction:
    """The text of a source whose extraction had to be killed: tags dropped, nothing understood.

    Takes linear time, for nobody kills this one. Of a page the feed's own body, where it gave one.
    """
    from ingest.articles.blocks import from_text
    from ingest.records import Attribution, Extraction

    text = source.body if source.entry_body is None else source.entry_body
    if source.is_html:
        text = without_tags(text)
    text = storable(text).strip()
    document = from_text(text)
    return Extraction(
        source.title, text, text, "", document, (), Attribution(), source.language, warnings=(STOPPED,)
    )


def warm(rules_dir: Path | None) -> None:
    """Import and load all that the stages need. A wrong rule is left to the first call that needs it."""
    from ingest.articles import extract  # noqa: F401
    from ingest.articles.copies import fingerprints  # noqa: F401
    from ingest.articles.notices import carrying, learn  # noqa: F401
    from ingest.feeds import parse

    parse.library()
    registrable_domain("example.com")  # reads the public suffix list
    with suppress(CatalogueError):
        _catalogue(rules_dir)
        _publishers(None)


@lru_cache(maxsize=4)
def _catalogue(rules_dir: Path | None) -> Catalogue:
    from ingest.articles.notices import catalogue

    return catalogue.load(rules_dir if rules_dir and rules_dir.is_dir() else None)


def _publishers(own: Path | None) -> Table:
    from ingest.articles.publishers import table

    return table.load(own if own and own.is_file() else None)
