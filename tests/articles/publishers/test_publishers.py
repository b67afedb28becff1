"""The table of publishers: what is one, what is not, and what a deployment adds."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from ingest import urls
from ingest.articles.publishers import names
from ingest.articles.publishers import table as publishers
from ingest.articles.publishers.folding import domain_in, key
from ingest.errors import CatalogueError

TABLE = publishers.load()


def meant(name: str | None, url: str | None = None) -> str | None:
    found = TABLE.resolve(name, url)
    return found.name if found else None


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("LA Times", None),
        ("L.A. Times", None),
        ("Los Angeles Times", None),
        ("The Los Angeles Times", None),
        ("los angeles times", None),
        ("latimes.com", None),
        ("www.latimes.com", None),
        ("https://www.latimes.com/", None),
        (None, "https://www.latimes.com/world/story"),
        (None, "https://feeds.latimes.com/rss"),
        ("Los Angeles Times", "https://www.msn.com/en-us/news"),
        ("World & Nation", "https://www.latimes.com/world-nation"),
    ],
)
def test_one_newspaper_however_it_is_called(name: str | None, url: str | None) -> None:
    assert meant(name, url) == "Los Angeles Times"


@pytest.mark.parametrize(
    ("spellings", "name", "credit"),
    [
        ("AP / The Associated Press / apnews.com / ap.org / 美联社 / AP通信", "Associated Press", "AP"),
        ("Reuters / Thomson Reuters / 路透社 / ロイター / رويترز / रॉयटर्स / Рейтер", "Reuters", "Reuters"),
        ("AFP / Agence France-Presse / Agence France Presse / 法新社 / АФП / أ ف ب", "Agence France-Presse", "AFP"),
        ("dpa / DPA / Deutsche Presse-Agentur / dpa.com / 德新社", "Deutsche Presse-Agentur", "dpa"),
        ("PTI / Press Trust of India / पीटीआई / भाषा", "Press Trust of India", "PTI"),
        ("IANS / आईएएनएस / Indo-Asian News Service", "Indo-Asian News Service", "IANS"),
        ("ANI / एएनआई / aninews.in", "Asian News International", "ANI"),
        ("Xinhua / 新华社 / 新華社 / Синьхуа / شينخوا / xinhuanet.com / 신화통신", "Xinhua", "Xinhua"),
        ("ТАСС / TASS / ИТАР-ТАСС / 塔斯社 / tass.com", "ТАСС", "ТАСС"),
        ("EFE / Agencia EFE / efe.com", "Agencia EFE", "EFE"),
        ("ANSA / ansa.it / Agenzia ANSA", "ANSA", "ANSA"),
        ("Kyodo / Kyodo News / 共同 / 共同通信 / 共同通信社 / 교도통신", "共同通信", "共同"),
        ("Yonhap / 연합뉴스 / 韩联社 / yna.co.kr", "연합뉴스", "연합뉴스"),
        ("AA / Anadolu / Anadolu Agency / Anadolu Ajansı / الأناضول", "Anadolu Ajansı", "AA"),
        ("Interfax / Интерфакс / interfax.ru", "Интерфакс", "Интерфакс"),
    ],
)  # fmt: skip
def test_an_agency_is_one_in_every_script(spellings: str, name: str, credit: str) -> None:
    for spelling in spellings.split(" / "):
        found = TABLE.resolve(spelling, None)
        assert found is not None, spelling
        assert (found.name, found.credited) == (name, credit), spelling


def test_an_address_decides_between_papers_of_one_name() -> None:
    assert meant("The Guardian", "https://guardian.ng/news/1") == "The Guardian (Nigeria)"
    assert meant("The Guardian", "https://www.theguardian.com/1") == "The Guardian"
    assert meant("The Guardian") == "The Guardian"
    assert meant("The Guardian", "https://guardian.example/1") is None
    assert meant("El País", "https://www.elpais.com.uy/1") == "El País (Uruguay)"
    assert meant("Tribune") is meant("Daily News") is meant("Tribune", "https://tribune.example") is None


def test_country_editions_renames_and_second_domains_are_their_publishers() -> None:
    for host in ("edition.cnn.com", "cnnespanol.cnn.com", "cnn.com"):
        assert meant(None, f"https://{host}/x") == "CNN"
    for host in ("bbc.com", "www.bbc.co.uk"):
        assert meant(None, f"https://{host}/x") == "BBC"
    assert meant(None, "https://www.huffingtonpost.co.uk/x") == meant(None, "https://huffpost.com/x")
    assert meant(None, "https://khn.org/x") == "KFF Health News"


def test_a_host_of_several_outlets_is_told_apart_by_its_parts() -> None:
    assert meant(None, "https://abcnews.go.com/US/1") == "ABC News"
    assert meant(None, "https://espn.go.com/1") == "ESPN"
    assert meant(None, "https://www.go.com/1") is None


def test_where_many_publish_the_address_says_nothing() -> None:
    assert meant("Ann's Tide Notes", "https://medium.com/@ann/1") is None
    assert meant(None, "https://ann.substack.com/p/1") is None
    assert meant("NBC News", "https://www.msn.com/en-us/1") == "NBC News"
    assert meant(None, "https://www.msn.com/en-us/1") == "MSN"
    one = names.identity("Ann's Tide Notes", "https://ann.substack.com/p/1", TABLE)
    two = names.identity("Bo's Tide Notes", "https://bo.substack.com/p/1", TABLE)
    assert (one.domain, two.domain) == ("ann.substack.com", "bo.substack.com")


def test_two_names_are_one_publisher_by_table_fold_or_domain() -> None:
    assert names.same("LA Times", None, None, "https://www.latimes.com/x", TABLE)
    assert names.same("The Gull Ledger", None, "gull ledger", None, TABLE)
    assert names.same("TheGullLedger", None, "The Gull Ledger", None, TABLE)
    assert names.same(
        "Gull Ledger", "https://www.gull.example/a", "GL Online", "https://gull.example/b", TABLE
    )
    assert not names.same("Gull Ledger", None, "Tern Ledger", None, TABLE)
    assert not names.same("ABC News", None, "ESPN", "https://abc.go.com/1", TABLE)
    assert not names.same("A", "https://a.substack.com/", "B", "https://b.substack.com/", TABLE)


def test_no_name_and_no_domain_means_two_publishers() -> None:
    named, hosts = defaultdict(set), defaultdict(set)
    for one in TABLE:
        for name in {one.name, one.credited, *one.also}:
            if domain_in(name) is None:
                named[key(name)].add(one.domain)
        for host in (one.domain, *one.domains):
            hosts[host].add(one.domain)
    assert not {name: who for name, who in named.items() if len(who) > 1}
    assert not {host: who for host, who in hosts.items() if len(who) > 1}


def test_every_host_of_the_table_is_a_registered_name_or_below_one() -> None:
    for one in TABLE:
        for host in (one.domain, *one.domains):
            registered = urls.registrable_domain(host)
            assert registered is not None, host
            assert "." in registered, host


def test_the_table_knows_the_languages_of_the_notices() -> None:
    countries = {one.country for one in TABLE}
    assert {*("US GB DE ES MX BR FR IT NL RU CN TW JP KR PL TR EG SA IN".split())} <= countries
    assert len(TABLE) > 1_000


def test_a_deployments_own_publishers_come_beside_and_win(tmp_path: Path) -> None:
    own = tmp_path / "publishers.toml"
    own.write_text(
        '[XK.newspaper]\n"gull.example" = { name = "Gull Point Ledger", also = ["GPL"], domains = ["gpl.example"] }\n'
        '"latimes.com" = { name = "The L.A. Times", also = ["LA Times"] }\n',
        "utf-8",
    )
    table = publishers.load(own)
    for name, url in (("GPL", None), (None, "https://www.gpl.example/1")):
        found = table.resolve(name, url)
        assert found is not None
        assert found.name == "Gull Point Ledger"
    for name, url in (("LA Times", None), ("Los Angeles Times", None), (None, "https://www.latimes.com/1")):
        found = table.resolve(name, url)
        assert found is not None
        assert found.name == "The L.A. Times"  # told better: the names it had stay its names
    assert len(table) == len(TABLE) + 1
    assert meant("GPL") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[US.newspaper]\n3 = [", "no TOML"),
        ("[US.gazette]\n'gull.example' = 'Gull'", "[US.gazette] should be a country and one of agency"),
        ("gull = 3", "'gull' stands in no section: write [US.newspaper]"),
        ("[US.site]\n'gull.example' = { nam = 'Gull' }", "Object contains unknown field `nam`"),
        ("[US.site]\n'www.Gull' = 'Gull'", "no host name in small letters"),
        ("[US.site]\n'https://gull.example' = 'Gull'", "no host name in small letters"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_its_file(tmp_path: Path, text: str, told: str) -> None:
    own = tmp_path / "publishers.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(CatalogueError) as error:
        publishers.load(own)
    assert str(own) in str(error.value)
    assert told in str(error.value)


def test_the_table_kept_beside_the_modules_says_the_same() -> None:
    publishers._shipped.cache_clear()
    again = publishers.load()
    assert [one.domain for one in again] == [one.domain for one in TABLE]
    assert again.resolve("LA Times", None) == TABLE.resolve("LA Times", None)
