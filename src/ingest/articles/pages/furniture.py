"""What stands around articles: navigation, comments, lists of other articles, forms; told by tags and by names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml import etree

_KEPT = 4_096  # answers
_KEPT_CHARS = 200  # of a name that is worth keeping


class Mark:
    """What a pattern finds in the names of elements. A site's pages share their names, so answers are kept."""

    def __init__(self, pattern: str) -> None:
        self._search = re.compile(pattern, re.IGNORECASE).search
        self._kept = lru_cache(maxsize=_KEPT)(self._ask)

    def __call__(self, names: str | None) -> bool:
        if not names:
            return False
        return self._kept(names) if len(names) <= _KEPT_CHARS else self._ask(names)

    def _ask(self, names: str) -> bool:
        return self._search(names) is not None


class Furniture:
    """Elements of these tags, or whose class or id has this mark, and all that stands in them."""

    def __init__(self, tags: Iterable[str], mark: Mark | None) -> None:
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
        if self._mark is None:
            return False
        return self._mark(element.get("class")) or self._mark(element.get("id"))
