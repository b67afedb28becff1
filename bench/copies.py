"""Copies of one story: how many are found, how many links are wrong, what it costs, and how that grows.

    python -m bench.copies [--others N] [--each N] [--seed N] [--sizes 20000,200000] [--peer]

The collections are generated (tests/articles/copied.py) from seeds that the thresholds were not fixed on, and go
through the store: written as polls write them, twenty at a time, then linked. Times are of the process's CPU. --peer
holds MinHash LSH of the package datasketch beside it, if that is installed.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median

from ingest import linking
from ingest.articles.copies import fingerprints as texts
from ingest.feeds.changes import keys_of, version_digest
from ingest.linking import Linker
from ingest.records import (
    Attribution,
    Change,
    ChangeReason,
    Document,
    Draft,
    Entry,
    Extraction,
    Hop,
    HopRole,
    Source,
)
from ingest.store import fingerprints, migrate, versions
from ingest.store.engine import Store
from ingest.store.feeds import add_feed
from tests.articles.copies.copied import KINDS, Made, Newsroom, endless

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WINDOW = timedelta(days=30)
BATCH = 20  # entries of a poll
SITES = 50
NAMED = tuple(kind for kind in KINDS if kind != "excerpt with footers")  # those of the goal


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--others", type=int, default=5000)
    arguments.add_argument("--each", type=int, default=100, help="copies of each kind")
    arguments.add_argument("--seed", type=int, default=100)
    arguments.add_argument("--sizes", default="20000,200000", help="articles in the window; empty: none")
    arguments.add_argument("--peer", action="store_true")
    asked = arguments.parse_args()
    made = Newsroom(asked.seed).collection(asked.others, asked.each)
    with tempfile.TemporaryDirectory() as home:
        _quality(Path(home) / "quality.sqlite3", made)
    if asked.peer:
        _peer(made)
    with tempfile.TemporaryDirectory() as home:
        _growth(Path(home), [int(part) for part in asked.sizes.split(",") if part], asked.seed)


# ------------------------------------------------------------------------------------------ what is found


def _quality(file: Path, made: Sequence[Made]) -> None:
    migrate.upgrade(f"sqlite:///{file}")
    with Store(f"sqlite:///{file}") as store:
        ids, written, linked = asyncio.run(_through(store, made))
    with closing(sqlite3.connect(file)) as connection:
        stories = dict(connection.execute("SELECT id, story_id FROM articles WHERE story_id IS NOT NULL"))
        links = connection.execute("SELECT article_id, of_article_id FROM story_links").fetchall()
        (pages,) = connection.execute("SELECT sum(pgsize) FROM dbstat WHERE name = 'fingerprints'").fetchone()
    of = dict(zip(ids, made, strict=True))
    _tell_found("ours", {article_id: of[article_id] for article_id in ids}, stories, links)
    count = len(made)
    print(
        f"  {written / count * 1e3:.2f} ms to write an article (all its rows), {linked / count * 1e3:.2f} ms to link it"
    )
    print(f"  {pages / count:.0f} bytes an article in fingerprints", flush=True)


async def _through(store: Store, made: Sequence[Made]) -> tuple[list[int], float, float]:
    """Store and link all, a poll of some site after the other; their ids, and seconds of CPU for each step."""
    with store.write() as connection:
        feeds = [add_feed(connection, f"https://site{n}.example/feed", now=NOW)[0] for n in range(SITES)]
    linker = Linker(store, WINDOW)
    ids: list[int] = []
    written = linked = 0.0
    for start in range(0, len(made), BATCH):
        site = start // BATCH % SITES
        drafts = [
            _draft(one.text, start + place, site) for place, one in enumerate(made[start : start + BATCH])
        ]
        began = time.process_time()
        with store.write() as connection:
            (new,) = versions.write(connection, [versions.Read(feeds[site], drafts, NOW, "bench")])
        written += time.process_time() - began
        ids += new.fingerprints
        began = time.process_time()
        await linker.link(new.fingerprints, NOW)
        linked += time.process_time() - began
    return ids, written, linked


def _draft(text: str, number: int, site: int) -> Draft:
    entry = Entry(guid=f"{site}/{number}", url=f"https://site{site}.example/{number}", title=f"Article {number}",
                  summary=None, content=text, content_is_text=True, item_digest=number.to_bytes(8))  # fmt: skip
    change = Change(entry, keys_of(entry), version_digest(entry), ChangeReason.NEW)
    name, home = f"Site {site}", f"https://site{site}.example"
    hop = Hop(0, name, home, HopRole.DELIVERY, 1.0, ())
    stated = Attribution(hops=(hop,), publisher=name, publisher_url=home)
    extraction = Extraction(
        entry.title, text, text, "", Document(text, ()), (), stated, fingerprints=texts.fingerprints(text)
    )
    return Draft(change, Source("", is_html=False, url=entry.url), extraction)


def _tell_found(
    name: str, of: dict[int, Made], stories: dict[int, int], links: Sequence[tuple[int, int]]
) -> None:
    """Recall: copies in the story of what they are copies of. Precision: links between copies of one story."""
    homes = {made.story: stories.get(article_id) for article_id, made in of.items() if not made.kind}
    found: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    for article_id, made in of.items():
        if made.kind:
            all_[made.kind] += 1
            story = stories.get(article_id)
            found[made.kind] += story is not None and story == homes[made.story]
    right = sum(of[one].story == of[other].story for one, other in links)
    named = sum(found[kind] for kind in NAMED) / sum(all_[kind] for kind in NAMED)
    print(f"{name}: recall {named:.4f} (goal 0.99), precision {right / max(1, len(links)):.4f} (goal 0.995), "
          f"{len(links)} links among {len(of)} articles")  # fmt: skip
    print("  " + ", ".join(f"{kind} {found[kind]}/{all_[kind]}" for kind in all_), flush=True)


# ------------------------------------------------------------------------------------------ what it costs


def _growth(home: Path, sizes: Sequence[int], seed: int) -> None:
    """The same articles indexed and looked for in stores of these sizes, a batch in each in turn: the median batch."""
    made = Newsroom(seed + 1).collection(1000, 20)
    batches = [made[start : start + BATCH] for start in range(0, len(made), BATCH)]
    spent: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
    with ExitStack() as stack:
        stores = {size: stack.enter_context(_filled(home / f"{size}.sqlite3", size, seed)) for size in sizes}
        for number, some in enumerate(batches):
            for size in sizes:
                spent[size].append(_cost(stores[size], some, 10_000_000 + number * BATCH))
    first: tuple[float, ...] | None = None
    for size in sizes:
        cost = tuple(median(column) / BATCH * 1e3 for column in zip(*spent[size], strict=True))
        first = first or cost
        print(
            f"{size:>9} articles in the window: {cost[0]:.2f} ms to index ({cost[0] / first[0]:.2f} ×), "
            f"{cost[1]:.2f} ms to look ({cost[1] / first[1]:.2f} ×; goal 1.3 ×)",
            flush=True,
        )


def _cost(store: Store, some: Sequence[Made], first: int) -> tuple[float, float]:
    """Seconds of CPU to index a poll's articles, stored before, and to look for their copies."""
    drafts = [_draft(one.text, first + place, 0) for place, one in enumerate(some)]
    bare = [replace(one, extraction=replace(one.extraction, fingerprints=())) for one in drafts]
    with store.write() as connection:
        (written,) = versions.write(connection, [versions.Read(1, bare, NOW, "bench")])
    began = time.process_time()
    kept = {key: texts.fingerprints(one.text) for key, one in zip(written.fingerprints, some, strict=True)}
    with store.write() as connection:
        fingerprints.keep(connection, [(article_id, prints, NOW) for article_id, prints in kept.items()])
    indexed = time.process_time()
    with store.read() as connection:
        linking._look(connection, kept, at=NOW, window=WINDOW)
    return indexed - began, time.process_time() - indexed


