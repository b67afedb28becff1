"""Whether a captured string can be what a rule takes it for: a publication, a person, an agency.

Rules capture loosely and this module looks twice: it is why "erschien zuerst auf der Rechnung für das dritte
Quartal" is no publisher.
"""

from __future__ import annotations

import functools
import re

from ingest.articles.notices.first_names import FIRST_NAMES

_DOMAIN = re.compile(r"(?:https?://)?(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?:/\S{0,200})?", re.IGNORECASE)
_CONNECTORS = frozenset(
    """
        a al an and at by d da das de degli dei del dell della delle den der des det di do dos du e
        el en et for för för from für i il im in l la las le les lo los nel no nos o of og on or per
        por pour sur the to und van vom von w y z za zum zur & - + av på och og ve и в на о е et à
        aux au us with im
        """.split()
)
# Words that start or fill sentences and never name a publication on their own.
_STOP = frozenset(
    """
        that which who alone where when because after before while since it he she they we you his her
        their our this these those was were is are has have had been be not but than then would
        could should can wurde wurden war waren ist sind hat haben nicht sondern als dass weil
        und/oder auch noch schon que qui dont où est sont était été avec dans mais pas fue son era
        está para pero como más che è sono stato która który którego jest nie został также который
        которая было была был его её
        """.split()
)
ORGANISATION_WORDS = frozenset(
    """
        news live press media times post journal herald tribune gazette chronicle magazine agency group
        inc llc ltd corp co company council university institute network service services radio tv
        television channel broadcasting daily weekly today online digital studio studios pictures
        images photos photo archive library museum department ministry office government committee
        society association foundation trust center centre union federation zeitung nachrichten
        verlag agentur rundfunk gmbh ag e.v. presse agence agencia agenzia agência editora diario
        periódico jornal giornale staff desk team editors editorial board international global world
        national the blog police books book review report reports wire star sun mail observer
        guardian independent week month nasa getty reuters ap afp epa dpa shutterstock alamy
        unsplash flickr wikimedia commons imago keystone bloomberg crown bank club party
        publishing publications publishers productions entertainment communications collective archives syndicate
        photography films records stiftung ministerium polizei feuerwehr policía ayuntamiento gobierno prefeitura
        governo comune mairie préfecture université universidad universität universidade università museo musée
        university's hospital church school city state county federal landkreis gemeinde stadt kreis alcaldía
        municipalidad ministerio ministério ministero ministerie câmara secretaria ville département regione provincia
        provincie urząd
        """.split()
)
GENERIC_AGENCIES = frozenset(
    """
        agencies agency agency inputs wire services news agencies agenturen agencias agences agenzie
        agências inputs
        """.split()
) | {"news agencies", "wire services", "wire reports", "agency inputs", "agency reports", "news wires"}
_PAIRS = tuple(zip("\"'«»「『《〈“„„‘‚([*_<", "\"'»«」』》〉”“”’‘)]*_>", strict=True))
_QUOTES = frozenset('"«»„“”‘’「」『』《》〈〉')
_TRAILERS = " ,;:-–—|·/\\：，、；／｜"
# Scripts without capitals: what shows that a string is (part of) a sentence, where a name was expected. In Japanese
# an object's particle, one between two Chinese characters, a verb's end; in Korean a verb's end.
_PAST = "".join(chr(0xAC00 + 20 + 28 * number) for number in range(399))  # Korean syllables that end in ㅆ
_SENTENCE = re.compile(
    r"[。！？।؟]|を|(?<=[\u4e00-\u9fff])(?:は|が|に|で|と|から|まで)(?=[\u4e00-\u9fff])|(?:です|ます|した|する|された|ている)$|"
    rf"(?:[{_PAST}없니한된는]다|[세해]요)$"
)
_OFFICES = frozenset("社网網报報台臺局院部所会會刊讯訊视視影图圖库庫界군시구도청사원처부서대회단레보")
_QUOTED_COMPANY = re.compile(  # ООО «Утро»
    r'\w[\w.]{1,6} (?:«[^«»]{2,60}»|„[^„“”]{2,60}[“”]|"[^"]{2,60}"|“[^“”]{2,60}”)'
)
_WHOLE_NAME = re.compile(
    "(?:[王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧"
    "姚沈钟鍾姜崔谭譚陆陸范汪廖石金贾賈夏付方邹鄒熊白孟秦邱侯江尹薛闫段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向常汤湯]|欧阳|歐陽|司马|司馬|诸葛|諸葛|上官)"
    "[\u4e00-\u9fff]{1,2}|"
    "[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모]"
    "[가-힣]{2}"
)


