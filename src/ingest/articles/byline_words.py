"""The words that stand around names in bylines and author fields, in the languages of the notices."""

from __future__ import annotations

import re


def _any(text: str) -> str:
    """An alternative of the phrases in `text`, parted by " / ", the longest first; each may be a pattern."""
    phrases = {" ".join(phrase.split()) for phrase in re.split(r"\s/\s", text)}
    return "|".join(sorted(filter(None, phrases), key=lambda phrase: (-len(phrase), phrase)))


# ------------------------------------------------------------------------------------------ addresses, the page

EDGES = ' \t,;:.|/\\–—-_*#•·、，；：。…"“”«»<>[]'
SPACE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\ufeff]+")
_AT = r"(?:@|\s?\(at\)\s?|\s?\[at\]\s?)"
_MAIL = rf"(?:mailto:)?[\w.+%-]{{1,64}}{_AT}[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,5}}"
_MAIL_LABEL = _any("e-?mail / mail / correo / courriel / 邮箱 / メール / 이메일")
EMAIL = re.compile(rf"(?:{_MAIL_LABEL})?\s?[:：]?\s?<?{_MAIL}>?", re.IGNORECASE)
URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
ONLY_ADDRESS = re.compile(
    rf"<?(?:{_MAIL}|https?://\S*|www\.\S*|(?:[\w-]+\.)+(?:com|org|net|de|fr|uk|ru|jp))>?", re.IGNORECASE
)
HANDLE = re.compile(r"(?:@|/?u/)[\w.-]{1,40}")
USER = re.compile(r"[^\W\d_][\w.-]{2,30}")
HANDLES = re.compile(
    r"(?<!\w)(?:@|/?u/)[\w.-]{2,40}\b|(?:twitter|x|instagram|threads|mastodon|bluesky) ?: ?@?[\w.]+",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = rf"(?:on )?(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}})"
_DIGITS_OF_DATE = r"\d{4}-\d\d-\d\d\S*|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
_FURNITURE = _any(
    """
    follow / follow me / follow us / follow (?:him|her|them) / follow on (?:twitter|x|facebook|instagram|linkedin) /
    (?:view|see) (?:all )?(?:posts|articles|stories|profile|bio|author)(?: (?:by|archive|page))? /
    more (?:posts|stories|articles) by / (?:all )?posts by / read (?:more|full) bio /
    author(?:'s)? (?:page|profile|bio|archive|image) / about the authors? / opens? in (?:a )?new (?:tab|window) /
    share / biography / headshot / published / posted / updated / last (?:updated|modified) /
    \\d+ min(?:ute)?s? read / alle (?:beiträge|artikel) (?:von|anzeigen) / zum profil / mehr von /
    ver (?:todos los artículos|perfil)(?: de)? / seguir / voir (?:tous )?(?:les articles|le profil)(?: de)? /
    tutti gli articoli di / todos os artigos de / все (?:статьи|публикации|материалы)(?: автора)? /
    wszystkie artykuły
    """
)
PAGE_WORDS = re.compile(
    rf"\b(?:{_FURNITURE}|{_DATE}|{_DIGITS_OF_DATE})\b|の記事一覧|をフォロー|查看更多|关注|전체 ?기사 ?보기|구독",
    re.IGNORECASE,
)
EMPTY_BRACKETS = re.compile(r"<\s*>|\(\s*\)|\[\s*\]|（\s*）")
BRACKETED = re.compile(r"\(([^()]*)\)|<([^<>]*)>|（([^（）]*)）")
IN_BRACKETS = re.compile(r"\([^()]{0,120}\)|（[^（）]{0,60}）|\[[^\[\]]{0,60}\]|【[^【】]{0,60}】")
AFTER_DASH = re.compile(r" [-–—|] .*$")  # "Ann Poe - Gull Ledger", "Ann Poe — Rome"
NO_NAME = re.compile(
    r"[?!=<>{}\\©]|\d{3,}|(?-i:\.\s+[a-z])|\b(?:click|here|subscribe|newsletter|comments?|cookies?|copyright|login|register)\b",
    re.IGNORECASE,
)

# ------------------------------------------------------------------------------------------ "by"

_DONE = _any(
    """
    written / words? / text / story / article / report(?:ed|ing)? / interview / photos? / pictures? / analysis /
    opinion / review / guest post / posted / published / submitted / contributed / authored / compiled / created /
    translated / narrated / edited
    """
)
_BY_WORDS = _any(
    """
    by(?=\\W) / authors? / author name / byline / writers? /
    ein (?:beitrag|artikel|gastbeitrag|kommentar|interview) von / text von / autor(?:in|en)? / verfasst von /
    geschrieben von / veröffentlicht von / texte de / propos recueillis par /
    (?:écrit|rédigé|publié|article|proposé) par / auteur(?:e|s|rice)? / (?:escrito|publicado|redactado) por /
    texto de / autora? / autores / firma / reportagem(?: de)? / matéria de / scritto da / a cura di /
    articolo di / testo di / autore / geschreven door / door(?= [A-Z]) / tekst / auteur / napisał(?:a)? /
    opracowanie / oprac\\. / przez / autorka / rozmawiał(?:a)? / автор(?:ы)?(?: (?:текста|статьи|материала))? /
    текст / подготовил[аи]? / записал[аи]? / беседовал[аи]? / автори / підготувала? / yazan / yazar /
    haber(?:i)?(?=[ :]) / röportaj / hazırlayan / av(?= [A-ZÅÄÖ]) / af(?= [A-ZÆØÅ]) / skribent / tekst av /
    teksti / kirjoittanut / szerző / írta / autoři / συντάκτης / γράφει(?: (?:ο|η))? / oleh / penulis /
    tác giả / bởi
    """
)
_BY_HAN = _any(
    """
    作者 / 撰文 / 文字 / 文 / 记者 / 記者 / 通讯员 / 编译 / 編譯 / 译者 / 供稿 / 文章作者 / 本报记者 /
    本報記者 / 本网记者 /
    见习记者 / 实习记者 / 執筆 / 取材・文 / 取材 / 文・構成 / 構成・文 / 構成 / 著者 / 筆者 / 聞き手 /
    ライター / 글 / 글쓴이 /
    작성자 / 기자 / 취재 / 저자
    """
)
_REPORTER_HAN = _any("本报记者 / 本報記者 / 本网记者 / 本社记者 / 记者 / 記者 / 见习记者 / 实习记者 / 通讯员")
_BY_ARABIC = _any(
    "بقلم / كتب / كتبت / إعداد / تحرير / الكاتب / الكاتبة / المؤلف / نشر بواسطة / بواسطة / نویسنده / گزارش"
)
_BY_HINDI = _any("लेखक / लेखिका / द्वारा / रिपोर्ट / रिपोर्टर")
_BY_HEBREW = _any("מאת / כתב / כתבה / נכתב על ידי")
BY = re.compile(
    rf"^(?:(?:{_DONE})(?: and (?:photos?|written|photographed))? by|{_BY_WORDS})(?!\w) ?[:：.]? ?|"
    rf"^(?:{_BY_HAN})[:：＝=・/／| ] ?|^(?:{_REPORTER_HAN})(?=[\u4e00-\u9fff])|"
    rf"^(?:{_BY_ARABIC}|{_BY_HINDI}|{_BY_HEBREW})(?:[:：/ ]|$) ?:? ?",
    re.IGNORECASE,
)
# Those that begin names, too: "Di Marco", "von Braun".
LOOSE_BY = re.compile(
    rf"(?:{_any('von / par / por / di / da / de / door / od / od: / ni / от / від / του / της')})"
    r" (?!der |den |dem |la |las |los |le )",
    re.IGNORECASE,
)

# ------------------------------------------------------------------------------------------ between names

SEPARATOR = re.compile(
    r"\s*[;；؛|｜\n\t、，،]\s*|\s*,\s*| / |(?<=[\w.])/(?=\w)|[／＆]|\s+&amp;\s+|\s+[•·+]\s+|"
    # A middle dot within a transliterated name ("ジョン・スミス", "安娜·贝尔") separates nothing.
    r"(?<![\u30a1-\u30ff\u3400-\u9fff])[·・](?![\u30a1-\u30ff])|(?<=[가-힣])·(?=[가-힣])|"
    r"(?<=[\u3400-\u9fff])・(?=[\u3400-\u9fff])"
)
_AND_WORDS = _any(
    """
    and / with / & / und / sowie / mit / et / avec / y / e / con / ed / en / met / och / og / ja / és / i / oraz /
    a / și / si / и / й / та / і / с / και / ve / ile / dan / và / at / और / एवं / तथा / व / 및 / و / اور / ו
    """
)
AND = re.compile(rf"\s+(?:{_AND_WORDS})\s+", re.IGNORECASE)
# "و" stands before the word itself; names that begin with it are no conjunction and a rest.
_WAW_NAMES = _any(
    "ليد / ائل / سام / فاء / جدي / سيم / رد / ديع / هيب / صفي / سيلة / داد / عد / افي / جيه / فيق"
)
JOINED_AND = re.compile(rf" و(?!(?:{_WAW_NAMES})\b)(?=[\u0620-\u064a]{{2,}} )| ו(?=[\u05d0-\u05ea]{{2,}} )")
AND_FIRST = re.compile(rf"^(?:{_AND_WORDS})\s+(?=\S+\s+\S)")  # what a comma left: ", and Cy Roe"
SHORT_HAN = re.compile(r"[\u3400-\u9fff]{2,5}")
SURNAME_FIRST = re.compile(r"([^\W\d_][\w'’-]+), ([^\W\d_][\w.'’-]*(?: [A-Z]\.?)?)")
ONE_WORD = re.compile(r"[^\W\d_]+")
_DEGREES = _any(
    r"""
    ph\.?d / m\.?d / d\.?phil / esq / mba / m\.?a / m\.?s / j\.?d / r\.?n / dds / mph / cpa / obe / mbe / cbe /
    ll\.?m / m\.?p
    """
)
_GENERATIONS = "jr|sr|ii|iii|iv"
SUFFIX = re.compile(rf"(?:{_GENERATIONS}|{_DEGREES})\.?", re.IGNORECASE)
GENERATION = re.compile(rf"(?:{_GENERATIONS})\.?", re.IGNORECASE)
STOPPED = re.compile(r"\b(?:jr|sr|[^\W\d_])$", re.IGNORECASE)  # written with a stop, at the end of a name
PARTICLES = frozenset(
    """
        de da do dos das del della der den di du la le van von al el bin bint ibn ben y e ter ten zu af av dal lo i
        und 'd d' l' of the dit san santa st
        """.split()
)

# ------------------------------------------------------------------------------------------ what people do

_SENIORITY = _any(
    """
    staff / senior / chief / special / political / business / sports? / science / health / medical / legal / foreign /
    national / international / investigative / contributing / guest / deputy / managing / executive / associate /
    assistant / acting / freelance / environment(?:al)? / climate / technology / tech / economics? / education /
    entertainment / white house / congressional / capitol hill / diplomatic / defen[cs]e / religion / crime / court /
    city / state / local / data / news / features? / web / digital / online / video / photo / opinion / lead /
    general / technical / primary / copy / literary / style / roving /
    regional / global / european / asia / africa / middle east / washington / london / us / uk /
    eu / former / interim / junior / trainee
    """
)
_JOB = _any(
    """
    writer / reporter / correspondent / editor / editor-in-chief / editor-at-large / editor in chief / columnist /
    contributor / journalist / producer / photographer / fellow / intern / author / analyst / blogger / critic /
    commentator / anchor / bureau chief / publisher / lecturer / researcher / professor
    """
)
_JOBS_ELSEWHERE = _any(
    """
    (?:(?:chef)?redakteur|korrespondent|reporter|(?:gast)?autor|journalist|volontär)(?:in|en|innen)? /
    (?:herausgeber|fotograf|praktikant|kolumnist)(?:in|en|innen)? /
    journalistes? / correspondant(?:e)?s? / rédact(?:eur|rice)(?: en chef)? / envoyée? spécial(?:e)? /
    chroniqueu(?:r|se) / grand reporter / redactora?(?: jefe)? / periodistas? / corresponsal(?:es)? /
    enviad[oa] especial / colaborador(?:a)? / columnista / repórter / jornalistas? / correspondente / colunista /
    editor(?:a)? / giornalist[ai] / inviat[oa] / corrispondente / redattore / redattrice / direttore /
    verslaggever / redacteur / verslaggeefster / dziennikar(?:z|ka) / korespondent(?:ka)? /
    redaktor(?:ka)?(?: naczelny)? / muhabiri? / editörü? / yazarı? / gazeteci / журналист(?:ка)? /
    корреспондент(?:ка)? / редактор / обозреватель / колумнист(?:ка)? / собкор / специальный корреспондент /
    кореспондент(?:ка)? / оглядач / toimittaja / journalist / redaktør / skribent / újságíró / szerkesztő /
    novinář(?:ka)? / redaktork?a?
    """
)
_CJK_JOB = _any(
    """
    (?:선임|수습|인턴|객원|전문|사진)?기자 / 특파원 / 논설위원 / 편집장 / 칼럼니스트 / 앵커 / PD / 교수 / 记者 /
    記者 / 通讯员 /
    编辑 / 主笔 / 评论员 / 特派員 / 特派记者 / 編集委員 / 論説委員 / カメラマン / ライター / 編集長 / 编译 /
    さん / 氏 / 先生 /
    समाचार संपादक / संवाददाता / रिपोर्टर / संपादक / पत्रकार / صحفي / صحفية / مراسل / مراسلة / محرر
    """
)
_ANY_JOB = rf"(?:(?:{_SENIORITY}|(?:{_JOB})s?)[ -])*(?:{_JOB})s?|{_JOBS_ELSEWHERE}"
ROLE_ONLY = re.compile(
    rf"(?:{_ANY_JOB}|{_CJK_JOB}|(?:{_SENIORITY})(?: (?:{_SENIORITY}))*)"
    r"(?: (?:at|for|of|in|en|em|de|à|aus|w|в) .{1,60})?",
    re.IGNORECASE,
)
_LABELS = _any("记者 / 記者 / 编辑 / 通讯员 / संवाददाता / مراسل / مراسلة / المحرر / المحررة")
ROLE_HEAD = re.compile(rf"^(?:(?:{_ANY_JOB})[:,]? (?=\S+ \S)|(?:{_LABELS}) ?[:：]? ?)", re.IGNORECASE)
IS_A = re.compile(r" (?:is|was) (?:a|an|the) .*$")  # a bio begins
ROLE_TAIL = re.compile(
    rf"(?: [-–—] .*|(?:,? (?:the )?(?:{_ANY_JOB}))+| ?(?:{_CJK_JOB})|"
    r" reporting)$",
    re.IGNORECASE,
)
DESK = re.compile(
    rf"""\b(?:{
        _any('''
    staff / newsroom / desk / team / editors / editorial board / bureau / news service / newswire / network /
    correspondents / contributors / writers / reporters / redaktion / redaction / rédaction / redacción / redação /
    redazione / redactie / redakcja / redakce / redakció / редакция / редакції / редакція /
    agenc(?:y|ies|ia|ias|e|es) / agentur / newsletter / press release / editorial
    ''')
    })\b|{
        _any('''
    编辑部 / 編集部 / 編輯部 / 편집국 / 편집부 / 취재팀 / 뉴스팀 / 綜合報導 / 综合报道 / 取材班 / هيئة التحرير /
    قسم / वेब डेस्क / डेस्क / ब्यूरो
    ''')
    }""",
    re.IGNORECASE,
)

# ------------------------------------------------------------------------------------------ nobody

_WHOSE = _any(
    "news / web / online / digital / editorial / our / content / copy / city / guest / external / outside"
)
_GROUP = _any(
    "staff / editors? / editorial / team / newsroom / desk / author / writer / contributors? / poster / reporters? / "
    "correspondents?"
)
NOBODY = re.compile(
    _any(
        rf"""
    (?:site|web|wp|super|blog)?[ _-]?(?:admin(?:istrator)?|webmaster|user|root)\d* / no-?reply /
    do-?not-?reply / info /
    contact / support / hello /
    (?:the )?(?:(?:{_WHOSE}) )?(?:{_GROUP})(?: (?:team|staff|desk|board|reports?|writers?|reporters?))? /
    (?:staff|wire|agency|news) (?:reports?|writers?|and wire reports) / staff and agencies / agencies /
    wire services? / news agencies / by / anonymous / anon / unknown / n[/]?a / none / null / undefined / nobody /
    test / default / various / various authors / multiple authors / others / et al\.? / more / press release /
    sponsored(?: content| post)? / advertorial / partner content / brand ?voice / paid post / advertisement /
    promoted / (?:die |unsere |unserer )?redaktion / red\.? / von redaktion / (?:la )?rédaction / (?:la )?redacción /
    (?:da )?redação / (?:la )?redazione(?: web)? / (?:de |onze |door onze )?redactie / redakcja / redakce /
    redakcia / redakció /
    (?:от )?редакци[яи] / редакція / від редакції / toimitus / redaktionen / redaksjonen / haber merkezi / editör /
    σύνταξη / agencias / agenturen / agences / agenzie / agências / redacción y agencias / agencies and staff /
    编辑部 / 編輯部 / 編集部 / 편집부 / 편집국 / 온라인뉴스팀 / 디지털뉴스팀 / 本站 / 小编 / 佚名 / 匿名 /
    网络 / 管理员 / 管理者 /
    運営 / 운영자 / 관리자 / هيئة التحرير / المحرر / التحرير / संपादकीय / एजेंसी / वेब डेस्क / न्यूज डेस्क /
    न्यूज़ डेस्क /
    डिजिटल डेस्क / administrateur / administrador / amministratore / администратор / yönetici / beheerder /
    gast(?:autor|beitrag)? / invité / invitado / convidado / ospite
    """
    ),
    re.IGNORECASE,
)

# ------------------------------------------------------------------------------------------ agencies, employers

_HAN_AGENCIES = _any(
    """
    新华社 / 新華社 / 中新社 / 中新网 / 中央社 / 共同社 / 法新社 / 路透社 / 美联社 / 共同通信 / 時事通信 /
    연합뉴스 / 뉴시스 / 뉴스1
    """
)
HAN_AGENCY = re.compile(rf"({_HAN_AGENCIES})(?:电|電|讯|訊)?(?=\S| ) ?")
JOINT = re.compile(
    r"\s*(?:,|/|\||-|–|—|"
    r"\b(?:of the|of|for the|for|with the|with|via|de|da|do|di|della|par|por|pour|von der|der|the))\s*$",
    re.IGNORECASE,
)
EMPLOYED = re.compile(
    rf""" (?:{
        _any('''
    of the / of / for the / for / at the / at / from the / from / in / with / via / für / von der / bei / aus / pour /
    chez / à / para / desde / em / per / da / voor / dla / для / из / в
    ''')
    })(?= [A-ZÀ-ÞА-ЯİŞÇ])"""
)
PLACE_WORDS = frozenset("in at from aus à desde em en da из в".split())
THE = re.compile(r"^the (?=\S)", re.IGNORECASE)
# Agencies whose names are written like words, with one capital.
AGENCY_TITLES = frozenset(
    """
        reuters bloomberg xinhua kyodo yonhap anadolu interfax sputnik ritzau belga lusa tanjug hina jiji bernama
        antara newsis adnkronos askanews servimedia telam notimex agerpres folhapress
        """.split()
)
