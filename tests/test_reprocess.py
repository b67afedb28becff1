"""The archive read again by other rules: polled over a real server, replayed in real processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import delete, text, update

from ingest import settings as settings_module
from ingest import worker
from ingest.extraction import Extracted, Extractor
from ingest.records import Notice, NoticeKind, Source
from ingest.reprocess import Report, reprocess
from ingest.settings import Settings
from ingest.stages import STOPPED
from ingest.store import feeds
from ingest.store.bulk import table_of
from ingest.store.engine import Store
from ingest.store.models import ArticleVersion, Template, TemplateMemory
from tests.loopback import Loopback
from tests.samples import item, rss
from tests.store import samples
from tests.test_poll import HAPPENINGS, SIGN_OFF

COURTESY = """
[[rule]]
id = "carried"
kind = "courtesy_of"
pattern = 'ferried over from <publisher>'
examples = [{ text = "Ships wait.\\nFerried over from Pier Notes.", fields = { publisher = "Pier Notes" } }]
"""
FERRIED = "<p>It rained. Nobody minded.</p><p>Ferried over from Pier Notes.</p>"


on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"])
"""For tests of the order of the work; what the store does in it is tested on both engines in store/test_replay.py."""


def settings_of(rules: Path, more: str = "") -> Settings:
    """Settings with the rules of a directory beside the built-in ones; `more` goes on with those of polling."""
    file = rules.with_suffix(".toml")
    file.write_text(
        f'rules_dir = "{rules}"\n[fetch]\nallow_networks = ["127.0.0.0/8"]\n[worker]\nprocesses = 1\n'
        f'[poll]\npolicy = "feed"\n{more}',
        "utf-8",
    )
    return settings_module.load(file, {})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path / "before")


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """Where a rule more is installed."""
    (tmp_path / "after").mkdir()
    (tmp_path / "after/harbour.toml").write_text(COURTESY, "utf-8")
    return tmp_path / "after"


@pytest.fixture
def changed(harbour: Path) -> Settings:
    """The same settings, and another catalogue."""
    return settings_of(harbour)


@pytest.fixture
def poll(settings: Settings, store: Store) -> Callable[..., Any]:
    """Poll these addresses, added when unknown."""

    async def run(*addresses: str) -> None:
        ids = []
        with store.write() as connection:
            for url in addresses:
                feed, _ = feeds.add_feed(connection, url, now=datetime.now(UTC))
                ids.append(feed)
        await worker.poll_once(settings, store, feed_ids=ids, due_only=False)

    return run


def rows(store: Store, sql: str) -> Sequence[Any]:
    with store.read() as connection:
        return connection.execute(text(sql)).all()


def everything(store: Store) -> list[Sequence[Any]]:
    """All that reprocessing may write, without the rows' own numbers."""
    return [
        rows(store, "select * from article_versions order by id"),
        rows(store, "select version_id, ordinal, kind, start, quote, rule from notices order by 1, 2"),
        rows(store, "select version_id, position, publisher_id, url, role from hops order by 1, 2"),
        rows(store, "select version_id, ordinal, person_id, role from bylines order by 1, 2"),
    ]


async def test_articles_are_read_again_by_the_rules_of_now_and_the_report_says_what_changed(
    server: Loopback, store: Store, poll: Any, changed: Settings
) -> None:
    await poll(server.put("/feed", rss(item(1, FERRIED), item(2))))
    before = dict(rows(store, "select title, text from article_attribution"))
    assert before["Story 1"].endswith("Pier Notes.")
    report = await reprocess(changed, store)
    assert (report.waiting, report.read, report.changed, report.texts) == (2, 2, 1, 1)
    assert (report.added, report.removed) == ({NoticeKind.COURTESY_OF: 1}, {})
    assert report.fields["original_publisher"] == report.fields["hops"] == 1
    now = rows(store, "select title, text, original_publisher, chain from article_attribution order by title")
    assert now[0] == ("Story 1", "It rained. Nobody minded.", "Pier Notes", "Pier Notes → The Paper")
    assert now[1][1] == before["Story 2"]
    assert rows(store, "select distinct catalogue_version, number from article_versions") == [
        (report.catalogue_version, 1)
    ]
    again = await reprocess(changed, store)
    assert (again.waiting, again.read) == (0, 0)


