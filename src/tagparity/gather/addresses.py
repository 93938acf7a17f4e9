"""Which addresses may be asked: public ones only, in every spelling that leads to one."""

from __future__ import annotations

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_NEVER = tuple(
    ipaddress.ip_network(n)
    for n in (
        "100.64.0.0/10",  # shared by carriers (RFC 6598)
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",  # benchmarks
        "fec0::/10",  # site-local, still routed by some
        "2001::/23",  # protocol assignments, Teredo among them
        "2002::/16",  # 6to4: holds an IPv4 address of anybody's choice
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
    )
)
# A number, or parts that are numbers: what systems read as an IPv4 address although it is not written as one.
_NUMERIC = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]*|[0-9]+)){0,3}\.?")
_USUAL = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")


def embedded(address: Address) -> Address | None:
    """The IPv4 address inside an IPv6 one (mapped, compatible, NAT64, 6to4, Teredo), if there is one."""
    if not isinstance(address, ipaddress.IPv6Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if int(address) >> 32 == 0 or any(address in net for net in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def public(address: Address) -> bool:
    """Whether an address is one of the public internet, and nothing is hidden in it."""
    if embedded(address) is not None or getattr(address, "scope_id", None):
        return False
    if address.is_multicast or address.is_reserved or address.is_unspecified or not address.is_global:
        return False
    return not any(address in net for net in _NEVER if net.version == address.version)


def literal(host: str) -> Address | None:
    """The address a host name is, written in the one usual way. Raises ValueError for every other way to write one."""
    if ":" in host:
        if "%" in host:
            raise ValueError("an address with a zone")
        return ipaddress.IPv6Address(host)
    if _USUAL.fullmatch(host):
        return ipaddress.IPv4Address(host)
    if _NUMERIC.fullmatch(host):
        raise ValueError("an unusual way to write an address")
    return None
