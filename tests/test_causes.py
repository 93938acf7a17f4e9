"""Every cause of an unmatched copy by itself, what was done to altered ids, and when a silent hour is an outage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest

from conftest import Folder, Row
from tagparity.run.audit import audit

START = 1_772_323_200  # 2026-03-01 00:00 UTC
HOUR = 3600
NOON = START + 12 * HOUR
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
FBP = "fb.1.1772323200000.1234567890"


def browser(id: str | None = "a1", at: int = NOON, **more: object) -> Row:
    row = {"side": "browser", "platform": "meta", "event_name": "Purchase", "event_id": id, "event_time": at}
    return row | {"destination_id": "123456789012345", "client_user_agent": AGENT} | more


def server(id: str | None = "a1", at: int = NOON + 5, **more: object) -> Row:
    return browser(id, at, side="server", action_source="website") | more


def causes(folder: Folder, rows: list[Row], event: str = "purchase") -> dict[tuple[str, str], int]:
    """(side, cause) -> unmatched copies, among some that match."""
    matching = [row for n in range(3) for row in (browser(f"m{n}"), server(f"m{n}"))]
    folder.put("events.ndjson", [*matching, *rows])
    return counted(folder, event)


def counted(folder: Folder, event: str = "purchase") -> dict[tuple[str, str], int]:
    cells = [m for m in audit(folder.path).metrics if m.id == "cause_share" and m.dims["event"] == event]
    for side in ("browser", "server"):
        of_side = [m for m in cells if m.dims["side"] == side]
        assert {m.denominator for m in of_side} <= {sum(m.numerator or 0 for m in of_side)}
    return {(m.dims["side"], m.dims["cause"]): int(m.numerator or 0) for m in cells}


def altered(folder: Folder) -> dict[str, tuple[float | None, float | None]]:
    metrics = audit(folder.path).metrics
    return {m.dims["variant"]: (m.numerator, m.denominator) for m in metrics if m.id == "id_alteration"}


def both(cause: str) -> dict[tuple[str, str], int]:
    return {("browser", cause): 1, ("server", cause): 1}


ORDER: Row = {"order_id": "o1"}
CAUSES: dict[str, tuple[list[Row], dict[tuple[str, str], int]]] = {
    "nothing": ([browser(), server()], {}),
    "consent denied": ([browser(consent="denied")], {("browser", "consent_denied"): 1}),
    "consent denied, yet sent by the server": ([browser(consent="denied"), server()], {}),
    "duplicate": ([browser(), browser(at=NOON + 1), server()], {("browser", "duplicate"): 1}),
    "duplicate of one order": (
        [browser(**ORDER), browser("a2", NOON + 9, **ORDER), server(**ORDER)], {("browser", "duplicate"): 1}),
    "id missing on both sides": (
        [browser(None, **ORDER), server(None, **ORDER)],
        both("browser_id_missing")),
    "browser id missing": ([browser(None, **ORDER), server(**ORDER)], both("browser_id_missing")),
    "browser id missing, no twin": ([browser(None)], {("browser", "browser_id_missing"): 1}),
    "server id missing": ([browser(**ORDER), server(None, **ORDER)], both("server_id_missing")),
    "server id missing, found by person": (
        [browser(fbp=FBP, value=9), server(None, fbp=FBP, value=9)], both("server_id_missing")),
    "server id and order missing": ([server(None)], {("server", "server_id_missing"): 1}),
    "id altered, found by order": ([browser(**ORDER), server("z9", **ORDER)], both("id_altered")),
    "id altered, found by person": (
        [browser(fbp=FBP, value=9), server("z9", fbp=FBP, value=9)], both("id_altered")),
    "id altered, found by the id": ([browser("aB1"), server("ab1")], both("id_altered")),
    "event renamed": ([browser(event_name="Purchase"), server(event_name="purchase")], both("event_renamed")),
    "other destination": ([browser(), server(destination_id="999")], both("other_destination")),
    "further destination": (
        [browser(), server(), server(destination_id="999")], {("server", "other_destination"): 1}),
    "outside the window": ([browser(), server(at=NOON + 49 * HOUR)], both("outside_window")),
    "refused": ([browser(), server(status=400)], {("browser", "server_rejected"): 1}),
    "refused, then taken": ([browser(), server(status=400), server()], {}),
    "lost": ([browser()], {("browser", "unexplained"): 1}),
    "test traffic": ([server(test_event_code="TEST1")], {("server", "test_traffic"): 1}),
    "bot": ([server(client_user_agent="Googlebot/2.1")], {("server", "bot"): 1}),
    "offline": ([server(action_source="physical_store")], {("server", "offline_source"): 1}),
    "retry": ([browser(), server(), server(at=NOON + 60)], {("server", "retry"): 1}),
    "refire": ([browser(**ORDER), server(**ORDER), server("a2", NOON + 60, **ORDER)], {("server", "refire"): 1}),
    "blocked": ([server()], {("server", "browser_blocked"): 1}),
    "blocked, known by order": ([server(None, **ORDER)], {("server", "browser_blocked"): 1}),
    "a day the browser does not cover": ([server(at=NOON + 99 * HOUR)], {("server", "unexplained"): 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", CAUSES)
def test_each_cause_by_itself(name: str, folder: Folder) -> None:
    rows, want = CAUSES[name]
    assert causes(folder, rows) == want


def test_one_id_for_two_events_is_no_altered_id(folder: Folder) -> None:
    rows = [browser(), server(), browser(event_name="Lead"), browser("L", event_name="Lead"), server("L", event_name="Lead")]  # fmt: skip
    assert causes(folder, rows, "generate_lead") == {("browser", "unexplained"): 1}


def test_the_first_cause_in_the_order_holds(folder: Folder) -> None:
    """A renamed event of another destination outside the window is renamed; a duplicate without id is a duplicate."""
    rows = [browser(event_name="purchase"), server(destination_id="999", at=NOON + 49 * HOUR)]
    assert causes(folder, rows) == both("event_renamed")
    rows = [browser(**ORDER), browser(None, NOON + 9, **ORDER), server(**ORDER)]
    assert causes(folder, rows) == {("browser", "duplicate"): 1}
    assert causes(folder, [server(test_event_code="TEST1", client_user_agent="Googlebot/2.1")]) == {
        ("server", "test_traffic"): 1
    }


HEX = hashlib.sha256(b"a.1").hexdigest()
VARIANTS = {
    "case": [("Abc-1", "abc-1"), ("ABC-1", "aBC-1"), (" Abc-1", "abc-1")],
    "trim": [("abc-1 ", "abc-1"), (" Abc-1", "Abc-1"), (" 123", "123")],
    "numeric": [("00123", "123"), ("123", "123.0"), ("0123.00", "123")],
    "url_encoding": [("a%2Fb", "a/b"), ("a b", "a+b"), ("a%20b", "a+b"), ("a%252F", "a%2F"), ("a%2fb", "a%2Fb")],
    "sha256_of_other": [("a.1", HEX), (HEX, "a.1"), ("a.1", HEX.upper())],
    "other": [("abc", "web-abc"), ("abc-1", "abc-1.server"), ("abc", "xyz"), ("a%FF", "b"), ("%", "+")],
}


PAIRS = [(variant, pair) for variant, many in VARIANTS.items() for pair in many]


@pytest.mark.parametrize("key", [{"order_id": "o1"}, {"fbp": FBP, "value": 9}], ids=["order", "person"])
@pytest.mark.parametrize(("variant", "pair"), PAIRS)
def test_an_alteration_is_told_of_pairs_found_by_another_key(
    variant: str, pair: tuple[str, str], key: Row, folder: Folder
) -> None:
    assert causes(folder, [browser(pair[0], **key), server(pair[1], **key)]) == both("id_altered")
    assert altered(folder) == {variant: (1, 1)}


@pytest.mark.parametrize(("variant", "pair"), PAIRS)
def test_an_altered_id_is_found_without_another_key(variant: str, pair: tuple[str, str], folder: Folder) -> None:
    lost = {("browser", "unexplained"): 1, ("server", "browser_blocked"): 1}
    assert causes(folder, [browser(pair[0]), server(pair[1])]) == (lost if variant == "other" else both("id_altered"))
    assert altered(folder) == ({} if variant == "other" else {variant: (1, 1)})


def test_alterations_are_shares_of_the_altered_pairs(folder: Folder) -> None:
    rows = [browser("A"), server("a"), browser("B"), server("b"), browser("c ", **ORDER), server("c", **ORDER)]
    rows += [browser("lost"), browser("renamed"), server("renamed", event_name="purchase")]
    folder.put("events.ndjson", rows)
    assert altered(folder) == {"case": (2, 3), "trim": (1, 3)}


def traffic(dead: tuple[int, ...] = (), night: tuple[int, ...] = (), per_hour: int = 20, hours: int = 72) -> Iterator[Row]:  # fmt: skip
    """Hourly traffic of which the server takes nine in ten; nothing in `dead` hours, and of the two actions of a hour
    in `night` by chance neither."""
    for hour in range(hours):
        for n in range(2 if hour in night else per_hour):
            id, at = f"h{hour}.{n}", START + hour * HOUR + 60 * n
            yield browser(id, at)
            if hour not in (*dead, *night) and n % 10:
                yield server(id, at + 5)


def test_dead_hours_are_an_outage_and_a_quiet_night_is_none(folder: Folder) -> None:
    folder.put("events.ndjson", list(traffic(dead=(30, 31), night=(50, 51, 52))))
    assert counted(folder) == {("browser", "server_outage"): 40, ("browser", "unexplained"): 67 * 2 + 3 * 2}


def test_an_outage_ends_where_the_servers_evidence_does(folder: Folder) -> None:
    """Silence before the server's first event and after its last may be a log that does not reach there."""
    folder.put("events.ndjson", list(traffic(dead=(0, 1, *range(46, 72)))))
    assert counted(folder) == {("browser", "unexplained"): 44 * 2 + 28 * 20}
    folder.put("events.ndjson", [*traffic(dead=(0, 1, *range(46, 72))), server("late", START + 72 * HOUR)])
    got = counted(folder)
    assert got["browser", "server_outage"] == 26 * 20 and got["browser", "unexplained"] == 44 * 2 + 2 * 20


