"""Google's upload interfaces as payload shapes: click conversions of the Ads API, and the Data Manager API.

The Ads API is written in camel case by REST, in snake case by the client libraries; paths of both are derived from one
list. Sources: official, developers.google.com/google-ads/api (uploadClickConversions: fields, 2000 a request, partial
failure) and developers.google.com/data-manager (events:ingest: fields, 2000 a request). Read 2026-11-24.
"""

from __future__ import annotations

import re

from ..core.platform import HASHED, Hashing, Key, ServerShape, Verdicts

_CONVERSION = {
    "event_name": ("conversionAction",),
    "event_time": ("conversionDateTime",),
    "order_id": ("orderId",),
    "value": ("conversionValue",),
    "currency": ("currencyCode",),
    "consent": ("consent.adUserData",),
}
_ADDRESS = {"fn": "hashedFirstName", "ln": "hashedLastName", "ct": "city", "st": "state", "zp": "postalCode"}
_ADS_KEYS = {
    "em": "userIdentifiers[*].hashedEmail",
    "ph": "userIdentifiers[*].hashedPhoneNumber",
    **{k: f"userIdentifiers[*].addressInfo.{v}" for k, v in _ADDRESS.items()},
    "country": "userIdentifiers[*].addressInfo.countryCode",
    "client_ip_address": "userIpAddress",
    "gclid": "gclid",
    "gbraid": "gbraid",
    "wbraid": "wbraid",
}
_INGEST_KEYS = {
    "em": "userData.userIdentifiers[*].emailAddress",
    "ph": "userData.userIdentifiers[*].phoneNumber",
    "fn": "userData.userIdentifiers[*].address.givenName",
    "ln": "userData.userIdentifiers[*].address.familyName",
    "zp": "userData.userIdentifiers[*].address.postalCode",
    "country": "userData.userIdentifiers[*].address.regionCode",
    "client_ip_address": "eventDeviceInfo.ipAddress",
    "client_user_agent": "eventDeviceInfo.userAgent",
    "gclid": "adIdentifiers.gclid",
    "gbraid": "adIdentifiers.gbraid",
    "wbraid": "adIdentifiers.wbraid",
}
_MUST_HASH = frozenset({"em", "ph", "fn", "ln"})


def _snake(path: str) -> str:
    return re.sub(r"(?<=[a-z])[A-Z]", lambda m: "_" + m[0].lower(), path)


def _both(path: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((path, _snake(path))))


def _key(name: str) -> Key:
    paths = tuple(p for known in (_ADS_KEYS, _INGEST_KEYS) if name in known for p in _both(known[name]))
    if name in _MUST_HASH:
        return Key(paths, Hashing.REQUIRED, list_ok=True, encodings=HASHED)
    return Key(paths, Hashing.NEVER, list_ok=name in ("ct", "st", "zp", "country"))


def _click_conversions(snake: bool) -> ServerShape:
    """Both writings have the URL; a list called `conversions` is told from others by the resource name in it."""
    action = _snake("conversionAction") if snake else "conversionAction"
    time = _snake("conversionDateTime") if snake else "conversionDateTime"
    failures = "partial_failure_error" if snake else "partialFailureError"
    elements = "field_path_elements" if snake else "fieldPathElements"
    return ServerShape(
        url=r"/v\d+/customers/\d+:uploadClickConversions\b",
        events="conversions",
        envelope=("conversions",),
        bare=(action, time),
        marks={action: r"^customers/\d+/conversionActions/\d+$"},
        fields={name: tuple(p for path in paths for p in _both(path)) for name, paths in _CONVERSION.items()},
        verdicts=Verdicts(f"{failures}.details.0.errors", index=f"location.{elements}.0.index"),
        time_unit="iso",
        max_age_s=90 * 86400,
        batch=2000,
        consents={
            "ad_user_data": _both("consent.adUserData"),
            "ad_personalization": _both("consent.adPersonalization"),
        },
    )


INGEST = ServerShape(
    url=r"datamanager\.googleapis\.com/v\d+/events:ingest\b|/v\d+/events:ingest\b",
    events="events",
    envelope=("destinations", "events"),
    marks={"eventTimestamp": r"^(?:\d{4}-\d\d-\d\d[Tt ].*)?$"},
    fields={
        # An event for Ads has no name: what it converts for is named by the destination.
        "event_name": ("eventName", "event_name", "^destinations.0.productDestinationId", "eventSource"),
        "event_time": ("eventTimestamp",),
        "transaction_id": ("transactionId",),
        "client_id": ("clientId",),
        "user_id": ("userId",),
        "value": ("conversionValue",),
        "currency": ("currency",),
        "action_source": ("eventSource",),
        "test_event_code": ("^validateOnly",),
        "consent": ("consent.adUserData", "^consent.adUserData"),
    },
    time_unit="iso",
    batch=2000,
    action_sources=("WEB", "APP", "IN_STORE", "PHONE", "OTHER"),
    consents={
        "ad_user_data": ("consent.adUserData", "^consent.adUserData"),
        "ad_personalization": ("consent.adPersonalization", "^consent.adPersonalization"),
    },
)
SERVERS = (_click_conversions(snake=False), _click_conversions(snake=True), INGEST)
KEYS = {name: _key(name) for name in (*_ADS_KEYS, "client_user_agent")}
