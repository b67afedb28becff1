from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import urls

SAME = [
    ("http://example.com/a", "https://example.com/a"),
    ("https://www.example.com/a", "https://example.com/a"),
    ("HTTPS://Example.COM/a", "https://example.com/a"),
    ("http://example.com:80/a", "https://example.com/a"),
    ("https://example.com:443/a", "https://example.com/a"),
    ("https://example.com./a", "https://example.com/a"),
    ("https://example.com", "https://example.com/"),
    ("https://example.com/a/", "https://example.com/a"),
    ("https://example.com/a#comments", "https://example.com/a"),
    ("https://example.com/a#", "https://example.com/a"),
    ("https://example.com/a?", "https://example.com/a"),
    ("https://example.com/x/../a", "https://example.com/a"),
    ("https://example.com/./a", "https://example.com/a"),
    ("https://example.com/%7Ejo/%61", "https://example.com/~jo/a"),
    ("https://example.com/caf%c3%a9", "https://example.com/caf%C3%A9"),
    ("https://example.com/café", "https://example.com/caf%C3%A9"),
    ("https://example.com/a b", "https://example.com/a%20b"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://BÜCHER.example/a", "https://bücher.example/a"),
    ("https://jo:secret@example.com/a", "https://example.com/a"),
    ("https://example.com/a?utm_source=rss&utm_medium=feed", "https://example.com/a"),
    ("https://example.com/a?id=3&fbclid=x&UTM_Source=y", "https://example.com/a?id=3"),
    ("https://example.com/a?gclid=1&mc_cid=2&at_medium=RSS", "https://example.com/a"),
    ("https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ("  https://example.com/a\n", "https://example.com/a"),
    ("https://example.com/long", "https://example.com/lo\nng"),
]

DIFFERENT = [
    ("https://example.com/a", "https://example.com/A"),
    ("https://example.com/a", "https://example.com/a/b"),
    ("https://example.com/a", "https://example.com:8080/a"),
    ("https://example.com/a", "https://news.example.com/a"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://example.com/?p=1", "https://example.com/?p=2"),
    ("https://example.com/story?sid=1", "https://example.com/story?sid=2"),
    ("https://example.com/story?cid=1", "https://example.com/story?cid=2"),
    ("https://example.com/story?source=1", "https://example.com/story?source=2"),
    ("https://example.com/story?ref=1", "https://example.com/story"),
    ("https://example.com/app#!/story/1", "https://example.com/app#!/story/2"),
    ("https://example.com/app#/story/1", "https://example.com/app#/story/2"),
    ("https://example.com/?a=1&a=2", "https://example.com/?a=2&a=1"),
    ("https://example.com/?2024&03", "https://example.com/?03&2024"),
    ("https://www.com/", "https://com/"),
    ("urn:uuid:1", "urn:uuid:2"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spellings_of_one_address_are_the_same(one, other):
    assert urls.normalise(one) == urls.normalise(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_that_may_name_different_articles_stay_apart(one, other):
    assert urls.normalise(one) != urls.normalise(other)


@pytest.mark.parametrize(
    "text", ["urn:isbn:1", "tag:a.example,2024:1", "mailto:a@b.example", "abc", "", "http://[bad"]
)
def test_what_is_no_web_address_is_only_trimmed(text):
    assert urls.normalise(f" {text} ") == text


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://x.example", True),
        ("https://www.x.example:443/", True),
        ("https://x.example/#top", True),
        ("https://u@x.example/", True),
        ("https://x.example/?utm_source=feed", True),
        ("https://x.example?p=3", False),
        ("https://x.example/?next=/", False),
        ("https://x.example/#!/a", False),
        ("https://x.example/a", False),
        ("mailto:a@x.example", False),
        ("", False),
    ],
)
def test_a_home_page_is_told_from_a_page(url, home):
    assert urls.is_home_page(url) is home


_URLISH = st.text(alphabet="htps:/?#&=%@[].\\\n aAéß0157www-_~;!2e", max_size=40)


@given(st.one_of(st.text(max_size=40), _URLISH, _URLISH.map("http://www.a.example/".__add__)))
def test_normalising_twice_changes_nothing_and_nothing_raises(text):
    once = urls.normalise(text)
    assert urls.normalise(once) == once
    urls.without_secrets(text)
    urls.registrable_domain(text)
    urls.is_web(text)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "HTTPS://example.com/a b?c#d",
        "http://[::1]:8080/",
        "http://jo@example.com/",
        "https://bücher.example/",
    ],
)
def test_web_addresses_are_recognised(url):
    assert urls.is_web(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/a",
        "//example.com/a",
        "/a",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "http:///path",
        "http://",
        "http:// /",
        "http://[bad/",
        "http://exa mple.com/",
        "http://example.com:99999/",
        "http://example.com:port/",
        "http://example.com\\@evil.example/",
        "http://evil.example\\@example.com/",
        "http://example.com/a\x00b",
        "http://example.com/a\nHost: evil",
        "http://example.com/\x7f",
        " http://example.com/",
        "http://example.com/" + "a" * 8200,
    ],
)
def test_what_cannot_be_visited_is_no_web_address(url):
    assert not urls.is_web(url)


def test_the_host_is_lower_case_idna_without_port_or_user():
    assert urls.host("https://jo:pw@News.Example.COM.:8443/a") == "news.example.com"
    assert urls.host("https://bücher.example/") == "xn--bcher-kva.example"
    assert urls.host("http://[::1]:80/") == "[::1]"
    assert urls.host("urn:x") is None


@pytest.mark.parametrize(
    ("given_url", "domain"),
    [
        ("https://news.example.co.uk/a", "example.co.uk"),
        ("news.example.co.uk", "example.co.uk"),
        ("NEWS.Example.com", "example.com"),
        ("https://someone.blogspot.com/", "blogspot.com"),
        ("https://a.b.example.com.au:8080/x", "example.com.au"),
        ("http://192.0.2.1/", "192.0.2.1"),
        ("http://[2001:db8::1]/", "[2001:db8::1]"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
        ("", None),
        ("urn:isbn:1 2", None),
    ],
)
def test_the_registrable_domain_is_what_somebody_registered(given_url, domain):
    assert urls.registrable_domain(given_url) == domain


def test_two_unknown_sites_are_not_the_same_site():
    assert urls.same_site("https://m.example.com/1", "https://www.example.com/2")
    assert not urls.same_site("https://example.com/", "https://example.org/")
    assert not urls.same_site("", "")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://jo:secret@example.com/a", "https://example.com/a"),
        ("https://a@b:c@example.com/", "https://example.com/"),
        ("https://example.com/feed?token=abc&page=2", "https://example.com/feed?token=***&page=2"),
        ("https://example.com/feed?API_KEY=abc#x", "https://example.com/feed?API_KEY=***#x"),
        ("https://example.com/feed?x=9f86d081884c7d659a2feaa0c55ad015", "https://example.com/feed?x=***"),
        ("https://example.com/feed?9f86d081884c7d659a2feaa0c55ad015", "https://example.com/feed?***"),
        (
            "https://example.com/feed?X-Amz-Signature=abc&access_token=d",
            "https://example.com/feed?X-Amz-Signature=***&access_token=***",
        ),
        (
            "https://example.com/feed?title=a-story-about-the-year-of-many-words",
            "https://example.com/feed?title=a-story-about-the-year-of-many-words",
        ),
        ("https://example.com/me@home?author=keynes", "https://example.com/me@home?author=keynes"),
        ("//jo:secret@example.com/a", "//example.com/a"),
        ("/feed?token=abc", "/feed?token=***"),
    ],
)
def test_secrets_do_not_reach_the_log(url, shown):
    assert urls.without_secrets(url) == shown


def test_importing_the_module_loads_neither_the_suffix_list_nor_idna():
    check = "import ingest.urls, sys; sys.exit(bool({'publicsuffixlist', 'idna'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_host_longer_than_any_name_is_none() -> None:
    assert urls.is_web(f"https://{'a.' * 122}example/") is True
    assert urls.is_web(f"https://{'a.' * 124}example/") is False


def test_an_address_that_no_index_takes_is_too_long_to_be_kept_counted_in_bytes() -> None:
    start = "https://a.example/"
    assert urls.too_long(start + "é" * 1015) is None
    assert urls.too_long(start + "é" * 1016) == "its address is too long to be kept: 2050 bytes, at most 2048"
