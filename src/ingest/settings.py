"""What an operator may set: config/ingest.toml, then the environment, each value checked where it stands.

    [fetch]                              INGEST_FETCH__TIMEOUT=10
    timeout = "30s"

docs/settings.md says where the file is looked for and how durations and sizes are written; in Python they are
`timedelta` and int. An unknown key is an error, because a misspelt limit that is silently ignored is worse than none.
"""

from __future__ import annotations

import functools
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from ingest import __version__
from ingest.errors import SettingsError
from ingest.records import NoticeKind
from ingest.settings_values import (
    Duration,
    PathText,
    Pause,
    Size,
    allowed,
    read,
    shown,
)

DEFAULT_FILE = Path("config/ingest.toml")
PREFIX = "INGEST_"

# Variables that share our prefix and are not settings: our own switches, and what Kubernetes and Docker links
# inject beside any service that happens to be called "ingest" or "ingest-something".
_NOT_SETTINGS = re.compile(
    r"INGEST_(CONFIG|SHARED|TEST_\w+|DATABASE_URL_FILE|(\w+_)?SERVICE_(HOST|PORT\w*)|(\w+_)?PORT(_\d+_\w+)?)"
)


# ------------------------------------------------------------------------------------------ what can be set


def _about(text: str) -> Meta:
    return Meta(description=text)


class FetchSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How a server is visited."""

    contact: Annotated[
        str,
        _about("Address (URL or mail) by which a publisher reaches you; part of the user agent."),
        Meta(extra={"reads": "contact"}),
    ] = ""
    user_agent: Annotated[
        str,
        _about("Sent with every request. Empty: `ingest/VERSION (+CONTACT)`."),
        Meta(extra={"reads": "header"}),
    ] = ""
    timeout: Annotated[Duration, _about("Longest time for one visit, redirects included.")] = timedelta(
        seconds=30
    )
    connect_timeout: Annotated[Duration, _about("Longest time to reach a server.")] = timedelta(seconds=10)
    max_bytes: Annotated[Size, _about("Largest document, decompressed.")] = 20 * 1024**2
    max_wire_bytes: Annotated[Size, _about("Largest body as it comes over the wire.")] = 10 * 1024**2
    max_redirects: Annotated[int, Meta(ge=0, le=20), _about("Redirects followed in one visit.")] = 5
    allow_networks: Annotated[
        tuple[str, ...],
        _about("Networks (CIDR) visited although they are not public, for feeds in your own house."),
        Meta(extra={"reads": "networks"}),
    ] = ()
    concurrency: Annotated[int, Meta(ge=1, le=1000), _about("Visits at the same time in one process.")] = 200

    def __post_init__(self) -> None:
        if not self.user_agent:
            contact = f" (+{self.contact})" if self.contact else ""
            msgspec.structs.force_setattr(self, "user_agent", f"ingest/{__version__}{contact}")

    @property
    def agent(self) -> str:
        """The product token, by which robots.txt and pages speak to us: `ingest` of `ingest/1.0 (+…)`."""
        return self.user_agent.split("/")[0].strip() or "*"


class PollSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How often a feed is visited."""

    min_interval: Annotated[Duration, _about("Shortest time between two polls of a feed.")] = timedelta(
        minutes=10
    )
    default_interval: Annotated[
        Duration,
        _about("First interval of a new feed; one with about one entry per interval settles near it."),
    ] = timedelta(hours=1)
    max_interval: Annotated[Duration, _about("Longest time between two polls of a feed.")] = timedelta(days=1)
    lease: Annotated[Duration, _about("How long a worker owns a feed before another may take it over.")] = (
        timedelta(minutes=10)
    )
    parse_timeout: Annotated[
        Duration, _about("Longest time to parse one document or extract one batch; what overruns is killed.")
    ] = timedelta(seconds=30)
    per_host: Annotated[int, Meta(ge=1, le=1000), _about("Feeds of one host polled at the same time.")] = 1
    host_gap: Annotated[
        Pause, _about("Pause before the next visit to a host, kept by all workers together.")
    ] = timedelta(seconds=1)
    policy: Annotated[
        Literal["auto", "feed", "page"],
        _about(
            "Where article text comes from unless the feed sets its own: `feed` the entries, `page` the articles' "
            "pages, `auto` the page only where the entry is a summary or an excerpt."
        ),
    ] = "auto"
    pages: Annotated[
        int,
        Meta(ge=0, le=10_000),
        _about("Article pages read in one poll, the newest; the others by later polls."),
    ] = 50


class WorkerSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How `ingest run` and `ingest poll` use the machine."""

    processes: Annotated[int, Meta(ge=1, le=256), _about("Processes that parse and extract.")] = 2
    tick: Annotated[Duration, _about("How often `ingest run` looks for due feeds.")] = timedelta(seconds=15)
    grace: Annotated[Duration, _about("How long a stopping worker finishes what it began.")] = timedelta(
        seconds=20
    )
    batch: Annotated[int, Meta(ge=1, le=10_000), _about("Feeds claimed at once.")] = 100
    memory_limit: Annotated[Size, _about("Memory one parsing process may use.")] = 1024**3
    keep_polls: Annotated[Duration, _about("How long polls are kept by `ingest run`; ten a feed stay.")] = (
        timedelta(days=90)
    )


class ExtractSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken out of the text."""

    cut_kinds: Annotated[
        tuple[NoticeKind, ...],
        _about("Kinds of notice cut from the clean text; the others are found and left standing."),
    ] = tuple(NoticeKind)
    threshold: Annotated[
        float, Meta(ge=0, le=1), _about("Confidence from which a notice is cut from the text.")
    ] = 0.5


class StorySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Which articles are held to be copies of one story."""

    window: Annotated[Duration, _about("Longest time between two copies of a story.")] = timedelta(days=30)


class LogSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is told on standard error."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"], _about("Least important message that is told.")
    ] = "info"
    format: Annotated[
        Literal["text", "json"], _about("`text`: key=value lines; `json`: one object a line.")
    ] = "text"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    database_url: Annotated[
        str,
        _about("The store: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`."),
        Meta(extra={"reads": "database_url"}),
    ] = "sqlite:///data/ingest.sqlite3"
    feeds_file: Annotated[
        PathText, _about("List of feeds (TOML, OPML or CSV) kept in step with the store; may be absent.")
    ] = Path("config/feeds.toml")
    rules_dir: Annotated[
        PathText, _about("Your own notice rules, beside the built-in ones; may be absent.")
    ] = Path("config/rules")
    publishers_file: Annotated[
        PathText, _about("Your own table of publishers (TOML), beside the built-in one; may be absent.")
    ] = Path("config/publishers.toml")
    fetch: FetchSettings = FetchSettings()
    poll: PollSettings = PollSettings()
    worker: WorkerSettings = WorkerSettings()
    extract: ExtractSettings = ExtractSettings()
    stories: StorySettings = StorySettings()
    log: LogSettings = LogSettings()


SECTIONS: dict[str, type[Struct]] = {
    f.name: f.type for f in msgspec.structs.fields(Settings) if isinstance(f.type, type)
}


# ------------------------------------------------------------------------------------------ loading


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises SettingsError naming the place, the cause and what is allowed."""
    file = find_file(path, environ)
    given: dict[str, _Given] = {}
    if file is not None:
        given.update((g.key, g) for g in _from_file(file))
    given.update((g.key, g) for g in _from_environment(environ))
    settings = _build(given)
    for short, long in _ORDERED:
        _check_order(settings, given, short, long)
    return settings


