"""Which entries are new, which are edited, which we have: pure, from the entries and what the store knows.

An entry is recognised by the first of these that names exactly one article of its feed:

1. its guid; for a lazy feed, whose guid stands on several articles, guid and link, and title or text with them;
2. its link as given, then its normalised link, if title or text agree or one side has no guid
   (some feeds give every entry the link of one page);
3. path and title without the host (the site moved and regenerated its guids);
4. title and text (the site regenerated everything), for texts long enough to be unlikely twice.

So a changed guid, link or host is the same article and no new one. An article whose item stands unchanged in the
document, or that another entry of it has claimed, is never taken by a second entry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlsplit

from ingest import urls
from ingest.records import Change, ChangeReason, Changes, Entry, EntryKeys, KnownArticle, Unchanged, Withheld
from ingest.text import digest as _digest

MAX_VERSIONS = 24
"""A body that flaps (counters, ads, shuffled links) is rewritten this often and no more (lemon24/reader)."""

SHORTEST_TELLING_TEXT = 200
"""Characters of text below which equal content proves nothing ("Photo of the day")."""

_TAG = re.compile(r"<[^<>]*>")  # one that is never closed ends at the next: the time is linear


def decide(
    entries: Sequence[Entry],
    known: Sequence[KnownArticle],
    *,
    entry_keys: Sequence[EntryKeys] | None = None,
    present: Collection[int] = (),
    withheld: Withheld | None = None,
) -> Changes:
    """Hold the entries of one document against the articles of its feed.

    `entry_keys` are what `keys_of` makes of each, if the caller has them. `present` are the ids of articles whose
    items stand in the document unchanged and were not read again. An entry that `withheld` names is under a takedown:
    it is counted and dropped, unless it is that of an article which was left standing with what names it.
    """
    keyed, repeated = _once_each(zip(entries, entry_keys or map(keys_of, entries), strict=True))
    index = _Index(known, keyed, present)
    changed: list[Change] = []
    unchanged: list[Unchanged] = []
    held = flapping = 0
    for entry, keys in _surest_first(keyed, index):
        digest = version_digest(entry)
        article, reason = index.recognise(keys, digest)
        if withheld and withheld.names(keys, entry.url, had=article.keys.telling if article else ()):
            held += 1
            if article is not None and reason is ChangeReason.EDITED:
                unchanged.append(Unchanged(article.article_id, b""))  # it stands, as it was; to be read again
            elif article is not None:
                index.release(article)
        elif article is None:
            changed.append(Change(entry, keys, digest, ChangeReason.NEW))
        elif article.digest == digest and article.keys.guid == keys.guid:
            unchanged.append(Unchanged(article.article_id, entry.item_digest))
        elif article.versions >= MAX_VERSIONS:
            flapping += 1
            unchanged.append(Unchanged(article.article_id, entry.item_digest))
        else:
            changed.append(Change(entry, keys, digest, reason, article.article_id))
    order = {id(entry): place for place, (entry, _) in enumerate(keyed)}
    changed.sort(key=lambda change: order[id(change.entry)])
    return Changes(tuple(changed), tuple(unchanged), held, flapping, index.conflicts + repeated)


def keys_of(entry: Entry) -> EntryKeys:
    """What the entry can be recognised by; see records.EntryKeys."""
    guid = entry.guid.strip() if entry.guid else None
    return EntryKeys(
        guid=_digest(guid) if guid else None,
        url=_digest(entry.url) if entry.url else None,
        url_key=_digest(urls.normalise(entry.url)) if entry.url else None,
        path_key=_path_key(entry),
        content=_content_key(entry),
    )


def version_digest(entry: Entry) -> bytes:
    """16 bytes that differ when a reader would call it another version.

    The feed's own `updated` and the tags are left out: many feeds touch them without touching the article.
    """
    parts = [entry.title or "", entry.body, entry.summary or "", entry.url or "", entry.published_raw or ""]
    parts += [f"{person.role}:{person.name}" for person in entry.authors]
    parts += [f"{s.property}={s.value}" for s in entry.statements]
    return _digest("\x1f".join(parts))


class _Index:
    """The known articles by each key, and which of them this document has already claimed."""

    def __init__(
        self,
        known: Sequence[KnownArticle],
        keyed: Sequence[tuple[Entry, EntryKeys]],
        present: Collection[int],
    ) -> None:
        in_document = Counter(keys.guid for _, keys in keyed if keys.guid)
        in_store = Counter(article.keys.guid for article in known if article.keys.guid)
        self.lazy_guids = {guid for count in (in_document, in_store) for guid, n in count.items() if n > 1}
        self.conflicts = sum(n - 1 for n in in_document.values() if n > 1)
        self.claimed = set(present)
        self.by_key: dict[tuple[str, bytes], list[KnownArticle]] = {}
        for article in known:
            for name in ("guid", "url", "url_key", "path_key", "content"):
                value = getattr(article.keys, name)
                if value is not None:
                    self.by_key.setdefault((name, value), []).append(article)

    def recognise(self, keys: EntryKeys, digest: bytes) -> tuple[KnownArticle | None, ChangeReason]:
        same_guid = self._free("guid", keys.guid)
        if keys.guid in self.lazy_guids:
            same = [a for a in same_guid if a.keys.url_key == keys.url_key]
            agreeing = (a for a in same if a.digest == digest or _same_title_or_text(a.keys, keys))
            found = next(agreeing, None)
            return (self._claim(found) if found else None), ChangeReason.EDITED
        if len(same_guid) == 1:
            return self._claim(same_guid[0]), ChangeReason.EDITED
        for name in ("url", "url_key", "path_key", "content"):
            free = self._free(name, getattr(keys, name))
            if len(free) == 1 and _agree(free[0].keys, keys):
                return self._claim(free[0]), ChangeReason.MOVED
        return None, ChangeReason.NEW

    def has_guid(self, keys: EntryKeys) -> bool:
        return keys.guid is not None and ("guid", keys.guid) in self.by_key

    def _free(self, name: str, value: bytes | None) -> list[KnownArticle]:
        if value is None:
            return []
        return [a for a in self.by_key.get((name, value), []) if a.article_id not in self.claimed]

    def release(self, article: KnownArticle) -> None:
        """Another entry may claim the article after all."""
        self.claimed.discard(article.article_id)

    def _claim(self, article: KnownArticle) -> KnownArticle:
        self.claimed.add(article.article_id)
        return article


def _agree(one: EntryKeys, other: EntryKeys) -> bool:
    """Whether a shared key is enough: not when both have guids, and neither title nor text is the same."""
    return one.guid is None or other.guid is None or _same_title_or_text(one, other)


def _same_title_or_text(one: EntryKeys, other: EntryKeys) -> bool:
    return (one.path_key is not None and one.path_key == other.path_key) or (
        one.content is not None and one.content == other.content
    )


def _surest_first(keyed: Sequence[tuple[Entry, EntryKeys]], index: _Index) -> list[tuple[Entry, EntryKeys]]:
    """Entries whose guid is known claim first, so that a weaker key of another cannot take their article."""
    return sorted(keyed, key=lambda pair: not index.has_guid(pair[1]))


def _once_each(
    keyed: Iterable[tuple[Entry, EntryKeys]],
) -> tuple[list[tuple[Entry, EntryKeys]], int]:
    """Leave out entries that repeat another's guid, link and title, the first one kept.

    Entries without guid and link are told apart by their content.
    """
    seen: set[tuple[object, ...]] = set()
    kept: list[tuple[Entry, EntryKeys]] = []
    repeated = 0
    for entry, keys in keyed:
        name: tuple[object, ...] = (keys.guid, keys.url_key, _folded(entry.title or ""))
        if keys.guid is None and keys.url_key is None:
            name = (version_digest(entry),)
        if name in seen:
            repeated += 1
        else:
            seen.add(name)
            kept.append((entry, keys))
    return kept, repeated


def _path_key(entry: Entry) -> bytes | None:
    if not entry.url or not entry.title:
        return None
    parts = urlsplit(entry.url)
    if len(parts.path) < 2 and not parts.query:
        return None  # the home page says nothing
    return _digest(f"{parts.path}?{parts.query}\x1f{_folded(entry.title)}")


def _content_key(entry: Entry) -> bytes | None:
    text = _folded(_TAG.sub(" ", entry.body))
    if len(text) >= SHORTEST_TELLING_TEXT:
        return _digest(f"{_folded(entry.title or '')}\x1f{text}")
    if entry.guid is None and entry.url is None:
        return _digest(f"{_folded(entry.title or '')}\x1f{text}")  # nothing else to know it by
    return None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
