"""What the conditions of rules mean, in words for whoever writes a rule: `ingest rules show` and `explain` say them.

Each completes "needs `x`: ", and stands in docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Mapping

CONDITIONS: Mapping[str, str] = {
    "alone": "it is all that its line says",
    "starts": "it stands at the beginning of its line",
    "ends": "it stands at the end of its line",
    "opening": "its line is one of the first three and in the first half",
    "closing": "its line is in the last third or one of the last six, and it in the line's last 1,200 characters",
    "last": "no line follows it, and at most 1,200 characters",
    "only": "the text says nothing else",
    "beside": "in its line, or in the one before or after, another rule surely found a notice",
    "bio_line": "another rule surely found a notice about the author in its line",
    "promo_line": "another rule surely found a promotion in its line",
    "pointer_line": "another rule surely found a pointer to the rest in its line",
    "appeal_line": "another rule surely found an appeal for money in its line",
    "note_line": "another rule surely found an editorial note in its line",
    "terms_line": "another rule surely found terms of use or a licence in its line",
    "removal_line": "another rule surely found in its line how to have it removed",
    "linked": "there is a link in it",
    "wordpress_links": "its two links lead to the entry itself and to the front page of the same site",
    "licence_link": "it links to a known licence",
    "emphasis": "its block is all bold, italic or small",
    "after_rule": "a horizontal rule stands right before its block",
    "footer": "it stands in a footer or small element",
    "caption": "its block is the caption of an image",
    "heading": "its block is a heading",
    "wrapped": "it stands in brackets",
    "short": "it is no longer than 80 characters",
    "long": "it is longer than 240 characters",
    "upper": "it is all in capitals",
    "cut_off": "it begins in the middle of a sentence",
    "in_sentence": "it begins in the middle of a sentence, whose full stop follows it",
    "title_known": "the title it captured is the article's own",
    "author_known": "the name it captured is an author the feed names",
    "paragraph": "three sentences or more go on after another in it, and its block is no caption",
    "person": "what it captured is certainly the name of a person",
}


def of_condition(condition: str) -> str:
    """`closing` or `!closing` in words."""
    if condition.startswith("!"):
        return f"not: {CONDITIONS[condition[1:]]}"
    return CONDITIONS[condition]