def find_file(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The settings file that `load` reads; None when the defaults and the environment are all there is."""
    if path is None and (named := environ.get("INGEST_CONFIG")):
        path = Path(named)
        if not path.is_file():
            raise SettingsError(f"INGEST_CONFIG: no such file: {path}. Correct the variable or unset it.")
    if path is None:
        return DEFAULT_FILE if DEFAULT_FILE.is_file() else None
    if not path.is_file():
        raise SettingsError(f"{path}: no such file. Name an existing settings file with --config.")
    return path


@dataclass(frozen=True, slots=True)
class _Given:
    """A value somebody wrote: `key` is "section.key" or "key"; `where` names file and line, or the variable."""

    key: str
    value: object
    where: str
    is_text: bool = False  # from the environment: numbers and lists arrive as text


def _from_file(path: Path) -> Iterator[_Given]:
    try:
        text = path.read_text("utf-8-sig")
        document = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}. Settings are UTF-8 TOML.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}. Text values need quotes.") from error
    for name, value in document.items():
        section = SECTIONS.get(name)
        if section is None:
            yield _known(_Given(name, value, _place(path, text, name)))
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield _known(_Given(f"{name}.{key}", inner, _place(path, text, f"{name}.{key}")))
        else:
            raise SettingsError(
                f"{_place(path, text, name)}: {name} is a section: write [{name}] above its keys."
            )


def _from_environment(environ: Mapping[str, str]) -> Iterator[_Given]:
    yield from _secret_file(environ)
    for variable, value in sorted(environ.items()):
        if variable.startswith(PREFIX) and not _NOT_SETTINGS.fullmatch(variable):
            key = variable.removeprefix(PREFIX).lower().replace("__", ".", 1)
            yield _known(_Given(key, value, variable, is_text=True))


def _secret_file(environ: Mapping[str, str]) -> Iterator[_Given]:
    """INGEST_DATABASE_URL_FILE names a file with the URL, so that a password need not stand in the environment."""
    name = environ.get("INGEST_DATABASE_URL_FILE")
    if not name:
        return
    if environ.get("INGEST_DATABASE_URL"):
        raise SettingsError(
            "INGEST_DATABASE_URL and INGEST_DATABASE_URL_FILE are both set: unset one of them."
        )
    try:
        secret = Path(name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"INGEST_DATABASE_URL_FILE: {name} cannot be read: {error}.") from error
    yield _Given("database_url", secret, f"INGEST_DATABASE_URL_FILE ({name})", is_text=True)


def _known(given: _Given) -> _Given:
    keys = list(every_field())
    if given.key in keys:
        return given
    section, _, _ = given.key.rpartition(".")
    if section in SECTIONS or not section:
        siblings = [key for key in keys if key.rpartition(".")[0] == section]
    else:
        siblings = keys
    near = get_close_matches(given.key, keys, n=1, cutoff=0.6)
    names = [variable_of(k) for k in (*near, *siblings)] if given.is_text else [*near, *siblings]
    if not given.is_text and not section:
        names += [f"[{name}]" for name in SECTIONS]
    advice = f" Did you mean {names.pop(0)}?" if near else ""
    raise SettingsError(
        f"{given.where}: unknown setting {given.key}.{advice} Known here: {', '.join(names)}."
    )


def variable_of(key: str) -> str:
    """The environment variable of a setting: "fetch.timeout" → "INGEST_FETCH__TIMEOUT"."""
    return PREFIX + key.replace(".", "__").upper()


def _place(path: Path, text: str, key: str) -> str:
    """file:line where a key stands; the file alone when it is written in a way a line search does not see."""
    section, _, name = key.rpartition(".")
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\s*([\w.-]+)\s*\]", line):
            current = header[1]
            if current == key:
                return f"{path}:{number}"
        elif (written := re.match(r"\s*([\w.-]+)\s*=", line)) and (
            (current == section and written[1] == name) or (not current and written[1] == key)
        ):
            return f"{path}:{number}"
    return str(path)


# ------------------------------------------------------------------------------------------ values


@functools.cache
def every_field() -> dict[str, FieldInfo]:
    """Every setting by its key."""
    found: dict[str, FieldInfo] = {}
    for field in msgspec.structs.fields(Settings):
        if field.name in SECTIONS:
            inside = msgspec.structs.fields(SECTIONS[field.name])
            found |= {f"{field.name}.{inner.name}": inner for inner in inside}
        else:
            found[field.name] = field
    return found


def _build(given: Mapping[str, _Given]) -> Settings:
    top: dict[str, Any] = {}
    inside: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for key, field in every_field().items():
        if key in given:
            section, _, name = key.rpartition(".")
            (inside[section] if section else top)[name] = _value(given[key], field)
    top.update((name, SECTIONS[name](**values)) for name, values in inside.items())
    return Settings(**top)


def _value(given: _Given, field: FieldInfo) -> object:
    try:
        return read(field, given.value, is_text=given.is_text)
    except ValueError as error:
        cause = str(error).rstrip(".")
        written = "" if field.name == "database_url" else f" = {given.value!r}"  # may carry a password
        raise SettingsError(
            f"{given.where}: {given.key}{written}: {cause}. Allowed: {allowed(field)}."
        ) from error


# Pairs of which the first must not be longer than the second.
_ORDERED = (
    ("poll.min_interval", "poll.default_interval"),
    ("poll.default_interval", "poll.max_interval"),
    ("poll.parse_timeout", "poll.lease"),
)


def _check_order(settings: Settings, given: Mapping[str, _Given], short: str, long: str) -> None:
    less, more = attrgetter(short, long)(settings)
    if less <= more:
        return
    where = next((given[key].where for key in (short, long) if key in given), "defaults")
    raise SettingsError(
        f"{where}: {short} ({shown(less)}) is longer than {long} ({shown(more)}): lower the one or raise the other."
    )
