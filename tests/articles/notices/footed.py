"""Feeds made of our own words, with a known body and a known footer in every entry, to learn templates from.

Bodies are random words of a language: two share no more than chance gives them, which is harder on a learner
than prose that never repeats and easier than the formulas that the stress feeds are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape
from random import Random

from ingest.articles import blocks
from ingest.articles.notices import find
from ingest.articles.notices.catalogue import Catalogue
from ingest.articles.notices.learn import Learner
from ingest.articles.notices.masking import crc
from ingest.articles.notices.memory import Memory, pack, unpack
from ingest.articles.notices.templates import apply
from ingest.records import Document, Notice, Person, Source, SourceFeed

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

WORDS = {
    "en": """
        harbour council bridge winter engine market teacher river budget storm signal garden letter window
        orchard railway painter mayor village concert valley ferry kitchen museum doctor farmer island lantern
        archive carpet meadow station bakery theatre school forest ticket motor festival pavement captain
        nurse barrel tunnel library orchestra cabin weather hill choir cellar drought painter court clinic
        opened closed carried found repaired counted measured crossed painted promised finished refused joined
        sold planted moved lifted answered changed reached watched doubled slow bright narrow early cheap heavy
        quiet broken local distant steep careful golden rough under before against along during without
        after toward behind because while although nearly often almost again soon later still hardly
        """,
    "de": """
        Hafen Rat Brücke Winter Motor Markt Lehrer Fluss Haushalt Sturm Garten Brief Fenster Bahn Maler Dorf
        Konzert Tal Fähre Küche Arzt Bauer Insel Laterne Archiv Teppich Wiese Bahnhof Bäcker Schule Wald Fest
        Kapitän Pflegerin Tunnel Bücherei Wetter Hügel Chor Keller Gericht öffnete schloss trug fand zählte maß
        malte versprach beendete verkaufte pflanzte bewegte hob änderte erreichte langsam hell schmal früh billig
        schwer leise kaputt steil golden rau unter vor gegen entlang während ohne nach hinter weil obwohl fast oft
        wieder bald später noch kaum dort hier neben zwischen etwas mehrere einige viele wenige
        """,
    "fr": """
        port conseil pont hiver moteur marché maître fleuve budget orage jardin lettre fenêtre gare peintre maire
        village concert vallée bac cuisine musée médecin paysan île lanterne archive tapis pré boulanger théâtre
        école forêt billet fête capitaine tunnel orchestre cabane colline chœur cave tribunal ouvrit ferma porta
        trouva répara compta mesura traversa peignit promit finit refusa vendit planta leva changea atteignit lent
        clair étroit tôt lourd calme cassé lointain raide doré rude sous avant contre pendant sans après derrière
        parce presque souvent encore bientôt tard toujours quelques plusieurs autour
        """,
    "es": """
        puerto consejo puente invierno motor mercado maestra río presupuesto tormenta jardín carta ventana tren
        pintor alcalde pueblo concierto valle cocina museo médico campesino isla linterna archivo alfombra prado
        estación panadería teatro escuela bosque fiesta capitán túnel biblioteca orquesta cabaña colina coro sótano
        tribunal abrió cerró llevó encontró reparó contó midió cruzó pintó prometió terminó rechazó vendió plantó
        levantó cambió alcanzó lento claro estrecho temprano pesado callado roto lejano dorado bajo antes contra
        durante sin después detrás porque casi menudo todavía pronto tarde siempre algunos varios
        """,
    "ru": """
        порт совет мост зима мотор рынок учитель река бюджет буря сад письмо окно вокзал художник мэр село концерт
        долина паром кухня музей врач крестьянин остров фонарь архив ковёр луг пекарня театр школа лес билет
        праздник капитан тоннель оркестр хижина холм хор подвал суд открыл закрыл нёс нашёл чинил считал мерил
        пересёк обещал закончил отказал продал посадил поднял изменил достиг медленно ярко узко рано тяжело тихо
        далеко круто под перед против вдоль без после позади потому почти часто снова скоро поздно ещё едва
        """,
    "ja": """
        港 議会 橋 冬 市場 先生 川 予算 嵐 庭 手紙 窓 駅 画家 市長 村 音楽会 谷 台所 博物館 医者 農家 島 灯り 記録 牧場
        劇場 学校 森 切符 祭り 船長 看護師 図書館 天気 丘 合唱 地下 裁判所 開いた 閉じた 運んだ 見つけた 直した 数えた
        測った 渡った 描いた 約束した 終えた 断った 売った 植えた 上げた 変えた 遅い 明るい 狭い 早い 重い 静かな 遠い
        """,
}  # fmt: skip
GIVEN = "Anna Jonas Mira Pavel Lucía Émile Greta Tomás Ines Oskar Nadia Hugo Vera Samir Edda Ruben Alma Kofi".split()
FAMILY = (
    "Berg Lindqvist Moreau Castillo Novak Okafor Ferreira Hansen Weiss Ivanova Tanaka Rossi Dahl Keller Marsh "
    "Quist Bauer Adeyemi Torres Lund"
).split()


@dataclass(frozen=True)
class Made:
    """An entry, with the lines of it that are body and those that are footer, as they read."""

    source: Source
    body: tuple[str, ...]
    footer: tuple[str, ...]
    key: int


@dataclass
class Writer:
    """One feed's pen: its language, its site, its random words."""

    random: Random
    language: str
    site: str = ""
    host: str = ""
    _words: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._words = WORDS[self.language].split()
        self.site = f"{self.random.choice(FAMILY)} {self.random.choice(['Courier', 'Kurier', 'Post', 'Bote', 'Echo'])}"
        self.host = f"{self.site.split()[0].lower()}.example"

    def name(self) -> str:
        return f"{self.random.choice(GIVEN)} {self.random.choice(FAMILY)}"

    def any(self, of: Sequence[str]) -> str:
        return self.random.choice(of)

    def words(self, count: int) -> str:
        return ("" if self.language == "ja" else " ").join(self.random.choices(self._words, k=count))

    def sentence(self) -> str:
        said = self.words(self.random.randint(6, 14))
        if self.random.random() < 0.15:
            said += f" {self.name()}"
        if self.random.random() < 0.15:
            said += f" {self.random.randint(2, 900)}"
        return said[0].upper() + said[1:] + ("。" if self.language == "ja" else ".")

    def paragraph(self) -> str:
        gap = "" if self.language == "ja" else " "
        return gap.join(self.sentence() for _ in range(self.random.randint(1, 4)))

    def title(self) -> str:
        said = self.words(self.random.randint(4, 7))
        return said[0].upper() + said[1:]

    def body(self) -> list[str]:
        return [self.paragraph() for _ in range(self.random.choice((1, 2, 3, 4, 6, 9, 14)))]


