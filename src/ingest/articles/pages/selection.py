"""Which blocks of a page are the article: what the extractor kept, and the credits it dropped.

Body extractors answer with text alone and delete credit lines silently ("originally appeared on …", photo
credits, copyright footers). So their answer is only held against our own walk of the raw page: a block stays
when the extractor kept its words, and comes back when it stands in the article's own container, among or right
after what was kept, and looks like a credit. Whether it is one, the notices decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import re2
from lxml import etree

from ingest.articles.blocks import Walk
from ingest.articles.pages.answer import Answer
from ingest.articles.pages.asides import asides, links_in
from ingest.articles.pages.container import Container
from ingest.articles.pages.furniture import Furniture, Mark
from ingest.articles.pages.surroundings import is_of_picture
from ingest.records import Block, BlockKind, Document, LinkSpan

_CONTAINER_SHARE = 0.9  # of the kept characters
_MAX_CREDIT_CHARS = 500
_REACH_BEFORE = 12  # blocks: title, byline, dateline, lead picture
_REACH_AFTER = 60
_LINKED_SHARE = 0.5  # of a dropped paragraph's characters
_FLOWING = frozenset(("p", "h2", "h3", "h4", "ul", "ol", "dl", "blockquote", "pre"))

_CREDIT = re2.compile(  # asked of every line near an article: 5 µs, not 80
    r"(?i)©|\(c\) ?\d{4}|copyright|all rights reserved|urheber|alle rechte|droits réservés|derechos reservados"
    r"|diritti riservati|direitos reservados"
    r"|creative commons|\bCC[- ]BY|licen[sc]|lizenz|licenza|licença"
    r"|originally|(?:first|previously) (?:appear|publish)|appeared (?:first )?(?:on|in|at)|republish|reprint|syndicat"
    r"|ursprünglich|zuerst|erschien|(?:initialement|d'abord) (?:paru|publié)|paru (?:sur|dans)|publicado originalmente"
    r"|publicad[oa] (?:en|em)|pubblicato (?:su|in|originariamente)"
    r"|courtesy|permission|genehmigung|cortesía|cortesia|gentile concessione|autorisation"
    r"|\b(?:photo|image|picture|video|foto|fotos|bild|bilder|credits?|crédit|crédito|source|quelle|fuente|fonte|bron)s?"
    r"(?: (?:by|credit|courtesy|von|de|di|per))?\s?[:/]|photo(?:graph)? by|getty|shutterstock|unsplash|istock"
    r"|\b(?:reuters|associated press|afp|dpa|bloomberg|ansa|efe|pti|xinhua)\b|\((?:AP|CNN|UPI|CP)\)|AP Photo"
    r"|^(?:by|von|par|por|di|door)\s+\pL\S*\s+\pL[^.!?]{0,80}$"
    r"|contributed to this|(?:reporting|editing|additional reporting) by|written by|views expressed|opinions expressed",
)
_CREDIT_MARK = Mark(r"credit|copyright|licen[sc]e|attribution|syndicat|source-?(?:org|name|link)|provider")
_FURNITURE = ("nav", "aside", "form", "menu", "button")
_FURNITURE_MARK = Mark(
    r"comment|related|recommend|sidebar|newsletter|subscri|promo|share|social|popular|trending|most-?read|breadcrumb"
    r"|\bnav|cookie|advert|sponsor|teaser|widget|outbrain|taboola|disqus|pagination|site-?footer|global-?footer|modal"
)


@dataclass(frozen=True, slots=True)
class Selection:
    document: Document
    image_credits: tuple[str, ...] = ()  # captions that look like credits: of the picture, not of the text


def select(
    walk: Walk, kept_text: str, container: Container, *, title: str | None, url: str | None
) -> Selection:
    """The part of a walked page that is the article.

    `kept_text` is the extractor's answer, one block a line; `title` and `url` are the page's. Time is linear in all.
    """
    document = walk.document()
    answer = Answer(kept_text, [document.text[block.start : block.end] for block in document.blocks])
    whole = range(len(document.blocks))
    if container.is_page:
        place = near = _densest(walk, document, answer.known())
        # The article's place first: the same words may stand in a teaser before it, or the whole article a second time
        # for small screens.
        kept = answer.claim([*place, *(index for index in whole if index not in place)])
    else:
        place, near = _within(walk, container.element), _within(walk, container.around)
        kept = answer.claim(place)
    document = _captioned(walk, document, near)
    if container.flows:
        kept.update(_flowing(walk, document, container.element, near, kept))
    kept -= asides(document, kept, title, url)
    if not kept & set(place):
        return Selection(Document("", (), warnings=document.warnings))
    dropped = _credits(walk, document, kept, near)
    captions = [index for index in dropped if document.blocks[index].kind is BlockKind.CAPTION]
    order = sorted(kept.union(dropped).difference(captions))
    images = tuple(
        address
        for address, at in zip(document.images, walk.image_places, strict=True)
        if order[0] <= at <= order[-1] + 1
    )
    credits = (document.blocks[index] for index in captions)
    return Selection(
        _part(document, order, images), tuple(document.text[block.start : block.end] for block in credits)
    )


def _captioned(walk: Walk, document: Document, near: range) -> Document:
    """The page with the captions that only a class calls so."""
    blocks = list(document.blocks)
    for index in near:
        block = blocks[index]
        if (
            block.kind is BlockKind.PARAGRAPH
            and block.end - block.start <= _MAX_CREDIT_CHARS
            and is_of_picture(walk.owners[index])
        ):
            blocks[index] = replace(block, kind=BlockKind.CAPTION)
    return replace(document, blocks=tuple(blocks))


# --------------------------------------------------------------------------- what the extractor dropped


def _flowing(
    walk: Walk, document: Document, container: etree._Element, near: range, kept: set[int]
) -> Iterator[int]:
    """Paragraphs that the extractor dropped, right below an element whose text flows, or one of the same name.

    Extractors drop what they have no element for (text of the container itself), what follows a class name they
    mistake, and now and then everything; and the last section of an article may stand beside the container.
    """
    furniture = Furniture(_FURNITURE, _FURNITURE_MARK)
    like = (container.tag, container.get("class"))
    for index in near:
        block = document.blocks[index]
        if index in kept or block.kind is BlockKind.CAPTION:
            continue
        owner = walk.owners[index]
        place = owner if owner is container else _below(owner, container, like)
        if place is None or (place is not container and place.tag not in _FLOWING):
            continue
        linked = sum(link.end - link.start for link in links_in(document, block))
        if linked < _LINKED_SHARE * (block.end - block.start) and not furniture.holds(owner):
            yield index


def _below(
    element: etree._Element, container: etree._Element, like: tuple[object, str | None]
) -> etree._Element | None:
    """The ancestor-or-self right below the container, or below an element of the same tag and class."""
    place = element
    while (above := place.getparent()) is not None:
        if above is container or (like[1] and (above.tag, above.get("class")) == like):
            return place
        place = above
    return None


# --------------------------------------------------------------------------- the article's place on the page


def _densest(walk: Walk, document: Document, known: list[int]) -> range:
    """The blocks inside the smallest element that holds nearly all the text of the known ones."""
    if not known:
        return range(0)
    own: dict[etree._Element, int] = {}
    for index in known:
        block = document.blocks[index]
        own[walk.owners[index]] = own.get(walk.owners[index], 0) + block.end - block.start
    weight = dict(own)
    for element, length in own.items():
        for ancestor in element.iterancestors():
            weight[ancestor] = weight.get(ancestor, 0) + length
    enough = _CONTAINER_SHARE * sum(own.values())
    # What holds nearly all lies on one line of ancestors: the deepest of them is the smallest.
    heavy = [element for element, length in weight.items() if length >= enough]
    return _within(walk, max(heavy, key=lambda element: sum(1 for _ in element.iterancestors())))


def _within(walk: Walk, element: etree._Element) -> range:
    elements = set(element.iter())
    within = [index for index, owner in enumerate(walk.owners) if owner in elements]
    return range(within[0], within[-1] + 1) if within else range(0)


def _credits(walk: Walk, document: Document, kept: set[int], near: range) -> list[int]:
    """Dropped blocks that look like credits, among the kept ones or near them, in the same surroundings."""
    among = [index for index in kept if index in near]
    reach = range(max(near.start, min(among) - _REACH_BEFORE), min(near.stop, max(among) + 1 + _REACH_AFTER))
    furniture = Furniture(_FURNITURE, _FURNITURE_MARK)
    said = {document.text[b.start : b.end] for b in (document.blocks[index] for index in kept)}
    found = []
    for index in reach:
        block = document.blocks[index]
        text = document.text[block.start : block.end]
        if (
            index not in kept
            and len(text) <= _MAX_CREDIT_CHARS
            and text not in said
            and block.kind is not BlockKind.HEADING
            and (_CREDIT.search(text) or _is_marked(walk.owners[index]))
            and not furniture.holds(walk.owners[index])
        ):
            said.add(text)
            found.append(index)
    return found


def _is_marked(element: etree._Element) -> bool:
    """Whether the page itself calls it a credit: class, itemprop or rel of the element or its parent."""
    parent = element.getparent()
    return any(
        _CREDIT_MARK(node.get(name))
        for node in ((element, parent) if parent is not None else (element,))
        for name in ("class", "itemprop", "rel")
    )


# --------------------------------------------------------------------------- a document of some of the blocks


def _part(document: Document, indices: list[int], images: tuple[str, ...]) -> Document:
    """The blocks of `document` at `indices`, in order, with their links, joined by one newline."""
    pieces: list[str] = []
    blocks: list[Block] = []
    links: list[LinkSpan] = []
    offset = next_link = 0
    for index in indices:
        block = document.blocks[index]
        shift = offset - block.start
        pieces.append(document.text[block.start : block.end])
        blocks.append(replace(block, start=offset, end=block.end + shift))
        while next_link < len(document.links) and document.links[next_link].start < block.start:
            next_link += 1
        while next_link < len(document.links) and document.links[next_link].end <= block.end:
            link = document.links[next_link]
            links.append(replace(link, start=link.start + shift, end=link.end + shift))
            next_link += 1
        offset += block.end - block.start + 1
    return Document("\n".join(pieces), tuple(blocks), tuple(links), images, document.warnings)
