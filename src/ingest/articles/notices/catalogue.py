"""The catalogue of notice rules: which there are, and with which of them a text is read.

One file a language under rules/, plus any.toml whose pieces every file may use; a deployment adds its own files
(config/rules/). Composed rules are kept beside the files (`kept`), as Python keeps the code it compiled: composing
takes two seconds. Most texts are in Latin letters, and the rules of other scripts have nothing to say in them: these
are loaded with the first text that has other letters.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import re2

from ingest.articles.notices import composing, kept
from ingest.articles.notices.composing import wrong
from ingest.articles.notices.index import HINT, UNLESS, Index
from ingest.articles.notices.languages import OTHER_SCRIPTS
from ingest.articles.notices.rule import Rule
from ingest.errors import CatalogueError

RULES = Path(__file__).with_name("rules")
SHARED_FILE = composing.SHARED_FILE


class Catalogue:
    """All rules. `version` changes whenever any rule does: extractions record which rules read them."""

    def __init__(
        self, rules: Sequence[Rule], version: str, others: Callable[[], Sequence[Rule]] = tuple
    ) -> None:
        """`others` gives the rules of other scripts, where `rules` are those for texts in Latin letters."""
        self.version = version
        self._latin, self._others = Index(rules), others

    @functools.cached_property
    def whole(self) -> Index:
        """All rules, those for texts in Latin letters first."""
        with _nothing_is_garbage():
            others = self._others()
            return Index((*self._latin.rules, *others), self._latin.patterns) if others else self._latin

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.whole.rules

    def index(self, *, latin: bool) -> Index:
        """The rules for a text that has only Latin letters, or others too."""
        return self._latin if latin else self.whole


@contextlib.contextmanager
def _nothing_is_garbage() -> Iterator[None]:
    """What a catalogue is made of stays: to look for garbage among it takes half as long again as making it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@functools.lru_cache(maxsize=4)
@_nothing_is_garbage()
def load(extra_dir: Path | None = None) -> Catalogue:
    """The catalogue of this process: the rules shipped, and the *.toml of `extra_dir` beside them.

    Raises CatalogueError for a file that cannot be read or is wrong (see composing.compose), a pattern that does not
    compile, or an `extra_dir` that does not exist.
    """
    if extra_dir is None:
        return _beside({})
    if not extra_dir.is_dir():
        raise CatalogueError(f"{extra_dir}: no such directory of rules; create it or unset the setting")
    return _beside(_texts(extra_dir))


def with_files(files: Iterable[Path]) -> Catalogue:
    """The rules shipped and those of these files, as `load` would have them. Raises OSError, too."""
    return _beside({path: path.read_bytes() for path in files})


def _beside(own: Mapping[Path, bytes]) -> Catalogue:
    """The pieces of one's own any.toml count in one's own files only."""
    shipped = _texts(RULES)
    version = _digest(shipped)
    latin, others = _shipped(version)
    if not own:
        return Catalogue(latin, version, others)
    taken = latin if OTHER_SCRIPTS.isdisjoint(path.stem for path in own) else (*latin, *others())
    rules = composing.compose(own, shared=shipped[RULES / SHARED_FILE], beside=taken)
    return _with_own(rules, latin, others, _digest({**shipped, **own}))


def _shipped(version: str) -> tuple[Sequence[Rule], Callable[[], Sequence[Rule]]]:
    """The rules shipped for Latin letters, and how to come by those of other scripts: as kept, else composed."""
    latin = kept.recall(version, others=False) or _composed_apart(version)
    if latin is not None:
        return latin, functools.partial(_others, version)
    latin, others = _composed(version)
    return latin, lambda: others


def _composed_apart(version: str) -> tuple[Rule, ...] | None:
    """The rules for Latin letters, composed and kept by a child; None where there can be none, or nothing is kept.

    What composing takes would stay with this process as long as it lives, and with the workers forked from it: 60 MB.
    """
    if not hasattr(os, "fork") or threading.active_count() > 1 or not kept.can_keep():
        return None
    child = os.fork()
    if not child:
        try:
            _composed(version)
        finally:  # whatever it met, Ctrl-C included: the parent meets it, too, and unwinds alone
            os._exit(0)
    with contextlib.suppress(ChildProcessError):  # a caller that ignores SIGCHLD leaves none to wait for
        os.waitpid(child, 0)
    return kept.recall(version, others=False)


def _others(version: str) -> Sequence[Rule]:
    found = kept.recall(version, others=True)
    return _composed(version)[1] if found is None else found


def _composed(version: str) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    latin, others = _halves(composing.compose(_texts(RULES)))
    kept.keep(version, latin, others=False)
    kept.keep(version, others, others=True)
    return latin, others


def _halves(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Those for Latin letters, and those of other scripts."""
    halves: tuple[list[Rule], list[Rule]] = [], []
    for rule in rules:
        halves[rule.id.partition(".")[0] in OTHER_SCRIPTS].append(rule)
    return tuple(halves[0]), tuple(halves[1])


def _with_own(
    own: Iterable[Rule], latin: Sequence[Rule], others: Callable[[], Sequence[Rule]], version: str
) -> Catalogue:
    """A catalogue with rules of somebody's own, each of their patterns compiled. Ours are by the tests, at leisure."""
    own_latin, own_others = _halves(own)
    found = Catalogue((*latin, *own_latin), version, lambda: (*others(), *own_others))
    _try_to_compile(own_latin, found.index(latin=True))
    if own_others:
        _try_to_compile(own_others, found.whole)
    return found


def _try_to_compile(rules: Iterable[Rule], index: Index) -> None:
    ids = {rule.id for rule in rules}
    for number, rule in enumerate(index.rules):
        if rule.id in ids:
            _try_patterns(rule, number, index)


def _try_patterns(rule: Rule, number: int, index: Index) -> None:
    for which in (
        *range(len(rule.sources)),
        *([UNLESS] if rule.unless else []),
        *([HINT] if rule.hint else []),
    ):
        try:
            index.compiled(number, which)
        except re2.error as error:
            name = {UNLESS: "`unless`", HINT: "`hint`"}.get(which, f"pattern {which + 1}")
            told = error.args[0].decode() if isinstance(error.args[0], bytes) else error
            raise wrong(rule.file, rule.id, f"{name} does not compile: {told}") from error


def from_files(files: Iterable[Path]) -> Catalogue:
    """A catalogue of exactly these files; pieces of any.toml are shared by all of them."""
    texts = {path: path.read_bytes() for path in files}
    return _with_own(composing.compose(texts), (), tuple, _digest(texts))


def files_in(folder: Path) -> list[Path]:
    """The rule files of a directory. Hidden ones are an editor's: locks and copies of what is being written."""
    return sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))


def _texts(folder: Path) -> dict[Path, bytes]:
    try:
        return {path: path.read_bytes() for path in files_in(folder)}
    except OSError as error:
        told = f"{error.filename}: cannot be read: {error.strerror}"
        raise CatalogueError(f"{told}; mend it or move it out of the directory of rules") from error


def _digest(texts: Mapping[Path, bytes]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path, text in texts.items():
        digest.update(path.name.encode() + b"\0" + text)
    return digest.hexdigest()
