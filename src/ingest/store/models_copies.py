"""Tables about copies of one story: what they are found by, what links them, what they tell of one another."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SmallInteger

from ingest.records import CopyRelation, LinkedBy
from ingest.store.base import Base, column, refers, row_id
from ingest.store.types import Id, StoryChange, enum_of


class Fingerprint(Base):
    __tablename__ = "fingerprints"
    __table_args__ = (
        # No foreign key: to check one for each of a hundred rows costs more than to write them. Rows of an article
        # that is gone are passed over when read, and go with their period.
        {
            "comment": "Some of the hashed 5-word shingles of recent articles, by which copies find each other.",
            "sqlite_with_rowid": False,
        },
    )

    period: ColumnElement[int] = column(
        SmallInteger(),
        primary_key=True,
        autoincrement=False,
        comment="Fifteen days in which the text was stored, counted from 1970; old periods are deleted.",
    )
    shingle: ColumnElement[int] = column(
        Id, primary_key=True, autoincrement=False, comment="64-bit signed hash of five words."
    )
    article_id: ColumnElement[int] = column(
        Id, primary_key=True, autoincrement=False, comment="articles.id it stands in."
    )
    size: ColumnElement[int] = column(SmallInteger(), comment="How many fingerprints that text has.")


class Story(Base):
    __tablename__ = "stories"
    __table_args__ = ({"comment": "All copies of one text; articles.story_id points here."},)

    id: ColumnElement[int] = row_id()
    created_at: ColumnElement[datetime] = column(comment="When two copies were first linked (UTC).")
    updated_at: ColumnElement[datetime] = column(
        comment="When its copies were last looked at together (UTC)."
    )
    original_reason: ColumnElement[str | None] = column(
        comment="Why articles.is_original says what it says, one line."
    )
    speakers: ColumnElement[list[int] | None] = column(
        comment="Articles whose word decided that and what the others are told, a JSON list; empty before."
    )


class StoryLinkRow(Base):
    __tablename__ = "story_links"
    __table_args__ = (
        {"comment": "What links two articles of a story, with the evidence. What a person says holds."},
    )

    article_id: ColumnElement[int] = refers(
        "articles.id", "The copy.", ondelete="CASCADE", primary_key=True, index=False, autoincrement=False
    )
    of_article_id: ColumnElement[int] = refers(
        "articles.id", "What it is a copy of.", ondelete="CASCADE", primary_key=True, autoincrement=False
    )
    linked_by: ColumnElement[LinkedBy] = column(
        enum_of(LinkedBy), primary_key=True, comment="What says so: the texts, or a person."
    )
    relation: ColumnElement[CopyRelation] = column(
        enum_of(CopyRelation), comment="What the copy is to the other."
    )
    shared: ColumnElement[int | None] = column(
        comment="5-word shingles that stand in both, common ones left out."
    )
    contained: ColumnElement[float | None] = column(
        comment="Share of the copy's shingles in the other, 0 to 1."
    )
    of_contained: ColumnElement[float | None] = column(comment="Share of the other's shingles in the copy.")
    linked_at: ColumnElement[datetime] = column(comment="When it was said first (UTC).")
    revoked_at: ColumnElement[datetime | None] = column(
        comment="When it ceased to hold (UTC): a person split or merged, or a text changed; empty while it holds."
    )


class StoryEvent(Base):
    __tablename__ = "story_events"
    __table_args__ = ({"comment": "How stories were put together and taken apart."},)

    id: ColumnElement[int] = row_id()
    at: ColumnElement[datetime] = column(comment="When (UTC).")
    change: ColumnElement[StoryChange] = column(enum_of(StoryChange), comment="What was done.")
    linked_by: ColumnElement[LinkedBy] = column(enum_of(LinkedBy), comment="Who did it.")
    story_id: ColumnElement[int] = refers("stories.id", "The story that stayed.", ondelete="CASCADE")
    other_story_id: ColumnElement[int | None] = refers(
        "stories.id", "The story the articles left (merged) or went to (split).", ondelete="CASCADE"
    )
    article_ids: ColumnElement[list[int]] = column(comment="The articles that moved, a JSON list.")


class Trail(Base):
    __tablename__ = "trails"
    __table_args__ = (
        {
            "comment": "An article's attribution with what its copies add. Its own claims stay in the other tables."
        },
    )

    article_id: ColumnElement[int] = refers(
        "articles.id", "The article.", ondelete="CASCADE", primary_key=True, index=False, autoincrement=False
    )
    version_id: ColumnElement[int] = refers("article_versions.id", "Its version then.", ondelete="CASCADE")
    made_at: ColumnElement[datetime] = column(comment="When it was put together (UTC).")
    authors: ColumnElement[str | None] = column(comment='Who wrote it, joined by "; ".')
    original_publisher: ColumnElement[str | None] = column(comment="Who is said to have published it first.")
    original_publisher_url: ColumnElement[str | None] = column(comment="Address stated for them.")
    original_url: ColumnElement[str | None] = column(comment="Where it is said to have appeared first.")
    agency: ColumnElement[str | None] = column(comment="Agency that supplied the text.")
    chain: ColumnElement[str | None] = column(comment='Hands it passed through, "A → B → C", origin first.')
    hops: ColumnElement[list[dict[str, Any]]] = column(
        comment="JSON list as in hops, with the publisher's name and domain; evidence of kind cluster is a copy's."
    )
    bylines: ColumnElement[list[dict[str, Any]]] = column(
        comment="JSON list as in the table bylines, with the name."
    )
    evidence: ColumnElement[dict[str, Any]] = column(
        comment="JSON: field name to list of kind, place, quote, confidence, of the fields that copies decide."
    )
