"""Addresses: what makes two of them the same, whose they are, and how to show them. Pure; no lookups.

`normalise` gives a key for identity, never an address to visit: it calls http and https, and a host with and
without `www.`, the same. It must not call two different articles the same, so whatever might name an article
(`sid`, `cid`, `source`, `ref`, a `#!` route, the case of a path) stays.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

MAX_LENGTH = 8192  # what servers and proxies accept in a request line
MAX_KEPT = 2048
"""Bytes of the address of a feed, or of a page of its history: it is looked up by an index, and those of PostgreSQL
take no more than 2,704."""
_MAX_HOST = 253  # RFC 1035

_WEB = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.I | re.S)
_AUTHORITY = re.compile(
    r"(?:([^\\]*)@)?(\[[0-9a-f:.]+\]|[^\s:@\[\]\\<>\"^`{|}]+)(?::([0-9]{0,5}))?", re.I | re.S
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_STRIPPED_BY_BROWSERS = re.compile(r"[\t\r\n]")  # the WHATWG URL standard removes them before parsing
_WWW = re.compile(r"(?:www\.)+(?=[^.]+\.)")  # `www.com` keeps its name

# Names that carry a visit, not an article. Names some hosts use for articles (sid, cid, source, ref) are left out.
_TRACKING_PREFIXES = ("utm_", "mtm_", "hsa_", "__hs")
_TRACKING_NAMES = (
    "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id igsh igshid "
    "mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking __s _ga _gl _openstat s_kwcid ef_id wickedid rb_clickid "
    "pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid piwik_campaign piwik_kwd piwik_keyword "
    "at_campaign at_medium at_custom1 at_custom2 at_custom3 at_custom4 ns_campaign ns_mchannel ns_source ns_fee "
    "ns_linkname vero_id vero_conv oly_anon_id oly_enc_id ml_subscriber ml_subscriber_hash wt_mc xtor cmpid "
    "guccounter guce_referrer guce_referrer_sig __twitter_impression"
)
_TRACKING = frozenset(_TRACKING_NAMES.split())
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NEEDS_ENCODING = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")

_SECRET_NAME = re.compile(
    r"(?:.*[_.-])?(?:api_?key|key|token|secret|pass(?:wd|word|phrase)?|pwd|auth|authorization|sig|signature|hmac|jwt|"
    r"bearer|session|sessionid|access|credential|private|hash|user_?key|code)|.*(?:apikey|token|secret|password)",
    re.I,
)
# Long, unbroken, digits and letters mixed: how generated keys look and words do not.
_SECRET_VALUE = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_\-+/=.%]{24,}")
_USERINFO = re.compile(r"^((?:[^/?#]*:)?//)[^/?#]*@")
_MASK = "***"


class _Parts(NamedTuple):
    scheme: str
    userinfo: str | None
    host: str  # lower case, ASCII, no final dot
    port: str
    path: str
    query: str | None
    fragment: str | None


@functools.lru_cache(maxsize=2048)  # the few addresses of an entry are asked about again and again
def _parts(url: str) -> _Parts | None:
    whole = _WEB.fullmatch(url)
    if whole is None:
        return None
    scheme, authority, path, query, fragment = whole.groups()
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        return None
    userinfo, name, port = found.groups()
    name = _ascii_host(name)
    if not name or (port and int(port) > 65535):
        return None
    return _Parts(scheme.lower(), userinfo, name, port.lstrip("0") if port else "", path, query, fragment)


def _ascii_host(name: str) -> str:
    """The host as it goes into DNS: IDNA 2008 with the UTS 46 mapping, as the client dials it. Empty when it cannot."""
    if "%" in name:
        name = unquote(name)
    if not name.isascii():
        import idna  # costs 20 ms; few hosts need it

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except UnicodeError:
            return ""
    name = name.lower().rstrip(".")
    return name if len(name) <= _MAX_HOST else ""


def too_long(url: str) -> str | None:
    """Why no feed, nor a page of its history, can be kept under this address; None when it can."""
    length = len(url.encode(errors="replace"))
    if length <= MAX_KEPT:
        return None
    return f"its address is too long to be kept: {length} bytes, at most {MAX_KEPT}"


def is_web(url: str) -> bool:
    """Whether `url` is an absolute http(s) address with a host, free of control characters, of at most 8 KB."""
    return (
        len(url) <= MAX_LENGTH and not _CONTROL.search(url) and url == url.strip() and _parts(url) is not None
    )


def host(url: str) -> str | None:
    """The host of a web address: lower case, IDNA, without port or final dot. None when `url` is not one."""
    parts = _parts(url.strip())
    return parts.host if parts else None


# --------------------------------------------------------------------------- identity


def normalise(url: str) -> str:
    """The canonical form of `url` for comparing identity (RFC 3986 §6.2 and what feeds do besides).

    Anything that is not a web address (`urn:`, `tag:`, a bare word) comes back trimmed and otherwise as it is.
    """
    url = url.strip()
    parts = _parts(_STRIPPED_BY_BROWSERS.sub("", url))
    if parts is None:
        return url
    name = _WWW.sub("", parts.host, count=1) if parts.host.startswith("www.") else parts.host
    port = f":{parts.port}" if parts.port not in ("", "80", "443") else ""
    query = _canonical_query(parts.query) if parts.query else ""
    # A fragment is a place in a page, except where a script reads the article's name from it.
    fragment = ""
    if parts.fragment and parts.fragment[0] in "!/" and len(parts.fragment) > 1:
        fragment = "#" + _encode(parts.fragment)
    return f"https://{name}{port}{_canonical_path(parts.path)}{query}{fragment}"


def _canonical_path(path: str) -> str:
    path = _encode(path)
    if "/." in path:
        path = _without_dot_segments(path)
    return path.rstrip("/") or "/"


def _canonical_query(query: str) -> str:
    """Without tracking, sorted by name.

    Sorted, because link builders and trackers shuffle parameters and no site is known to tell articles apart by their
    order; stable, because the values of a repeated name do have an order; and not at all when a part has no `=`
    (`?2024&03`), because then position is the only name it has.
    """
    pieces = [
        piece for piece in _encode(query).split("&") if piece and not _is_tracking(_name_of(piece).lower())
    ]
    if len(pieces) > 1 and all("=" in p for p in pieces):
        pieces.sort(key=_name_of)
    return "?" + "&".join(pieces) if pieces else ""


def _name_of(piece: str) -> str:
    return piece.partition("=")[0]


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _encode(part: str) -> str:
    """Percent-encoding normalised: unreserved characters bare, everything else UTF-8 in upper-case hex."""
    return _NEEDS_ENCODING.sub(_encode_one, part) if _NEEDS_ENCODING.search(part) else part


def _encode_one(match: re.Match[str]) -> str:
    piece = match[0]
    if len(piece) == 3:
        character = chr(int(piece[1:], 16))
        return character if character in _UNRESERVED else piece.upper()
    return quote(piece, safe="", errors="replace")


def _without_dot_segments(path: str) -> str:
    """RFC 3986 §5.2.4 for a path that starts with a slash."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def is_home_page(url: str) -> bool:
    """Whether a web address names a site rather than something on it."""
    return is_web(url) and normalise(url).split("/", 3)[3] == ""


