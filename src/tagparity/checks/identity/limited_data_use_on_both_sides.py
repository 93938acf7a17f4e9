"""A limit on the use of data is stated by both copies.

## When it fails
Under 95 % of the pairs one copy of which limits the use of data (limited data use, opt-out) say so on both sides. It
warns under 100 %.
## Why it matters
The limit is how several US states' opt-outs reach a platform. The copy that forgets it is processed without limits, and
it is the server's, with more identifiers, that usually does.
## How to fix
Read the same opt-out state on both sides: Meta `data_processing_options` (`dpo` in the pixel), TikTok
`limited_data_use`, Snap and Reddit `data_processing_options`, Pinterest `opt_out_type`.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, server-event parameters (data_processing_options)
- observed, 2026-11-24: fbevents.js 2.9.138: `dpo`, `dpoco`, `dpost`; an empty `dpo` is an explicit off
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from .._rows import both, every, table


@measured(
    row="X7",
    severity=Severity.MEDIUM,
    needs=("browser_events", "server_events"),
    metric="limit_kept",
    limits=Limits.at_least(1.0, 0.95),
    noun="of the pairs with limited data use state it on both sides",
)
def limited_data_use_on_both_sides(cell: Metric) -> str:
    return f"Pass the opt-out of the visitor to both copies of {cell.dims['event']}."


_ON, _OFF = '{"ldu":"denied"}', '{"ldu":"granted"}'
EXAMPLES = (
    Example("both say so", table(both(web={"consents": _ON}, api={"consents": _ON})), "pass"),
    Example("the server forgets", table(both(web={"consents": _ON})), "fail"),
    Example("the server says off", table(both(web={"consents": _ON}, api={"consents": _OFF})), "fail"),
    Example("one in forty", table(both(web={"consents": _ON}, api={"consents": every(40, _OFF, _ON)})), "warn"),
    Example("no limits", table(both()), "not_run"),
)  # fmt: skip
