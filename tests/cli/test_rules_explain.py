"""`ingest rules explain`, and docs/rules.md, which teaches to add a rule."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ingest.articles.notices import composing, evidence, meanings, patterns
from ingest.articles.notices.rule import Rule
from ingest.records import NoticeKind
from tests.cli.kinds import Ingest
from tests.cli.rule_samples import PENNED, STORY, install, objects, write
from tests.loopback import Loopback

pytestmark = pytest.mark.usefixtures("few_rules")

DOC = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")


def test_explain_marks_each_notice_in_place_and_tells_its_rule(ingest: Ingest) -> None:
    install()
    result = ingest("rules", "explain", STORY)
    assert result.exit_code == 0
    marked, told = result.output.split("\n\n", 1)
    assert marked == "Ships wait.\n[[1: Penned in the harbour by Ann Poe.]]"
    for line in (
        "Notices (1)",
        "1  byline, cut",
        "rule harbour.penned, characters 12–45",
        "authors: Ann Poe",
    ):
        assert line in told
    assert "confidence 0.90; at least as sure as 0.50" in told


def test_explain_reads_text_files_and_standard_input(ingest: Ingest) -> None:
    Path("a.html").write_text("<p>Ships wait.</p><p>Penned in the harbour by Ann Poe.</p>")
    args = ("rules", "explain", "--with", write(PENNED), "--json")
    for more, given in ([STORY], None), (["a.html"], None), (["-"], STORY), ([], STORY):
        (found,) = objects(ingest(*args, *more, input=given).stdout)
        assert (found["rule"], found["verdict"]) == ("harbour.penned", "cut")
        assert found["quote"] == "Penned in the harbour by Ann Poe."
        assert found["fields"] == {"authors": ["Ann Poe"]}
        assert found["weights"] == {"rule": 0.9}


PAGE = (
    "<html><head><title>Storm</title></head><body><nav>Home Sport Weather</nav><article><h1>Storm</h1>"
    + "".join(
        f"<p>Ships wait in the harbour for the storm to pass, as on day {n} of May.</p>" for n in range(9)
    )
    + "<p>Penned in the harbour by Ann Poe.</p></article></body></html>"
)


def test_explain_reads_an_address_as_a_web_page(ingest: Ingest, server: Loopback) -> None:
    install()
    for name, body in {"page": PAGE, "bare": PAGE.partition("</head>")[2]}.items():
        url = server.put(f"/{name}", body, headers={"Content-Type": "text/html"})
        result = ingest("rules", "explain", url)
        assert result.exit_code == 0, result.output
        assert "[[1: Penned in the harbour by Ann Poe.]]" in result.output
        assert "Sport" not in result.output, name


def test_explain_visits_no_address_that_may_not_be_visited(ingest: Ingest, server: Loopback) -> None:
    Path("config/ingest.toml").unlink()
    result = ingest("rules", "explain", server.put("/page", PAGE))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"ingest: {server.url}/page: ")
    assert server.requests == []


def test_explain_takes_a_misspelt_file_for_no_text(ingest: Ingest) -> None:
    for name in ("storry.html", "entries/1", "https//harbour.example"):
        result = ingest("rules", "explain", name)
        assert (result.exit_code, "no such file" in result.stderr) == (2, True)
    for text in ("", "转载自。", "(AFP)", "Word " * 2000):
        assert ingest("rules", "explain", text).exit_code == 0


def verdicts(ingest: Ingest, text: str, *more: str) -> dict[str, tuple[str, str]]:
    found = objects(ingest("rules", "explain", "--json", text, *more).stdout)
    return {one["rule"]: (one["verdict"], one["why"]) for one in found}


def test_near_misses_say_why_they_gave_no_notice(ingest: Ingest) -> None:
    install(PENNED + "[[rule]]\nid = 'vague'\nkind = 'byline'\npattern = 'penned in .+'\nconfidence = 0.6\n")
    told = verdicts(ingest, STORY)
    assert told["harbour.vague"][0] == "overruled"
    assert told["harbour.vague"][1].startswith("harbour.penned (0.90) explains these words better")
    told = verdicts(ingest, "Carried over from the storm.")
    assert told["harbour.carried"] == ("refused", "it holds words that the rule's `unless` forbids")
    told = verdicts(ingest, "Carried over from whoever wanted it.")
    assert told["harbour.carried"][0] == "refused"
    assert told["harbour.carried"][1].endswith("cannot be that: publisher = 'whoever wanted it'")
    told = verdicts(ingest, "<h2>Penned in the harbour by Ann Poe</h2>", "--html")
    assert told["harbour.penned"] == ("refused", "needs `!heading`: not: its block is a heading")
    told = verdicts(ingest, "Penned in the harbour by Ann Poe.\nShips wait.\nThey wait.\nThey wait on.")
    assert told["harbour.penned"][0] == "unsure"


def test_near_misses_are_told_to_people_with_their_confidence(ingest: Ingest) -> None:
    install()
    text = "Penned in the harbour by Ann Poe.\nShips wait.\nThey wait.\nThey wait on."
    told = ingest("rules", "explain", text).output
    assert told.startswith(text + "\n\nNotices (0)\n  None.\n\nNear misses (1)\n")
    assert "confidence 0.10 = 0.90 of the rule, -0.80 opening\n" in told
    assert "why: too little speaks for it" in told


def test_neighbours_of_one_kind_are_told_as_one_notice(ingest: Ingest, all_rules: tuple[Rule, ...]) -> None:
    text = "Rain.\nSubscribe to our newsletter. Follow us on Facebook and Twitter."
    found = objects(ingest("rules", "explain", "--json", text).stdout)
    (notice,) = [one for one in found if one["verdict"] == "cut"]
    assert notice["quote"] == text.partition("\n")[2]
    assert "joined" in {one["verdict"] for one in found}


def test_what_the_settings_leave_in_the_text_is_recorded(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    install()
    monkeypatch.setenv("INGEST_EXTRACT__THRESHOLD", "0.95")
    assert verdicts(ingest, STORY)["harbour.penned"][0] == "recorded"
    monkeypatch.delenv("INGEST_EXTRACT__THRESHOLD")
    monkeypatch.setenv("INGEST_EXTRACT__CUT_KINDS", "copyright")
    verdict, why = verdicts(ingest, STORY)["harbour.penned"]
    assert (verdict, "extract.cut_kinds" in why) == ("recorded", True)


def test_one_rule_can_be_asked_for_also_when_it_is_silent(ingest: Ingest) -> None:
    install()
    ask = ("rules", "explain", "--rule", "penned")
    assert "harbour.penned" in ingest(*ask, STORY).output
    within = ingest(*ask, "It was penned in the harbour by Ann Poe.").output
    assert "pattern 1 matches 'penned in the harbour by A', but scope = 'sentences' wants" in within
    assert "its words stand nowhere in this text" in ingest(*ask, "© 2021 Harbour Media Ltd.").output
    assert ingest(*ask, "--json", "Ships wait.").output == ""
    links = ingest("rules", "explain", "--rule", "wordpress-links", "Ships wait.")
    assert "its words stand nowhere" in links.output


def test_a_text_without_any_rules_words_says_so(ingest: Ingest) -> None:
    assert "No rule's words stand in this text." in ingest("rules", "explain", "Ships wait.").output
    assert ingest("rules", "explain", input="").output.startswith("(no text)\n")


STACK = """The mayor closed the pier on Monday.
{snip}
The post Why the Pier Is Closed appeared first on Coast Review.
Click this link for the original source of this article.
Author: Ann Poe
© 2021 Harbour Media Ltd. All rights reserved. Subscribe to our newsletter."""


def test_explain_gives_exactly_the_notices_that_extract_gives(
    ingest: Ingest, all_rules: tuple[Rule, ...]
) -> None:
    def facts(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return [tuple(one[key] for key in ("rule", "start", "end", "fields", "confidence")) for one in found]

    (extracted,) = objects(ingest("extract", "--json", input=STACK).stdout)
    explained = objects(ingest("rules", "explain", "--json", input=STACK).stdout)
    assert len(extracted["notices"]) >= 5
    assert facts([one for one in explained if one["verdict"] in ("cut", "recorded")]) == facts(
        extracted["notices"]
    )


def test_what_steers_a_terminal_never_leaves(ingest: Ingest) -> None:
    text = "Ships \x1b[2J wait.\n\u202eCarried over from Pier \u202eNotes."
    Path("a.txt").write_text(text)
    for args in (["explain", "a.txt"], ["explain", "--with", write(PENNED), "a.txt"], ["show", "\x1b]0;x"]):
        result = ingest("rules", *args)
        assert not set(result.output) & {"\x1b", "\u202e"}


# ------------------------------------------------------------------------------------------ docs/rules.md


def doc_rule() -> str:
    found = re.search(r"```toml\n(.*?)```", DOC, re.S)
    assert found
    return found[1]


def test_the_rule_of_the_page_loads_passes_and_works_once_saved(
    ingest: Ingest, all_rules: tuple[Rule, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The catalogue is loaded once a process for each directory: name this one in full.
    monkeypatch.setenv("INGEST_RULES_DIR", str(Path("config/rules").absolute()))
    saved = re.search(r"Save as `(.*?)`", DOC)
    footer = re.search(r'ends its entries with "(.*?)"', DOC)
    assert saved
    assert footer
    body = f"Rain is expected.\n{footer[1]}"
    (before,) = objects(ingest("extract", "--json", input=body).stdout)
    assert before["notices"] == []
    write(doc_rule(), saved[1])
    command = re.search(r"^\$ ingest (rules test .*?) +#.*\n(.*)$", DOC, re.M)
    assert command
    assert ingest(*command[1].split()).output == command[2] + "\n"
    (after,) = objects(ingest("extract", "--json", input=body).stdout)
    assert after["text"] == "Rain is expected."
    assert after["attribution"]["original_publisher"]["name"] == "The Harbour Gazette"


def test_the_other_commands_of_the_page_run(ingest: Ingest) -> None:
    install(doc_rule())
    Path("entry.txt").write_text("Rain.")
    commands = re.findall(r"^\$ ingest (rules (?!test).*?)(?: +#.*)?$", DOC, re.M)
    assert len(commands) >= 3
    for command in commands:
        assert ingest(*command.split()).exit_code == 0, command


def test_the_pages_tables_name_all_there_is() -> None:
    def first_column(heading: str) -> str:
        section = DOC.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        return " ".join(line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))

    assert set(re.findall(r"`(\w+)`", first_column("Kinds"))) == set(NoticeKind)
    assert set(re.findall(r"`(\w+)`", first_column("Keys"))) == composing.KEYS
    assert set(re.findall(r"`(\w+)`", first_column("Conditions"))) == set(evidence.CONDITIONS)
    for name, meaning in meanings.CONDITIONS.items():
        assert f"| `{name}` | {meaning} |" in DOC
    for scope in composing.SCOPES:
        assert f"`{scope}`" in DOC
    linked = re.findall(r"`<(\w+)(?::\w+)?>`", DOC)
    assert set(linked) <= patterns.FIELDS


def test_every_condition_has_a_meaning() -> None:
    assert meanings.CONDITIONS.keys() == evidence.CONDITIONS.keys()
    assert meanings.of_condition("!last") == "not: no line follows it, and at most 1,200 characters"
