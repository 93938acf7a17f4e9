"""Reading logs: Conversions API requests, one JSON object a line, to canonical rows.

    python bench/ingest.py [--lines 200000] [--seed 7] [--memory-mib 1024] [--sample 20000]

Synthetic and seeded, about 800 bytes a line. The peer is one Python loop, orjson, hashlib and re, that makes the same
columns of the same lines and writes Parquet with pyarrow; it runs on `--sample` of the lines, its rate is projected.
Both count the forms of every key and the digests they made: the counts must be equal.
"""

# ruff: noqa: E501  rows of columns read better in their own lines

from __future__ import annotations

import argparse
import base64
import gzip
import hashlib
import json
import random
import re
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from tagparity.core.platform import CODE, HASHED, Form
from tagparity.core.rows import MATCH_KEYS
from tagparity.platforms import PLATFORMS
from tagparity.readers.source import Source
from tagparity.tables import engine
from tagparity.tables.forms import JUNK
from tagparity.tables.ingest import Ingest
from tagparity.tables.junk import junk_digests
from tagparity.tables.keys import DIGESTS, HASHED_KEYS

META = PLATFORMS["meta"]
KEYS = tuple(k for k in MATCH_KEYS if k in META.keys)
SALT = "benchmark"
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


def make(path: Path, lines: int, seed: int) -> None:
    """Requests as a proxy logs them; most values SHA-256, some in every other form, some lists of two."""
    rng = random.Random(seed)

    def value(text: str) -> object:
        digest = hashlib.sha256(text.encode())
        dice = rng.random()
        if dice < 0.9:
            return [digest.hexdigest()]
        if dice < 0.92:
            return [digest.hexdigest(), hashlib.sha256(f"+{text}".encode()).hexdigest()]
        other = (digest.hexdigest().upper(), base64.b64encode(digest.digest()).decode(), text, "null", "undefined",
                 hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), digest.hexdigest() + ".AQ", "", digest.hexdigest()[:40],
                 hashlib.sha256(b"null").hexdigest())  # fmt: skip
        return rng.choice(other)

    with path.open("w", encoding="utf-8") as out:
        for i in range(lines):
            user = {k: value(f"{k}.{i}@example.com") for k in ("em", "ph", "fn", "external_id")}
            user |= {
                "client_ip_address": f"203.0.113.{i % 256}",
                "client_user_agent": AGENT,
                "fbp": f"fb.1.1790000000000.{i}",
            }
            leak = f"?email=jane.{i}%40example.com" if i % 50 == 0 else ""
            event = {"event_name": "Purchase", "event_id": f"e{i}", "event_time": 1790000000 + i, "action_source": "website",
                     "event_source_url": f"https://shop.example/thanks{leak}", "user_data": user,
                     "custom_data": {"value": 10.5, "currency": "EUR", "order_id": f"o{i}"}}  # fmt: skip
            body = {
                "url": "https://graph.facebook.com/v24.0/1234567890/events",
                "received_time": 1790000001 + i,
                "body": {"data": [event]},
            }
            out.write(json.dumps(body) + "\n")


_HEX, _BASE64 = re.compile(r"[0-9a-f]+", re.I), re.compile(r"[A-Za-z0-9+/_-]{43}=?")
_SUFFIXED = re.compile(r"[0-9a-f]{64}\.(?:[\w-]{2}|[\w-]{8})", re.I)
_WORDS, _DIGESTS = frozenset(JUNK), frozenset(junk_digests())
_LEAK = re.compile(r"@|%40|(?:phone|email|token|passw)[^=]*=", re.I)
_HOST = re.compile(r"^[a-zA-Z]+://(?:[^/@]*@)?([^/?#:]+)")
_LENGTHS = {64: Form.SHA256_HEX_UPPER, 40: Form.SHA1, 32: Form.MD5}


def form_of(key: str, text: str) -> Form:
    if not text.strip():
        return Form.ABSENT
    if key in HASHED_KEYS:
        if len(text) >= 32 and text.lower() in _DIGESTS:
            return Form.PLACEHOLDER
        if len(text) >= 16 and _HEX.fullmatch(text):
            if len(text) == 64 and text == text.lower():
                return Form.SHA256_HEX
            return _LENGTHS.get(len(text), Form.TRUNCATED)
        if len(text) in (43, 44) and _BASE64.fullmatch(text):
            return Form.SHA256_BASE64URL if len(text) == 43 or "-" in text or "_" in text else Form.SHA256_BASE64
        if _SUFFIXED.fullmatch(text):
            return Form.SHA256_HEX_SUFFIXED
    return Form.PLACEHOLDER if text.strip().lower() in _WORDS or "***" in text else Form.PLAIN


def keyed(text: str) -> int:
    """The digest of a value, as the engine's macro makes it."""
    return int.from_bytes(hashlib.md5(f"{SALT}{text}".encode(), usedforsecurity=False).digest()[8:], "little")


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(text: str, form: Form) -> str:
    if form in (Form.SHA256_BASE64, Form.SHA256_BASE64URL):
        return base64.b64decode(text.translate({45: 43, 95: 47}).ljust(44, "=")).hex()
    return text.split(".", 1)[0].lower()


