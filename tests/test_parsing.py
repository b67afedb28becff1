"""A document that cannot be parsed: the same words whoever asked for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import settings as settings_module
from ingest.backfill import backfill
from ingest.records import PollResult
from ingest.store import feeds
from ingest.store.engine import Store
from ingest.worker import poll_once
from tests.loopback import Loopback
from tests.samples import item, rss


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_poll_and_a_walk_into_the_past_say_alike_that_a_document_took_too_long(
    server: Loopback, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "ingest.toml"
    file.write_text(
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\n[poll]\nhost_gap = 0\nparse_timeout = "0.0001s"\n',
        "utf-8",
    )
    settings = settings_module.load(file, {})
    with store.write() as connection:
        number, _ = feeds.add_feed(connection, server.put("/feed", rss(item(1))), now=store.now())
    results: list[PollResult] = []
    await poll_once(settings, store, on_result=results.append)
    walk = await backfill(settings, store, number)
    assert [result.detail for result in results] == [walk.obstacle]
    assert walk.obstacle == "the document took longer than 0.0001 s to parse"
