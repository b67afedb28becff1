"""What stands around a match and speaks for or against it: conditions that rules name in `when` and `boost`."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from ingest import urls
from ingest.articles.notices import licences, names
from ingest.articles.notices.languages import LANGUAGES, OTHER_SCRIPTS, is_latin, is_strange
from ingest.articles.notices.rule import Rule
from ingest.articles.notices.sentences import Segment, canonical
from ingest.records import Block, BlockKind, LinkSpan, NoticeKind, Source

_SMALL_WORDS = (" the ", " and ", " this ", " with ", " that ", " from ", " was ", " for ", " to ", " of ")
_ENGLISH_SHARE = 0.12  # of an English text's words are one of these; of other languages' far fewer
_TELLS_LANGUAGE = 1_500  # characters
FOREIGN_PENALTY = 0.2  # the text is of another language than the rule
STRANGE_PENALTY = 0.45  # the very words are
LONGEST_FURNITURE = 1_200
"""Characters. A longer line is body: of one that is a whole text, only the end stands where furniture does."""
_SENTENCE_END = re.compile(r"[^\W\d_]{3}[\"')]?[.!?][\"')]? +(?=[^\W\d_a-zß-ÿ]|[\"(\[©])")
_A_PARAGRAPH = 3  # ends of sentences behind which another one begins
_FOOTER_WORDS = 90  # characters an automatic footer says beside its two links, in the longest of languages


@dataclass(slots=True)
class Setting:
    """The document around a match, computed once."""

    lines: list[Segment]
    source: Source
    near_misses: bool = False  # whether refused candidates are wanted too, with fields and reasons
    title: str = field(init=False)
    beside: frozenset[int] = frozenset()  # lines next to which, or in which, a notice was already found
    kinds: Mapping[int, Set[NoticeKind]] = field(default_factory=dict)  # of the sure notices in each line
    footers: dict[tuple[int, int], bool] = field(default_factory=dict)  # pairs of links that were looked at

    _english: bool | None = None
    _latin: bool | None = None

    def __post_init__(self) -> None:
        self.title = fold(self.source.title or "")

    @property
    def english(self) -> bool:
        """Whether the text's small words are English: other languages' rules then know less of it."""
        if self._english is None:
            text = f" {self._beginning().lower()} "
            small = sum(text.count(word) for word in _SMALL_WORDS)
            self._english = small >= 3 and small >= _ENGLISH_SHARE * (text.count(" ") - 1)
        return self._english

    def _beginning(self) -> str:
        """As much of the text as tells its language."""
        taken, size = [], 0
        for line in self.lines:
            taken.append(line.text)
            size += len(line.text)
            if size > _TELLS_LANGUAGE:
                break
        return " ".join(taken)

    @property
    def latin(self) -> bool:
        """Whether no letter of the text is of another script than ours."""
        if self._latin is None:
            self._latin = all(is_latin(line.text) for line in self.lines)
        return self._latin


@dataclass(slots=True)
class Match:
    """A place where a rule's words stand: offsets within its (first) line."""

    line: Segment
    start: int
    end: int
    wrapper: str = ""
    links: tuple[LinkSpan, ...] = ()
    captured: Mapping[str, str] = field(default_factory=dict)
    last_line: Segment | None = None


@functools.lru_cache(maxsize=4096)  # titles and names are compared again for every rule
def fold(text: str) -> str:
    """For comparing titles and names: canonical, case-folded, letters and digits only."""
    return "".join(char for char in canonical(text).casefold() if char.isalnum())


def _wordpress_links(match: Match, setting: Setting) -> bool:
    """Two links: the entry (by its title or address), then a site's front page on the same domain."""
    if len(match.links) != 2:
        return False
    place = match.links[0].start, match.links[1].start
    if place not in setting.footers:
        setting.footers[place] = _links_to_entry_and_site(match, setting)
    return setting.footers[place]


