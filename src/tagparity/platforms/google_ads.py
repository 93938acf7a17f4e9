"""Google Ads: conversion and remarketing hits of gtag, uploads of the Ads API and of the Data Manager API."""

from __future__ import annotations

from ..core.platform import Kind, Mark, Platform
from ._ads_hits import decode
from ._ads_uploads import KEYS, SERVERS
from .ga4 import RECOMMENDED

_KINDS = (
    (Kind.LOADER, r"/gtag/(?:js|destination)\?(?:[^#]*&)?id=(?:AW|DC)-"),
    (Kind.LOADER, r"^[\w.-]*\bgoogleadservices\.com/pagead/conversion\w*\.js"),
    (Kind.COOKIE_SYNC, r"^cm\.g\.doubleclick\.net/|[?&]google_nid="),
    (Kind.COOKIE_SYNC, r"^[^?]*/(?:(?:g|ccm)/s/collect|set_partitioned_cookie)"),
    (Kind.DIAGNOSTIC, r"^[^?]*/td/(?:fls/)?rul/"),
    (Kind.COOKIE_SYNC, r"^[\w.-]*\bdoubleclick\.net/(?:push|xbbe/pixel|static/3p_cookie|[^?]*/zrt_lookup|[^?]*match)"),
    # Carries names and ids of events, and is none; so does user data the script found in forms.
    (Kind.DIAGNOSTIC, r"^[^?]*/ccm/(?:collect|geo)|^[^?]*/(?:ccm|pagead)/form-data"),
    (Kind.TWIN, r"^[^?]*/measurement/conversion"),
    (Kind.DIAGNOSTIC, r"^[\w.-]*\b(?:googleadservices\.com|doubleclick\.net)/\.well-known/"),
    (Kind.LOADER, r"^[\w.-]*\b(?:doubleclick\.net|googlesyndication\.com)/[^?]*\.js(?:\?|$)"),
    (Kind.LOADER, r"^www\.googletagservices\.com/"),
    (Kind.DIAGNOSTIC, r"^[^?]*/(?:activeview|pagead/adview|pcs/view|pagead/gen_204)"),
)
_LIFE = 90 * 86400
_CLICK = r"^[\w-]{10,}$"
_LINKER = r"^(?:GCL|1)\.\d{10}\.[\w-]+(?:\..*)?$"
_LINKER_2 = r"^2\.\d+\.k[\w-]+(?:\$|%24)i\d+.*$"

PLATFORM = Platform(
    id="google_ads",
    title="Google Ads",
    aliases=("adwords", "google adwords", "aw", "gads", "google ads conversion", "google data manager"),
    names={n: n for n in RECOMMENDED} | {"gtag.config": "page_view"},
    # A transaction id counts once per conversion action, no time limit is stated.
    window_s=None,
    sources=(
        "official: support.google.com/google-ads/answer/6386790 (transaction ids)",
        "official: developers.google.com/google-ads/api (uploadClickConversions), read 2026-11-24",
        "official: developers.google.com/data-manager, googleads/data-manager-python (events:ingest), read 2026-11-24",
        "observed: gtag.js of 2026-03 and captures of 2016 to 2026 (endpoints, hops, markers)",
    ),
    keys=KEYS,
    id_columns={"": ("transaction_id", "order_id", "event_id")},
    # The browser names every conversion `conversion`, an upload the resource of its action.
    name_in_key=False,
    winner="first",
    servers=SERVERS,
    decode=decode,
    kinds=_KINDS,
    hosts=r"(?:^|\.)(?:googleadservices\.com|doubleclick\.net|googlesyndication\.com|googletagmanager\.com|googletagservices\.com)$",
    click_ids=(
        Mark("gclid", _CLICK, _LIFE, "gclid"),
        Mark("gbraid", _CLICK, _LIFE, "gbraid"),
        Mark("wbraid", _CLICK, _LIFE, "wbraid"),
        Mark("dclid", _CLICK, _LIFE),
    ),
    cookies=(
        Mark("_gcl_aw", _LINKER, _LIFE, "gclid"),
        Mark("_gcl_dc", _LINKER, _LIFE),
        Mark("_gcl_gb", _LINKER, _LIFE, "wbraid"),
        Mark("_gcl_ag", _LINKER_2, _LIFE, "gbraid"),
        Mark("_gcl_gs", _LINKER_2, _LIFE),
        Mark("_gcl_au", r"^1\.\d+\.\d+\.\d{9,10}(?:\..*)?$", _LIFE),
        Mark("FPAU", r"^1\.\d+\.\d+\.\d{9,10}$", _LIFE),
        Mark("FPGCLAW", _LINKER_2, _LIFE, "gclid"),
        Mark("FPGCLGB", _LINKER_2, _LIFE, "wbraid"),
        Mark("FPGCLAG", _LINKER_2, _LIFE, "gbraid"),
        Mark("FPGCLDC", _LINKER_2, _LIFE),
        Mark("FPGCLGS", _LINKER_2, _LIFE),
    ),
    destination=r"^AW-\d{6,12}(?:/[\w-]+)?$",
)
