"""Licences as SPDX identifies them, each with its version and the address of its text.

`notices/licences.py` reads a licence out of words and links and gives it the name people use; here that name becomes
an identifier of the SPDX License List (3.27). A licence without a version keeps its family's name ("CC-BY"), for
SPDX has no identifier for that; what no list knows (a publisher's own terms) becomes a LicenseRef, as SPDX wants it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest import urls
from ingest.articles.notices import licences

_CC_NAME = re.compile(
    r"CC-(?P<parts>(?:BY|NC|ND|SA)(?:-(?:NC|ND|SA))*)(?:-(?P<version>\d\.\d)(?:-(?P<port>[A-Z]{2,3}))?)?"
)
# The ports of Creative Commons licences that the SPDX list has; others are told by their address alone.
CC_PORTS = {
    "CC-BY-2.5": ("AU",),
    "CC-BY-3.0": ("AT", "AU", "DE", "IGO", "NL", "US"),
    "CC-BY-NC-3.0": ("DE",),
    "CC-BY-NC-ND-3.0": ("DE", "IGO"),
    "CC-BY-NC-SA-2.0": ("DE", "FR", "UK"),
    "CC-BY-NC-SA-3.0": ("DE", "IGO"),
    "CC-BY-ND-3.0": ("DE",),
    "CC-BY-SA-2.0": ("UK",),
    "CC-BY-SA-2.1": ("JP",),
    "CC-BY-SA-3.0": ("AT", "DE", "IGO"),
}
CC_VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")
CC_KINDS = ("BY", "BY-NC", "BY-NC-ND", "BY-NC-SA", "BY-ND", "BY-SA")

# Name people use -> identifier and address of its text.
OTHERS: dict[str, tuple[str, str]] = {
    "public domain": ("LicenseRef-public-domain", "https://creativecommons.org/public-domain/"),
    "CC0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC0-1.0": ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-PDM-1.0": ("CC-PDM-1.0", "https://creativecommons.org/publicdomain/mark/1.0/"),
    "CC-PDDC": ("CC-PDDC", "https://creativecommons.org/licenses/publicdomain/"),
    "Unlicense": ("Unlicense", "https://unlicense.org/"),
    "GFDL-1.1": ("GFDL-1.1-only", "https://www.gnu.org/licenses/old-licenses/fdl-1.1.html"),
    "GFDL-1.2": ("GFDL-1.2-only", "https://www.gnu.org/licenses/old-licenses/fdl-1.2.html"),
    "GFDL-1.3": ("GFDL-1.3-only", "https://www.gnu.org/licenses/fdl-1.3.html"),
    "GPL-2.0": ("GPL-2.0-only", "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html"),
    "GPL-3.0": ("GPL-3.0-only", "https://www.gnu.org/licenses/gpl-3.0.html"),
    "LGPL-2.1": ("LGPL-2.1-only", "https://www.gnu.org/licenses/old-licenses/lgpl-2.1.html"),
    "LGPL-3.0": ("LGPL-3.0-only", "https://www.gnu.org/licenses/lgpl-3.0.html"),
    "AGPL-3.0": ("AGPL-3.0-only", "https://www.gnu.org/licenses/agpl-3.0.html"),
    "OGL-UK-1.0": (
        "OGL-UK-1.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/1/",
    ),
    "OGL-UK-2.0": (
        "OGL-UK-2.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/2/",
    ),
    "OGL-UK-3.0": (
        "OGL-UK-3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
    "OGL-Canada-2.0": ("OGL-Canada-2.0", "https://open.canada.ca/en/open-government-licence-canada"),
    "etalab-2.0": ("etalab-2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
    "DL-DE-BY-2.0": ("DL-DE-BY-2.0", "https://www.govdata.de/dl-de/by-2-0"),
    "DL-DE-ZERO-2.0": ("DL-DE-ZERO-2.0", "https://www.govdata.de/dl-de/zero-2-0"),
    "Apache-2.0": ("Apache-2.0", "https://www.apache.org/licenses/LICENSE-2.0"),
    "MIT": ("MIT", "https://opensource.org/license/mit/"),
    "ODbL-1.0": ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "ODC-By-1.0": ("ODC-By-1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "PDDL-1.0": ("PDDL-1.0", "https://opendatacommons.org/licenses/pddl/1-0/"),
    "LAL-1.2": ("LAL-1.2", "http://artlibre.org/licence/lal/licence-art-libre-12/"),
    "LAL-1.3": ("LAL-1.3", "https://artlibre.org/"),
    "NLOD-1.0": ("NLOD-1.0", "https://data.norge.no/nlod/en/1.0"),
    "NLOD-2.0": ("NLOD-2.0", "https://data.norge.no/nlod/en/2.0"),
    "IODL-2.0": ("LicenseRef-IODL-2.0", "https://www.dati.gov.it/iodl/2.0/"),
    "KOGL-1": ("LicenseRef-KOGL-1", "https://www.kogl.or.kr/info/licenseType1.do"),
    "GODL-India": ("LicenseRef-GODL-India", "https://data.gov.in/government-open-data-license-india"),
}
# Addresses that name a licence which `notices/licences.py` does not read.
_ADDRESSES = tuple(
    (re.compile(words, re.IGNORECASE), name)
    for words, name in (
        (r"creativecommons\.org/publicdomain/mark/1\.0", "CC-PDM-1.0"),
        (r"creativecommons\.org/licenses/publicdomain", "CC-PDDC"),
        (r"etalab\.gouv\.fr/.*licence-ouverte|github\.com/etalab/licence-ouverte", "etalab-2.0"),
        (r"govdata\.de/dl-de/by-2-0", "DL-DE-BY-2.0"),
        (r"govdata\.de/dl-de/zero-2-0", "DL-DE-ZERO-2.0"),
        (r"gnu\.org/.*lgpl-2\.1", "LGPL-2.1"),
        (r"gnu\.org/.*lgpl-3\.0", "LGPL-3.0"),
        (r"gnu\.org/.*agpl-3\.0", "AGPL-3.0"),
        (r"opendatacommons\.org/licenses/by(?:/|\b)", "ODC-By-1.0"),
        (r"opendatacommons\.org/licenses/pddl", "PDDL-1.0"),
        (r"open\.canada\.ca/.*open-government-licence-canada", "OGL-Canada-2.0"),
        (r"artlibre\.org", "LAL-1.3"),
        (r"data\.norge\.no/nlod/.*2\.0", "NLOD-2.0"),
        (r"data\.norge\.no/nlod", "NLOD-1.0"),
        (r"dati\.gov\.it/iodl/2\.0", "IODL-2.0"),
        (r"kogl\.or\.kr/info/licenseType1", "KOGL-1"),
        (r"data\.gov\.in/.*government-open-data-licen[cs]e", "GODL-India"),
    )
)
_NOT_REFERENCE = re.compile(r"[^A-Za-z0-9.-]+")
_OR_LATER = re.compile(
    r"\bor[ -](?:any[ -])?later|oder (?:später|neuer)|ou (?:toute version )?(?:ultérieure|posterior)|"
    r"o posterior|o successiva|of later|или более поздн|lub nowsz|または(?:それ以降|以降)|或更(?:高|新|晚)",
    re.IGNORECASE,
)
_RESERVED = re.compile(
    r"all (?:other )?rights (?:are )?reserved|alle rechten? (?:vorbehalten|voorbehouden)|tous droits réservés|"
    r"todos los derechos reservados|todos os direitos reservados|tutti i diritti(?: sono)? riservati|"
    r"wszelkie prawa zastrzeżone|все права защищены|усі права захищені|всі права захищені|tüm hakları saklıdır|"
    r"alla rättigheter förbehållna|všechna práva vyhrazena|版权所有(?:[,，]? ?(?:翻印|侵权)必究)?|版權所有|"
    r"無断転載(?:を)?(?:禁止|禁ず|厳禁)|모든 권리 보유|무단[ ·]?전재[^.。]{0,12}금지|"
    r"جميع الحقوق محفوظة|كل الحقوق محفوظة|"
    r"सर्वाधिकार सुरक्षित|כל הזכויות שמורות|semua hak dilindungi|με επιφύλαξη παντός δικαιώματος",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def spdx(stated: str) -> str | None:
    """The identifier of a licence given by name, code or address; None for words that name no licence.

    A versioned licence of the SPDX list has its identifier there; the family of one without a version is told as
    "CC-BY", "GFDL", and "CC" when no more is said. An address that no list knows is a `LicenseRef-` of its site and
    path.
    """
    if is_listed(stated) or stated.startswith("LicenseRef-"):
        return stated
    if urls.is_web(stated):
        known = next((name for words, name in _ADDRESSES if words.search(stated)), None)
        found = known or licences.from_url(stated)
        if found is None:
            return reference(stated)
    else:
        found = licences.normalise(stated)
        if found is None:
            return None
    identifier = OTHERS.get(found, (found, ""))[0]
    if identifier.endswith("-only") and _OR_LATER.search(stated):
        return identifier.removesuffix("-only") + "-or-later"
    return identifier


def refines(identifier: str, family: str) -> bool:
    """Whether a licence says no other than `family` does, and perhaps more: "CC-BY-4.0" and "CC-BY" or "CC"."""
    if identifier == family or (family == "CC" and identifier.startswith("CC")):
        return True
    more = identifier.removeprefix(f"{family}-")
    return more != identifier and (more[0].isdigit() or (family[-1].isdigit() and len(more) <= 3))


def reserved(text: str) -> str | None:
    """The words by which a copyright line keeps all rights: no licence, but terms of use."""
    found = _RESERVED.search(text)
    return found.group() if found else None


def reference(url: str) -> str:
    """A LicenseRef (SPDX 2.3, annex D.3: letters, digits, dots, hyphens) for terms that only their publisher has."""
    site = (urls.host(url) or "").removeprefix("www.")
    path = url.split("://", 1)[-1].partition("/")[2].split("?")[0].split("#")[0]
    return "LicenseRef-" + _NOT_REFERENCE.sub("-", f"{site}/{path}").strip("-.")[:100].rstrip("-.")


def address(identifier: str) -> str | None:
    """Where the text of a licence stands; None for one without a version or that is not listed."""
    if found := _BY_IDENTIFIER.get(identifier.replace("-or-later", "-only")):
        return found
    match = _CC_NAME.fullmatch(identifier)
    if match is None or match["version"] is None:
        return None
    port = f"{match['port'].lower()}/" if match["port"] else ""
    parts = match["parts"].lower()
    if parts == "by-nc-nd" and match["version"] == "1.0":
        parts = "by-nd-nc"  # as its authors called it then
    return f"https://creativecommons.org/licenses/{parts}/{match['version']}/{port}"


def is_listed(identifier: str) -> bool:
    """Whether the SPDX License List has this identifier."""
    if identifier.replace("-or-later", "-only") in _BY_IDENTIFIER:
        return not identifier.startswith("LicenseRef-")
    match = _CC_NAME.fullmatch(identifier)
    if match is None or match["parts"] not in CC_KINDS or match["version"] is None:
        return False
    family = f"CC-{match['parts']}-{match['version']}"
    return match["port"] in CC_PORTS.get(family, ()) if match["port"] else match["version"] in CC_VERSIONS


_BY_IDENTIFIER = dict(OTHERS.values())
