"""Templates learned from a feed's own entries: what is cut after five of them, and what never is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.articles import blocks
from ingest.articles.notices import catalogue, find
from ingest.articles.notices.cutting import USUAL, Cutting
from ingest.articles.notices.learn import Learner
from ingest.articles.notices.memory import FORGOTTEN_AFTER, MAX_LINES, Memory, pack, unpack
from ingest.articles.notices.templates import apply
from ingest.records import Notice, NoticeKind, Person, Source, SourceFeed
from tests.articles.notices import footed, stress

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STORIES = [
    "The ferry was late and nobody on the pier knew the reason why.",
    "A heron has moved into the orchard behind the old school house.",
    "Two bridges will be painted before the summer fair begins again.",
    "Bread costs a coin more since the mill has changed hands twice.",
    "Children found an old map under the floor of the town library.",
    "The tower clock struck thirteen and even the mayor had to laugh.",
    "Rain kept the orchestra indoors but the lanterns stayed alight.",
    "Nine goats were led over the pass while fog lay in the valley.",
]


def entry(n: int, *lines: str, html: str = "", title: str | None = None) -> Source:
    body = "".join(f"<p>{line}</p>" for line in lines) + html
    return Source(
        body=body,
        url=f"https://paper.example/{n}",
        title=title or f"{STORIES[n % len(STORIES)].split(' ', 3)[3]} {n}",
        authors=(Person(f"{footed.GIVEN[n % 18]} {footed.FAMILY[n % 20]}"),),
        feed=SourceFeed("https://paper.example/feed", "The Paper", "https://paper.example/"),
    )


class Feed:
    """A feed being read: what is remembered of it, and the notices of the entry read last."""

    def __init__(self, rules: catalogue.Catalogue | None = None, cutting: Cutting = USUAL) -> None:
        self.memory = Memory()
        self.rules = rules
        self.cutting = cutting
        self.notices: tuple[Notice, ...] = ()
        self.text = ""
        self._read = 0

    def read(self, *sources: Source, key: int | None = None) -> Feed:
        for source in sources:
            document = blocks.from_html(source.body, source.url)
            found = find.find(document, source, self.rules, self.cutting) if self.rules else ()
            self._read += 1
            now = NOW + timedelta(hours=self._read)
            learner = Learner(self.memory, now, self.cutting)
            learner.learn(document, found, source, key or self._read)
            self.memory = learner.memory
            self.notices = apply(self.memory, document, source, found, self.cutting)
            self.text = find.clean(document.text, self.notices)
            assert find.rebuild(self.text, self.notices) == document.text
        return self


def entries(footer: Callable[[int], str], count: int = 6) -> Iterator[Source]:
    return (entry(n, STORIES[n % len(STORIES)], html=footer(n)) for n in range(count))


# --------------------------------------------------------------------------- the goals, on generated feeds


@pytest.mark.parametrize(
    ("family", "goal"),
    [("constant", 0.97), ("slotted", 0.97), ("unknown names", 0.92), ("drifting", 0.92), ("unstated", 0.85)],
)
def test_footers_are_cut_after_five_entries_and_no_paragraph_with_them(family: str, goal: float) -> None:
    footers, bodies = footed.Tally(), footed.Tally()
    for number in range(len(footed.FAMILIES[family])):
        for seed, language in enumerate(footed.WORDS):
            footed.measure(footed.feed(seed, family, number, language, 10), footers, bodies)
    assert footers.lines > 100
    assert footers.share >= goal, footers.examples[:10]
    assert bodies.share <= 0.002, bodies.examples[:10]


@pytest.mark.parametrize("sort", stress.STRESS)
def test_paragraphs_that_come_again_stay(sort: str) -> None:
    bodies = footed.Tally()
    for seed in range(2):
        for language in footed.WORDS:
            footed.measure(stress.STRESS[sort](seed, language), footed.Tally(), bodies)
    assert bodies.lines > 300
    assert bodies.share <= 0.002, bodies.examples[:10]


# --------------------------------------------------------------------------- what a template says


def test_an_unknown_footer_is_recorded_as_a_template_with_its_slots_spelt_out() -> None:
    feed = Feed().read(
        *entries(lambda n: f"<p>Pinned to the cork board by {footed.GIVEN[n]} before dawn broke.</p>")
    )
    (notice,) = feed.notices
    assert (notice.kind, notice.cut, notice.rule[:8]) == (NoticeKind.TEMPLATE, True, "learned:")
    (learned,) = feed.memory.learned()
    assert learned.masked == "Pinned to the cork board by {…} before dawn broke."
    assert notice.rule == f"learned:{learned.signature.hex()}"
    assert (learned.stories, learned.last_seen_at - learned.first_seen_at) == (6, timedelta(hours=5))


def test_the_entrys_own_title_author_and_address_are_slots_and_become_fields() -> None:
    def footer(n: int) -> str:
        one = entry(n)
        return f"<p>«{one.title}», set by {one.authors[0].name}; shelf mark {one.url}</p>"

    feed = Feed().read(*entries(footer))
    (learned,) = feed.memory.learned()
    assert learned.masked == "«{title}», set by {author}; shelf mark {url}"
    (notice,) = feed.notices
    assert notice.fields == {"title": entry(5).title, "authors": (entry(5).authors[0].name,)}


def test_a_licence_link_makes_it_a_licence() -> None:
    link = '<p>Take it, share it: <a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">terms</a></p>'
    (notice,) = Feed().read(*entries(lambda _: link)).notices
    assert notice.kind is NoticeKind.LICENSE
    assert notice.fields["license"] == "CC-BY-SA-4.0"


def test_the_title_linked_beside_a_front_page_makes_it_an_automatic_footer() -> None:
    def footer(n: int) -> str:
        one = entry(n)
        return f'<p>Zapis <a href="{one.url}">{one.title}</a> vzet iz <a href="https://paper.example">The Paper</a></p>'

    (notice,) = Feed().read(*entries(footer)).notices
    assert notice.kind is NoticeKind.APPEARED_FIRST
    assert notice.fields["publisher"] == "The Paper"
    assert notice.fields["original_url"] == "https://paper.example/5"


def test_an_author_alone_on_the_last_line_is_a_byline() -> None:
    (notice,) = Feed().read(*entries(lambda n: f"<p>— {entry(n).authors[0].name}</p>")).notices
    assert notice.kind is NoticeKind.BYLINE
    assert notice.fields["authors"] == (entry(5).authors[0].name,)


def test_what_rules_say_of_the_block_elsewhere_types_it() -> None:
    """A rule recognises the copyright line while its year has four digits; the learner knows it without."""
    rules = catalogue.load()
    whole = "<p>Copyright 2026 Harbour Gazette. All rights reserved.</p>"
    feed = Feed(rules).read(*entries(lambda _: whole))
    assert feed.notices[0].kind is NoticeKind.COPYRIGHT
    assert not feed.notices[0].rule.startswith("learned:")
    feed.rules = None
    (notice,) = feed.read(entry(6, STORIES[6], html=whole)).notices
    assert (notice.kind, notice.rule[:8]) == (NoticeKind.COPYRIGHT, "learned:")


def test_rules_come_first_and_the_template_takes_what_they_leave_of_its_line() -> None:
    rules = catalogue.load()
    line = "<p>Copyright 2026 Harbour Gazette. Lamps trimmed nightly by the tower crew.</p>"
    feed = Feed(rules).read(*entries(lambda _: line))
    ruled, learned = feed.notices
    assert (ruled.kind, learned.rule[:8]) == (NoticeKind.COPYRIGHT, "learned:")
    assert ruled.end <= learned.start
    assert learned.quote == "Lamps trimmed nightly by the tower crew."
    assert feed.text == STORIES[5]


def test_kinds_that_are_not_to_be_cut_stay_in_the_text() -> None:
    feed = Feed().read(*entries(lambda n: f"<p>— {entry(n).authors[0].name}</p>"))
    source = entry(6, STORIES[6], f"— {entry(6).authors[0].name}")
    document = blocks.from_html(source.body)
    kinds = frozenset(NoticeKind) - {NoticeKind.BYLINE}
    (notice,) = apply(feed.memory, document, source, (), Cutting(kinds=kinds))
    assert not notice.cut
    (notice,) = apply(feed.memory, document, source, (), Cutting(threshold=0.99))
    assert not notice.cut


def test_what_a_rule_found_and_the_settings_leave_is_not_made_a_template_of() -> None:
    rules = catalogue.load()
    line = "<p>© 2026 Pier Notes Ltd. All rights reserved.</p>"
    cutting = Cutting(kinds=frozenset(NoticeKind) - {NoticeKind.COPYRIGHT})
    feed = Feed(rules, cutting).read(*entries(lambda _: line))
    assert [(notice.kind, notice.cut) for notice in feed.notices] == [(NoticeKind.COPYRIGHT, False)]
    assert feed.notices[0].fields["copyright_holder"] == "Pier Notes Ltd."
    assert [template.kind for template in feed.memory.learned()] == [NoticeKind.COPYRIGHT]


# --------------------------------------------------------------------------- what is no evidence

SIGN_OFF = "<p>Lamps trimmed nightly by the tower crew, come wind or weather.</p>"


def test_one_story_many_times_is_one_story() -> None:
    feed = Feed()
    for turn in range(8):
        feed.read(entry(1, STORIES[turn], "It had rained.", html=SIGN_OFF), key=7)
    assert feed.memory.learned() == ()
    body = [footed.Writer(footed.Random(3), "en").paragraph() for _ in range(4)]
    for n in range(8):
        feed.read(entry(n, *body, html=SIGN_OFF, title=STORIES[n]))
    assert len(feed.memory.stories) == 2
    assert feed.memory.learned() == ()


def test_a_sub_head_before_the_last_paragraph_is_no_template() -> None:
    feed = Feed()
    for n in range(8):
        feed.read(entry(n, STORIES[n], "What happened next", STORIES[n - 3]))
    assert (feed.memory.learned(), feed.notices) == ((), ())


def test_headings_cells_and_steps_are_no_templates() -> None:
    for form in ("<h3>{}</h3>", "<table><tr><td>{}</td><td>x</td></tr></table>", "<ul><li>{}</li></ul>"):
        feed = Feed().read(*entries(lambda _, form=form: form.format("Serve warm with bread and butter"), 8))  # type: ignore[misc]
        assert feed.notices == (), form


def test_a_sentence_with_new_figures_each_time_is_no_template() -> None:
    feed = Feed().read(
        *entries(lambda n: f"<p>The index closed at {4000 + 13 * n}, {n + 2} points up.</p>", 8)
    )
    assert feed.notices == ()


def test_a_text_is_never_all_template() -> None:
    feed = Feed()
    for n in range(8):
        feed.read(
            entry(
                n, "Nothing to report from the tower today, say the keepers.", html=SIGN_OFF, title=STORIES[n]
            )
        )
    assert feed.text.startswith("Nothing to report")


# --------------------------------------------------------------------------- memory


def test_a_template_the_feed_stopped_using_is_forgotten() -> None:
    feed = Feed().read(*entries(lambda _: SIGN_OFF))
    assert len(feed.memory.learned()) == 1
    pen = footed.Writer(footed.Random(1), "en")
    for n in range(FORGOTTEN_AFTER + 1):
        feed.read(entry(100 + n, *pen.body()))
    assert feed.memory.learned() == ()
    feed.read(entry(200, STORIES[0], html=SIGN_OFF))
    assert feed.notices == ()


def test_memory_stays_small_and_holds_no_text_of_articles() -> None:
    feed = Feed()
    pen = footed.Writer(footed.Random(1), "en")
    for n in range(60):
        feed.read(entry(n, *[pen.paragraph() for _ in range(12)], html=SIGN_OFF))
    packed = pack(feed.memory)
    assert len(feed.memory.lines) <= MAX_LINES
    assert len(packed) < 64_000
    assert b"harbour" not in packed.lower()
    assert b"Lamps trimmed nightly" in packed
    assert unpack(packed) == feed.memory


def test_a_memory_nobody_can_read_is_learned_anew() -> None:
    assert unpack(None) == unpack(b"\xc1 not ours") == unpack(pack(Memory(version=99))) == Memory()


def test_learning_from_one_entry_forgets_nothing_and_changes_no_argument() -> None:
    feed = Feed().read(*entries(lambda _: SIGN_OFF))
    before = pack(feed.memory)
    source = entry(6, STORIES[6], html=SIGN_OFF)
    Learner(feed.memory, NOW).learn(blocks.from_html(source.body), (), source, 99)
    assert pack(feed.memory) == before


def test_a_batch_teaches_what_its_entries_teach_one_by_one() -> None:
    many = list(entries(lambda n: f"{SIGN_OFF}<p>Tide {n}, wind {n % 3}, hung out by the keeper.</p>", 40))
    apart = Feed().read(*many)
    together = Learner(Memory(), NOW + timedelta(hours=40))
    for n, source in enumerate(many, 1):
        together.learn(blocks.from_html(source.body, source.url), (), source, n)

    def told(memory: Memory) -> list[tuple[object, ...]]:
        return [
            (line.digest, line.stories, line.seen, line.age, line.lasting, line.shown)
            for line in memory.lines
        ]

    assert told(together.memory) == told(apart.memory)
    assert together.memory.stories == apart.memory.stories


line_of_text = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40
) | st.sampled_from(
    [
        "",
        "— {}",
        "by {}",
        "The Paper",
        "See https://paper.example/x now",
        "mail a@b.example",
        "5 eggs",
        "港の便り",
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(line_of_text, max_size=6), min_size=4, max_size=7), st.lists(line_of_text, max_size=3)
)
def test_any_texts_are_learned_from_and_rebuilt(
    bodies: Sequence[Sequence[str]], footer: Sequence[str]
) -> None:
    memory = Memory()
    for n, body in enumerate(bodies):
        text = "\n".join((*body, *footer)).replace("{}", "Anna Berg")
        source = replace(entry(n), body=text, is_html=False)
        document = blocks.from_text(text)
        learner = Learner(memory, NOW)
        learner.learn(document, (), source, n)
        memory = unpack(pack(learner.memory))
        notices = apply(memory, document, source, ())
        assert find.rebuild(find.clean(text, notices), notices) == text
        assert all(one.end <= two.start for one, two in pairwise(notices))
        assert all(text[one.start : one.end] == one.quote for one in notices)
