"""Where on a page the article stands, told by where its running text is, before any extractor looks.

Nine tenths of a page's elements are navigation, lists of other articles and the site's own lines. The smallest
element that holds most of the long texts, furniture left out, is the article or its near surroundings. Whoever
reads that element alone reads a tenth of the page, and cannot mistake a teaser for the article. On the benchmark
the element holds 99.4 % of the articles' words, of which the whole pages hold 99.5 %.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import cast

import lxml.html
from lxml import etree

from ingest.articles.pages.furniture import Furniture, Mark
from ingest.articles.tags import names

_LONG = 40  # characters: a clause, no longer a label
_LONGEST = 2_000  # characters a single text counts for: more is no paragraph
_SHARE = 0.8  # of the running text
_AROUND_SHARE = 2.0  # of the container's characters
_AROUND_CHARS = 500
_FLOW_SHARE = 0.5
_FURNITURE = ("a", "aside", "button", "dialog", "footer", "form", "menu", "nav")
_COMMENTS_MARK = Mark(r"(?<![\w-])comment(?!ary)|disqus")
_FURNITURE_MARK = Mark(
    r"comment(?!ary)|disqus|related|recommend|sidebar|newsletter|promo|teaser|outbrain|taboola|footer|cookie|consent"
    r"|modal|popup"
)
# What a mark has to leave of a page's text to be believed: themes call the column of the article itself
# "sidebar-fixed" or "has-comments", while a short article may stand above a hundred comments.
_BELIEVED = ((_FURNITURE_MARK, 0.35), (_COMMENTS_MARK, 0.03), (None, 0.0))
_LARGEST = 0.8  # of divisions that are alike, the share of one
_FLOWING = names("p h2 h3 h4 ul ol dl blockquote pre table a b strong em i span")
_characters = etree.XPath("string-length(normalize-space())")  # in C, without a proxy for each element
_Text = tuple[etree._Element, int]  # what a text stands in, and its characters
_long_texts = etree.XPath(f"descendant::text()[string-length() >= {_LONG}]")


@dataclass(frozen=True, slots=True)
class Container:
    """The element that holds the article; `flows` when most of its text stands in paragraphs right below it.

    Where the text flows, the element is the article's own and nearly all in it is article; else it is a
    neighbourhood, in which an extractor has to choose.
    """

    element: etree._Element
    around: etree._Element  # with the lines that stand near it: bylines, credits
    flows: bool
    running: int  # characters of running text in it; 0 when it is the whole page

    @property
    def is_page(self) -> bool:
        return self.running == 0


def find(root: etree._Element) -> Container:
    """The article's container; the root itself when no single element below it holds the text.

    Scripts and styles must be gone from the tree. Time is linear in the elements times their depth, which
    markup.MAX_DEPTH bounds.
    """
    body = root.find("body")
    texts = _running_texts(root if body is None else body)
    element, running = _smallest(texts, root)
    if element.tag in ("html", "body"):
        return Container(root, root, False, 0)
    return Container(element, _around(element), _flows(element, running), running)


def densest(container: Container) -> Container:
    """The element inside with most text right below it: for an extractor that made nothing of the container."""
    below: dict[etree._Element, int] = {}
    for element, length in _running_texts(container.element):
        while element.tag in _FLOWING and (parent := element.getparent()) is not None:
            element = parent
        below[element] = below.get(element, 0) + length
    element = max(below, key=lambda element: below[element], default=container.element)
    return Container(element, container.around, True, below.get(element, 0))


def alone(container: Container) -> lxml.html.HtmlElement:
    """A page that holds nothing but a copy of the container, of the class of elements that trafilatura asks for.

    Where the text flows, the page says so in the words extractors look for (itemprop=articleBody).
    """
    element = container.element
    html = lxml.html.html_parser.makeelement("html")
    if element.tag == "html":
        html.extend(copy.deepcopy(element))
        return html
    place: etree._Element = etree.SubElement(html, "body")
    if container.flows:
        place = etree.SubElement(place, "article", itemprop="articleBody")
    place.append(copy.deepcopy(element))
    return html


def _holder(text: etree._ElementUnicodeResult) -> etree._Element:
    """The element a text node stands in; lxml gives the one it stands in or after."""
    element = cast("etree._Element", text.getparent())
    return cast("etree._Element", element.getparent()) if text.is_tail else element


def _running_texts(root: etree._Element) -> list[_Text]:
    """The long texts below an element, without those of furniture."""
    texts = [(_holder(text), min(len(text.strip()), _LONGEST)) for text in _long_texts(root)]
    texts = [(element, length) for element, length in texts if length >= _LONG]
    total = sum(length for _, length in texts)
    running = texts
    for mark, least in _BELIEVED:
        furniture = Furniture(_FURNITURE, mark)
        running = [(element, length) for element, length in texts if not furniture.holds(element)]
        if sum(length for _, length in running) >= least * total:
            break
    return running


def _smallest(texts: list[_Text], root: etree._Element) -> tuple[etree._Element, int]:
    """The deepest element that holds enough of the texts (those that do lie on one line of ancestors), and how much."""
    held: dict[etree._Element, int] = {}
    for element, length in texts:
        node: etree._Element | None = element
        while node is not None:
            held[node] = held.get(node, 0) + length
            node = node.getparent()
    enough = _SHARE * sum(length for _, length in texts)
    heavy = [element for element, length in held.items() if length >= enough]
    smallest = max(heavy, key=lambda element: sum(1 for _ in element.iterancestors()), default=root)
    # The only paragraph; a span that holds paragraphs is a container.
    while (
        smallest.tag in _FLOWING
        and smallest.find("p") is None
        and (above := smallest.getparent()) is not None
    ):
        smallest = above
    return smallest, held.get(smallest, 0)


def _around(element: etree._Element) -> etree._Element:
    """The furthest element above that holds little more than this one."""
    most = _AROUND_SHARE * _characters(element) + _AROUND_CHARS
    around = element
    for above in element.iterancestors():
        if above.tag in ("body", "html") or _characters(above) > most:
            break
        around = above
        if above.tag in ("article", "main"):
            break
    return around


def _flows(element: etree._Element, running: int) -> bool:
    """Whether most of the text is running, and in paragraphs right below or in divisions that are all alike.

    Some systems give each paragraph, or each run of them between two advertisements, a division of its own.
    """
    whole = _characters(element)
    if running < _FLOW_SHARE * whole:
        return False
    below = _length(element.text)
    alike: dict[tuple[object, str | None], list[int]] = {}
    for child in element:
        below += _length(child.tail)
        length = _characters(child)
        if child.tag in _FLOWING:
            below += length
        elif length:
            alike.setdefault((child.tag, child.get("class")), []).append(length)
    below += max(
        (sum(lengths) for lengths in alike.values() if max(lengths) <= _LARGEST * sum(lengths)), default=0
    )
    return bool(below >= _FLOW_SHARE * whole)


def _length(text: str | None) -> int:
    return len(" ".join(text.split())) if text else 0
