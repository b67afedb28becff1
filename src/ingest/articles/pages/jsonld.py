"""schema.org's description of an article out of a page's JSON-LD, whatever shape it comes in.

In the wild it is a list, a @graph, one object too many, a name where an object should stand, and now and then an
attack. Everything is capped and every value is checked for the type it is read as.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ingest.text import storable

Node = Mapping[str, Any]

MAX_SCRIPT_CHARS = 1_000_000
MAX_NODES = 2_000
MAX_VALUES = 50  # of one property
_MAX_STEPS = 8  # lists in lists

_OTHER_ARTICLES = frozenset(("BlogPosting", "LiveBlogPosting", "SocialMediaPosting", "Report"))


class Graph:
    """All objects of a page's scripts, the article among them, and those that others refer to by @id."""

    def __init__(self, scripts: Iterable[str]) -> None:
        self._by_id: dict[str, Node] = {}
        articles: list[Node] = []
        for node in _nodes(scripts):
            identity = node.get("@id")
            if isinstance(identity, str) and len(node) > 1:
                self._by_id.setdefault(identity, node)
            if _article_type(node):
                articles.append(node)
        # The page's own article is the one with the most said about it; lists of others are terse.
        self.article: Node = max(articles, key=len, default={})
        self.type = _article_type(self.article) or "Article"

    def values(self, name: str, node: Node | None = None) -> Iterator[Any]:
        """The values of a property, lists unrolled, references followed."""
        waiting = [((self.article if node is None else node).get(name), 0)]
        given = 0
        while waiting and given < MAX_VALUES:
            value, depth = waiting.pop()
            if isinstance(value, list):
                if depth < _MAX_STEPS:
                    waiting.extend((item, depth + 1) for item in reversed(value[:MAX_VALUES]))
            elif value is not None:
                given += 1
                if isinstance(value, dict) and isinstance(reference := value.get("@id"), str):
                    value = {**self._by_id.get(reference, {}), **value}
                yield value

    def texts(self, name: str, *inside: str, node: Node | None = None) -> Iterator[tuple[str, str]]:
        """The text of a property with its place; of an object, its first property of `inside` that is a text."""
        for value in self.values(name, node):
            if isinstance(value, (str, int)) and not isinstance(value, bool):
                if text := storable(str(value)).strip():
                    yield text, name
            elif isinstance(value, dict):
                for key in inside:
                    found = value.get(key)
                    if isinstance(found, str) and storable(found).strip():
                        yield storable(found).strip(), f"{name}/{key}"
                        break


def _nodes(scripts: Iterable[str]) -> Iterator[Node]:
    """Top-level objects, those in lists, in @graph and in mainEntity; at most MAX_NODES."""
    waiting: list[Any] = []
    for script in scripts:
        if len(script) > MAX_SCRIPT_CHARS:
            continue
        try:
            waiting.append(json.loads(_unwrapped(script), strict=False))
        except (ValueError, RecursionError):  # broken, or nested to break us
            continue
    waiting.reverse()
    for _ in range(MAX_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value[:MAX_NODES]))
        elif isinstance(value, dict):
            yield value
            waiting.extend(value[key] for key in ("mainEntity", "@graph") if key in value)


def _unwrapped(script: str) -> str:
    """Without the comment marks, CDATA marks and semicolons that scripts are wrapped in."""
    starts = [at for at in (script.find("{"), script.find("[")) if at >= 0]
    return script[min(starts, default=0) : max(script.rfind("}"), script.rfind("]")) + 1]


def _article_type(node: Node) -> str | None:
    """The name of the type when it is a kind of article: "http://schema.org/NewsArticle" → "NewsArticle"."""
    types = node.get("@type")
    for name in types[:MAX_VALUES] if isinstance(types, list) else [types]:
        if isinstance(name, str):
            short = name.rpartition("/")[2].rpartition(":")[2]
            if short.endswith("Article") or short in _OTHER_ARTICLES:
                return short[:40]
    return None
