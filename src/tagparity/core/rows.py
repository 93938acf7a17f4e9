"""The raw flat row: the one shape every reader of events brings its input into before it is made canonical.

A raw row is text. It exists in memory only, for the length of one block; identifiers leave it as form codes and
keyed digests. `MATCH_KEYS` are JSON text (so that lists and wrong types stay visible), the rest plain text.
`consent` is one word or a `gcs` string; `consents` a JSON object, type of consent to state (`granted`, `denied`);
`custom` is what the site says of the event beside its match keys, as JSON text;
`twin_of` names the request an event only repeats, as `entry:place`.
"""

from __future__ import annotations

MATCH_KEYS = (
    "em",
    "ph",
    "fn",
    "ln",
    "ct",
    "st",
    "zp",
    "country",
    "db",
    "ge",
    "external_id",
    "client_ip_address",
    "client_user_agent",
    "fbc",
    "fbp",
    "gclid",
    "gbraid",
    "wbraid",
    "ttclid",
    "ttp",
    "epik",
    "sccid",
    "scid",
    "li_fat_id",
    "rdt_cid",
    "rdt_uuid",
    "msclkid",
    "uetvid",
    "twclid",
    "aref",
    "madid",
)
FIELDS = (
    "side",
    "platform",
    "destination_id",
    "event_name",
    "event_id",
    "event_time",
    "received_time",
    "order_id",
    "transaction_id",
    "client_id",
    "user_id",
    "session_id",
    "value",
    "currency",
    "url",
    "action_source",
    "consent",
    "consents",
    "status",
    "response_code",
    "test_event_code",
    "sender",
    "automatic",
    "twin_of",
    "custom",
    "route",
    "app_version",
)
RAW_COLUMNS = (*FIELDS, *MATCH_KEYS)

# Where a logged request keeps its body, whoever logged it.
LOG_BODIES = ("body", "request_body", "RequestBody", "payload", "request.body", "body_json", "body_raw")
