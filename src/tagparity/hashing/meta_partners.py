"""Meta: server tags and pipelines of others."""

from __future__ import annotations

from .chars import CLEAN, DIGITS, SQUEEZED, TRIM_LOWER
from .choices import Lookup
from .countries import BUILDER_NAMES
from .profile import HEX_64, Hashed, Profile
from .states import BUILDER
from .steps import NotEmpty, Reject, Rule, remove

_RAW: Rule = ()
_KEYS = ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "ge", "external_id")
_STAPE: Rule = (Reject(r"^undefined\Z"), NotEmpty(), *TRIM_LOWER)
STAPE = Profile(
    id="meta/stape",
    platform="meta",
    library="Stape facebook-tag (server GTM)",
    version="1d70137 (stape-gtmss-2.1.3)",
    date="2026-04-28",
    source="stape-io/facebook-tag: template.tpl",
    level="implementer",
    rules={**dict.fromkeys(_KEYS, _STAPE), "ph": (*_STAPE, *DIGITS), "ct": (*_STAPE, remove(" "))},
    already=Hashed(HEX_64),
)
SEGMENT = Profile(
    id="meta/segment",
    platform="meta",
    library="Segment facebook-conversions-api and -custom-audiences",
    version="970a17ee",
    date="2026-08-21",
    source="segmentio/action-destinations: facebook-conversions-api/fb-capi-user-data.ts",
    level="implementer",
    rules={
        **dict.fromkeys(("em", "fn", "ln", "ct", "zp", "external_id"), SQUEEZED),
        "ph": DIGITS,
        "ge": (*SQUEEZED, Lookup({"male": "m", "female": "f"})),
        "st": (*SQUEEZED, Lookup(BUILDER)),
        "country": (*SQUEEZED, Lookup(BUILDER_NAMES)),
        "db": (NotEmpty(),),
    },
    already=Hashed(HEX_64),
)
RUDDER = Profile(
    id="meta/rudder",
    platform="meta",
    library="RudderStack facebook_pixel and facebook_conversions",
    version="c98d160c",
    date="2026-08-06",
    source="rudderlabs/rudder-transformer: test data of facebook_pixel and facebook_conversions; names keep their case",
    level="implementer",
    rules={
        "em": CLEAN,
        **dict.fromkeys(("fn", "ln", "ct", "st", "zp", "country", "db", "external_id", "ph"), (NotEmpty(),)),
        "ge": (*CLEAN, Lookup({"male": "m", "female": "f"})),
    },
)
WALKEROS = Profile(
    id="meta/walkeros",
    platform="meta",
    library="walkerOS server destination meta",
    version="dc29a82",
    date="2026-08-01",
    source="elbwalker/walkerOS: hashes the value as given, also undefined and values hashed before",
    level="implementer",
    rules=dict.fromkeys(_KEYS, _RAW),
)
ZARAZ = Profile(
    id="meta/zaraz",
    platform="meta",
    library="managed-components/facebook-pixel (Cloudflare Zaraz)",
    version="a59662a",
    date="",
    source="managed-components/facebook-pixel: trims and lowers, nothing else",
    level="implementer",
    rules=dict.fromkeys(_KEYS, CLEAN),
)
PROFILES = (STAPE, SEGMENT, RUDDER, WALKEROS, ZARAZ)
