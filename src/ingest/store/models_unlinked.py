"""The table of what is stored and not yet linked: the one of copies that polls without news look into."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement

from ingest.store.base import Base, column, row_id


class Unlinked(Base):
    __tablename__ = "unlinked"
    __table_args__ = (
        {
            "comment": "Articles stored together whose copies nobody has looked for yet; a row goes when it is done."
        },
    )

    id: ColumnElement[int] = row_id()
    stored_at: ColumnElement[datetime] = column(
        comment="When (UTC). After a while: whoever stored them is gone."
    )
    article_ids: ColumnElement[list[int]] = column(comment="The articles, a JSON list.")
