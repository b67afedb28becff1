"""Public licences under one spelling, SPDX-like: CC-BY-NC-ND-4.0, CC0-1.0, OGL-UK-3.0.

A licence without a version keeps none ("CC-BY-SA"); one that says only "Creative Commons" is "CC".
Links are read before words: creativecommons.org/licenses/by-nd/4.0/ leaves nothing to interpret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LINK = re.compile(
    r"creativecommons\.org/(licen[cs]es|publicdomain)/(zero|mark|[a-z+-]{2,20})"
    r"(?:/(\d\.\d))?(?:/(?:deed\.)?([a-z]{2,4})\b)?",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:CC|Creative Commons)[ _-]?(BY(?:[ _-]?(?:NC|ND|SA)){0,3}|0|ZERO)(?![A-Za-z])[ _-]?"
    r"(?:(?:v|version)?\.? ?([1-4]\.\d)|v?([1-4])(?![\d.]))?"
    r"(?:[ _-](BR|IGO|AT|DE|FR|ES|IT|NL|US|UK|AU|NZ|CH|PL|JP))?\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\b([1-4]\.[05])\b")
_CC = re.compile(
    r"\b(?:creative[ -]commons|CC[ -](?:licen[cs]e|lizenz|licence)|CC)\b|"
    r"クリエイティブ[・ ]?コモンズ|知识共享|創用 ?CC|크리에이티브 ?커먼즈|المشاع الإبداعي|क्रिएटिव कॉमन्स",
    re.IGNORECASE,
)
_BY = (
    r"attribution|namensnennung|paternité|atribución|reconocimiento|attribuzione|atribuição|"
    r"naamsvermelding|uznanie autorstwa|erkännande|navngivelse|署名|表示|저작자표시|نسب المُ?صنَّ?ف|"
    r"с указанием авторства|atıf"
)
_NC = (
    r"non[ -]?commercial|nicht[ -]?kommerziell|pas d'utilisation commerciale|no[ -]?comercial|"
    r"não[ -]?comercial|non[ -]?commerciale|nietcommercieel|niet[ -]commercieel|"
    r"użycie niekomercyjne|非商业性?使用|非營利|非営利|비영리|некоммерческ|gayri ?ticari|icke[ -]?kommersiell|"
    r"ikke[ -]?kommersiel"
)
_ND = (
    r"no[ -]?deriv\w*|keine bearbeitung\w*|pas de modification|sin[ -]?(?:obra)?derivad\w*|"
    r"sem[ -]?deriva\w*|non opere derivate|geen ?afgeleide\w*|bez utworów zależnych|禁止演绎|禁止改作|"
    r"改変禁止|변경금지|без производных|türetilemez|inga[ -]?bearbetningar"
)
_SA = (
    r"share[ -]?alike|weitergabe unter gleichen bedingungen|"
    r"partage (?:dans les mêmes conditions|à l'identique)|compartir ?igual|compartilha\w*|"
    r"condividi allo stesso modo|gelijk ?delen|na tych samych warunkach|相同方式共享|相同方式分享|継承|동일조건|"
    r"с сохранением условий|lisanslama koşulu|dela ?lika"
)
_PARTS = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in
               (("BY", _BY), ("NC", _NC), ("ND", _ND), ("SA", _SA)))  # fmt: skip
_OTHER = (
    (re.compile(r"open government licen[cs]e(?: (?:v|version )?(\d\.\d))?", re.IGNORECASE), "OGL-UK"),
    (re.compile(r"\bOGL(?:[ -]?UK)?[ -]?v?(\d\.\d)", re.IGNORECASE), "OGL-UK"),
    (
        re.compile(r"licence ouverte(?:.{0,20}?(\d\.\d))?|etalab(?:.{0,10}?(\d\.\d))?", re.IGNORECASE),
        "etalab",
    ),
    (re.compile(r"datenlizenz deutschland.{0,40}?(\d\.\d)", re.IGNORECASE), "DL-DE-BY"),
    (re.compile(r"gnu free documentation licen[cs]e|\bGFDL\b", re.IGNORECASE), "GFDL"),
    (
        re.compile(
            r"public domain|domaine public|dominio público|domínio público|gemeinfrei|パブリックドメイン",
            re.IGNORECASE,
        ),
        "public domain",
    ),
)


def from_url(url: str) -> str | None:
    """The licence a link names, or None."""
    match = _LINK.search(url)
    if match is None:
        if "open-government-licence" in url:
            edition = re.search(r"version/(\d)", url)
            return f"OGL-UK-{edition.group(1)}.0" if edition else "OGL-UK"
        return None
    shelf, name, version, port = match.groups()
    if shelf.lower() == "publicdomain":
        return f"CC0-{version or '1.0'}" if name.lower() == "zero" else "public domain"
    parts = ["CC", *name.upper().split("-")]
    if version:
        parts.append(version)
    if port and len(port) == 2 and version != "4.0":  # the versions before were ported country by country
        parts.append(port.upper())
    return "-".join(parts)


def identify(text: str, links: Iterable[str] = ()) -> str | None:
    """The licence that `text` and the links in it name, or None. `text` is a notice, not a whole article."""
    for url in links:
        if found := from_url(url):
            return found
    if named := from_url(text):
        return named
    if code := _CODE.search(text):
        parts, version, major, port = code.groups()
        version = version or (f"{major}.0" if major else None)
        if parts.upper() in ("0", "ZERO"):
            return f"CC0-{version}" if version else "CC0"
        letters = re.findall(r"BY|NC|ND|SA", parts.upper())
        if version is None and (stated := _VERSION.search(text)):
            version = stated.group(1)
        return "-".join(["CC", *letters, *([version] if version else []), *([port.upper()] if port else [])])
    if _CC.search(text):
        return _spelt_out(text)
    for pattern, name in _OTHER:
        if match := pattern.search(text):
            version = next((group for group in match.groups() if group), None) if match.groups() else None
            return f"{name}-{version}" if version else name
    return None


def _spelt_out(text: str) -> str:
    parts = [name for name, words in _PARTS if words.search(text)]
    if not parts:
        return "CC"
    if "BY" not in parts:  # every version since 2.0 asks for attribution
        parts.insert(0, "BY")
    version = _VERSION.search(text)
    return "-".join(["CC", *parts, *([version.group(1)] if version else [])])


def normalise(name: str) -> str | None:
    """The one spelling of a licence given by name, code or address; None when it names no licence we know."""
    return from_url(name) or identify(name)


def url_of(licence: str) -> str | None:
    """The deed of a versioned Creative Commons or Open Government licence; None where no version is stated."""
    if match := re.fullmatch(r"CC-((?:BY|NC|ND|SA)(?:-(?:NC|ND|SA))*)-(\d\.\d)(?:-([A-Z]{2,3}))?", licence):
        parts, version, port = match.groups()
        tail = f"{port.lower()}/" if port else ""
        return f"https://creativecommons.org/licenses/{parts.lower()}/{version}/{tail}"
    if licence.startswith("CC0"):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if match := re.fullmatch(r"OGL-UK-(\d)\.\d", licence):
        return f"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/{match.group(1)}/"
    return None
