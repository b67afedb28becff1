"""Tables of what was asked to be removed, and of what keeps it from coming back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from ingest.store.base import Base, RowId, refers
from ingest.store.types import TakedownScope, WithheldBy, enum_of


class Takedown(Base):
    __tablename__ = "takedowns"
    __table_args__ = (
        {
            "comment": "Requests to remove: what, on whose word, since when. What each withholds is in withheld."
        },
    )

    id: Mapped[RowId]
    scope: Mapped[TakedownScope] = mapped_column(enum_of(TakedownScope), comment="How far it reaches.")
    target: Mapped[str] = mapped_column(comment="What was asked to be removed, as asked.")
    feed_id: Mapped[int | None] = refers(
        "feeds.id", "The feed it is confined to, of a guid or a whole feed.", ondelete="SET NULL"
    )
    requester: Mapped[str | None] = mapped_column(comment="Who asked.")
    reason: Mapped[str | None] = mapped_column(comment="Why, in their words.")
    requested_at: Mapped[datetime] = mapped_column(comment="When it was carried out (UTC).")
    lifted_at: Mapped[datetime | None] = mapped_column(
        comment="When it was lifted (UTC); empty while in force."
    )


class WithheldKey(Base):
    __tablename__ = "withheld"
    __table_args__ = (
        Index(None, "digest"),
        {"comment": "Digests by which what was taken down is known again; gone once the takedown is lifted."},
    )

    id: Mapped[RowId]
    takedown_id: Mapped[int] = refers("takedowns.id", "The takedown in force.", ondelete="CASCADE")
    article_id: Mapped[int | None] = refers(
        "articles.id", "The article it removed; empty where none had it yet.", ondelete="SET NULL"
    )
    feed_id: Mapped[int | None] = refers(
        "feeds.id", "The only feed it is withheld in; empty: anywhere.", ondelete="CASCADE"
    )
    kind: Mapped[WithheldBy] = mapped_column(enum_of(WithheldBy), comment="What it is a digest of.")
    digest: Mapped[bytes] = mapped_column(LargeBinary(16), comment="16 bytes; no text can be had from it.")
