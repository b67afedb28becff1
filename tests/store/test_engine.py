"""The store's doors: transactions, threads, clock, and what a person is told when the database cannot be used."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from ingest.errors import SchemaError, StoreError, UsageError
from ingest.store import migrate
from ingest.store.address import shown
from ingest.store.bulk import insert_all
from ingest.store.engine import Store
from ingest.store.models import Feed, Host
from ingest.store.types import HostScope
from tests.store.samples import NOW, change, feed, row


def rows(connection: Connection, host: str, at: datetime = NOW) -> None:
    insert_all(connection, Host, [{"host": host, "scope": HostScope.HOST, "updated_at": at}])


def hosts(connection: Connection) -> list[str]:
    return list(connection.scalars(text("SELECT host FROM hosts ORDER BY host")))


def test_a_write_is_committed_and_an_exception_undoes_all_of_it(store: Store) -> None:
    with store.write() as connection:
        rows(connection, "kept.example")

    def fail_half_way() -> None:
        with store.write() as connection:
            rows(connection, "undone.example")
            raise RuntimeError("in between")

    with pytest.raises(RuntimeError, match="in between"):
        fail_half_way()
    with store.read() as connection:
        assert hosts(connection) == ["kept.example"]


def test_what_a_read_transaction_writes_is_undone(store: Store) -> None:
    with store.read() as connection:
        rows(connection, "a.example")
    with store.read() as connection:
        assert hosts(connection) == []


async def test_calls_from_the_event_loop_run_on_another_thread(store: Store) -> None:
    def write(connection: Connection, host: str) -> int:
        rows(connection, host)
        return threading.get_ident()

    assert await store.call(write, "b.example") != threading.get_ident()
    assert await store.query(hosts) == ["b.example"]


def test_times_come_back_aware_and_in_utc_whatever_zone_they_had(store: Store) -> None:
    east = NOW.astimezone(timezone(timedelta(hours=9)))
    with store.write() as connection:
        rows(connection, "c.example", east)
    with store.read() as connection:
        stored = connection.execute(select(Host)).one().updated_at
    assert stored == NOW
    assert stored.tzinfo is UTC


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="without a zone"), store.write() as connection:
        rows(connection, "d.example", NOW.replace(tzinfo=None))


def test_the_clock_is_aware_utc_and_close_to_ours(store: Store) -> None:
    now = store.now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_text_and_json_that_no_store_can_hold_are_cleaned_on_the_way_in(store: Store) -> None:
    feed_id = feed(store)
    with store.write() as connection:
        stated = [{"property": "rights", "quote": "x\x00y\udc00", "value": ["\x00"]}]
        change(connection, Feed, feed_id, title="a\x00b\ud800c", statements=stated)
    with store.read() as connection:
        stored = row(connection, Feed, feed_id)
        assert stored.title == "ab�c"
        assert stored.statements == [{"property": "rights", "quote": "xy�", "value": [""]}]


def test_a_word_outside_its_list_is_refused_by_the_database_itself(store: Store) -> None:
    feed_id = feed(store)
    with pytest.raises(IntegrityError, match="feed_status"), store.write() as connection:
        connection.execute(text("UPDATE feeds SET status = 'sleepy' WHERE id = :id"), {"id": feed_id})


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.execute(text("INSERT INTO fingerprints (article_id, shingle) VALUES (99, 1)"))


def test_sqlite_is_durable_and_in_wal_mode(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/new/folder/x.sqlite3") as store, store.read() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_sqlite_writers_take_turns_and_readers_go_on(sqlite_template: Path, tmp_path: Path) -> None:
    """A deferred transaction that reads, then writes, fails at once with `database is locked`; ours wait."""
    path = tmp_path / "turns.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with Store(f"sqlite:///{path}") as store:

        def add(n: int) -> None:
            with store.write() as connection:
                hosts(connection)
                rows(connection, f"{n}.example")

        threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
        with store.write() as connection:
            rows(connection, "first.example")
            for thread in threads:
                thread.start()
            with store.read() as reader:
                assert hosts(reader) == []
        for thread in threads:
            thread.join()
        with store.read() as connection:
            assert len(hosts(connection)) == 9


@pytest.mark.parametrize(
    "url", ["mysql://root@h/x", "sqlite://", "sqlite:///:memory:", "sqlite:///a.db?mode=ro", "no address", ""]
)
def test_an_address_we_cannot_use_is_told_with_the_ones_we_can(url: str) -> None:
    with pytest.raises(UsageError, match="sqlite:///PATH"):
        Store(url)


def test_postgres_addresses_mean_psycopg_3() -> None:
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        with Store(f"{scheme}://u:p@h/x") as store:
            assert store.engine.driver == "psycopg"


def test_passwords_are_never_shown() -> None:
    for url in ("postgresql://u:s3cret@h:1/x", "postgres://u@h/x?password=s3cret", "mysql://u:s3cret@h/x"):
        assert "s3cret" not in shown(url)
    with pytest.raises(UsageError) as refused:
        Store("mysql://u:s3cret@h/x")
    assert "s3cret" not in str(refused.value)


def test_a_server_that_is_not_there_is_named_with_cause_and_next_step() -> None:
    with Store("postgresql://u:s3cret@127.0.0.1:9/x") as store, pytest.raises(StoreError) as told:
        store.now()
    assert "127.0.0.1:9/x: the server cannot be reached" in str(told.value)
    assert "check that it runs" in str(told.value)
    assert "s3cret" not in str(told.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_text("these are not the pages you are looking for " * 50)
    with (
        Store(f"sqlite:///{path}") as store,
        pytest.raises(StoreError, match=r"damaged or no SQLite.*backup"),
    ):
        store.now()


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="INGEST_DATABASE_URL"):
        Store(f"sqlite:///{tmp_path}/file/x.sqlite3")


def test_a_full_disk_is_told_and_nothing_of_the_transaction_stays(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "full.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with Store(f"sqlite:///{path}") as store:

        def fill() -> None:
            with store.write() as connection:
                connection.execute(text("PRAGMA max_page_count = 1"))
                for n in range(3000):
                    rows(connection, f"{n}.example")

        with pytest.raises(StoreError, match=r"the disk is full.*free some space"):
            fill()
        with store.read() as connection:
            assert hosts(connection) == []


def test_a_server_that_only_reads_is_told(migrated_url: str) -> None:
    with Store(migrated_url) as store:
        statement = "PRAGMA query_only = ON" if store.is_sqlite else "SET transaction_read_only = on"

        def write() -> None:
            with store.write() as connection:
                connection.execute(text(statement))
                rows(connection, "e.example")

        with pytest.raises(StoreError, match="read-only"):
            write()


def test_a_store_without_tables_says_what_to_run(database_url: str) -> None:
    with Store(database_url) as store:
        with pytest.raises(SchemaError, match=r"has no tables yet: run `ingest db upgrade`"):
            migrate.require_current(store)
        with pytest.raises(SchemaError, match="ingest db upgrade"):
            feed(store)
