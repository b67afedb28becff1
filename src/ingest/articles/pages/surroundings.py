"""Credits that stand on a page around the article's body: who provided it, what its foot says of it, whose site it is.

Extractors never return these, so they are read from the tree before one runs. What an element's own marking
explains (a provider's badge, the site's copyright line) becomes a statement of that name; any other line that looks
like a credit becomes a statement `credit`, free text that the notice rules read as they read a footer.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import re2
from lxml import etree

from ingest import urls
from ingest.articles.blocks import Walk
from ingest.articles.markup import absolute_url
from ingest.articles.notices import names
from ingest.articles.pages.furniture import Furniture, Mark
from ingest.articles.pages.marked import Marked
from ingest.articles.pages.said import inside, link_of, place_of, text_of
from ingest.articles.publishers import sites
from ingest.records import Statement
from ingest.text import one_line

_MAX_ELEMENTS = 2_000  # of each kind looked at
_MAX_LINE = 500
_MAX_NAME = 80
_MAX_LABELS = 20  # of hosts, each looked for in the whole page
_LONGEST_HOST = 253  # RFC 1035
_MIN_LINKS = 5  # to tell whose site it is
_MAJORITY = 0.5

_PROVIDER = re.compile(
    r"(?:^|[-_])(?:(?:provider|content-?partner|syndicat(?:ed|ion|or)|source-?org|article-?source|news-?source)$|"
    r"(?:provider|partner|syndicat(?:ed|ion|or))[-_]?(?:article)?[-_]?(?:name|logo|link|label|badge|credit)(?:$|[-_]))"
)
_PROPERTIES = frozenset(("publisher", "provider", "sourceorganization"))
_OTHERS_TAGS = ("nav", "aside", "form", "menu", "button", "noscript")
_OTHERS = Mark(  # comments, lists of other articles, players: a badge there speaks of something else
    r"comment|related|recommend|sidebar|newsletter|subscri|promo|social|popular|trending|most-?read|breadcrumb|\bnav"
    r"|cookie|advert|sponsor|teaser|widget|outbrain|taboola|modal|more-?from|video|player|list"
)
_OF_SITE = Mark(r"(?:^|[-_ ])(?:copyright|legal|site-?footer|page-?footer|colophon)(?:$|[-_ ])")
_COPYRIGHT = re.compile(r"©|\(c\) ?\d{4}|copyright|all rights reserved", re.IGNORECASE)
_CREDIT = re.compile(
    r"originally|(?:first|previously) (?:appeared|published|posted)|appeared (?:first )?(?:on|in|at)|republish|reprint"
    r"|syndicat|crosspost|cross-post|ursprünglich|zuerst (?:erschien|veröffentlich)"
    r"|(?:initialement|d'abord) (?:paru|publié)"
    r"|publicad[oa] originalmente|originalmente publicad|pubblicato originariamente|oorspronkelijk|pierwotnie"
    r"|with permission|courtesy of|creative commons|\bCC[- ]BY|this (?:article|story|post|piece) (?:is|was|has)\b"
    r"|view (?:the )?original|original (?:article|story|source|post)|read the original|впервые опубликован"
    r"|первоисточник|dies(?:er|e|es) (?:artikel|beitrag|text|interview)\b|erschien|erstver[öo]ffentlich|cet article"
    r"|republi[ée]|paru (?:dans|sur)|este (?:artículo|artigo|texto|reportaje|reportagem)\b"
    r"|publicad[oa] (?:por primera vez|primero|en alianza|em parceria)|questo articolo|apparso (?:su|in)|dit artikel"
    r"|verscheen|ten artykuł|ukazał|эта статья|материал (?:впервые|взят)|本文|この記事|原文|転載|출처",
    re.IGNORECASE,
)
# Any of these, looked for in a whole page at once: a tenth of the time that asking each of its lines takes.
_LIKELY = re2.compile(f"(?i){_COPYRIGHT.pattern}|{_CREDIT.pattern}".replace(r"\b", ""))
_DATED = re.compile(  # when this page, not where another, was published
    r"published\W{0,3}(?:on|at)?\W{0,3}(?:(?:\w{3,9}\.? )?\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day)",
    re.IGNORECASE,
)
_HOST = re.compile(r"\s*(?:https?:)?//([^/?#\s]+)", re.IGNORECASE)
_OF_PICTURE = Mark(r"caption|(?:photo|image|picture|media|img)[-_]?(?:credit|source|attribution)")


def home(marked: Marked, url: str | None) -> Iterator[Statement]:
    """The site that most of the page's links stay on, where the page's address does not already say so.

    A page that was moved, mirrored or saved keeps the links of the site it belongs to; a republished one has those of
    the site that republishes it.
    """
    own = urls.registrable_domain(url) if url and sites.is_public(url) else None
    hosts: Counter[str] = Counter()
    hrefs = [href for anchor in marked.anchors if (href := anchor.get("href")) is not None]
    for href in hrefs[:_MAX_ELEMENTS]:
        if (found := _HOST.match(href)) and len(found[1]) <= _LONGEST_HOST:
            hosts[found[1].lower()] += 1
        elif own and href.startswith(("/", "?", "./")):
            hosts[own] += 1
    counted: Counter[str] = Counter()
    for name, votes in hosts.items():
        if domain := _public_domain(name):
            counted[domain] += votes
    for domain, votes in counted.most_common(1):
        if domain != own and votes >= _MIN_LINKS and votes >= _MAJORITY * counted.total():
            href = next(href for href in hrefs if _is_on(href, domain))
            address = absolute_url(href, "https://x/") or href
            yield Statement("home_url", address, "a@href, most of them", href)


@lru_cache(maxsize=4_096)  # pages link to the same few hosts
def _public_domain(name: str) -> str | None:
    return urls.registrable_domain(name) or name if sites.is_public(f"https://{name}/") else None


def _is_on(href: str, domain: str) -> bool:
    found = _HOST.match(href)
    return found is not None and urls.registrable_domain(found[1].lower()) == domain


def provider(marked: Marked, base: str | None) -> Iterator[Statement]:
    """The badge of who provided the article: its name, with the address it links to; the first on the page."""
    others = Furniture(_OTHERS_TAGS, _OTHERS)
    for element in marked.providers:
        properties = set((element.get("itemprop") or "").lower().split())
        words = (element.get("class") or "").lower().split()
        if not (_PROPERTIES & properties or any(map(_PROVIDER.search, words))) or others.holds(element):
            continue
        name, address = _name_in(element), link_of(element, base)
        if not name or not names.is_publication(name) or ("publisher" in properties and not address):
            continue  # a publisher without a link elsewhere is the site's own
        place = place_of(element)
        yield Statement("provider", name, place, name)
        if address:
            yield Statement("provider_url", address, f"{place}/a@href", address)
        return


def _name_in(element: etree._Element) -> str | None:
    """A badge's name: its microdata, its text, what its picture or link is called."""
    for one in inside(element):
        if "name" in (one.get("itemprop") or "").split() and (
            text := one.get("content") or text_of(one, _MAX_NAME)
        ):
            return text
    if text := text_of(element, _MAX_NAME):
        return text
    for one in (*inside(element, "img"), *inside(element, "a")):
        if text := (one.get("alt") or one.get("title") or "").strip():
            return text if len(text) <= _MAX_NAME else None
    return None


