"""Personal data and secrets, planted in every kind of input, its damaged copies, its names and its configuration: none
comes out in any report, message, error or file left behind, in any spelling it can be read back from."""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import duckdb
import pytest
from click.testing import CliRunner, Result

import planted
from conftest import Folder
from tagparity.checks import catalogue
from tagparity.cli import main
from tagparity.pii import KINDS, scan
from tagparity.reports import FORMATS

START, PIXEL, ID = 1_790_000_000, "1234567890", "G-DEMO123456"
MAIL, PHONE = "annabell.quxley@mail.example", "+4915123456789"


def _digests() -> dict[str, str]:
    """Whole digests of the two, as people copy them into the wrong field."""
    made = {f"{h}_{k}": hashlib.new(h, v.encode()).hexdigest() for h in ("md5", "sha1", "sha256", "sha512")
            for k, v in (("email", MAIL), ("phone", PHONE.lstrip("+")))}  # fmt: skip
    return made | {"sha256_b64": base64.b64encode(hashlib.sha256(MAIL.encode()).digest()).decode()}


JWT = ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in
               (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"quxley-subject"}', b"signature-bytes-77"))  # fmt: skip
# What the scanner must recognise, by the name of the parameter it is planted under.
RECOGNISED: dict[str, tuple[str, str]] = {
    "email": (MAIL, "email"), "email_2": ("a.qux+tag@sub.mail.example", "email"), "email_idn": ("jörgqux@münchen.example", "email"),
    "email_digits": ("quxley77@163.com", "email"), "phone": (PHONE, "phone"), "phone_us": ("+1 415 555 0177", "phone"),
    "phone_uk": ("+44 20 7946 0977", "phone"), "phone_fr": ("+33 6 12 34 56 77", "phone"), "phone_it": ("+39 312 345 6777", "phone"),
    "phone_es": ("+34 612 345 677", "phone"), "phone_br": ("+55 11 91234-5677", "phone"), "phone_in": ("+91 98765 43277", "phone"),
    "mobile": ("030 901820777", "phone"), "first_name": ("Annabellina", "name"), "last_name": ("Quxleyson", "name"),
    "full_name": ("Annabellina Quxleyson-Meyer", "name"), "card": ("4012 8888 8888 1881", "card"),
    "card_number": ("5105105105105100", "card"), "iban": ("DE89370400440532013000", "iban"), "ssn": ("123-45-6789", "national_id"),
    "nino": ("AB 12 34 56 C", "national_id"), "codice_fiscale": ("RSSMRA85T10A562S", "national_id"),
    "dni": ("12345678Z", "national_id"), "cpf": ("111.444.777-35", "national_id"), "access_token": ("EAAB" + "x7Yz" * 12, "secret"),
    "authorization": ("Bearer " + "qUx7" * 9, "secret"), "id_token": (JWT, "secret"), "aws": ("AKIA" + "QUXLEY7DEMO7DEMO", "secret"),
    "api_secret": ("ApiSecretQux77Value", "secret"), "client_secret": ("ClientSecretQux77Value", "secret"),
    "refresh_token": ("1//" + "0quxRefresh77" * 3, "secret"), "stripe": ("sk_live_" + "Qux77" * 5, "secret"),
    "password": ("hunterqux77", "secret"), "reset_token": ("ResetQux77Value88", "secret"),
    "private_key": ("-----BEGIN PRIVATE KEY-----\nMIIQux77Key88Body99\n-----END PRIVATE KEY-----", "secret"),
}  # fmt: skip
OTHER = {
    "street": "Quxweg 77 b", "city": "Quxbergen", "zip": "QX1A 9ZZ", "birth": "19770214", "ipv4": "198.51.100.77",
    "ipv6": "2001:db8:77::beef", "agent": "QuxAgent/7.1 (Annabellina)", "fbp": "fb.1.1790000000077.1234567877",
    "fbc": "fb.1.1790000000077.IwAR0quxclick", "fbclid": "IwAR0quxclick77", "gclid": "Cj0KCQquxgclid77", "gbraid": "0AAAAquxgbraid77",
    "wbraid": "ClUKquxwbraid77", "ttclid": "E.C.P.quxttclid77", "msclkid": "quxmsclkid77abc", "epik": "dj0yquxepik77",
    "ttp": "2quxTtp77cookie", "sccid": "quxsccid77", "cookie": "CookieQux77Value", "external_id": "customer-qux-77-x",
    "key_body": "MIIQux77Key88Body99", "jwt_body": JWT.split(".")[1],
}  # fmt: skip
VALUES = {k: v for k, (v, _) in RECOGNISED.items()} | OTHER | _digests()
MASKED = [MAIL, quote(MAIL), PHONE, "+1 415 555 0177", VALUES["access_token"], JWT,
          *(VALUES[f"{h}_email"] for h in ("md5", "sha1", "sha256"))]  # fmt: skip
