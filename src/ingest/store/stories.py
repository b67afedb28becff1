"""Stories: which articles are linked, by what, and what a person decided about it.

A story is what links in force hold together. Whoever changes one holds a lock over all of them (`story_locks`).
Nothing is deleted: a link that ceases to hold keeps its row with the time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Insert,
    and_,
    bindparam,
    case,
    insert,
    or_,
    select,
    update,
)

from ingest.errors import UsageError
from ingest.records import CopyRelation, LinkedBy, StoryLink
from ingest.store.bulk import Values, chunks, dialect_of, run, table_of, update_all, upsert_of
from ingest.store.models import Article, Story, StoryEvent, StoryLinkRow
from ingest.store.story_locks import ALIVE, hold
from ingest.store.types import ArticleStatus, StoryChange

_ARTICLES, _STORIES = table_of(Article), table_of(Story)
_LINKS, _EVENTS = table_of(StoryLinkRow), table_of(StoryEvent)

# Statements are made once: to make one takes as long as to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_MEMBERS = (
    select(_ARTICLES.c.id, _ARTICLES.c.story_id)
    .where(_ARTICLES.c.story_id.in_(_IDS), _ARTICLES.c.status != ArticleStatus.TOMBSTONED)
    .order_by(_ARTICLES.c.id)
)
_LINKED = (
    select(_LINKS.c.article_id, _LINKS.c.of_article_id, _LINKS.c.relation, _LINKS.c.linked_by)
    .where(or_(_LINKS.c.article_id.in_(_IDS), _LINKS.c.of_article_id.in_(_IDS)))
    .where(_LINKS.c.revoked_at.is_(None), _LINKS.c.relation != CopyRelation.APART)
    .order_by(_LINKS.c.article_id, _LINKS.c.of_article_id)
)
_REVOKE = (
    update(_LINKS)
    .where(_LINKS.c.article_id == bindparam("one"), _LINKS.c.of_article_id == bindparam("other"))
    .where(_LINKS.c.linked_by == LinkedBy.FINGERPRINT, _LINKS.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)


def members(connection: Connection, story_ids: Collection[int]) -> dict[int, int]:
    """Articles of these stories that are not taken down, each with its story."""
    found: dict[int, int] = {}
    for chunk in chunks(sorted(story_ids)):
        found |= {row.id: row.story_id for row in connection.execute(_MEMBERS, {"ids": chunk})}
    return found


def links(connection: Connection, article_ids: Collection[int]) -> list[StoryLink]:
    """Links in force that begin or end at these articles, people's refusals (`apart`) left out."""
    found: dict[tuple[int, int, LinkedBy], StoryLink] = {}
    for chunk in chunks(sorted(article_ids)):
        for row in connection.execute(_LINKED, {"ids": chunk}):
            link = StoryLink(row.article_id, row.of_article_id, row.relation, row.linked_by)
            found[link.article_id, link.of_article_id, link.by] = link
    return list(found.values())


# --------------------------------------------------------------------------- what the texts say


def connect(connection: Connection, found: Sequence[StoryLink], *, now: datetime) -> set[int]:
    """Record links and put the articles they link into one story; the stories that changed.

    Call `hold` for the articles first. Where a person said that two articles are not of one story, no link brings
    their stories together.
    """
    touched: set[int | None] = set()
    stories = hold(connection, {end for link in found for end in (link.article_id, link.of_article_id)})
    for link in found:
        if link.article_id not in stories or link.of_article_id not in stories:
            continue
        ours, theirs = stories[link.article_id], stories[link.of_article_id]
        if ours is None or ours != theirs:
            joined = _join(connection, link, ours, theirs, now)
            if joined is None:
                continue
            touched -= {ours, theirs}
            for article_id, story_id in stories.items():
                if article_id in (link.article_id, link.of_article_id) or (story_id or 0) in (ours, theirs):
                    stories[article_id] = joined
            ours = joined
        _record(connection, link, now)
        touched.add(ours)
    return {story_id for story_id in touched if story_id is not None}


def _join(
    connection: Connection, link: StoryLink, ours: int | None, theirs: int | None, now: datetime
) -> int | None:
    """The one story of two articles; None where a person keeps their stories apart."""
    if ours is None or theirs is None:  # who was parted from a story has one of his own
        story_id = ours or theirs or _new(connection, now)
        _assign(connection, {link.article_id, link.of_article_id}, story_id)
        return story_id
    kept, gone = sorted((ours, theirs))
    inside = members(connection, [kept, gone])
    hold(connection, inside)
    moved = sorted(article_id for article_id, story_id in inside.items() if story_id == gone)
    if _apart(connection, moved, inside.keys() - moved):
        return None
    _tell(connection, StoryChange.MERGED, link.by, kept, gone, moved, now)
    _assign(connection, moved, kept)
    _empty(connection, gone, now)
    return kept