def test_earlier_causes_hold_in_an_outage(folder: Folder) -> None:
    at = START + 30 * HOUR + 1800
    rows = [browser("d", at, consent="denied"), browser(None, at), browser("r", at), server("r", at, status=500),
            browser("h30.0", at)]  # fmt: skip
    folder.put("events.ndjson", [*traffic(dead=(30,)), *rows])
    got = counted(folder)
    assert got.pop(("browser", "unexplained")) == 71 * 2
    assert got == {("browser", c): 1 for c in ("consent_denied", "browser_id_missing", "server_rejected", "duplicate")} | {
        ("browser", "server_outage"): 20}  # fmt: skip


def test_one_server_event_of_any_kind_is_no_outage(folder: Folder) -> None:
    other = server("x", START + 30 * HOUR + 5, event_name="Lead")
    folder.put("events.ndjson", [*traffic(dead=(30,)), other])
    assert counted(folder) == {("browser", "unexplained"): 71 * 2 + 20}


def test_a_late_copy_of_the_hour_before_does_not_hide_an_outage(folder: Folder) -> None:
    edge = START + 30 * HOUR
    rows = [*traffic(dead=(30,)), browser("e", edge - 2), server("e", edge + 3)]
    folder.put("events.ndjson", rows)
    assert counted(folder) == {("browser", "server_outage"): 20, ("browser", "unexplained"): 71 * 2}
    folder.put("events.ndjson", [*rows, browser("l", edge - 900), server("l", edge + 3)])
    assert counted(folder) == {("browser", "unexplained"): 71 * 2 + 20}


