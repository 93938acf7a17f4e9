"""What reading large files gave is kept: whole or not at all, equal to reading again, and nobody's name in it."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import pytest

from tagparity.core.audit import Audit
from tagparity.core.errors import UsageError
from tagparity.run.audit import audit
from tagparity.run.store import KEEP_DAYS, LARGE, Store
from tagparity.tables import engine
from tagparity.tables.ingest import Ingest

DAY = 1_780_272_000  # 2026-06-01T00:00:00Z
MAIL = "jane.roe{}@example.com"


def day_log(folder: Path, day: int, lines: int = 2600) -> Path:
    """A day of Conversions API requests, larger than LARGE; every tenth lacks its id."""
    target = folder / f"server-secretname-{day}.ndjson"
    with target.open("w") as out:
        for i in range(lines):
            event = {
                "event_name": "Purchase", "event_time": DAY + day * 86400 + i * 30, "action_source": "website",
                **({"event_id": f"e{day}-{i}"} if i % 10 else {}),
                "user_data": {"em": [MAIL.format(i)], "external_id": f"u{i}", "fbp": f"fb.1.1.{i}",
                              "client_user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "client_ip_address": "192.0.2.7"},
                "custom_data": {"value": i % 90 + 0.5, "currency": "EUR", "order_id": f"o{day}-{i}"},
            }  # fmt: skip
            url = "https://graph.facebook.com/v23.0/123456789012345/events"
            out.write(json.dumps({"url": url, "status": 200, "body": {"data": [event]}}) + "\n")
    assert target.stat().st_size > LARGE
    return target


def web_table(folder: Path, days: int, lines: int = 2600) -> None:
    with (folder / "web.csv").open("w") as out:
        out.write("side,platform,event_name,event_time,event_id,value,currency\n")
        for day in range(days):
            for i in range(0, lines, 5):
                out.write(f"browser,meta,Purchase,{DAY + day * 86400 + i * 30},e{day}-{i},{i % 90 + 0.5},EUR\n")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "evidence"
    path.mkdir()
    for day in range(3):
        day_log(path, day)
    web_table(path, 4)
    return path


def said(result: Audit) -> bytes:
    """Everything an audit says but the moment it was made."""
    return msgspec.json.encode([result.metrics, result.evidence, result.outcomes, result.score, result.inventory])


def entries(cache: Path) -> set[str]:
    return {p.name for p in cache.glob("*/*") if p.is_dir()}


def test_the_second_audit_reads_nothing_and_says_the_same(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, first = audit(shop), audit(shop, cache=tmp_path / "cache")
    assert len(entries(tmp_path / "cache")) == 3
    read: list[int] = []
    before = Ingest.payload_log
    monkeypatch.setattr(Ingest, "payload_log", lambda self, n, b: (read.append(n), before(self, n, b)))
    second = audit(shop, cache=tmp_path / "cache")
    assert read == [] and said(plain) == said(first) == said(second)


def test_one_more_day_reads_that_day(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    audit(shop, cache=tmp_path / "cache")
    day_log(shop, 3)
    read: list[int] = []
    before = Ingest.payload_log
    monkeypatch.setattr(Ingest, "payload_log", lambda self, n, b: (read.append(n), before(self, n, b)))
    result = audit(shop, cache=tmp_path / "cache")
    assert len(read) == 1 and len(entries(tmp_path / "cache")) == 4
    assert said(result) == said(audit(shop))


def test_rows_name_the_files_they_are_in(shop: Path, tmp_path: Path) -> None:
    for out in ("a", "b"):
        audit(shop, cache=tmp_path / "cache", rows=tmp_path / f"{out}.csv")
    text = (tmp_path / "a.csv").read_text()
    assert text == (tmp_path / "b.csv").read_text()
    assert {line.split(",")[0] for line in text.splitlines()[1:]} == {
        "web.csv", *(f"server-secretname-{d}.ndjson" for d in range(3))
    }  # fmt: skip


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_or_doubled(shop: Path, tmp_path: Path) -> None:
    expected = said(audit(shop))
    cache, temp = tmp_path / "cache", tmp_path / "temp"
    temp.mkdir()
    code = f"from tagparity.run.audit import audit; audit({str(shop)!r}, cache={str(cache)!r}, temp={str(temp)!r})"
    seeded = random.Random(4)
    for _ in range(8):
        process = subprocess.Popen([sys.executable, "-c", code])
        time.sleep(seeded.uniform(0.3, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert all((e / "entry.json").exists() for e in cache.glob("*/*") if e.is_dir() and "new-" not in e.name)
    assert said(audit(shop, cache=cache, temp=temp)) == expected
    assert said(audit(shop, cache=cache, temp=temp)) == expected
    assert list(temp.iterdir()) == [] and not list(cache.glob("*/new-*"))


def test_a_damaged_entry_is_read_again(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    expected = said(audit(shop, cache=cache))
    names = sorted(entries(cache))
    folder = next(p for p in cache.iterdir() if p.is_dir())
    (folder / names[0] / "events.parquet").write_bytes(b"PAR1")
    (folder / names[1] / "entry.json").write_text("{}")
    (folder / names[2] / "extra.parquet").unlink()
    assert said(audit(shop, cache=cache)) == expected
    assert sorted(entries(cache)) == names


def test_what_changes_a_reading_changes_its_entry(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    audit(shop, cache=cache)
    with (shop / "server-secretname-0.ndjson").open("a") as log:
        log.write("not JSON\n")
    grown = audit(shop, cache=cache)
    assert len(entries(cache)) == 4
    assert {f.path: f.rejected for f in grown.evidence}["server-secretname-0.ndjson"] == 1
    (shop / "tagparity.toml").write_text('[columns]\nfoo = "event_id"\n')
    audit(shop, cache=cache)
    assert len(entries(cache)) == 7


def test_nothing_raw_and_nobody_elses(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    audit(shop, cache=cache)
    files = [p for p in cache.rglob("*") if p.is_file()]
    assert len(files) >= 13
    for path in files:
        content = path.read_bytes()
        assert b"jane.roe" not in content and b"secretname" not in content and b"e0-1" not in content, path.name
    assert cache.stat().st_mode & 0o777 == 0o700
    assert (cache / "key").stat().st_mode & 0o777 == 0o600


def test_another_key_is_another_store(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    expected = said(audit(shop, cache=cache))
    (cache / "key").write_text("lost")
    assert said(audit(shop, cache=cache)) == expected
    assert len([p for p in cache.iterdir() if p.is_dir()]) == 2


def test_a_cache_that_cannot_be_used_is_done_without(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert said(audit(shop, cache=tmp_path / "file")) == said(audit(shop, cache=tmp_path / "file" / "below"))


def test_what_is_not_used_goes(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    audit(shop, cache=cache)
    folder = next(p for p in cache.iterdir() if p.is_dir())
    kept = Store(cache, lasting=True)
    old = time.time() - (KEEP_DAYS + 1) * 86400
    gone, *rest = sorted(p for p in folder.iterdir() if p.is_dir())
    os.utime(gone, (old, old))
    kept.tidy()
    assert not gone.exists() and all(p.exists() for p in rest)
    monkeypatch.setattr("tagparity.run.store.MAX_BYTES", 1)
    kept.tidy()
    assert entries(cache) == set()


@pytest.mark.parametrize("large", [(True, True), (True, False), (False, True), (False, False)])
def test_an_answer_refuses_its_request_in_another_file(tmp_path: Path, large: tuple[bool, bool]) -> None:
    """A log that is cut at midnight has the request in one file and the answer in the next."""
    path = tmp_path / "evidence"
    path.mkdir()
    body = {"data": [{"event_name": "Purchase", "event_time": DAY, "event_id": "e", "action_source": "website",
                      "user_data": {"external_id": "x" * 40}}]}  # fmt: skip
    url = "https://graph.facebook.com/v23.0/123456789012345/events"
    for name, kind, big in (("a", "Request", large[0]), ("b", "Response", large[1])):
        count = 5000 if big else 40
        rows = [
            {
                "Type": "Request",
                "TraceId": f"{name}{i}",
                "Name": "tag",
                "RequestUrl": url,
                "RequestBody": json.dumps(body),
            }
            for i in range(count)
        ]
        if kind == "Response":
            rows += [
                {"Type": kind, "TraceId": f"a{i}", "Name": "tag", "ResponseStatus": 400, "status": 400}
                for i in range(7)
            ]
        (path / f"{name}.ndjson").write_text("".join(json.dumps(r) + "\n" for r in rows))
    for _ in range(2):
        result = audit(path, cache=tmp_path / "cache")
        refused = next(m for m in result.metrics if m.id == "rejected")
        assert refused.numerator == 7


def run_cli(*args: str, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, `limit` bytes at most in any file it writes."""
    head = ""
    if limit:
        head = (
            "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        )
    code = f"{head}from tagparity.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, timeout=300)


def one_line(done: subprocess.CompletedProcess[str], word: str) -> None:
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and done.stderr.startswith("tagparity: ")
    assert word in done.stderr and "jane" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_too_little_memory_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "evidence"
    path.mkdir()
    day_log(path, 0, 60_000)
    one_line(run_cli("audit", str(path), "-o", str(tmp_path / "out"), "--memory", "64MiB"), "--memory")


@pytest.mark.slow
@pytest.mark.parametrize("limit", [200_000, 1 << 20])
def test_a_full_disk_is_one_line(shop: Path, tmp_path: Path, limit: int) -> None:
    """Quotas and limits on file size end like a full disk."""
    day_log(shop, 9, 40_000)
    one_line(run_cli("audit", str(shop), "-o", str(tmp_path / "out"), limit=limit), "no space left")


def test_a_really_full_disk_is_one_line(shop: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    code = f"from tagparity.cli import main; main(['audit', {str(shop)!r}, '-o', {str(tmp_path / 'out')!r}, '--no-cache', '--temp', {str(disk)!r}])"
    script = f'mount -t tmpfs -o size=600k tmpfs {disk} && exec {sys.executable} -c "$1"'
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", code], capture_output=True, text=True, timeout=300) \
        if shutil.which("unshare") else None  # fmt: skip
    if done is None or "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("no mounts without root here")
    one_line(done, "no space left")


def test_the_cache_stays_out_of_the_evidence(shop: Path, tmp_path: Path) -> None:
    done = run_cli("audit", str(shop), "-o", str(tmp_path / "out"), "--cache", str(shop / "cache"))
    one_line(done, "--cache")
    assert not (shop / "cache").exists()


def test_temporary_files_go_where_they_are_told(shop: Path, tmp_path: Path) -> None:
    missing = run_cli("audit", str(shop), "-o", str(tmp_path / "out"), "--temp", str(tmp_path / "none"))
    one_line(missing, "--temp")
    before = set(Path(tempfile.gettempdir()).glob(f"tagparity-*-{os.getpid()}-*"))
    (tmp_path / "temp").mkdir()
    audit(shop, temp=tmp_path / "temp")
    assert list((tmp_path / "temp").iterdir()) == []
    assert set(Path(tempfile.gettempdir()).glob(f"tagparity-*-{os.getpid()}-*")) == before


def test_the_cache_can_be_seen_and_cleared(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    audit(shop, cache=cache)
    (cache / "mine.txt").write_text("stays")
    assert "3 files of evidence" in run_cli("cache", "--cache", str(cache)).stdout
    assert "removed: 3 files" in run_cli("cache", "--cache", str(cache), "--clear").stdout
    assert "0 files of evidence" in run_cli("cache", "--cache", str(cache)).stdout
    assert [p.name for p in cache.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("text", "size"), [("4GB", 4 << 30), ("512 MiB", 512 << 20), ("1.5g", 3 << 29), ("100000000", 10**8), ("50%", None)]
)
def test_sizes(text: str, size: int | None) -> None:
    assert engine.memory_of(text) == (size or int(engine.machine_memory() * 0.5))


@pytest.mark.parametrize("text", ["", "4 bananas", "-1GB", "12", "1e9", "1MB"])
def test_what_is_no_size_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="--memory"):
        engine.memory_of(text)
