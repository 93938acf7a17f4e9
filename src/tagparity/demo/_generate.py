"""The SQL behind `generate`: actions, their copies on both sides, and what each copy's cause must be.

Numbers come from md5 over seed, purpose and the action's number, the same on every machine and version. Visits of a
person are 4 actions 700 s apart, so that no action can be taken for another of the same person.
"""

# ruff: noqa: E501  SQL reads better in its own lines

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from .faults import BROWSER_ONLY, FORMS, FURTHER, PAIRED, SERVER_ONLY, Faults, pick

START = 1_772_323_200  # 2026-03-01 00:00 UTC
EVENTS = {"page_view": 0.5, "view_item": 0.25, "add_to_cart": 0.12, "begin_checkout": 0.06, "purchase": 0.07}
STEP_S, STEPS = 700, 4
BOT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
)


@dataclass(frozen=True, slots=True)
class Shop:
    """How the shop is set up with one platform: its destination, the names of `EVENTS`, and its share of the actions."""

    destination: str
    names: tuple[str, str, str, str, str]
    share: float


SHOPS: Mapping[str, Shop] = {
    "meta": Shop("900100200300400", ("PageView", "ViewContent", "AddToCart", "InitiateCheckout", "Purchase"), 0.7),
    "tiktok": Shop("CDEMOSHOP1234567890A", ("Pageview", "ViewContent", "AddToCart", "InitiateCheckout", "CompletePayment"), 0.3),
}  # fmt: skip
OFFLINE, WEB = {"meta": "'physical_store'", "tiktok": "'offline'"}, {"meta": "'website'", "tiktok": "'web'"}
OTHER = {"meta": "900100200300999", "tiktok": "CDEMOSHOP1234567890Z"}


@dataclass(frozen=True, slots=True)
class Plan:
    """`actions` of `platforms` over `days`, numbers drawn from `seed`."""

    actions: int
    seed: int = 7
    days: int = 30
    platforms: tuple[str, ...] = tuple(SHOPS)
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        if self.actions < 1 or self.days < 1 or not self.platforms or set(self.platforms) - set(SHOPS):
            raise ValueError(f"one action, one day and one of {', '.join(SHOPS)} at least")
        if any(not 0 < hour < 24 * self.days - 1 for hour in self.faults.outage):
            raise ValueError("an outage lies between the first and the last hour: beyond them the log may just end")


def _draw(seed: int, purpose: str) -> str:
    return f"md5_number_lower('{seed}|{purpose}|' || i)"


def _unit(seed: int, purpose: str) -> str:
    """A number from 0 to 1."""
    return f"({_draw(seed, purpose)} / 18446744073709551616.0)"


def _in(values: Any) -> str:
    return "(" + ", ".join(f"'{v}'" for v in values) + ")"


