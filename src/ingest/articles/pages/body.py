"""The article's body on a web page: its container, what trafilatura keeps of that, and what has to be repaired.

The only module that imports trafilatura. Fast mode without its metadata: on the benchmark the default mode costs
twice the time for no better body. It reads the container alone, because its time goes with the page's elements and
its mistakes with what stands around the article.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import lxml.html
from lxml import etree

from ingest.articles.blocks import Walk
from ingest.articles.markup import Markup
from ingest.articles.pages import container
from ingest.articles.pages.selection import Selection, select

if TYPE_CHECKING:
    from trafilatura.settings import Extractor

MAX_ELEMENTS = 40_000  # what trafilatura reads in about 2 s; the busiest real pages have half of it
MAX_TEXT = 1_000_000  # characters outside scripts: a novel
MAX_TABLES = 5

_LEAST_SHARE = 0.4  # of a container's running text: an extractor that finds less has found something else

# Nothing in them is the article's text or a credit, and they are half of a page's elements: metadata and code,
# controls, what the page itself calls navigation or an aside. Trafilatura drops them too, after it has read them.
NEVER_TEXT = (
    "meta", "link", "style", "script", "noscript", "template", "svg", "iframe",
    "option", "button", "select", "datalist", "textarea", "dialog", "nav", "menu", "aside",
)  # fmt: skip

_deep_tables = etree.XPath("/" + "/descendant::table" * (MAX_TABLES + 1))
_count_elements = etree.XPath("count(//*)")
_count_characters = etree.XPath("string-length(/)")


def prepare(markup: Markup) -> Markup:
    """The same tree without what is never text, and within the caps; what was cut is told in the warnings."""
    root = markup.root
    if root is None:
        return markup
    etree.strip_elements(root, *NEVER_TEXT, with_tail=False)
    _untable(root)
    return replace(markup, warnings=markup.warnings + _cut(root))


def read_body(root: etree._Element, walk: Walk, title: str | None, url: str | None) -> Selection:
    """The body of a prepared page, without the title it stands under; an empty document when there is none.

    `walk` is the walk of the whole tree.
    """
    found = container.find(root)
    extracted = _extracted(container.alone(found))
    if len(extracted) < _LEAST_SHARE * found.running and not found.flows:
        found = container.densest(found)
        extracted = _extracted(container.alone(found))
    return select(walk, extracted, found, title=title, url=url)


def _extracted(page: lxml.html.HtmlElement) -> str:
    """The text trafilatura takes for the article, a block a line; empty when it finds none."""
    import trafilatura  # 0.4 s: only who reads pages pays for it

    return trafilatura.extract(page, options=_options()) or ""


@cache
def _options() -> Extractor:
    """Made once: reading trafilatura's own configuration takes as long as a short page."""
    from trafilatura.settings import Extractor

    return Extractor(fast=True, comments=False)


def _untable(root: etree._Element) -> None:
    """Make tables inside more than MAX_TABLES others plain divisions: trafilatura's time is a power of the nesting."""
    for table in _deep_tables(root):
        for element in table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th"):
            element.tag = "div"


def _cut(root: etree._Element) -> tuple[str, ...]:
    """Cut the tree after MAX_ELEMENTS elements or MAX_TEXT characters, and say so; both stand in document order."""
    if _count_elements(root) <= MAX_ELEMENTS and _count_characters(root) <= MAX_TEXT:
        return ()
    characters = 0
    for count, element in enumerate(root.iter()):
        characters += len(element.text or "") + len(element.tail or "")
        if count >= MAX_ELEMENTS or characters > MAX_TEXT:
            element.text, element.tail = (element.text or "")[:MAX_TEXT], None
            del element[:]
            for node in (element, *element.iterancestors()):
                node.tail = None
                for sibling in list(node.itersiblings()):
                    parent = sibling.getparent()
                    if parent is not None:
                        parent.remove(sibling)
            return (f"more than {MAX_ELEMENTS:,} elements or {MAX_TEXT:,} characters: the rest was left out",)
    return ()
