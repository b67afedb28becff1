"""What is kept of a line's words says nothing of the entry it was first read in."""

from ingest.articles import blocks
from ingest.articles.notices import catalogue, find, readings
from ingest.records import Notice, Source

ADDRESS = "https://pier.example/crane"
WORDS = "The post Crane stays appeared first on Pier Notes."
LINKED = (
    f'<p>The crane stays.</p><p>The post <a href="{ADDRESS}">Crane stays</a> appeared first on'
    ' <a href="https://pier.example">Pier Notes</a>.</p>'
)


def _found(html: str, title: str, url: str) -> tuple[Notice, ...]:
    return find.find(blocks.from_html(html, url), Source(html, title=title, url=url), catalogue.load())


def test_the_same_words_are_judged_by_the_links_title_and_neighbours_of_each_entry() -> None:
    entries = (
        (LINKED, "Crane stays", ADDRESS),
        (f"<p>The crane stays.</p><p>{WORDS}</p>", "Another title", "https://quay.example/1"),
        (f"<blockquote><p>{WORDS}</p></blockquote><p>So it said.</p>", "Crane stays", ADDRESS),
        (f"<p>{WORDS}</p>", "Crane stays", ADDRESS),
    )
    alone = []
    for entry in entries:
        readings.kept.cache_clear()
        alone.append(_found(*entry))
    readings.kept.cache_clear()
    for _ in range(2):
        assert [_found(*entry) for entry in entries] == alone
        assert [_found(*entry) for entry in reversed(entries)] == alone[::-1]
    assert len({tuple((n.rule, n.confidence) for n in one) for one in alone}) == 2, "they do differ"


def test_what_is_asked_of_a_kept_line_leaves_its_hits_as_they_were() -> None:
    kept = readings.reading(WORDS, catalogue.load().index(latin=True))
    before = dict(kept.hits(0))
    html = f'<p>The crane stays.</p><p>{WORDS[:-1]}<a href="{ADDRESS}">.</a></p>'
    assert list(find.explain(blocks.from_html(html, ADDRESS), Source(html, url=ADDRESS), catalogue.load()))
    assert readings.reading(WORDS, catalogue.load().index(latin=True)) is kept
    assert before
    assert dict(kept.hits(0)) == before


def test_paragraphs_are_not_kept_and_lines_only_so_many() -> None:
    rules = catalogue.load().index(latin=True)
    paragraph = "The crane stays. " * 60
    assert readings.reading(paragraph, rules) is not readings.reading(paragraph, rules)
    for number in range(readings.KEPT + 10):
        readings.reading(f"© {number} Pier Notes", rules)
    assert readings.kept.cache_info().currsize == readings.KEPT
