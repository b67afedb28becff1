"""Tables of what was asked to be removed, and of what keeps it from coming back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Index

from ingest.store.base import Base, column, refers, row_id
from ingest.store.types import Bytes, TakedownScope, WithheldBy, enum_of


class Takedown(Base):
    __tablename__ = "takedowns"
    __table_args__ = (
        {
            "comment": "Requests to remove: what, on whose word, since when. What each withholds is in withheld."
        },
    )

    id: ColumnElement[int] = row_id()
    scope: ColumnElement[TakedownScope] = column(enum_of(TakedownScope), comment="How far it reaches.")
    target: ColumnElement[str] = column(comment="What was asked to be removed, as asked.")
    feed_id: ColumnElement[int | None] = refers(
        "feeds.id", "The feed it is confined to, of a guid or a whole feed.", ondelete="SET NULL"
    )
    requester: ColumnElement[str | None] = column(comment="Who asked.")
    reason: ColumnElement[str | None] = column(comment="Why, in their words.")
    requested_at: ColumnElement[datetime] = column(comment="When it was carried out (UTC).")
    lifted_at: ColumnElement[datetime | None] = column(
        comment="When it was lifted (UTC); empty while in force."
    )


class WithheldKey(Base):
    __tablename__ = "withheld"
    __table_args__ = (
        Index(None, "digest"),
        {"comment": "Digests by which what was taken down is known again; gone once the takedown is lifted."},
    )

    id: ColumnElement[int] = row_id()
    takedown_id: ColumnElement[int] = refers("takedowns.id", "The takedown in force.", ondelete="CASCADE")
    article_id: ColumnElement[int | None] = refers(
        "articles.id", "The article it removed; empty where none had it yet.", ondelete="SET NULL"
    )
    feed_id: ColumnElement[int | None] = refers(
        "feeds.id", "The only feed it is withheld in; empty: anywhere.", ondelete="CASCADE"
    )
    kind: ColumnElement[WithheldBy] = column(enum_of(WithheldBy), comment="What it is a digest of.")
    digest: ColumnElement[bytes] = column(Bytes(16), comment="16 bytes; no text can be had from it.")