def revoke(connection: Connection, broken: Iterable[tuple[int, int]], *, now: datetime) -> None:
    """The texts of these pairs are no copies any more: their links by fingerprint cease to hold."""
    pairs = [pair for one, other in broken for pair in ((one, other), (other, one))]
    run(connection, _REVOKE, [{"one": one, "other": other, "now": now} for one, other in pairs])


def regroup(connection: Connection, story_id: int, *, now: datetime, keep_single: bool = False) -> set[int]:
    """Take apart a story that its links hold together no more; the stories there are then.

    The largest part keeps the number. An article alone belongs to no story, unless a person parted it from one.
    """
    parts = _parts(connection, set(members(connection, [story_id])))
    there: set[int] = set()
    for place, part in enumerate(parts):
        if len(part) == 1 and not (keep_single or _is_parted(connection, part)):
            _assign(connection, part, None)
            if len(parts) > 1:
                _tell(connection, StoryChange.LEFT, LinkedBy.FINGERPRINT, story_id, None, sorted(part), now)
        elif place == 0:
            there.add(story_id)
        else:
            there.add(_move(connection, part, story_id, LinkedBy.FINGERPRINT, now))
    if story_id not in there:
        _empty(connection, story_id, now)
    return there


def _parts(connection: Connection, article_ids: set[int]) -> list[set[int]]:
    """The articles in groups that links in force hold together, the largest first, then the oldest."""
    near: dict[int, set[int]] = defaultdict(set)
    for link in links(connection, article_ids):
        if link.article_id in article_ids and link.of_article_id in article_ids:
            near[link.article_id].add(link.of_article_id)
            near[link.of_article_id].add(link.article_id)
    parts: list[set[int]] = []
    left = set(article_ids)
    while left:
        part, reached = set(), {min(left)}
        while reached:
            part |= reached
            reached = {other for one in reached for other in near[one]} - part
        parts.append(part)
        left -= part
    return sorted(parts, key=lambda part: (-len(part), min(part)))


def conclude(
    connection: Connection,
    story_id: int,
    is_original: Mapping[int, bool | None],
    reason: str | None,
    *,
    speakers: Collection[int],
    now: datetime,
) -> None:
    """Note which article of a story is the original, why, and whose word decided what the others are told."""
    changed: list[Values] = []
    for chunk in chunks(sorted(is_original)):
        for row in connection.execute(ALIVE, {"ids": chunk}):
            if row.is_original is not is_original[row.id]:
                changed.append({"id": row.id, "is_original": is_original[row.id]})
    update_all(connection, Article, changed)
    told = {"updated_at": now, "original_reason": reason, "speakers": sorted(speakers)}
    update_all(connection, Story, [{"id": story_id, **told}])


# --------------------------------------------------------------------------- what a person says


