"""What reading a version made, apart from what feed or page gave: made anew when the rules change.

Columns of article_versions, its notices, hops, bylines and claims, and the publishers and people they name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from ingest import text
from ingest.records import Extraction
from ingest.store.bulk import Values, ids_by_key, insert_all
from ingest.store.models import BylineRow, ClaimRow, HopRow, NoticeRow, Person, Publisher


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of publishers by `publisher_key`, and of people by their folded name."""

    publishers: dict[str, int]
    people: dict[str, int]


def names_in(connection: Connection, extractions: Sequence[Extraction]) -> Names:
    """The publishers and people named there, those not yet known inserted."""
    return Names(_publishers(connection, extractions), _people(connection, extractions))


def columns(extraction: Extraction, names: Names) -> Values:
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
        "evidence": stated.evidence,
    }


STATED = (
    *("publisher_url", "original_publisher_url", "original_url", "agency", "copyright_holder"),
    *("copyright_year", "license", "license_url", "usage_terms", "credit_text", "removal_contact"),
    "completeness",
)
"""Columns of article_versions that are fields of records.Attribution by the same name."""


def insert_details(connection: Connection, read: Sequence[tuple[int, Extraction]], names: Names) -> None:
    """Notices, hops, bylines and claims of versions, each given by its id."""
    notices = [row for version_id, extraction in read for row in _notices(version_id, extraction)]
    hops = [row for version_id, extraction in read for row in _hops(version_id, extraction, names.publishers)]
    bylines = [
        row for version_id, extraction in read for row in _bylines(version_id, extraction, names.people)
    ]
    insert_all(connection, NoticeRow, notices)
    insert_all(connection, HopRow, hops)
    insert_all(connection, BylineRow, bylines)
    insert_all(connection, ClaimRow, [row for version_id, read in read for row in _claims(version_id, read)])


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
            "evidence": hop.evidence,
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
                "evidence": byline.evidence,
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


def _publishers(connection: Connection, extractions: Sequence[Extraction]) -> dict[str, int]:
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
    return ids_by_key(connection, Publisher, rows)


def _people(connection: Connection, extractions: Sequence[Extraction]) -> dict[str, int]:
    names = [byline.name for extraction in extractions for byline in extraction.attribution.bylines]
    rows = {folded(name): {"key": folded(name), "name": text.one_line(name, 300)} for name in reversed(names)}
    rows.pop("", None)
    return ids_by_key(connection, Person, rows)


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