@on_sqlite
async def test_a_dry_run_tells_the_same_and_writes_nothing(
    server: Loopback, store: Store, poll: Any, changed: Settings
) -> None:
    await poll(server.put("/feed", rss(item(1, FERRIED), item(2))))
    before = everything(store), rows(store, "select count(*) from publishers")
    told = await reprocess(changed, store, dry_run=True)
    assert (everything(store), rows(store, "select count(*) from publishers")) == before
    assert told == await reprocess(changed, store)
    assert told.changed == 1


@on_sqlite
async def test_what_other_settings_or_publishers_read_is_read_again(
    server: Loopback, store: Store, settings: Settings, poll: Any, tmp_path: Path
) -> None:
    await poll(server.put("/feed", rss(item(1, FERRIED), item(2))))
    assert (await reprocess(settings, store)).waiting == 0
    own = tmp_path / "publishers.toml"
    own.write_text('[US.newspaper]\n"pier.example" = "Pier Notes"\n')
    extract = structs.replace(settings.extract, cut_kinds=(NoticeKind.COPYRIGHT,))
    for other in (structs.replace(settings, extract=extract), structs.replace(settings, publishers_file=own)):
        assert (await reprocess(other, store)).read == 2
        assert (await reprocess(other, store)).waiting == 0
    assert (await reprocess(settings, store)).read == 2


@on_sqlite
async def test_the_same_rules_make_the_same_of_every_form_of_entry(
    server: Loopback, store: Store, settings: Settings, poll: Any
) -> None:
    footer = (
        '<p>The post <a href="https://first.example/3">Bare</a> appeared first on '
        '<a href="https://first.example">First Paper</a>.</p>'
    )
    untitled = item(3, f"<p>Rain.</p>{footer}").replace("<title>Story 3</title>", "")
    extra = "<dc:creator>Ada Marsh</dc:creator><dc:rights>© 2026 Tribune Co.</dc:rights>"
    document = rss(
        item(1, FERRIED, extra=extra),
        item(2, f'<p>Fog.</p><p>Read it <a href="/here">here</a>.</p>{footer}'),
        untitled,
        extra="<copyright>© The Paper, all rights reserved</copyright><language>en-GB</language>",
    )
    plain = (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items": [{"id": "1", '
        '"content_text": "Text with <no> markup.\\n\\nBy Ann Poe", "date_published": "no date"}]}'
    )
    await poll(server.put("/feed", document), server.put("/notes.json", plain))
    before = everything(store)
    assert len(before[0]) == 4
    assert any("date" in line for row in before[0] for line in str(row.warnings).split("'"))
    report = await reprocess(settings, store, everything=True)
    assert (report.read, report.changed) == (4, 0)
    assert everything(store) == before


async def test_a_run_that_was_stopped_is_continued_by_the_next(
    server: Loopback, store: Store, migrated_url: str, poll: Any, changed: Settings
) -> None:
    await poll(*(server.put(f"/{n}", rss(item(f"{n}-1", FERRIED), item(f"{n}-2"))) for n in range(4)))
    task = asyncio.current_task()
    assert task

    def stop_after_a_batch(report: Report) -> None:
        if report.read:
            task.cancel()

    with Store(migrated_url) as stopped, pytest.raises(asyncio.CancelledError):
        await reprocess(changed, stopped, on_progress=stop_after_a_batch)
    task.uncancel()
    done = len(rows(store, "select id from article_versions where text = 'It rained. Nobody minded.'"))
    assert 1 <= done < 4
    report = await reprocess(changed, store)
    assert (report.waiting, report.read, report.texts) == (8 - 2 * done, 8 - 2 * done, 4 - done)
    assert (await reprocess(changed, store)).waiting == 0


async def test_what_a_worker_stores_meanwhile_stays(
    server: Loopback, store: Store, poll: Any, changed: Settings
) -> None:
    await poll(server.put("/feed", rss(item(1, FERRIED), item(2, FERRIED))))

    def edit(report: Report) -> None:
        """As a worker does, between the look at what there is to do and the first batch."""
        if not report.seen:
            samples.poll(store, 1, [samples.draft(samples.entry("1", "Edited."), 1)], at=datetime.now(UTC))

    report = await reprocess(changed, store, on_progress=edit)
    assert (report.waiting, report.read, report.left) == (2, 1, 1)
    versions = rows(store, "select article_id, number, text from article_versions order by 1, 2")
    assert [tuple(row) for row in versions] == [
        (1, 1, "It rained. Nobody minded.\nFerried over from Pier Notes."),
        (1, 2, "Edited."),
        (2, 1, "It rained. Nobody minded."),
    ]