@contextmanager
def _filled(file: Path, size: int, seed: int) -> Iterator[Store]:
    migrate.upgrade(f"sqlite:///{file}")
    with Store(f"sqlite:///{file}") as store:
        some = [Made(0, "", text) for text in islice(endless(Newsroom(seed)), BATCH)]
        asyncio.run(_through(store, some))
        _fill(file, size)
        yield store


def _fill(file: Path, size: int) -> None:
    """So many articles of the last fifteen days, with the fingerprints of texts of some four hundred words each.

    Winnowing keeps least hashes, so theirs lie in the lowest twenty-fifth, too.
    """
    least, each = -(2**63), 34
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA cache_size = -400000")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(articles)")]
        own = {"id": "1000 + n", "guid": "'archive ' || n"} | dict.fromkeys(
            ("guid_digest", "url_digest", "url_key", "path_key", "content_digest"), "randomblob(16)"
        )
        values = ", ".join(own.get(name, f"a.{name}") for name in columns)
        numbers = (
            "WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ? - 1)"
        )
        connection.execute(
            f"{numbers} INSERT INTO articles SELECT {values} FROM numbers, (SELECT * FROM articles LIMIT 1) a",
            (size,),
        )
        connection.execute(
            f"{numbers} INSERT OR IGNORE INTO fingerprints (period, shingle, article_id, size) "
            f"SELECT ?, ? + abs(random()) / 12.5, 1000 + n / ?, ? FROM numbers ORDER BY 2",
            (size * each, fingerprints._period(NOW), least, each, each),
        )


# ------------------------------------------------------------------------------------------ a peer


def _peer(made: Sequence[Made]) -> None:
    """MinHash LSH by Jaccard similarity, the usual tool: 128 permutations, threshold 0.5."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        print("datasketch is not installed: no peer")
        return
    index, links = MinHashLSH(threshold=0.5, num_perm=128), []
    indexing = looking = 0.0
    for number, one in enumerate(made):
        began = time.process_time()
        words = one.text.split()
        sketch = MinHash(num_perm=128)
        sketch.update_batch([" ".join(words[at : at + 5]).encode() for at in range(len(words) - 4)])
        indexing += time.process_time() - began
        began = time.process_time()
        links += [(number, int(other)) for other in index.query(sketch)]
        looking += time.process_time() - began
        began = time.process_time()
        index.insert(str(number), sketch)
        indexing += time.process_time() - began
    stories = {number: number for number in range(len(made))}
    for one, other in links:
        old, new = stories[one], stories[other]
        if old != new:
            stories = {number: new if story == old else story for number, story in stories.items()}
    _tell_found("datasketch", dict(enumerate(made)), stories, links)
    print(
        f"  {indexing / len(made) * 1e3:.2f} ms to index, {looking / len(made) * 1e3:.2f} ms to look, in memory"
    )


if __name__ == "__main__":
    main()
