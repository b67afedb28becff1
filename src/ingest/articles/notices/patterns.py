"""The little language rules are written in, on top of RE2's.

- `{name}` inserts a named piece (table [pieces] of the same file, else of any.toml);
- `<field>` captures the piece of that name as a field, `<field:piece>` captures another piece;
- `\\w` knows the letters of all scripts, and so does `\\b` in a pattern that has such letters (where it takes
  the character beside the word, and says nothing beside a space);
- a space means "white space within the line"; letters match without regard to case.

RE2 has no look-around and takes linear time on any text; whatever needs a second look (is this captured
publisher a name at all?) is done in Python afterwards, on the few characters captured.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

_PIECE = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_FIELD = re.compile(r"(?<!\?P)<([a-z_]+)(?::([a-z_0-9]+))?>")
# RE2's own \\w and \\b know ASCII letters only, and its classes of all letters are large automata. Everything
# beyond ASCII counts as a letter here, but for the marks that commonly stand beside words.
_LETTERS = r"0-9A-Za-z_\x{80}-\x{10FFFF}"
_BETWEEN = r"[\x00-/:-@\[-^`{-~«»、。，；：！？「」『』《》（）…·]"
_WORD_STARTS, _WORD_ENDS = f"(?:^|{_BETWEEN})", f"(?:$|{_BETWEEN})"
_SPACE = re.compile(" (?![?*+{])")
_TOKEN = re.compile(rf"\\.|\[(?:\\.|[^\]\\])*\]|{_SPACE.pattern}", re.DOTALL)


FIELDS = frozenset(
    """
        title original_url publisher publisher_url published authors copyright_holder copyright_year
        license license_url contact via agency place
        """.split()
)
CAPTURES = FIELDS | {"photo", "credits"}  # a credit line captured whole and taken apart by credits.py


class PatternError(ValueError):
    """A pattern that names an unknown piece or field, or pieces that contain themselves."""


def expand(pattern: str, pieces: Mapping[str, str], resolved: dict[str, str] | None = None) -> str:
    """The RE2 source of `pattern`, all pieces put in. Captures are named after their field; a second one gets `__2`.

    `resolved`: pieces as `resolve` made them, where many patterns want the same.
    Raises PatternError when it, or a piece it wants, names an unknown piece or field or, over others, itself.
    """
    known = {} if resolved is None else resolved
    seen: dict[str, int] = {}

    def field(match: re.Match[str]) -> str:
        name, wanted = match.group(1), match.group(2) or match.group(1)
        if name not in CAPTURES:
            raise PatternError(f"unknown field <{name}>; known: {', '.join(sorted(CAPTURES))}")
        seen[name] = seen.get(name, 0) + 1
        group = name if seen[name] == 1 else f"{name}__{seen[name]}"
        return f"(?P<{group}>{_piece(wanted, pieces, known)})"

    whole = _PIECE.sub(lambda m: _piece(m.group(1), pieces, known), _white_space(pattern))
    return _FIELD.sub(field, whole)


def resolve(pieces: Mapping[str, str]) -> dict[str, str]:
    """`pieces` with all they refer to put in, as RE2 source. Raises PatternError as `expand` does."""
    resolved: dict[str, str] = {}
    for name in pieces:
        _piece(name, pieces, resolved)
    return resolved


def _piece(
    name: str, pieces: Mapping[str, str], resolved: dict[str, str], above: tuple[str, ...] = ()
) -> str:
    if name in resolved:
        return resolved[name]
    if name not in pieces:
        raise PatternError(f"unknown piece {{{name}}}")
    if name in above:
        raise PatternError(f"piece {{{name}}} contains itself")
    body = _white_space(pieces[name])
    if "{" in body:
        body = _PIECE.sub(lambda m: _piece(m.group(1), pieces, resolved, (*above, name)), body)
    resolved[name] = f"(?:{body})"
    return resolved[name]


@functools.lru_cache(maxsize=1 << 12)
def _white_space(pattern: str) -> str:
    """The source with this language's own meaning of a space, `\\w` and `\\b` written out for RE2."""

    def token(match: re.Match[str]) -> str:
        text = match.group()
        if text == " ":
            return "[ ]+"
        if text[0] == "[":
            return text.replace(r"\w", _LETTERS)
        if text == r"\w":
            return f"[{_LETTERS}]"
        if text == r"\b" and not pattern.isascii():
            following = pattern[match.end() : match.end() + 1]
            if pattern[match.start() - 1 : match.start()] == " " or _SPACE.match(pattern, match.end()):
                return ""  # it would take the sign beside the word, which the space takes already
            opens = following.isalpha() or following in ("(", "[")
            return _WORD_STARTS if opens else _WORD_ENDS
        return text

    return _TOKEN.sub(token, pattern)


def field_of(group: str) -> str:
    """The field a capture group states."""
    return group.partition("__")[0]
