"""Whether two entries tell one story: an updated article, a second headline, the copy in another section.

Samples of hashed word runs are compared (the smallest hashes: a bottom-k sketch), those of the body first, for
a long footer under a short text makes two stories look alike. Half of the words in common, and several sentences of
them without a mark of a footer, are a story that goes on under a new headline.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.articles.notices.masking import codes, crc
from ingest.articles.notices.memory import Telling
from ingest.articles.notices.sentences import Segment

RUN = 4  # words: `_runs` counts on it
_HASHES = 1 << 32
LONGEST_READ = 60_000  # characters; what follows does not make it another story
_BODY_SAMPLE, _WHOLE_SAMPLE = 24, 16
_SHORTEST_BODY = 12  # words that must be left when footers are peeled off
_LONGEST_PEEL = 150  # words
_BODY_ALIKE, _WHOLE_ALIKE, _TITLE_ALIKE = 0.3, 0.5, 0.6
_FEWEST_TO_TELL = 8  # runs
_PLAIN_ALIKE, _FEWEST_PLAIN = 0.5, 30  # share, and words


def telling(key: int, title: str | None, lines: Sequence[Segment]) -> Telling:
    """The story of an entry. `lines` are those that are no notices."""
    words: list[tuple[int, ...]] = []
    read = 0
    for line in lines:
        if read > LONGEST_READ:
            break
        words.append(codes(line.text[:LONGEST_READ]))
        read += len(line.text)
    numbers = "".join(char for char in title or "" if char.isdigit())
    first, last = _body(words)
    before, within = sum(map(len, words[:first])), sum(map(len, words[first:last]))
    whole = [code for line in words for code in line]
    runs = _runs(whole)
    plain = [code for line, its in zip(lines, words, strict=False) if _is_plain(line) for code in its]
    return Telling(
        key=key,
        title=codes(title or "")[:12],
        title_numbers=crc(numbers),
        body=_sample(whole[before : before + within], runs[before:], _BODY_SAMPLE),
        whole=_sample(whole, runs, _WHOLE_SAMPLE),
        plain=_sample(plain, runs if len(plain) == len(whole) else _runs(plain), _BODY_SAMPLE),
        plain_words=len(plain),
    )


def is_copy(one: Telling, other: Telling) -> bool:
    if one.key == other.key:
        return True
    if (
        min(len(one.body), len(other.body)) >= _FEWEST_TO_TELL
        and _alike(one.body, other.body, _BODY_SAMPLE) >= _BODY_ALIKE
    ):
        return True
    words = min(one.plain_words, other.plain_words)
    if words >= _FEWEST_PLAIN:
        share = _alike(one.plain, other.plain, _BODY_SAMPLE)
        if share >= _PLAIN_ALIKE and share * words >= _FEWEST_PLAIN:
            return True
    if not _same_title(one, other):
        return False
    return one.whole == other.whole or _alike(one.whole, other.whole, _WHOLE_SAMPLE) >= _WHOLE_ALIKE


def _is_plain(line: Segment) -> bool:
    """Whether nothing of its form speaks for a footer."""
    return not (line.links or line.block.in_footer or line.block.after_rule or "©" in line.text)


def _same_title(one: Telling, other: Telling) -> bool:
    if one.title_numbers != other.title_numbers:
        return False
    ours, theirs = set(one.title), set(other.title)
    return ours == theirs or len(ours & theirs) >= _TITLE_ALIKE * len(ours | theirs)


def _body(lines: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    """Which lines are left without the last ones, and without the first, as long as a body is; else (0, 0)."""
    if len(lines) < 2:
        return 0, len(lines)
    left, peeled, end = sum(map(len, lines)), 0, len(lines)
    while (
        end > 1
        and left - len(lines[end - 1]) >= _SHORTEST_BODY
        and (end == len(lines) or peeled + len(lines[end - 1]) <= _LONGEST_PEEL)
    ):
        end -= 1
        left -= len(lines[end])
        peeled += len(lines[end])
    if not peeled:
        return 0, 0
    return int(end > 2 and left - len(lines[0]) >= _SHORTEST_BODY), end


def _runs(words: Sequence[int]) -> list[int]:
    """The hash of each run of words, by the place of its first."""
    runs = zip(words, words[1:], words[2:], words[3:], strict=False)
    return [(29791 * one + 961 * two + 31 * three + four) & 0xFFFFFFFF for one, two, three, four in runs]


def _sample(words: Sequence[int], runs: Sequence[int], size: int) -> tuple[int, ...]:
    """The smallest hashes of the runs of `words`, sorted. `runs` begin where they do, and may go on behind them."""
    if len(words) < RUN:
        return tuple(words)
    own = set(runs[: len(words) - RUN + 1])
    bound = 4 * size * _HASHES // len(own)  # they are spread evenly: nearly always enough lie below it
    few = [run for run in own if run < bound]
    return tuple(sorted(few if len(few) >= size else own)[:size])


def _alike(one: Sequence[int], other: Sequence[int], size: int) -> float:
    """The share of runs in common, of the shorter text, estimated from those below the samples' common reach."""
    if set(one).isdisjoint(other):
        return 0.0  # as nearly all are
    reach = min(_reach(one, size), _reach(other, size))
    ours, theirs = {run for run in one if run <= reach}, {run for run in other if run <= reach}
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))


def _reach(sample: Sequence[int], size: int) -> int:
    """Up to which hash the sample has all runs of its text."""
    return max(sample) if len(sample) == size else _HASHES - 1
