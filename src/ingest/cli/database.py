"""`ingest db`: the schema of the store."""

from __future__ import annotations

import click

from ingest.cli.face import Face, pass_face
from ingest.cli.output import safe


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def db() -> None:
    """Create, upgrade and check the schema of the store.

    \b
    Examples:
      ingest db upgrade
      ingest db current
    """


@db.command()
@click.argument("revision", default="head")
@pass_face
def upgrade(face: Face, revision: str) -> None:
    """Bring the schema up to REVISION (default: the newest); creates what is not there.

    \b
    Example:
      ingest db upgrade
    """
    from ingest.store import migrate

    face.log()
    migrate.upgrade(face.settings.database_url, revision)
    click.echo(f"{_shown(face)}: at revision {migrate.current(face.settings.database_url)}.")


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_face
def downgrade(face: Face, revision: str, yes: bool) -> None:
    """Bring the schema back to REVISION; `base` is the empty database. Data of later tables is lost.

    \b
    Example:
      ingest db downgrade 0001
    """
    from ingest.store import migrate

    face.log()
    if not yes:
        click.confirm(f"Drop what came after {safe(revision)} from {_shown(face)}?", abort=True, err=True)
    migrate.downgrade(face.settings.database_url, revision)
    click.echo(f"{_shown(face)}: at revision {migrate.current(face.settings.database_url) or 'base'}.")


@db.command()
@pass_face
def current(face: Face) -> None:
    """Show the revision of the store and the one this version needs; exit 3 when they differ.

    \b
    Example:
      ingest db current
    """
    from ingest.store import migrate

    revision, needed = migrate.current(face.settings.database_url), migrate.head()
    if revision == needed:
        click.echo(f"{_shown(face)}: at revision {revision}, up to date.")
        return
    click.echo(f"{_shown(face)}: at revision {revision or 'none'}, needs {needed}: run `ingest db upgrade`.")
    click.get_current_context().exit(3)


@db.command()
@pass_face
def check(face: Face) -> None:
    """Compare the tables of the store with what this version expects; exit 3 when they differ.

    \b
    Example:
      ingest db check
    """
    from ingest.store import migrate

    differences = migrate.check(face.settings.database_url)
    for line in differences:
        click.echo(safe(line))
    if differences:
        click.get_current_context().exit(3)
    click.echo(f"{_shown(face)}: as this version expects.")


COMMANDS = {"db": db}


def _shown(face: Face) -> str:
    from ingest.store.address import shown

    return safe(shown(face.settings.database_url))
