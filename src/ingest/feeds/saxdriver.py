"""The SAX driver feedparser parses with: Python's own expat reader, told to hand over text in one piece.

The stock reader calls back for every line and every entity reference, which on escaped HTML is three quarters of
feedparser's cost. `xml.sax.make_parser` finds this module by name (parse.py puts it first on feedparser's list).
Entities and depth were measured before (limits.py).
"""

from __future__ import annotations

from xml.parsers.expat import XMLParserType
from xml.sax import expatreader


class _Buffered(expatreader.ExpatParser):
    _parser: XMLParserType  # of the base class, made anew by reset()

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = 65_536


def create_parser() -> expatreader.ExpatParser:
    return _Buffered()