@on_sqlite
async def test_only_the_feeds_and_the_time_asked_for_are_read(
    server: Loopback, store: Store, poll: Any, changed: Settings
) -> None:
    await poll(server.put("/one", rss(item(1, FERRIED))), server.put("/two", rss(item(2, FERRIED))))
    assert (await reprocess(changed, store, since=datetime(2100, 1, 1, tzinfo=UTC))).waiting == 0
    assert (await reprocess(changed, store, feed_ids=[2])).read == 1
    cut = "select feed_id from article_attribution where text = 'It rained. Nobody minded.'"
    assert rows(store, cut) == [(2,)]


@on_sqlite
async def test_articles_that_cannot_be_read_stay_as_they_were_and_are_told(
    server: Loopback, store: Store, poll: Any, harbour: Path, changed: Settings
) -> None:
    await poll(server.put("/feed", rss(item(1, FERRIED), item(2))))
    before = everything(store)
    hasty = settings_of(harbour, 'parse_timeout = "0.001s"\n')
    report = await reprocess(hasty, store)
    assert (report.read, report.left, set(report.unreadable)) == (0, 0, {1, 2})
    assert "stopped after 0.001 s" in report.unreadable[1]
    assert everything(store) == before
    assert (await reprocess(changed, store)).read == 2


class Faulty(Extractor):
    """Has a bug that any entry of fog brings out."""

    async def reread(
        self, batch: Sequence[tuple[Source, tuple[Notice, ...]]], memory: bytes | None
    ) -> Extracted:
        if any("fog" in source.body for source, _ in batch):
            raise ValueError("foggy")
        return await super().reread(batch, memory)


@on_sqlite
async def test_a_fault_of_ours_costs_the_articles_that_bring_it_out_and_is_logged_once(
    server: Loopback,
    store: Store,
    poll: Any,
    changed: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await poll(server.put("/feed", rss(item(1, "<p>fog</p>"), item(2, FERRIED), item(3, "<p>more fog</p>"))))
    monkeypatch.setattr("ingest.reprocess.Extractor", Faulty)
    report = await reprocess(changed, store)
    assert (report.read, report.texts) == (1, 1)
    assert report.unreadable == dict.fromkeys((1, 3), "internal error: ValueError: foggy")
    assert [record.levelname for record in caplog.records if record.name == "ingest.reprocess"] == ["ERROR"]


@on_sqlite
async def test_a_text_once_stored_plainly_is_read_properly_and_the_readers_warnings_stay(
    server: Loopback, store: Store, settings: Settings, poll: Any
) -> None:
    await poll(server.put("/feed", rss(item(1))))
    with store.write() as connection:
        plain = {"text": "Body of", "warnings": ["title of 900 characters cut to 500", STOPPED]}
        connection.execute(update(table_of(ArticleVersion)).values(plain))
    report = await reprocess(settings, store, everything=True)
    assert report.texts == 1
    ((body, warnings),) = rows(store, "select text, warnings from article_versions")
    assert body == "Body of story 1."
    assert "900" in str(warnings)
    assert STOPPED not in str(warnings)


@on_sqlite
async def test_what_was_learned_of_the_feed_is_used_and_kept_when_forgotten(
    server: Loopback, store: Store, settings: Settings, poll: Any
) -> None:
    happenings = [
        *HAPPENINGS,
        "The clock of the fish hall strikes thirteen.",
        "Nine goats took the night ferry.",
    ]
    items = [item(n, f"<p>{told}</p>{SIGN_OFF}") for n, told in enumerate(happenings)]
    for entries in (1, 8):  # the first visit sees one entry and learns nothing of it
        await poll(server.put("/feed", rss(*items[:entries])))
    assert len(rows(store, "select id from notices where kind = 'template'")) == 7
    remembered = rows(store, "select memory from template_memories")
    report = await reprocess(settings, store, everything=True)
    assert (report.texts, report.added) == (1, {NoticeKind.TEMPLATE: 1})
    assert {row[0] for row in rows(store, "select text from article_versions")} == set(happenings)
    assert rows(store, "select memory from template_memories") == remembered
    with store.write() as connection:
        for table in (Template, TemplateMemory):
            connection.execute(delete(table_of(table)))
    assert (await reprocess(settings, store, everything=True)).changed == 0