def tables(plan: Plan) -> list[str]:
    """Statements that make `browser_row` and `server_row`: one narrow row per copy, in the order of the log."""
    seed, faults = plan.seed, plan.faults
    whole = sum(SHOPS[p].share for p in plan.platforms)
    platform = pick(
        {p: SHOPS[p].share / whole for p in plan.platforms[:-1]}, _unit(seed, "platform"), plan.platforms[-1]
    )
    persons, span = -(-plan.actions // STEPS), plan.days * 86_400 - STEPS * STEP_S
    at = f"{START} + CAST(floor({max(span, 0)} * (i // {STEPS} / {persons}.0)) AS BIGINT) + i % {STEPS} * {STEP_S} + {_draw(seed, 'at')} % 60"
    end, window = (START + plan.days * 86_400) * 1000, 49 * 3_600_000
    dead = ", ".join(str(START // 3600 + hour) for hour in faults.outage) or "-1"
    rates = dict(faults.rates)
    refire = rates.pop("refire", 0.0)
    rate = pick(rates, _unit(seed, "fault"), "")
    drawn = {key: pick(faults.forms.get(key, {}), _unit(seed, key), "sha256_hex") for key in FORMS}
    forms = ", ".join(f"{sql} AS {key}_form" for key, sql in drawn.items())
    actions = f"""CREATE TEMP TABLE action AS
    WITH n AS (SELECT range AS i FROM range({plan.actions})),
    drawn AS (SELECT i, {platform} AS platform, {pick(EVENTS, _unit(seed, "event"), "purchase")} AS event,
        CAST(({at}) * 1000 + {_draw(seed, "ms")} % 1000 AS BIGINT) AS t_ms, {rate} AS drawn, {_unit(seed, "refire")} < {refire} AS again,
        {_draw(seed, "lag")} AS lag, {forms} FROM n),
    timed AS (SELECT *, CASE WHEN drawn = 'late' THEN 301000 + lag % 3000000 WHEN drawn = 'outside_window' THEN {window} + lag % 3600000
        WHEN drawn IN {_in(SERVER_ONLY)} THEN 0 WHEN lag % 10 > 0 THEN 200 + lag % 5000 ELSE 5000 + lag % 230000 END AS lag_ms FROM drawn)
    SELECT i, platform, event, t_ms, CAST(lag_ms AS BIGINT) AS lag_ms, em_form, ph_form, CASE
        WHEN t_ms // 3600000 IN ({dead}) THEN 'server_outage'
        WHEN drawn IN ('late', 'outside_window') AND ((t_ms + lag_ms) // 3600000 IN ({dead}) OR t_ms + lag_ms > {end}) THEN 'skipped'
        WHEN drawn IN ('value_differs', 'currency_differs') AND event = 'page_view' THEN ''
        WHEN drawn = '' AND again AND event = 'purchase' THEN 'refire' ELSE drawn END AS fault
    FROM timed"""
    late = (
        "UPDATE action SET fault = '', lag_ms = 1000 WHERE fault = 'skipped'"  # would hide an outage, or leave the days
    )
    return [actions, late, *(_rows(side, faults.skew_s * 1000) for side in ("browser", "server")), "DROP TABLE action"]


def _rows(side: str, skew_ms: int) -> str:
    """A side's copies with their line in its table, their line in the log of their platform, and their cause."""
    b = side == "browser"
    causes = {fault: pair[0 if b else 1] for fault, pair in PAIRED.items()} | (BROWSER_ONLY if b else SERVER_ONLY)
    further = [fault for fault, where in FURTHER.items() if where == side]
    only = SERVER_ONLY if b else [f for f in BROWSER_ONLY if f != "server_rejected"]
    named = " ".join(f"WHEN '{fault}' THEN '{cause}'" for fault, cause in causes.items() if cause)
    at = "t_ms" if b else f"t_ms + lag_ms + {skew_ms}"
    return f"""CREATE TABLE {side}_row AS
    WITH copy AS (SELECT *, 0 AS nth FROM action WHERE fault NOT IN {_in(only)}
        UNION ALL SELECT *, 1 FROM action WHERE fault IN {_in(further)})
    SELECT row_number() OVER (ORDER BY i, nth) AS line, row_number() OVER (PARTITION BY platform ORDER BY i, nth) AS log_line,
        i, nth, platform, event, fault, {at} + nth * 30000 AS t_ms, em_form, ph_form,
        CASE WHEN nth = 1 THEN fault ELSE CASE fault {named} ELSE '' END END AS cause FROM copy ORDER BY i, nth"""


def _by_platform(texts: Mapping[str, str]) -> str:
    return "CASE platform " + " ".join(f"WHEN '{p}' THEN {sql}" for p, sql in texts.items()) + " END"


def _common(plan: Plan) -> dict[str, str]:
    """Column -> SQL of what both sides know of an action."""
    seed = plan.seed
    names = {
        p: "CASE event "
        + " ".join(f"WHEN '{e}' THEN '{n}'" for e, n in zip(EVENTS, SHOPS[p].names, strict=True))
        + " END"
        for p in plan.platforms
    }
    hexed = f"left(md5('{seed}|id|' || i), 16)"
    fbp = f"'fb.1.{START}000.' || (1000000000 + i // {STEPS})"
    known = f"md5_number_lower('{seed}|visitor|' || (i // {STEPS})) / 18446744073709551616.0 >= {plan.faults.anonymous}"
    return {
        "destination_id": _by_platform({p: f"'{SHOPS[p].destination}'" for p in plan.platforms}),
        "event_name": _by_platform(names),
        "event_id": f"""CASE fault WHEN 'id_numeric' THEN '00' || (1000000000 + i) WHEN 'id_url_encoding' THEN 'ev/' || {hexed}
            ELSE 'ev-' || {hexed} END""",
        "event_time": "t_ms",
        "order_id": "CASE WHEN event = 'purchase' THEN 'order-' || lpad(CAST(i AS VARCHAR), 10, '0') END",
        "value": f"CASE WHEN event <> 'page_view' THEN CAST((500 + {_draw(seed, 'value')} % 20000) / 100.0 AS DECIMAL(9, 2)) END",
        "currency": "CASE WHEN event <> 'page_view' THEN 'EUR' END",
        "url": "'https://www.shop.example/' || replace(event, '_', '-')",
        "external_id": f"CASE WHEN {known} THEN sha256('customer-' || (i // {STEPS})) END",
        "client_user_agent": f"'{AGENT}'",
        "fbp": f"CASE WHEN platform = 'meta' AND {known} THEN {fbp} END",
    }


_EM = f"'person' || (i // {STEPS}) || '@mail.example'"
_PH = f"'1212555' || lpad(CAST(i // {STEPS} AS VARCHAR), 8, '0')"


def _select(columns: Mapping[str, str], table: str) -> str:
    return f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in columns.items())} FROM {table}"


def browser(plan: Plan) -> str:
    """SELECT of the browser's flat table, in the order of the log."""
    common = _common(plan)
    changed = {
        "event_id": f"CASE fault WHEN 'browser_id_missing' THEN NULL ELSE {common['event_id']} END",
        "consent": "CASE fault WHEN 'consent_denied' THEN 'denied' ELSE 'granted' END",
        "em": f"sha256({_EM})",
    }
    return _select({"side": "'browser'", "platform": "platform", **common, **changed}, "browser_row")


def _formed(key: str, text: str) -> str:
    """A key of the server's copy in the form drawn for it."""
    sha, form = f"sha256({text})", f"{key}_form"
    ways = {
        "absent": "NULL", "plain": text, "sha256_hex_upper": f"upper({sha})", "sha256_hex_suffixed": f"{sha} || '.AQYBAQAA'",
        "sha256_base64": f"to_base64(unhex({sha}))", "md5": f"md5({text})", "sha1": f"sha1({text})",
        "double": f"CASE WHEN fault IN {_in(PAIRED)} THEN sha256({sha}) ELSE {sha} END",
        "placeholder": "CASE i % 3 WHEN 0 THEN 'undefined' WHEN 1 THEN sha256('undefined') ELSE sha256('') END",
        "truncated": f"left({sha}, 50)", "wrong_length": f"'a' || {sha}",
    }  # fmt: skip
    cases = " ".join(f"WHEN '{name}' THEN {sql}" for name, sql in ways.items())
    return f"CASE {form} {cases} ELSE {sha} END"


def _server_columns(plan: Plan) -> dict[str, str]:
    common = _common(plan)
    other = {p: f"'{OTHER[p]}'" for p in plan.platforms}
    id, name, value = common["event_id"], common["event_name"], common["value"]
    changed = {
        "event_id": f"""CASE WHEN fault = 'server_id_missing' THEN NULL WHEN fault = 'id_case' THEN upper({id})
            WHEN fault = 'id_trim' THEN {id} || ' ' WHEN fault = 'id_numeric' THEN CAST(1000000000 + i AS VARCHAR)
            WHEN fault = 'id_url_encoding' THEN replace({id}, '/', '%2F') WHEN fault = 'id_sha256_of_other' THEN sha256({id})
            WHEN fault = 'id_other' THEN 'srv-' || reverse({id}) WHEN fault = 'refire' AND nth = 1 THEN {id} || '-again' ELSE {id} END""",
        "event_name": f"CASE fault WHEN 'event_renamed' THEN event ELSE {name} END",
        "destination_id": f"""CASE fault WHEN 'other_destination' THEN {_by_platform(other)}
            ELSE {common["destination_id"]} END""",
        "value": f"{value} + CASE fault WHEN 'value_differs' THEN 1 ELSE 0 END",
        "currency": f"CASE fault WHEN 'currency_differs' THEN 'USD' ELSE {common['currency']} END",
        "client_user_agent": f"CASE fault WHEN 'bot' THEN '{BOT}' ELSE '{AGENT}' END",
        "action_source": f"CASE fault WHEN 'offline_source' THEN {_by_platform(OFFLINE)} ELSE {_by_platform(WEB)} END",
        "status": "CASE fault WHEN 'server_rejected' THEN '400' ELSE '200' END",
        "test_event_code": "CASE fault WHEN 'test_traffic' THEN 'TEST4711' END",
        "em": _formed("em", _EM),
        "ph": _formed("ph", _PH),
        "client_ip_address": f"'203.0.113.' || (i // {STEPS}) % 254 + 1",
    }  # fmt: skip
    return {"side": "'server'", "platform": "platform", **common, **changed}


def server(plan: Plan) -> str:
    """SELECT of the server's flat table, in the order of the log."""
    return _select(_server_columns(plan), "server_row")


def requests(plan: Plan, platform: str) -> str:
    """SELECT of the requests to one platform as a proxy logs them, one event each."""
    row = f"({_select(_server_columns(plan), 'server_row')} WHERE server_row.platform = '{platform}')"
    at = "strftime(make_timestamp(event_time * 1000), '%Y-%m-%dT%H:%M:%SZ') AS timestamp"
    if platform == "meta":
        return f"""SELECT {at}, 'https://graph.facebook.com/v21.0/' || destination_id || '/events' AS url, 'POST' AS method,
            {{'data': [{{'event_name': event_name, 'event_time': event_time // 1000, 'event_id': event_id, 'action_source': action_source,
                'event_source_url': url, 'user_data': {{'em': em, 'ph': ph, 'external_id': external_id, 'fbp': fbp,
                    'client_ip_address': client_ip_address, 'client_user_agent': client_user_agent}},
                'custom_data': {{'value': value, 'currency': currency, 'order_id': order_id}}}}], 'test_event_code': test_event_code}} AS body,
            CAST(status AS INTEGER) AS status, {{'events_received': CASE status WHEN '200' THEN 1 END}} AS response FROM {row}"""
    return f"""SELECT {at}, 'https://business-api.tiktok.com/open_api/v1.3/event/track/' AS url, 'POST' AS method,
        {{'event_source': action_source, 'event_source_id': destination_id, 'test_event_code': test_event_code, 'data': [{{
            'event': event_name, 'event_time': event_time // 1000, 'event_id': event_id, 'page': {{'url': url}},
            'user': {{'email': em, 'phone': ph, 'external_id': external_id, 'ip': client_ip_address, 'user_agent': client_user_agent}},
            'properties': {{'value': value, 'currency': currency, 'order_id': order_id}}}}]}} AS body,
        200 AS status, {{'code': CASE status WHEN '200' THEN 0 ELSE 40002 END, 'message': 'm'}} AS response FROM {row}"""


def orders(plan: Plan) -> str:
    """SELECT of the shop's ledger: every purchase somebody made, and the one in the log that was a test is none."""
    common = _common(plan)
    columns = {"order_id": common["order_id"], "time": "strftime(make_timestamp(t_ms * 1000), '%Y-%m-%dT%H:%M:%SZ')",
               "value": common["value"], "currency": common["currency"]}  # fmt: skip
    made = f"fault NOT IN {_in(('test_traffic', 'bot'))}"
    rows = f"""(SELECT * FROM browser_row WHERE event = 'purchase' AND nth = 0
        UNION ALL SELECT * FROM server_row WHERE event = 'purchase' AND fault IN {_in(SERVER_ONLY)} AND {made})"""
    return _select(columns, rows)


# Places count from 1: `line` in browser.parquet or server.parquet, `log_line` in the platform's log of requests.
TRUTH = " UNION ALL ".join(
    f"SELECT '{side}' AS side, line, log_line, i AS action, platform, event, fault, cause FROM {side}_row"
    for side in ("browser", "server")
)


def counted(con: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The truth in numbers: rows by side, causes, forms of the server's accepted copies, alterations of ids, and pairs
    that are late or disagree."""

    def rows(query: str) -> list[dict[str, Any]]:
        found = con.execute(query)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    form = f"CASE WHEN em_form = 'double' AND fault NOT IN {_in(PAIRED)} THEN 'sha256_hex' ELSE em_form END"
    ph = form.replace("em_form", "ph_form")
    by = "platform, event"
    kept = "fault <> 'server_rejected'"
    return {
        "rows": {side: (con.execute(f"SELECT count(*) FROM {side}_row").fetchone() or (0,))[0] for side in ("browser", "server")},
        "causes": rows(f"SELECT side, {by}, cause, count(*) AS n FROM ({TRUTH}) WHERE cause <> '' GROUP BY ALL ORDER BY ALL"),
        "forms": rows(f"""SELECT {by}, key, form, count(*) AS n FROM (SELECT {by}, 'em' AS key, {form} AS form FROM server_row WHERE {kept}
            UNION ALL SELECT {by}, 'ph', {ph} FROM server_row WHERE {kept}) GROUP BY ALL ORDER BY ALL"""),
        "alterations": rows(f"SELECT {by}, fault[4:] AS variant, count(*) AS n FROM browser_row WHERE fault LIKE 'id\\_%' ESCAPE '\\' GROUP BY ALL ORDER BY ALL"),
        "pairs": rows(f"""SELECT {by}, count(*) AS n, count(*) FILTER (WHERE fault = 'value_differs') AS value_differs,
            count(*) FILTER (WHERE fault = 'currency_differs') AS currency_differs,
            count(*) FILTER (WHERE fault IN ('late', 'outside_window')) AS late
            FROM browser_row WHERE nth = 0 AND fault IN {_in(PAIRED)} GROUP BY ALL ORDER BY ALL"""),
    }  # fmt: skip