@dataclass(frozen=True)
class Entry:
    """What a footer may speak of."""

    n: int
    title: str
    author: str
    url: str
    date: str
    pen: Writer


Footer = Callable[[Entry], list[str]]
"""The HTML of a footer's lines."""


def p(text: str) -> str:
    return f"<p>{text}</p>"


CONSTANT: list[Footer] = [
    lambda e: [
        p(f"{e.pen.site} is made by neighbours for neighbours, every Thursday, in the old customs house.")
    ],
    lambda e: [p(f'Bring your old books to <a href="https://{e.pen.host}/desk">our desk</a> before noon')],
    lambda e: ["<p><em>This page is printed on paper from the mill across the river.</em></p>"],
    lambda e: [p("Good neighbours, good letters."), p(f"Write to desk@{e.pen.host} or ring 555 0199")],
    lambda e: ["<hr>" + p("Von Menschen an der Küste für Menschen an der Küste gemacht.")],
    lambda e: [p("Unsere Redaktion arbeitet ehrenamtlich und freut sich über jede Nachricht aus dem Dorf.")],
    lambda e: [p("Un journal fait à la main par des voisins, lu par tout le canton depuis longtemps.")],
    lambda e: [p("Hecho con cariño junto al faro."), p(f"{e.pen.site}, calle del Muelle 4")],
    lambda e: [p("Газета соседей: делаем сами, читаем вместе, каждую пятницу у причала.")],
    lambda e: [p("この便りは港町の有志が毎週編んでいます。"), p("感想は窓口まで。")],
    lambda e: [
        p("From the tower room"),
        p("Three sheets, two editors, one kettle."),
        p(f'<a href="https://{e.pen.host}/about">About the tower room</a>'),
    ],
    lambda e: [
        f"<footer><p>Filed from the {e.pen.site} boathouse</p><p>Tides, trains and talk of the town</p></footer>"
    ],
]