@functools.lru_cache(maxsize=4096)  # one name is captured by many rules
def tidy(value: str) -> str:
    """`value` without the quotes, brackets and marks around it."""
    value = " ".join(value.split()).strip(_TRAILERS)
    for opening, closing in _PAIRS:
        if len(value) > 2 and value.startswith(opening) and value.endswith(closing):
            inner = value[1:-1]
            if opening not in inner and closing not in inner:
                value = inner.strip(_TRAILERS)
    return value


def is_quoted(value: str) -> bool:
    """Whether `value` stands in quotation marks, as names of papers do that are written in small letters."""
    value = value.strip(_TRAILERS)
    return len(value) > 2 and value[0] in _QUOTES and value[-1] in _QUOTES


# "All rights reserved", as it runs on from the name before it, in the languages that say so.
_RIGHTS = re.compile(
    r"[\s.,;|–—-]{0,8}(?:all (?:other )?rights? (?:are )?reserved|alle rechten? (?:vorbehalten|voorbehouden)|"
    r"tous droits|todos (?:los derechos|os direitos)|tutti i diritti|riproduzione riservata|wszelkie prawa|"
    r"все права|усі права|всі права|tüm hakları|her hakkı|všechna práva|všetky práva|alla rättigheter|"
    r"alle rettigheter|alle rettigheder|kaikki oikeudet|minden jog|toate drepturile|sva prava|vse pravice|"
    r"με επιφύλαξη|tots els drets|dereitos reservados|版权所有|版權所有|保留|不許複製|모든 권리|جميع الحقوق|كل الحقوق|"
    r"تمامی حقوق|כל הזכויות|सर्वाधिकार|semua hak|hak cipta|mọi quyền|used (?:with|by) permission)[^.!?。！？।]*",
    re.IGNORECASE,
)
# What may not be done, and who distributes it, is said by a notice of its own.
_BAN = re.compile(
    r"無断|無斷|无断|転載|禁止|未经|未經|무단|unauthori[sz]ed|reproduction (?:interdite|prohibited)|"
    r"(?:distributed|syndicated) by ",
    re.IGNORECASE,
)


def holder_in(value: str) -> str | None:
    """The holder in "Harbour Media. All rights reserved"; None where more than rights follows the name."""
    holder = _RIGHTS.sub("", value, count=1)
    return None if _BAN.search(holder) or not value.startswith(holder) else holder


def is_domain(value: str) -> bool:
    """A host name or address, with or without its scheme."""
    return _DOMAIN.fullmatch(value) is not None


def is_cased(value: str) -> bool:
    """Whether the script tells capitals from small letters. Georgian has both, and writes names in small ones."""
    return any((char.isupper() or char.islower()) and not "ა" <= char <= "ჿ" for char in value)


_NOT_NAMES = frozenset(
    """
        english german french spanish italian portuguese russian chinese japanese dutch polish
        arabic turkish hebrew hindi ukrainian swedish danish norwegian korean englisch deutsch
        französisch anglais français inglés español inglese january february march april may june
        july august september october november december here print part monday tuesday wednesday
        thursday friday saturday sunday today yesterday hier aquí ici qui public bed
        """.split()
)


