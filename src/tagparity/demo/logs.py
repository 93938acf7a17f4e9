"""Seeded event logs with every fault as a knob, and the true value of every metric from their own bookkeeping.

`Plan` says how many actions meet which fate; `generate` gives rows in neutral form (the columns of a flat event table,
times in epoch seconds) and the truths (see `_truth`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ._truth import DAY, Copy, Deed, Ledger, Truths
from ._values import in_form, person, sha

Row = dict[str, Any]
START = 1_772_323_200  # 2026-03-01 00:00 UTC
HOUR = 3600

# fate: (both copies found, platform merges them, cause of the browser copy, cause of the server copy)
FATES: dict[str, tuple[bool, bool, str, str]] = {
    "clean": (True, True, "", ""),
    "edge": (True, True, "", ""),
    "late": (True, True, "", ""),
    "early": (True, True, "", ""),
    "alias": (True, True, "", ""),
    "refused_taken": (True, True, "", ""),
    "received_near": (True, True, "", ""),
    "browser_dup": (True, True, "", ""),
    "browser_refire": (True, True, "", ""),
    "server_retry": (True, True, "", ""),
    "server_refire": (True, True, "", ""),
    "outside": (True, False, "outside_window", "outside_window"),
    "received_far": (True, False, "outside_window", "outside_window"),
    "altered_case": (True, False, "id_altered", "id_altered"),
    "altered_new": (True, False, "id_altered", "id_altered"),
    "lone_case": (False, False, "id_altered", "id_altered"),
    "browser_no_id": (True, False, "browser_id_missing", "browser_id_missing"),
    "server_no_id": (True, False, "server_id_missing", "server_id_missing"),
    "renamed_case": (True, False, "event_renamed", "event_renamed"),
    "renamed_other": (True, False, "event_renamed", "event_renamed"),
    "other_destination": (True, False, "other_destination", "other_destination"),
    "browser_only": (False, False, "unexplained", ""),
    "refused": (False, False, "server_rejected", ""),
    "denied": (False, False, "consent_denied", ""),
    "server_only": (False, False, "", "browser_blocked"),
    "server_no_keys": (False, False, "", "server_id_missing"),
    "offline": (False, False, "", "offline_source"),
    "test": (False, False, "", "test_traffic"),
    "bot": (False, False, "", "bot"),
}
SURPLUS = {
    "browser_dup": "duplicate",
    "browser_refire": "duplicate",
    "server_retry": "retry",
    "server_refire": "refire",
}
ONE_SIDED = {"refused": "browser"} | dict.fromkeys(("browser_only", "denied"), "browser")
ONE_SIDED |= dict.fromkeys(("server_only", "server_no_keys", "offline", "test", "bot"), "server")
LAGS = {"edge": 300, "late": 301, "early": -290, "outside": 49 * HOUR, "received_near": 50 * HOUR}
BOT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"


@dataclass(frozen=True)
class Wire:
    """Names and habits of one platform. `same` is a second name its deduplication treats as equal to `name`."""

    platform: str
    name: str
    event: str
    destination: str
    same: str = ""
    odd: str = ""
    offline: str = "physical_store"
    web: str = "website"
    person: str = "fbp"
    usable: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Knobs: actions per fate, weights of forms per key and side, days, share of server times in milliseconds.

    `orders`: actions carry an order id, else they are found again by person, value and time. `typed`: rows may hold
    lists and numbers as identifiers.
    """

    wire: Wire
    fates: Mapping[str, int]
    forms: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    days: int = 4
    seed: int = 1
    orders: bool = True
    millis_every: int = 7
    received: bool = False


@dataclass
class Log:
    """Rows in order of time, and the truths about them."""

    rows: list[Row]
    truths: Truths


