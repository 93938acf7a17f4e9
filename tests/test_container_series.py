"""A series of versions of one container: which one is judged, and what the others are good for."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Folder
from containers import clean, make
from containers.make import Json
from tagparity.core.container import Container, Entity
from tagparity.readers import gtm
from tagparity.run.audit import audit
from tagparity.run.changes import containers
from tagparity.run.series import series


def read(doc: Json, path: str = "web.json") -> Container:
    return gtm.read(path, doc)[0]


def at(path: str, edited_ms: int = 0, version: str = "0", exported: str = "", **more: Any) -> Container:
    given = {"public_id": "GTM-K7QWMZ4", "container_id": "9", "edited": "2026-06-03" if edited_ms else ""} | more
    entity = Entity("tag", "1", "Sale", "html", firing=(make.ALL_PAGES,), edited_ms=edited_ms)
    return Container(path, "web", version=version, exported=exported, tags=(entity,), **given)


@pytest.mark.parametrize(
    "found",
    [
        [at("old", 1_780_000_000_000), at("new", 1_780_000_000_001)],
        [at("old", 1_780_000_000_000, "41"), at("new", 1_780_000_000_000, "42")],
        [
            at("old", 1_780_000_000_000, exported="2026-06-03 10:00:00"),
            at("new", 1_780_000_000_000, exported="2026-06-04 10:00:00"),
        ],
        [at("old", exported="2026-06-03 10:00:00"), at("new", exported="2026-06-04 10:00:00")],
        [
            at("old", 1_780_000_000_000, "41", "2026-08-01 00:00:00"),
            at("new", 1_780_000_000_009, "0", "2026-07-01 00:00:00"),
        ],
    ],
    ids=["saved", "version", "export", "export only", "saved before version"],
)
def test_the_newest_version_is_judged(found: list[Container]) -> None:
    for order in (found, found[::-1]):
        sorted_ = series(order)
        assert [c.path for c in sorted_.judged] == ["new"]
        assert [(v.container.path, v.judged_by, v.why) for v in sorted_.history] == [("old", "new", "older version")]


def test_a_part_and_a_published_script_are_judged_only_where_nothing_better_is_at_hand() -> None:
    whole = at("whole", 1_780_000_000_000)
    part = Container("part", "web", "GTM-K7QWMZ4", "9", "0", "2026-09-09 00:00:00",
                     tags=(Entity("tag", "1", "Sale", "html", firing=("17",), edited_ms=1_790_000_000_000),))  # fmt: skip
    script = at("gtm.js", version="50", origin="published")
    found = series([part, script, whole])
    assert [c.path for c in found.judged] == ["whole"]
    assert {(v.container.path, v.why) for v in found.history} == {("part", "part"), ("gtm.js", "published script")}
    assert [c.path for c in series([part]).judged] == ["part"] and [c.path for c in series([script]).judged] == [
        "gtm.js"
    ]


def test_other_containers_are_no_versions() -> None:
    one, two = at("a", 1_780_000_000_000), at("b", 1_780_000_000_001, public_id="GTM-P4RTW2Q", container_id="10")
    assert len(series([one, two]).judged) == 2
    empty = [at(p, 1_780_000_000_000, public_id="", container_id="") for p in ("c", "d")]
    assert len(series(empty).judged) == 2
    placeholders = [at(p, public_id="GTM-XXXXXXX", container_id="") for p in "ef"]
    other = Container("g", "web", "GTM-XXXXXXX", "", "", "", tags=(Entity("tag", "1", "Quite another", "img"),))
    assert [c.path for c in series([*placeholders, other]).judged] == ["f", "g"]


def versions() -> list[Json]:
    """Three versions of the web container, a week apart."""
    docs = []
    for n, fingerprint in enumerate((1_780_000_000_000, 1_780_600_000_000, 1_781_200_000_000)):
        doc = clean.web()
        for kind in ("tag", "trigger", "variable"):
            for row in doc["containerVersion"][kind]:
                row["fingerprint"] = str(fingerprint)
        doc["containerVersion"] |= {"fingerprint": str(fingerprint), "containerVersionId": str(40 + n)}
        docs.append(doc)
    make.found(docs[0], "tag", "Meta - Lead")["paused"] = True
    make.put(make.found(docs[2], "variable", "Server address"), "value", "https://t.greenmill.example")
    return docs


def test_a_series_in_the_evidence(folder: Folder) -> None:
    for n, doc in enumerate(versions()):
        folder.put(f"v{n}.json", doc)
    result = audit(folder.path)
    items = [(i.source, i.detail) for i in result.inventory if i.kind == "container version"]
    assert items == [
        ("v0.json", "version 40, last edited 2026-05-28; older version: history, v2.json is judged"),
        ("v1.json", "version 41, last edited 2026-06-04; older version: history, v2.json is judged; "
                    "against the version before: tag 'Meta - Lead' unpaused"),
        ("v2.json", "version 42, last edited 2026-06-11; judged; "
                    "against the version before: variable 'Server address' changed; server address 'GTM-K7QWMZ4' changed"),
    ]  # fmt: skip
    assert [i.source for i in result.inventory if i.kind == "web container"] == ["v2.json"]
    assert not any("v0.json" in e.where for o in result.outcomes for f in o.findings for e in f.evidence)
    notes = {f.path: f.notes for f in result.evidence}
    assert notes == {"v0.json": ("older version of GTM-K7QWMZ4: history, not judged",),
                     "v1.json": ("older version of GTM-K7QWMZ4: history, not judged",), "v2.json": ()}  # fmt: skip


def test_change_points_say_which_version_and_what_changed() -> None:
    found = series([read(doc, f"v{n}.json") for n, doc in enumerate(versions())])
    assert [e.name for e, _ in containers(found.versions)] == [
        "GTM-K7QWMZ4 last edited (version 40)",
        "GTM-K7QWMZ4 last edited (version 41): tag 'Meta - Lead' unpaused",
        "GTM-K7QWMZ4 last edited (version 42): variable 'Server address' changed; server address 'GTM-K7QWMZ4' changed",
    ]
    assert [e.day for e, _ in containers(found.versions)] == ["2026-05-28", "2026-06-04", "2026-06-11"]
