"""`ingest doctor`: is everything in place, and if not, what to do."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import click

from ingest.cli.face import Face, pass_face
from ingest.cli.output import print_json, safe
from ingest.errors import IngestError


@dataclass(frozen=True, slots=True)
class Finding:
    state: Literal["ok", "warn", "fail"]
    what: str
    detail: str
    next_step: str = ""


@click.command()
@click.option("--network", is_flag=True, help="Visit the first feed too, to see that the network works.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@pass_face
def doctor(face: Face, network: bool, as_json: bool) -> None:
    """Check that everything is in place.

    Python, libraries, settings, store, feeds, rules and publishers; every fault comes with its next step. Exit status 1
    when something is broken; warnings alone are 0.

    \b
    Examples:
      ingest doctor
      ingest doctor --network
    """
    failed = False
    for finding in _findings(face, network):
        failed |= finding.state == "fail"
        if as_json:
            print_json(asdict(finding))
        else:
            _print(finding)
    if failed:
        click.get_current_context().exit(1)


COMMANDS = {"doctor": doctor}


def _print(finding: Finding) -> None:
    colour = {"ok": "green", "warn": "yellow", "fail": "red"}[finding.state]
    mark = click.style(f"{finding.state:4}", fg=colour)
    click.echo(f"{mark}  {finding.what}: {safe(finding.detail)}")
    if finding.next_step:
        click.echo(f"      → {safe(finding.next_step)}")


def _findings(face: Face, network: bool) -> Iterator[Finding]:
    yield _python()
    yield _libraries()
    settings = _told("settings", lambda: _settings(face))
    yield settings
    if settings.state == "fail":
        return  # nothing below can be looked at without them
    yield _told("store", lambda: _store(face))
    yield _told("feeds file", lambda: _feeds_file(face))
    yield _told("notice rules", lambda: _rules(face))
    yield _told("publishers", lambda: _publishers(face))
    if network:
        yield _told("network", lambda: _network(face))


def _told(what: str, check: Callable[[], Finding]) -> Finding:
    """The finding of a check; what it raises is a finding too, for the others must still be made."""
    try:
        return check()
    except IngestError as error:
        return Finding("fail", what, str(error))
    except Exception as error:
        return Finding("fail", what, f"{type(error).__name__}: {error}", "Please report this.")


def _python() -> Finding:
    return Finding("ok", "Python", f"{platform.python_version()} ({sys.executable})")


def _libraries() -> Finding:
    """Whether what the package declares is installed; a version conflict would have stopped the installer."""
    declared = [line for line in metadata.requires("ingest") or () if "extra ==" not in line]
    names = [re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in declared]
    missing = []
    for name in names:
        try:
            metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding(
            "fail",
            "libraries",
            f"missing: {', '.join(missing)}",
            f"Install them: {sys.executable} -m pip install {' '.join(missing)}",
        )
    return Finding("ok", "libraries", f"{len(names)} present")


def _settings(face: Face) -> Finding:
    from ingest.settings import find_file

    settings = face.settings
    place = find_file(face.config, face.environ) or "defaults (no config/ingest.toml here)"
    if not settings.fetch.contact:
        step = 'Set contact = "https://…" or "name@host" under [fetch], so that publishers can reach you.'
        return Finding("warn", "settings", f"{place}; no contact", step)
    return Finding("ok", "settings", str(place))


def _store(face: Face) -> Finding:
    from ingest.store import migrate
    from ingest.store.address import read_address, shown, sqlite_file
    from ingest.store.engine import Store

    url = face.settings.database_url
    file = sqlite_file(read_address(url))
    if file is not None and not file.exists():
        return Finding(
            "warn", "store", f"{shown(url)}: not there yet", "Run `ingest poll`, which creates it."
        )
    with Store(url) as store:
        migrate.require_current(store)
    return Finding("ok", "store", f"{shown(url)}, revision {migrate.head()}")


def _feeds_file(face: Face) -> Finding:
    from ingest.feeds import feedlist

    path = face.settings.feeds_file
    if not path.exists():
        return Finding(
            "warn", "feeds file", f"{path}: not there", "Add feeds with `ingest add URL`, or write the file."
        )
    found = feedlist.read(path.read_bytes(), str(path))
    switched_on = sum(feed.enabled for feed in found.feeds)
    return Finding("ok", "feeds file", f"{path}: {len(found.feeds)} feeds, {switched_on} of them switched on")


def _rules(face: Face) -> Finding:
    from ingest.articles.notices import catalogue

    own: Path = face.settings.rules_dir
    loaded = catalogue.load(own if own.is_dir() else None)
    beside = f" with {own}" if own.is_dir() else ""
    return Finding("ok", "notice rules", f"catalogue {loaded.version}{beside}")


def _publishers(face: Face) -> Finding:
    from ingest.articles.publishers import table

    own: Path = face.settings.publishers_file
    loaded = table.load(own if own.is_file() else None)
    beside = f" with {own}" if own.is_file() else ""
    return Finding("ok", "publishers", f"{len(loaded)} known{beside}")


def _network(face: Face) -> Finding:
    import asyncio

    from ingest.cli.subscriptions import read_feed_file
    from ingest.fetch.client import Fetcher
    from ingest.records import Failure, Request
    from ingest.urls import is_web, without_secrets

    path = face.settings.feeds_file
    listed = read_feed_file(path).feeds if path.exists() else ()
    url = next((feed.url for feed in listed if is_web(feed.url)), None)
    if url is None:
        return Finding("warn", "network", f"no web address in {path} to try", "Add a feed first.")

    async def visit() -> object:
        async with Fetcher(face.settings.fetch) as fetcher:
            return await fetcher.get(Request(url))

    answer = asyncio.run(visit())
    if isinstance(answer, Failure):
        step = "Check the connection and the firewall: hosts are dialled directly, no proxy is used."
        return Finding("fail", "network", f"{without_secrets(url)}: {answer.detail}", step)
    return Finding("ok", "network", f"{without_secrets(url)} answered")
