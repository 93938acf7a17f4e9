"""Visitors who denied consent are not reported with identifiers.

## When it fails
Over 1 % of the actions whose visitor denied consent are proven to be reported by the server with an identifier, hashed
or not. It warns when any is. Proven means: more server copies carry the key than there are copies of other visitors.
Where that cannot be told apart the check is not run and says so.
## Why it matters
A hash of an email is personal data. Sending it after a refusal breaks the law in most of Europe and the platforms' own
consent rules, whatever the browser's banner says.
## How to fix
Pass the consent state to the server with each event and let server tags read it before they send; where it is denied,
send nothing, or only what the platform takes without identifiers.
## Sources
- community, 2026-11-23: Facebook-Pixel-for-Wordpress#50, facebook-for-woocommerce#2748: consent ignored
- official code, 2026-11-23: stape-io/facebook-tag template.tpl: adStorageConsent and x-ga-gcs are read
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.check import Example, check
from ...core.limits import Limits
from ...core.measure import Metric, Metrics, rate
from ...core.outcome import Finding, Reason, Severity, State
from ...core.rows import MATCH_KEYS
from .._rows import both, browser, every, table
from ..capi._common import finding, keyed_cell, share, subject

IDENTIFIERS = frozenset(MATCH_KEYS) - {"client_ip_address", "client_user_agent"}
Cells = dict[tuple[str, str], Metric]


@check(row="X7", severity=Severity.HIGH, needs=("server_events",), limits=Limits.at_most(0.0, 0.01))
def denied_consent_sends_no_identifiers(metrics: Metrics, limits: Limits) -> Iterator[Finding | Reason]:
    denied = [_denied(metrics, key, cell) for key, cell in _cells(metrics, "events", "server").items()]
    cells, minimum = [c for c in denied if c.denominator], metrics.minimum_count
    judged = [c for c in cells if (c.denominator or 0) >= minimum]
    if not judged:
        most = max((c.denominator or 0 for c in cells), default=0)
        text = f"{most:g} actions with denied consent on an event the server sends, a verdict needs {minimum}"
        yield Reason(State.NOT_RUN, text + "; add the consent column to the event tables")
        return
    unclear = []
    for cell in judged:
        proven, key = _proven(metrics, cell)
        if proven and limits.judge(proven / (cell.denominator or 1)) is not State.PASS:
            yield _finding(cell, proven, key, limits)
        elif limits.judge(cell.value or 0.0) is not State.PASS:
            unclear.append(f"{subject(cell)}: {share(cell)}")
    yield _reason(judged, unclear)


def _cells(metrics: Metrics, id: str, side: str) -> Cells:
    return {(c.dims["platform"], c.dims["event"]): c for c in metrics.of(id, side=side) if keyed_cell(c)}


def _denied(metrics: Metrics, key: tuple[str, str], server: Metric) -> Metric:
    """Actions with denied consent that the server reports, of all actions with denied consent.

    In the browser: denied copies less those without a twin, which carry the cause `consent_denied`.
    """
    web, own = (_cells(metrics, "denied_consent", s).get(key) for s in ("browser", "server"))
    kept = [c for c in metrics.of("cause_share", side="browser", cause="consent_denied") if _key(c) == key]
    refused = int(web.numerator or 0) if web else 0
    reported = max(0, refused - int(sum(c.numerator or 0 for c in kept)))
    marked = int(own.numerator or 0) if own else 0
    return rate("denied_consent", server.dims, max(reported, marked), max(refused, marked))


def _key(cell: Metric) -> tuple[str, str]:
    return cell.dims["platform"], cell.dims["event"]


def _proven(metrics: Metrics, cell: Metric) -> tuple[int, str]:
    """(copies that must carry an identifier although consent was denied, the key that proves it)."""
    reported = int(cell.numerator or 0)
    counts = [(0, "")]
    for m in metrics.rows:
        if m.id == "key_presence" and m.dims.get("key") in IDENTIFIERS and cell.dims.items() <= m.dims.items():
            others = int(m.denominator or 0) - reported
            counts.append((int(m.numerator or 0) - others, m.dims["key"]))
    most = max(counts)
    return min(most[0], reported), most[1]


def _finding(cell: Metric, proven: int, key: str, limits: Limits) -> Finding:
    part = rate(cell.id, cell.dims, proven, int(cell.denominator or 0))
    state = limits.judge(part.value or 0.0)
    text = f"{subject(part)}: {share(part)} of the actions with denied consent are reported with {key} or the like"
    fix = (
        f"Let the server read the consent state before it sends {cell.dims['event']}, and drop identifiers when denied."
    )
    return finding(state, part, text, fix)


def _reason(judged: list[Metric], unclear: list[str]) -> Reason:
    if unclear:
        text = "; ".join(unclear) + " of the actions with denied consent are reported by the server"
        return Reason(State.NOT_RUN, text + "; the evidence does not tell which of those copies carry identifiers")
    worst = max(judged, key=lambda c: c.value or 0.0)
    if worst.numerator:
        text = f"{subject(worst)}: {share(worst)} of the actions with denied consent are reported by the server"
        return Reason(State.PASS, text)
    most = max(c.denominator or 0 for c in judged)
    return Reason(State.PASS, f"none of {most:g} actions with denied consent is reported by the server")


_NO = {"em": None, "ph": None, "fn": None, "external_id": None, "fbp": None}
_KEPT = [browser(i, consent="denied") for i in range(100, 140)]
_DENIED = {"consent": "denied"}
_ASKED = both(web={"consent": "granted"})
EXAMPLES = (
    Example("denied visitors stay in the browser", table([*_ASKED[:9], *_KEPT, *_ASKED[9:]]), "pass"),
    Example("the server reports them all the same", table([*_ASKED, *both(web=_DENIED, first=100)]), "fail"),
    Example("reported, but perhaps bare", table([*_ASKED, *both(web=_DENIED, api=_NO, first=100)]), "not_run"),
    Example("consent is not recorded", table(both()), "not_run"),
    Example("one in a hundred slips through", table([*both(110, web={"consent": every(110, "denied", "granted")}),
            *[browser(i, consent="denied") for i in range(200, 320)]]), "warn"),
)  # fmt: skip
