"""Feeds that tests make: small, whole, and changed in one place at a time."""

from __future__ import annotations

from xml.sax.saxutils import escape

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def item(n: int | str, body: str | None = None, *, guid: str | None = None, extra: str = "") -> str:
    link = f"https://paper.example/{n}"
    text = body if body is not None else f"<p>Body of story {n}.</p>"
    return (
        f"<item><title>Story {n}</title><link>{link}</link><guid>{guid or link}</guid>"
        f"<pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate>"
        f"<content:encoded>{escape(text)}</content:encoded>{extra}</item>"
    )


def rss(*items: str, title: str = "The Paper", extra: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {NAMESPACES}><channel>'
        f"<title>{title}</title><link>https://paper.example/</link>{extra}{''.join(items)}</channel></rss>"
    )
