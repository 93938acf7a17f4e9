"""Google Ads: conversion and remarketing hits of gtag. Uploads by API are not read."""

from __future__ import annotations

from ..core.platform import HASHED, Hashing, Key, Platform
from ._ads_hits import decode
from .ga4 import RECOMMENDED

_KEYS = {
    **{k: Key((), Hashing.REQUIRED, list_ok=True, encodings=HASHED) for k in ("em", "ph", "fn", "ln")},
    **{k: Key((), Hashing.NEVER) for k in ("ct", "st", "zp", "country", "gclid")},
}

PLATFORM = Platform(
    id="google_ads",
    title="Google Ads",
    aliases=("adwords", "google adwords", "aw", "gads", "google ads conversion"),
    names={n: n for n in RECOMMENDED} | {"gtag.config": "page_view"},
    # A transaction id counts once per conversion action, no time limit is stated: ten years stands for "ever".
    window_s=10 * 365 * 86400,
    sources=(
        "official: support.google.com/google-ads/answer/6386790 (transaction ids)",
        "observed: gtag.js of 2026-03 and captures of 2020 to 2026 (endpoints, hops, markers)",
    ),
    keys=_KEYS,
    id_columns={"": ("transaction_id", "order_id", "event_id")},
    decode=decode,
    destination=r"^AW-\d{6,12}(?:/[\w-]+)?$",
)
