"""An article's trail for people: clean text, every notice with its rule, the chain of hands with its evidence.

Takes the object that `ingest extract --jsonl` prints (articles.extract.to_json), so that what `extract` finds
and what `show` tells of a stored article read the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ingest.store.queries import ArticleDetail

from ingest.cli.output import heading, safe, safe_text
from ingest.records import HopRole, NoticeKind

_WIDTH = 96
_FIELDS = {
    "publisher": "Delivered by",
    "original_url": "Original address",
    "agency": "Agency",
    "copyright_holder": "Copyright",
    "copyright_year": "Copyright year",
    "license": "Licence",
    "license_url": "Licence text",
    "usage_terms": "Usage terms",
    "credit_text": "Credit",
    "removal_contact": "Removal contact",
    "completeness": "Completeness",
}


def print_article(found: Mapping[str, Any]) -> None:
    if found.get("title"):
        heading(safe(found["title"]))
        click.echo()
    click.echo(safe_text(found["text"]) if found["text"] else "(no text)")
    click.echo()
    _print_editorial_notes(found["notices"])
    _print_notices(found["notices"])
    click.echo()
    print_attribution(found["attribution"])


def _print_editorial_notes(notices: Sequence[Mapping[str, Any]]) -> None:
    """Corrections and disclosures: cut from the text, and never out of its reader's sight."""
    notes = [one for one in notices if one["kind"] == NoticeKind.EDITORIAL_NOTE and one.get("cut", True)]
    if notes:
        heading("Editorial notes")
        for note in notes:
            click.echo(_wrapped(safe(note["quote"]), "  "))
        click.echo()


def _print_notices(notices: Sequence[Mapping[str, Any]]) -> None:
    heading(f"Notices ({len(notices)})")
    if not notices:
        click.echo("  None found.")
    for notice in notices:
        kept = "" if notice.get("cut", True) else ", left in the text"
        click.echo(f"  {notice['kind']}  {notice['start']}–{notice['end']}{kept}")
        click.echo(_wrapped(f"“{safe(notice['quote'])}”", "      "))
        for name, value in notice["fields"].items():
            click.echo(f"      {safe(name)}: {safe(value)}")
        click.echo(f"      rule {safe(notice['rule'])}, confidence {notice['confidence']:.2f}")


def print_attribution(told: Mapping[str, Any]) -> None:
    evidence: Mapping[str, Sequence[Mapping[str, Any]]] = told.get("evidence") or {}
    heading("Attribution")
    bylines = told.get("bylines") or told.get("authors") or ()
    for byline in bylines:
        hop = byline.get("hop")
        place = "" if hop is None else f", at hand {hop}"
        _field("By", f"{byline['name']} ({byline['role']}{place})", byline.get("evidence"))
    if not bylines:
        click.echo("  By: not stated")
    original = told.get("original_publisher")
    if original:
        name, url = original.get("name"), original.get("url")
        _field("First published by", f"{name or url}" + (f"  {url}" if name and url else ""),
               evidence.get("original_publisher"))  # fmt: skip
    for key, label in _FIELDS.items():
        if told.get(key) not in (None, ""):
            _field(label, told[key], evidence.get(key))
    hops = told.get("hops") or ()
    if hops:
        click.echo()
        heading(f"Chain ({' → '.join(safe(hop['publisher'] or hop['url'] or '?') for hop in hops)})")
    for hop in hops:
        where = f"  {hop['url']}" if hop.get("url") and hop.get("publisher") else ""
        name = f"{hop['publisher'] or hop['url'] or '?'}{where}"
        _field(f"{hop['position']} {hop['role']}", name, hop.get("evidence"))


def _field(label: str, value: object, evidence: Sequence[Mapping[str, Any]] | None) -> None:
    click.echo(_wrapped(f"{label}: {safe(value)}", "  ", "    "))
    for proof in evidence or ():
        place = proof["place"] if proof["kind"] == "notice" else f"{proof['kind']}:{proof['place']}"
        line = f"{place} ({proof['confidence']:.2f}): “{safe(proof['quote'])}”"
        click.echo(_wrapped(safe(line), "      ", "        "))


def _wrapped(text: str, first: str, rest: str | None = None) -> str:
    return fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ from the store

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
    """A stored article as the object that `ingest extract` prints, with where and when it was seen beside it."""
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
        "notices": [_picked(dict(row), _NOTICE_KEYS) for row in detail.notices],
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
            "hops": [_picked(dict(row), _HOP_KEYS) for row in detail.hops],
            "evidence": version.get("evidence") or {},
        },
        "versions": [dict(row) for row in detail.versions],
        "sightings": [dict(row) for row in detail.sightings],
        "takedowns": [_picked(dict(row), _TAKEDOWN_KEYS) for row in detail.takedowns],
    }


_NOTICE_KEYS = ("kind", "start", "end", "quote", "fields", "rule", "confidence", "cut")
_TAKEDOWN_KEYS = ("id", "scope", "target", "requester", "reason", "requested_at")
_HOP_KEYS = ("position", "publisher", "url", "role", "evidence", "confidence")


def _picked(row: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: row[key] for key in keys}
