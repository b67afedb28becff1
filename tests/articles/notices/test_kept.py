"""Composed rules are kept beside their files, for as long as they are those of the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.articles.notices import catalogue, kept


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cache" / "rules.msgpack"
    monkeypatch.setattr(kept, "_PLACE", path)
    return path


def test_rules_that_were_kept_come_back_whole(place: Path) -> None:
    rules = catalogue.load().rules
    kept.keep("1", rules)
    assert kept.recall("1") == rules


def test_rules_of_other_files_are_not_taken_for_these(place: Path) -> None:
    kept.keep("1", catalogue.load().rules)
    assert kept.recall("2") is None


def test_a_damaged_file_is_as_good_as_none(place: Path) -> None:
    kept.keep("1", catalogue.load().rules[:3])
    place.write_bytes(place.read_bytes()[:-9])
    assert kept.recall("1") is None


def test_where_nothing_can_be_written_nothing_is_kept(place: Path) -> None:
    place.parent.write_text("a file where the folder should be")
    kept.keep("1", catalogue.load().rules[:3])
    assert kept.recall("1") is None
