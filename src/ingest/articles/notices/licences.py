"""Public licences under one spelling, that of SPDX: CC-BY-NC-ND-4.0, CC-BY-SA-3.0-DE, CC0-1.0, OGL-UK-3.0.

A licence without a version keeps none ("CC-BY-SA"); one that says only "Creative Commons" is "CC".
Links are read before words: creativecommons.org/licenses/by-nd/4.0/ leaves nothing to interpret.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

_LINK = re.compile(
    r"creativecommons\.org/(licen[cs]es|publicdomain)/(zero|mark|publicdomain|by(?:-(?:nc|nd|sa)){0,3}|(?:nc|nd|sa)(?:-(?:nc|sa))?)"
    r"(?![\w+-])(?:/(\d\.\d))?(?:/(igo|[a-z]{2})\b)?",
    re.IGNORECASE,
)
_LINKS_OF_OTHERS = (
    (re.compile(r"open-government-licence(?:.*?version/(\d))?", re.IGNORECASE), "OGL-UK"),
    (
        re.compile(r"gnu\.org/(?:licenses|copyleft)/(?:old-licenses/)?fdl(?:-(\d\.\d))?", re.IGNORECASE),
        "GFDL",
    ),
    (re.compile(r"gnu\.org/(?:licenses|copyleft)/(?:old-licenses/)?gpl(?:-(\d\.\d))?", re.IGNORECASE), "GPL"),
    (re.compile(r"apache\.org/licenses/LICENSE-(2\.0)", re.IGNORECASE), "Apache"),
    (re.compile(r"opensource\.org/licen[cs]es?/mit\b", re.IGNORECASE), "MIT"),
    (re.compile(r"\bunlicense\.org", re.IGNORECASE), "Unlicense"),
    (re.compile(r"opendatacommons\.org/licenses/odbl(?:/(\d)[.-]0)?", re.IGNORECASE), "ODbL"),
)
_DASH = r"[ _‐‑–/-]"
# ASCII: a Japanese or Korean letter beside a code is no letter of it
_CODE = re.compile(
    rf"(?<![a-z0-9])(?:CC|Creative{_DASH}Commons)(?:{_DASH}Li[cz]en[a-z]{{1,4}})?"
    r"(?! (?-i:by) (?!nc|nd|sa)[a-z])"  # "under Creative Commons by Pier Monitor" says who, not which
    rf"{_DASH}?(?:v?[1-4]\.\d{_DASH})?"
    rf"(BY(?:{_DASH}?(?:NC|ND|SA)){{0,3}}|0|ZERO)(?![a-z])[ _-]?"
    r"(?:[,(]? ?(?:v|version)?\.? ?([1-4]\.\d)(?!\d)|v?([1-4])(?![\d.]))?"
    r"(?:[ _-](BR|IGO|AT|DE|FR|ES|IT|NL|US|UK|AU|NZ|CH|PL|JP|PT|CA|TW|KR)(?![a-z]))?",
    re.IGNORECASE | re.ASCII,
)
_VERSION = re.compile(r"(?<![\d.])([1-4]\.[05])(?![\d]|\.\d)")
_CC = re.compile(
    r"creative[ -]commons|(?<![a-z0-9])CC(?![a-z0-9])|"
    r"クリエイティブ[・ ]?コモンズ|知识共享|知識共享|共享创意|創用|크리에이티브 ?커먼즈|المشاع الإبداعي|क्रिएटिव कॉमन्स",
    re.IGNORECASE | re.ASCII,
)
_BY = (
    r"attribution|namensnennung|paternité|atribución|reconocimiento|reconeixement|attribuzione|atribuição|"
    r"naamsvermelding|uznanie autorstwa|erkännande|navngivelse|kreditering|nimeä|uveďte (?:původ|autora)|"
    r"uvedenie autora|nevezd meg|atribuire|imenovanje|αναφορά|署名|姓名標示|姓名标示|表示|저작자 ?표시|"
    r"نسب المصنف|एट्रिब्यूशन|श्रेय|"
    r"с указанием авторства|атрибуция|(?:із )?зазначенням авторства|atıf|atribusi|ghi công|ייחוס"
)
_NC = (
    r"non[ -]?commercial|nicht[ -]?kommerziell|pas d['’ ]?utilisation commerciale|no[ -]?comercial|"
    r"não[ -]?comercial|non[ -]?commerciale|niet[ -]?commercieel|użycie niekomercyjne|非商业|非商業|非營利|非営利|"
    r"비영리|"
    r"некоммерческ|некомерційн|gayri ?ticari|icke[ -]?kommersiell|ikke[ -]?kommersiel|ei[ -]?kaupallinen|"
    r"neužívejte|nekomerčn|ne add el|necomercial|μη εμπορική|غير تجاري|"
    r"गैर[ -]?(?:व्यावसायिक|वाणिज्यिक)|नॉन[ -]?कमर्शियल|לא מסחרי|non[ -]?komersial|phi thương mại"
)
_ND = (
    r"no[ -]?deriv|keine[ -]?bearbeitung|pas de modification|sin[ -]?(?:obras?[ -]?)?deriv|sense[ -]?obra[ -]?deriv|"
    r"sem[ -]?deriva|(?:non|senza) opere derivate|geen ?afgeleide|bez utworów zależnych|禁止演绎|禁止演繹|禁止改作|"
    r"改変禁止|변경 ?금지|без производных|без похідних|türetilemez|inga[ -]?bearbetningar|ingen[ -]?bearbei?deling|"
    r"ei[ -]?muutoksia|nezpracovávejte|bez odvodení|ne változtasd|fără[ -]?derivate|όχι παράγωγα|منع الاشتقاق|"
    r"नो[ -]?डेरि|"
    r"איסור יצירות|tanpa[ -]?turunan|không phái sinh"
)
_SA = (
    r"share[ -]?alike|weitergabe unter gleichen bedingungen|"
    r"partage (?:dans les mêmes conditions|à l['’]identique)|compartir[ -]?igual|compartilha|partilha|"
    r"condividi allo stesso modo|gelijk[ -]?delen|na tych samych warunkach|相同方式共享|相同方式分享|継承|동일조건|"
    r"с сохранением условий|на тих самих умовах|aynı[ -]?lisans|lisanslama koşulu|dela[ -]?lika|"
    r"del[ -]?på[ -]?samme|jaa[ -]?samoin|zachovejte licenci|rovnaké šírenie|így add tovább|condiții identice|"
    r"παρόμοια διανομή|الترخيص بالمثل|शेयर[ -]?अलाइक|שיתוף זהה|berbagi[ -]?serupa|chia sẻ tương tự"
)
_PARTS = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in
               (("BY", _BY), ("NC", _NC), ("ND", _ND), ("SA", _SA)))  # fmt: skip
# The versions before 4.0 were ported country by country; the name of the country stands after the number.
_PORTS = tuple((re.compile(rf"[1-3]\.[05](?:[ ,(]| - )*(?:{words})", re.IGNORECASE), port) for port, words in (
    ("AT", "österreich|austria"), ("AU", "australia"), ("BR", "bra[sz]il"), ("CA", "canada"),
    ("CH", "schweiz|switzerland|suisse|svizzera"), ("CN", "中国大陆|china mainland"), ("DE", "deutschland|germany"),
    ("ES", "españa|spain"), ("FR", "france|frankreich"), ("IGO", "igo"), ("IT", "ital[iy]"), ("JP", "日本|japan"),
    ("KR", "대한민국|(?:south )?korea"), ("NL", "nederland|netherlands"), ("NZ", "new zealand|aotearoa"),
    ("PL", "polska|poland"), ("PT", "portugal"), ("TW", "台灣|臺灣|台湾|taiwan"), ("UK", "uk|england|united kingdom"),
    ("US", "united states|us"),
))  # fmt: skip
_VOWEL_SIGNS = re.compile("[\u064b-\u0652]")  # Arabic ones, written or not
_V = r"(?:,? (?:v|ver|version|versión|versão|versione)?\.? ?(\d(?:\.\d)?))?"
_OTHER = tuple((re.compile(words, re.IGNORECASE), name) for words, name in (
    (rf"open government licen[cs]e{_V}", "OGL-UK"),
    (r"\bOGL(?:[ -]?UK)?[ -]?v?(\d\.\d)", "OGL-UK"),
    (r"licence ouverte(?:.{0,20}?(\d\.\d))?|etalab(?:.{0,10}?(\d\.\d))?", "etalab"),
    (r"datenlizenz deutschland.{0,30}?zero.{0,20}?(\d\.\d)", "DL-DE-ZERO"),
    (r"datenlizenz deutschland.{0,40}?(\d\.\d)", "DL-DE-BY"),
    (rf"gnu[ -](?:free documentation licen[cs]e|freie dokumentationslizenz|fdl){_V}|\bGFDL[ -]?(\d\.\d)?", "GFDL"),
    (rf"(?:gnu )?affero general public licen[cs]e{_V}|\bAGPL[ -]?v?(\d(?:\.\d)?)", "AGPL"),
    (rf"(?:gnu )?lesser general public licen[cs]e{_V}|\bLGPL[ -]?v?(\d(?:\.\d)?)", "LGPL"),
    (rf"gnu general public licen[cs]e{_V}|\bGPL[ -]?v?(\d(?:\.\d)?)", "GPL"),
    (r"apache licen[cs]e(?:,? (?:v|version)?\.? ?(2\.0))?|\bApache[ -](2\.0)", "Apache"),
    (rf"open (?:data commons )?database licen[cs]e{_V}|\bODbL{_V}", "ODbL"),
    (rf"licence art libre{_V}|free art licen[cs]e{_V}", "LAL"),
    (r"\bMIT[ -]licen[cs]e|MIT-Lizenz|(?:licence|licencia|licença|licenza|licencja|лицензи\w+) MIT\b", "MIT"),
    (r"\bunlicense\b", "Unlicense"),
    (r"public domain|domaine public|domini[oi] público?|pubblico dominio|domínio público|gemeinfrei|publiek domein|"
     r"domena publiczna|domenie publicznej|общественно\w+ досто\w+|パブリックドメイン|公有领域|公有領域|公共领域|"
     r"퍼블릭 ?도메인",
     "public domain"),
))  # fmt: skip


@functools.lru_cache(maxsize=1024)  # each rule about links asks about each link
def from_url(url: str) -> str | None:
    """The licence a link names, or None."""
    match = _LINK.search(url)
    if match is None:
        return next(
            (_versioned(name, m) for words, name in _LINKS_OF_OTHERS if (m := words.search(url))), None
        )
    shelf, name, version, port = match.groups()
    name = name.lower()
    if name == "zero":
        return f"CC0-{version or '1.0'}"
    if shelf.lower() == "publicdomain" or name == "publicdomain":
        return "public domain"
    if version == "4.0":
        port = None
    return "-".join(
        ["CC", *_in_order(name.upper().split("-")), *(one.upper() for one in (version, port) if one)]
    )


def identify(text: str, links: Iterable[str] = ()) -> str | None:
    """The licence that `text` and the links in it name, or None. `text` is a notice, not a whole article."""
    for url in links:
        if found := from_url(url):
            return found
    if named := from_url(text):
        return named
    if code := _CODE.search(text):
        return _of_code(code, text)
    if _CC.search(text):
        return _spelt_out(text)
    return next((_versioned(name, match) for words, name in _OTHER if (match := words.search(text))), None)


def _of_code(code: re.Match[str], text: str) -> str:
    parts, version, major, port = code.groups()
    version = version or (f"{major}.0" if major else None)
    if parts.upper() in ("0", "ZERO"):
        return f"CC0-{version}" if version else "CC0"
    if version is None and (stated := _VERSION.search(text)):
        version = stated.group(1)
    letters = _in_order(re.findall(r"BY|NC|ND|SA", parts.upper()))
    port = port.upper() if port else _port(text)
    return "-".join(["CC", *letters, *(one for one in (version, port) if one)])


def _spelt_out(text: str) -> str:
    text = _VOWEL_SIGNS.sub("", text)
    parts = [name for name, words in _PARTS if words.search(text)]
    version = _VERSION.search(text)
    if not parts:
        zero = re.search(r"(?:commons|CC)[ -](?:0|zero)\b", text, re.IGNORECASE)
        return f"CC0-{version[1]}" if zero and version else "CC0" if zero else "CC"
    if "BY" not in parts:  # every version since 2.0 asks for attribution
        parts.insert(0, "BY")
    return "-".join(["CC", *parts, *([version[1]] if version else []), *filter(None, [_port(text)])])


def _port(text: str) -> str | None:
    return next((port for words, port in _PORTS if words.search(text)), None)


def _in_order(parts: Iterable[str]) -> list[str]:
    """The parts of a Creative Commons licence in the order of its name, however they were written."""
    return sorted(parts, key=("BY", "NC", "ND", "SA").index)


def _versioned(name: str, match: re.Match[str]) -> str:
    version = next((group for group in match.groups() if group), None)
    if version is None:
        return name
    return f"{name}-{version}" if "." in version else f"{name}-{version}.0"


def normalise(name: str) -> str | None:
    """The one spelling of a licence given by name, code or address; None when it names no licence we know."""
    return from_url(name) or identify(name)


def is_code(text: str) -> bool:
    """Whether `text` is a licence and nothing else, as in the credit "Ann Poe (CC BY 2.0)"."""
    return len(text) <= 40 and normalise(text) not in (None, "CC")
