"""Licences by SPDX identifier, with their version and address."""

from __future__ import annotations

import pytest

from ingest.articles.attribution import licensing
from ingest.articles.attribution.licensing import CC_KINDS, CC_PORTS, CC_VERSIONS

CC = "https://creativecommons.org/licenses"


@pytest.mark.parametrize("kind", CC_KINDS)
@pytest.mark.parametrize("version", CC_VERSIONS)
def test_every_creative_commons_licence_goes_to_its_address_and_back(kind: str, version: str) -> None:
    identifier = f"CC-{kind}-{version}"
    assert licensing.is_listed(identifier)
    address = licensing.address(identifier)
    assert address is not None
    assert licensing.spdx(address) == identifier
    assert licensing.spdx(address.replace("https:", "http:") + "deed.de") == identifier
    assert licensing.spdx(f"Creative Commons {kind} {version}") == identifier


@pytest.mark.parametrize("family", CC_PORTS)
def test_every_ported_licence_of_the_list_goes_to_its_address_and_back(family: str) -> None:
    for port in CC_PORTS[family]:
        address = licensing.address(f"{family}-{port}")
        assert address == f"{CC}/{family[3:-4].lower()}/{family[-3:]}/{port.lower()}/"
        assert licensing.spdx(address) == f"{family}-{port}"
        assert licensing.is_listed(f"{family}-{port}")


@pytest.mark.parametrize(
    ("stated", "identifier"),
    [
        (f"{CC}/by/3.0/de/", "CC-BY-3.0-DE"),
        (f"{CC}/by/3.0/es/", "CC-BY-3.0-ES"),  # ported, and not on the list: still what it is
        (f"{CC}/by-nc-sa/2.0/uk/", "CC-BY-NC-SA-2.0-UK"),
        (f"{CC}/by/4.0/deed.fr", "CC-BY-4.0"),
        ("http://creativecommons.org/licences/by-sa/4.0", "CC-BY-SA-4.0"),
        (f"{CC}/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"),
        (f"{CC}/publicdomain/", "CC-PDDC"),
        ("CC BY-NC-ND 4.0", "CC-BY-NC-ND-4.0"),
        ("CC-BY-ND", "CC-BY-ND"),
        ("Creative Commons", "CC"),
        ("CC0", "CC0-1.0"),
        ("Namensnennung 4.0 International (CC BY 4.0)", "CC-BY-4.0"),
        ("CC BY-SA 3.0 DE", "CC-BY-SA-3.0-DE"),
        ("GFDL 1.3", "GFDL-1.3-only"),
        ("GNU Free Documentation License, version 1.2 or any later version", "GFDL-1.2-or-later"),
        ("https://www.gnu.org/licenses/fdl-1.3.html", "GFDL-1.3-only"),
        ("GFDL", "GFDL"),
        ("Open Government Licence v3.0", "OGL-UK-3.0"),
        ("https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "OGL-UK-3.0"),
        ("Licence Ouverte / Open Licence 2.0", "etalab-2.0"),
        ("https://www.etalab.gouv.fr/licence-ouverte-open-licence/", "etalab-2.0"),
        ("Datenlizenz Deutschland – Namensnennung – Version 2.0", "DL-DE-BY-2.0"),
        ("https://www.govdata.de/dl-de/by-2-0", "DL-DE-BY-2.0"),
        ("https://www.govdata.de/dl-de/zero-2-0", "DL-DE-ZERO-2.0"),
        ("https://unlicense.org/", "Unlicense"),
        ("Unlicense", "Unlicense"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODbL-1.0"),
        ("https://opendatacommons.org/licenses/by/1-0/", "ODC-By-1.0"),
        ("https://open.canada.ca/en/open-government-licence-canada", "OGL-Canada-2.0"),
        ("https://artlibre.org/", "LAL-1.3"),
        ("public domain", "LicenseRef-public-domain"),
        (
            "https://gull.example/republishing-guidelines?x=1",
            "LicenseRef-gull.example-republishing-guidelines",
        ),
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("LicenseRef-gull.example", "LicenseRef-gull.example"),
    ],
)
def test_a_licence_has_one_identifier(stated: str, identifier: str) -> None:
    assert licensing.spdx(stated) == identifier
    assert licensing.spdx(identifier) == identifier


@pytest.mark.parametrize(
    "words", ["All rights reserved", "Used with permission", "© 2021 Gull", "Ask us", ""]
)
def test_words_that_name_no_licence_are_none(words: str) -> None:
    assert licensing.spdx(words) is None


def test_every_other_licence_of_the_table_has_an_address_that_names_it() -> None:
    for identifier, address in licensing.OTHERS.values():
        if identifier not in ("LicenseRef-public-domain", "LAL-1.2"):
            assert licensing.spdx(address) == identifier
        assert licensing.address(identifier) == address
        assert licensing.is_listed(identifier) is not identifier.startswith("LicenseRef-")


def test_a_licence_without_a_version_has_no_address() -> None:
    assert licensing.address("CC-BY") is licensing.address("CC") is licensing.address("GFDL") is None


def test_a_licence_refines_its_family_and_no_other() -> None:
    assert licensing.refines("CC-BY-4.0", "CC-BY")
    assert licensing.refines("CC-BY-4.0", "CC")
    assert not licensing.refines("CC-BY", "CC-BY-4.0")
    assert licensing.refines("CC0-1.0", "CC")
    assert not licensing.refines("CC0-1.0", "CC-BY")
    assert not licensing.refines("CC-BY-ND-4.0", "CC-BY")
    assert not licensing.refines("CC-BY-ND-4.0", "CC-BY-4.0")
    assert licensing.refines("CC-BY-3.0-DE", "CC-BY-3.0")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("© 2021 Gull Media. All rights reserved.", "All rights reserved"),
        ("© Küstenblatt, alle Rechte vorbehalten", "alle Rechte vorbehalten"),
        ("© Le Phare. Tous droits réservés", "Tous droits réservés"),
        ("© 2021 港口报 版权所有", "版权所有"),
        ("ⓒ 항구신문, 무단 전재 및 재배포 금지", "무단 전재 및 재배포 금지"),
        ("© 2021 Gull Media", None),
    ],
)
def test_a_line_that_keeps_all_rights_says_so(line: str, words: str | None) -> None:
    assert licensing.reserved(line) == words