SLOTTED: list[Footer] = [
    lambda e: [
        p(
            f'You were reading “<a href="{e.url}">{escape(e.title)}</a>” in {e.pen.site}, pages for slow mornings.'
        )
    ],
    lambda e: [p(f"{e.author} wrote this for {e.pen.site}.")],
    lambda e: [p(f"Words by {e.author}, ink by the {e.pen.site} press room.")],
    lambda e: [p(f"Permanent address of this piece in our cellar archive: {e.url}")],
    lambda e: [p(f"Set in type on {e.date} by the night shift of {e.pen.site}")],
    lambda e: [
        p(f"„{escape(e.title)}“ stand zuerst an der Wandtafel von {e.pen.site}, geschrieben von {e.author}.")
    ],
    lambda e: [p(f"Mis en page le {e.date}, relu deux fois, puis imprimé chez {e.pen.site}.")],
    lambda e: [p(f"Texto de {e.author} para la pizarra de {e.pen.site}"), p(f"Dirección fija: {e.url}")],
    lambda e: [p(f"Записано для доски {e.pen.site}: {e.author}, {e.date}")],
    lambda e: [p(f"この記事「{escape(e.title)}」は港町の有志がまとめました。")],
    lambda e: [
        p(f"Discuss {escape(e.title)} at the long table on Saturday"),
        p(f'<a href="{e.url}#talk">Open the visitors’ book</a>'),
    ],
    lambda e: [p(f"Sheet {e.n + 311} of the {e.pen.site} wall paper, hung on {e.date}")],
]

NAMED: list[Footer] = [
    lambda e: [p(f"Read twice before printing by {e.pen.name()} at the {e.pen.site} night desk.")],
    lambda e: [p(f"Today’s tea was made by {e.pen.name()}, with thanks from the whole room.")],
    lambda e: [p(f"{e.pen.name()} keeps the lamp of this page burning until morning.")],
    lambda e: [p(f"Gesetzt und korrigiert von {e.pen.name()} in der Werkstatt am Hafen.")],
    lambda e: [p(f"Merci à {e.pen.name()} pour la relecture de cette page.")],
    lambda e: [p(f"Revisado con lupa por {e.pen.name()} en el taller del muelle.")],
    lambda e: [p(f"Вычитано и набрано в мастерской: {e.pen.name()}, отдел писем.")],
    lambda e: [
        p(
            f"この頁の校正は{e.pen.random.choice(['田中', '鈴木', '高橋', '井上'])}が港の工房で受け持ちました。"
        )
    ],
    lambda e: [p("Made in the tower room."), p(f"Kettle duty this week: {e.pen.name()} and {e.pen.name()}")],
    lambda e: [
        p(
            f'Drawings on this page by {e.pen.name()}, <a href="https://{e.pen.host}/shop">sold in our shop</a>'
        )
    ],
]

_SEASONS = ("spring", "summer", "autumn", "winter")
_THINGS = ("a bicycle", "two lamps", "a new stove", "paint", "better chairs", "an old printing press")
_DINGE = ("ein Fahrrad", "zwei Lampen", "einen Ofen", "neue Farbe", "bessere Stühle")
_COSAS = ("una bicicleta", "dos lámparas", "una estufa", "pintura", "mejores sillas")