def day_of(second: int) -> str:
    """YYYY-MM-DD in UTC."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d")


def generate(plan: Plan) -> Log:
    """Rows and truths of a plan. Same plan, same log."""
    rng = random.Random(plan.seed)
    fates = [fate for fate, count in plan.fates.items() for _ in range(count)]
    rng.shuffle(fates)
    made = [_Action(plan, fate, n, len(fates)).make() for n, fate in enumerate(fates)]
    rows = sorted((row for _, rows in made for row in rows), key=lambda r: (r["_at"], r["_n"], r["side"]))
    for row in rows:
        del row["_at"], row["_n"]
    return Log(rows, Ledger(plan.wire.platform, [deed for deed, _ in made]).truths())


class _Action:
    """Makes the copies of one action, and writes down what was done to it."""

    def __init__(self, plan: Plan, fate: str, number: int, of: int) -> None:
        self.plan, self.fate, self.number = plan, fate, number
        self.who = person(number)
        span = DAY if abs(LAGS.get(fate, 0)) > DAY else plan.days * DAY
        self.at = START + 400 + (span - 2 * HOUR) * number // max(1, of)
        self.id = f"{plan.wire.event[:2]}.{number:06d}.{sha(str(number))[:12]}"
        pair, merged, self.cause_b, self.cause_s = FATES[fate]
        lag = LAGS.get(fate, 5)
        self.deed = Deed(plan.wire.event, [], pair, merged, fate.startswith("renamed"), pair and abs(lag) <= 300)
        self.rows: list[Row] = []

    def make(self) -> tuple[Deed, list[Row]]:
        side = ONE_SIDED.get(self.fate)
        if side != "server":
            self._browser()
        if side != "browser":
            self._server()
        if self.fate in ("refused", "refused_taken"):
            self._add("server", self.at + 2, {"status": "400"}, accepted=False)
        if self.fate in SURPLUS:
            self._surplus()
        return self.deed, self.rows

    def _browser(self) -> None:
        changed: Row = {}
        if self.fate == "browser_no_id":
            changed["event_id"] = None
        if self.fate == "denied":
            changed["consent"] = "denied"
        if self.fate == "lone_case":
            changed["order_id"] = changed[self.plan.wire.person] = None
        self._add("browser", self.at, changed, cause=self.cause_b)

    def _server(self) -> None:
        late = self.at + LAGS.get(self.fate, 5)
        changed, event = self._changes()
        automated = self.fate in ("offline", "test", "bot")
        self._add("server", late, changed, cause=self.cause_s, event=event, automated=automated)

    def _changes(self) -> tuple[Row, str]:
        """What the fate does to the server copy, and the event it then counts as."""
        wire = self.plan.wire
        nobody = {"event_id": None, "order_id": None, wire.person: None}
        changes: dict[str, Row] = {
            "altered_case": {"event_id": self.id.upper()},
            "altered_new": {"event_id": "srv-" + self.id[::-1]},
            "lone_case": {"event_id": self.id.upper()},
            "server_no_id": {"event_id": None},
            "server_no_keys": nobody,
            "renamed_case": {"event_name": wire.odd},
            "renamed_other": {"event_name": "order_completed"},
            "alias": {"event_name": wire.same or wire.name},
            "other_destination": {"destination_id": wire.destination[:-3] + "999"},
            "offline": {"action_source": wire.offline},
            "test": {"test_event_code": "TEST4711"},
            "bot": {"client_user_agent": BOT},
        }
        event = "order_completed" if self.fate == "renamed_other" else wire.event
        return changes.get(self.fate, {}), event

    def _surplus(self) -> None:
        side = self.fate.split("_")[0]
        again: Row = {"event_id": self.id + "-again"} if self.fate.endswith("refire") else {}
        self._add(side, self.at + 90, again, cause=SURPLUS[self.fate])

    def _add(
        self,
        side: str,
        at: int,
        changed: Row,
        cause: str = "",
        event: str = "",
        accepted: bool = True,
        automated: bool = False,
    ) -> None:
        """One copy: its row, and its entry in the books."""
        row = self._row(side, at) | changed
        forms = {key: self._form(key, side) for key in self.plan.forms}
        if self.plan.wire.person not in forms:
            row[self.plan.wire.person] = changed.get(self.plan.wire.person, self.who[self.plan.wire.person])
        elif changed.get(self.plan.wire.person, "") is None:
            forms[self.plan.wire.person] = "absent"
        row |= {key: in_form(form, self.who[key]) for key, form in forms.items() if key not in changed}
        booked = {key: ["sha256_hex", "sha256_hex"] if form == "pair" else [form] for key, form in forms.items()}
        usable = sum(any(f in self.plan.wire.usable.get(k, frozenset()) for f in fs) for k, fs in booked.items())
        self.deed.copies.append(
            Copy(side, event or self.plan.wire.event, day_of(at), row["event_id"] or "", booked, usable,
                 cause, accepted, automated)
        )  # fmt: skip
        self.rows.append(row)

    def _form(self, key: str, side: str) -> str:
        """The form of a key's value: always a proper one in the browser; `double` only where a twin proves it."""
        weights = self.plan.forms[key]
        if side == "browser":
            return "sha256_hex" if "sha256_hex" in weights else "plain"
        wheel = [form for form, weight in weights.items() for _ in range(weight)]
        form = wheel[(self.number * 7 + 3) % len(wheel)]
        return "sha256_hex" if form == "double" and not self.deed.pair else form

    def _row(self, side: str, at: int) -> Row:
        wire, number = self.plan.wire, self.number
        late = side == "server"
        time: int = at * 1000 if late and number % self.plan.millis_every == 0 else at
        row: Row = {"side": side, "platform": wire.platform, "destination_id": wire.destination,
                    "event_name": wire.name, "event_id": self.id, "event_time": time,
                    "value": f"{10 + number % 90}.50", "currency": "EUR",
                    "url": "https://www.shop.example/done", "consent": "granted", "_at": at, "_n": number}  # fmt: skip
        if late:
            row |= {"action_source": wire.web, "status": "200"}
        if self.plan.orders:
            row["order_id"] = f"order-{number:06d}"
        if self.plan.received:
            far = late and self.fate in ("received_far", "outside")
            row["received_time"] = self.at + (51 * HOUR if far else 20)
        return row


def split(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Rows by side."""
    for side in ("browser", "server"):
        yield side, [r for r in rows if r["side"] == side]
