"""`ingest publishers`: whom a name or an address means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.kinds import Ingest


def test_a_name_and_an_address_are_told_with_the_reason(ingest: Ingest) -> None:
    result = ingest("publishers", "LA Times", "www.latimes.com", "https://feeds.latimes.com/rss")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[0] == "LA Times: Los Angeles Times (latimes.com; newspaper, US)"
    assert [line.strip() for line in lines[1::2]] == ["by its name", "by the address", "by the address"]


def test_an_address_beside_a_name_decides(ingest: Ingest) -> None:
    result = ingest("publishers", "The Guardian", "--url", "https://guardian.ng/news")
    assert "The Guardian (Nigeria)" in result.output
    assert "by its name, and the address is its own" in result.output


def test_whom_the_table_does_not_know_is_told_and_is_exit_status_1(ingest: Ingest) -> None:
    result = ingest("publishers", "Gull Point Ledger")
    assert result.exit_code == 1
    assert "nobody the table knows" in result.output


def test_the_table_is_listed_by_kind_and_country(ingest: Ingest) -> None:
    result = ingest("publishers", "--kind", "agency", "--country", "IN", "--json")
    names = {json.loads(line)["name"] for line in result.output.splitlines()}
    assert {"Press Trust of India", "Indo-Asian News Service", "Asian News International"} <= names
    assert "domain" in ingest("publishers", "--kind", "wire").output.splitlines()[0].lower()
    assert "No publisher fits." in ingest("publishers", "--country", "XX").output


@pytest.mark.parametrize(
    ("args", "advice"),
    [
        (["--kind", "newspapers"], "Known: agency"),
        (["--kind", "agency", "LA Times"], "leave them out with NAME"),
    ],
)
def test_what_would_be_dropped_or_can_fit_nobody_is_refused(
    ingest: Ingest, args: list[str], advice: str
) -> None:
    result = ingest("publishers", *args)
    assert result.exit_code == 2
    assert advice in result.stderr


def test_a_deployments_own_file_is_read(ingest: Ingest, house: Path) -> None:
    (house / "config").mkdir()
    own = house / "config/publishers.toml"
    own.write_text(
        '[US.newspaper]\n"gull.example" = { name = "Gull Point Ledger", also = ["GPL"] }\n', "utf-8"
    )
    assert "Gull Point Ledger (gull.example" in ingest("publishers", "GPL").output
    told = json.loads(
        ingest("extract", "--json", input="Fog came.\n\nThis story originally appeared in GPL.\n").output
    )
    assert told["attribution"]["original_publisher"]["name"] == "Gull Point Ledger"
    own.write_text("[US.newspaper\n", "utf-8")
    result = ingest("publishers", "GPL")
    assert result.exit_code == 2
    assert "no TOML" in result.output
