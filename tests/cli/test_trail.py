"""The trail as it is told to people."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner

from ingest.cli.output import width, wrapped
from ingest.cli.root import root
from ingest.cli.trail import disagreements, print_article
from ingest.records import EXCLUSIVE
from tests.cli.kinds import Ingest
from tests.loopback import Loopback
from tests.samples import item, rss

TEXT = """The council met on Monday and agreed its budget.
This story originally appeared in The Ansel Ledger.
The post Budget agreed appeared first on Harbour Mirror.
© 2026 Harbour Mirror. All rights reserved.
"""


def trail(ingest: Ingest, text: str, *options: str) -> str:
    told = ingest("extract", "--text", *options, input=text).stdout
    return told[told.index("The trail") :]


def lines_after(told: str, label: str) -> list[str]:
    """The line that begins with the label, and those of its evidence."""
    rest = told[told.index(f"\n  {label}") + 1 :].splitlines()
    return rest[: next((n for n, line in enumerate(rest[1:], 1) if not line.startswith("      ")), len(rest))]


def test_every_line_has_the_words_that_say_so_with_place_and_confidence(ingest: Ingest) -> None:
    told = trail(ingest, TEXT, "--author", "Jane Doe")
    line, proof = lines_after(told, "First appeared")
    assert line.split(None, 2)[2] == "in The Ansel Ledger"
    assert "“This story originally appeared in The Ansel Ledger.” — its text, 49–100, sure (0." in proof
    assert "Jane Doe" in lines_after(told, "Put online by")[0]
    assert "© 2026 Harbour Mirror" in lines_after(told, "Owned by")[0]
    assert "→" in lines_after(told, "Came through")[0]


def test_what_is_not_stated_is_said_to_be_missing(ingest: Ingest) -> None:
    told = trail(ingest, "Rain all day. Nobody went out.")
    missing = " ".join(" ".join(lines_after(told, "Not stated")).split())
    for part in ("who wrote it", "where it first appeared", "who owns it", "on what terms", "whom to ask"):
        assert part in missing


def test_words_are_quoted_once_and_referred_to_afterwards(ingest: Ingest) -> None:
    told = trail(ingest, TEXT)
    assert told.count("This story originally appeared") == 1
    assert "as quoted above: its text, 49–100" in told


def test_what_another_place_says_is_shown_beside_what_was_trusted(ingest: Ingest) -> None:
    told = trail(ingest, TEXT)
    otherwise = told[told.index("Said otherwise") : told.index("Notices (")]
    assert "Harbour Mirror" in otherwise
    assert "Said otherwise" not in trail(ingest, TEXT.splitlines()[1])


def test_only_what_cannot_be_true_beside_the_chosen_value_is_a_disagreement() -> None:
    def claim(property: str, value: str, *, chosen: bool) -> dict[str, object]:
        return {"property": property, "value": value, "chosen": chosen, "evidence": {"quote": value}}

    claims = [
        claim("copyright_year", "2026", chosen=True),
        claim("copyright_year", "2025", chosen=False),
        claim("copyright_year", "2025", chosen=False),
        claim("contributor", "Bo Lind", chosen=False),
    ]
    ((name, value, proofs),) = disagreements({"attribution": {"claims": claims}})
    assert (name, value, len(proofs)) == ("copyright_year", "2025", 2)


def test_a_notice_that_the_trail_does_not_quote_is_quoted_with_its_fields(ingest: Ingest) -> None:
    told = trail(ingest, "Rain all day.\nFollow us on Twitter @harbourmirror for more.\n")
    assert "Follow us on Twitter" in told[told.index("Notices (1)") :]


def test_a_trail_in_a_pipe_has_no_escapes_and_no_line_wider_than_the_page(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("COLUMNS", "60")
    told = ingest("extract", "--text", input=TEXT * 3).stdout
    assert "\x1b" not in told
    assert max(width(line) for line in told.splitlines()) <= 60


def test_wide_characters_break_anywhere_and_addresses_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert [width(line) for line in wrapped("漢" * 45).splitlines()] == [40, 40, 10]
    address = "https://a.example/" + "x" * 60
    assert wrapped(f"see {address} there", "  ") == f"  see\n  {address}\n  there"


def test_what_a_copy_says_is_told_with_its_number() -> None:
    proof = {"kind": "cluster", "place": "article:7 notice:5-41", "quote": "First in A.", "confidence": 0.6}
    evidence = {"original_publisher": [proof]}
    found = {"original_publisher": {"name": "A", "url": None}, "completeness": "full", "evidence": evidence}
    runner = CliRunner()

    @click.command()
    def show() -> None:
        print_article({"text": "T", "notices": [], "unsure": [], "attribution": found})

    assert "“First in A.” — another copy, article 7, 5–41, perhaps (0.60)" in runner.invoke(show).output


def test_a_terminal_is_styled_unless_somebody_asked_for_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown() -> str:
        return CliRunner().invoke(root, ["extract", "--text"], input=TEXT, color=True).output

    assert "\x1b" not in shown()  # NO_COLOR is set for all tests of the command line
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b[1mThe trail" in shown()


STORY = "".join(
    f"<p>{line}</p>"
    for line in (
        "The lamps along the quay went out on a Tuesday in March, and nobody lit them again before the summer.",
        "Old pilots say the harbour was never so dark, not even in the years when coal was carried up by hand.",
        "The council has promised new lamps twice, and twice the money went into the road behind the fish market.",
        "Now a carpenter from the upper town has built forty of them in his shed and asks for nothing but the oil.",
    )
)
FIRST = "<p>This story originally appeared in The Ansel Ledger.</p>"
FOOTER = (
    '<p>The post <a href="https://coast.example/2">Story 2</a> appeared first on '
    '<a href="https://coast.example">Coast Reader</a>.</p>'
)


def test_what_copies_add_is_told_as_theirs_beside_what_the_article_says_itself(
    server: Loopback, ingest: Ingest
) -> None:
    ingest("add", "--no-check", server.put("/whole.xml", rss(item(1, STORY + FIRST), title="Commons")))
    ingest("add", "--no-check", server.put("/copy.xml", rss(item(2, STORY + FOOTER), title="Digest")))
    ingest("poll")
    rows = [json.loads(line) for line in ingest("list", "--json").stdout.splitlines()]
    (number,) = [str(row["article_id"]) for row in rows if row["title"] == "Story 2"]
    told = ingest("show", number).stdout
    told = told[told.index("The trail") :]
    first = " ".join(" ".join(lines_after(told, "First appeared")).split())
    assert "in The Ansel Ledger" in first
    assert "another copy, article" in first
    assert "The Ansel Ledger → Coast Reader → Digest" in told
    own = told[told.index("By itself it says") : told.index("Notices (")]
    assert "Coast Reader → Digest" in own
    assert "Commons" in told[told.index("Copies (story") :]
    found = json.loads(ingest("show", number, "--json").stdout)
    assert found["attribution"]["original_publisher"]["name"] == "The Ansel Ledger"
    assert found["own"]["original_publisher"]["name"] == "Coast Reader"
    node = json.loads(ingest("show", number, "--jsonld").stdout)
    assert node["isBasedOn"]["isBasedOn"]["publisher"]["name"] == "The Ansel Ledger"
    ingest("takedown", "add", "https://paper.example/1", "--requester", "A", "--reason", "B", "--yes")
    alone = ingest("show", number).stdout
    assert "Ansel Ledger" not in alone
    assert "By itself it says" not in alone


def test_what_only_may_be_a_notice_is_none_in_either_way_to_have_json_ld(
    server: Loopback, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    correction = "<p>Correction: An earlier version of this story misstated the date of the meeting.</p>"
    monkeypatch.setenv("INGEST_EXTRACT__THRESHOLD", "0.95")
    ingest("add", "--no-check", server.put("/one.xml", rss(item(1, STORY + correction))))
    ingest("poll")
    exported = json.loads(ingest("export", "--format", "jsonld").stdout)
    assert exported == json.loads(ingest("show", "1", "--jsonld").stdout)
    assert "correction" not in exported
    assert "Correction: " in exported["articleBody"]


def test_whatever_may_be_disputed_is_told_with_a_label() -> None:
    evidence = {"kind": "feed", "place": "entry/x", "quote": "", "confidence": 0.5}
    claims = [
        {"property": name, "value": f"other {name}", "chosen": False, "evidence": evidence}
        for name in EXCLUSIVE
    ]

    @click.command()
    def show() -> None:
        print_article({"text": "T", "notices": [], "unsure": [], "attribution": {"claims": claims}})

    told = CliRunner().invoke(show, catch_exceptions=False).output
    assert [name for name in EXCLUSIVE if f"other {name}" not in told] == []
