"""What Safari does to cookies a server sets, derived from WebKit's source; Safari itself cannot be asked.

Sources: WebKit `NetworkTaskCocoa.mm` (`setCookieTransformForFirstPartyRequest`) and `IPAddress.cpp` (official code,
read 2026-11-23). It applies to cookies of same-site requests that are no top navigation. Where the answer came through
a CNAME, cookies are cut to seven days when the last name belongs to neither the site nor the domain of the site's own
CNAME, and addresses are not looked at. Without one they are cut when the address shares less than the first 16 bits
(IPv4) or 64 bits (IPv6) with the page's; addresses of different families share none.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CAP_S = 7 * 86_400
_BITS = {4: 16, 6: 64}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state`: uncapped, capped, depends (on which of several addresses is reached) or unknown; `why` in a sentence."""

    state: str
    why: str


def shared_bits(one: str, other: str) -> int:
    """Leading bits two addresses have in common; 0 for different families."""
    a, b = ipaddress.ip_address(one), ipaddress.ip_address(other)
    if a.version != b.version:
        return 0
    return a.max_prefixlen - (int(a) ^ int(b)).bit_length()


def close(one: str, other: str) -> bool:
    """Whether WebKit takes two addresses for the same party's."""
    return shared_bits(one, other) >= _BITS[ipaddress.ip_address(one).version]


def judge(
    host: Sequence[str],
    addresses: Sequence[str],
    site_host: Sequence[str],
    site_addresses: Sequence[str],
    site_of: Callable[[str], str],
) -> Verdict:
    """`host` and `site_host`: the name asked and its CNAMEs in order; `site_of` gives the registrable domain."""
    site = site_of(site_host[0])
    if site_of(host[0]) != site:
        return Verdict("capped", "the tagging host is not on the site's own domain: its cookies are a third party's")
    if len(host) > 1:
        return _by_name(host[-1], site, site_of(site_host[-1]) if len(site_host) > 1 else "", site_of)
    if not addresses or not site_addresses:
        return Verdict("unknown", "an address of the site or of the tagging host is missing")
    pairs = [close(a, b) for a in addresses for b in site_addresses]
    if all(pairs):
        return Verdict("uncapped", "no CNAME, and every address is as near to the site's as WebKit asks")
    if not any(pairs):
        return Verdict("capped", "no CNAME, and no address of the tagging host is near one of the site's")
    return Verdict("depends", f"no CNAME; {sum(pairs)} of {len(pairs)} pairs of addresses are near enough")


def _by_name(last: str, site: str, own: str, site_of: Callable[[str], str]) -> Verdict:
    domain = site_of(last)
    if domain == site:
        return Verdict("uncapped", "the CNAME stays on the site's own domain")
    if own and domain == own:
        return Verdict("uncapped", f"the CNAME leads to {domain}, where the site's own CNAME leads too")
    return Verdict("capped", f"the CNAME leads to {domain}, which is not the site's domain")
