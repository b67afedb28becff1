"""What a feed may cost: the limits, and the one streaming pass that measures a document against them.

The pass runs before anything builds a tree or a string from the document, so that a bomb is refused by name for
the price of a scan. It also collects what the later steps need to know: where the items hang, which entities and
prefixes are used, whether the document is well-formed and, if not, where it breaks.
"""

from __future__ import annotations

import xml.parsers.expat as expat
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.records import Failure, FailureKind


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond the first group a document is refused; beyond the second it is cut, and the cut is told."""

    document_bytes: int = 32 * 1024 * 1024
    depth: int = 1_100  # generated feeds carry XHTML hundreds of elements deep
    prefixes: int = 256  # of namespaces in one document: feedparser compares each element with all of them
    attributes: int = 256  # of one element; a feed that declares every known namespace has about 40
    entities: int = 50  # declared in the document's own DTD
    entity_chars: int = 200
    elements: int = 1_000_000

    read_elements: int = (
        150_000  # of the header and the items read at once: feedparser takes about 20 µs each
    )
    entries: int = 10_000
    text_chars: int = 1_000_000  # of one element
    field_chars: int = 1_000  # an author, a category, a date: feedparser is quadratic in these
    repeats: int = 200  # categories, authors, links … of one entry
    title_chars: int = 1_000
    guid_chars: int = 2_000
    url_chars: int = 8_192


DEFAULTS = Limits()

_WARNINGS = 50


def told(warnings: Iterable[str]) -> tuple[str, ...]:
    """The warnings of a poll: each once, and not ten thousand of them."""
    each = tuple(dict.fromkeys(warnings))
    return each if len(each) <= _WARNINGS else (*each[:_WARNINGS], f"and {len(each) - _WARNINGS} more")


ITEMS = frozenset({"item", "entry"})

# Elements whose text feedparser searches with backtracking patterns, splits or compares pairwise.
SHORT_FIELDS = frozenset(
    {
        "author",
        "creator",
        "contributor",
        "publisher",
        "managingeditor",
        "webmaster",
        "name",
        "email",
        "credit",
    }
    | {"category", "subject", "keywords", "tags", "rating", "duration"}
    | {"pubdate", "published", "updated", "date", "issued", "modified", "created", "available", "valid"}
    | {"lastbuilddate", "expirationdate"}
)
# Elements feedparser compares with every one before them.
REPEATED = frozenset(
    {
        "category",
        "subject",
        "keywords",
        "tags",
        "author",
        "creator",
        "contributor",
        "link",
        "enclosure",
        "credit",
    }
)

# Where the input ended although the grammar wanted more.
_ENDED = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
_CHUNK = 65_536


@dataclass(slots=True)
class Scan:
    """What one pass over a document found. Sizes are in characters, `fault_at` is a byte offset."""

    root: str = ""
    item_name: str = ""  # qualified name of the first item; every item bears it
    items: int = 0
    parents: tuple[str, ...] = ()  # the elements around the first item, outermost first
    entities: dict[str, str] = field(default_factory=dict)
    prefixes: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    oversized: bool = False  # a field, text or list is longer than the limits: trim before reading
    fault: str | None = None  # why the document is not well-formed
    fault_at: int = 0
    ended_early: bool = False  # the fault is that the input stopped

    @property
    def well_formed(self) -> bool:
        return self.fault is None

    @property
    def unbound(self) -> set[str]:
        return self.prefixes - self.declared - {"xml", "xmlns"}


class _Breach(Exception):  # noqa: N818 - it is no error, it is the way out of a callback
    pass


def scan(document: bytes, limits: Limits) -> Scan | Failure:
    """Measure a UTF-8 document in one streaming pass, without resolving anything.

    Returns the Scan, or Failure REFUSED naming the limit. A document that is not well-formed is scanned up to the
    fault, which the Scan tells.
    """
    found = Scan()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    measure = _Measure(found, limits, len(document))
    parser.StartElementHandler = measure.start
    parser.EndElementHandler = measure.end
    parser.CharacterDataHandler = measure.text
    parser.EntityDeclHandler = measure.entity
    try:
        for at in range(0, len(document), _CHUNK):
            parser.Parse(document[at : at + _CHUNK], False)
        parser.Parse(b"", True)
    except _Breach as breach:
        return Failure(FailureKind.REFUSED, str(breach))
    except expat.ExpatError as error:
        found.fault = str(error)
        found.fault_at = max(parser.ErrorByteIndex, 0)
        found.ended_early = error.code in _ENDED
    return found


class _Measure:
    """The callbacks. Names are classified once and remembered, so an element costs two dictionary look-ups."""

    def __init__(self, found: Scan, limits: Limits, document_bytes: int) -> None:
        self.found = found
        self.limits = limits
        self.stack: list[str] = []
        self.item_depth = 0
        self.field_depth = 0
        self.field_chars = 0
        self.text_chars = 0
        self.total_chars = 0
        self.elements = 0
        self.repeats: dict[str, int] = {}
        self.local_names: dict[str, str] = {}
        # Entities may make text longer than the document; a bomb made of many small ones shows here.
        self.most_chars = 2 * document_bytes + 1_000_000

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.stack.append(name)
        depth = len(self.stack)
        self.elements += 1
        if depth > self.limits.depth:
            raise _Breach(f"elements nested deeper than {self.limits.depth}")
        if self.elements > self.limits.elements:
            raise _Breach(f"more than {self.limits.elements} elements")
        if attributes:
            self._attributes(name, attributes)
        self.text_chars = 0
        local = self.local_names.get(name)
        if local is None:
            local = self._classify(name)
        if local in ITEMS:
            self._item(name, depth)
        elif local in REPEATED:
            count = self.repeats[local] = self.repeats.get(local, 0) + 1
            if count > self.limits.repeats:
                self.found.oversized = True
        if not self.field_depth and local in SHORT_FIELDS:
            self.field_depth, self.field_chars = depth, 0

    def _classify(self, name: str) -> str:
        prefix, colon, local = name.rpartition(":")
        if colon:
            self.found.prefixes.add(prefix)
            self._count_prefixes()
        if not self.found.root:
            self.found.root = name
        self.local_names[name] = local.lower()
        return self.local_names[name]

    def _attributes(self, name: str, attributes: dict[str, str]) -> None:
        if len(attributes) > self.limits.attributes:
            raise _Breach(f"<{name[:40]}> has more than {self.limits.attributes} attributes")
        for key in attributes:
            prefix, colon, local = key.partition(":")
            if colon:
                if prefix == "xmlns":
                    self.found.declared.add(local)
                else:
                    self.found.prefixes.add(prefix)
                self._count_prefixes()

    def _count_prefixes(self) -> None:
        if len(self.found.prefixes) > self.limits.prefixes or len(self.found.declared) > self.limits.prefixes:
            raise _Breach(f"more than {self.limits.prefixes} namespace prefixes")

    def _item(self, name: str, depth: int) -> None:
        found = self.found
        if not self.item_depth:
            self.item_depth = depth
            found.item_name = name
            found.parents = tuple(self.stack[:-1])
        if depth == self.item_depth and name == found.item_name:
            found.items += 1
            self.repeats.clear()

    def end(self, name: str) -> None:
        if self.field_depth == len(self.stack):
            self.field_depth = 0
        self.stack.pop()
        self.text_chars = 0

    def text(self, data: str) -> None:
        length = len(data)
        self.text_chars += length
        self.total_chars += length
        if self.field_depth:
            self.field_chars += length
            if self.field_chars > self.limits.field_chars:
                self.found.oversized = True
        if self.text_chars > self.limits.text_chars:
            self.found.oversized = True
        if self.total_chars > self.most_chars:
            raise _Breach("entities make the text longer than the document allows")

    def entity(
        self,
        name: str,
        is_parameter: int,
        value: str | None,
        base: str | None,
        system_id: str | None,
        public_id: str | None,
        notation: str | None,
    ) -> None:
        if is_parameter or system_id or public_id or value is None:
            raise _Breach(f"entity {name[:40]} is a parameter or points outside the document")
        if "&" in value or len(value) > self.limits.entity_chars:
            raise _Breach(f"entity {name[:40]} nests or is longer than {self.limits.entity_chars} characters")
        self.found.entities[name] = value
        if len(self.found.entities) > self.limits.entities:
            raise _Breach(f"more than {self.limits.entities} entities declared")
