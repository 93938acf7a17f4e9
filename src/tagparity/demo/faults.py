"""What can go wrong with an action of a generated log, how often, and the cause an audit must name for it.

One knob per cause of docs/metrics.md. An action meets one fault at most, so that the truth is exact: rates are shares
of all actions and add up to 1 at most. Forms of identifiers are drawn apart, of keys no pair is found by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# fault: (cause of the browser's copy, cause of the server's); None where the side has no copy, "" where it is matched
PAIRED: dict[str, tuple[str, str]] = {
    "": ("", ""),
    "late": ("", ""),
    "value_differs": ("", ""),
    "currency_differs": ("", ""),
    "duplicate": ("", ""),
    "retry": ("", ""),
    "refire": ("", ""),
    "browser_id_missing": ("browser_id_missing", "browser_id_missing"),
    "server_id_missing": ("server_id_missing", "server_id_missing"),
    "id_case": ("id_altered", "id_altered"),
    "id_trim": ("id_altered", "id_altered"),
    "id_numeric": ("id_altered", "id_altered"),
    "id_url_encoding": ("id_altered", "id_altered"),
    "id_sha256_of_other": ("id_altered", "id_altered"),
    "id_other": ("id_altered", "id_altered"),
    "event_renamed": ("event_renamed", "event_renamed"),
    "other_destination": ("other_destination", "other_destination"),
    "outside_window": ("outside_window", "outside_window"),
}
BROWSER_ONLY = {
    "consent_denied": "consent_denied",
    "server_rejected": "server_rejected",
    "server_outage": "server_outage",
    "unexplained": "unexplained",
}
SERVER_ONLY = {
    "test_traffic": "test_traffic",
    "bot": "bot",
    "offline_source": "offline_source",
    "browser_blocked": "browser_blocked",
}
FURTHER = {"duplicate": "browser", "retry": "server", "refire": "server"}  # faults that are a further copy of that side
RATES: Mapping[str, float] = {
    "late": 0.01, "value_differs": 0.01, "currency_differs": 0.003, "duplicate": 0.01, "retry": 0.008, "refire": 0.05,
    "browser_id_missing": 0.01, "server_id_missing": 0.01, "id_case": 0.004, "id_trim": 0.003, "id_numeric": 0.003,
    "id_url_encoding": 0.003, "id_sha256_of_other": 0.003, "id_other": 0.004, "event_renamed": 0.006,
    "other_destination": 0.006, "outside_window": 0.006, "consent_denied": 0.03, "server_rejected": 0.01,
    "unexplained": 0.06, "test_traffic": 0.004, "bot": 0.004, "offline_source": 0.004, "browser_blocked": 0.03,
}  # fmt: skip
FORMS: Mapping[str, Mapping[str, float]] = {
    "em": {"absent": 0.2, "plain": 0.02, "sha256_hex_upper": 0.03, "sha256_hex_suffixed": 0.02, "sha256_base64": 0.01,
           "md5": 0.01, "sha1": 0.005, "double": 0.02, "placeholder": 0.02, "truncated": 0.01, "wrong_length": 0.005},
    "ph": {"absent": 0.5, "plain": 0.02, "sha256_hex_upper": 0.01, "md5": 0.005, "placeholder": 0.03},
}  # fmt: skip
KNOWN_FORMS = tuple(FORMS["em"])


@dataclass(frozen=True, slots=True)
class Faults:
    """Knobs. `rates`: fault -> share of the actions (`refire` needs an order: share of the purchases); `forms`: key ->
    form -> share of the server's copies, the rest is `sha256_hex`; `outage`: hours since the start in which the server
    sends nothing, whatever else was drawn; `anonymous`: share of the visitors without browser id or user id, whose
    copies only their event id and order join: of them the evidence may not show which fault it was; `skew_s`: seconds
    the server's clock is ahead, beyond 30 the same holds of pairs only a person joins."""

    rates: Mapping[str, float] = field(default_factory=lambda: RATES)
    forms: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: FORMS)
    outage: tuple[int, ...] = ()
    anonymous: float = 0.0
    skew_s: int = 0

    def __post_init__(self) -> None:
        unknown = (set(self.rates) - set(RATES)) | (set(self.forms) - set(FORMS))
        unknown |= {form for shares in self.forms.values() for form in shares} - set(KNOWN_FORMS)
        if unknown:
            raise ValueError(f"no such fault, key or form: {', '.join(sorted(unknown))}")
        for shares in (self.rates, *self.forms.values()):
            if min(shares.values(), default=0) < 0 or sum(shares.values()) > 1:
                raise ValueError("rates are shares: none under 0, all together 1 at most")


def pick(shares: Mapping[str, float], draw: str, rest: str) -> str:
    """SQL: the name whose stretch of 0..1 the number `draw` lies in; `rest` beyond the last."""
    upto, cases = 0.0, []
    for name, share in shares.items():
        if share:
            upto += share
            cases.append(f"WHEN {draw} < {upto:.9f} THEN '{name}'")
    return f"CASE {' '.join(cases)} ELSE '{rest}' END" if cases else f"'{rest}'"
