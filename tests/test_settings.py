"""Settings: where they come from, what they may be, and how a mistake is told."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from ingest import settings, settings_page
from ingest.errors import SettingsError
from ingest.records import FeedPolicy, NoticeKind

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "ingest.toml") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def wrong(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        settings.load(write(text), {})
    assert caught.value.exit_status == 2
    return str(caught.value)


def wrong_variable(**variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        settings.load(None, variables)
    return str(caught.value)


# ------------------------------------------------------------------------------------------ where from


def test_without_a_file_the_defaults_hold() -> None:
    loaded = settings.load(None, {})
    assert loaded == settings.Settings()
    assert loaded.database_url == "sqlite:///data/ingest.sqlite3"
    assert loaded.extract.cut_kinds == tuple(NoticeKind)


def test_the_file_is_the_first_of_option_variable_and_working_directory() -> None:
    write("[fetch]\nmax_redirects = 1", "config/ingest.toml")
    named = write("[fetch]\nmax_redirects = 2", "named.toml")
    option = write("[fetch]\nmax_redirects = 3", "option.toml")
    environ = {"INGEST_CONFIG": str(named)}
    assert settings.load(None, {}).fetch.max_redirects == 1
    assert settings.load(None, environ).fetch.max_redirects == 2
    assert settings.load(option, environ).fetch.max_redirects == 3


def test_the_environment_wins_over_the_file() -> None:
    path = write('database_url = "sqlite:///a"\n[fetch]\nmax_redirects = 1\ncontact = "a@example.org"')
    environ = {"INGEST_FETCH__MAX_REDIRECTS": "4", "INGEST_DATABASE_URL": "postgresql://db/x"}
    loaded = settings.load(path, environ)
    assert (loaded.fetch.max_redirects, loaded.database_url) == (4, "postgresql://db/x")
    assert loaded.fetch.contact == "a@example.org"


def test_the_environment_gives_every_type() -> None:
    loaded = settings.load(
        None,
        {
            "INGEST_FETCH__TIMEOUT": "10",
            "INGEST_FETCH__MAX_BYTES": "2 MiB",
            "INGEST_FETCH__ALLOW_NETWORKS": "10.0.0.0/8, fd00::/8",
            "INGEST_POLL__MIN_INTERVAL": "15m",
            "INGEST_EXTRACT__CUT_KINDS": "copyright,license",
            "INGEST_EXTRACT__THRESHOLD": "0.7",
            "INGEST_RULES_DIR": "rules",
        },
    )
    assert (loaded.fetch.timeout, loaded.fetch.max_bytes) == (timedelta(seconds=10), 2 * 1024**2)
    assert loaded.fetch.allow_networks == ("10.0.0.0/8", "fd00::/8")
    assert loaded.poll.min_interval == timedelta(minutes=15)
    assert loaded.extract.cut_kinds == (NoticeKind.COPYRIGHT, NoticeKind.LICENSE)
    assert (loaded.extract.threshold, loaded.rules_dir) == (0.7, Path("rules"))


def test_the_store_address_can_come_from_a_secret_file() -> None:
    secret = write("postgresql://u:p@db/x\n", "secret")
    assert (
        settings.load(None, {"INGEST_DATABASE_URL_FILE": str(secret)}).database_url == "postgresql://u:p@db/x"
    )
    both = wrong_variable(INGEST_DATABASE_URL_FILE=str(secret), INGEST_DATABASE_URL="sqlite://")
    assert "both set" in both
    assert "INGEST_DATABASE_URL_FILE: missing" in wrong_variable(INGEST_DATABASE_URL_FILE="missing")


def test_a_named_file_that_is_missing_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml: no such file.*--config"):
        settings.load(Path("nowhere.toml"), {})
    assert "INGEST_CONFIG: no such file" in wrong_variable(INGEST_CONFIG="nowhere.toml")


def test_what_kubernetes_injects_beside_a_service_called_ingest_is_no_setting() -> None:
    environ = {
        "INGEST_SERVICE_HOST": "10.0.0.1",
        "INGEST_SERVICE_PORT_HTTP": "80",
        "INGEST_PORT": "tcp://10.0.0.1:80",
        "INGEST_PORT_80_TCP_ADDR": "10.0.0.1",
        "INGEST_WORKER_SERVICE_HOST": "10.0.0.2",
    }
    assert settings.load(None, environ) == settings.Settings()


# ------------------------------------------------------------------------------------------ what they may be


def test_the_policies_of_the_settings_are_those_of_a_feed_but_for_leaving_it_to_them() -> None:
    for policy in set(FeedPolicy) - {FeedPolicy.DEFAULT}:
        assert settings.load(None, {"INGEST_POLL__POLICY": policy.value}).poll.policy == policy
    assert "INGEST_POLL__POLICY" in wrong_variable(INGEST_POLL__POLICY=FeedPolicy.DEFAULT.value)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90", 90), ("1.5", 1.5), ('"30s"', 30), ('"15m"', 900), ('"6h"', 21600), ('"7 d"', 604800)],
)
def test_a_duration_is_seconds_or_text_with_a_unit(written: str, seconds: float) -> None:
    assert settings.load(write(f"[fetch]\ntimeout = {written}"), {}).fetch.timeout == timedelta(
        seconds=seconds
    )


@pytest.mark.parametrize(
    "written", ['"5 parsecs"', '""', "0", "-1", '"soon"', "true", "[1]", '"999d"', "nan", "inf"]
)
def test_what_is_no_duration_is_refused(written: str) -> None:
    assert "ingest.toml:2: fetch.timeout" in wrong(f"[fetch]\ntimeout = {written}")


def test_the_user_agent_names_the_contact_unless_it_is_written_out() -> None:
    contact = '[fetch]\ncontact = "https://example.org/bot"'
    assert re.fullmatch(r"ingest/[\d.]+", settings.Settings().fetch.user_agent)
    assert re.fullmatch(
        r"ingest/[\d.]+ \(\+https://example\.org/bot\)", settings.load(write(contact), {}).fetch.user_agent
    )
    assert settings.load(write(contact + '\nuser_agent = "me"'), {}).fetch.user_agent == "me"


@pytest.mark.parametrize(
    ("user_agent", "agent"),
    [("", "ingest"), ("HarbourBot/2.1 (+https://a.example)", "HarbourBot"), ("me", "me"), ("/1", "*")],
)
def test_the_agent_is_the_product_token_of_the_user_agent(user_agent: str, agent: str) -> None:
    assert settings.load(write(f'[fetch]\nuser_agent = "{user_agent}"'), {}).fetch.agent == agent


# ------------------------------------------------------------------------------------------ mistakes


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "\n[fetch]\ntimout = 3",
            ["ingest.toml:3", "unknown setting fetch.timout", "Did you mean fetch.timeout?"],
        ),
        ("[fetsh]\ntimeout = 3", ["ingest.toml:1", "unknown setting fetsh", "[fetch]"]),
        ('database = "x"', ["ingest.toml:1", "Did you mean database_url?"]),
        ("fetch = 3", ["ingest.toml:1", "fetch is a section", "[fetch]"]),
        ("fetch.max_redirects = 99", ["ingest.toml:1", "fetch.max_redirects = 99", "0 to 20"]),
        ('[fetch]\nmax_redirects = "5"', ["ingest.toml:2", "fetch.max_redirects", "whole number"]),
        ('[log]\nlevel = "loud"', ["ingest.toml:2", "log.level = 'loud'", '"warning"']),
        ('[extract]\ncut_kinds = ["foo"]', ["extract.cut_kinds", "'foo'", "appeared_first"]),
        ('[fetch]\nallow_networks = ["10.0.0.1/8"]', ["host bits", "10.0.0.0/8"]),
        ('[fetch]\nuser_agent = "a\\r\\nX: b"', ["fetch.user_agent", "header"]),
        ('[fetch]\ncontact = "me"', ["fetch.contact", "mail address"]),
        ('[fetch]\nmax_bytes = "3 apples"', ["unknown unit 'apples'", "MiB"]),
        ('[poll]\nmax_interval = "5m"', ["poll.default_interval", "longer than poll.max_interval"]),
        ("[fetch\n", ["ingest.toml: not valid TOML", "line 1"]),
        ("rules_dir = 3", ["rules_dir = 3", "a path"]),
    ],
)
def test_a_mistake_is_told_with_place_cause_and_what_is_allowed(text: str, parts: list[str]) -> None:
    message = wrong(text)
    assert [part for part in parts if part not in message] == []


def test_a_mistake_in_the_environment_names_the_variable() -> None:
    unknown = wrong_variable(INGEST_FETCH__TIMOUT="1")
    assert unknown.startswith("INGEST_FETCH__TIMOUT: unknown setting")
    assert "Did you mean INGEST_FETCH__TIMEOUT?" in unknown
    assert wrong_variable(INGEST_FETCH__MAX_REDIRECTS="x").startswith(
        "INGEST_FETCH__MAX_REDIRECTS: fetch.max_redirects"
    )
    assert "INGEST_DATABASE_URL" in wrong_variable(INGEST_DATABASE_ULR="sqlite://")


def test_a_wrong_store_address_is_told_without_its_password() -> None:
    message = wrong_variable(INGEST_DATABASE_URL="mysql://user:hunter2@host/db")
    assert "hunter2" not in message
    assert "postgresql://" in message


def test_a_file_that_is_not_utf8_is_refused() -> None:
    Path("ingest.toml").write_bytes(b'rules_dir = "\xe9"')
    with pytest.raises(SettingsError, match="UTF-8"):
        settings.load(Path("ingest.toml"), {})


# ------------------------------------------------------------------------------------------ what is written about them


def test_the_sample_file_shows_every_key_with_its_default() -> None:
    text = (ROOT / "config/ingest.toml").read_text("utf-8")
    assert settings.load(write(text), {}) == settings.Settings()
    uncommented = re.sub(r"(?m)^#(?=[a-z_]+ = )", "", text)
    keys = {
        f"{section}.{key}" if isinstance(values, dict) else section
        for section, values in tomllib.loads(uncommented).items()
        for key in (values if isinstance(values, dict) else [section])
    }
    assert keys == set(settings.every_field())
    without_kinds = re.sub(r"(?m)^cut_kinds.*$", "", uncommented)
    assert settings.load(write(without_kinds), {}) == settings.Settings()


def test_the_settings_page_is_current() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    assert page.endswith(settings_page.describe()), "run: python -m ingest.settings_page > docs/settings.md"
