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
        ("CC 4.0 BY-SA", "CC-BY-SA-4.0"),
        ("رخصة المشاع الإبداعي نَسب المُصنَّف 4.0", "CC-BY-4.0"),
        ("क्रिएटिव कॉमन्स एट्रिब्यूशन 4.0", "CC-BY-4.0"),
        ("CC-BY-3.0-BR", "CC-BY-3.0-BR"),
        ("a Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 licence", "CC-BY-NC-ND-4.0"),
        ("Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 3.0", "CC-BY-SA-3.0"),
        ("クリエイティブ・コモンズ 表示 4.0", "CC-BY-4.0"),
        ("a Creative Commons licence", "CC"),
        ("Open Government Licence v3.0", "OGL-UK-3.0"),
        ("the terms of the museum", None),
        ("http://creativecommons.org/licenses/by-sa/3.0/deed.de", "CC-BY-SA-3.0"),  # its deed in German
        ("https://creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        ("http://creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        ("https://creativecommons.org/licenses/publicdomain/", "public domain"),
        ("https://creativecommons.org/licenses/GPL/2.0/", None),
        ("https://www.gnu.org/licenses/fdl-1.3.html", "GFDL-1.3"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("CC BY-SA 4.0ライセンス", "CC-BY-SA-4.0"),
        ("CC BY 4.0으로 공개", "CC-BY-4.0"),
        ("CC BY-SA 4.0 国际", "CC-BY-SA-4.0"),
        ("CC BY–NC–SA (4.0)", "CC-BY-NC-SA-4.0"),
        ("Creative Commons Attribution-NoDerivs 3.0 Unported", "CC-BY-ND-3.0"),
        ("Creative Commons Attribution-NoDerivs 3.0 Deutschland", "CC-BY-ND-3.0-DE"),
        ("Creative Commons Namensnennung – Nicht kommerziell – Keine Bearbeitungen 4.0", "CC-BY-NC-ND-4.0"),
        ("Creative Commons Attribution - Pas d’Utilisation Commerciale 4.0", "CC-BY-NC-4.0"),
        ("Creative Commons Reconocimiento-NoComercial-SinObraDerivada 4.0", "CC-BY-NC-ND-4.0"),
        ("Creative Commons Atribuição-NãoComercial-SemDerivações 4.0", "CC-BY-NC-ND-4.0"),
        ("Creative Commons Atribuição-PartilhaIgual 3.0 Portugal", "CC-BY-SA-3.0-PT"),
        ("Creative Commons Attribuzione - Non opere derivate 4.0", "CC-BY-ND-4.0"),
        ("Creative Commons Uznanie autorstwa-Użycie niekomercyjne 3.0 Polska", "CC-BY-NC-3.0-PL"),
        ("Creative Commons Erkännande-DelaLika 4.0", "CC-BY-SA-4.0"),
        ("Creative Commons Nimeä-EiKaupallinen 4.0", "CC-BY-NC-4.0"),
        ("Creative Commons Атрибуция — Без производных 4.0", "CC-BY-ND-4.0"),
        ("Creative Commons Atıf-GayriTicari-AynıLisanslaPaylaş 4.0", "CC-BY-NC-SA-4.0"),
        ("知识共享署名-非商业性使用 4.0", "CC-BY-NC-4.0"),
        ("創用CC 姓名標示-非商業性-禁止改作-相同方式分享 3.0 台灣", "CC-BY-NC-ND-SA-3.0-TW"),
        ("크리에이티브 커먼즈 저작자표시-동일조건변경허락 2.0 대한민국", "CC-BY-SA-2.0-KR"),
        ("Creative Commons Zero 1.0", "CC0-1.0"),
        ("GNU Free Documentation License, Version 1.2", "GFDL-1.2"),
        ("GNU General Public License v3", "GPL-3.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("the MIT License", "MIT"),
        ("MIT Technology Review", None),
        ("released under the Unlicense", "Unlicense"),
        ("gemeinfrei", "public domain"),
        ("em domínio público", "public domain"),
    ],
)
def test_licences_are_named_alike_however_they_are_written(text: str, licence: str | None) -> None:
    assert licences.normalise(text) == licence


@pytest.mark.parametrize(
    ("text", "alone"), [("CC BY 2.0", True), ("public domain", True), ("Pier Notes", False)]
)
def test_a_licence_alone_is_told_from_a_name(text: str, *, alone: bool) -> None:
    assert licences.is_code(text) is alone
