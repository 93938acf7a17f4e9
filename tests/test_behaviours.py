"""The data files of template behaviours: complete, sourced, and about things the project knows."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from tagparity.core.container import Container, Entity
from tagparity.core.lineage import Stability
from tagparity.gtm import behaviours
from tagparity.gtm.behaviours import Behaviour, Defect, Read, Version, affects, all_behaviours, behaviour, holds
from tagparity.platforms import PLATFORMS
from tagparity.readers.gtm import read

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
KNOWN = all_behaviours()
PATHS = sorted(f.name for f in files(behaviours).iterdir() if f.name.endswith(".toml"))

KINDS = {"tag", "client", "variable", "transformation"}
SIDES = {"web", "server", "both"}
LEVELS = {"official", "official code", "community", "observed"}
PROTOCOLS = {"", "ga4", "mp", "data", "gtm", "ua", "webhook"}
EMPTY_ROWS = {"skips", "overrides", "unknown"}
CONSENTS = {
    "ad_storage",
    "analytics_storage",
    "ad_user_data",
    "ad_personalization",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
}
FIELDS = {
    "event_name",
    "event_id",
    "event_time",
    "value",
    "currency",
    "order_id",
    "content_ids",
    "contents",
    "content_type",
    "num_items",
    "action_source",
    "consent",
    "page_location",
    "page_referrer",
    "client_id",
    "session_id",
    "user_id",
}
CLICK_IDS = {m.name for p in PLATFORMS.values() for m in p.click_ids} | {"gclid", "gbraid", "wbraid"}
CANONICAL = {n for p in PLATFORMS.values() for n in p.names.values()}
MATCH_KEYS = {k for p in PLATFORMS.values() for k in p.keys}
BROWSER = {"client_ip_address", "client_user_agent"}


def of(b: Behaviour) -> str:
    return b.id


def words_of(b: Behaviour) -> set[str]:
    """Fields a template may fill: the vocabulary, click ids, and the match keys of its platform, or of any for one that
    serves several."""
    keys = set(PLATFORMS[b.platform].keys) if b.platform and PLATFORMS[b.platform].keys else MATCH_KEYS
    return FIELDS | CLICK_IDS | BROWSER | keys


@pytest.mark.parametrize("name", PATHS)
def test_file_loads(name: str) -> None:
    text = (files(behaviours) / name).read_bytes()
    assert msgspec.toml.decode(text, type=Behaviour).id, name


@pytest.mark.parametrize("b", KNOWN, ids=of)
def test_words(b: Behaviour) -> None:
    assert b.title and b.kind in KINDS and b.side in SIDES
    assert not b.platform or b.platform in PLATFORMS
    assert b.protocol in PROTOCOLS and b.empty_row in EMPTY_ROWS
    assert not b.stability or b.stability in set(Stability)
    assert all(path.startswith("/") for path in b.claims)
    assert not (b.claims or b.claim_params or b.produces) or b.kind == "client"
    assert not b.stability or b.kind == "variable"
    assert all(re.fullmatch(r"[0-9A-Z]{5}", g) for g in b.gallery_ids)


@pytest.mark.parametrize("b", KNOWN, ids=of)
def test_sources(b: Behaviour) -> None:
    assert b.sources
    for s in (*b.sources, *b.defects):
        assert s.url.startswith("https://") and s.level in LEVELS
        assert date(2024, 1, 1) < date.fromisoformat(s.read) <= date(2026, 12, 31)
    for s in b.sources:  # code of a template is cited at a commit
        code = re.match(r"https://github\.com/[^/]+/[^/]+/blob/([^/]+)/", s.url)
        assert code is None or re.fullmatch(r"[0-9a-f]{40}", code[1]), s.url


@pytest.mark.parametrize("b", KNOWN, ids=of)
def test_fields(b: Behaviour) -> None:
    unknown = {r.field for r in b.reads} - words_of(b)
    assert not unknown
    for r in b.reads:
        assert not set(r.only) - CANONICAL
        assert _filled(r), f"{b.id}: nothing fills {r.field}"
        assert all(row.names and row.table for row in r.rows)
    assert all(not row.names for row in b.free_rows)
    assert not b.consent or set(b.consent.types) <= CONSENTS
    assert all(p.inputs for p in b.produces)


def _filled(r: Read) -> bool:
    return bool(
        r.rows or r.params or r.event_data or r.cookies or r.headers or r.query or r.made or r.data_layer or r.objects
    )


@pytest.mark.parametrize("b", KNOWN, ids=of)
def test_event_names_are_the_platforms(b: Behaviour) -> None:
    """What a name map ends in is a name the platform lists."""
    if b.event and b.platform and PLATFORMS[b.platform].names:
        listed = set(PLATFORMS[b.platform].names) | set(PLATFORMS[b.platform].same_as)
        assert not set(b.event.map.values()) - listed


@pytest.mark.parametrize("b", KNOWN, ids=of)
def test_inputs_of_clients(b: Behaviour) -> None:
    for p in b.produces:
        for text in p.inputs:
            assert text in ("ip", "made") or re.fullmatch(r"(?:param|cookie|header) \S+", text), (p.key, text)


@pytest.mark.parametrize("b", KNOWN, ids=of)
def test_versions_newest_first(b: Behaviour) -> None:
    days = [v.day for v in b.versions if v.day]
    assert days == sorted(days, reverse=True)
    commits = [v.commit for v in b.versions]
    assert all(re.fullmatch(r"[0-9a-f]{40}", c) for c in commits)
    assert len(commits) == len(set(commits))


@pytest.mark.parametrize("b", KNOWN, ids=of)
def test_defects(b: Behaviour) -> None:
    commits = {v.commit for v in b.versions}
    assert len({d.id for d in b.defects}) == len(b.defects)
    for d in b.defects:
        assert d.text.endswith(".") and d.fix.endswith(".")
        assert {*d.affected, *(c for c in (d.since, d.fixed) if c)} <= commits
        assert not commits or any(affects(b, d, c) for c in commits), d.id


def test_nothing_twice() -> None:
    for said in (
        [b.id.lower() for b in KNOWN] + [a.lower() for b in KNOWN for a in b.aliases],
        [g for b in KNOWN for g in b.gallery_ids],
        [t for b in KNOWN for t in b.types],
        [(n.lower(), b.kind, b.side) for b in KNOWN for n in b.names],
    ):
        assert len(said) == len(set(said))


def test_stretches_of_versions() -> None:
    known = Behaviour("x", "X", "tag", "web", [], versions=[Version(c * 40, "") for c in "dcba"])

    def hit(**stretch: str) -> list[bool | None]:
        defect = Defect("x", "", "", "", "", "", **{k: v * 40 for k, v in stretch.items()})  # type: ignore[arg-type]
        return [affects(known, defect, c * 40) for c in "abcdx"]

    assert hit(fixed="c") == [True, True, False, False, None]
    assert hit(since="b", fixed="d") == [False, True, True, False, None]
    assert hit(since="c") == [False, False, True, True, None]
    assert hit() == [True] * 5


def entity(template: str = "", type_: str = "cvt_1_2", kind: str = "tag") -> Entity:
    return Entity(kind, "1", "a name", type_, template)


def container(side: str) -> Container:
    return Container("a.json", side, "GTM-A", "1", "1", "")


def test_found_by_repository_alias_type_and_name() -> None:
    server, web = container("server"), container("web")
    assert behaviour(server, entity("stape-io/facebook-tag")).id == "stape-io/facebook-tag"  # type: ignore[union-attr]
    pixel = behaviour(web, entity("facebookarchive/GoogleTagManager-WebTemplate-For-FacebookPixel"))
    assert pixel is not None and pixel.title == "Meta Pixel"
    client = behaviour(server, entity("Data Client", kind="client"))
    assert client is not None and client.claims == ["/data"]
    assert behaviour(web, entity("Data Client", kind="client")) is None
    assert behaviour(server, entity(type_="sgtmgaaw")).id == "sgtmgaaw"  # type: ignore[union-attr]
    assert behaviour(server, entity("someone/else")) is None
    assert behaviour(server, entity(type_="sgtmgaaw", kind="variable")) is None


def test_a_missing_parameter_is_empty() -> None:
    assert holds({"a": [""]}, entity()) and not holds({"a": ["true"]}, entity())
    assert holds({}, entity())


def parts(path: Path) -> list[tuple[Container, Entity]]:
    found = [a for a in read(path) if isinstance(a, Container)] if False else []
    return [(c, e) for c in found for e in (*c.tags, *c.clients, *c.variables)]
