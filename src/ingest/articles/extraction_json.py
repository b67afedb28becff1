"""An extraction as the object that `ingest extract --jsonl` prints, which is a stable interface.

The tuples name the keys in their order; `ingest show --json` makes the same object of rows (cli/stored.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ingest.articles.notices.cutting import USUAL

if TYPE_CHECKING:
    from ingest.records import Attribution, Claim, Evidence, Extraction, Hop, Notice

NOTICE_KEYS = ("kind", "start", "end", "quote", "fields", "rule", "confidence", "cut")
HOP_KEYS = ("position", "publisher", "url", "role", "evidence", "confidence")
CLAIM_KEYS = ("property", "value", "rank", "chosen", "confidence")  # and its evidence
EVIDENCE_KEYS = ("kind", "place", "quote", "confidence")
STATED_KEYS = ("copyright_holder", "copyright_year", "license", "license_url", "usage_terms", "credit_text",
               "removal_contact", "completeness")  # fmt: skip


def to_json(extraction: Extraction, *, threshold: float = USUAL.threshold) -> dict[str, Any]:
    """`threshold`: from which confidence on a notice was cut."""
    return {
        "title": extraction.title,
        "text": extraction.text,
        "source_text": extraction.source_text,
        **by_sureness([_notice(notice) for notice in extraction.notices], threshold),
        "attribution": _attribution(extraction.attribution),
    }


def by_sureness(notices: Sequence[Mapping[str, Any]], threshold: float) -> dict[str, Any]:
    """What is a notice, cut or left because of its kind; and what only may be one, and stands in the text."""
    parted: dict[str, Any] = {"notices": [], "unsure": []}
    for one in notices:
        is_sure = one["cut"] or one["confidence"] >= threshold
        parted["notices" if is_sure else "unsure"].append(one)
    return parted


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        **_picked(notice, NOTICE_KEYS),
        "kind": notice.kind.value,
        "fields": dict(notice.fields),
        "confidence": round(notice.confidence, 3),
    }


def _attribution(found: Attribution) -> dict[str, Any]:
    original = None
    if found.original_publisher or found.original_publisher_url:
        original = {"name": found.original_publisher, "url": found.original_publisher_url}
    return {
        "authors": [_picked(byline, ("name", "role")) for byline in found.authors],
        "bylines": [
            {**_picked(byline, ("name", "role", "hop")), "evidence": _proofs(byline.evidence)}
            for byline in found.bylines
        ],
        "original_publisher": original,
        "original_url": found.original_url,
        "publisher": found.publisher,
        "agency": found.agency,
        **_picked(found, STATED_KEYS),
        "completeness": found.completeness.value,
        "hops": [_hop(hop) for hop in found.hops],
        "evidence": {name: _proofs(why) for name, why in found.evidence.items()},
        "claims": [_claim(claim) for claim in found.claims],
    }


def _hop(hop: Hop) -> dict[str, Any]:
    return {**_picked(hop, HOP_KEYS), "role": hop.role.value, "evidence": _proofs(hop.evidence)}


def _claim(claim: Claim) -> dict[str, Any]:
    return {**_picked(claim, CLAIM_KEYS), "evidence": _proof(claim.evidence)}


def _proofs(found: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [_proof(one) for one in found]


def _proof(evidence: Evidence) -> dict[str, Any]:
    return {
        **_picked(evidence, EVIDENCE_KEYS),
        "kind": evidence.kind.value,
        "confidence": round(evidence.confidence, 3),
    }


def _picked(record: object, keys: Sequence[str]) -> dict[str, Any]:
    return {key: getattr(record, key) for key in keys}
