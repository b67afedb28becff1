"""`ingest extract`, without a database."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.kinds import Ingest

BODY = (
    "<p>The council met on Monday and agreed its budget after a long debate.</p>"
    "<p>Residents spoke for an hour before the vote was taken by show of hands.</p>"
    '<p>The post <a href="https://example.org/a">Council agrees budget</a> appeared first on '
    '<a href="https://example.org">Example Courier</a>.</p>'
)


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_file_is_told_as_text_notices_and_attribution(ingest: Ingest) -> None:
    Path("a.html").write_text(BODY)
    result = ingest("extract", "a.html", "--url", "https://example.org/a", "--author", "Jane Doe")
    assert result.exit_code == 0
    told = result.stdout
    assert told.index("The council met") < told.index("The trail") < told.index("Notices (1)")
    assert "appeared_first" in told
    assert "Example Courier" in told
    assert "Jane Doe" in told
    assert not Path("data").exists()


def test_a_correction_is_cut_from_the_text_and_shown_beside_it(ingest: Ingest) -> None:
    note = "Correction: An earlier version of this article misstated the vote."
    told = ingest("extract", "--text", input=f"The council met on Monday.\nResidents spoke.\n{note}\n").stdout
    text, _, beside = told.partition("Editorial notes")
    assert "Correction" not in text
    assert beside.index(note) < beside.index("Notices (1)")
    assert "Editorial notes" not in ingest("extract", "--text", input="The council met on Monday.").stdout


def test_json_ld_says_what_the_options_say(ingest: Ingest) -> None:
    address = "https://mirror.example/a"
    result = ingest("extract", "--jsonld", "--url", address, "--published", "2026-11-02T10:00Z", input=BODY)
    (node,) = lines(result.stdout)
    assert (node["@type"], node["url"]) == ("NewsArticle", address)
    assert node["datePublished"] == "2026-11-02T10:00:00Z"
    assert "<" not in result.stdout


def test_standard_input_is_the_default_and_json_is_one_object(ingest: Ingest) -> None:
    for args in (["extract", "--json"], ["extract", "-", "--json"]):
        (found,) = lines(ingest(*args, input=BODY).stdout)
        assert found["source_text"].startswith("The council met")  # type: ignore[attr-defined]
        assert "appeared first" not in str(found["text"])
        (notice,) = found["notices"]  # type: ignore[misc]
        assert found["source_text"][notice["start"] : notice["end"]] == notice["quote"]  # type: ignore[index]


def test_text_and_html_can_be_forced(ingest: Ingest) -> None:
    (found,) = lines(ingest("extract", "--json", "--text", input="a <b>c</b>").stdout)
    assert found["text"] == "a <b>c</b>"
    (found,) = lines(ingest("extract", "--json", "--html", input="a &amp; b").stdout)
    assert found["text"] == "a & b"


def test_a_file_that_cannot_be_read_does_not_stop_the_others(ingest: Ingest) -> None:
    Path("a.txt").write_text("Hello.")
    result = ingest("extract", "missing", "a.txt", "--json")
    assert result.exit_code == 1
    assert "missing: cannot be read" in result.stderr
    assert [found["text"] for found in lines(result.stdout)] == ["Hello."]


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ('<?xml version="1.0"?>\n<!-- a -->\n<rss version="2.0"><channel/></rss>', "`ingest add URL`"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "`ingest add URL`"),
        ('{ "version": "https://jsonfeed.org/version/1.1", "items": [] }', "`ingest add URL`"),
        ("%PDF-1.7 and so on", "Give HTML or text"),
    ],
)
def test_what_is_no_article_is_said_to_be_none(ingest: Ingest, body: str, advice: str) -> None:
    result = ingest("extract", input=body)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert advice in result.stderr


def test_a_wrong_date_is_a_usage_error(ingest: Ingest) -> None:
    assert ingest("extract", "--url", "paper", input="x").exit_code == 2
    result = ingest("extract", "--published", "soon", input="x")
    assert result.exit_code == 2
    assert "--published" in result.stderr


def test_jsonl_answers_in_order_and_goes_on_after_a_bad_line(ingest: Ingest) -> None:
    given = [
        json.dumps({"id": "a", "html": BODY, "feed": {"url": "https://x.example/feed", "title": "X"}}),
        "not json",
        json.dumps({"id": 2}),
        "",
        json.dumps({"id": None, "text": "Plain.  Text \u2028 kept.", "published": "2026-01-02"}),
        json.dumps({"text": "no id"}),
    ]
    result = ingest("extract", "--jsonl", input="\n".join(given) + "\n")
    assert result.exit_code == 1
    answers = [json.loads(line) for line in result.stdout.split("\n")[:-1]]
    assert [answer["id"] for answer in answers] == ["a", None, 2, None, None]
    assert ["error" in answer for answer in answers] == [False, True, True, False, False]
    assert answers[3]["source_text"] == "Plain.  Text \u2028 kept."
    keys = {"id", "text", "source_text", "notices", "attribution"}
    assert keys <= answers[0].keys()


def test_what_only_may_be_a_notice_is_told_apart(ingest: Ingest) -> None:
    wish = (
        "Add Harbour News as a preferred source on Google to see more of our stories in your search results."
    )
    text = f"The ferry sails again.\n{wish}\nAdditional reporting by Ann Poe."
    (found,) = lines(ingest("extract", "--jsonl", input=json.dumps({"text": text})).stdout)
    told = {name: [one["quote"] for one in found[name]] for name in ("notices", "unsure")}  # type: ignore[attr-defined]
    assert told == {"notices": ["Additional reporting by Ann Poe."], "unsure": [wish]}
    assert wish in str(found["text"])


def test_a_kind_that_settings_leave_in_the_text_is_a_notice_all_the_same(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGEST_EXTRACT__CUT_KINDS", "copyright")
    text = json.dumps({"text": "The ferry sails again.\nAdditional reporting by Ann Poe."})
    (found,) = lines(ingest("extract", "--jsonl", input=text).stdout)
    assert [(one["kind"], one["cut"]) for one in found["notices"]] == [("contributors", False)]  # type: ignore[attr-defined]
    assert found["unsure"] == []


def test_of_html_and_text_the_text_is_read(ingest: Ingest) -> None:
    """Offsets index it; a labelled corpus gives both."""
    given = json.dumps({"id": 1, "html": "<p>It rained.</p>", "text": "It  rained."})
    (found,) = lines(ingest("extract", "--jsonl", input=given).stdout)
    assert found["source_text"] == "It  rained."


def test_jsonl_reads_a_file_and_fine_lines_are_exit_0(ingest: Ingest) -> None:
    Path("in.jsonl").write_text('{"id": 1, "text": "One."}\n{"id": 2, "text": "Two."}')
    result = ingest("extract", "--jsonl", "in.jsonl")
    assert result.exit_code == 0
    assert [answer["id"] for answer in lines(result.stdout)] == [1, 2]
    assert ingest("extract", "--jsonl", "missing.jsonl").exit_code == 2
    assert ingest("extract", "--jsonl", "--title", "x", "in.jsonl").exit_code == 2


def test_jsonl_streams(process: Callable[..., subprocess.Popen[bytes]]) -> None:
    with process("extract", "--jsonl") as running:
        assert running.stdin
        assert running.stdout
        for number in range(3):  # each answer arrives while the input is still open
            running.stdin.write(json.dumps({"id": number, "text": "Hello."}).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number
        running.stdin.close()
        assert running.wait(20) == 0


def test_a_reader_that_leaves_early_causes_no_traceback(
    process: Callable[..., subprocess.Popen[bytes]],
) -> None:
    with process("extract", "--jsonl") as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdin.write(b'{"text": "x"}\n')
        running.stdin.flush()
        running.stdout.readline()
        running.stdout.close()
        try:
            running.stdin.write(b'{"text": "x"}\n' * 200)
            running.stdin.close()
        except BrokenPipeError:
            pass
        assert running.wait(20) != 0
        assert running.stderr.read() == b""


def test_ctrl_c_is_exit_130_and_one_line(process: Callable[..., subprocess.Popen[bytes]]) -> None:
    import signal

    with process("extract", "--jsonl") as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdin.write(b'{"text": "x"}\n')
        running.stdin.flush()
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
        assert running.stderr.read().decode().strip() == "ingest: interrupted; what was finished is stored"


def test_the_python_door_does_the_same() -> None:
    import ingest

    found = ingest.extract(BODY, url="https://example.org/a", author="Jane Doe")
    assert [byline.name for byline in found.attribution.authors] == ["Jane Doe"]
    assert "appeared first" not in found.text
    assert [notice.kind for notice in found.notices] == ["appeared_first"]
