"""Who supplies texts and pictures to others: the world's news agencies, picture agencies and picture libraries.

A table, because their names betray nothing: "imago" is not written as a name, "Canadian Press" as a person's.
Evidence, not a census: who is missing is judged by the looks of the name.
"""

from __future__ import annotations

import re
import unicodedata

_NEWS_AGENCIES = """
    AP / Associated Press / Reuters / Thomson Reuters / AFP / Agence France-Presse / Agence France Presse /
    UPI / United Press International / Bloomberg / Bloomberg News / Dow Jones / Dow Jones Newswires / PA /
    PA Media / PA Wire / PA Images / Press Association / Canadian Press / La Presse Canadienne / CP / AAP /
    RNZ / The Sports Xchange / Field Level Media / Australian Associated Press / Tribune News Service / TNS /
    Inter Press Service / IPS / AllAfrica /
    PANA / APO Group / News Agency of Nigeria / Ghana News Agency / GNA / SAPA / MENA / QNA / WAM / KUNA /
    IRNA / ISNA / Tasnim / SANA / WAFA / dpa / dpa-AFX / dpa-infocom / AFX / APA / SDA / Keystone-SDA /
    Keystone-ATS / ATS / SID / KNA / epd / dts / dts Nachrichtenagentur / ddp / dapd / EFE / Agencia EFE /
    Europa Press / ACN / Servimedia / Colpisa / ANSA / AGI / Adnkronos / Askanews / LaPresse / Italpress /
    Lusa / Agência Lusa / Agência Brasil / Agencia Brasil / Estadão Conteúdo / Folhapress / Télam / Telam /
    Notimex / Prensa Latina / Andina / Colprensa / Agencia UNO / Noticias Argentinas / ANP / Belga / NTB / TT /
    TT Nyhetsbyrån / Ritzau / STT / BNS / LETA / ELTA / BTA / Agerpres / Mediafax / Hina / Tanjug / FoNet /
    STA / SRNA / FENA / MTI / ČTK / TASR / SITA / PAP / KAI / ANA-MPA / ΑΠΕ-ΜΠΕ / ΑΠΕ / ΚΥΠΕ / ТАСС / TASS /
    ИТАР-ТАСС / РИА Новости / RIA Novosti / РИА / Интерфакс / Interfax / Sputnik / Спутник / Россия сегодня /
    Регнум / Росбалт / Прайм / АГН Москва / Укринформ / Укрінформ / Ukrinform / УНІАН / УНИАН / UNIAN / УНН /
    РБК / РБК-Украина / РБК-Україна / Интерфакс-Украина / Інтерфакс-Україна / Interfax-Ukraine / БелТА / BelTA /
    Казинформ / Kazinform / БТА / Танјуг / Armenpress / Azertac / AA / Anadolu / Anadolu Agency /
    Anadolu Ajansı / DHA / Demirören Haber Ajansı / İHA / İhlas Haber Ajansı / ANKA / ANKA Haber Ajansı / PTI /
    Press Trust of India / ANI / IANS / UNB / BSS / APP / Bernama / Antara / ANTARA FOTO / VNA / TTXVN /
    TNA / PNA / CNA /
    Central News Agency / Xinhua / Kyodo / Kyodo News / Jiji / Jiji Press / AFP-Jiji / Yonhap / Yonhap News /
    Newsis / News1 / KCNA / China News Service / Montsame / पीटीआई / भाषा / एएनआई / आईएएनएस / वार्ता / रॉयटर्स /
    رويترز / أ ف ب / أ.ف.ب / فرانس برس / وكالة الأناضول / الأناضول / أسوشيتد برس / د ب أ / وفا / واس / سانا /
    وام / كونا / بترا / شينخوا / ایسنا / ایرنا / فارس / تسنیم / 新华社 / 新华网 / 中新社 / 中新网 / 中国新闻网 /
    央视新闻 / 路透社 / 法新社 / 美联社 / 中央社 / 新華社 / 路透 / 美聯社 / 共同社 / 塔斯社 / 共同 / 共同通信 /
    共同通信社 / 時事 / 時事通信 / 時事通信社 / ロイター / ロイター通信 / AFP時事 / AP通信 / EPA時事 /
    朝鮮通信 / 연합뉴스 / 연합 / 뉴시스 / 뉴스1 / 로이터 / 로이터연합뉴스 / 신화통신 / 교도통신
"""
_PICTURE_AGENCIES = """
    AP Photo / EPA / EPA-EFE / imago / imago images / picture alliance / picture-alliance / pa/dpa / Keystone /
    Getty / SZ Photo / ullstein bild / akg-images / laif / Ostkreuz / Agentur Focus / VISUM / Westend61 /
    mauritius images / Eibner / Zuma / ZUMA Press / ZUMA Wire / Zumapress / Sipa / Sipa USA / Sipa Press /
    NurPhoto / Abaca / Abacapress / Hans Lucas / MAXPPP / Bestimage / Presse Sports / Icon Sport / Magnum /
    Magnum Photos / Redux / Panos / Panos Pictures / Rex / Rex Features / Rex/Shutterstock / WireImage /
    FilmMagic / Splash News / SWNS / Newscom / LightRocket / SOPA Images / Pacific Press / ddp images /
    Lehtikuva / Scanpix / Ritzau Scanpix / NTB Scanpix / Bildbyrån / Cuartoscuro / Fotogramma / Imagoeconomica /
    AGF / Contrasto / Eyevine / Action Images / Agencja Wyborcza / Agencja Gazeta / East News / MTI Fotó /
    Profimedia / Hollandse Hoogte / Belgaimage / Isopix / UN Photo / UN News / NASA / ESA / NOAA / USGS /
    视觉中国 / 東方IC / 东方IC / アフロ / ゲッティ / 게티이미지
"""
_LIBRARIES = """
    Getty Images / GettyImages / iStock / iStockphoto / Shutterstock / Alamy / Alamy Stock Photo / Adobe Stock /
    AdobeStock / stock.adobe.com / Depositphotos / Dreamstime / 123RF / Fotolia / Pixabay / Pexels / Unsplash / Flickr /
    Wikimedia / Wikimedia Commons / Creative Commons / Freepik / Envato / Envato Elements / Bigstock /
    Thinkstock / Corbis / PantherMedia / Canva / Stocksy / StockSnap / Rawpixel / Vecteezy / 写真AC / ぱくたそ /
    PIXTA / 게티이미지뱅크
"""
# What stands where a supplier would, and names none: a keeper of papers, a giver without a name, a right.
_NOBODY = """
    DR / D.R. / droits réservés / archive / archives / archiv / archivo / arquivo / archivio / archiwum /
    архив / архів / arşiv / arkiv / arkivfoto / arkivbild / arkistokuva / archivbild / archivfoto / file /
    file photo / file image / file pic / symbolbild / symbolfoto / themenbild / privat / private / privatbild /
    privatfoto / private collection / zvg / z.v.g. / zur verfügung gestellt / divulgação / divulgacao /
    reprodução / reproducción / reproduction / cortesía / cortesia / courtesy / gentileza / courtoisie /
    handout / hand-out / contributed / supplied / submitted / provided / pool / stringer / stock / stock photo /
    stock image / screenshot / screengrab / screen capture / screen grab /
    capture d'écran / captura de pantalla / captura de tela / internet /
    the internet / social media / redes sociales / redes sociais / réseaux sociaux / soziale medien / соцсети /
    соцмережі / сети / открытые источники / відкриті джерела / sosyal medya / private archive /
    personal archive / archiv autora / archiwum własne / archivo personal / archivio privato / arquivo pessoal /
    archives personnelles / личный архив / из личного архива / из открытых источников / особистий архів /
    सोशल मीडिया / 网络 / 網路 / 资料图 / 资料图片 / 資料照 / 資料照片 / 資料写真 / 提供 / 자료사진 / 제공 /
    أرشيف / أرشيفية / وكالات
"""


