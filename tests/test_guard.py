"""No request reaches what is not public, whatever a URL, a name, a resolver or a redirect says."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator

import pytest
import trustme

from net.hosts import server
from net.names import Table, resolver
from tagparity.core.errors import Refused
from tagparity.gather.addresses import public
from tagparity.gather.guard import Failed, Guard

HOSTILE = (
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://0.0.0.0/",
    "http://224.0.1.1/",
    "http://255.255.255.255/",
    "http://198.18.0.1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:a00:1]/",
    "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::]/",
    "http://[2001:0:a00:1::]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://a.localhost/",
    "http://printer.local/",
    "http://intranet/",
    "http://user:secret@shop.example/",
    "http://user@shop.example/",
    "http://shop.example:8080/",
    "http://shop.example:22/",
    "ftp://shop.example/",
    "file:///etc/passwd",
    "gopher://shop.example/",
    "http://shop.example\\@127.0.0.1/",
    "http://shop.example /",
    "http://shop.example:99999/",
    "http://１２７.0.0.1/",
    "http:///",
    "shop.example",
)
PUBLIC = ("8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946")


@pytest.fixture
def table() -> Table:
    return {
        "A shop.example": ["93.184.216.34"],
        "A inside.example": ["10.0.0.7"],
        "A both.example": ["93.184.216.34", "127.0.0.1"],
        "AAAA six.example": ["2606:2800:220:1:248:1893:25c8:1946", "::ffff:169.254.169.254"],
        "CNAME tags.example": ["edge.vendor.example"],
        "A edge.vendor.example": ["192.168.7.7"],
        "A empty.example": [],
    }


@pytest.fixture
def guard(table: Table) -> Iterator[Guard]:
    with resolver(table) as address:
        made = Guard(nameserver=address, seconds=5)
        yield made
        made.close()


@pytest.mark.parametrize("url", HOSTILE)
def test_hostile_urls_are_refused(guard: Guard, url: str) -> None:
    with pytest.raises(Refused) as said:
        guard.get(url)
    assert "\n" not in str(said.value)
    assert "secret" not in str(said.value)


@pytest.mark.parametrize("host", ["inside.example", "both.example", "six.example", "tags.example"])
def test_one_address_inside_spoils_an_answer(guard: Guard, host: str) -> None:
    with pytest.raises(Refused, match="not public"):
        guard.get(f"https://{host}/")


@pytest.mark.parametrize(("host", "why"), [("none.example", "does not exist"), ("empty.example", "no address")])
def test_names_that_lead_nowhere_fail(guard: Guard, host: str, why: str) -> None:
    with pytest.raises(Failed, match=why):
        guard.get(f"https://{host}/")


def test_public_addresses_are_public() -> None:
    assert all(public(ipaddress.ip_address(a)) for a in PUBLIC)


def test_a_name_is_resolved_once(table: Table) -> None:
    """An answer that changes between the look and the connection (rebinding) changes nothing."""
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    table["A shop.example"] = lambda: next(answers)
    with resolver(table) as address:
        guard = Guard(nameserver=address, seconds=5)
        assert guard.resolve("shop.example").addresses == ("93.184.216.34",)
        assert guard.resolve("shop.example").addresses == ("93.184.216.34",)
        guard.known.clear()
        with pytest.raises(Refused, match="not public"):
            guard.resolve("shop.example")


def test_the_address_looked_at_is_the_one_dialled(table: Table) -> None:
    """The name leads to this machine's server only while private addresses are allowed."""
    table["A shop.example"] = ["127.0.0.1"]
    with resolver(table) as address, server({"/": (200, [("X-Who", "shop")], b"hello")}) as shop:
        guard = Guard(nameserver=address, allow_private=True, seconds=5)
        answer = guard.get(f"http://shop.example:{shop.port}/")
        assert (answer.status, answer.body, answer.peer, answer.all("x-who")) == (200, b"hello", "127.0.0.1", ["shop"])
        assert shop.asked[0][2]["host"] == f"shop.example:{shop.port}"
        assert shop.asked[0][2]["user-agent"].startswith("tagparity/")


@pytest.mark.parametrize(
    "where", ["http://169.254.169.254/", "file:///etc/passwd", "http://a:b@shop.example/", "//[::1]/"]
)
def test_redirects_are_looked_at(table: Table, where: str) -> None:
    table["A shop.example"] = ["127.0.0.1"]
    with resolver(table) as address, server({"/": (302, [("Location", where)], b"")}) as shop:
        guard = Guard(nameserver=address, allow_private=True, seconds=5)
        guard.host("shop.example")
        guard.resolve("shop.example")
        guard.allow_private = False
        guard.target = _with_port(guard, shop.port)  # type: ignore[method-assign]
        with pytest.raises(Refused):
            guard.get("http://shop.example/")
        assert len(shop.asked) == 1


def _with_port(guard: Guard, port: int):  # type: ignore[no-untyped-def]
    """`target` of a guard, with the port of a test's server for the shop's."""
    from dataclasses import replace

    real = guard.target

    def target(url: str):  # type: ignore[no-untyped-def]
        found = real(url)
        return replace(found, port=port) if found.host == "shop.example" else found

    return target


def test_redirects_end(table: Table) -> None:
    table["A shop.example"] = ["127.0.0.1"]
    with resolver(table) as address, server({"/": (302, [("Location", "/")], b"")}) as shop:
        guard = Guard(nameserver=address, allow_private=True, seconds=5)
        with pytest.raises(Failed, match="redirects"):
            guard.get(f"http://shop.example:{shop.port}/")
        assert len(shop.asked) == 6


def test_bytes_and_seconds_are_limited(table: Table) -> None:
    table["A shop.example"] = ["127.0.0.1"]
    with resolver(table) as address, server({"/": (200, [], b"x" * 300_000)}) as shop:
        guard = Guard(nameserver=address, allow_private=True, seconds=5, size=100_000)
        answer = guard.get(f"http://shop.example:{shop.port}/")
        assert (len(answer.body), answer.cut) == (100_000, True)
        with pytest.raises(Failed, match="bytes"):
            guard.get(f"http://shop.example:{shop.port}/")
        late = Guard(nameserver=address, allow_private=True, seconds=0)
        with pytest.raises(Failed, match="time"):
            late.get(f"http://shop.example:{shop.port}/")


def test_proxies_of_the_environment_are_not_asked(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    table["A shop.example"] = ["127.0.0.1"]
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with resolver(table) as address, server({"/": (200, [], b"ok")}) as shop:
        assert Guard(nameserver=address, allow_private=True).get(f"http://shop.example:{shop.port}/").status == 200


def test_certificates_are_checked(table: Table) -> None:
    table["A shop.example"] = ["127.0.0.1"]
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with resolver(table) as address, server({"/": (200, [], b"ok")}, authority, "shop.example") as shop:
        url = f"https://shop.example:{shop.port}/"
        with pytest.raises(Failed, match="certificate"):
            Guard(nameserver=address, allow_private=True).get(url)
        answer = Guard(nameserver=address, allow_private=True, trust=trust).get(url)
        assert answer.status == 200
        assert answer.tls["names"] == ["shop.example"]
        assert answer.tls["version"].startswith("TLS")