_CLOCK = re.compile(r"\d{1,2}[:.]\d\d ?(?:[ap]\.?m\b|$)", re.IGNORECASE)
_DAY = re.compile(  # "May 4", "4. Mai": when it was, not where
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}(?:\D|$)|"
    r"\d{1,2}(?:\.|st|nd|rd|th)? (?:jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|oct|okt|nov|de[cz])",
    re.IGNORECASE,
)
_IN_A_LANGUAGE = re.compile(
    r"(?:english|german|french|spanish|italian|portuguese|russian|chinese|arabic|japanese|dutch|polish|hebrew|"
    r"ukrainian|turkish|swedish|danish|norwegian) (?:by|in|on|at) ",
    re.IGNORECASE,
)
# Outlets that write their own names in small letters.
_WRITTEN_SMALL = frozenset(
    "brand eins/manifesto/il manifesto/taz/junge welt/enorm/mare/brut/aeon/mint/phys.org".split("/")
)
_LABEL = re.compile(
    r"(?:photo|image|picture|foto|bild|video|text|source|quelle|credit)s? ?[:：]", re.IGNORECASE
)


def is_publication(value: str, *, lower_case: bool = False) -> bool:
    """Whether `value` can name a newspaper, site or organisation.

    `lower_case`: names all in small letters are fine (a link or the feed says it is one).
    """
    words = value.split()
    if _QUOTED_COMPANY.fullmatch(value):
        return True
    if (
        _LABEL.match(value)
        or value.lower() in _NOT_NAMES
        or _DAY.match(value)
        or _CLOCK.match(value)
        or _IN_A_LANGUAGE.match(value)
        or not words
        or len(value) > 90
        or len(words) > 12
        or "http" in value[1:]
    ):
        return False
    if is_domain(value) or value.lower() in _WRITTEN_SMALL:
        return True
    if not any(char.isalpha() for char in value) or value[-1] in "?،,;" or value[0] in ".,":
        return False
    if not is_cased(value):
        return (
            len(value) <= 40 and not any(mark in value for mark in "，、；,") and not _SENTENCE.search(value)
        )
    if " - " in value or " – " in value:
        return False
    if ". " in value and not re.search(
        r"\b(?:St|Mt|Dr|Inc|Co|Corp|Ltd|Jr|Sr|No|Bros|[Ss]p|spol|Ges|Sdn|Pvt|Pty|z o\.o|[A-Z])\. ", value
    ):
        return False
    lowered = [word.strip("\"'(),.:;").lower() for word in words]
    if any(word in _STOP for word in lowered):
        return False
    small = [w for w, low in zip(words, lowered, strict=True) if _is_small(w) and low not in _CONNECTORS]
    if lower_case:
        return len(words) <= 6
    if len(words) == 2 and words[0][:1].isupper():
        return True  # "Береговая газета", "Pobřežní noviny": few languages write names as English does
    named = sum(1 for w in words if not (_is_small(w) or w.lower() in _CONNECTORS))
    return named > 0 and not small


def is_prose(value: str) -> bool:
    """Whether `value` begins and goes on in small letters: words of a caption, where a credit was expected."""
    words = value.split()
    return value[:1].islower() and sum(map(_is_small, words)) > 1


def _is_small(word: str) -> bool:
    """A word in small letters throughout, leading marks aside. "iOS", "d'Or", "e-Estonia" are not."""
    core = word.strip("\"'«»()[]<>.,:;!?*")
    return (
        len(core) > 3
        and core[0].islower()
        and core.islower()
        and not any(char.isdigit() for char in core)
        and "." not in core
    )


# Two capitalised words that are no person's name, in lists of reporters and where they were.
_PLACES = frozenset(
    place.replace("_", " ")
    for place in """
        north_carolina south_carolina north_dakota south_dakota new_york new_jersey new_mexico
        new_hampshire west_virginia rhode_island new_delhi new_orleans hong_kong south_africa
        south_korea north_korea united_states united_kingdom new_zealand saudi_arabia sri_lanka
        ciudad_de_méxico los_angeles san_francisco san_diego las_vegas new_south_wales northern_ireland costa_rica
        el_salvador puerto_rico mexico_city buenos_aires tel_aviv cape_town
        """.split()
)


