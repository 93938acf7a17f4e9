"""Pinterest, Snapchat and LinkedIn as data: names, keys, shapes, and what requests without an event are."""

from __future__ import annotations

import re

import pytest

from hits import rows
from tagparity.core.platform import Hashing, Kind
from tagparity.core.rows import FIELDS, MATCH_KEYS
from tagparity.platforms import PLATFORMS, by_alias

SOCIAL = ("pinterest", "snapchat", "linkedin")
AT = 1_795_447_800_000
TIME = "2026-11-23T15:30:00.000+00:00"
PIXEL = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
MADE = "@-0b1c2d3e-add0-4020-9efb-a71c0b64806b"
SCID = "51c7c5e8-c644-4b0b-941b-88c30471be42"


def kind(platform: str, url: str) -> Kind | None:
    return next((k for k, pattern in PLATFORMS[platform].kinds if re.search(pattern, url, re.IGNORECASE)), None)


@pytest.mark.parametrize("name", SOCIAL)
def test_declarations_hold_together(name: str) -> None:
    platform = PLATFORMS[name]
    assert re.compile(platform.hosts) and re.compile(platform.destination) and re.compile(platform.library_id)
    assert all(re.compile(pattern) for _, pattern in platform.kinds)
    assert {k for k, _ in platform.kinds} <= {Kind.LOADER, Kind.DIAGNOSTIC, Kind.COOKIE_SYNC, Kind.OTHER, Kind.TWIN}
    assert set(platform.keys) <= set(MATCH_KEYS) and platform.sources
    assert all(re.compile(m.pattern) for m in (*platform.click_ids, *platform.cookies))
    assert {m.key for m in (*platform.click_ids, *platform.cookies)} <= {"", *platform.keys}
    for shape in platform.servers:
        assert set(shape.fields) <= set(FIELDS) and re.compile(shape.url) and re.compile(shape.test_url)
        assert all(re.compile(pattern) for pattern in shape.marks.values())
    assert all(platform.names[old] == platform.names[new] for old, new in platform.same_as.items())


@pytest.mark.parametrize(
    ("platform", "pairs"),
    [
        (
            "pinterest",
            "checkout=purchase pagevisit=page_view page_visit=page_view view_content=view_item signup=sign_up",
        ),
        ("pinterest", "addtocart=add_to_cart AddToCart=add_to_cart"),
        ("snapchat", "PURCHASE=purchase ADD_CART=add_to_cart ADD_BILLING=add_payment_info RESERVE=schedule"),
        ("snapchat", "CUSTOM_EVENT_5=custom_event_5"),
        ("linkedin", "PageView=page_view PAGE_VISIT=page_view QUALIFIED_LEAD=qualify_lead"),
    ],
)
def test_names(platform: str, pairs: str) -> None:
    assert dict(p.split("=") for p in pairs.split()).items() <= PLATFORMS[platform].names.items()


def test_standard_events_are_all_there() -> None:
    tag = "pagevisit viewcategory search addtocart checkout watchvideo signup lead custom"
    assert set(tag.split()) <= set(PLATFORMS["pinterest"].names)
    assert {n.lower() for n in PLATFORMS["pinterest"].same_as} <= set(tag.split())
    assert len(PLATFORMS["snapchat"].names) == 31 and "LEAD" not in PLATFORMS["snapchat"].names
    assert len(PLATFORMS["linkedin"].names) == 37 + 3


@pytest.mark.parametrize(
    ("alias", "platform"), [("Snap", "snapchat"), ("LinkedIn Ads", "linkedin"), ("pin", "pinterest")]
)
def test_aliases(alias: str, platform: str) -> None:
    found = by_alias(alias)
    assert found and found.id == platform


