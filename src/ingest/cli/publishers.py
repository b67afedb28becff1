"""`ingest publishers`: which publishers the table knows, and whom a name or an address means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ingest.cli.face import Face, pass_face
from ingest.cli.output import print_json, safe
from ingest.cli.tables import print_table
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.articles.publishers.table import Publisher, Table


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
@click.option("--url", metavar="URL", help="Address that stands beside the name.")
@click.option("--kind", metavar="KIND", help="Only this kind: agency, newspaper, broadcaster …")
@click.option("--country", metavar="CODE", help="Only this country: US, DE, IN …")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a publisher.")
@pass_face
def publishers(
    face: Face, names: tuple[str, ...], url: str | None, kind: str | None, country: str | None, as_json: bool
) -> None:
    """Say whom a name or an address means; without one, list the table of publishers.

    NAME is a name as it is printed, or an address. Exit status 1 when one of them means nobody the table knows.

    \b
    Examples:
      ingest publishers "LA Times" www.latimes.com
      ingest publishers "The Guardian" --url https://guardian.ng/news
      ingest publishers --kind agency --country IN
    """
    from ingest.articles.publishers.table import KINDS

    table = _table(face)
    if (names or url) and (kind or country):
        raise UsageError("--kind and --country choose from the table: leave them out with NAME or --url.")
    if kind and kind not in KINDS:
        raise UsageError(f"--kind: no such kind of publisher: {safe(kind)}. Known: {', '.join(KINDS)}.")
    if names or url:
        unknown = [name for name in names or (None,) if not _tell(table, name, url, as_json=as_json)]
        if unknown:
            click.get_current_context().exit(1)
        return
    found = [one for one in table if kind in (None, one.kind) and country in (None, one.country)]
    if as_json:
        for one in found:
            print_json(_json(one))
    elif found:
        rows = [(one.name, one.domain, one.country, one.kind, ", ".join(one.also)[:60]) for one in found]
        print_table(("name", "domain", "country", "kind", "also"), rows)
    else:
        click.echo("No publisher fits.")


COMMANDS = {"publishers": publishers}


def _table(face: Face) -> Table:
    from ingest.articles.publishers import table

    own = face.settings.publishers_file
    return table.load(own if own.is_file() else None)


def _tell(table: Table, name: str | None, url: str | None, *, as_json: bool) -> bool:
    """Print whom this name beside this address means, and why; whether the table knows."""
    is_address = name is not None and url is None and "://" in name
    found = table.resolve(None, name) if is_address else table.resolve(name, url)
    asked = " at ".join(part for part in (name, url) if part)
    if as_json:
        print_json({"asked": asked, "publisher": _json(found) if found else None})
    elif found is None:
        click.echo(f"{safe(asked)}: nobody the table knows; it stays as it is written")
    else:
        click.echo(f"{safe(asked)}: {found.name} ({found.domain}; {found.kind}, {found.country})")
        click.echo(f"  {_why(table, found, name, name if is_address else url)}")
    return found is not None


def _why(table: Table, found: Publisher, name: str | None, url: str | None) -> str:
    from ingest.articles.publishers.folding import domain_in, key

    by_name = (
        name is not None
        and domain_in(name) is None
        and key(name) in {key(one) for one in (found.name, found.credited, *found.also, *found.shared)}
    )
    host = url or (name if name and domain_in(name) else None)
    by_host = host is not None and table.at(host) == found
    if by_name and by_host:
        return "by its name, and the address is its own"
    return "by its name" if by_name else "by the address"


def _json(one: Publisher) -> dict[str, Any]:
    return {
        "domain": one.domain,
        "name": one.name,
        "country": one.country,
        "kind": one.kind,
        "credit": one.credit,
        "also": list(one.also),
        "shared": list(one.shared),
        "domains": list(one.domains),
    }
