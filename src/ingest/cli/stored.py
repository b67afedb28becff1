"""A stored article as the object that `ingest extract` prints, with where and when it was seen beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ingest.articles.extraction_json import (
    CLAIM_KEYS,
    EVIDENCE_KEYS,
    HOP_KEYS,
    NOTICE_KEYS,
    STATED_KEYS,
    by_sureness,
)
from ingest.records import HopRole

if TYPE_CHECKING:
    from ingest.store.queries import ArticleDetail

_OWN_KEYS = (
    "url",
    "feed_id",
    "feed_url",
    "feed_title",
    "language",
    "published_at",
    "updated_at",
    "first_seen_at",
    "status",
    "withdrawn_at",
    "withdrawn_reason",
    "story_id",
    "is_original",
)


def stored_article(detail: ArticleDetail, threshold: float) -> dict[str, Any]:
    """What `ingest show ID --json` prints. Text and attribution are empty once it was taken down.

    `threshold`: from which confidence on notices are cut.

    Where copies of the story add to an article's attribution, `own` is what it says by itself.
    """
    from ingest.store.trails import DECIDED

    article = detail.article
    version: Mapping[Any, Any] = detail.version or {}
    own = _trail(version, detail.hops, detail.bylines)
    informed = own
    if detail.trail:
        informed = _trail(detail.trail, detail.trail["hops"], detail.trail["bylines"])
    evidence = version.get("evidence") or {}
    if detail.trail:
        told = {name: why for name, why in evidence.items() if name not in DECIDED}
        evidence = {**told, **detail.trail["evidence"]}
    return {
        "id": article["article_id"],
        **{key: article[key] for key in _OWN_KEYS},
        "title": article["title"],
        "text": version.get("text"),
        "source_text": version.get("source_text"),
        **by_sureness([_picked(row, NOTICE_KEYS) for row in detail.notices], threshold),
        "attribution": {
            **informed,
            "publisher": article["publisher"],
            **{key: version.get(key) for key in STATED_KEYS},
            "evidence": evidence,
            "claims": [_claim(row) for row in detail.claims],
        },
        **({"own": {**own, "evidence": version.get("evidence") or {}}} if detail.trail else {}),
        "awaited_page": _picked(detail.awaited, _AWAITED_KEYS) if detail.awaited else None,
        "copies": [_picked(row, _COPY_KEYS) for row in detail.copies],
        "versions": [_picked(row, _VERSION_KEYS) for row in detail.versions],
        "sightings": [_picked(row, _SIGHTING_KEYS) for row in detail.sightings],
        "takedowns": [_picked(row, _TAKEDOWN_KEYS) for row in detail.takedowns],
    }


def _trail(
    stated: Mapping[Any, Any], hops: Sequence[Mapping[Any, Any]], bylines: Sequence[Mapping[Any, Any]]
) -> dict[str, Any]:
    """The part of an attribution that copies may add to; `stated` is a row of article_versions or of trails."""
    first = next((hop["position"] for hop in hops if hop["role"] != HopRole.AGENCY), None)
    original = {"name": stated.get("original_publisher"), "url": stated.get("original_publisher_url")}
    names = [
        {"name": row["name"], "role": row["role"], "hop": row["hop_position"], "evidence": row["evidence"]}
        for row in bylines
    ]
    return {
        "authors": [
            _picked(one, ("name", "role"))
            for one in names
            if one["role"] == "author" and one["hop"] in (None, first)
        ],
        "bylines": names,
        "original_publisher": original if any(original.values()) else None,
        "original_url": stated.get("original_url"),
        "agency": stated.get("agency"),
        "hops": [_picked(row, HOP_KEYS) for row in hops],
    }


def _claim(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {**_picked(row, CLAIM_KEYS), "evidence": _picked(row, EVIDENCE_KEYS)}


_AWAITED_KEYS = ("why", "tries", "due_at")
_COPY_KEYS = ("article_id", "url", "feed_title", "feed_url", "is_original")
_VERSION_KEYS = ("number", "created_at", "reason", "title")
_SIGHTING_KEYS = ("feed_url", "first_seen_at", "last_seen_at", "left_at")
_TAKEDOWN_KEYS = ("id", "scope", "target", "requester", "reason", "requested_at")


def _picked(row: Mapping[Any, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: row[key] for key in keys}
