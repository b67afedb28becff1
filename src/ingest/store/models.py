"""All tables. Import models from here: a table that is not imported is unknown to the metadata."""

from ingest.store.base import Base
from ingest.store.models_articles import (
    Article,
    ArticleVersion,
    AwaitedPage,
    BylineRow,
    ClaimRow,
    HopRow,
    NoticeRow,
    Person,
    Publisher,
    Sighting,
)
from ingest.store.models_copies import Fingerprint, Story, StoryEvent, StoryLinkRow, Trail
from ingest.store.models_feeds import ArchivePage, Feed, FeedAlias, Host, Poll
from ingest.store.models_takedowns import Takedown, WithheldKey
from ingest.store.models_templates import Template, TemplateMemory
from ingest.store.models_unlinked import Unlinked

__all__ = [
    "ArchivePage",
    "Article",
    "ArticleVersion",
    "AwaitedPage",
    "Base",
    "BylineRow",
    "ClaimRow",
    "Feed",
    "FeedAlias",
    "Fingerprint",
    "HopRow",
    "Host",
    "NoticeRow",
    "Person",
    "Poll",
    "Publisher",
    "Sighting",
    "Story",
    "StoryEvent",
    "StoryLinkRow",
    "Takedown",
    "Template",
    "TemplateMemory",
    "Trail",
    "Unlinked",
    "WithheldKey",
]
