"""From what a rule captured to what a notice states: names split and checked, links read, licences named.

A captured value that cannot be what it is taken for (`names`) makes the whole match void: the sentence was not
boilerplate after all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from ingest import urls
from ingest.articles.notices import credits, licences, names, suppliers
from ingest.articles.notices.evidence import Match, Setting, fold
from ingest.articles.notices.first_names import FIRST_NAMES
from ingest.articles.notices.rule import Rule
from ingest.records import FieldValue, LinkSpan, NoticeKind

_PUBLISHERS = frozenset({"publisher", "via", "copyright_holder"})
_ARTICLE_LOWER = re.compile(
    r"^(?:the|der|die|das|dem|den|la|le|les|el|los|las|il|lo|gli|o|a|os|as|our|no|na|nos|nas|nel|nella) (?=\S)|"
    r"^l'(?=\S)"
)
_BY = re.compile(r"^[©ⓒ®™ ]*(?:(?:[Pp]rovided by|by|von|par|por|door) (?=\w))?")  # "Copyright 2024 © by …"
# Before "Le Phare rouge", "La voce del porto": a capital within the sentence, where no sentence begins.
_CAPITAL_ARTICLE = frozenset("Le La Les El Los Las Il Lo Gli O Os As".split())
_LINK_FIELDS = {
    NoticeKind.APPEARED_FIRST, NoticeKind.ORIGINALLY_PUBLISHED, NoticeKind.ORIGINAL_SOURCE,
    NoticeKind.REPUBLISHED_BY_PERMISSION, NoticeKind.LICENSE, NoticeKind.READ_MORE, NoticeKind.COURTESY_OF,
    NoticeKind.VIA_CHAIN,
}  # fmt: skip
# Who lends a text is often its author in person, and a bio is more often a person's than an outlet's.
_LENT_OR_BIO = {NoticeKind.REPUBLISHED_BY_PERMISSION, NoticeKind.COURTESY_OF, NoticeKind.AUTHOR_BIO}
# Kinds whose wording leaves no doubt that a name stands there: "coolsite" will do.
_ONE_SMALL_WORD = {NoticeKind.REPUBLISHED_BY_PERMISSION, NoticeKind.WIRE_CREDIT, NoticeKind.COPYRIGHT}
_WITH_AGENCY = {NoticeKind.CONTRIBUTORS, NoticeKind.PHOTO_CREDIT}
_WITH_CONTACT = {NoticeKind.REMOVAL_CONTACT, NoticeKind.AUTHOR_BIO, NoticeKind.PRESS_RELEASE_SOURCE}
_CREDITS = {"photo": credits.of_image, "credits": credits.of_text}
_NO_NAMES = frozenset(
    """
        this that these those here there it he she they we you i who what which our my his her their
        its each every all some any many most one no nobody everyone opinions views details
    """.split()
)
_STOPPED = frozenset(
    "inc corp ltd co bros m.b.h s.p.a s.a e.v s.r.l s.l b.v n.v o.o s.r.o a.s a.ş d.o.o s.a.s s.c".split()
)
_URL = re.compile(r"https?://[^\s<>\"')\]，。]{3,500}")
_HOLDER_AND_YEAR = re.compile(r"(\S+ \S.*?),? \(?((?:19|20)\d\d(?: ?[-–—/] ?(?:19|20)?\d\d)?)\)?")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_YEAR = re.compile(r"(?:19|20)\d\d")


def state(rule: Rule, match: Match, setting: Setting) -> dict[str, FieldValue] | None:
    """The fields of a match, or None when a captured value refutes it."""
    stated: dict[str, FieldValue] = {}
    for name, raw in match.captured.items():
        if name in _CREDITS:
            parts = _CREDITS[name](raw)
            if parts is None or _holds_speech(raw):
                return None
            stated |= parts
            continue
        if name == "authors":
            credit = _authors(raw, rule, match)
            if credit is None:
                return None
            stated = credit | stated
            continue
        if name == "agency" and (credit := _credited_person(raw, rule)):
            stated = credit | stated
            continue
        value = _value(name, raw, rule, match, setting)
        if value is None:
            return None
        if name == "copyright_holder" and "copyright_year" not in match.captured and isinstance(value, str):
            value, year = _without_year(value)
            if year:
                stated["copyright_year"] = year
        if name == "agency" and isinstance(value, str):
            value = credits.agencies_in(value)
        if value:
            stated[name] = value
        if name == "publisher" and rule.kind in _LENT_OR_BIO and names.is_known_person(str(value)):
            stated["authors"] = (str(stated.pop("publisher")),)
        if name == "via" and rule.kind is NoticeKind.VIA_CHAIN and names.is_known_person(str(value)):
            stated["authors"] = (str(stated.pop("via")),)  # thanked for the find: "Hat tip to Ann Poe"
        if name == "publisher" and rule.kind is NoticeKind.READ_MORE and names.is_domain(str(value)):
            stated["publisher_url"] = stated.pop("publisher")
        elif name == "publisher" and str(value).startswith("http"):
            address = _bare_address(str(stated.pop("publisher")))
            stated.setdefault("publisher_url" if is_section(address) else "original_url", address)
    for name, constant in rule.fields.items():
        value = _constant(constant, stated, match) if isinstance(constant, str) else constant
        if value:
            stated.setdefault(name, value)
    if rule.kind in _LINK_FIELDS:
        _read_links(stated, rule.kind, match)
    if rule.kind in _WITH_CONTACT and "contact" not in stated and (mailbox := _mailbox(match.links)):
        stated["contact"] = mailbox
    if rule.kind is NoticeKind.BYLINE and (agency := credits.agency_in(_original(match))):
        stated.setdefault("agency", agency)
    if rule.kind is NoticeKind.LICENSE and "license" not in stated:
        _name_licence(stated, match)
    return stated


def _authors(raw: str, rule: Rule, match: Match) -> dict[str, FieldValue] | None:
    """The authors, and an agency they are said to write for; empty to leave them out, None to void the match."""
    value = raw.strip() if names.is_handle(raw.strip()) else names.tidy(raw)
    if not value:
        return {}
    if rule.kind is NoticeKind.AUTHOR_BIO and not _opens_a_bio(value, match):
        return None
    said = credits.of_byline(value)
    if rule.kind not in _WITH_AGENCY and "authors" in said:
        said.pop("agency", None)
    return said or None


def _credited_person(raw: str, rule: Rule) -> dict[str, FieldValue] | None:
    """Fields of what was taken for an agency and names a person: "Ann Poe/AFP"; of an image also "赵磊"."""
    value = names.tidy(raw)
    if rule.kind is NoticeKind.PHOTO_CREDIT and names.is_whole_name(value):
        return {"authors": (value,)}
    if "/" not in value:
        return None
    parts = credits.of_image(value) or {}
    return parts if parts.keys() >= {"authors", "agency"} else None


def _value(name: str, raw: str, rule: Rule, match: Match, setting: Setting) -> FieldValue | None:
    """One captured value made good: "" to leave the field out, None to void the match."""
    value = names.tidy(raw)
    if not value:
        return ""
    if name in _PUBLISHERS or name == "agency":
        return _publisher(raw, name, rule, match, setting)
    if name == "title" and rule.kind is NoticeKind.READ_MORE and value[0].islower():
        return None  # "More: that is what they want" is no headline
    if name == "title":
        return value if len(value) <= 300 and len(value.split()) <= 45 else None
    if name in ("original_url", "publisher_url", "license_url"):
        return _bare_address(value)
    if name == "license":
        return licences.normalise(value) or value
    if name == "copyright_year":
        return value if _YEAR.search(value) else None
    return value


def _bare_address(written: str) -> str:
    """An address without what stands around it in a text: "[Pier](https://…/a).", "<https://…/a>"; not "…/A_(b)"."""
    address = written.partition(">")[0]
    for opening, closing in ("()", "[]"):
        if opening not in address:
            address = address.partition(closing)[0]
    return address.rstrip(".,;")


def _holds_speech(credit: str) -> bool:
    return sum(mark in credit for mark in '"“”') > 0 and len(credit) > 60


def _opens_a_bio(value: str, match: Match) -> bool:
    """Whether a sentence that begins with `value` can be about its author: "Details can be found in …" is not."""
    words = value.lower().split()
    one_word = len(words) == 1 and value.lower() != value.upper()  # scripts without case do not part names
    alone = one_word and words[0] not in FIRST_NAMES and "contact" not in match.captured
    return not alone and words[0] not in _NO_NAMES


def _publisher(raw: str, name: str, rule: Rule, match: Match, setting: Setting) -> str | None:
    value = names.tidy(raw)
    if any(fold(value) == fold(_text_of(link, match)) for link in match.links):
        return value
    if value.startswith(("http://", "https://")):
        return value if " " not in value else None
    bare = _ARTICLE_LOWER.sub("", _BY.sub("", value) if name == "copyright_holder" else value, count=1)
    if bare != value and rule.kind is NoticeKind.APPEARED_FIRST:
        return None  # an automatic footer inserts a name, never "der Liste"
    if name == "copyright_holder":
        holder = names.holder_in(bare)
        if holder is None:
            return None
        bare = holder
    value = names.tidy(bare)
    if not value:
        return ""
    if name == "agency" and (value.lower() in names.GENERIC_AGENCIES or suppliers.is_nobody(value)):
        return ""  # "news agencies" supplied it: which, it does not say
    if name == "agency" and rule.kind is NoticeKind.PHOTO_CREDIT and names.is_known_person(value):
        # "Hans Lucas" is one; two boxers and a stroke are none
        return value if suppliers.is_agency(value) else None
    named = names.is_quoted(bare) or names.is_quoted(raw) or _opens_with_article(value, match)
    if _is_name(value, name, rule, setting, named=named):
        return _with_stop(value)
    return None


def _without_year(holder: str) -> tuple[str, str]:
    """The holder and the year of "La Nación 2021"; "Studio 2000" alone is a name."""
    match = _HOLDER_AND_YEAR.fullmatch(holder)
    return (match[1], match[2]) if match else (holder, "")


def _is_name(value: str, name: str, rule: Rule, setting: Setting, *, named: bool) -> bool:
    """Whether `value` can be the publisher, holder or agency that the rule takes it for.

    `named`: its marks or capitals say that it is a name, whatever small letters are in it.
    """
    words, feed = value.split(), setting.source.feed.title
    capital = value[0].isupper()
    if name == "agency" and (suppliers.is_agency(value) or _is_short(value)):
        return True
    if rule.kind is NoticeKind.APPEARED_FIRST and (len(words) <= 2 or (len(words) <= 5 and capital)):
        lenient = True  # the machine that wrote it wrote a name here: "Palabras de mar"
    elif name == "agency" and capital and len(words) <= 3:
        lenient = True
    else:
        single = len(words) == 1 and rule.kind in _ONE_SMALL_WORD
        lenient = single or (named and not value[0].islower()) or bool(feed and fold(feed) == fold(value))
    return names.is_publication(value, lower_case=lenient)


def _opens_with_article(value: str, match: Match) -> bool:
    words = value.split()
    return 2 < len(words) <= 5 and words[0] in _CAPITAL_ARTICLE and not _original(match).startswith(value)


def _is_short(value: str) -> bool:
    return len(value.split()) <= 2 and len(value) <= 24 and not any(char in ",;" for char in value)


def _with_stop(value: str) -> str:
    """ "Morningstar, Inc" ended a sentence: give the abbreviation its stop back."""
    return value + "." if value.rsplit(" ", 1)[-1].lower() in _STOPPED else value


def _original(match: Match) -> str:
    return match.line.original[match.start : match.end]


def _text_of(link: LinkSpan, match: Match) -> str:
    return match.line.original[link.start - match.line.start : link.end - match.line.start]


def _constant(constant: str, stated: Mapping[str, FieldValue], match: Match) -> FieldValue:
    """A rule's constant; `=field` copies another field; `@first.href`, `@last.text` … read the span's links."""
    if constant.startswith("="):
        return next((stated[name] for name in constant[1:].split("|") if name in stated), "")
    if not constant.startswith("@"):
        return constant
    if not match.links:
        return ""
    which, _, what = constant[1:].partition(".")
    link = match.links[0] if which == "first" else match.links[-1]
    return link.href if what == "href" else names.tidy(_text_of(link, match))


def _read_links(stated: dict[str, FieldValue], kind: NoticeKind, match: Match) -> None:
    """Addresses behind the words: a link on the title is the article, on the publisher its site."""
    for link in match.links:
        if not urls.is_web(link.href):
            continue
        if licences.from_url(link.href):
            stated.setdefault("license_url", link.href)
            continue
        shown = fold(_text_of(link, match))
        about = next((n for n in ("title", "publisher", "via") if _same(stated.get(n), shown)), None)
        section = is_section(link.href)
        if about == "title":
            stated.setdefault("original_url", link.href)
        elif about == "publisher" and (section or kind is NoticeKind.APPEARED_FIRST):
            stated.setdefault("publisher_url", link.href)
        elif about != "via" and not section:
            stated.setdefault("original_url", link.href)
    if "original_url" not in stated and kind in (NoticeKind.ORIGINAL_SOURCE, NoticeKind.ORIGINALLY_PUBLISHED):
        written = _URL.search(match.line.text, match.start, match.end)
        if written and not is_section(written.group()):
            stated["original_url"] = _bare_address(written.group())


def _mailbox(links: Sequence[LinkSpan]) -> str | None:
    """The first address that a mailto link names (RFC 6068), as behind "write to us"."""
    written = (unquote(link.href[7:].partition("?")[0]) for link in links if link.href.startswith("mailto:"))
    return next((found[0] for one in written if (found := _EMAIL.search(one))), None)


def _same(value: FieldValue | None, shown: str) -> bool:
    return isinstance(value, str) and bool(shown) and fold(value) == shown


def is_section(href: str) -> bool:
    """Whether an address looks like that of a site or of one section of it rather than of an article."""
    rest = href.split("//", 1)[-1].split("?", 1)[0].split("#", 1)[0].rstrip("/")
    section = rest.partition("/")[2]
    return len(section) <= 12 and not any(char in "/-" or char.isdigit() for char in section)


def _name_licence(stated: dict[str, FieldValue], match: Match) -> None:
    text = match.line.text[match.start : match.end]
    if licence := licences.identify(text, [link.href for link in match.links]):
        stated["license"] = licence
    if "license_url" not in stated:
        for written in _URL.finditer(text):
            if licences.from_url(written.group()):
                stated["license_url"] = _bare_address(written.group())
