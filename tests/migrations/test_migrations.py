"""The schema: migrations lead to the models and back, on both engines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from ingest.errors import SchemaError, StoreError, UsageError
from ingest.store import migrate
from ingest.store.engine import Store
from ingest.store.models import Base


def test_the_migrations_lead_to_exactly_what_the_models_say(database_url: str) -> None:
    migrate.upgrade(database_url)
    assert migrate.check(database_url) == []


def test_up_down_and_up_again_leaves_the_same_schema(database_url: str) -> None:
    migrate.upgrade(database_url)
    migrate.downgrade(database_url, "base")
    with Store(database_url) as store:
        inspector = inspect(store.engine)
        assert set(inspector.get_table_names()) <= {"alembic_version"}
        assert inspector.get_view_names() == []
    migrate.upgrade(database_url)
    assert migrate.check(database_url) == []
    assert migrate.current(database_url) == migrate.head()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE feeds ADD COLUMN mood TEXT", "mood"),
        ("ALTER TABLE hosts RENAME COLUMN witness TO onlooker", "onlooker"),
        ("DROP INDEX ix_feeds_due", "ix_feeds_due"),
        ("DROP VIEW feed_health", "missing view: feed_health"),
        ("DROP TABLE fingerprints", "fingerprints"),
    ],
)
def test_a_difference_between_models_and_database_is_found(migrated_url: str, change: str, told: str) -> None:
    with Store(migrated_url) as store, store.write() as connection:
        connection.execute(text(change))
    assert any(told in line for line in migrate.check(migrated_url))


def test_the_indexes_of_the_models_cover_the_same_rows_on_both_engines(store: Store) -> None:
    """Drift does not see conditions, and the models name those of PostgreSQL nowhere."""
    inspector = inspect(store.engine)
    option = f"{store.engine.dialect.name}_where"
    for table in Base.metadata.sorted_tables:
        found = {
            index["name"]: index["dialect_options"].get(option) for index in inspector.get_indexes(table.name)
        }
        for index in table.indexes:
            wanted = index.dialect_options["sqlite"]["where"]
            assert _bare(found[index.name]) == _bare(wanted), index.name


def _bare(condition: object) -> str:
    """A condition without what PostgreSQL adds to it when it tells it."""
    return "" if condition is None else re.sub(r"[()]|::text|::character varying", "", str(condition))


def test_another_definition_of_a_view_is_found(migrated_url: str) -> None:
    with Store(migrated_url) as store, store.write() as connection:
        connection.execute(text("DROP VIEW feed_health"))
        connection.execute(text("CREATE VIEW feed_health AS SELECT id AS feed_id FROM feeds"))
    assert "view feed_health is not the one of this version" in migrate.check(migrated_url)


@pytest.mark.parametrize(
    "engine_name", ["postgresql"], indirect=True
)  # SQLite cannot change a CHECK in place
def test_a_check_that_allows_other_words_is_found(migrated_url: str) -> None:
    with Store(migrated_url) as store, store.write() as connection:
        connection.execute(text("ALTER TABLE polls DROP CONSTRAINT ck_polls_outcome"))
        connection.execute(
            text("ALTER TABLE polls ADD CONSTRAINT ck_polls_outcome CHECK (outcome IN ('stored'))")
        )
    assert any("ck_polls_outcome" in line for line in migrate.check(migrated_url))


def test_a_store_at_another_revision_is_refused_with_the_next_step(migrated_url: str) -> None:
    with Store(migrated_url) as store:
        migrate.require_current(store)
        with store.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        with pytest.raises(SchemaError, match=r"at revision 0001, this version needs .*ingest db upgrade"):
            migrate.require_current(store)
        with store.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(SchemaError, match="newer than"):
            migrate.require_current(store)
    with pytest.raises(SchemaError, match="update ingest"):
        migrate.upgrade(migrated_url)


def test_a_migration_that_fails_leaves_nothing_behind(database_url: str) -> None:
    with Store(database_url) as store, store.write() as connection:
        connection.execute(text("CREATE TABLE takedowns (id INTEGER)"))  # the last table the migration makes
    with pytest.raises(Exception, match="takedowns"):
        migrate.upgrade(database_url)
    with Store(database_url) as store:
        assert inspect(store.engine).get_table_names() == ["takedowns"]


def test_an_unknown_revision_is_told(database_url: str) -> None:
    with pytest.raises(UsageError, match="no revision '7777'; the newest is"):
        migrate.upgrade(database_url, "7777")


def test_looking_at_a_file_that_is_not_there_does_not_create_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such file"):
        migrate.current(f"sqlite:///{tmp_path}/none.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_the_head_read_off_the_file_names_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.scripts()))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.head()
