"""What several verbs need of the list of feeds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.cli.face import Face
from ingest.cli.output import note
from ingest.errors import FeedListError

if TYPE_CHECKING:
    from ingest.feeds.feedlist import FeedList
    from ingest.store.engine import Store

NO_FEEDS = "No feeds yet. Add one: `ingest add URL`, or many: `ingest import FILE`."


def read_feed_list(data: bytes, name: str) -> FeedList:
    from ingest.feeds import feedlist

    return feedlist.read(data, name)


def read_feed_file(path: Path) -> FeedList:
    """The list in a file. Raises FeedListError when it cannot be read or understood."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FeedListError(f"{path}: cannot be read: {error.strerror}.") from error
    return read_feed_list(data, str(path))


def sync_config(face: Face, store: Store) -> None:
    """Bring the store's feeds in step with the feeds file, where there is one."""
    from ingest.store import feeds

    path = face.settings.feeds_file
    if not path.is_file():
        return
    listed = read_feed_file(path)
    # A feed switched off in the file is as one it does not name: kept with its articles, not polled.
    enabled = [feed for feed in listed.feeds if feed.enabled]
    now = store.now()
    with store.write() as connection:
        counts = feeds.sync_config(connection, enabled, now)
    changes = {
        "added": counts.added,
        "changed": counts.updated,
        "retired (not named any more)": counts.retired,
    }
    if told := ", ".join(f"{number} {word}" for word, number in changes.items() if number):
        note(f"{path}: {told}.")


def none_polled(store: Store) -> str:
    """What to tell when no feed is polled: there is none, or all are switched off."""
    from ingest.store import feeds

    with store.read() as connection:
        off = feeds.list_feeds(connection)
    if not off:
        return NO_FEEDS
    return (
        f"All feeds ({len(off)}) are switched off: `ingest feeds` says why, "
        "`ingest feeds --enable FEED` polls one again."
    )


def resolve(store: Store, name: str) -> int:
    """The id of the feed named. Raises UsageError for a name that fits none or several."""
    return resolve_all(store, [name])[0]


def resolve_all(store: Store, names: Sequence[str]) -> list[int]:
    """The ids of the feeds named, each once, in order. Raises UsageError for a name that fits none or several."""
    from ingest.store import feeds

    with store.read() as connection:
        return list(dict.fromkeys(feeds.resolve(connection, name).id for name in names))


def count_to_poll(store: Store, feed_ids: Sequence[int] | None, due_only: bool) -> int:
    """How many feeds a poll will visit, if no other worker holds them."""
    from ingest.store import feeds

    if feed_ids is not None:
        return len(feed_ids)
    due_by = store.now() if due_only else None
    with store.read() as connection:
        return feeds.count_active(connection, due_by=due_by)


def earliest(store: Store) -> datetime | None:
    """When the next feed is due; None when no feed is enabled."""
    from ingest.store import feeds

    with store.read() as connection:
        return feeds.first_due(connection)
