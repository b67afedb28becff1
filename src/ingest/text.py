"""Text that every store, log and terminal can hold. Pure, and fast enough to run over every field of every entry."""

from __future__ import annotations

import re
from datetime import UTC, datetime

STEERING = "\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
"""What, beside the controls below the space, would steer a terminal or reorder a line, or is no character at all
(lone surrogates): the inside of a regular expression's brackets."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What begins a cell that a spreadsheet would run (OWASP CSV injection)."""

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85]")
_UNSTORABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ENDLESS_REFERENCE = re.compile(r"&#[0-9]{1000,}+;?")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SUSPECT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# The same of a long text's UTF-8, at half the cost: the controls of ASCII, and those after it.
_LONG = 1_000
_CONTROLS = bytes((*range(0x09), *range(0x0B, 0x20), 0x7F))
_C1 = re.compile(rb"\xc2[\x80-\x9f]")


def storable(text: str) -> str:
    """`text` without what a database refuses or a reader cannot see.

    PostgreSQL refuses NUL, UTF-8 refuses lone surrogates. Every other C0 or C1 control but tab and newline goes too:
    they are remains of a wrong charset. What breaks a line (CR, form feed, NEL …) becomes a newline, so
    that the words around it stay apart. Two halves of a surrogate pair become the character they meant; a lone
    half becomes U+FFFD.
    """
    if not _is_suspect(text):
        return text
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _UNSTORABLE.sub("", _LINE_ENDS.sub("\n", text))


def encoded(text: str) -> tuple[str, bytes]:
    """`storable(text)` and its UTF-8: of a long text for the price of one, since it is looked at encoded."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        text = storable(text)
        return text, text.encode("utf-8")
    if not _has_controls(data):
        return text, data
    text = storable(text)
    return text, text.encode("utf-8")


def unescaped(text: str) -> str:
    """`text` with its character references decoded once, as HTML 5 does; may hold what `storable` takes out.

    html.unescape raises ValueError on a number of more digits than int() reads: such a reference is U+FFFD.
    """
    import html  # 1 ms, which a poll that finds nothing new does not need

    try:
        return html.unescape(text)
    except ValueError:
        return html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text))


def without_tags(markup: str) -> str:
    """The words of HTML that need not be understood, in linear time: each tag a space, references decoded."""
    return unescaped(_TAG.sub(" ", markup))


def _is_suspect(text: str) -> bool:
    if len(text) < _LONG:
        return _SUSPECT.search(text) is not None
    try:
        return _has_controls(text.encode("utf-8"))
    except UnicodeEncodeError:
        return True


def _has_controls(data: bytes) -> bool:
    return len(data.translate(None, _CONTROLS)) < len(data) or _C1.search(data) is not None


def one_line(text: str, limit: int = 200) -> str:
    """`text` on one line of at most `limit` code points: white space folded, a cut marked by an ellipsis."""
    # A small multiple is enough to fill the line; folding a whole article to show its start is not.
    line = " ".join(storable(text[: limit * 8]).split())
    if len(line) > limit:
        return line[: limit - 1].rstrip() + "…"
    if len(text) > limit * 8 and text[limit * 8 :].strip():
        return line[: limit - 1] + "…"
    return line


def internal_error(error: Exception) -> str:
    """What is told of a fault of ours where it costs one thing and the rest goes on: type and message, on one line."""
    return f"internal error: {type(error).__name__}: {one_line(str(error))}"


def csv_safe(text: str) -> str:
    """A cell for CSV: with a quote before what a spreadsheet would run."""
    return f"'{text}" if text.startswith(FORMULA) else text


def moment(text: str) -> datetime:
    """The time an ISO 8601 or RFC 822 text names, in UTC; a time without zone is read as UTC.

    Raises ValueError with a sentence for a person.
    """
    from email.utils import parsedate_to_datetime  # with half of the package email

    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, IndexError, TypeError, OverflowError):
            raise ValueError(f"{text[:60]!r} is neither an ISO 8601 nor an RFC 822 date") from None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text[:60]!r} is outside the years we can hold") from None


def digest(text: str) -> bytes:
    """16 bytes by which a text is known again, and from which it cannot be had (BLAKE2b)."""
    import hashlib  # with all of OpenSSL, which `--help` does not need

    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
