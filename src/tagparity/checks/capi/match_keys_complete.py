"""Server copies of conversions carry six or more usable match keys.

## When it fails
The median number of match keys that are present and in a form the platform can use is under 4 per server copy of a
conversion event. It warns at 4 and 5. Counted are email, phone, names, address, birth date, gender, external id, the
visitor's address and user agent, and the platform's own click and browser ids. Platforms that know visitors by a client
id of their own are left out.
## Why it matters
Each usable key is one more chance to find the person behind the conversion. A hashed value in the wrong form counts as
nothing here, as it does at the platform.
## How to fix
Fill the user data of the server event from the order and the request: `em`, `ph`, `fn`, `ln`, `ct`, `zp`, `country`,
`external_id`, `client_ip_address`, `client_user_agent`, `fbc` and `fbp` or the platform's own counterparts.
## Sources
- official, 2026-02-01: developers.facebook.com Conversions API, customer-information-parameters
"""

from __future__ import annotations

from ...core.check import Example, measured
from ...core.limits import Limits
from ...core.measure import Metric
from ...core.outcome import Severity
from ...platforms import PLATFORMS
from .._rows import both, table


def _by_person(cell: Metric) -> bool:
    known = PLATFORMS.get(cell.dims["platform"])
    return known is not None and bool(known.keys) and not known.keyless


@measured(
    row="C5",
    severity=Severity.HIGH,
    needs=("server_events",),
    metric="match_keys_median",
    limits=Limits.at_least(6, 4),
    noun="usable match keys in the median server copy",
    where=_by_person,
)
def match_keys_complete(cell: Metric) -> str:
    return (
        f"Add match keys to the server copy of {cell.dims['event']}: email, phone, name and address from the order, "
        "external id, and the browser's own address, user agent and id cookies."
    )


_FEW = {"em": None, "ph": None, "external_id": None, "fn": None}
EXAMPLES = (
    Example("seven keys", table(both()), "pass"),
    Example("five keys", table(both(api={"ph": None, "fn": None})), "warn"),
    Example("three keys", table(both(api=_FEW)), "fail"),
    Example("keys nobody can use", table(both(api=_FEW | {"em": "jane@x.example", "ph": "0"})), "fail"),
    Example("too few copies", table(both(20)), "not_run"),
)
