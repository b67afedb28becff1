"""A loopback server of generated feeds, in a process of its own: what bench/poll.py and its peers poll.

    python -m bench.feedserver [--feeds N] [--entries N] [--port N]     prints its port, serves until its input closes

Feed n is RSS, Atom, RDF or JSON Feed in turn; half of them give summaries, half whole articles with a footer. Every
feed has a host of its own (all of 127.0.0.0/8 is this machine), an ETag, a Last-Modified, and gzip for who asks. The
same n and state give the same bytes. `GET /control?…` sets the switches and tells what was asked since the last time:

    latency=SECONDS   before each answer          ignore_validators=1   200 where 304 would do
    new=K             K more entries in each feed
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from random import Random
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

FORMATS = ("rss", "atom", "rdf", "json")
_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = (
    "harbour council winter bridge school ferry market river teacher budget storm village orchard engine museum "
    "the a of to and in that for on with is was by at from as it he she they not which their has but were had are "
    "said after before nearly about against between during without under over again found built opened closed moved "
    "voted asked planned reported measured repaired delayed painted counted returned waited small large late early "
    "quiet public local northern old new final second third several many few most other same next last"
).split()
_NAMES = "Ada Brandt,Bo Ek,Carla Nunes,Dina Osei,Emil Novak,Farah Idris,Greta Lund,Hugo Marsh".split(",")


def path(feed: int) -> str:
    return f"/feed/{feed}.{FORMATS[feed % 4]}"


def url(feed: int, port: int) -> str:
    """Each feed on a host of its own, so that no client thinks it has one server before it."""
    return f"http://127.{1 + feed // 62_500}.{feed // 250 % 250}.{1 + feed % 250}:{port}{path(feed)}"


# ------------------------------------------------------------------------------------------ the documents


@dataclass(frozen=True, slots=True)
class Item:
    guid: str
    link: str
    title: str
    author: str
    published: datetime
    html: str


def gives_whole_articles(feed: int) -> bool:
    return feed // 4 % 2 == 1


def item(feed: int, number: int) -> Item:
    """Entry `number` of a feed, the same whenever it is asked for."""
    dice = Random(feed * 1_000_003 + number)
    site = f"https://paper{feed}.example"
    title = _words(dice, 7).capitalize()
    link = f"{site}/{2026}/{number}/{title.lower().replace(' ', '-')}"
    body = (
        _article(dice, site, title, link) if gives_whole_articles(feed) else f"<p>{_sentence(dice, 45)}</p>"
    )
    return Item(
        f"{site}/?p={number}", link, title, dice.choice(_NAMES), _EPOCH + timedelta(hours=number), body
    )


def _article(dice: Random, site: str, title: str, link: str) -> str:
    """About eight kilobytes of HTML: paragraphs, links, a picture, a list, and a footer."""
    parts = [f'<figure><img src="{site}/i/{dice.randrange(999)}.jpg" alt="{_words(dice, 4)}"/></figure>']
    for place in range(13):
        text = " ".join(_sentence(dice, dice.randint(12, 24)) for _ in range(5))
        parts.append(f'<p>{text} <a href="{site}/t/{dice.randrange(99)}">{_words(dice, 3)}</a>.</p>')
        if place == 6:
            parts.append("<ul>" + "".join(f"<li>{_sentence(dice, 8)}</li>" for _ in range(4)) + "</ul>")
    parts.append(
        f'<p>The post <a href="{link}">{title}</a> appeared first on <a href="{site}">The Paper</a>.</p>'
    )
    return "\n".join(parts)


def _words(dice: Random, count: int) -> str:
    return " ".join(dice.choices(_WORDS, k=count))


def _sentence(dice: Random, count: int) -> str:
    return _words(dice, count).capitalize() + "."


def document(feed: int, newest: int, entries: int) -> bytes:
    """The feed as it stands when `newest` entries have been published, the last `entries` of them shown."""
    items = [item(feed, number) for number in range(newest - 1, max(newest - entries, 0) - 1, -1)]
    head = f"The Paper {feed}", f"https://paper{feed}.example/"
    kind = FORMATS[feed % 4]
    if kind == "json":
        return _json(*head, items)
    return {"rss": _rss, "atom": _atom, "rdf": _rdf}[kind](*head, items).encode()


def _rss(title: str, home: str, items: list[Item]) -> str:
    body = "".join(
        f'<item><title>{i.title}</title><link>{i.link}</link><guid isPermaLink="false">{i.guid}</guid>'
        f"<dc:creator>{i.author}</dc:creator><pubDate>{format_datetime(i.published)}</pubDate>"
        f"<content:encoded><![CDATA[{i.html}]]></content:encoded></item>\n"
        for i in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{title}</title><link>{home}</link><description>News</description><language>en</language>"
        f"<lastBuildDate>{format_datetime(items[0].published)}</lastBuildDate>{body}</channel></rss>"
    )


def _atom(title: str, home: str, items: list[Item]) -> str:
    body = "".join(
        f'<entry><title>{i.title}</title><id>{i.guid}</id><link rel="alternate" href="{i.link}"/>'
        f"<author><name>{i.author}</name></author><published>{i.published.isoformat()}</published>"
        f'<updated>{i.published.isoformat()}</updated><content type="html">{escape(i.html)}</content></entry>\n'
        for i in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f'<title>{title}</title><id>{home}</id><link href="{home}"/>'
        f"<updated>{items[0].published.isoformat()}</updated>{body}</feed>"
    )


def _rdf(title: str, home: str, items: list[Item]) -> str:
    listed = "".join(f'<rdf:li rdf:resource="{i.link}"/>' for i in items)
    body = "".join(
        f'<item rdf:about="{i.link}"><title>{i.title}</title><link>{i.link}</link>'
        f"<dc:creator>{i.author}</dc:creator><dc:date>{i.published.isoformat()}</dc:date>"
        f"<description>{escape(i.html[:200]) if i.html.startswith('<figure') else escape(i.html)}</description>"
        f"<content:encoded>{escape(i.html)}</content:encoded></item>\n"
        for i in items
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="{home}"><title>{title}</title><link>{home}</link><description>News</description>'
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>{body}</rdf:RDF>"
    )


def _json(title: str, home: str, items: list[Item]) -> bytes:
    entries = [
        {
            "id": i.guid,
            "url": i.link,
            "title": i.title,
            "authors": [{"name": i.author}],
            "date_published": i.published.isoformat(),
            "content_html": i.html,
        }
        for i in items
    ]
    version = "https://jsonfeed.org/version/1.1"
    feed = {"version": version, "title": title, "home_page_url": home, "language": "en", "items": entries}
    return json.dumps(feed).encode()


@lru_cache(maxsize=2_200)  # the feeds of the usual run, before and after they change; more are made anew
def _packed(feed: int, newest: int, entries: int) -> bytes:
    squeeze = zlib.compressobj(level=1, wbits=31)
    return squeeze.compress(document(feed, newest, entries)) + squeeze.flush()


# ------------------------------------------------------------------------------------------ the server


@dataclass
class State:
    feeds: int
    entries: int
    newest: int = 0
    latency: float = 0.0
    ignore_validators: bool = False
    asked: dict[str, int] = field(default_factory=lambda: {"200": 0, "304": 0, "404": 0})

    def __post_init__(self) -> None:
        self.newest = self.entries

    def control(self, query: str) -> bytes:
        for name, value in parse_qsl(query):
            if name == "latency":
                self.latency = float(value)
            elif name == "ignore_validators":
                self.ignore_validators = value == "1"
            elif name == "new":
                self.newest += int(value)
        told = json.dumps(self.asked).encode()
        self.asked = dict.fromkeys(self.asked, 0)
        return _head(200, {"Content-Type": "application/json", "Content-Length": str(len(told))}) + told

    def answer(self, target: str, headers: dict[str, str]) -> bytes:
        feed = _number(target)
        if feed is None or feed >= self.feeds:
            self.asked["404"] += 1
            return _head(404, {"Content-Length": "0"})
        # The document's last hour, and never the server's own: the same state gives the same answer.
        modified = format_datetime(_EPOCH + timedelta(hours=self.newest), usegmt=True)
        validators = {"ETag": f'"{feed}-{self.newest}"', "Last-Modified": modified}
        if not self.ignore_validators and _still(headers, validators):
            self.asked["304"] += 1
            return _head(304, validators)
        self.asked["200"] += 1
        is_packed = "gzip" in headers.get("accept-encoding", "")
        body = (
            _packed(feed, self.newest, self.entries)
            if is_packed
            else document(feed, self.newest, self.entries)
        )
        more = {"Content-Encoding": "gzip"} if is_packed else {}
        kind = {"Content-Type": _TYPES[FORMATS[feed % 4]], "Content-Length": str(len(body))}
        return _head(200, validators | kind | more) + body


def _still(headers: dict[str, str], validators: dict[str, str]) -> bool:
    """RFC 9110 §13.2.2: If-None-Match alone decides where it is sent."""
    if "if-none-match" in headers:
        return headers["if-none-match"] == validators["ETag"]
    return headers.get("if-modified-since") == validators["Last-Modified"]


def _number(target: str) -> int | None:
    name = target.removeprefix("/feed/").partition(".")[0]
    return int(name) if name.isdecimal() else None


def _head(status: int, headers: dict[str, str]) -> bytes:
    reason = {200: "OK", 304: "Not Modified", 404: "Not Found"}[status]
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {reason}\r\n{lines}\r\n".encode()


class _Connection(asyncio.Protocol):
    """HTTP/1.1 as far as a GET without a body needs it: quick, so that the clients are what is measured."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            self._serve(head.decode("latin-1"))

    def _serve(self, head: str) -> None:
        request, *lines = head.split("\r\n")
        target = urlsplit(request.split(" ")[1])
        if target.path == "/control":
            self._transport.write(self._state.control(target.query))
            return
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        is_last = headers.get("connection", "").lower() == "close"
        loop = asyncio.get_running_loop()
        loop.call_later(self._state.latency, self._answer, target.path, headers, is_last)

    def _answer(self, target: str, headers: dict[str, str], is_last: bool) -> None:
        self._transport.write(self._state.answer(target, headers))
        if is_last:
            self._transport.close()


async def serve(feeds: int, entries: int, port: int) -> None:
    state = State(feeds, entries)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(state), "0.0.0.0", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=200)
    arguments.add_argument("--entries", type=int, default=20)
    arguments.add_argument("--port", type=int, default=0, help="default: any that is free")
    asked = arguments.parse_args()
    asyncio.run(serve(asked.feeds, asked.entries, asked.port))


if __name__ == "__main__":
    main()
