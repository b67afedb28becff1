"""What differs between the models and a database: tables, columns, types, comments, constraints, views."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Inspector, inspect, text

from ingest.store import views
from ingest.store.models import Base

Operation: TypeAlias = tuple[Any, ...]


def differences(connection: Connection) -> list[str]:
    """One line a difference. Reads only: what it creates on PostgreSQL to compare with is temporary and undone."""
    inspector = inspect(connection)
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found = [_told(operation) for operation in _flat(compare_metadata(context, Base.metadata))]
    present = set(inspector.get_table_names())
    for table in Base.metadata.sorted_tables:
        if table.name in present:
            found += _checks(inspector, table.name)
    for name in views.SQL:
        found += _view(connection, inspector, name)
    return found


def _flat(operations: list[Any]) -> list[Operation]:
    """Alembic groups the changes of one column in a list."""
    return [inner for item in operations for inner in (item if isinstance(item, list) else [item])]


def _told(operation: Operation) -> str:
    kind, *rest = operation
    words = [str(getattr(item, "name", None) or item) for item in rest if item is not None and item != {}]
    return f"{kind.replace('_', ' ')}: {', '.join(words)}"


def _checks(inspector: Inspector, table: str) -> list[str]:
    """Alembic does not compare CHECKs: ours hold the words of an enum, so the words are compared."""
    wanted = {
        str(check.name): _words(str(check.sqltext.compile(compile_kwargs={"literal_binds": True})))
        for check in Base.metadata.tables[table].constraints
        if isinstance(check, CheckConstraint)
    }
    stored = {
        str(check["name"]): _words(str(check["sqltext"])) for check in inspector.get_check_constraints(table)
    }
    found = [f"missing check: {name} on {table}" for name in wanted.keys() - stored.keys()]
    found += [f"unknown check: {name} on {table}" for name in stored.keys() - wanted.keys()]
    found += [
        f"check {name} on {table}: allows {sorted(stored[name])}, the models say {sorted(wanted[name])}"
        for name in wanted.keys() & stored.keys()
        if wanted[name] != stored[name]
    ]
    return sorted(found)


def _words(condition: str) -> set[str]:
    return set(re.findall(r"'([^']*)'", condition))


def _view(connection: Connection, inspector: Inspector, name: str) -> list[str]:
    if name not in inspector.get_view_names():
        return [f"missing view: {name}"]
    if connection.dialect.name == "sqlite":
        stored = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
        same = stored == f"CREATE VIEW {name} AS {views.view_sql(name, 'sqlite')}"
        return [] if same else [f"view {name} is not the one of this version"]
    return _postgres_view(connection, inspector, name)


def _postgres_view(connection: Connection, inspector: Inspector, name: str) -> list[str]:
    """The server rewrites a view's text, so ours is let through the same mill."""
    definition = text("SELECT pg_get_viewdef(CAST(:name AS regclass))")
    with connection.begin_nested() as savepoint:
        connection.exec_driver_sql(f"CREATE TEMPORARY VIEW wanted AS {views.view_sql(name, 'postgresql')}")
        wanted = connection.scalar(definition, {"name": "pg_temp.wanted"})
        savepoint.rollback()
    found = []
    if connection.scalar(definition, {"name": name}) != wanted:
        found.append(f"view {name} is not the one of this version")
    comments = {str(column["name"]): column.get("comment") for column in inspector.get_columns(name)}
    if comments != views.column_comments(views.SQL[name]):
        found.append(f"view {name}: comments of its columns are not those of this version")
    return found
