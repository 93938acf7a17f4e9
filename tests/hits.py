"""Hand-written browser hits for the decoders' tests."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from tagparity.core.platform import Hit
from tagparity.core.rows import RAW_COLUMNS
from tagparity.platforms import PLATFORMS

DIGEST = "a" * 64
PAGE = "https://shop.example/thanks"
AT = 1_795_447_800_000
PRIVATE = {"_mirror", "_hop_of", "_origin", "_hop"}


def hit(url: str, body: str = "", method: str = "GET", page: str = PAGE) -> Hit:
    parts = urlsplit(url)
    params = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Hit(method, parts.hostname or "", parts.path, params, body, page, AT, 200)


def rows(platform: str, *args: str) -> list[dict[str, object]] | None:
    decode = PLATFORMS[platform].decode
    assert decode
    return decode(hit(*args))


def one(platform: str, *args: str) -> dict[str, object]:
    found = rows(platform, *args)
    assert found and len(found) == 1
    assert set(found[0]) <= {*RAW_COLUMNS, *PRIVATE}
    return found[0]


GA = {
    "v": "2",
    "tid": "G-ABC1234567",
    "gcs": "G111",
    "gcd": "13t3t3t3t5l1",
    "cid": "1.2",
    "uid": "u-1",
    "sid": "9",
    "_p": "1",
    "_s": "2",
    "dl": PAGE,
    "tfd": "5",
}
PURCHASE = {"en": "purchase", "cu": "EUR", "epn.value": "10.5", "ep.transaction_id": "T-1", "ep.event_id": "e-1"}
ADS = {"random": "1795447800767", "fst": "1795447800767", "url": PAGE, "gcs": "G111", "gcd": "13t3t3t3t5l1"}
CONVERSION = ADS | {"label": "AbC-d", "oid": "T-1", "value": "10.5", "currency_code": "EUR", "em": "tv.1~em.AAA"}