def test_other_platforms_and_rows_without_time_are_no_outage(folder: Folder) -> None:
    tiktok = [row | {"platform": "tiktok", "event_name": "CompletePayment"} for row in traffic()]
    timeless = [browser(f"t{n}", event_time=None) for n in range(9)]
    never_sent = [browser(f"n{n}", START + 30 * HOUR, event_name="ViewContent") for n in range(9)]
    folder.put("events.ndjson", [*traffic(dead=(30,)), *tiktok, *timeless, *never_sent])
    cells = {(m.dims["platform"], m.dims["event"], m.dims["cause"]): m.numerator
             for m in audit(folder.path).metrics if m.id == "cause_share"}  # fmt: skip
    assert cells == {
        ("meta", "purchase", "server_outage"): 20,
        ("meta", "purchase", "unexplained"): 71 * 2 + 9,
        ("meta", "view_item", "unexplained"): 9,
        ("tiktok", "purchase", "unexplained"): 72 * 2,
    }


@pytest.mark.parametrize("per_hour", [1, 2])
def test_sparse_traffic_has_no_outage_however_good_its_match_rate(per_hour: int, folder: Folder) -> None:
    rows = [row for row in traffic(per_hour=per_hour, hours=200) if row["side"] == "browser"]
    rows += [server(r["event_id"], r["event_time"] + 5) for n, r in enumerate(rows) if n % 40]
    folder.put("events.ndjson", rows)
    assert counted(folder) == {("browser", "unexplained"): 200 * per_hour // 40}
