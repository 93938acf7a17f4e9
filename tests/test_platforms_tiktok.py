"""TikTok pixel hits to raw rows: transports, automatic events, ids of the library, limited data use."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote

import pytest

from hits import DIGEST, PAGE, one, rows
from tagparity.platforms import PLATFORMS


def tiktok(**extra: object) -> str:
    event = {
        "event": "Purchase",
        "event_id": "e-1",
        "message_id": "messageId-1-2-CODE",
        "timestamp": "2026-11-23T15:30:00.000Z",
        "context": {
            "pixel": {"code": "C0DE0000000000000000"},
            "page": {"url": PAGE},
            "user": {"email": DIGEST, "phone_number": [DIGEST, "b" * 64], "anonymous_id": "ttp-1"},
            "ad": {"callback": "E.C.P.x"},
        },
        "properties": {"value": 10.5, "currency": "EUR", "order_id": "T-1"},
    }
    return json.dumps(event | extra)


TT = "https://analytics.tiktok.com/api/v2/pixel"


def test_tiktok_event() -> None:
    row = one("tiktok", TT, tiktok(), "POST")
    assert (row["event_name"], row["event_id"], row["order_id"], row["value"]) == ("Purchase", "e-1", "T-1", "10.5")
    assert row["ph"] == [DIGEST, "b" * 64] and row["ttp"] == "ttp-1" and row["ttclid"] == "E.C.P.x"


def test_tiktok_event_in_the_query() -> None:
    packed = base64.b64encode(tiktok().encode()).decode()
    assert one("tiktok", f"{TT}?analytics_message={quote(packed)}")["event_id"] == "e-1"


def test_tiktok_without_an_id_of_the_site() -> None:
    made = "eventId-1586522870-123456-C0DE0000000000000000"
    assert "event_id" not in one("tiktok", TT, tiktok(event_id=""), "POST")
    assert one("tiktok", TT, tiktok(event_id=made), "POST")["event_id"] == made
    assert re.fullmatch(PLATFORMS["tiktok"].library_id, made)
    assert not re.fullmatch(PLATFORMS["tiktok"].library_id, "e-1")


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"{TT}/act", tiktok(action="Click")),
        (f"{TT}/inter", tiktok()),
        (TT, ""),
        (TT, "[[[["),
        ("https://analytics.tiktok.com/i18n/pixel/events.js", ""),
    ],
)
def test_tiktok_companions(url: str, body: str) -> None:
    assert rows("tiktok", url, body, "POST") == []


def test_tiktok_matching_data_is_automatic_and_no_event() -> None:
    assert rows("tiktok", TT, tiktok(event="EnrichAM"), "POST") == [{"_kind": "automatic"}]


def test_tiktok_through_another_host_and_nobody_else() -> None:
    assert one("tiktok", "https://shop.example/tt", tiktok(), "POST")["event_id"] == "e-1"
    assert rows("tiktok", "https://shop.example/api", '{"message_id": 1, "pixel": 2}', "POST") is None


@pytest.mark.parametrize(("limited", "ldu"), [(True, {"ldu": "denied"}), (False, {"ldu": "granted"}), (None, None)])
def test_tiktok_limited_data_use(limited: bool | None, ldu: dict[str, str] | None) -> None:
    row = one("tiktok", TT, tiktok(limited_data_use=limited), "POST")
    assert row.get("consents") == ldu and row["route"] == "direct"


def test_tiktok_automatic() -> None:
    assert one("tiktok", TT, tiktok(event="LandingPageView"), "POST")["automatic"] is True


def test_values_no_file_can_hold_are_mended() -> None:
    row = one("tiktok", TT, tiktok(event_id="\ud800\u0000x" + "y" * 20_000), "POST")
    value = str(row["event_id"])
    assert value.encode() and "\x00" not in value and len(value) <= 8192
