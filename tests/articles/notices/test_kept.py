"""Composed rules are kept beside their files, for as long as they are those of the files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.articles.notices import catalogue, kept


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cache"
    monkeypatch.setattr(kept, "_PLACE", path)
    return path


def test_rules_that_were_kept_come_back_whole(place: Path) -> None:
    rules = catalogue.load().rules
    kept.keep("1", rules[:-3], others=False)
    kept.keep("1", rules[-3:], others=True)
    assert kept.recall("1", others=False) == rules[:-3]
    assert kept.recall("1", others=True) == rules[-3:]


def test_rules_of_other_files_are_not_taken_for_these(place: Path) -> None:
    kept.keep("1", catalogue.load().rules, others=False)
    assert kept.recall("2", others=False) is None


def test_a_damaged_file_is_as_good_as_none(place: Path) -> None:
    kept.keep("1", catalogue.load().rules[:3], others=False)
    (file,) = place.iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    assert kept.recall("1", others=False) is None


def test_where_nothing_can_be_written_nothing_is_kept(place: Path) -> None:
    place.write_text("a file where the folder should be")
    kept.keep("1", catalogue.load().rules[:3], others=False)
    assert kept.recall("1", others=False) is None


def test_what_patterns_share_is_there_once(place: Path) -> None:
    """Every process holds the rules: each set of atoms and each text of one for itself would be 11 MB more."""
    kept.keep("1", catalogue.load().rules, others=False)
    rules = kept.recall("1", others=False) or ()
    atoms = [one for rule in rules for one in rule.atoms if one is not None]
    sets = [some for one in atoms for some in (one.texts, one.heads, *one.others)]
    assert len(set(map(id, sets))) == len(set(sets)) < len(sets)
    texts = [text for some in set(sets) for text in some]
    assert len(set(map(id, texts))) == len(set(texts)) < len(texts)


def test_the_pieces_of_a_file_are_there_once(place: Path) -> None:
    kept.keep("1", catalogue.load().rules, others=False)
    rules = kept.recall("1", others=False) or ()
    assert len({id(rule.pieces) for rule in rules}) == len({rule.file for rule in rules}) < len(rules)
    assert (
        len({id(rule.pieces["month"]) for rule in rules if rule.file.endswith(("en.toml", "fr.toml"))}) == 1
    )


COMPOSE = """
import os, sys
import subprocess
import sys
from pathlib import Path
from ingest.articles.notices import catalogue, composing, kept
place = Path(sys.argv[1])
kept._PLACE = place / "cache"
compose = composing.compose
def told(*given, **named):
    (place / f"composed-{os.getpid()}").touch()
    return compose(*given, **named)
composing.compose = told
print(os.getpid(), len(catalogue.load().rules))
"""


@pytest.mark.parametrize("writable", [True, False])
def test_rules_are_composed_by_a_child_where_they_can_be_kept(tmp_path: Path, writable: bool) -> None:
    """What composing takes would stay with the fork server, and with the workers forked from it."""
    if not writable:
        (tmp_path / "cache").write_text("a file where the folder should be")
    ran = subprocess.run(
        [sys.executable, "-c", COMPOSE, tmp_path], capture_output=True, text=True, check=True
    )
    pid, rules = ran.stdout.split()
    assert int(rules) == len(catalogue.load().rules)
    (by,) = tmp_path.glob("composed-*")
    assert (by.name == f"composed-{pid}") is not writable


INTERRUPTED = """
import os, sys
from pathlib import Path
from ingest.articles.notices import catalogue, composing, kept
kept._PLACE = Path(sys.argv[1]) / "cache"
parent, compose = os.getpid(), composing.compose
def interrupted(*given, **named):
    if os.getpid() != parent:
        raise KeyboardInterrupt
    return compose(*given, **named)
composing.compose = interrupted
try:
    catalogue.load()
finally:
    print("unwound", flush=True)
"""


def test_a_child_that_is_interrupted_ends_there(tmp_path: Path) -> None:
    """What it inherited from its parent is the parent's to close, and is told of once."""
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, tmp_path], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("unwound\n", "")
