"""Whether two addresses are of one publisher, when their registrable domains differ. Pure.

A canonical link to another domain is strong evidence of a republication, minus what a publisher does with addresses
of its own: country editions (bbc.com, bbc.co.uk), customers of one hosting platform and their custom domains, and
caches that serve other people's pages under their own name.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ingest import urls

# Hosts whose customers are publishers: a sub-domain, or the first part of the path, is the customer.
_PLATFORMS = frozenset(
    """
    blogspot.com wordpress.com substack.com medium.com tumblr.com github.io gitlab.io livejournal.com typepad.com
    weebly.com wixsite.com squarespace.com ghost.io beehiiv.com hashnode.dev netlify.app vercel.app pages.dev
    webflow.io jimdofree.com over-blog.com altervista.org blogger.com dreamwidth.org buttondown.email hatenablog.com
    ameblo.jp note.com naver.com tistory.com brunch.co.kr seesaa.net fc2.com exblog.jp canalblog.com skyrock.com
    """.split()
)
# Hosts that show pages of others as they are: neither publisher nor republisher.
_CACHES = frozenset(
    """
    ampproject.org ampproject.net translate.goog googleusercontent.com archive.org archive.ph archive.is archive.today
    bing-amp.com outline.com 12ft.io
    """.split()
)
_GOOGLE_AMP = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/")
_LABEL = re.compile(r"[\W_]+")


def is_cache(url: str) -> bool:
    """Whether the address is that of a cache, a translator or an archive of other people's pages."""
    return urls.registrable_domain(url) in _CACHES or _GOOGLE_AMP.match(url) is not None


def is_public(url: str) -> bool:
    """Whether the host can be somebody's on the web: not "localhost", not a bare word, not an IP address."""
    name = urls.host(url) or ""
    return "." in name and not name.startswith("[") and not name.rpartition(".")[2].isdigit()


def one_publisher(a: str, b: str) -> bool:
    """Whether the addresses show by themselves that one publisher has both; False proves nothing."""
    if is_cache(a) or is_cache(b):
        return True
    ours, theirs = urls.registrable_domain(a), urls.registrable_domain(b)
    if not ours or not theirs:
        return False
    if ours == theirs:
        if not _is_platform(ours):
            return True
        mine, other = _customers(a), _customers(b)
        return not mine or not other or bool(mine & other)
    if _label(ours) == _label(theirs):
        return True  # editions of one name, country by country
    for domain, own, foreign in ((ours, a, theirs), (theirs, b, ours)):
        if _is_platform(domain) and _label(foreign) in _customers(own):
            return True  # a customer's own domain
    return False


def labels(url: str) -> frozenset[str]:
    """The words of a host that may be a publisher's name, folded: "abcnews.go.com" → {"abcnews", "go"}."""
    name, domain = urls.host(url) or "", urls.registrable_domain(url) or ""
    inner = name.removesuffix(domain).rstrip(".").split(".")
    return frozenset(_fold(word) for word in (*inner, domain.split(".")[0]) if word and word != "www")


def home(url: str | None) -> str | None:
    """The site of an address, without user and password: "https://harbour.example"; None of what is no web address."""
    if not url or not urls.is_web(url):
        return None
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{re.split('[/?#]', rest, maxsplit=1)[0].rpartition('@')[2]}"


def _is_platform(domain: str) -> bool:
    return domain in _PLATFORMS or domain.startswith("blogspot.")


def _label(domain: str) -> str:
    return _fold(domain.split(".")[0])


def _fold(word: str) -> str:
    return _LABEL.sub("", word.casefold())


def _customers(url: str) -> frozenset[str]:
    """Whose part of a platform it is: sub-domain and first part of the path."""
    name, domain = urls.host(url) or "", urls.registrable_domain(url) or ""
    inner = [
        word
        for word in name.removesuffix(domain).rstrip(".").split(".")
        if word not in ("", "www", "m", "amp")
    ]
    first = urlsplit(url).path.strip("/").split("/")[0].lstrip("@")
    return frozenset(_fold(word) for word in ([*inner] if inner else [first]) if word)
