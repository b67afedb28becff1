"""Writing what the stages made of changed entries: articles, versions and their evidenced attribution.

One statement a table, however many polls are written together and however many entries they brought.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from ingest.records import ChangeReason, Draft, EntryKeys
from ingest.store import derived, fingerprints, withholding
from ingest.store.bulk import Values, chunks, insert_all, new_ids, update_all
from ingest.store.models import (
    Article,
    ArticleVersion,
)
from ingest.store.models_articles import KEYS, key_column
from ingest.store.types import ArticleStatus


class Read(NamedTuple):
    """What the article stages made of entries of one feed: when, and by the rules of which catalogue."""

    feed_id: int
    drafts: Sequence[Draft]
    at: datetime
    catalogue_version: str


class Numbered(NamedTuple):
    """A draft that becomes a version."""

    draft: Draft
    of: Read
    article_id: int
    number: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the drafts of one feed. `items` maps each article written to the digest of its raw item."""

    new: Sequence[Numbered]
    edited: Sequence[Numbered]
    items: dict[int, bytes]
    withheld: int  # drafts that a takedown names, by what they turned out to be when they were read

    @property
    def fingerprints(self) -> dict[int, tuple[int, ...]]:
        """Of what became a version, by article."""
        return {item.article_id: item.draft.extraction.fingerprints for item in (*self.new, *self.edited)}


def write(connection: Connection, reads: Sequence[Read]) -> list[Written]:
    """Store new articles and new versions of known ones; of each feed what became of it.

    A takedown may have come between reading and writing: what it names is not stored. An article whose keys changed
    and nothing else (its feed regenerated the guids) keeps its version.
    """
    allowed = withholding.allowed(connection, [(read.feed_id, read.drafts) for read in reads])
    names = derived.names_in(connection, [draft.extraction for drafts in allowed for draft in drafts])
    ids = [draft.change.article_id for drafts in allowed for draft in drafts]
    known = _current(connection, [article_id for article_id in ids if article_id is not None])
    fresh = iter(new_ids(connection, Article, ids.count(None)))
    done = [_sort(read, drafts, known, fresh) for read, drafts in zip(reads, allowed, strict=True)]
    new = [item for written in done for item in written.new]
    edited = [item for written in done for item in written.edited]
    numbers = new_ids(connection, ArticleVersion, len(new) + len(edited))
    versions = list(zip(numbers, [*new, *edited], strict=True))
    insert_all(connection, Article, [_article(item, number) for number, item in versions[: len(new)]])
    for number, item in versions[len(new) :]:
        known[item.article_id]["current_version_id"] = number
    for article in known.values():
        del article["digest"]
    update_all(connection, Article, list(known.values()))
    _insert_versions(connection, versions, names)
    texts = [
        (article_id, some, read.at)
        for read, written in zip(reads, done, strict=True)
        for article_id, some in written.fingerprints.items()
    ]
    fingerprints.keep(connection, texts)
    return done


def _sort(
    read: Read, drafts: Sequence[Draft], known: dict[int, dict[str, Any]], fresh: Iterator[int]
) -> Written:
    """Tell new articles, which take `fresh` numbers, from versions of `known` ones, which are brought up to date."""
    new: list[Numbered] = []
    edited: list[Numbered] = []
    items: dict[int, bytes] = {}
    for draft in drafts:
        article_id = draft.change.article_id
        if article_id is None:
            article_id = next(fresh)
            new.append(Numbered(draft, read, article_id, 1))
        elif article_id not in known:
            continue  # taken down
        elif _is_edited(known[article_id], draft, read.at):
            edited.append(Numbered(draft, read, article_id, known[article_id]["versions"]))
        if draft.change.reason is not ChangeReason.PAGE:  # which says nothing of where the entry stands
            items[article_id] = draft.change.entry.item_digest
    return Written(new, edited, items, len(read.drafts) - len(drafts))


def _is_edited(article: dict[str, Any], draft: Draft, now: datetime) -> bool:
    """Bring the columns of a known article up to date; whether what it says is another version."""
    article |= _identity(draft)
    if article["digest"] == draft.change.digest and draft.change.reason is not ChangeReason.PAGE:
        return False
    article |= {
        "versions": article["versions"] + 1,
        "digest": draft.change.digest,
        "last_changed_at": now,
    }
    return True


# --------------------------------------------------------------------------- articles


def _article(item: Numbered, version_id: int) -> Values:
    return {
        "id": item.article_id,
        "feed_id": item.of.feed_id,
        **_identity(item.draft),
        "current_version_id": version_id,
        "versions": item.number,
        "first_seen_at": item.of.at,
        "last_changed_at": item.of.at,
    }


def _identity(draft: Draft) -> dict[str, Any]:
    entry, keys = draft.change.entry, draft.change.keys
    alive = {"status": ArticleStatus.ACTIVE, "withdrawn_at": None, "withdrawn_reason": None}
    return {"guid": entry.guid, "url": entry.url, **alive, **_key_values(keys)}


def _key_values(keys: EntryKeys) -> dict[str, bytes | None]:
    return {column: getattr(keys, name) for name, column in _KEY_COLUMNS}


_KEY_COLUMNS = [(name, key_column(name)) for name in KEYS]


def _current(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What may change of these articles, those taken down left out."""
    found: dict[int, dict[str, Any]] = {}
    for chunk in chunks(sorted(set(ids))):
        statement = (
            select(
                Article.id,
                Article.versions,
                Article.current_version_id,
                Article.last_changed_at,
                ArticleVersion.digest,
            )
            .join(ArticleVersion, ArticleVersion.id == Article.current_version_id)
            .where(Article.id.in_(chunk), Article.status != ArticleStatus.TOMBSTONED)
            .order_by(Article.id)
            .with_for_update(of=Article)
        )
        found |= {row.id: dict(row._mapping) for row in connection.execute(statement)}
    return found


# --------------------------------------------------------------------------- versions


def _insert_versions(
    connection: Connection, versions: Sequence[tuple[int, Numbered]], names: derived.Names
) -> None:
    """Versions, each with its id, and what was read in them."""
    rows = [
        {
            "id": version_id,
            **_given(item),
            **derived.columns(item.draft.extraction, names),
            "created_at": item.of.at,
            "catalogue_version": item.of.catalogue_version,
        }
        for version_id, item in versions
    ]
    insert_all(connection, ArticleVersion, rows)
    derived.insert_details(
        connection, [(version_id, item.draft.extraction) for version_id, item in versions], names
    )


def _given(item: Numbered) -> Values:
    """What the feed or the page gave, and the warnings of all who read it."""
    change, source, extraction = item.draft.change, item.draft.source, item.draft.extraction
    entry = change.entry
    return {
        "article_id": item.article_id,
        "number": item.number,
        "digest": change.digest,
        "reason": change.reason,
        "title": extraction.title or entry.title,
        "language": extraction.language or entry.language,
        "published_at": entry.published or extraction.published,
        "published_raw": entry.published_raw,
        "updated_at": entry.updated,
        "updated_raw": entry.updated_raw,
        "tags": list(entry.tags),
        "source_body": source.body,
        "source_form": source.form,
        "source_entry_body": source.entry_body,
        "source_base_url": source.base_url,
        "source_is_summary": source.is_summary,
        "source_authors": source.authors,
        "warnings": [*entry.warnings, *extraction.warnings],
        "statements": source.statements,
    }