@pytest.mark.parametrize(
    ("platform", "place", "url", "dest"),
    [
        ("pinterest", 0, "https://api.pinterest.com/v5/ad_accounts/549755885175/events?test=true", "549755885175"),
        ("pinterest", 0, "https://api.pinterest.com/v5/ad_accounts/549755885175/campaigns", None),
        ("pinterest", 1, "https://ct.pinterest.com/events/v3", ""),
        ("pinterest", 1, "https://ct.pinterest.com/v3/?event=checkout", None),
        ("snapchat", 0, f"https://tr.snapchat.com/v3/{PIXEL}/events?access_token=x", PIXEL),
        ("snapchat", 0, f"http://127.0.0.1:8080/v3/{PIXEL}/events/validate", PIXEL),
        ("snapchat", 0, "https://api.mailgun.net/v3/shop.example/events", None),
        ("snapchat", 1, "https://tr.snapchat.com/v2/conversion", ""),
        ("linkedin", 0, "https://api.linkedin.com/rest/conversionEvents", ""),
        ("linkedin", 0, "https://api.linkedin.com/rest/conversions", None),
    ],
)
def test_server_urls(platform: str, place: int, url: str, dest: str | None) -> None:
    found = re.search(PLATFORMS[platform].servers[place].url, url)
    assert (found and found.groupdict().get("dest", "")) == dest


def test_alike_envelopes_differ_by_the_action_source() -> None:
    marks = {p: PLATFORMS[p].servers[0].marks["action_source"] for p in ("snapchat", "pinterest")}
    for word, owner in [
        ("WEB", "snapchat"),
        ("MOBILE_APP", "snapchat"),
        ("web", "pinterest"),
        ("app_ios", "pinterest"),
    ]:
        assert [p for p, pattern in marks.items() if re.search(pattern, word)] == [owner]
    assert not any(re.search(pattern, meta) for pattern in marks.values() for meta in ("website", "app", "email"))


def test_what_may_be_hashed() -> None:
    assert PLATFORMS["linkedin"].keys["fn"].hashing is Hashing.NEVER
    assert PLATFORMS["snapchat"].keys["fn"].hashing is Hashing.REQUIRED
    assert PLATFORMS["pinterest"].keys["em"].list_ok


COMPANIONS = {
    (
        "pinterest",
        Kind.LOADER,
    ): "s.pinimg.com/ct/lib/main.817db39b.js ct.pinterest.com/ct.html ct.pinterest.com/static/ct/a.js",
    (
        "pinterest",
        Kind.DIAGNOSTIC,
    ): "ct.pinterest.com/stats/ ct.pinterest.com/md/?tid=1 ct.pinterest.com/user/?tid=1&dep=2%2CPAGE_LOAD",
    (
        "snapchat",
        Kind.LOADER,
    ): f"sc-static.net/scevent.min.js tr.snapchat.com/init tr.snapchat.com/config/com/{PIXEL}.json?v=3",
    (
        "snapchat",
        Kind.COOKIE_SYNC,
    ): "tr.snapchat.com/cm/i?pid=1 tr.snapchat.com/cm/p?rand=1&pnid=140 tr6.snapchat.com/ipv6?rid=1",
    ("snapchat", Kind.DIAGNOSTIC): "tr.snapchat.com/collector/is_enabled",
    ("linkedin", Kind.TWIN): "px.ads.linkedin.com/attribution_trigger?pid=1",
    ("linkedin", Kind.LOADER): "snap.licdn.com/li.lms-analytics/insight.old.min.js",
    ("linkedin", Kind.DIAGNOSTIC): "px.ads.linkedin.com/insight_tag_errors.gif?v=2",
    ("linkedin", Kind.COOKIE_SYNC): "px.ads.linkedin.com/setuid?partner=x px.ads.linkedin.com/db_sync?pid=1",
    # No kind of their own: an event where the body says so, unreadable where it is lost.
    ("snapchat", None): "tr.snapchat.com/p",
    ("pinterest", None): "ct.pinterest.com/v3/ ct.pinterest.com/v3/?tid=1&noscript=1",
    (
        "linkedin",
        None,
    ): "px.ads.linkedin.com/collect px.ads.linkedin.com/wa/?fmt=g",
}


@pytest.mark.parametrize(
    ("platform", "told", "url"), [(p, k, u) for (p, k), urls in COMPANIONS.items() for u in urls.split()]
)
def test_companions(platform: str, told: Kind | None, url: str) -> None:
    assert rows(platform, f"https://{url}") == [] and kind(platform, url) is told
