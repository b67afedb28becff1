"""charset.py: feeds to UTF-8, pages to text."""

from __future__ import annotations

import codecs
import zlib

import pytest

from ingest.charset import to_text, to_utf8
from tests.feeds.feed_samples import item, read, rss

TEXT = "Café “naïve” Привет"


def declared(charset: str, title: str = TEXT) -> str:
    return rss(item(title=title), prolog=f'<?xml version="1.0" encoding="{charset}"?>').decode()


@pytest.mark.parametrize(
    ("label", "encoding", "mark"),
    [
        ("utf-8", "utf-8", codecs.BOM_UTF8),
        ("utf-16", "utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16", "utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16be", "utf-16-be", b""),
        ("utf-32", "utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-16", "utf-8", b""),  # a wrong label, readable as ASCII
    ],
)
def test_unicode_documents_are_read_with_and_without_mark(label: str, encoding: str, mark: bytes) -> None:
    feed = read(mark + declared(label).encode(encoding))
    assert feed.entries[0].title == TEXT
    assert feed.warnings == ()


@pytest.mark.parametrize("label", ["windows-1251", "koi8-r", "iso-8859-5"])
def test_single_byte_charsets_are_read_as_declared(label: str) -> None:
    assert read(declared(label, "Привет").encode(label)).entries[0].title == "Привет"


def test_latin_1_is_read_as_windows_1252_as_browsers_do() -> None:
    assert read(declared("iso-8859-1", "“Café”").encode("cp1252")).entries[0].title == "“Café”"


def test_the_content_type_names_the_charset_where_the_document_does_not() -> None:
    body = declared("utf-8", "Привет").replace(' encoding="utf-8"', "").encode("windows-1251")
    assert read(body, content_type="text/xml; charset=windows-1251").entries[0].title == "Привет"


def test_a_charset_the_server_made_up_does_not_spoil_utf_8() -> None:
    feed = read(declared("utf-8").encode(), content_type="text/xml; charset=iso-8859-1")
    assert feed.entries[0].title == TEXT


@pytest.mark.parametrize(
    "label", ["zlib_codec", "hex", "rot13", "punycode", "undefined", "idna", "utf-7", "mbcs", "x" * 90]
)
def test_only_charsets_of_feeds_are_known_all_else_is_utf_8(label: str) -> None:
    feed = read(declared(label, "+ADw-b+AD4-").encode())
    assert feed.entries[0].title == "+ADw-b+AD4-"
    assert any("is not one feeds use" in line for line in feed.warnings)


def test_nothing_is_inflated_by_a_charset_name() -> None:
    bomb = zlib.compress(b" " * 10_000_000)
    assert len(to_utf8(b'<?xml version="1.0" encoding="zlib"?>' + bomb)[0]) < 4 * len(bomb) + 100


def test_western_letters_in_a_document_called_utf_8_are_read_and_told() -> None:
    feed = read(declared("utf-8", "Café").encode("latin-1"))
    assert feed.entries[0].title == "Café"
    assert "the bytes are not utf-8" in feed.warnings


def test_broken_utf_8_shows_as_replacement_characters_and_is_told() -> None:
    feed = read(declared("utf-8", "aXb").encode().replace(b"aXb", b"a\xff\xfe\xc0\xafb"))
    assert feed.entries[0].title == "a\ufffd\ufffd\ufffd\ufffdb"
    assert feed.warnings


@pytest.mark.parametrize(
    ("label", "encoding", "title"),
    [
        ("windows-874", "cp874", "“ข่าววันนี้”"),
        ("TIS-620", "cp874", "“ข่าววันนี้”"),
        ("x-sjis", "cp932", "新聞①"),
        ("windows-31j", "cp932", "新聞①"),
        ("x-euc-jp", "euc_jp", "新聞"),
    ],
)
def test_labels_of_browsers_that_python_does_not_know_are_known(
    label: str, encoding: str, title: str
) -> None:
    feed = read(declared(label, title).encode(encoding))
    assert feed.entries[0].title == title
    assert feed.warnings == ()
    page = f"<meta charset={label}>{title}"
    assert to_text(page.encode(encoding)) == page
    assert to_text(title.encode(encoding), f"text/html; charset={label}") == title


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode(), None, "é"),
        ("é".encode(), "text/html; charset=iso-8859-1", "é"),
        ("“é”".encode("cp1252"), "text/html; charset=ISO-8859-1", "“é”"),
        ("<meta charset=koi8-r>Привет".encode("koi8-r"), None, "<meta charset=koi8-r>Привет"),
        (
            "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>Р".encode("koi8-r"),
            None,
            "<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>Р",
        ),
        ("新聞".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "新聞"),
        ("新聞".encode(), "text/html; charset=iso-2022-jp", "新聞"),
        ("é".encode("utf-16"), None, "é"),
        ("\ufeffcafé".encode("utf-16-be"), None, "café"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", None, "café"),
        (b"caf\xe9", 'text/html; charset="zlib_codec"', "café"),
        (b"caf\xe9", None, "café"),
        ("é".encode() * 9 + b"\xff", None, "é" * 9 + "\ufffd"),
        (b'<meta charset="utf-7">+ADw-script+AD4-', None, '<meta charset="utf-7">+ADw-script+AD4-'),
        (b'<meta charset="zlib_codec">x', None, '<meta charset="zlib_codec">x'),
        (b"", None, ""),
    ],
)
def test_a_page_becomes_text_by_mark_header_markup_or_guess(
    body: bytes, content_type: str | None, text: str
) -> None:
    assert to_text(body, content_type) == text
