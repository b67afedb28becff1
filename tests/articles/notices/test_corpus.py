"""The labelled corpus and the forty-one WordPress footers, where they are."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.articles import blocks
from ingest.articles.notices import catalogue, find
from ingest.records import Source

TITLES = (("Zorba 12: “Why? Now!” said he. Done", "The Harbour Times"), ("Foo bar", "example-news.org"))


def footers(shared: Path) -> list[dict[str, str]]:
    with (shared / "corpus" / "wordpress-footers.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@pytest.mark.parametrize(("title", "publisher"), TITLES)
def test_every_wordpress_locale_is_read_with_links(shared: Path, title: str, publisher: str) -> None:
    for row in footers(shared):
        footer = row["template"].format(
            title=f'<a href="https://ex.org/a-b/c">{title}</a>',
            publisher=f'<a href="https://ex.org">{publisher}</a>',
        )
        html = f"<p>Some body.</p><p>{footer}</p>"
        document = blocks.from_html(html)
        notices = find.find(document, Source(body=html), catalogue.load())
        assert find.clean(document.text, notices) == "Some body.", row["locale"]
        assert notices[0].fields == {
            "title": title,
            "publisher": publisher,
            "original_url": "https://ex.org/a-b/c",
            "publisher_url": "https://ex.org",
        }, row["locale"]


@pytest.mark.parametrize(("title", "publisher"), TITLES)
def test_every_wordpress_locale_is_read_as_plain_text(shared: Path, title: str, publisher: str) -> None:
    for row in footers(shared):
        text = "Some body.\n" + row["template"].format(title=title, publisher=publisher)
        notices = find.find(blocks.from_text(text), Source(body=text, is_html=False), catalogue.load())
        assert find.clean(text, notices) == "Some body.", row["locale"]
        if row["locale"] != "gu":  # its footer has nothing between title and site
            assert (notices[0].fields["title"], notices[0].fields["publisher"]) == (title, publisher), row[
                "locale"
            ]


def test_what_the_command_prints_of_the_corpus_is_as_good_as_it_was(shared: Path, tmp_path: Path) -> None:
    """Measured as whoever chooses an extractor would: the printed notices, by the corpus's own scorer."""
    corpus, said = shared / "corpus" / "dev.jsonl", tmp_path / "said.jsonl"
    with said.open("wb") as out:
        command = [sys.executable, "-m", "ingest", "extract", "--jsonl", str(corpus)]
        subprocess.run(command, stdout=out, check=True, cwd=tmp_path)
    scorer = [sys.executable, str(corpus.with_name("score.py")), str(corpus), str(said)]
    told = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    assert told["strip"]["p"] >= 0.999
    assert told["strip"]["r"] >= 0.985
    assert told["kind_accuracy"] >= 0.975
    assert told["fields"]["f1"] >= 0.94
    assert told["body_lost"] <= 0.001
    assert told["negatives_touched"] == 0


def test_no_negative_of_the_corpus_is_touched(shared: Path) -> None:
    touched = []
    for line in (shared / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if not item["spans"]:
            document = blocks.from_text(item["text"])
            found = find.find(document, Source(body=item["text"], is_html=False), catalogue.load())
            touched += [(item["id"], n.rule, n.quote) for n in found if n.cut]
    assert not touched
