"""Floodlight of Campaign Manager 360: activities in the browser. Uploads by API are not read."""

from __future__ import annotations

from ..core.platform import Kind, Platform
from ._floodlight_hits import decode

PLATFORM = Platform(
    id="floodlight",
    title="Floodlight",
    aliases=("campaign manager", "campaign manager 360", "cm360", "dcm", "doubleclick floodlight"),
    # Activities have names of the advertiser's own making.
    names={},
    window_s=None,
    sources=(
        "observed: captures of 2015 to 2026 (endpoints, copies of one activity), read 2026-11-24",
        "observed: gtag.js of 2026-03 (consent parameters), read 2026-11-24",
    ),
    id_columns={"": ("transaction_id",)},
    keyless=True,
    decode=decode,
    kinds=((Kind.DIAGNOSTIC, r"^[^/]*/td/fls/rul/"),),
    hosts=r"\.fls\.doubleclick\.net$",
    destination=r"^DC-\d{3,12}$",
)
