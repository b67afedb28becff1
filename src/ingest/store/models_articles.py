"""Tables about articles: the articles, their versions, and the evidenced attribution of each version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint

from ingest.records import ChangeReason, Completeness, EvidenceKind, HopRole, NoticeKind, SourceForm
from ingest.store.base import Base, column, partial_index, refers, row_id
from ingest.store.types import ArticleStatus, Bytes, Id, enum_of

KEYS = ("guid", "url", "url_key", "path_key", "content")
"""Fields of records.EntryKeys; the column of each is named in `key_column`."""


def key_column(name: str) -> str:
    """Column of articles that holds a key: its own name, `_digest` behind it where the bare name is a text."""
    return name if name.endswith("_key") else f"{name}_digest"


def _digest(of: str) -> Any:
    return column(Bytes(16), comment=f"Identity key, 16 bytes: digest of {of}.")


class Publisher(Base):
    __tablename__ = "publishers"
    __table_args__ = ({"comment": "Outlets, agencies and sites that articles passed through."},)

    id: ColumnElement[int] = row_id()
    key: ColumnElement[str] = column(
        unique=True, comment="Folded name and domain: what makes it one publisher."
    )
    name: ColumnElement[str] = column(
        comment="Name in the table of publishers, else as first seen, else the domain."
    )
    domain: ColumnElement[str | None] = column(
        index=True,
        comment="Domain that identifies it: its main one, where the table of publishers knows it.",
    )
    url: ColumnElement[str | None] = column(comment="Address first stated with it.")


class Person(Base):
    __tablename__ = "people"
    __table_args__ = ({"comment": "Names that stand in bylines. Two people of one name are one row."},)

    id: ColumnElement[int] = row_id()
    key: ColumnElement[str] = column(unique=True, comment="Folded name.")
    name: ColumnElement[str] = column(comment="Name as first seen.")


class Article(Base):
    __tablename__ = "articles"
    __table_args__ = (
        *(Index(None, "feed_id", key_column(name)) for name in KEYS),
        Index(None, "feed_id", "first_seen_at"),
        Index(None, "first_seen_at"),
        Index(None, "story_id", "id"),
        {
            "comment": "One row an article of a feed. What it says is in its current version.",
            "sqlite_autoincrement": True,  # no number is used twice, as on PostgreSQL
        },
    )

    id: ColumnElement[int] = row_id()
    feed_id: ColumnElement[int] = refers("feeds.id", "Feed that delivered it.", index=False)
    guid: ColumnElement[str | None] = column(comment="guid or id the feed gave it.")
    url: ColumnElement[str | None] = column(comment="Link the feed gave it.")
    guid_digest: ColumnElement[bytes | None] = _digest("the guid")
    url_digest: ColumnElement[bytes | None] = _digest("the link as given")
    url_key: ColumnElement[bytes | None] = _digest("the normalised link")
    path_key: ColumnElement[bytes | None] = _digest("path, query and title; survives a change of host")
    content_digest: ColumnElement[bytes | None] = _digest("title and text; empty for texts too short to tell")
    status: ColumnElement[ArticleStatus] = column(enum_of(ArticleStatus), comment="What became of it.")
    withdrawn_at: ColumnElement[datetime | None] = column(
        comment="When its feed took it back (UTC): as stated there, else when we saw it."
    )
    withdrawn_reason: ColumnElement[str | None] = column(comment="How its feed said so, one line.")
    current_version_id: ColumnElement[int | None] = column(
        Id,
        # Article and version point at each other: both are there when the transaction ends.
        ForeignKey("article_versions.id", use_alter=True, deferrable=True, initially="DEFERRED"),
        index=True,
        comment="The version that holds now; empty once taken down.",
    )
    versions: ColumnElement[int] = column(comment="How many versions were stored.")
    first_seen_at: ColumnElement[datetime] = column(comment="When we first saw it (UTC).")
    last_changed_at: ColumnElement[datetime] = column(comment="When its current version was stored (UTC).")
    story_id: ColumnElement[int | None] = refers(
        "stories.id", "Story it is a copy of.", ondelete="SET NULL", index=False
    )
    is_original: ColumnElement[bool | None] = column(comment="Whether it is the story's original, if known.")


class ArticleVersion(Base):
    __tablename__ = "article_versions"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        {
            "comment": "What an article said, version by version. What was given stays; new rules read it again.",
            "sqlite_autoincrement": True,
        },
    )

    id: ColumnElement[int] = row_id()
    article_id: ColumnElement[int] = refers("articles.id", "The article.", ondelete="CASCADE", index=False)
    number: ColumnElement[int] = column(comment="1 is the first.")
    digest: ColumnElement[bytes] = column(comment="Digest of all that makes a version.")
    created_at: ColumnElement[datetime] = column(comment="When it was stored (UTC).")
    reason: ColumnElement[ChangeReason] = column(enum_of(ChangeReason), comment="Why it was stored.")
    catalogue_version: ColumnElement[str] = column(
        comment="Version of the rules and of one's own settings that read it."
    )

    title: ColumnElement[str | None] = column(comment="Headline, plain text.")
    language: ColumnElement[str | None] = column(comment="Language, BCP 47.")
    published_at: ColumnElement[datetime | None] = column(comment="Publication time stated (UTC).")
    published_raw: ColumnElement[str | None] = column(comment="The same as written.")
    updated_at: ColumnElement[datetime | None] = column(comment="Update time stated (UTC).")
    updated_raw: ColumnElement[str | None] = column(comment="The same as written.")
    tags: ColumnElement[list[str]] = column(comment="Categories of the entry, a JSON list.")
    source_body: ColumnElement[str] = column(
        comment="What was read: the entry's body as the feed gave it, or the article's page. Not safe to show."
    )
    source_form: ColumnElement[SourceForm] = column(
        enum_of(SourceForm), comment="How to read it again: HTML, text or a page."
    )
    source_entry_body: ColumnElement[str | None] = column(
        comment="The entry's own body as HTML, where the page was read: evidence beside it. Not safe to show."
    )
    source_base_url: ColumnElement[str | None] = column(comment="What its relative links stand against.")
    source_is_summary: ColumnElement[bool] = column(comment="Whether the feed gave no more than a summary.")
    source_authors: ColumnElement[list[dict[str, Any]]] = column(
        comment="Authors as the feed states them, a JSON list of {name, email, url, role}."
    )
    source_text: ColumnElement[str] = column(comment="Text of the body with its notices; offsets index it.")
    text: ColumnElement[str] = column(comment="Clean text: the notices cut out.")
    html: ColumnElement[str] = column(comment="Body as safe HTML, notices included.")
    warnings: ColumnElement[list[str]] = column(comment="What was odd about the body, a JSON list.")

    publisher_id: ColumnElement[int | None] = refers("publishers.id", "Who delivered it.")
    publisher_url: ColumnElement[str | None] = column(comment="Address stated for the deliverer.")
    original_publisher_id: ColumnElement[int | None] = refers(
        "publishers.id", "Who is said to have published it first."
    )
    original_publisher_url: ColumnElement[str | None] = column(
        comment="Address stated for the first publisher."
    )
    original_url: ColumnElement[str | None] = column(comment="Where it is said to have appeared first.")
    agency: ColumnElement[str | None] = column(comment="Agency that supplied the text.")
    copyright_holder: ColumnElement[str | None] = column(comment="Who is said to own it.")
    copyright_year: ColumnElement[int | None] = column(comment="Year of the copyright line.")
    license: ColumnElement[str | None] = column(
        comment="SPDX identifier of its licence; CC-BY-ND where no version is stated."
    )
    license_url: ColumnElement[str | None] = column(comment="Address of the licence.")
    usage_terms: ColumnElement[str | None] = column(
        comment="What may or may not be done with it, as written."
    )
    credit_text: ColumnElement[str | None] = column(comment="Credit to be shown with it, as written.")
    removal_contact: ColumnElement[str | None] = column(comment="Whom to ask to have it taken down.")
    completeness: ColumnElement[Completeness] = column(
        enum_of(Completeness), comment="Whether the text is the whole article."
    )
    evidence: ColumnElement[dict[str, Any]] = column(
        comment="JSON: field name to list of kind, place, quote, confidence: where the value stands written."
    )
    statements: ColumnElement[list[dict[str, Any]]] = column(
        comment="What the entry's elements state: JSON list of property, value, place, quote."
    )


class Sighting(Base):
    __tablename__ = "sightings"
    __table_args__ = (
        UniqueConstraint("feed_id", "article_id"),
        # Each poll asks what stands in the feed now: a few rows among all it ever carried.
        partial_index("ix_sightings_current", "feed_id", where="left_at IS NULL"),
        {"comment": "When an article stood in a feed."},
    )

    id: ColumnElement[int] = row_id()
    feed_id: ColumnElement[int] = refers("feeds.id", "The feed.", ondelete="CASCADE", index=False)
    article_id: ColumnElement[int] = refers("articles.id", "The article.", ondelete="CASCADE")
    item_digest: ColumnElement[bytes | None] = column(
        comment="Digest of the raw item: the same need not be read."
    )
    first_seen_at: ColumnElement[datetime] = column(comment="First poll that saw it there (UTC).")
    last_seen_at: ColumnElement[datetime] = column(
        comment="Last poll that read the document and saw it there (UTC); a 304 is no look."
    )
    left_at: ColumnElement[datetime | None] = column(
        comment="First poll that missed it (UTC); empty while there."
    )


class AwaitedPage(Base):
    __tablename__ = "awaited_pages"
    __table_args__ = (
        Index(None, "feed_id", "due_at"),
        {"comment": "Articles without their page, which could not be had and is asked for again."},
    )

    article_id: ColumnElement[int] = refers(
        "articles.id",
        "The article.",
        ondelete="CASCADE",
        primary_key=True,
        index=False,
        autoincrement=False,
    )
    feed_id: ColumnElement[int] = refers(
        "feeds.id", "Feed that delivered it.", ondelete="CASCADE", index=False
    )
    why: ColumnElement[str] = column(comment="Why it was not had the last time, one line.")
    tries: ColumnElement[int] = column(comment="Polls in which it failed, or its host did.")
    asked: ColumnElement[int] = column(comment="Visits to the page itself; the least asked for goes first.")
    due_at: ColumnElement[datetime | None] = column(
        comment="Not before this (UTC), with a poll of the feed; empty: it was given up."
    )


class NoticeRow(Base):
    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("version_id", "ordinal"),
        {"comment": "Labelled spans of boilerplate. Clean text and notices rebuild the source text."},
    )

    id: ColumnElement[int] = row_id()
    version_id: ColumnElement[int] = refers(
        "article_versions.id", "The version.", ondelete="CASCADE", index=False
    )
    ordinal: ColumnElement[int] = column(comment="Order in the source text, 0 first.")
    kind: ColumnElement[NoticeKind] = column(enum_of(NoticeKind), index=True, comment="What it says.")
    start: ColumnElement[int] = column(comment="First code point of the quote in source_text.")
    end: ColumnElement[int] = column(comment="Code point behind the quote in source_text.")
    quote: ColumnElement[str] = column(comment="The span, verbatim.")
    lead: ColumnElement[str] = column(comment="White space cut with it, before the quote.")
    trail: ColumnElement[str] = column(comment="White space cut with it, behind the quote.")
    cut: ColumnElement[bool] = column(comment="Whether clean text leaves it out.")
    rule: ColumnElement[str] = column(comment="Rule or template that found it.")
    confidence: ColumnElement[float] = column(comment="0 to 1.")
    fields: ColumnElement[dict[str, Any]] = column(comment="What the span states, JSON by field name.")


class HopRow(Base):
    __tablename__ = "hops"
    __table_args__ = (
        UniqueConstraint("version_id", "position"),
        {"comment": "Hands the article passed through, origin first."},
    )

    id: ColumnElement[int] = row_id()
    version_id: ColumnElement[int] = refers(
        "article_versions.id", "The version.", ondelete="CASCADE", index=False
    )
    position: ColumnElement[int] = column(comment="0 is the origin; the highest delivered it to us.")
    publisher_id: ColumnElement[int | None] = refers("publishers.id", "Whose hand.")
    url: ColumnElement[str | None] = column(comment="Address of the article there, or of the publisher.")
    role: ColumnElement[HopRole] = column(enum_of(HopRole), comment="What that hand did.")
    confidence: ColumnElement[float] = column(comment="0 to 1.")
    evidence: ColumnElement[list[dict[str, Any]]] = column(
        comment="JSON list of kind, place, quote, confidence."
    )


class BylineRow(Base):
    __tablename__ = "bylines"
    __table_args__ = (
        UniqueConstraint("version_id", "ordinal"),
        {"comment": "Names at a hop, each with its role."},
    )

    id: ColumnElement[int] = row_id()
    version_id: ColumnElement[int] = refers(
        "article_versions.id", "The version.", ondelete="CASCADE", index=False
    )
    ordinal: ColumnElement[int] = column(comment="Order as stated, 0 first.")
    person_id: ColumnElement[int] = refers("people.id", "Whose name.")
    role: ColumnElement[str] = column(comment="author, contributor, editor, photographer, poster …")
    hop_position: ColumnElement[int | None] = column(comment="hops.position it belongs to; empty: to none.")
    evidence: ColumnElement[list[dict[str, Any]]] = column(
        comment="JSON list of kind, place, quote, confidence."
    )


class ClaimRow(Base):
    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("version_id", "ordinal"),
        # What disagrees is little, and looked for among all.
        partial_index("ix_claims_not_chosen", "version_id", where="NOT chosen"),
        {"comment": "What each place says about each property of an article, believed or not."},
    )

    id: ColumnElement[int] = row_id()
    version_id: ColumnElement[int] = refers(
        "article_versions.id", "The version.", ondelete="CASCADE", index=False
    )
    ordinal: ColumnElement[int] = column(comment="Order: by property, the most trusted first; 0 first.")
    property: ColumnElement[str] = column(
        comment="Column of article_versions, publisher, or role of a byline: author, poster, republisher …"
    )
    value: ColumnElement[str] = column(
        comment="What is claimed, publishers and licences under their one name."
    )
    confidence: ColumnElement[float] = column(comment="How far it is trusted, 0 to 1.")
    rank: ColumnElement[int] = column(comment="Among the claims about this property; 1 is trusted most.")
    chosen: ColumnElement[bool] = column(comment="Whether the article's own value agrees.")
    kind: ColumnElement[EvidenceKind] = column(enum_of(EvidenceKind), comment="Where such words stand.")
    place: ColumnElement[str] = column(comment="Element, or notice:START-END into source_text.")
    quote: ColumnElement[str] = column(comment="The words, verbatim.")
