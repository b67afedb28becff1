"""From the bytes of a feed to UTF-8, from those of a page to text (RFC 7303, XML 1.0 appendix F, WHATWG's labels).

Only charsets that documents are written in are known. A declared name never reaches Python's codec registry
otherwise: some of its codecs decompress (zlib_codec), some raise at any input (undefined), some decode markup out of
plain text (utf-7).
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# '<' or '<?' as the wide encodings write it, for documents without a byte order mark.
_WIDE = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_SINGLE_BYTE = {f"iso8859-{n}" for n in range(2, 17)} | {f"cp125{n}" for n in range(9)}
_KNOWN = (
    _SINGLE_BYTE
    | {
        "utf-8",
        "ascii",
        "koi8-r",
        "koi8-u",
        "cp437",
        "cp850",
        "cp866",
        "mac-roman",
        "mac-cyrillic",
        "cp874",
    }
    | {"gb18030", "big5", "big5hkscs", "euc_jp", "cp932", "iso2022_jp", "cp949", "johab"}
)
# Labels of the WHATWG Encoding Standard that Python does not know.
_LABELS = {
    "windows-874": "cp874",
    "dos-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "x-euc-jp": "euc_jp",
    "windows-949": "cp949",
    "x-gbk": "gb18030",
    "x-x-big5": "big5",
}
# What the label says -> what is meant: the superset every browser reads instead.
_MEANT = {
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{1,100})[\"']")
_CHARSET_PARAMETER = re.compile(r"[;,\s]charset\s*=\s*[\"']?([^\s\"';]{1,40})", re.I)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.I)
_SEARCHED_FOR_META = 4096  # bytes; the standard says 1024, sites are later
_HIGH_RUN = re.compile(rb"[\x80-\xff]{3,}")


def to_utf8(body: bytes, content_type: str | None = None) -> tuple[bytes, list[str]]:
    """The body as UTF-8 without a byte order mark, and what had to be guessed or mended.

    Byte order mark first, then the charset of the content type, then the XML declaration; but a body that is valid
    UTF-8 and called so by either of the two is UTF-8 (servers add `charset=iso-8859-1` on their own). The XML
    declaration inside is not rewritten.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], encoding)
    start = body[:256].lstrip(b" \t\r\n")
    for opening, encoding in _WIDE:
        if start.startswith(opening):
            return _decoded(body, encoding)

    warnings: list[str] = []
    names = _in_header(content_type)
    if declaration := _DECLARATION.search(body[:1024]):
        names.append(declaration[1].decode("ascii", "replace"))
    candidates = []
    for name in names:
        if meant := _known(name):
            candidates.append(meant)
        elif not _wide(name):  # a wide charset declared in readable ASCII is only a wrong label
            warnings.append(f"charset {name[:40]!r} is not one feeds use: read as UTF-8")
    if "utf-8" in candidates or not candidates:
        candidates.insert(0, "utf-8")
    for encoding in candidates:
        if encoding == "utf-8" and _is_utf8(body):
            return body, warnings
        try:
            text = body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            warnings.append(f"the bytes are not {encoding}")
        else:
            return text.encode("utf-8", "replace"), warnings
    if _is_utf8(body):
        return body, warnings
    return _guessed(body), warnings


def to_text(body: bytes, content_type: str | None = None) -> str:
    """The text of a page or file: byte order mark, UTF-8 where it is that, header charset, <meta charset>, a guess.

    What a declared charset cannot be is replaced, as browsers do; a name that is no charset of documents is none.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    labels = _in_header(content_type)
    if meta := _META_CHARSET.search(body[:_SEARCHED_FOR_META]):
        labels.append(meta[1].decode("ascii"))
    declared = next(filter(None, map(_known, labels)), None)
    in_ascii = declared == "iso2022_jp" and body.isascii()  # Japanese between escape sequences: not UTF-8
    if not in_ascii:
        with suppress(UnicodeDecodeError):
            return body.decode()
    return body.decode(declared, "replace") if declared else _guessed(body).decode()


def _in_header(content_type: str | None) -> list[str]:
    return _CHARSET_PARAMETER.findall(content_type or "")[:1]


def _guessed(body: bytes) -> bytes:
    """Bytes that are not what they are called: Windows-1252 when they look like Western letters, else UTF-8 with
    U+FFFD for each bad sequence. Western text has no three accented letters in a row; broken UTF-8 has."""
    if not _HIGH_RUN.search(body):
        try:
            return body.decode("cp1252").encode()
        except UnicodeDecodeError:
            pass
    return body.decode("utf-8", "replace").encode()


def _decoded(body: bytes, encoding: str) -> tuple[bytes, list[str]]:
    if encoding == "utf-8" and _is_utf8(body):
        return body, []
    try:
        return body.decode(encoding).lstrip("\ufeff").encode("utf-8", "replace"), []
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
        return text.lstrip("\ufeff").encode("utf-8", "replace"), [f"bytes that are not {encoding} replaced"]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _known(name: str) -> str | None:
    """What a label means, by Python's name for it; None where it means nothing that documents are written in."""
    encoding = _canonical(name)
    encoding = _MEANT.get(encoding, encoding)
    return encoding if encoding in _KNOWN else None


def _wide(name: str) -> bool:
    return _canonical(name).startswith(("utf-16", "utf-32"))


def _canonical(name: str) -> str:
    if len(name) > 40:
        return ""
    name = name.strip().lower()
    try:
        return codecs.lookup(_LABELS.get(name, name)).name
    except (LookupError, ValueError, UnicodeError):
        return ""