def folded(name: str) -> str:
    """`name` for comparison: case aside, the Turkish "İ" as an "i", without an article before it."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("\u0307", "")
    return re.sub(r"^the (?=\S)|\.(?:com|de|org)$", "", " ".join(plain.split()))


def _table(names: str) -> frozenset[str]:
    return frozenset(map(folded, re.split(r"\s/\s", names)))


_OF_NEWS = _table(_NEWS_AGENCIES)
_AGENCIES = _OF_NEWS | _table(_PICTURE_AGENCIES)
_OF_LIBRARIES = _table(_LIBRARIES)
_OF_NOBODY = _table(_NOBODY)
_WRITTEN_SMALL = frozenset(
    "ap afp dpa epa efe apa sda sid kna epd dts ddp pap ansa pti ani tt ntb laif".split()
)


def is_agency(name: str) -> bool:
    """A known supplier of news or pictures. Of short names, only the commonest may be all in small letters."""
    short = folded(name)
    if short not in _AGENCIES:
        return False
    return len(short) > 4 or not name.islower() or short in _WRITTEN_SMALL


def is_news_agency(name: str) -> bool:
    """A supplier of news, not of pictures only."""
    return folded(name) in _OF_NEWS and is_agency(name)


def is_library(name: str) -> bool:
    """A seller or giver of pictures that others took: it holds rights, it supplied no news."""
    return folded(name) in _OF_LIBRARIES


def is_supplier(name: str) -> bool:
    """A supplier of any sort, or what stands in place of one: no word of it is to be taken off."""
    return is_agency(name) or is_library(name) or is_nobody(name)


def is_nobody(name: str) -> bool:
    """Words that stand in a credit instead of a name: "privat", "DR", "file photo", "Divulgação"."""
    return folded(name).strip("./ ") in _OF_NOBODY or folded(name) in _OF_NOBODY