def lines(walk: Walk) -> Iterator[Statement]:
    """Blocks of a page that look like a credit or a copyright, each text once; those of the body among them."""
    page = walk.document().text
    starts = [block.start for block in walk.blocks]
    others = Furniture(_OTHERS_TAGS, _OTHERS)
    own: set[str] = set()
    for index in sorted({bisect_right(starts, hit.start()) - 1 for hit in _LIKELY.finditer(page)}):
        block, element = walk.blocks[index], walk.owners[index]
        if block.end - block.start > _MAX_LINE:
            continue
        text = page[block.start : block.end]
        is_copyright = _COPYRIGHT.search(text) is not None
        if not (is_copyright or _CREDIT.search(text)) or text in own or _DATED.search(text):
            continue
        if others.holds(element) or is_of_picture(element) or element.find(".//img") is not None:
            continue
        own.add(text)
        name = "site_rights" if is_copyright and _is_of_site(element) else "credit"
        yield Statement(name, one_line(text, _MAX_LINE), place_of(element), text)


def is_of_picture(element: etree._Element) -> bool:
    """Whether the element captions or credits a picture."""
    for node in islice((element, *element.iterancestors()), 6):
        if node.tag in ("figure", "figcaption") or "ImageObject" in (node.get("itemtype") or ""):
            return True
        if node.tag in ("body", "article", "main"):
            return False
        if _OF_PICTURE(node.get("class")):
            return True
    return False


def _is_of_site(element: etree._Element) -> bool:
    """A copyright line that stands in no article, or in the footer or the legal line of one, is the site's."""
    for node in (element, *element.iterancestors()):
        if node.tag == "article":
            return False
        if node.tag == "footer" or _OF_SITE(node.get("class")) or _OF_SITE(node.get("id")):
            return True
    return True


def names_of_hosts(text: str, addresses: list[str]) -> Iterator[Statement]:
    """What the page's own text calls the publisher at an address: "NBC News" for nbcnews.com.

    A host's name is the publisher's with everything but the letters dropped, so the way back is to find these letters
    in the text, in order, with nothing between them but white space and marks.
    """
    labels = (label for address in addresses for label in sorted(sites.labels(address)) if len(label) >= 3)
    for label in islice(dict.fromkeys(labels), _MAX_LABELS):
        spelled = r"[\s.&'’-]{0,2}".join(map(re.escape, label))
        found = Counter(
            match[0] for match in re.finditer(rf"(?<![\w./@-]){spelled}(?![\w@]|\.\w)", text, re.IGNORECASE)
        )
        named = [name for name, _ in found.most_common() if name != label] or list(found)
        if named:
            name = " ".join(named[0].split())
            yield Statement("host_name", name, "text", named[0])
