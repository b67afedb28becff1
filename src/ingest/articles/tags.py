"""What each HTML element means to the block walk: the HTML standard's, and the obsolete ones feeds still use."""

from __future__ import annotations

from ingest.records import BlockKind


def names(text: str) -> frozenset[str]:
    """Element names, written with spaces between."""
    return frozenset(text.split())


# Their text is not the article's: code, controls, other documents. Alternative text of media is not body either.
DROPPED = names(
    "script style noscript template head title svg math iframe object embed applet canvas audio video map"
    " select option optgroup datalist input textarea button progress meter frameset noframes dialog"
)
# They start and end a block.
BREAKING = names(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hgroup html legend li listing main menu nav ol p plaintext pre section summary"
    " table tbody td tfoot th thead tr ul xmp"
)
LISTS = names("ul ol dl menu dir")
EMPHASIS = names("b strong i em small")
FOOTER = names("footer small")
QUOTE = names("blockquote q")
MARK = names("br hr img rt")

KINDS = {
    **{f"h{level}": BlockKind.HEADING for level in range(1, 7)},
    **dict.fromkeys(("li", "dt", "dd"), BlockKind.LIST_ITEM),
    **dict.fromkeys(("figure", "figcaption", "caption"), BlockKind.CAPTION),
    **dict.fromkeys(("pre", "listing", "xmp"), BlockKind.PREFORMATTED),
    "blockquote": BlockKind.QUOTE,
}

# Two of these in one cell, or one table, and the table is there for the layout.
CELL_BLOCKS = tuple(sorted(names("p div ul ol h1 h2 h3 h4 h5 h6 blockquote pre figure table")))

# What the walk does at a tag, as bits: one look-up for every tag of every entry.
IS_DROPPED, IS_BREAKING, IS_LIST, IS_EMPHASIS, IS_FOOTER, IS_QUOTE, IS_LINK, IS_MARK = (
    1 << n for n in range(8)
)


def _roles() -> dict[str, int]:
    roles: dict[str, int] = {}
    for role, names in (
        (IS_DROPPED, DROPPED),
        (IS_BREAKING, BREAKING),
        (IS_LIST, LISTS),
        (IS_EMPHASIS, EMPHASIS),
        (IS_FOOTER, FOOTER),
        (IS_QUOTE, QUOTE),
        (IS_LINK, {"a"}),
        (IS_MARK, MARK),
    ):
        for name in names:
            roles[name] = roles.get(name, 0) | role
    return roles


ROLES = _roles()
