"""`ingest query`: whatever it is given, it changes nothing."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ingest.errors import StoreError, UsageError
from ingest.store.engine import Store
from ingest.store.readonly import read_only
from tests.store.samples import draft, entry, feed, poll

COMMON = [
    "INSERT INTO hosts (host, scope, updated_at) VALUES ('x', 'host', '2026-01-01')",
    "UPDATE feeds SET title = 'gone'",
    "DELETE FROM articles",
    "DELETE FROM articles RETURNING id",
    "DROP TABLE hosts",
    "CREATE TABLE t (id INTEGER)",
    "COMMIT",
    "ROLLBACK",
    "BEGIN",
    "SAVEPOINT x",
    "COMMIT; DELETE FROM articles",
    "SELECT 1; DELETE FROM articles",
    "SELECT 1; COMMIT; DELETE FROM articles",
    "",
    "-- nothing",
    "no sql at all",
]
SQLITE = [
    "ATTACH '{file}' AS other",
    "VACUUM",
    "VACUUM INTO '{file}'",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA writable_schema = ON",
    "PRAGMA user_version = 7",
    "SELECT load_extension('x')",
    "REINDEX",
    "ANALYZE",
    "SELECT writefile('{file}', 'x')",
]
POSTGRES = [
    "WITH gone AS (DELETE FROM articles RETURNING id) SELECT * FROM gone",
    "SELECT * INTO t FROM feeds",
    "SELECT id FROM feeds FOR UPDATE",
    "SELECT nextval('feeds_id_seq')",
    "SELECT setval('feeds_id_seq', 99)",
    "SET TRANSACTION READ WRITE",
    "SET default_transaction_read_only = off",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "DO $$ BEGIN DELETE FROM articles; END $$",
    "COPY (SELECT 1) TO '{file}'",
    "COPY (SELECT 1) TO PROGRAM 'touch {file}'",
    "SELECT pg_read_file('/etc/hostname')",
    "SELECT lo_import('/etc/hostname')",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL",
    "SELECT query_to_xml('DELETE FROM articles', true, true, '')",
    "EXPLAIN ANALYZE DELETE FROM articles",
    "CALL x()",
    "LISTEN x",
]


def state(store: Store) -> list[tuple[object, ...]]:
    with store.read() as connection:
        counts = [
            tuple(connection.execute(text(f"SELECT count(*), min(id), '{table}' FROM {table}")).one())
            for table in ("feeds", "articles", "article_versions", "hosts", "polls")
        ]
        return [*counts, *map(tuple, connection.execute(text("SELECT id, title FROM feeds")))]


def try_all(store: Store, url: str, statements: list[str], tmp_path: Path) -> None:
    poll(store, feed(store), [draft(entry("1"))])
    before = state(store)
    file = tmp_path / "written"
    for sql in statements:
        with read_only(url) as reader:
            with pytest.raises(UsageError, match=r"refused the query: .|no query"):
                list(reader.query(sql.format(file=file)).rows)
            assert list(reader.query("SELECT count(*) FROM articles").rows) == [(1,)], f"usable after {sql}"
    assert state(store) == before
    assert not file.exists()


def test_nothing_that_writes_or_leaves_the_transaction_is_let_through(
    store: Store, migrated_url: str, tmp_path: Path
) -> None:
    own = SQLITE if store.is_sqlite else POSTGRES
    try_all(store, migrated_url, [*COMMON, *own], tmp_path)


def test_queries_answer_with_names_and_rows_one_after_another(store: Store, migrated_url: str) -> None:
    poll(store, feed(store), [draft(entry(str(n))) for n in range(3)])
    with read_only(migrated_url) as reader:
        answer = reader.query("SELECT article_id AS n, title FROM article_attribution ORDER BY 1;  ")
        assert answer.columns == ("n", "title")
        assert [title for _, title in answer.rows] == ["Title 0", "Title 1", "Title 2"]
        again = reader.query("WITH a AS (SELECT 50 AS n) SELECT '100%', n, ':x' FROM a -- done")
        assert list(again.rows) == [("100%", 50, ":x")]


def test_answers_of_many_rows_come_in_batches(store: Store, migrated_url: str) -> None:
    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1201) SELECT i FROM n"
    with read_only(migrated_url) as reader:
        assert [row[0] for row in reader.query(sql).rows] == list(range(1, 1202))


def test_a_query_without_end_is_stopped(store: Store, migrated_url: str) -> None:
    sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    begun = time.monotonic()
    patience = timedelta(seconds=0.2)
    with (
        read_only(migrated_url, timeout=patience) as reader,
        pytest.raises(UsageError, match="longer than"),
    ):
        list(reader.query(sql).rows)
    assert time.monotonic() - begun < 5


NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {most}) SELECT i FROM n"


def test_the_time_of_whoever_reads_the_answer_is_not_the_querys(store: Store, migrated_url: str) -> None:
    """A pager reads a page and waits for a key."""
    with read_only(migrated_url, timeout=timedelta(seconds=1)) as reader:
        rows = reader.query(NUMBERS.format(most=2_000)).rows
        next(rows)
        time.sleep(1.2)
        assert len(list(rows)) == 1_999


def test_a_query_that_answers_slowly_is_stopped_although_each_page_of_it_is_quick(
    store: Store, migrated_url: str
) -> None:
    slow = "SELECT i, pg_sleep(0.0005) FROM ({numbers}) n" if not store.is_sqlite else "{numbers}"
    most = 4_000 if not store.is_sqlite else 10_000_000
    patience = timedelta(seconds=0.7)
    with (
        read_only(migrated_url, timeout=patience) as reader,
        pytest.raises(UsageError, match="longer than"),
    ):
        list(reader.query(slow.format(numbers=NUMBERS.format(most=most))).rows)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_lists_can_be_unnested(store: Store, migrated_url: str) -> None:
    poll(store, feed(store), [draft(entry("1", tags=("boats", "law")))])
    with read_only(migrated_url) as reader:
        unnested = reader.query("SELECT tag.value FROM article_versions, json_each(tags) tag ORDER BY 1")
        assert list(unnested.rows) == [("boats",), ("law",)]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_sqlite_tables_can_be_described(migrated_url: str) -> None:
    with read_only(migrated_url) as reader:
        assert ("url",) in reader.query("SELECT name FROM pragma_table_info('feeds')").rows


def test_a_database_that_is_not_there_is_told_and_not_created(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"), read_only(f"sqlite:///{tmp_path}/none.sqlite3"):
        pass
    assert list(tmp_path.iterdir()) == []
    with (
        pytest.raises(StoreError, match="cannot be reached"),
        read_only("postgresql://u:s3cret@127.0.0.1:9/x"),
    ):
        pass
