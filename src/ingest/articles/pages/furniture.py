"""What stands around articles: navigation, comments, lists of other articles, forms; told by tags and by names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree


class Furniture:
    """Elements of these tags, or whose class or id has one of these marks, and all that stands in them."""

    def __init__(self, tags: Iterable[str], mark: re.Pattern[str] | None) -> None:
        self._tags = frozenset(tags)
        self._mark = mark
        self._known: dict[etree._Element, bool] = {}  # one page's elements: spares asking twice

    def holds(self, element: etree._Element) -> bool:
        asked = []
        found = False
        node: etree._Element | None = element
        while node is not None and node.tag not in ("body", "html"):
            if node in self._known:
                found = self._known[node]
                break
            asked.append(node)
            if self._is(node):
                found = True
                break
            node = node.getparent()
        self._known.update(dict.fromkeys(asked, found))
        return found

    def _is(self, element: etree._Element) -> bool:
        if element.tag in self._tags:
            return True
        return self._mark is not None and bool(
            self._mark.search(f"{element.get('class')} {element.get('id')}")
        )
