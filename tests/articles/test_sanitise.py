"""articles/sanitise.py: nothing active comes out, the article's markup does."""

from __future__ import annotations

import importlib.util
import re
import time
from pathlib import Path

import pytest
from lxml import etree

from ingest.articles.sanitise import sanitise

BASE = "https://news.example/2026/11/story"

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1) //",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<a href="java&#115;cript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href=" \x01javascript:alert(1)">x</a>',
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href=vbscript:x>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=//evil.example><input name=a><button formaction=javascript:1>x</form>",
    "<style>*{x:expression(alert(1))}</style>",
    '<p style="background:url(javascript:1)">x</p>',
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<object data=x></object><embed src=x><applet code=x>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<img srcset='javascript:1 1x'>",
    "<video poster=javascript:1 onplay=x><source src=javascript:1>",
    "<unknown onclick=alert(1)>y</unknown>",
    "<select><template><img src=x onerror=alert(1)>",
    "<isindex action=javascript:1>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "<p title='`<script>`' onmouseover=alert(1)>x",
    "&lt;script&gt;alert(1)&lt;/script&gt;&lt;p onclick=x&gt;y&lt;/p&gt;",
]
ACTIVE_TAGS = {"script", "style", "iframe", "object", "embed", "applet", "form", "input", "button", "meta", "base",
               "link", "svg", "math", "video", "audio", "template", "noscript", "select", "textarea"}  # fmt: skip


def active(html: str) -> list[str]:
    """What a browser would run or load besides images."""
    root = etree.fromstring(f"<div>{html}</div>", etree.HTMLParser())
    found = []
    for element in root.iter():
        if element.tag in ACTIVE_TAGS:
            found.append(str(element.tag))
        for name, value in element.attrib.items():
            if name.startswith("on") or name in (
                "style",
                "srcdoc",
                "srcset",
                "formaction",
                "poster",
                "action",
            ):
                found.append(name)
            if name in ("href", "src", "cite") and not re.match(r"https?://|mailto:", value):
                found.append(value)
    return found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_leaves_nothing_active(payload: str) -> None:
    assert active(sanitise(payload, BASE)) == []
    assert active(sanitise(f"<table><tr><td>{payload}</table>" + "<p>filler</p>" * 200, BASE)) == []


def test_every_payload_of_the_reference_set_leaves_nothing_active(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("gen", shared / "adversarial" / "gen.py")
    assert spec is not None
    assert spec.loader is not None
    gen = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gen)
    assert [found for payload in gen.XSS if (found := active(sanitise(payload, BASE)))] == []


def test_article_markup_is_kept() -> None:
    html = (
        '<h2>Head</h2><p>A <em>b</em> <code>c</code></p><ul><li>d</li></ul><blockquote cite="https://a.example/q">e'
        '</blockquote><figure><img src="https://a.example/i.png" alt="f" width="10" height="20">'
        "<figcaption>g</figcaption></figure><table><tbody><tr><td>h</td></tr></tbody></table><pre>i\n  j</pre>"
    )
    assert sanitise(html) == html


def test_links_are_made_absolute_and_keep_their_rel() -> None:
    assert sanitise('<a href="/x" rel="license nofollow">y</a><img src="i.png">', BASE) == (
        '<a href="https://news.example/x" rel="license nofollow">y</a><img src="https://news.example/2026/11/i.png">'
    )


def test_a_relative_address_without_a_base_is_left_out() -> None:
    assert sanitise('<a href="/x">y</a>') == "<a>y</a>"


@pytest.mark.parametrize("base", ["javascript:alert(1)//", "data:text/html,", "not a url"])
def test_a_base_that_is_no_web_address_resolves_nothing(base: str) -> None:
    assert sanitise('<a href="x">y</a>', base) == "<a>y</a>"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "kept",
        "kept" + "<b>" * 100_000,
        "kept<p>" + "".join(f"<b a{i}>" for i in range(190)) + "</p><p>x" * 2_000,
        "kept<p " + " ".join(f"a{i}=1" for i in range(200_000)) + ">",
        "kept" + "\u00a0&amp;" * 500_000,
        "kept" + "<!--" * 200_000,
        "<table><tr><td>" * 30_000 + "kept",
    ],
    ids=["divs", "formatting", "re-opened formatting", "attributes", "escapes", "comments", "tables"],
)
def test_hostile_markup_is_sanitised_in_bounded_time_and_keeps_its_text(html: str) -> None:
    started = time.process_time()
    clean = sanitise(html)
    assert time.process_time() - started < 3
    assert "kept" in clean


def test_what_comes_out_can_be_stored() -> None:
    clean = sanitise("<p>a\x00b\ud800c&#0;d&#27;e")
    clean.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", clean)
