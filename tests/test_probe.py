"""`tagparity probe` against a tagging host on loopback, its file read back, and what Safari would do to its cookies."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from click.testing import CliRunner

from net.hosts import Host, Page, server
from net.names import Table, resolver
from tagparity import audit
from tagparity.checks.sgtm._hosting import site_of
from tagparity.cli import main
from tagparity.core import itp
from tagparity.core.errors import EvidenceError
from tagparity.gather.guard import Guard
from tagparity.gather.probe import dump, probe
from tagparity.readers import probe as reader

SCRIPT = b'var data = {"resource":{"version":"7"}}; window.google_tag_manager; // GTM-SHOP123'
SECRET = "FPID2.2.sEcReTvAlUe"
TAGGING: dict[str, Page] = {
    "/healthy": (200, [("Content-Type", "text/plain")], b"ok"),
    "/gtm.js": (200, [("Cache-Control", "private, max-age=900")], SCRIPT),
    "/g/collect": (
        200,
        [
            (
                "Set-Cookie",
                f"FPID={SECRET}; Max-Age=63072000; Domain=shop.example; Path=/; Secure; HttpOnly; SameSite=Lax",
            )
        ],
        b"",
    ),
    "/": (400, [("Server", "Google Frontend"), ("X-Cloud-Trace-Context", "1")], b"no"),
}
PAGE = b'<html><script src="https://tags.shop.example/gtm.js?id=GTM-SHOP123&email=jane@shop.example"></script></html>'


@contextmanager
def shop(table: Table, tagging: dict[str, Page]) -> Iterator[tuple[Guard, Host, Host]]:
    """A guard that may ask a site and its tagging host, both on this machine, over TLS."""
    authority = trustme.CA()
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    with (
        resolver(table) as address,
        server(tagging, authority, "tags.shop.example") as tags,
        server({"/": (200, [], PAGE)}, authority, "www.shop.example") as site,
    ):
        guard = Guard(nameserver=address, allow_private=True, trust=trust, seconds=20)
        yield guard, tags, site
        guard.close()


NAMES: Table = {"A tags.shop.example": ["127.0.0.1"], "A www.shop.example": ["127.0.0.1"]}


def asked(tagging: dict[str, Page] = TAGGING, table: Table = NAMES) -> tuple[dict[str, Any], Host]:
    with shop(table, tagging) as (guard, tags, site):
        found = probe(guard, f"https://tags.shop.example:{tags.port}", f"https://www.shop.example:{site.port}/")
        return json.loads(dump(found)), tags


def test_what_a_server_container_shows() -> None:
    found, tags = asked()
    read = reader.read("probe.json", found)
    assert read.healthy
    assert read.script
    assert read.page_ids == ("GTM-SHOP123",)
    assert read.tls["version"].startswith("TLS")
    (cookie,) = read.of("collect")[0].cookies
    assert (cookie.name, cookie.max_age_s, cookie.http_only) == ("FPID", 63_072_000, True)
    assert read.of("root")[0].headers["server"] == "Google Frontend"
    assert "x-cloud-trace-context" in read.of("root")[0].other_headers
    assert {m for m, _, _ in tags.asked} == {"GET", "OPTIONS"}


def test_nothing_asked_is_a_hit() -> None:
    _, tags = asked()
    assert not [p for _, p, _ in tags.asked if any(word in p for word in ("v=2", "tid=", "en=", "cid="))]


def test_no_value_of_a_cookie_and_no_query_is_kept() -> None:
    found, _ = asked()
    text = dump(found)
    assert SECRET not in text
    assert "jane" not in text


def test_a_host_that_is_no_server_container() -> None:
    found, _ = asked({"/healthy": (200, [], b"<html>our shop is healthy</html>")})
    read = reader.read("probe.json", found)
    assert not read.healthy
    assert not read.script


def test_a_host_that_does_not_exist() -> None:
    with resolver({"A www.shop.example": ["127.0.0.1"]}) as address:
        found = probe(Guard(nameserver=address, allow_private=True), "tags.shop.example")
    read = reader.read("probe.json", json.loads(dump(found)))
    assert read.error == "the name does not exist"
    assert {r.error for r in read.requests} == {"the name does not exist"}


def test_the_cname_chain_is_kept() -> None:
    table: Table = {
        "CNAME tags.shop.example": ["abc.euo.stape.io"],
        "CNAME abc.euo.stape.io": ["lb.vendor.example"],
        "A lb.vendor.example": ["127.0.0.1"],
        "A www.shop.example": ["127.0.0.1"],
    }
    found, _ = asked(table=table)
    assert found["dns"]["host"]["chain"] == ["tags.shop.example", "abc.euo.stape.io", "lb.vendor.example"]


def safari(chain: list[str], addresses: list[str], site: list[str], site_addresses: list[str]) -> str:
    return itp.judge(chain, addresses, site, site_addresses, site_of).state


T, W = "t.shop.example", "www.shop.example"


@pytest.mark.parametrize(
    ("chain", "addresses", "site", "site_addresses", "state"),
    [
        ([T], ["93.184.1.1"], [W], ["93.184.200.9"], "uncapped"),
        ([T], ["93.185.1.1"], [W], ["93.184.200.9"], "capped"),
        ([T], ["93.184.1.1", "8.8.8.8"], [W], ["93.184.200.9"], "depends"),
        ([T], ["2606:2800:220:1::1"], [W], ["2606:2800:220:1::2"], "uncapped"),
        ([T], ["2606:2800:220:2::1"], [W], ["2606:2800:220:1::2"], "capped"),
        ([T], ["2606:2800:220:1::1"], [W], ["93.184.200.9"], "capped"),
        ([T, "x.shop.example"], ["1.1.1.1"], [W], ["93.184.200.9"], "uncapped"),
        ([T, "x.stape.io"], ["93.184.1.1"], [W], ["93.184.200.9"], "capped"),
        ([T, "a.cdn.example"], ["1.1.1.1"], [W, "b.cdn.example"], ["93.184.200.9"], "uncapped"),
        (["t.other.example"], ["93.184.1.1"], [W], ["93.184.1.1"], "capped"),
        ([T], [], [W], ["93.184.200.9"], "unknown"),
    ],
)
def test_safari(chain: list[str], addresses: list[str], site: list[str], site_addresses: list[str], state: str) -> None:
    assert safari(chain, addresses, site, site_addresses) == state


@pytest.mark.parametrize(
    "doc",
    [
        {"tagparity_probe": 1, "host": "a.example", "requests": [{"status": "x", "cookies": 3}, 4, None], "dns": []},
        {"tagparity_probe": 1, "host": "a.example", "tls": {"version": {}}, "dns": {"host": {"chain": [1, {}]}}},
        {"tagparity_probe": 1, "host": "a\x1b[31m.example", "page": "x", "requests": {"a": 1}},
    ],
)
def test_odd_files_are_read_for_what_they_hold(doc: dict[str, Any]) -> None:
    assert "\x1b" not in str(reader.read("p.json", doc))


@pytest.mark.parametrize(
    "doc", [{"tagparity_probe": 2, "host": "a"}, {"tagparity_probe": 1}, {"tagparity_probe": None}]
)
def test_other_versions_are_refused(doc: dict[str, Any]) -> None:
    with pytest.raises(EvidenceError):
        reader.read("p.json", doc)


def test_the_command_writes_evidence_the_audit_reads(tmp_path: Path) -> None:
    with resolver(NAMES) as (address, port), server(TAGGING) as tags:
        run = CliRunner().invoke(
            main,
            ["probe", f"http://tags.shop.example:{tags.port}", "-o", str(tmp_path / "evidence"), "--allow-private",
             "--nameserver", f"{address}:{port}", "--id", "GTM-SHOP123"],
        )  # fmt: skip
    assert run.exit_code == 0, run.output
    (written,) = (tmp_path / "evidence").iterdir()
    assert written.name == "probe-tags.shop.example.json"
    (entry,) = audit(tmp_path / "evidence").evidence
    assert (entry.kind, entry.records) == ("probe", 8)


@pytest.mark.parametrize(
    "host", ["localhost", "http://10.0.0.1", "https://a:b@tags.shop.example", "ftp://tags.shop.example"]
)
def test_the_command_refuses(tmp_path: Path, host: str) -> None:
    run = CliRunner().invoke(main, ["probe", host, "-o", str(tmp_path / "evidence")])
    assert run.exit_code == 2
    assert not (tmp_path / "evidence").exists()