def _links_to_entry_and_site(match: Match, setting: Setting) -> bool:
    beyond_links = match.line.length - sum(link.end - link.start for link in match.links)
    if beyond_links > _FOOTER_WORDS:
        return False
    article, site = match.links
    if not (urls.is_web(article.href) and urls.is_web(site.href)) or not _is_shallow(site.href):
        return False
    if urls.registrable_domain(article.href) != urls.registrable_domain(site.href):
        return False
    shown = fold(match.line.text[article.start - match.line.start : article.end - match.line.start])
    own_url = setting.source.url or ""
    titled = bool(setting.title) and shown == setting.title
    return titled or bool(own_url and urls.normalise(article.href) == urls.normalise(own_url))


def _is_shallow(href: str) -> bool:
    """Whether the path of an address is no more than one name: a site, a section, an author."""
    rest = href.split("//", 1)[-1].split("?", 1)[0].split("#", 1)[0].rstrip("/")
    return rest.count("/") <= 1


def _title_known(match: Match, setting: Setting) -> bool:
    return bool(setting.title) and fold(match.captured.get("title", "")) == setting.title


def _author_known(match: Match, setting: Setting) -> bool:
    named = fold(match.captured.get("authors", ""))
    return any(fold(person.name) in named for person in setting.source.authors if person.name)


def _person(match: Match, _: Setting) -> bool:
    return any(
        names.is_known_person(tidied) or (tidied.isupper() and names.is_person(tidied))
        for tidied in map(names.tidy, match.captured.values())
    )


