"""`ingest doctor` and `ingest db`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.kinds import Ingest
from tests.loopback import Loopback


def states(ingest: Ingest, *args: str) -> dict[str, str]:
    found = [json.loads(line) for line in ingest("doctor", "--json", *args).stdout.splitlines()]
    return {finding["what"]: finding["state"] for finding in found}


def test_a_fresh_house_has_warnings_and_no_fault(ingest: Ingest) -> None:
    result = ingest("doctor")
    assert result.exit_code == 0, result.output
    assert "→" in result.stdout
    assert states(ingest) == {
        "Python": "ok",
        "libraries": "ok",
        "settings": "warn",
        "store": "warn",
        "feeds file": "warn",
        "notice rules": "ok",
        "publishers": "ok",
    }


def test_a_house_in_order_is_all_ok(polled: Loopback, ingest: Ingest) -> None:
    settings = Path("config/ingest.toml")
    settings.write_text(settings.read_text().replace("[fetch]", '[fetch]\ncontact = "me@example.org"'))
    Path("config/feeds.toml").write_text(f'[[feeds]]\nurl = "{polled.url}/feed.xml"\n')
    found = states(ingest, "--network")
    assert set(found.values()) == {"ok"}
    assert "feeds file: config/feeds.toml: 1 feeds, 1 of them switched on" in ingest("doctor").stdout
    assert "network" in found


def test_each_fault_is_a_finding_and_exit_1(ingest: Ingest) -> None:
    Path("config/rules").mkdir(parents=True)
    Path("config/rules/mine.toml").write_text("nonsense = 1\n")
    Path("config/publishers.toml").write_text("[US.gazette]\n")
    Path("config/feeds.toml").write_text("[[feeds]]\n")
    Path("data").mkdir()
    Path("data/ingest.sqlite3").write_bytes(b"this is no database" * 1000)
    assert ingest("doctor").exit_code == 1
    found = states(ingest)
    assert {what for what, state in found.items() if state == "fail"} == {
        "store",
        "feeds file",
        "notice rules",
        "publishers",
    }


def test_a_network_that_fails_is_told(ingest: Ingest) -> None:
    Path("config").mkdir()
    Path("config/feeds.toml").write_text('[[feeds]]\nurl = "http://127.0.0.1:9/feed"\n')
    assert states(ingest, "--network")["network"] == "fail"


def test_the_schema_is_made_shown_and_taken_back(ingest: Ingest) -> None:
    missing = ingest("db", "current")
    assert (missing.exit_code, "ingest db upgrade" in missing.stderr) == (1, True)
    assert ingest("db", "upgrade").exit_code == 0
    assert "up to date" in ingest("db", "current").stdout
    assert ingest("db", "check").exit_code == 0
    refused = ingest("db", "downgrade", "base", input="n\n")
    assert refused.exit_code == 1
    assert "up to date" in ingest("db", "current").stdout
    assert ingest("db", "downgrade", "base", "--yes").exit_code == 0
    assert ingest("db", "current").exit_code == 3
    assert ingest("db", "upgrade", "nowhere").exit_code == 2
