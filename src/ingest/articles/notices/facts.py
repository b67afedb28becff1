"""What is plain about a line before any rule is tried on it, as bits: rules that need what is not so are left out.

Most conditions of rules ask where a line stands, how long it is, what its block is. With one number a line, the
sieve passes over all the rules that cannot hold there.
"""

from __future__ import annotations

from bisect import bisect_left

from ingest.articles.notices.evidence import OF_BLOCKS, OF_LINES, ON_NEIGHBOURS, Setting
from ingest.articles.notices.languages import OTHER_SCRIPTS
from ingest.articles.notices.rule import Rule
from ingest.articles.notices.sentences import Segment
from ingest.records import NoticeKind

_OF_LENGTH = {"short": 80, "no longer byline": 130, "no longer line": 300, "no longer caption": 500}
"""Characters of a line that is short; of one that is as a whole a byline or a wire's credit, another notice, a caption.
The longest in our texts have 95, 112 and 195."""
_OF_PLACE = ("opening", "closing")
_LAST = "last"  # line of all; a match of several lines may end there though it begins before
_OTHER_SCRIPT = "other script"  # than ours has a letter of the text
_LENGTHS = tuple(_OF_LENGTH.values())
# Each fact has a bit that says it is not so, and the next says it is.
_NOT = {
    name: 1 << 2 * at for at, name in enumerate((*_OF_PLACE, _LAST, *OF_BLOCKS, *_OF_LENGTH, _OTHER_SCRIPT))
}
_SO = {name: bit << 1 for name, bit in _NOT.items()}
_BLOCK_BITS = tuple((tell, _NOT[name], _SO[name]) for name, tell in OF_BLOCKS.items())
_OF_LENGTHS = tuple(
    sum((_SO if at <= place else _NOT)[name] for place, name in enumerate(_OF_LENGTH))
    for at in range(len(_OF_LENGTH) + 1)
)
_MOST = {
    NoticeKind.BYLINE: "no longer byline",
    NoticeKind.WIRE_CREDIT: "no longer byline",
    NoticeKind.PHOTO_CREDIT: "no longer caption",
}
_UNNAMED = sum(bit for name, bit in _NOT.items() if name.startswith("no longer")) | _NOT[_OTHER_SCRIPT]


def needs(rule: Rule) -> int:
    """What must be true of the line in which a match of the rule begins, in the bits of `missing`.

    A rule of another script than ours has nothing to say in a text without such letters.
    """
    told = {*_OF_PLACE, *OF_BLOCKS}
    bits = 0
    if rule.id.partition(".")[0] in OTHER_SCRIPTS:
        bits |= _NOT[_OTHER_SCRIPT]
    if rule.scope in ("block", "blocks"):
        told.add("short")
    if rule.scope != "blocks":
        told.add(_LAST)
    if rule.scope == "block":
        bits |= _NOT[_MOST.get(rule.kind, "no longer line")]
    for condition in rule.when:
        name = condition.removeprefix("!")
        if name in told:
            bits |= _NOT[name] if name == condition else _SO[name]
    return bits


def missing(line: Segment, setting: Setting) -> int:
    """What is not true of a line: a bit for each fact that is not so, and another for each that is.

    Where near misses are wanted, without what rules name in `when`: these are then told as refused.
    """
    bits = _OF_LENGTHS[bisect_left(_LENGTHS, len(line.text))]
    if setting.latin:
        bits |= _NOT[_OTHER_SCRIPT]
    if setting.near_misses:
        return bits & _UNNAMED
    for name in _OF_PLACE:
        bits |= (_SO if OF_LINES[name](line, setting) else _NOT)[name]
    bits |= (_SO if line.index == len(setting.lines) - 1 else _NOT)[_LAST]
    for tell, when_not, when_so in _BLOCK_BITS:
        bits |= when_so if tell(line.block) else when_not
    return bits


def beside(rule: Rule, line: Segment, setting: Setting) -> bool:
    """Whether what `rule` asks of its neighbours is true, which is known once the sure notices are."""
    return all(
        OF_LINES[name](line, setting) is (name == condition)
        for condition in rule.when
        if (name := condition.removeprefix("!")) in ON_NEIGHBOURS
    )
