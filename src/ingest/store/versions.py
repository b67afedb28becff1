"""Writing what the stages made of changed entries: articles, versions and their evidenced attribution.

One statement a table, however many polls are written together and however many entries they brought.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest import text
from ingest.records import Draft, EntryKeys, Evidence, Extraction
from ingest.store import fingerprints, standing, withholding
from ingest.store.bulk import Values, chunks, ids_by_key, insert_all, new_ids, update_all
from ingest.store.models import (
    Article,
    ArticleVersion,
    BylineRow,
    ClaimRow,
    HopRow,
    NoticeRow,
    Person,
    Publisher,
)
from ingest.store.models_articles import KEYS, key_column
from ingest.store.types import ArticleStatus


class Read(NamedTuple):
    """What the article stages made of entries of one feed: when, and by the rules of which catalogue."""

    feed_id: int
    drafts: Sequence[Draft]
    at: datetime
    catalogue_version: str


class Numbered(NamedTuple):
    """A draft that becomes a version."""

    draft: Draft
    of: Read
    article_id: int
    number: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the drafts of one feed. `items` maps each article written to the digest of its raw item."""

    new: Sequence[Numbered]
    edited: Sequence[Numbered]
    items: dict[int, bytes]
    withheld: int  # drafts that a takedown names, by what they turned out to be when they were read

    @property
    def fingerprints(self) -> dict[int, tuple[int, ...]]:
        """Of what became a version, by article."""
        return {item.article_id: item.draft.extraction.fingerprints for item in (*self.new, *self.edited)}


def write(session: Session, reads: Sequence[Read]) -> list[Written]:
    """Store new articles and new versions of known ones; of each feed what became of it.

    A takedown may have come between reading and writing: what it names is not stored. An article whose keys changed
    and nothing else (its feed regenerated the guids) keeps its version.
    """
    allowed = withholding.allowed(session, [(read.feed_id, read.drafts) for read in reads])
    names = names_in(session, [draft.extraction for drafts in allowed for draft in drafts])
    ids = [draft.change.article_id for drafts in allowed for draft in drafts]
    known = _current(session, [article_id for article_id in ids if article_id is not None])
    fresh = iter(new_ids(session, Article, ids.count(None)))
    done = [_sort(read, drafts, known, fresh) for read, drafts in zip(reads, allowed, strict=True)]
    new = [item for written in done for item in written.new]
    edited = [item for written in done for item in written.edited]
    numbers = new_ids(session, ArticleVersion, len(new) + len(edited))
    versions = list(zip(numbers, [*new, *edited], strict=True))
    insert_all(session, Article, [_article(item, number) for number, item in versions[: len(new)]])
    for number, item in versions[len(new) :]:
        known[item.article_id]["current_version_id"] = number
    for article in known.values():
        del article["digest"]
    update_all(session, Article, list(known.values()))
    _insert_versions(session, versions, names)
    texts = [
        (article_id, some, read.at)
        for read, written in zip(reads, done, strict=True)
        for article_id, some in written.fingerprints.items()
    ]
    fingerprints.keep(session, texts)
    return done


def _sort(
    read: Read, drafts: Sequence[Draft], known: dict[int, dict[str, Any]], fresh: Iterator[int]
) -> Written:
    """Tell new articles, which take `fresh` numbers, from versions of `known` ones, which are brought up to date."""
    new: list[Numbered] = []
    edited: list[Numbered] = []
    items: dict[int, bytes] = {}
    for draft in drafts:
        article_id = draft.change.article_id
        if article_id is None:
            article_id = next(fresh)
            new.append(Numbered(draft, read, article_id, 1))
        elif article_id not in known:
            continue  # taken down
        elif _is_edited(known[article_id], draft, read.at):
            edited.append(Numbered(draft, read, article_id, known[article_id]["versions"]))
        items[article_id] = draft.change.entry.item_digest
    return Written(new, edited, items, len(read.drafts) - len(drafts))


def _is_edited(article: dict[str, Any], draft: Draft, now: datetime) -> bool:
    """Bring the columns of a known article up to date; whether what it says is another version."""
    article |= _identity(draft)
    if article["digest"] == draft.change.digest:
        return False
    article |= {
        "versions": article["versions"] + 1,
        "digest": draft.change.digest,
        "last_changed_at": now,
    }
    return True


# --------------------------------------------------------------------------- articles


def _article(item: Numbered, version_id: int) -> Values:
    return {
        "id": item.article_id,
        "feed_id": item.of.feed_id,
        **_identity(item.draft),
        "current_version_id": version_id,
        "versions": item.number,
        "first_seen_at": item.of.at,
        "last_changed_at": item.of.at,
    }