def row_of(line: bytes) -> dict[str, object]:
    """The canonical columns of a line with one event."""
    doc = orjson.loads(line)
    event = doc["body"]["data"][0]
    user, custom = event["user_data"], event["custom_data"]
    event_id, url = event["event_id"], event["event_source_url"]
    row: dict[str, object] = {
        "event": META.names[event["event_name"]], "name": event["event_name"], "id_h": keyed(event_id), "id_fold_h": keyed(event_id.strip().lower()),
        "id_sha_h": keyed(sha(event_id)), "order_h": keyed(custom["order_id"]), "t_ms": event["event_time"] * 1000,
        "received_ms": doc["received_time"] * 1000, "value": float(custom["value"]), "currency": custom["currency"].upper(),
        "host": host[1].lower() if (host := _HOST.match(url)) else None, "url_leak": bool(_LEAK.search(url)),
        "custom_leak": bool(_LEAK.search(orjson.dumps(custom).decode())), "action_source": event["action_source"],
        "destination": doc["url"].split("/")[4],
    }  # fmt: skip
    usable = 0
    for key in KEYS:
        held = user.get(key)
        texts = held if isinstance(held, list) else [held] if held is not None else []
        code, text = min(
            ((CODE[form], t) for t in texts if (form := form_of(key, t)) is not Form.ABSENT), default=(0, "")
        )
        form = list(Form)[code]
        row[key] = code
        usable += form in META.keys[key].usable
        if key in HASHED_KEYS:
            hexed = hash_of(text, form) if form in DIGESTS else None
            row[f"{key}_v"] = keyed(hexed) if hexed else None
            row[f"{key}_vv"] = keyed(sha(hexed)) if hexed and form in HASHED else None
        if key == "external_id" and form not in (Form.ABSENT, Form.PLACEHOLDER):
            first = texts[0].strip().lower()
            row["ext_h"] = keyed(first.split(".")[0] if re.fullmatch(r"[0-9a-f]{64}(\..+)?", first) else sha(first))
        if key == "fbp" and form not in (Form.ABSENT, Form.PLACEHOLDER):
            row["fbp_h"] = keyed(".".join(text.split(".")[:4]))
    row["usable"] = usable
    return row


def counts(rows: list[dict[str, object]]) -> Counter[tuple[str, object]]:
    """Rows per form and key, sums of what was counted per row, and of every digest modulo a million."""
    out: Counter[tuple[str, object]] = Counter()
    for row in rows:
        for key in KEYS:
            out[key, row[key]] += 1
        out["usable", ""] += int(str(row["usable"]))
        out["url_leak", ""] += bool(row["url_leak"])
        for name in DIGEST_COLUMNS:
            if row.get(name) is not None:
                out[name, ""] += int(str(row[name])) % 1_000_000
    return out


DIGEST_COLUMNS = ("id_h", "id_fold_h", "id_sha_h", "order_h", "fbp_h", "ext_h",
                  *(f"{k}_{v}" for k in KEYS if k in HASHED_KEYS for v in ("v", "vv")))  # fmt: skip


def ours(path: Path, sample: int, memory: int) -> tuple[float, float, Counter[tuple[str, object]]]:
    """(seconds, CPU seconds, counts over the first `sample` lines) of a fresh engine."""
    with tempfile.TemporaryDirectory() as name:
        con = engine.connect(Path(name), memory)
        ingest = Ingest(con, Path(name), PLATFORMS.values(), salt=SALT)
        start, cpu = time.perf_counter(), time.process_time()
        ingest.payload_log(0, Source(path, path.name, path.stat().st_size).blocks())
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        columns = ("usable", "url_leak", *KEYS, *DIGEST_COLUMNS)
        found = con.execute(f"SELECT {', '.join(columns)} FROM events WHERE line <= {sample}").fetchall()
        con.close()
    return wall, cpu, counts([dict(zip(columns, row, strict=True)) for row in found])


def peer(path: Path, sample: int, target: Path) -> tuple[float, float, Counter[tuple[str, object]]]:
    start, cpu = time.perf_counter(), time.process_time()
    with path.open("rb") as lines:
        rows = [row_of(line) for line, _ in zip(lines, range(sample), strict=False)]
    names = dict.fromkeys(name for row in rows for name in row)
    digests = {name: pa.uint64() for name in DIGEST_COLUMNS}
    columns = {name: pa.array([row.get(name) for row in rows], digests.get(name)) for name in names}
    pq.write_table(pa.table(columns), target, compression="zstd")
    return time.perf_counter() - start, time.process_time() - cpu, counts(rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name, default in (("lines", 200_000), ("seed", 7), ("memory-mib", 1024), ("sample", 20_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    sample = min(args.sample, args.lines)
    with tempfile.TemporaryDirectory() as name:
        plain, packed = Path(name) / "capi.ndjson", Path(name) / "capi.ndjson.gz"
        make(plain, args.lines, args.seed)
        packed.write_bytes(gzip.compress(plain.read_bytes(), 6))
        size = plain.stat().st_size
        print(f"{args.lines} lines, {size / args.lines:.0f} bytes each")
        found = {
            label: ours(path, sample, args.memory_mib << 20) for label, path in (("plain", plain), ("gzip", packed))
        }
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        wall, cpu, expected = peer(plain, sample, Path(name) / "peer.parquet")
        times = args.lines / sample
    for label, (w, c, got) in found.items():
        if got != expected:
            wrong = sorted(str(k) for k in got.keys() | expected.keys() if got[k] != expected[k])
            raise SystemExit(f"{label}: counts differ: {', '.join(wrong)}")
        _show(f"tagparity, {label}", args.lines, size, w, c)
    _show(f"orjson loop, projected from {sample}", args.lines, size, wall * times, cpu * times)
    w, c, _ = found["plain"]
    print(f"counts equal; {wall * times / w:.1f} x in wall time, {cpu * times / c:.1f} x in CPU; peak {peak:.0f} MiB")


def _show(label: str, lines: int, size: int, wall: float, cpu: float) -> None:
    rate = f"{lines / wall:9.0f} lines/s {size / wall / 1e6:7.1f} MB/s"
    print(f"{label:36} {wall:7.1f} s wall {cpu:7.1f} s CPU {rate} {lines / cpu:9.0f} lines/s of CPU", flush=True)


if __name__ == "__main__":
    main()
