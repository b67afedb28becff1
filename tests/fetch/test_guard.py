"""The address guard: what is never dialled, whatever the URL, the redirect or the name service says."""

from __future__ import annotations

import pytest

from ingest.fetch.guard import AddressGuard
from ingest.records import Failure, FailureKind, Fetched, Request

NOT_PUBLIC = """
127.0.0.1 0.0.0.0 10.0.0.5 172.16.3.4 172.31.255.255 192.168.1.1 100.64.0.1 169.254.169.254 168.63.129.16 192.0.0.192
192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
::1 :: ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1
2002:7f00:1:: 2002:a00:1:: 2001::1 2001:db8::1 3fff::1 5f00::1 100::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%lo fec0::1
ff02::1
"""
PUBLIC = ["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]

NEVER_DIALLED = r"""
http://127.0.0.1/ http://[::1]/ http://0.0.0.0/ http://0/ http://169.254.169.254/latest/meta-data/ http://10.0.0.5/
http://172.16.3.4/ http://192.168.1.1/ http://100.64.0.1/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/
http://[::127.0.0.1]/ http://[64:ff9b::7f00:1]/ http://[2002:7f00:1::]/ http://[fe80::1]/ http://[fc00::1]/
http://[fd00:ec2::254]/ http://[fec0::1]/ http://[ff02::1]/ http://224.0.0.1/ http://255.255.255.255/ http://192.0.0.192/
http://198.18.0.1/ http://2130706433/ http://0177.0.0.1/ http://0x7f.0.0.1/ http://0x7f000001/ http://127.1/
http://017700000001/ http://127.0.0.1.:80/ http://user@127.0.0.1/ http://user:pw@127.0.0.1/ http://93.184.216.34@127.0.0.1/
http://good.test%40x:y@127.0.0.1/ http://loop.test/ http://LOOP.test./ http://mixed.test/ http://loop6.test/
http://localhost/ http://127。0。0。1/ http://①②⑦.⓪.⓪.①/ http://169.254.169.254.loop.test/ http://good.test:22/
http://good.test:6379/ http://good.test:25/ http://good.test:65536/ http://none.test/ http://unknown.test/
file:///etc/passwd ftp://good.test/ gopher://good.test/ data:text/xml,x javascript:1 unix:///var/run/docker.sock
http:///x //good.test/ http://[::1%25lo]/ http://good.test\@127.0.0.1/ http://127.0.0.1\@good.test:22/
"""


@pytest.fixture
def names(http):
    return http.Names(
        good_test=[http.PUBLIC],
        loop_test=["127.0.0.1"],
        mixed_test=[http.PUBLIC, "10.0.0.1"],
        loop6_test=["::1"],
        localhost=["127.0.0.1"],
        none_test=[],
        **{"169_254_169_254_loop_test": ["169.254.169.254"]},
    )


@pytest.mark.parametrize("ip", NOT_PUBLIC.split())
def test_an_address_off_the_public_web_is_not_permitted(ip):
    assert not AddressGuard().permits(ip)


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_public_address_is_permitted_on_web_ports_only(ip):
    guard = AddressGuard()
    assert all(guard.permits(ip, port) for port in (80, 443, 8080, 8443))
    assert not any(guard.permits(ip, port) for port in (22, 25, 6379, 0))


def test_an_allowed_network_is_open_on_every_port_and_nothing_else_is():
    guard = AddressGuard(["10.1.0.0/16", "fd00::/8"])
    assert guard.permits("10.1.2.3", 5432)
    assert guard.permits("fd00::1", 8000)
    assert guard.permits("::ffff:10.1.2.3", 80)
    assert guard.permits("64:ff9b::a01:203", 80)
    assert not guard.permits("10.2.0.1", 80)
    assert not guard.permits("127.0.0.1", 80)
    assert not guard.permits("93.184.216.34", 22)


@pytest.mark.parametrize("url", [*NEVER_DIALLED.split(), "http:// /"])
async def test_this_is_never_dialled(http, names, url):
    network = http.Network()
    fetcher = await http.fetcher(resolve=names, network=network, allow_networks=())
    answer = await fetcher.get(Request(url))
    assert network.dialled == []
    assert isinstance(answer, Failure)
    assert answer.kind in (FailureKind.BLOCKED, FailureKind.ADDRESS, FailureKind.DNS)


TARGETS = """
http://127.0.0.1/secret http://169.254.169.254/ http://loop.test/ //127.0.0.1/x file:///etc/passwd http://good.test:22/
http://0x7f.1/ gopher://good.test/ http://u:p@10.0.0.1/ http://[::ffff:10.0.0.1]/ http://mixed.test/
"""


@pytest.mark.parametrize("target", TARGETS.split())
async def test_a_redirect_leads_nowhere_else(http, names, target):
    site = await http.serve({"/feed": http.reply(b"302 Found", b"", b"Location: " + target.encode())})
    network = http.Network(site.port)
    fetcher = await http.fetcher(resolve=names, network=network, allow_networks=())
    answer = await fetcher.get(Request("http://good.test/feed"))
    assert network.dialled == [(http.PUBLIC, 80)]
    assert isinstance(answer, Failure)
    assert answer.kind in (FailureKind.BLOCKED, FailureKind.ADDRESS)


async def test_one_lookup_serves_check_and_dial_and_the_next_answer_is_checked_anew(http):
    names = http.Names(rebind_test=[[http.PUBLIC], ["127.0.0.1"], ["127.0.0.1"]])
    network = http.Network()
    fetcher = await http.fetcher(resolve=names, network=network, allow_networks=())
    assert (await fetcher.get(Request("http://rebind.test/"))).kind is FailureKind.CONNECT
    assert network.dialled == [(http.PUBLIC, 80)]
    assert names.asked == ["rebind.test"]
    assert (await fetcher.get(Request("http://rebind.test/"))).kind is FailureKind.BLOCKED
    assert network.dialled == [(http.PUBLIC, 80)]


async def test_the_operator_may_open_the_own_network(http):
    site = await http.serve({"/": http.ok(b"ok")})
    closed = await http.fetcher(allow_networks=())
    assert (await closed.get(Request(site.url()))).kind is FailureKind.BLOCKED
    opened = await http.fetcher(allow_networks=("127.0.0.1/32",))
    assert (await opened.get(Request(site.url()))).body == b"ok"


async def test_a_refusal_names_the_host_and_the_setting_and_keeps_the_address_to_itself(http, names):
    fetcher = await http.fetcher(resolve=names, network=http.Network(), allow_networks=())
    private = await fetcher.get(Request("http://mixed.test/"))
    assert "mixed.test is not on the public web" in private.detail
    assert "fetch.allow_networks" in private.detail
    assert "10.0.0.1" not in private.detail
    assert "port 22 of good.test" in (await fetcher.get(Request("http://good.test:22/"))).detail
    unknown = await fetcher.get(Request("http://unknown.test/"))
    assert (unknown.kind, unknown.detail) == (
        FailureKind.DNS,
        "cannot resolve unknown.test: name or service not known",
    )


async def test_an_address_is_dialled_without_asking_the_name_service(http):
    site = await http.serve({"/": http.ok(b"ok")})
    names = http.Names()
    fetcher = await http.fetcher(resolve=names)
    assert (await fetcher.get(Request(site.url(host="127.0.0.1")))).body == b"ok"
    assert names.asked == []


async def test_a_port_that_cannot_be_permitted_is_not_even_looked_up(http, names):
    fetcher = await http.fetcher(resolve=names, network=http.Network(), allow_networks=())
    await fetcher.get(Request("http://good.test:22/"))
    assert names.asked == []


async def test_the_next_address_is_tried_when_the_first_is_dead(http):
    site = await http.serve({"/": http.ok(b"ok")})
    with_dead_first = http.Names(two_test=["127.0.0.2", "127.0.0.1"])
    fetcher = await http.fetcher(resolve=with_dead_first)
    assert (await fetcher.get(Request(site.url(host="two.test")))).body == b"ok"


async def test_the_environment_names_no_proxy(http, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site = await http.serve({"/": http.ok(b"ok")})
    fetcher = await http.fetcher()
    assert (await fetcher.get(Request(site.url()))).body == b"ok"


async def test_tls_checks_the_name_though_an_address_is_dialled(http, tmp_path):
    server_tls, trusted = http.certificate(tmp_path, "feeds.test")
    asked_names = []
    server_tls.sni_callback = lambda _socket, name, _context: asked_names.append(name)
    site = await http.serve({"/": http.ok(b"ok")}, tls=server_tls)
    names = http.Names(feeds_test=[http.PUBLIC], other_test=[http.PUBLIC])
    fetcher = await http.fetcher(
        resolve=names, network=http.Network(site.port), tls=trusted, allow_networks=()
    )

    answer = await fetcher.get(Request("https://feeds.test/"))
    assert isinstance(answer, Fetched)
    assert asked_names == ["feeds.test"]
    assert b"\r\nHost: feeds.test\r\n" in site.heads[0]

    wrong = await fetcher.get(Request("https://other.test/"))
    assert wrong.kind is FailureKind.TLS
    assert "other.test" in wrong.detail
    assert "not valid for 'other.test'" in wrong.detail

    strict = await http.fetcher(resolve=names, network=http.Network(site.port), allow_networks=())
    stranger = await strict.get(Request("https://feeds.test/"))
    assert stranger.kind is FailureKind.TLS
    assert "self-signed certificate" in stranger.detail