def _identity(draft: Draft) -> dict[str, Any]:
    entry, keys = draft.change.entry, draft.change.keys
    alive = {"status": ArticleStatus.ACTIVE, "withdrawn_at": None, "withdrawn_reason": None}
    return {"guid": entry.guid, "url": entry.url, **alive, **_key_values(keys)}


def _key_values(keys: EntryKeys) -> dict[str, bytes | None]:
    return {key_column(name): getattr(keys, name) for name in KEYS}


def _current(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What may change of these articles, those taken down left out."""
    found: dict[int, dict[str, Any]] = {}
    for chunk in chunks(sorted(set(ids))):
        statement = (
            select(
                Article.id,
                Article.versions,
                Article.current_version_id,
                Article.last_changed_at,
                ArticleVersion.digest,
            )
            .join(ArticleVersion, ArticleVersion.id == Article.current_version_id)
            .where(Article.id.in_(chunk), Article.status != ArticleStatus.TOMBSTONED)
            .order_by(Article.id)
            .with_for_update(of=Article)
        )
        found |= {row.id: dict(row._mapping) for row in session.execute(statement)}
    return found


# --------------------------------------------------------------------------- versions


def _insert_versions(session: Session, versions: Sequence[tuple[int, Numbered]], names: Names) -> None:
    """Versions, each with its id, and what was read in them."""
    rows = [
        {
            "id": version_id,
            **_given(item),
            **derived(item.draft.extraction, names),
            "created_at": item.of.at,
            "catalogue_version": item.of.catalogue_version,
        }
        for version_id, item in versions
    ]
    insert_all(session, ArticleVersion, rows)
    insert_details(session, [(version_id, item.draft.extraction) for version_id, item in versions], names)


def _given(item: Numbered) -> Values:
    """What the feed or the page gave, and the warnings of all who read it."""
    change, source, extraction = item.draft.change, item.draft.source, item.draft.extraction
    entry = change.entry
    return {
        "article_id": item.article_id,
        "number": item.number,
        "digest": change.digest,
        "reason": change.reason,
        "title": extraction.title or entry.title,
        "language": extraction.language or entry.language,
        "published_at": entry.published or extraction.published,
        "published_raw": entry.published_raw,
        "updated_at": entry.updated,
        "updated_raw": entry.updated_raw,
        "tags": list(entry.tags),
        "source_body": source.body,
        "source_form": source.form,
        "source_entry_body": source.entry_body,
        "source_base_url": source.base_url,
        "source_is_summary": source.is_summary,
        "source_authors": [asdict(person) for person in source.authors],
        "warnings": [*entry.warnings, *extraction.warnings],
        "statements": standing.statements_json(source.statements),
    }


# --------------------------------------------------------------------------- what reading it made


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of publishers by `publisher_key`, and of people by their folded name."""

    publishers: dict[str, int]
    people: dict[str, int]


def names_in(session: Session, extractions: Sequence[Extraction]) -> Names:
    """The publishers and people named there, those not yet known inserted."""
    return Names(_publishers(session, extractions), _people(session, extractions))


def derived(extraction: Extraction, names: Names) -> Values:
    """The columns of article_versions that rules decide: made anew when the rules change."""
    stated, publishers = extraction.attribution, names.publishers
    return {
        "source_text": extraction.source_text,
        "text": extraction.text,
        "html": extraction.html,
        "publisher_id": publishers.get(publisher_key(stated.publisher, stated.publisher_domain)),
        "original_publisher_id": publishers.get(
            publisher_key(stated.original_publisher, stated.original_publisher_domain)
        ),
        **{name: getattr(stated, name) for name in STATED},
        "evidence": {name: evidence_json(evidence) for name, evidence in stated.evidence.items()},
    }


STATED = (
    *("publisher_url", "original_publisher_url", "original_url", "agency", "copyright_holder"),
    *("copyright_year", "license", "license_url", "usage_terms", "credit_text", "removal_contact"),
    "completeness",
)
"""Columns of article_versions that are fields of records.Attribution by the same name."""


def insert_details(session: Session, read: Sequence[tuple[int, Extraction]], names: Names) -> None:
    """Notices, hops, bylines and claims of versions, each given by its id."""
    notices = [row for version_id, extraction in read for row in _notices(version_id, extraction)]
    hops = [row for version_id, extraction in read for row in _hops(version_id, extraction, names.publishers)]
    bylines = [
        row for version_id, extraction in read for row in _bylines(version_id, extraction, names.people)
    ]
    insert_all(session, NoticeRow, notices)
    insert_all(session, HopRow, hops)
    insert_all(session, BylineRow, bylines)
    insert_all(session, ClaimRow, [row for version_id, read in read for row in _claims(version_id, read)])


DETAILS = (NoticeRow, HopRow, BylineRow, ClaimRow)
"""Tables of what reading a version made, beside its own columns."""


def _notices(version_id: int, extraction: Extraction) -> Iterable[Values]:
    for ordinal, notice in enumerate(extraction.notices):
        yield {
            "version_id": version_id,
            "ordinal": ordinal,
            "kind": notice.kind,
            "start": notice.start,
            "end": notice.end,
            "quote": notice.quote,
            "lead": notice.lead,
            "trail": notice.trail,
            "cut": notice.cut,
            "rule": notice.rule,
            "confidence": notice.confidence,
            "fields": {n: list(v) if isinstance(v, tuple) else v for n, v in notice.fields.items()},
        }


def _hops(version_id: int, extraction: Extraction, publishers: dict[str, int]) -> Iterable[Values]:
    for hop in extraction.attribution.hops:
        yield {
            "version_id": version_id,
            "position": hop.position,
            "publisher_id": publishers.get(publisher_key(hop.publisher, hop.domain)),
            "url": hop.url,
            "role": hop.role,
            "confidence": hop.confidence,
            "evidence": evidence_json(hop.evidence),
        }


def _bylines(version_id: int, extraction: Extraction, people: dict[str, int]) -> Iterable[Values]:
    for ordinal, byline in enumerate(extraction.attribution.bylines):
        if folded(byline.name):
            yield {
                "version_id": version_id,
                "ordinal": ordinal,
                "person_id": people[folded(byline.name)],
                "role": byline.role,
                "hop_position": byline.hop,
                "evidence": evidence_json(byline.evidence),
            }


def _claims(version_id: int, extraction: Extraction) -> Iterable[Values]:
    for ordinal, claim in enumerate(extraction.attribution.claims):
        yield {
            "version_id": version_id,
            "ordinal": ordinal,
            "property": claim.property,
            "value": claim.value,
            "confidence": claim.confidence,
            "rank": claim.rank,
            "chosen": claim.chosen,
            "kind": claim.evidence.kind,
            "place": claim.evidence.place,
            "quote": claim.evidence.quote,
        }


# --------------------------------------------------------------------------- publishers and people


def _publishers(session: Session, extractions: Sequence[Extraction]) -> dict[str, int]:
    rows: dict[str, Values] = {}
    for extraction in extractions:
        stated = extraction.attribution
        named = [
            (stated.publisher, stated.publisher_domain, stated.publisher_url),
            (stated.original_publisher, stated.original_publisher_domain, stated.original_publisher_url),
        ]
        for name, domain, url in [*named, *((hop.publisher, hop.domain, hop.url) for hop in stated.hops)]:
            key = publisher_key(name, domain)
            if key and key not in rows:
                rows[key] = {
                    "key": key,
                    "name": text.one_line(name or "", 300) or domain,
                    "domain": domain,
                    "url": url,
                }
    return ids_by_key(session, Publisher, rows)


def _people(session: Session, extractions: Sequence[Extraction]) -> dict[str, int]:
    names = [byline.name for extraction in extractions for byline in extraction.attribution.bylines]
    rows = {folded(name): {"key": folded(name), "name": text.one_line(name, 300)} for name in reversed(names)}
    rows.pop("", None)
    return ids_by_key(session, Person, rows)


@lru_cache(maxsize=4096)
def publisher_key(name: str | None, domain: str | None) -> str:
    """What makes two mentions one publisher: name and identifying domain, as far as known; empty when neither is.

    Those of the table of publishers come here under one name and domain each, so they are one row each. Of others
    both count, because "Daily News" is many papers and a university's domain many papers, too: one row too many can
    be joined later, two publishers in one row cannot be told apart again. A name that repeats the domain adds
    nothing.
    """
    name = folded(name or "")
    if domain and _NOT_WORD.sub("", name) in (_NOT_WORD.sub("", domain), domain.partition(".")[0]):
        name = ""
    return f"{name} @{domain}".lstrip() if domain else name


_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    return unicodedata.normalize("NFKC", text.one_line(name, 300)).casefold()


# --------------------------------------------------------------------------- JSON


def evidence_json(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [
        {"kind": e.kind.value, "place": e.place, "quote": e.quote, "confidence": e.confidence}
        for e in evidence
    ]