def split(connection: Connection, article_ids: Collection[int], *, now: datetime) -> set[int]:
    """Part articles from the rest of their story; the stories there are then. They stay together as far as linked.

    Raises UsageError when they are not some, but not all, of the articles of one story.
    """
    chosen = set(article_ids)
    stories = hold(connection, chosen)
    if missing := chosen - stories.keys():
        raise UsageError(f"there is no article {min(missing)}: `ingest list` shows those there are.")
    if len(set(stories.values())) > 1:
        raise UsageError("the articles are not of one story: split those of each story by themselves.")
    story_id = next(iter(stories.values()))
    if story_id is None:
        raise UsageError(f"article {min(chosen)} is linked to no other: there is nothing to split.")
    rest = set(members(connection, [story_id])) - chosen
    if not rest:
        raise UsageError("these are all articles of the story: name those that do not belong to the others.")
    hold(connection, rest)
    connection.execute(
        update(_LINKS).where(_between(chosen, rest), _LINKS.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    for one in sorted(chosen):
        for other in sorted(rest):
            _record(connection, StoryLink(one, other, CopyRelation.APART, LinkedBy.PERSON), now)
    there = {_move(connection, part, story_id, LinkedBy.PERSON, now) for part in _parts(connection, chosen)}
    return there | regroup(connection, story_id, now=now, keep_single=True)


def merge(connection: Connection, story_ids: Sequence[int], *, now: datetime) -> set[int]:
    """Make one story of two, the older one, and take back what a person said to the contrary.

    Links that a split had revoked hold again. Raises UsageError when there are not two stories with articles.
    """
    kept, gone = sorted(story_ids)
    inside = members(connection, [kept, gone])
    sides = {story_id: {a for a, s in inside.items() if s == story_id} for story_id in (kept, gone)}
    for story_id, side in sides.items():
        if not side:
            raise UsageError(f"story {story_id} has no articles: `ingest story` shows those that have.")
    if kept == gone:
        raise UsageError("these are one story already.")
    hold(connection, inside)
    _reconcile(connection, sides[kept], sides[gone], now)
    together = StoryLink(min(sides[gone]), min(sides[kept]), CopyRelation.SAME_STORY, LinkedBy.PERSON)
    _record(connection, together, now)
    _tell(connection, StoryChange.MERGED, LinkedBy.PERSON, kept, gone, sorted(sides[gone]), now)
    _assign(connection, sides[gone], kept)
    _empty(connection, gone, now)
    return {kept}


def _reconcile(connection: Connection, ours: Collection[int], theirs: Collection[int], now: datetime) -> None:
    apart = select(_LINKS).where(
        _between(ours, theirs), _LINKS.c.relation == CopyRelation.APART, _LINKS.c.revoked_at.is_(None)
    )
    for row in connection.execute(apart).all():
        pair = _between([row.article_id], [row.of_article_id])
        connection.execute(
            update(_LINKS).where(pair, _LINKS.c.revoked_at == row.linked_at).values(revoked_at=None)
        )
        connection.execute(
            update(_LINKS).where(pair, _LINKS.c.relation == CopyRelation.APART).values(revoked_at=now)
        )


# --------------------------------------------------------------------------- rows


def _new(connection: Connection, now: datetime) -> int:
    statement = insert(_STORIES).values(created_at=now, updated_at=now).returning(_STORIES.c.id)
    return int(connection.execute(statement).scalar_one())


def _empty(connection: Connection, story_id: int, now: datetime) -> None:
    """A story without articles keeps no words: they may be those of one that is taken down now, or later."""
    update_all(connection, Story, [{"id": story_id, "updated_at": now, "original_reason": None}])


def _move(connection: Connection, part: Collection[int], story_id: int, by: LinkedBy, now: datetime) -> int:
    """Give articles of a story one of their own."""
    other = _new(connection, now)
    _assign(connection, part, other)
    _tell(connection, StoryChange.SPLIT, by, story_id, other, sorted(part), now)
    return other


def _assign(connection: Connection, article_ids: Collection[int], story_id: int | None) -> None:
    gone: dict[str, Any] = {"is_original": None} if story_id is None else {}
    rows = [{"id": article_id, "story_id": story_id, **gone} for article_id in sorted(article_ids)]
    update_all(connection, Article, rows)


def _record(connection: Connection, link: StoryLink, now: datetime) -> None:
    """A link in force. Between two articles there is one by fingerprint, whichever way it points."""
    if link.by is LinkedBy.FINGERPRINT:
        run(connection, _REVOKE, [{"one": link.of_article_id, "other": link.article_id, "now": now}])
    found = link.found
    row = {
        "article_id": link.article_id,
        "of_article_id": link.of_article_id,
        "linked_by": link.by,
        "relation": link.relation,
        "shared": found.shared if found else None,
        "contained": round(found.of_one, 4) if found else None,
        "of_contained": round(found.of_other, 4) if found else None,
        "linked_at": now,
        "revoked_at": None,
    }
    run(connection, _keeping(dialect_of(connection), tuple(row)), [row])


@lru_cache
def _keeping(dialect: str, names: tuple[str, ...]) -> Insert:
    """Inserts a link, or tells anew of one that is there; what still holds was said when it was said first."""
    statement = upsert_of(dialect, table_of(StoryLinkRow))
    said = statement.excluded
    again: dict[str, Any] = {
        name: said[name] for name in ("relation", "shared", "contained", "of_contained", "revoked_at")
    }
    again["linked_at"] = case((_LINKS.c.revoked_at.is_(None), _LINKS.c.linked_at), else_=said.linked_at)
    statement = statement.values({name: bindparam(name) for name in names})
    keys = ["article_id", "of_article_id", "linked_by"]
    return statement.on_conflict_do_update(index_elements=keys, set_=again)


def _tell(
    connection: Connection,
    change: StoryChange,
    by: LinkedBy,
    story_id: int,
    other: int | None,
    ids: list[int],
    now: datetime,
) -> None:
    connection.execute(
        insert(_EVENTS).values(
            at=now, change=change, linked_by=by, story_id=story_id, other_story_id=other, article_ids=ids
        )
    )


def _between(ours: Collection[int], theirs: Collection[int]) -> Any:
    one, other = _LINKS.c.article_id, _LINKS.c.of_article_id
    left, right = sorted(ours), sorted(theirs)
    return or_(and_(one.in_(left), other.in_(right)), and_(one.in_(right), other.in_(left)))


def _apart(connection: Connection, ours: Collection[int], theirs: Collection[int]) -> bool:
    said = select(_LINKS.c.article_id).where(
        _between(ours, theirs), _LINKS.c.relation == CopyRelation.APART, _LINKS.c.revoked_at.is_(None)
    )
    return connection.execute(said.limit(1)).first() is not None


def _is_parted(connection: Connection, article_ids: Collection[int]) -> bool:
    said = select(_LINKS.c.article_id).where(
        or_(_LINKS.c.article_id.in_(article_ids), _LINKS.c.of_article_id.in_(article_ids)),
        _LINKS.c.relation == CopyRelation.APART,
        _LINKS.c.revoked_at.is_(None),
    )
    return connection.execute(said.limit(1)).first() is not None
