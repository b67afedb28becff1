"""A whole web page as an article: metadata from its markup, then the body, with the credits extractors drop.

Both are read from one tree. Trafilatura's own metadata would cost as much again as its body, and its authors are
worse than JSON-LD and meta read directly.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from datetime import datetime

from ingest.articles import sanitise
from ingest.articles.blocks import walk
from ingest.articles.markup import parse
from ingest.articles.pages import metadata, surroundings
from ingest.articles.pages.body import prepare, read_body
from ingest.articles.pages.rendering import to_html
from ingest.articles.pages.selection import Selection
from ingest.articles.publishers import sites
from ingest.records import Document, Person, Statement
from ingest.text import one_line

MAX_BYTES = 20_000_000

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:-]{2,40})""", re.IGNORECASE)
_SEARCHED_FOR_CHARSET = 4096  # bytes; the standard says 1024, sites are later
# Charsets of the WHATWG Encoding Standard that Python has; nothing that inflates or hides markup (UTF-7, zlib …).
_KNOWN_CHARSET = re.compile(
    r"utf-?8|iso-?8859-\d{1,2}|latin-?[1-9]|windows-?(?:125[0-8]|874|31j)|cp125[0-8]|koi8-[ru]|macintosh|gb2312|gbk"
    r"|gb18030|big5(?:-?hkscs)?|euc-(?:jp|kr)|shift[-_]?jis|sjis|iso-2022-jp|us-ascii|ascii|ks_c_5601-1987|tis-620",
    re.IGNORECASE,
)
_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
}

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Page:
    document: Document  # the article's body, credits included; empty when there is none
    title: str | None = None
    language: str | None = None
    authors: tuple[Person, ...] = ()
    published: datetime | None = None
    statements: tuple[Statement, ...] = ()
    html: str | None = None  # the body as sanitised HTML


def read_page(html: str | bytes, url: str | None, now: datetime | None = None) -> Page:
    """The article of a web page. Never raises on any input; caps are told in `document.warnings`.

    `url` is where the page was found: it resolves relative links and is no evidence of anything. `now` bounds the
    date of publication. Bytes are decoded by byte order mark, the page's own declaration, UTF-8, windows-1252, in
    this order.
    """
    text = decode(html) if isinstance(html, bytes) else html
    if _is_binary(text):
        return Page(Document("", (), warnings=("not text: binary data",)))
    markup = parse(text)
    root = markup.root
    if root is None:
        return Page(Document("", (), warnings=markup.warnings))
    held = list(root.iter())  # each element is wrapped once, while this list lives
    said = metadata.read(root, url, now)
    markup = prepare(markup)
    whole = walk(markup, said.base)
    around = tuple(surroundings.lines(whole))
    page_text = whole.document().text
    selection = read_body(root, whole, said.title, url)
    del held
    document = selection.document
    own = set(document.text.split("\n"))
    elsewhere = _addresses_elsewhere(said.statements, url)
    named = surroundings.names_of_hosts(page_text, elsewhere)
    return Page(
        document=document,
        title=said.title,
        language=said.language,
        authors=said.authors,
        published=said.published,
        statements=(
            *said.statements,
            *(line for line in around if line.quote not in own),
            *named,
            *_image_credits(selection),
        ),
        html=sanitise.of_rendering(to_html(document)) if document.text else None,
    )


def decode(body: bytes) -> str:
    """The characters of a page as a browser would read them; what cannot be decoded becomes U+FFFD."""
    body = body[:MAX_BYTES]
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    declared = _CHARSET.search(body, 0, _SEARCHED_FOR_CHARSET)
    charset = declared[1].decode("ascii").lower() if declared else "utf-8"
    if _KNOWN_CHARSET.fullmatch(charset) and charset not in ("utf-8", "utf8"):
        return body.decode(_AS_BROWSERS_DO.get(charset, charset), "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A stray byte in a UTF-8 page is a fault of that place; a page full of them is an undeclared legacy page.
        text = body.decode("utf-8", "replace")
        legacy = (
            declared is None
            and body[error.start : error.start + 1000].decode("utf-8", "replace").count("\ufffd") > 5
        )
        return body.decode("cp1252", "replace") if legacy else text


def _is_binary(text: str) -> bool:
    """Whether the beginning has more control characters than any mistaken charset explains."""
    start = text[:_SEARCHED_FOR_CHARSET]
    return 20 * len(_CONTROL.findall(start)) > len(start)


def _addresses_elsewhere(statements: tuple[Statement, ...], url: str | None) -> list[str]:
    """The addresses of other publishers at which the page says the article stands."""
    stated = [said.value for said in statements if said.property in ("canonical_url", "original_url")]
    return [address for address in stated if not url or not sites.one_publisher(address, url)]


def _image_credits(selection: Selection) -> tuple[Statement, ...]:
    return tuple(
        Statement("image_credit", one_line(text, 500), "figure/figcaption", text)
        for text in selection.image_credits
    )
