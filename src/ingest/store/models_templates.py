"""Tables of what the feeds' recurring blocks taught: learned templates, and what is remembered until then."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, UniqueConstraint

from ingest.records import NoticeKind
from ingest.store.base import Base, column, refers, row_id
from ingest.store.types import Bytes, enum_of


class Template(Base):
    __tablename__ = "templates"
    __table_args__ = (
        UniqueConstraint("feed_id", "signature"),
        {
            "comment": "Blocks that recur across a feed's entries once title, author, addresses and digits are masked."
        },
    )

    id: ColumnElement[int] = row_id()
    feed_id: ColumnElement[int] = refers("feeds.id", "The feed.", ondelete="CASCADE", index=False)
    signature: ColumnElement[bytes] = column(
        Bytes(8), comment="Its name: in hexadecimal, after `learned:`, in notices.rule."
    )
    masked: ColumnElement[str] = column(comment="The block with its slots masked: {title}, {author}, {…}.")
    kind: ColumnElement[NoticeKind] = column(
        enum_of(NoticeKind), comment="What it says; template if unknown."
    )
    articles: ColumnElement[int] = column(
        comment="Articles it was seen in, copies of one story counted once."
    )
    confidence: ColumnElement[float] = column(comment="How sure it is that this is no body text, 0 to 1.")
    first_seen_at: ColumnElement[datetime] = column(comment="First article that had it (UTC).")
    last_seen_at: ColumnElement[datetime] = column(comment="Last article that had it (UTC).")


class TemplateMemory(Base):
    __tablename__ = "template_memories"
    __table_args__ = (
        {"comment": "What is remembered of each feed's blocks while it is not known which are templates."},
    )

    feed_id: ColumnElement[int] = refers(
        "feeds.id", "The feed.", ondelete="CASCADE", primary_key=True, index=False, autoincrement=False
    )
    memory: ColumnElement[bytes] = column(
        comment="Packed by articles.notices.memory: hashes of words, no text of articles."
    )
    updated_at: ColumnElement[datetime] = column(comment="The poll that last added to it (UTC).")