_NOT_FIRST = frozenset(
    "the die der das le la les el los il this dieser all about more from our your my new dear".split()
)
_PARTICLES = frozenset(
    "de da do dos das del della der den di du la le van von al el bin ibn ben y e ter ten zu af av dal lo".split()
)
# What a person does, in a credit: no part of the name.
ROLE_WORDS = frozenset(
    """
        writer writers reporter reporters correspondent correspondents editor editors columnist columnists contributor
        contributors journalist journalists photographer photographers producer intern fellow freelancer publisher
        herausgeber herausgeberin redakteur redakteurin redaktion korrespondent korrespondentin chefredakteur
        chefredakteurin autor autorin fotograf fotografin volontär volontärin journaliste journalistes correspondant
        correspondante rédacteur rédactrice rédaction photographe envoyé envoyée redactor redactora periodista
        corresponsal redacción fotógrafo jornalista repórter correspondente redação giornalista inviato inviata
        redazione corrispondente redactie verslaggever correspondente dziennikarz dziennikarka redaktor redakcja
        korespondent reporterka muhabir muhabiri editör editörü yazar журналист корреспондент редактор обозреватель
        фотограф редакция журналіст журналістка кореспондент редакція
        """.split()
)


def is_person(value: str) -> bool:
    """Whether `value` can be the name of one person: two to five words, each a name or a particle."""
    words = value.split()
    if not value or len(value) > 60 or any(char.isdigit() for char in value) or value.lower() in _PLACES:
        return False
    if not is_cased(value):
        return 1 <= len(words) <= 4 and len(value) <= 24 and not _SENTENCE.search(value)
    if words[0].lower() in _NOT_FIRST or any(word.endswith(("'s", "’s")) for word in words[:-1]):
        return False
    if len(words[0]) > 2 and words[0].isupper() and not words[-1].isupper():
        return False  # "BBC Yorkshire"; "JD Vance" may be
    if not 2 <= len(words) <= 5 or not (_name_like(words[0]) and _name_like(words[-1])):
        return False
    if any(word.strip(".,'’").lower() in ORGANISATION_WORDS or word.lower() in ROLE_WORDS for word in words):
        return False
    return all(_name_like(word) or word.lower() in _PARTICLES for word in words)


def apart(value: str) -> list[str]:
    """The persons of "王小明 李华" and "김하나 박두리", whom only a space parts; otherwise `value` alone.

    Each word has to be a family name and one or two characters more, as a Japanese "田中 健一" is not.
    """
    words = value.split()
    return words if len(words) > 1 and all(map(_WHOLE_NAME.fullmatch, words)) else [value]


def is_whole_name(value: str) -> bool:
    """A person for sure, in Han or Hangul: a family name and a given one, not ending as offices and papers do."""
    return _WHOLE_NAME.fullmatch(value) is not None and value[-1] not in _OFFICES


def is_organisation(value: str) -> bool:
    """Whether `value` shows that it is no person: a company word, an acronym, a domain."""
    words = [word.strip("\"'.,()").lower() for word in value.split()]
    acronym = len(words) == 1 and value.isupper() and 2 <= len(value) <= 6
    return acronym or is_domain(value) or any(word in ORGANISATION_WORDS for word in words)


_TITLES = frozenset("dr prof mr mrs ms sir dame rev fr frau herr mme dott dra sra".split())


def is_known_person(value: str) -> bool:
    """A person for sure: looks like one, has a title or a common first name, or an initial stands within."""
    words = value.split()
    return is_person(value) and (
        words[0].lower() in FIRST_NAMES
        or words[0].lower().rstrip(".") in _TITLES
        or any(len(word.strip(".")) == 1 for word in words)
    )


_ALSO_NAMES = frozenset({"Can", "Era", "Son", "Che"})  # beside being words of some language


def _name_like(word: str) -> bool:
    word = word.strip("\"'.,()")
    first = word[:1]
    if not first.isupper() and (is_cased(first) or not first.isalpha()):
        return bool(re.fullmatch(r"(?:d|l|al|el|ibn)['-]\w.*", word))
    return all(char.isalpha() or char in "'-.’" for char in word) and (
        word.lower() not in _STOP or word in _ALSO_NAMES
    )


def is_handle(value: str) -> bool:
    """A user name: @name, /u/name, u/name."""
    return re.fullmatch(r"(?:@|/?u/)[\w.-]{1,40}", value) is not None
