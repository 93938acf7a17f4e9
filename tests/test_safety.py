"""Safety: hostile files, names and text; identifiers that must reach no output; where it writes."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest
from click.testing import CliRunner

import planted
from conftest import Folder
from tagparity.cli import main
from tagparity.readers import source

START = 1_790_000_000
ESC, RLO, LSEP = "\x1b", "\u202e", "\u2028"
EMAIL, PHONE, AGENT, IP = "Ann.Person@mail.example", "+4915112345678", "SecretAgent/7.1 (Ann)", "198.51.100.77"
FBP, FBC = "fb.1.1790000000000.1234567890", "fb.1.1790000000000.IwAR0secretclick"
SECRETS = {
    "em": EMAIL, "ph": PHONE, "fn": "Annabellina", "ln": "Personsson", "external_id": "customer-4711-x", "fbp": FBP, "fbc": FBC,
    "client_ip_address": IP, "client_user_agent": AGENT, "zp": "SW1A 9ZZ", "db": "19790214",
}  # fmt: skip
TOKEN, COOKIE, API_SECRET = "EAAB" + "x7Yz" * 12, "sid=Cookie77Value", "ApiSecret77Value"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temp folder of our own, which has to be empty at the end."""
    path = tmp_path / "temp"
    path.mkdir()
    monkeypatch.setenv("TMPDIR", str(path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield path
    assert list(path.iterdir()) == []


def row(i: int, **more: Any) -> dict[str, Any]:
    return {"side": "server", "platform": "meta", "event_name": "Purchase", "event_id": f"e{i}", "event_time": START + i,
            **more}  # fmt: skip


def good(count: int = 3) -> list[dict[str, Any]]:
    return [row(i) for i in range(count)]


def run(evidence: Path, out: Path) -> tuple[int, dict[str, str]]:
    """Exit code, and all that was said or written, by place."""
    result = CliRunner().invoke(main, ["audit", str(evidence), "-o", str(out), "--verbose"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    said = {p.name: p.read_text("utf-8", "replace") for p in out.iterdir()} if out.exists() else {}
    return result.exit_code, said | {"stdout": result.stdout, "stderr": result.stderr}


def evidence_of(said: dict[str, str]) -> dict[str, Any]:
    return {f["path"]: f for f in json.loads(said["audit.json"])["evidence"]}


def nowhere(said: dict[str, str], *secrets: str) -> None:
    """No secret, in any spelling a reader could turn back, in anything said."""
    for secret in secrets:
        forms = {secret, secret.lower(), quote(secret, safe=""), json.dumps(secret)[1:-1]}
        for text in {secret, secret.lower(), secret.lstrip("+")}:
            forms |= {h(text.encode()).hexdigest() for h in (hashlib.sha256, hashlib.md5, hashlib.sha1)}
        found = [(place, form) for place, text in said.items() for form in forms if form.lower() in text.lower()]
        assert found == []


def test_only_regular_files_inside_are_opened(folder: Folder, tmp_path: Path, out: Path) -> None:
    folder.put("events.ndjson", good())
    (tmp_path / "outside.ndjson").write_text(json.dumps(row(99)))
    (tmp_path / "far").mkdir()
    os.mkfifo(folder.path / "pipe")
    (folder.path / "device").symlink_to("/dev/zero")
    (folder.path / "outside").symlink_to(tmp_path / "outside.ndjson")
    (folder.path / "far").symlink_to(tmp_path / "far")
    (folder.path / "dangling").symlink_to(tmp_path / "gone")
    (folder.path / "loop").symlink_to(folder.path / "loop")
    cwd = Path.cwd()
    os.chdir(folder.path)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("socket")
            code, said = run(folder.path, out)
    finally:
        os.chdir(cwd)
    assert code == 0
    found = evidence_of(said)
    named = {"pipe", "socket", "device", "outside", "far", "dangling", "loop"}
    assert set(found) == named | {"events.ndjson"}
    assert all(found[n]["kind"] == "refused" and found[n]["reason"] and not found[n]["sha256"] for n in named)
    assert found["events.ndjson"]["records"] == 3


def test_a_link_inside_the_folder_is_followed_once(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", good())
    (folder.path / "same").symlink_to(folder.path / "events.ndjson")
    found = evidence_of(run(folder.path, out)[1])
    assert found["same"]["kind"] == "duplicate" or found["events.ndjson"]["kind"] == "duplicate"
    assert sum(f["records"] for f in found.values()) == 3


NAMES = ["[x]*?.csv", "a'b\"c.csv", "new\nline.csv", f"{ESC}[31mred.csv", "%s%n%41.csv", f"{RLO}vsc.csv", "-o.csv", " .csv",
         "{{x}}.csv", "side=server/x.csv", "platform=tiktok/y.csv", "$(touch x);.csv", "back\\slash.csv"]  # fmt: skip


def test_file_names_are_data(folder: Folder, out: Path) -> None:
    for i, name in enumerate(NAMES):
        folder.put(name, f"side,platform,event_name,event_id,event_time\nbrowser,meta,Purchase,e{i},{START + i}\n")
    planted.write_parquet(out.parent / "x.parquet", [row(77, side="browser", value=1)])
    (out.parent / "x.parquet").rename(folder.path / "side=server" / "x.parquet")
    code, said = run(folder.path, out)
    assert code == 0
    found = evidence_of(said)
    assert len(found) == len(NAMES) + 1
    assert {f["records"] for f in found.values()} == {1}
    metrics = json.loads(said["audit.json"])["metrics"]
    assert {(m["dims"]["platform"], m["dims"]["side"]) for m in metrics if m["id"] == "events"} == {("meta", "browser")}
    for text in said.values():
        assert not set(text) & {ESC, RLO}
    assert any("\\u001b" in path for path in found)


def test_identifiers_in_names_of_files_are_masked(folder: Folder, out: Path) -> None:
    digest = hashlib.sha256(EMAIL.encode()).hexdigest()
    for i, name in enumerate((f"export {EMAIL}.ndjson", f"of {PHONE}.ndjson", f"{digest}.ndjson", f"{EMAIL}/x.ndjson")):
        folder.put(name, [row(i)])
    code, said = run(folder.path, out)
    assert code == 0
    nowhere(said, EMAIL, PHONE)
    assert "<email>" in said["audit.json"]


def test_names_of_columns_are_data(folder: Folder, out: Path) -> None:
    hostile = ['a"b', "x'; DROP TABLE events; --", "ev;il", "${x}", "a\\b", f"{ESC}[1m", EMAIL]
    names = ["side", "platform", "event_name", "event_time", *hostile]
    values = ["server", "meta", "Purchase", str(START), *("v" for _ in hostile)]
    quoted = ",".join('"' + n.replace('"', '""') + '"' for n in names)
    folder.put("events.csv", f"{quoted}\n{','.join(values)}\n")
    folder.put("events.ndjson", [dict(zip(names, values, strict=True)) for _ in range(2)])
    columns = ", ".join(f"'{v}' AS \"{n.replace(chr(34), chr(34) * 2)}\"" for n, v in zip(
        names, (v.replace("'", "''") for v in values), strict=True))  # fmt: skip
    duckdb.sql(f"COPY (SELECT {columns}) TO '{folder.path / 'events.parquet'}'")
    code, said = run(folder.path, out)
    assert code == 0
    assert {n: f["records"] for n, f in evidence_of(said).items()} == {
        "events.csv": 1,
        "events.ndjson": 2,
        "events.parquet": 1,
    }
    nowhere(said, EMAIL)


def test_mapped_names_of_columns_are_data(folder: Folder) -> None:
    odd = 'who"; DROP TABLE events; --'
    folder.put("tagparity.toml", f'[columns]\n{json.dumps(odd)} = "event_name"\n')
    folder.put("a.ndjson", [{"side": "server", "platform": "meta", odd: "Purchase", "event_time": START}] * 2)
    assert folder.read().column("event") == ["purchase", "purchase"]


def test_a_header_that_is_a_row_of_data_is_not_shown(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", good())
    folder.put("a.csv", f"{EMAIL},{PHONE},Annabellina,side,event_name\n{EMAIL},{PHONE},Annabellina,server,Purchase\n")
    folder.put("b.csv", f"{EMAIL},{PHONE},Annabellina,{IP}\n")
    folder.put("c.ndjson", [{EMAIL: 1, "side": "server", "event_name": "x", PHONE: 2}] * 2)
    code, said = run(folder.path, out)
    assert code == 0
    assert {n for n, f in evidence_of(said).items() if f["kind"] == "refused"} == {"a.csv", "b.csv", "c.ndjson"}
    nowhere(said, EMAIL, PHONE, "Annabellina", IP)


def test_running_inside_the_evidence_folder_is_safe(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", good())
    for name in ("json.py", "duckdb.py", "tagparity.py", "sitecustomize.py", "click.py"):
        folder.put(name, "open('ran', 'w').write('x')\nraise SystemExit(9)\n")
    program = Path(sys.executable).with_name("tagparity")
    done = subprocess.run(
        [program, "audit", ".", "-o", out], cwd=folder.path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not (folder.path / "ran").exists()


def test_a_gzip_bomb_is_refused(folder: Folder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "RATIO_FROM", 1 << 20)
    folder.put("events.ndjson", good())
    folder.put("bomb.gz", gzip.compress(json.dumps(row(1)).encode() + b"\n" + b" " * (12 << 20)))
    folder.put("bomb.csv.gz", gzip.compress(b"side,platform,event_name,event_time\n" + b"\n" * (12 << 20)))
    code, said = run(folder.path, out)
    assert code == 0
    found = evidence_of(said)
    assert {found[n]["kind"] for n in ("bomb.gz", "bomb.csv.gz")} == {"refused"}
    assert "times its size" in found["bomb.gz"]["reason"]


def test_a_gzip_stream_cut_short_gives_what_came_before(folder: Folder, out: Path) -> None:
    lines = "".join(json.dumps(row(i, event_id=hashlib.md5(b"%d" % i).hexdigest())) + "\n" for i in range(4000))
    whole = gzip.compress(lines.encode())
    folder.put("cut.ndjson.gz", whole[: len(whole) // 2])
    folder.put("cut.csv.gz", gzip.compress(b"side,platform,event_name,event_time\n" * 1000)[:-8])
    folder.put("nothing.gz", b"\x1f\x8b\x08\x00garbage")
    code, said = run(folder.path, out)
    assert code == 0
    found = evidence_of(said)
    assert 500 < found["cut.ndjson.gz"]["records"] < 4000
    assert "damaged" in " ".join([found["cut.ndjson.gz"]["reason"], *found["cut.ndjson.gz"]["notes"]])
    assert found["nothing.gz"]["kind"] == "refused"


def test_an_over_long_line_keeps_its_neighbours(folder: Folder) -> None:
    before, after = [row(i) for i in range(5)], [row(i) for i in range(5, 9)]
    folder.put("a.ndjson", [*before, json.dumps({**row(50), "pad": "x" * (9 << 20)}), *after])
    reading = folder.read()
    assert len(reading.rows) == 9
    assert reading.files["a.ndjson"].rejected == 1
    assert "line longer than 8 MiB" in reading.files["a.ndjson"].reason


BYTES = {
    "invalid utf-8": (b'{"x": "\xff\xfe\x80"}\n', b"\n"), "nul": (b"\x00\x00\x00\n", b"\n"), "crlf": (b"\r\n", b"\r\n"),
    "bom": (b"\xef\xbb\xbf", b"\n"), "blank lines": (b"\n\n \n", b"\n\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", BYTES)
def test_odd_bytes_lose_no_neighbour(name: str, folder: Folder) -> None:
    odd, end = BYTES[name]
    lines = [json.dumps(r).encode() + end for r in good(6)]
    if name == "bom":
        folder.put("a.ndjson", odd + b"".join(lines))
        folder.put("b.csv", odd + b"side,platform,event_name,event_time\nserver,meta,Lead,1790000000\n")
        assert len(folder.read().rows) == 7
        return
    folder.put("a.ndjson", b"".join([*lines[:3], odd, *lines[3:]]))
    reading = folder.read()
    assert sorted(reading.column("line"))[:3] != []
    assert len(reading.rows) == 6


def test_utf_16_is_refused_with_the_remedy(folder: Folder, out: Path) -> None:
    folder.put("events.ndjson", good())
    folder.put("a.csv", "side,platform,event_name,event_time\n".encode("utf-16"))
    assert "UTF-8" in evidence_of(run(folder.path, out)[1])["a.csv"]["reason"]


@pytest.mark.parametrize("depth", [2_000, 100_000])
def test_deep_nesting_is_survived(depth: int, folder: Folder, out: Path) -> None:
    deep = "[" * depth + "]" * depth
    folder.put("line.ndjson", [*good(), deep, '{"a":' * depth + "1" + "}" * depth, {**row(8), "user_data": 1}, *good()])
    folder.put("document.json", deep)
    folder.put("object.json", '{"log": ' + '{"entries":' * depth + "1" + "}" * (depth + 1))
    folder.put("har.json", '{"log": {"version": "1.2", "entries": [' + deep + "]}}")
    code, said = run(folder.path, out)
    assert code == 0
    found = evidence_of(said)
    assert found["line.ndjson"]["records"] == 7
    assert found["document.json"]["kind"] == "refused"


def test_nothing_is_written_but_out_and_nothing_is_left(folder: Folder, out: Path, temp: Path, tmp_path: Path) -> None:
    folder.put("events.ndjson", good())
    folder.put("b.csv", "side,platform,event_name,event_time\nserver,meta,Lead,1790000000\n")
    before = {p: p.stat().st_mtime_ns for p in [folder.path, *folder.path.rglob("*")]}
    work = tmp_path / "work"
    work.mkdir()
    cwd = Path.cwd()
    os.chdir(work)
    try:
        assert run(folder.path, out)[0] == 0
    finally:
        os.chdir(cwd)
    assert {p: p.stat().st_mtime_ns for p in [folder.path, *folder.path.rglob("*")]} == before
    assert list(work.iterdir()) == []
    assert {p.name for p in tmp_path.iterdir()} == {"evidence", "out", "work", "temp"}


def test_nothing_is_left_after_a_crash(folder: Folder, temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tagparity.run.audit import audit

    folder.put("events.ndjson", good())
    monkeypatch.setattr("tagparity.run.audit.judge_all", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        audit(folder.path)


def test_no_socket_is_made(folder: Folder, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("the network was touched")

    folder.put("events.ndjson", good())
    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    assert run(folder.path, out)[0] == 0
    found = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//[^"') >]+""", (out / "report.html").read_text())
    assert found == []
