"""A stored article as the object that `ingest extract` prints, with where and when it was seen beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
)
_STATED = ("original_url", "agency", "copyright_holder", "copyright_year", "license", "license_url", "usage_terms",
           "credit_text", "removal_contact", "completeness")  # fmt: skip


def stored_article(detail: ArticleDetail) -> dict[str, Any]:
    """What `ingest show ID --json` prints. Text and attribution are empty once it was taken down."""
    article = detail.article
    version: dict[str, Any] = dict(detail.version) if detail.version else {}
    first = next((hop["position"] for hop in detail.hops if hop["role"] != HopRole.AGENCY), None)
    original = {"name": article["original_publisher"], "url": version.get("original_publisher_url")}
    return {
        "id": article["article_id"],
        **{key: article[key] for key in _OWN_KEYS},
        "status": article["status"],
        "withdrawn_at": article["withdrawn_at"],
        "withdrawn_reason": article["withdrawn_reason"],
        "story_id": article["story_id"],
        "is_original": article["is_original"],
        "title": article["title"],
        "text": version.get("text"),
        "source_text": version.get("source_text"),
        "notices": [_picked(row, _NOTICE_KEYS) for row in detail.notices],
        "attribution": {
            "authors": [
                {"name": row["name"], "role": row["role"]}
                for row in detail.bylines
                if row["role"] == "author" and row["hop_position"] in (None, first)
            ],
            "bylines": [
                {
                    "name": row["name"],
                    "role": row["role"],
                    "hop": row["hop_position"],
                    "evidence": row["evidence"],
                }
                for row in detail.bylines
            ],
            "original_publisher": original if any(original.values()) else None,
            "publisher": article["publisher"],
            **{key: version.get(key) for key in _STATED},
            "hops": [_picked(row, _HOP_KEYS) for row in detail.hops],
            "evidence": version.get("evidence") or {},
        },
        "versions": [_picked(row, _VERSION_KEYS) for row in detail.versions],
        "sightings": [_picked(row, _SIGHTING_KEYS) for row in detail.sightings],
        "takedowns": [_picked(row, _TAKEDOWN_KEYS) for row in detail.takedowns],
    }


_NOTICE_KEYS = ("kind", "start", "end", "quote", "fields", "rule", "confidence", "cut")
_VERSION_KEYS = ("number", "created_at", "reason", "title")
_SIGHTING_KEYS = ("feed_url", "first_seen_at", "last_seen_at", "left_at")
_TAKEDOWN_KEYS = ("id", "scope", "target", "requester", "reason", "requested_at")
_HOP_KEYS = ("position", "publisher", "url", "role", "evidence", "confidence")


def _picked(row: Mapping[Any, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: row[key] for key in keys}