URL = f"https://shop.example/thanks/{MAIL}?{urlencode(VALUES)}"
PAGE = f"{URL}#token={VALUES['reset_token']}"
KEYS = {"em": MAIL, "ph": PHONE, "fn": "Annabellina", "ln": "Quxleyson", "ct": "Quxbergen", "zp": OTHER["zip"], "db": OTHER["birth"],
        "external_id": OTHER["external_id"], "fbp": OTHER["fbp"], "fbc": OTHER["fbc"], "client_ip_address": OTHER["ipv4"],
        "client_user_agent": OTHER["agent"]}  # fmt: skip


def packed(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def spellings(secret: str) -> set[str]:
    """Every way to write a secret from which it can be read back, digests of it included; lower case."""
    once = quote(secret, safe="")
    forms = {secret, once, quote(secret), quote(once, safe=""), quote_plus(secret), packed(secret), packed(secret).rstrip("="),
             base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="), json.dumps(secret)[1:-1],
             secret.replace("@", "&#64;")}  # fmt: skip
    digits = "".join(c for c in secret if c.isdigit())
    if secret.startswith("+"):
        forms |= {digits, digits[2:]}
    for text in {secret, secret.lower(), digits} - {""}:
        forms |= {hashlib.new(h, text.encode()).hexdigest() for h in ("md5", "sha1", "sha256", "sha512")}
        forms.add(packed(hashlib.sha256(text.encode()).hexdigest()))
    return {f.lower() for f in forms if len(f) > 7}


FORBIDDEN = {form: name for name, secret in VALUES.items() for form in spellings(secret)}


def leaked(text: str) -> set[tuple[str, str]]:
    """(name of the secret, spelling) of everything forbidden in a text."""
    text = text.lower()
    return {(name, form) for form, name in FORBIDDEN.items() if form in text}


def meta(i: int, **more: Any) -> dict[str, Any]:
    return {"event_name": "Purchase", "event_time": START + i, "event_id": f"e{i}", "action_source": "website",
            "event_source_url": URL, "referrer_url": PAGE, "user_data": KEYS, "custom_data": {"value": 1, "currency": "EUR", **VALUES},
            **more}  # fmt: skip


def request(i: int, body: Any = None, **more: Any) -> dict[str, Any]:
    headers = {
        "Cookie": f"sid={OTHER['cookie']}",
        "User-Agent": OTHER["agent"],
        "Authorization": VALUES["authorization"],
    }
    return {"url": f"https://graph.facebook.com/v21.0/{PIXEL}/events?access_token={VALUES['access_token']}", "headers": headers,
            "body": body or {"data": [meta(i)], "access_token": VALUES["access_token"]}, "status": 200,
            "response": {"messages": [VALUES]}, **more}  # fmt: skip


def tiktok(i: int) -> dict[str, Any]:
    user = {"email": MAIL, "phone": PHONE, "external_id": OTHER["external_id"], "ttclid": OTHER["ttclid"], "ttp": OTHER["ttp"],
            "ip": OTHER["ipv6"], "user_agent": OTHER["agent"]}  # fmt: skip
    event = {
        "event": "Purchase",
        "event_time": START + i,
        "event_id": f"e{i}",
        "user": user,
        "properties": VALUES,
        "page": {"url": URL},
    }
    return request(i, {"event_source": "web", "event_source_id": "CDEMO12345678901234A", "data": [event]},
                   url="https://business-api.tiktok.com/open_api/v1.3/event/track/")  # fmt: skip


def ga4(i: int) -> dict[str, Any]:
    params = {"transaction_id": f"o{i}", "value": 1, "page_location": URL, "page_title": f"Hi {MAIL}", **VALUES}
    body = {"client_id": f"1.{i}", "user_id": OTHER["external_id"], "user_data": {"email_address": MAIL}, "ip_override": OTHER["ipv4"],
            "user_agent": OTHER["agent"], "events": [{"name": "purchase", "params": params}]}  # fmt: skip
    return request(
        i,
        body,
        url=f"https://www.google-analytics.com/mp/collect?measurement_id={ID}&api_secret={VALUES['api_secret']}",
    )


def har() -> dict[str, Any]:
    """A page with everything in its address, title and cookies, and hits that carry it on."""
    hit = {"id": PIXEL, "ev": "Purchase", "ts": f"{START}000", "eid": "e1", "dl": PAGE, "rl": URL, "fbp": OTHER["fbp"],
           **{f"cd[{k}]": v for k, v in VALUES.items()}}  # fmt: skip
    ga = {"v": "2", "tid": ID, "en": "purchase", "cid": "1.2", "dl": PAGE, "dr": URL, "dt": f"Hi {MAIL}",
          **{f"ep.{k}": v for k, v in VALUES.items()}}  # fmt: skip
    sent = [{"name": "Cookie", "value": f"sid={OTHER['cookie']}; em={MAIL}"}, {"name": "User-Agent", "value": OTHER["agent"]},
            {"name": "Authorization", "value": VALUES["authorization"]}, {"name": "Referer", "value": URL}]  # fmt: skip
    got = [{"name": "Set-Cookie", "value": f"{k}={quote(v)}; Max-Age=10"} for k, v in VALUES.items()]

    def entry(url: str, mime: str = "text/plain", body: Any = None) -> dict[str, Any]:
        post = {"postData": {"mimeType": "application/json", "text": json.dumps(body)}} if body else {}
        return {"startedDateTime": "2026-09-21T14:13:20.000Z", "serverIPAddress": OTHER["ipv4"], "pageref": "p",
                "request": {"method": "POST" if body else "GET", "url": url, "headers": sent,
                            "cookies": [{"name": "sid", "value": OTHER["cookie"]}], **post},
                "response": {"status": 200, "headers": got, "content": {"mimeType": mime, "text": json.dumps(VALUES)}}}  # fmt: skip

    entries = [entry(PAGE, "text/html"), entry(f"https://www.facebook.com/tr/?{urlencode(hit)}"), entry("https://api.example.net/x", body=VALUES),
               entry(f"https://www.google-analytics.com/g/collect?{urlencode(ga)}"),
               entry(f"https://www.facebook.com/tr/?id={PIXEL}&ev={quote(MAIL)}&cd[{quote(MAIL)}]={quote(PHONE)}")]  # fmt: skip
    return {"log": {"version": "1.2", "creator": {"name": MAIL, "version": "1"}, "entries": entries, "pages": [
        {"id": "p", "title": PAGE, "startedDateTime": "2026-09-21T14:13:20.000Z"}]}}  # fmt: skip


def container(side: str) -> dict[str, Any]:
    """Everything in constants, tag parameters and a script; what can be masked in names as well."""

    def params(values: dict[str, str]) -> list[dict[str, str]]:
        return [{"type": "TEMPLATE", "key": k, "value": v} for k, v in values.items()]

    constants = [{"variableId": str(n), "name": f"Const {n}", "type": "c", "parameter": params({"value": v})}
                 for n, v in enumerate(VALUES.values(), 1)]  # fmt: skip
    named = [
        {"variableId": str(100 + n), "name": v, "type": "c", "parameter": params({"value": "x"})}
        for n, v in enumerate(MASKED)
    ]
    tags = [
        {
            "tagId": "1",
            "name": MAIL,
            "type": "html",
            "parameter": params({"html": f"<script>x({json.dumps(VALUES)})</script>"}),
        },
        {
            "tagId": "2",
            "name": f"Tag of {PHONE}",
            "type": "cvt_1_9",
            "parameter": params(VALUES),
            "paused": True,
            "notes": MAIL,
        },
    ]
    outer = {
        "publicId": "GTM-ABC123",
        "usageContext": [side],
        "name": MAIL,
        "taggingServerUrls": [f"https://t.shop.example/?e={MAIL}"],
    }
    version = {"container": outer, "tag": tags, "variable": [*constants, *named]}
    return {"exportFormatVersion": 2, "exportTime": "2026-09-01 10:00:00", "containerVersion": version}


def flat(i: int, side: str = "browser") -> dict[str, Any]:
    return {"side": side, "platform": "meta", "event_name": "Purchase", "event_id": f"e{i}", "order_id": f"o{i}",
            "event_time": START + i, "value": 1, "currency": "EUR", "url": URL, **KEYS, "page_title": f"Hi {MAIL}",
            **{f"x_{k}": v for k, v in VALUES.items()}}  # fmt: skip


def plant(folder: Folder) -> dict[str, str]:
    """Every kind of input with every secret in it. File name to the kind it must be recognised as."""
    folder.put("bare.ndjson", [meta(i) for i in range(40)])
    folder.put("requests.ndjson", [request(40), request(41, status=400), tiktok(1), tiktok(2), ga4(1), ga4(2)])
    folder.put("document.json", {"data": [meta(50)], **VALUES})
    folder.put("forms.log", [urlencode({**VALUES, "data": json.dumps([meta(i)])}) for i in (51, 52)])
    folder.put(
        "named.ndjson",
        [
            request(n, {"data": [meta(n, event_name=v, action_source=v)], "partner_agent": v})
            for n, v in enumerate(MASKED)
        ],
    )
    folder.put("flat.ndjson", [flat(i, side) for i in range(40) for side in ("browser", "server")])
    planted.write_csv(folder.path / "flat.csv", [flat(i) for i in (212, 213)])
    planted.write_parquet(folder.path / "flat.parquet", [flat(i) for i in (214, 215)])
    folder.put("capture.har", har())
    folder.put("web.json", container("WEB"))
    folder.put("server.json", container("SERVER"))
    head = ",".join(VALUES)
    row = ",".join(json.dumps(v.replace("\n", " ")).replace('\\"', '""') for v in VALUES.values())
    folder.put(
        "orders.csv",
        f"order_id,time,revenue,currency,{head}\no1,2026-09-21,10,EUR,{row}\n{MAIL},2026-09-21,10,EUR,{row}\n",
    )
    quality = [{"event_name": v, "event_match_quality": {"composite_score": 5.1, "match_key_feedback": [
        {"identifier": MAIL, "coverage": {"percentage": 10}}]}, "note": VALUES} for v in ("Purchase", *MASKED)]  # fmt: skip
    folder.put("quality.json", {"web": quality})
    return {"bare.ndjson": "payload_log", "requests.ndjson": "payload_log", "document.json": "payload_log", "forms.log": "payload_log",
            "named.ndjson": "payload_log", "flat.ndjson": "event_table", "flat.csv": "event_table", "flat.parquet": "event_table",
            "capture.har": "har", "web.json": "gtm_web", "server.json": "gtm_server", "orders.csv": "orders",
            "quality.json": "diagnostics"}  # fmt: skip


def damage(folder: Folder, names: list[str]) -> int:
    """A copy of every input cut in the middle, one with rubbish in front and wrong bytes inside, some whose name gives
    somebody away; the originals go. The number of files."""
    for n, name in enumerate(names):
        whole, ending = (folder.path / name).read_bytes(), name.rpartition(".")[2]
        folder.put(f"cut/{name}", whole[: len(whole) // 2])
        folder.put(f"bytes/{name}", f"{MAIL};{PHONE}\n".encode() + whole.replace(b"e1", b"\xff\x00"))
        (folder.path / name).unlink()
        if n % 3 == 0:
            folder.put(f"{MAIL}/of {MASKED[n % len(MASKED)].replace('/', '')} {n}.{ending}", whole + b"\n")
    return 2 * len(names) + (len(names) + 2) // 3


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Temporary files and caches go to a folder of the test's own; even small files are kept in the cache."""
    path = tmp_path / "temp"
    path.mkdir()
    monkeypatch.setenv("TMPDIR", str(path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(path / "cache"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr("tagparity.run.collect.LARGE", 0)
    yield path


def said(result: Result, *folders: Path) -> dict[str, str]:
    """Everything a command said, raised or left, by place."""
    raised = "".join(traceback.format_exception(result.exception)) if result.exception else ""
    left = {str(p): f"{p}\n{content(p)}" for f in folders for p in f.rglob("*") if p.is_file()}
    return left | {"stdout": result.stdout, "stderr": result.stderr, "raised": raised}


def content(path: Path) -> str:
    """What a file says: the rows of Parquet, the text of anything else."""
    if path.suffix == ".parquet":
        return "\n".join(str(row) for row in duckdb.sql(f"FROM read_parquet('{path}')").fetchall())
    return path.read_bytes().decode("utf-8", "replace")


def clean(places: dict[str, str]) -> None:
    assert {place: found for place, text in places.items() if (found := leaked(text))} == {}


def audit(folder: Folder, out: Path, temp: Path, *more: str) -> tuple[Result, dict[str, Any]]:
    """One audit that must give nothing away and leave nothing behind; its audit.json where there is one."""
    result = CliRunner().invoke(main, ["audit", str(folder.path), "-o", str(out), "--verbose", *more])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    clean(said(result, out, temp))
    assert [p for p in temp.rglob("*") if p.is_file() and not p.is_relative_to(temp / "cache")] == []
    found = out / "audit.json"
    return result, json.loads(found.read_text("utf-8")) if found.is_file() else {}


@pytest.mark.slow
def test_nothing_planted_comes_out(folder: Folder, tmp_path: Path, temp: Path) -> None:
    kinds = plant(folder)
    folder.put("tagparity.toml", f'[site]\nurl = "https://shop.example"\n[columns]\n"{MAIL}" = "event_id"\n')
    result, told = audit(folder, tmp_path / "out", temp)
    assert result.exit_code == 0
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {file for file, _ in FORMATS.values()}
    evidence = {f["path"]: f for f in told["evidence"]}
    assert {n: evidence[n]["kind"] for n in kinds} == kinds
    assert {n: evidence[n]["records"] for n in kinds if not evidence[n]["records"]} == {}
    assert [evidence[n]["records"] for n in ("bare.ndjson", "flat.ndjson", "capture.har")] == [40, 80, 5]
    assert "+49***89" in (tmp_path / "out" / "report.html").read_text("utf-8")
    states = {o["check"]: o["state"] for o in told["outcomes"]}
    for check in ("no_pii_in_urls", "no_pii_in_payloads", "no_pii_in_titles_and_referrers", "no_secrets_in_requests", "pii_in_container",
                  "secrets_in_container"):  # fmt: skip
        assert states[check] == "fail", check
    assert states["no_pii_in_cookies"] == "warn"
    assert "error" not in states.values()


@pytest.mark.slow
def test_damaged_inputs_give_nothing_away(folder: Folder, tmp_path: Path, temp: Path) -> None:
    count = damage(folder, list(plant(folder)))
    result, told = audit(folder, tmp_path / "out", temp)
    assert result.exit_code in (0, 3)
    assert len(told["evidence"]) == count
    assert sum(f["kind"] == "refused" for f in told["evidence"]) > 5
    assert sum(f["rejected"] > 0 for f in told["evidence"]) > 5


@pytest.mark.parametrize("file_format", ["md", "html", "json"])
def test_each_format_alone(file_format: str, folder: Folder, tmp_path: Path, temp: Path) -> None:
    folder.put("capture.har", har())
    folder.put("web.json", container("WEB"))
    result, _ = audit(folder, tmp_path / "out", temp, "--format", file_format, "--fail-on", "warn")
    assert result.exit_code == 1
    sizes = {p.suffix: p.stat().st_size for p in (tmp_path / "out").iterdir()}
    assert len(sizes) == 2 and sizes.pop(".parquet") and min(sizes.values()) > 1000


BROKEN = [f"[site]\nurl = {MAIL}", f'[site]\nurl = "{MAIL}"', f'[columns]\n"{MAIL}" = "{PHONE}"', f'"{MAIL}" = 1',
          f'[[accept]]\ncheck = "{MAIL}"\nreason = "x"\nexpires = 2030-01-01\n', f'[profiles."{MAIL}"]\nx = "{PHONE}"\n',
          f'exclude = "{MAIL}"', f'[site]\ntagging_host = "{VALUES["access_token"]}@x y"', f'[destinations]\n"{MAIL}" = ["{PHONE}"]',
          f'x = """{URL}"""\n=', f'[site]\nurl = "https://{VALUES["password"]}:x@shop.example/{MAIL}"\n[x]\n']  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_configuration_gives_nothing_away(text: str, folder: Folder, tmp_path: Path, temp: Path) -> None:
    folder.put("bare.ndjson", [meta(i) for i in range(3)])
    folder.put("tagparity.toml", text)
    result, _ = audit(folder, tmp_path / "out", temp)
    assert result.exit_code == 2
    assert result.stderr.startswith("tagparity: ")


def test_an_accepted_finding_is_masked(folder: Folder, tmp_path: Path, temp: Path) -> None:
    folder.put("bare.ndjson", [meta(i) for i in range(40)])
    folder.put(
        "tagparity.toml",
        f'[[accept]]\ncheck = "no_pii_in_urls"\nreason = "ask {MAIL}, {PHONE}"\nexpires = 2030-01-01\n',
    )
    result, told = audit(folder, tmp_path / "out", temp)
    assert result.exit_code == 0 and "<email>" in json.dumps(told)


def test_other_commands_and_wrong_arguments(folder: Folder, tmp_path: Path, temp: Path) -> None:
    plant(folder)
    out, runner = tmp_path / "out", CliRunner()
    for arguments in (["checks"], *(["explain", c] for c in catalogue())):
        result = runner.invoke(main, arguments)
        assert result.exit_code == 0
        clean(said(result, out, temp))
    where = str(folder.path)
    for arguments, code in ((["audit", f"{where}/{MAIL}"], 2), (["audit", where, "--config", f"{where}/{MAIL}.toml"], 2),
                            (["audit", where, "--profile", MAIL], 2), (["audit", where, "-o", f"{where}/x"], 2)):  # fmt: skip
        result = runner.invoke(main, arguments)
        assert result.exit_code == code
        clean(said(result, out, temp))


def test_the_canaries_sing(folder: Folder) -> None:
    """The guard: everything is planted, the scanner knows what it should, and the search would see each of them."""
    assert len(VALUES) >= 50
    assert {n: (what, [s.what for s in scan(n, v)]) for n, (v, what) in RECOGNISED.items()
            if what not in [s.what for s in scan(n, v)]} == {}  # fmt: skip
    assert {what for _, what in RECOGNISED.values()} == set(KINDS)
    for name in plant(folder):
        raw = (folder.path / name).read_bytes()
        if name.endswith((".ndjson", ".json", ".har", ".log")):
            text = raw.decode()
            text = f"{text} {text.encode().decode('unicode_escape', 'replace')}".lower()
            assert [
                k
                for k, v in VALUES.items()
                if not any(form in text for form in spellings(v)) and name != "quality.json"
            ] == [], name
    for name, secret in VALUES.items():
        for text in (f"x {secret} y", f"<b>{quote(secret, safe='')}</b>", packed(secret)):
            assert leaked(text), name
    assert leaked("the number of requests was 77") == set()