def _closing(line: Segment, setting: Setting) -> bool:
    total = len(setting.lines)
    return line.index >= total - max(6, total // 3)


def _last(match: Match, setting: Setting) -> bool:
    return (match.last_line or match.line).index == len(setting.lines) - 1 and _near_the_end(match)


def _near_the_end(match: Match) -> bool:
    """Of its line; a text may be a single one."""
    return match.line.length - match.start <= LONGEST_FURNITURE


def _alone(match: Match, _: Setting) -> bool:
    return match.start <= 2 and match.end >= len(match.line.text) - 2


def _paragraph(match: Match, _: Setting) -> bool:
    """Of the story; a caption's block may say as much."""
    return match.line.block.kind is not BlockKind.CAPTION and (
        len(_SENTENCE_END.findall(match.line.text, match.start, match.end)) >= _A_PARAGRAPH
    )


def _in_sentence(match: Match, _: Setting) -> bool:
    """ "... told the Press Agency (dpa)." explains a word; "... on Monday. (dpa)" and "... on Monday (dpa)" sign."""
    text = match.line.text
    return text[match.end - 1] == "." and text[: match.start].rstrip()[-1:].isalnum()


def is_short(length: int) -> bool:
    return length <= 80


# In one line with a sure notice of these kinds: what may be the rest of a bio, an appeal, a correction, a licence.
_KIN: Mapping[str, frozenset[NoticeKind]] = {
    "bio_line": frozenset({NoticeKind.AUTHOR_BIO}),
    "promo_line": frozenset({NoticeKind.SUBSCRIBE_PROMO}),
    "appeal_line": frozenset({NoticeKind.DONATION_APPEAL}),
    "note_line": frozenset({NoticeKind.EDITORIAL_NOTE}),
    "terms_line": frozenset({NoticeKind.USAGE_TERMS, NoticeKind.LICENSE}),
    "removal_line": frozenset({NoticeKind.REMOVAL_CONTACT}),
    "pointer_line": frozenset({NoticeKind.READ_MORE}),
}


def _with_kin(kinds: frozenset[NoticeKind]) -> Callable[[Segment, Setting], bool]:
    return lambda line, setting: (
        line.length <= LONGEST_FURNITURE and not kinds.isdisjoint(setting.kinds.get(line.index, ()))
    )


# Conditions on the block alone.
OF_BLOCKS: Mapping[str, Callable[[Block], bool]] = {
    "emphasis": lambda block: block.emphasis,
    "after_rule": lambda block: block.after_rule,
    "footer": lambda block: block.in_footer,
    "caption": lambda block: block.kind is BlockKind.CAPTION,
    "heading": lambda block: block.kind is BlockKind.HEADING,
}


def _in_block(holds_of: Callable[[Block], bool]) -> Callable[[Segment, Setting], bool]:
    return lambda line, _: holds_of(line.block)


# Conditions on the line alone: true or false of every match that begins in it.
OF_LINES: Mapping[str, Callable[[Segment, Setting], bool]] = {
    # of the first three, in the first half
    "opening": lambda line, s: line.index < min(3, len(s.lines) // 2),
    "closing": _closing,  # in its last third, or last six lines
    **{name: _in_block(holds_of) for name, holds_of in OF_BLOCKS.items()},
    "beside": lambda line, s: line.index in s.beside,  # next to a notice that is sure
    **{name: _with_kin(kinds) for name, kinds in _KIN.items()},
}
ON_KIN = frozenset(_KIN)
ON_NEIGHBOURS = frozenset({"beside", *_KIN})  # known once the sure notices are


def _on_line(holds_of: Callable[[Segment, Setting], bool]) -> Callable[[Match, Setting], bool]:
    return lambda match, setting: holds_of(match.line, setting)


CONDITIONS: Mapping[str, Callable[[Match, Setting], bool]] = {
    **{name: _on_line(holds_of) for name, holds_of in OF_LINES.items()},
    "closing": lambda m, s: _closing(m.line, s) and _near_the_end(m),
    "beside": lambda m, s: m.line.index in s.beside and _near_the_end(m),
    "alone": _alone,  # it is all the line says
    "starts": lambda m, _: m.start <= 2,
    "ends": lambda m, _: m.end >= len(m.line.text) - 2,
    "last": _last,  # nothing follows it
    "linked": lambda m, _: bool(m.links),
    "wrapped": lambda m, _: bool(m.wrapper),  # in brackets
    "short": lambda m, _: is_short(m.end - m.start),
    "long": lambda m, _: m.end - m.start > 240,
    "upper": lambda m, _: m.line.text[m.start : m.end].isupper(),
    "title_known": _title_known,  # its title is the entry's own
    "author_known": _author_known,
    "wordpress_links": _wordpress_links,
    "licence_link": lambda m, _: any(licences.from_url(link.href) for link in m.links),
    "cut_off": lambda m, _: m.line.text[: m.start].rstrip()[-1:].isalnum(),  # in the middle of a sentence
    "in_sentence": _in_sentence,
    "paragraph": _paragraph,  # it has three sentences or more, and is no caption
    "person": _person,  # what it captured is certainly a person's name
    "only": lambda m, s: len(s.lines) == 1 and _alone(m, s),  # the text has nothing else
}


def foreign(rule: str, match: Match, setting: Setting) -> float:
    """What it takes from the confidence that the rule of that id is another language's than the text, or the words.

    What the rule captured does not count: names are of any language.
    """
    language = rule.partition(".")[0]
    if language not in LANGUAGES:
        return 0.0
    other_script = language in OTHER_SCRIPTS and setting.latin
    if other_script or language not in OTHER_SCRIPTS:
        words = match.last_line.text if match.last_line else match.line.text[match.start : match.end]
        for value in match.captured.values():
            words = words.replace(canonical(value), " ")
        if is_strange(language, words):
            return STRANGE_PENALTY
    return FOREIGN_PENALTY if language != "en" and (setting.english or other_script) else 0.0


def ceilings(rules: Sequence[Rule], *, english: bool, latin: bool) -> list[float]:
    """How sure a match of each rule can be at most in a text of that language and script."""
    languages = (rule.id.partition(".")[0] for rule in rules)
    foreign_here = (
        one in LANGUAGES and one != "en" and (english or (latin and one in OTHER_SCRIPTS))
        for one in languages
    )
    return [
        bounded(rule.ceiling - FOREIGN_PENALTY * away) for rule, away in zip(rules, foreign_here, strict=True)
    ]


def holds(condition: str, match: Match, setting: Setting) -> bool:
    """Whether `condition`, or its negation when it starts with `!`, is true of the match."""
    if condition.startswith("!"):
        return not CONDITIONS[condition[1:]](match, setting)
    return CONDITIONS[condition](match, setting)


def bounded(confidence: float) -> float:
    """Nothing is certain; three digits are more than can be told apart."""
    return round(max(0.0, min(0.99, confidence)), 3)


def unmet(conditions: Iterable[str], match: Match, setting: Setting) -> str | None:
    """The first of a rule's `when` conditions that is not true of the match, neighbours aside."""
    for condition in conditions:
        if condition.removeprefix("!") not in ON_NEIGHBOURS and not holds(condition, match, setting):
            return condition
    return None
