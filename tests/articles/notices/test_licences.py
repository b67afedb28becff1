"""Licences under one spelling, from links, codes and the words of several languages."""

from __future__ import annotations

import pytest

from ingest.articles.notices import licences


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("https://creativecommons.org/licenses/by-nd/4.0/", "CC-BY-ND-4.0"),
        ("http://creativecommons.org/licenses/by-sa/3.0/de/", "CC-BY-SA-3.0-DE"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0"),
        ("CC-BY-3.0-BR", "CC-BY-3.0-BR"),
        ("a Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 licence", "CC-BY-NC-ND-4.0"),
        ("Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 3.0", "CC-BY-SA-3.0"),
        ("クリエイティブ・コモンズ 表示 4.0", "CC-BY-4.0"),
        ("a Creative Commons licence", "CC"),
        ("Open Government Licence v3.0", "OGL-UK-3.0"),
        ("the terms of the museum", None),
    ],
)
def test_licences_are_named_alike_however_they_are_written(text: str, licence: str | None) -> None:
    assert licences.normalise(text) == licence


def test_a_versioned_licence_has_a_deed_and_an_unversioned_one_has_none() -> None:
    assert licences.url_of("CC-BY-ND-4.0") == "https://creativecommons.org/licenses/by-nd/4.0/"
    assert licences.url_of("CC-BY") is None
