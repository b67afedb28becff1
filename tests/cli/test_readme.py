"""What the documents show of the sample feeds is what `make poll` brings."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.cli.root import root
from tests.cli.kinds import Ingest

ROOT = Path(__file__).parents[2]
PAGES = {
    page.name: page.read_text("utf-8") for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
}
QUERIES = [
    (name, sql)
    for name, text in PAGES.items()
    for sql in re.findall(r'ingest query (?:--\w+ )?"([^"]+)"|```sql\n(.*?)```', text, re.S)
    for sql in sql
    if sql
]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house as a fresh clone has it, after its first poll."""
    place = tmp_path_factory.mktemp("clone")
    shutil.copytree(ROOT / "config", place / "config")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert CliRunner().invoke(root, ["poll"]).exit_code == 0
    return place


def renumbered(told: str) -> str:
    """With the articles numbered as they come: which feed is stored first is a matter of chance."""
    seen: dict[str, str] = {}
    return re.sub(r"(?<=rticle )\d+", lambda found: seen.setdefault(found[0], str(len(seen) + 1)), told)


def test_the_readmes_story_is_what_comes_out(
    ingest: Ingest, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(samples)
    shown = re.search(r"\$ ingest story 1\n(.*?)```", PAGES["README.md"], re.S)
    assert shown
    assert renumbered(ingest("story", "1").stdout) == renumbered(shown[1])


@pytest.mark.parametrize(("page", "sql"), QUERIES)
def test_every_query_the_documents_show_runs(
    ingest: Ingest, samples: Path, monkeypatch: pytest.MonkeyPatch, page: str, sql: str
) -> None:
    monkeypatch.chdir(samples)
    assert ingest("query", sql).exit_code == 0, page
