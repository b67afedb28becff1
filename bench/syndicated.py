"""Attribution of whole pages: republished ones, and ordinary ones that must not be called so.

    python -m bench.syndicated [PAGES]      (default: $INGEST_SHARED/pages, or ../shared/pages beside the checkout)

1. PAGES/syndicated: what expected.json states of each page, beside what the extractor says.
2. PAGES/benchmark: pages said to come from another publisher. Those read and found to be true are in REPUBLISHED.
3. PAGES/benchmark: the authors, beside a reading of JSON-LD and meta of its own, strict: what it cannot
   read for sure it leaves out.

Each figure stands beside its goal; every miss is printed.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import lxml.html

from ingest import charset, sources, urls
from ingest.articles import extract
from ingest.articles.notices import catalogue, suppliers
from ingest.articles.publishers import names, sites
from ingest.articles.publishers import table as publishers
from ingest.records import Attribution, Evidence, EvidenceKind

TABLE = publishers.load()

# Pages of the benchmark that somebody has read: an agency's dateline or byline, or another paper's canonical link.
REPUBLISHED = frozenset(
    """
    05844573 06e5123e 0d461229 14cc2a0c 359fee22 39d5c43b 5a822960 5caf91b8 82b6d780 9eef8162 a6968f42 abd9d629 aec5deea
    b37be353 c467d507 c90731f0 d0382c0d db6b0816 e7994d55 ecb46e3e eecd2575 ef2b3f26
    """.split()
)
_NO_PERSON = re.compile(
    r"\b(?:staff|bureau|desk|team|editor(?:ial|s)?|admin|news|press|reuters|media|wire|agency|international|business|"
    r"the|writer|reporter|correspondent|\w+\.(?:com|net|org))\b|@|://|^(?:pti|ap|afp|rt|ms|rdn|md|phd)$",
    re.IGNORECASE,
)


def main() -> None:
    shared = Path(os.environ.get("INGEST_SHARED", Path(__file__).parents[1] / "../shared"))
    pages = Path(sys.argv[1]) if len(sys.argv) > 1 else shared / "pages"
    if not pages.exists():
        sys.exit(f"{pages} is not there; set INGEST_SHARED")
    rules = catalogue.load()
    republished(pages / "syndicated", rules)
    ordinary(pages / "benchmark", rules)


def attribution(page: Path, url: str, rules: catalogue.Catalogue) -> tuple[str, Attribution]:
    html = charset.to_text(gzip.decompress(page.read_bytes()))
    return html, extract.extract(sources.make(html, html=True, url=url), rules).attribution


# --------------------------------------------------------------------------- republished pages


def republished(folder: Path, rules: catalogue.Catalogue) -> None:
    held: dict[str, list[bool]] = {}
    for item in json.loads((folder / "expected.json").read_text("utf-8")):
        _, found = attribution(folder / item["file"], item["url"], rules)
        told = {
            "original publisher": (item["original_publisher"], found.original_publisher),
            "original URL": (item["original_url"], found.original_url),
            "authors": (item["authors"], [byline.name for byline in found.authors]),
            "agency": (item["wire"], found.agency),
            "copyright holder": (item["copyright_holder"], found.copyright_holder),
        }
        for name, (expected, got) in told.items():
            if expected is None:
                continue
            right = bool(got) == bool(expected) and _agrees(name, expected, got, found)
            held.setdefault(name, []).append(right)
            if not right:
                print(f"   {item['file']}: {name}: expected {expected!r}, found {got!r}")
    goals = {"original publisher": 9, "authors": 6}
    for name, answers in held.items():
        print(f"{name:20} {sum(answers)} of {len(answers)}   goal {goals.get(name, len(answers))}")


def _agrees(name: str, expected: Any, got: Any, found: Attribution) -> bool:
    if name == "authors":
        return {one.casefold() for one in expected} == {one.casefold() for one in got}
    if name == "original URL":
        wanted, given = urls.normalise(expected), urls.normalise(got)
        return wanted == given or (urls.is_home_page(expected) and given.startswith(wanted.rstrip("/") + "/"))
    site = found.original_publisher_url if name == "original publisher" else None
    return names.same(expected, None, got, site, TABLE) or bool(
        site and names.key(expected) in sites.labels(site)
    )


# --------------------------------------------------------------------------- ordinary pages


def ordinary(folder: Path, rules: catalogue.Catalogue) -> None:
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    wrong, judged, exact, stated = 0, 0, 0, 0
    shown: list[bool] = []
    for identity, page in truth.items():
        html, found = attribution(folder / "html" / f"{identity}.html.gz", page["url"], rules)
        written = _written(html)
        for evidence in _evidence(found):
            shown.append(bool(evidence.place) and _is_verbatim(evidence.quote, written))
            if not shown[-1]:
                print(f"   {identity[:8]}: not on the page: {evidence.place}: {evidence.quote[:100]!r}")
        if _is_elsewhere(found, page["url"]):
            judged += identity[:8] in REPUBLISHED
            if identity[:8] not in REPUBLISHED:
                wrong += 1
                print(
                    f"   {identity[:8]} {page['url'][:80]}: said to come from {found.original_publisher!r}:"
                )
                for why in found.evidence.get("original_publisher", ()):
                    print(f"       {why.place}: {why.quote[:100]}")
        expected = strict_authors(html, found.publisher)
        if expected is None:
            continue
        stated += 1
        got = {_folded(byline.name) for byline in found.authors}
        exact += got == expected
        if got != expected:
            print(f"   {identity[:8]}: authors: expected {sorted(expected)}, found {sorted(got)}")
    print(
        f"wrongly republished  {wrong} of {len(truth)} ({wrong / len(truth):.1%})   goal 1 %; rightly: {judged}"
    )
    print(f"evidence verbatim    {sum(shown)} of {len(shown)} ({sum(shown) / len(shown):.2%})   goal 100 %")
    print(f"author exact         {exact} of {stated} ({exact / stated:.3f})   goal 0.900")


def _is_elsewhere(found: Attribution, url: str) -> bool:
    name, site = found.original_publisher, found.original_publisher_url
    if not name or names.same(name, site, found.publisher, found.publisher_url, TABLE):
        return False
    return names.key(name) not in sites.labels(url) and not (site and sites.one_publisher(site, url))


def _evidence(found: Attribution) -> Iterator[Evidence]:
    for several in (
        *found.evidence.values(),
        *(b.evidence for b in found.bylines),
        *(h.evidence for h in found.hops),
    ):
        yield from (evidence for evidence in several if evidence.kind is not EvidenceKind.REQUEST)


def _written(html: str) -> str:
    """All that stands in a page: its text, with and without its code, its attributes, its source; no white space."""
    root = _parsed(html)
    shown = root.xpath("//text()[not(ancestor::script or ancestor::style or ancestor::svg)]")
    values = (value for node in root.iter() for value in node.values())
    return _bare("".join((*root.itertext(), *shown, *values, html)))


def _is_verbatim(quote: str, written: str) -> bool:
    """Whether the words stand there, white space aside; in a script they may be escaped."""
    bare = _bare(quote) if len(quote) < 2 else _bare(quote.rstrip("…"))
    return bool(bare) and (bare in written or _bare(json.dumps(quote)[1:-1]) in written)


def _bare(text: str) -> str:
    return "".join(text.split())


def _parsed(html: str) -> lxml.html.HtmlElement:
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    return lxml.html.document_fromstring(html.encode(), parser=parser)


def strict_authors(html: str, publisher: str | None) -> set[str] | None:
    """The people that JSON-LD, or else meta, names as authors; None where it names none for sure."""
    root = _parsed(html)
    stated = [name for script in root.iter("script") for name in _jsonld_names(script)]
    if not stated:
        stated = [
            meta.get("content") or ""
            for meta in root.iter("meta")
            if (meta.get("name") or meta.get("property") or "").lower() in ("author", "byl", "dc.creator")
        ]
    people: set[str] = set()
    for text in stated:
        for part in re.split(
            r",|\||(?<=\w\w)\. |\band\b|&", re.sub(r"^\W*(?:analysis )?by ", "", text.strip(), flags=re.I)
        ):
            words = part.split()
            if not words or _NO_PERSON.search(part.strip()) or suppliers.is_agency(part.strip()):
                continue
            if len(words) < 2 or _folded(part) == _folded(publisher or ""):
                continue
            people.add(_folded(part))
    return people or None


def _jsonld_names(script: Any) -> Iterator[str]:
    if "ld+json" not in (script.get("type") or ""):
        return
    try:
        data = json.loads(script.text or "", strict=False)
    except ValueError:
        return
    nodes = data if isinstance(data, list) else [data]
    for node in nodes:
        for one in _items(node.get("@graph", node)) if isinstance(node, dict) else ():
            kind = str(one.get("@type")) if isinstance(one, dict) else ""
            if "Article" in kind or "Posting" in kind:
                for author in _items(one.get("author")):
                    name = author.get("name") if isinstance(author, dict) else author
                    if isinstance(name, str) and (
                        not isinstance(author, dict) or author.get("@type") != "Organization"
                    ):
                        yield name


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split()).strip(" .")


if __name__ == "__main__":
    main()