def _eroding(words: str, fresh: str) -> Footer:
    """A sentence of which every third entry one word more is another for good."""

    def footer(e: Entry) -> list[str]:
        said, new = words.split(), fresh.split()
        for change in range(e.n // 3):
            said[(change * 5 + 2) % len(said)] = new[change % len(new)]
        return [p(" ".join(said))]

    return footer


DRIFTING: list[Footer] = [
    lambda e: [p(f"This {e.pen.any(_SEASONS)} we are saving for {e.pen.any(_THINGS)}, and every reader of "
                 f"{e.pen.site} who drops a coin in the jar helps.")],
    lambda e: [p(f"Our little paper still needs {e.pen.any(_THINGS)} before the {e.pen.any(_SEASONS)} fair, so "
                 "please look into your sheds and attics.")],
    lambda e: [p(f"Die Werkstatt sammelt weiter für {e.pen.any(_DINGE)} und dankt allen, die im Hafen mit "
                 "angepackt haben.")],
    lambda e: [p(f"El taller sigue juntando para {e.pen.any(_COSAS)} y agradece a quienes pasan por el muelle "
                 "cada tarde.")],
    _eroding("Every Friday the whole house sits down at the long table to fold and stamp and carry this paper",
             "evening crew gathers kitchen bench bind label bring sheet town"),
    _eroding("Jeden Freitag sitzt das ganze Haus am langen Tisch und faltet und stempelt und verteilt dieses Blatt",
             "Abend Team Küche Bank bindet zählt bringt Heft Viertel"),
    lambda e: [p(f'<a href="https://{e.pen.host}/jar">Drop a coin in the jar</a> for {e.pen.any(_THINGS)} and '
                 f"the {e.pen.any(_SEASONS)} edition")],
]  # fmt: skip

UNSTATED: list[Footer] = [SLOTTED[0], SLOTTED[1], SLOTTED[2], SLOTTED[5], SLOTTED[7], SLOTTED[9], SLOTTED[10]]
"""Their slots are the entry's own title and author, which its feed does not tell."""

FAMILIES: dict[str, list[Footer]] = {
    "constant": CONSTANT, "slotted": SLOTTED, "unknown names": NAMED, "unstated": UNSTATED,
    "drifting": DRIFTING,
}  # fmt: skip


# --------------------------------------------------------------------------- feeds


def feed(seed: int, family: str, number: int, language: str, entries: int = 12) -> Iterator[Made]:
    """A feed with the footer of this number out of the family."""
    pen = Writer(Random(seed), language)
    footer = FAMILIES[family][number]
    for n in range(entries):
        made = make(pen, n, pen.body(), footer)
        if family == "unstated":
            made = replace(made, source=replace(made.source, title=None, authors=()))
        yield made


def make(
    pen: Writer,
    n: int,
    body: list[str],
    footer: Footer,
    *,
    key: int | None = None,
    title: str | None = None,
    html: str = "",
) -> Made:
    """`html` is the body's markup, when it is more than paragraphs."""
    date = START + timedelta(days=9 * n)
    entry = Entry(
        n, title or pen.title(), pen.name(), f"https://{pen.host}/{n}-{pen.random.randint(100, 999)}",
        date.strftime("%d %B %Y"), pen,
    )  # fmt: skip
    tail = footer(entry)
    source = Source(
        body=(html or "".join(p(escape(text)) for text in body)) + "".join(tail),
        url=entry.url,
        title=entry.title,
        authors=(Person(entry.author),),
        published=date,
        language=pen.language,
        feed=SourceFeed(f"https://{pen.host}/feed", pen.site, f"https://{pen.host}/"),
    )
    whole = blocks.from_html(source.body, source.url)
    said = [whole.text[block.start : block.end] for block in whole.blocks]
    lines = len(blocks.from_html("".join(tail), source.url).blocks)
    split = len(said) - lines
    return Made(
        source, tuple(said[:split]), tuple(said[split:]), key if key is not None else seed_key(pen, n)
    )


def seed_key(pen: Writer, n: int) -> int:
    return crc(f"{pen.site} {n}")


def nothing(_: Entry) -> list[str]:
    return []


# --------------------------------------------------------------------------- reading them


@dataclass
class Tally:
    """Lines of one sort, and how many of them were cut."""

    lines: int = 0
    cut: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.cut / self.lines if self.lines else 0.0


def read(
    made: Made, memory: Memory, n: int, catalogue: Catalogue | None = None
) -> tuple[Memory, Document, tuple[Notice, ...]]:
    """One entry as a poll reads it: learned from, then cut. Memory is packed and unpacked as between polls."""
    document = blocks.from_html(made.source.body, made.source.url)
    ruled = find.find(document, made.source, catalogue) if catalogue else ()
    learner = Learner(unpack(pack(memory)), START + timedelta(hours=n))
    learner.learn(document, ruled, made.source, made.key)
    memory = learner.memory
    return memory, document, apply(memory, document, made.source, ruled)


def measure(
    entries: Iterator[Made],
    footers: Tally,
    bodies: Tally,
    *,
    learning: int = 5,
    catalogue: Catalogue | None = None,
) -> Memory:
    """Count the footer lines cut after `learning` entries, and the body lines touched in any."""
    memory = Memory()
    for n, made in enumerate(entries):
        memory, document, notices = read(made, memory, n, catalogue)
        cut = [notice for notice in notices if notice.cut]
        lines = zip(document.blocks, (*made.body, *made.footer), strict=True)
        for place, (block, text) in enumerate(lines):
            inside = [one for one in cut if one.start < block.end and one.end > block.start]
            if place < len(made.body):
                touched = any(one.rule.startswith("learned:") for one in inside)
                _count(bodies, touched, text, worth_telling=True)
            elif n >= learning:
                whole = sum(one.end - one.start for one in inside) >= len(text) - 2
                _count(footers, whole, text, worth_telling=False)
    return memory


def _count(tally: Tally, cut: bool, text: str, *, worth_telling: bool) -> None:
    tally.lines += 1
    tally.cut += cut
    if cut == worth_telling:
        tally.examples.append(text[:140])