# --------------------------------------------------------------------------- whose it is


def registrable_domain(url_or_host: str) -> str | None:
    """The part of the host that somebody registered: `example.co.uk` for `https://news.example.co.uk/a`.

    By the ICANN section of the public suffix list, so all of `blogspot.com` is one domain. An IP address or a host
    without a registrable part (`localhost`, `co.uk`) stands for itself. None when there is no host.
    """
    name = host(url_or_host) if "://" in url_or_host else host(f"http://{url_or_host.strip()}/")
    return _registrable(name) if name else None


def is_suffix(host: str) -> bool:
    """Whether anybody may register names below this one: `com`, `co.uk` (the ICANN section of the list)."""
    return not is_ip(host) and _suffixes().publicsuffix(host, accept_unknown=False) == host


def same_site(a: str, b: str) -> bool:
    """Whether both addresses are known to belong to one registrable domain."""
    domain = registrable_domain(a)
    return domain is not None and domain == registrable_domain(b)


@functools.lru_cache(maxsize=20_000)
def _registrable(name: str) -> str:
    if name.startswith("[") or is_ip(name):
        return name
    return _suffixes().privatesuffix(name) or name


def is_ip(name: str) -> bool:
    """Whether a host is an address as it stands, with no name to look up."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@functools.cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # reads the list: 40 ms

    return PublicSuffixList(only_icann=True)


# --------------------------------------------------------------------------- for logs


def without_secrets(url: str) -> str:
    """`url` fit for a log or an error: no user or password, the values of token-like parameters masked."""
    path, question, rest = _USERINFO.sub(r"\1", url, count=1).partition("?")
    query, hash_mark, fragment = rest.partition("#")
    query = "&".join(_masked(piece) for piece in query.split("&"))
    return f"{path}{question}{query}{hash_mark}{fragment}"


def _masked(piece: str) -> str:
    name, equals, value = piece.partition("=")
    if not equals:
        return _MASK if _SECRET_VALUE.fullmatch(piece) else piece
    if value and (_SECRET_NAME.fullmatch(name) or _SECRET_VALUE.fullmatch(value)):
        return f"{name}={_MASK}"
    return piece
