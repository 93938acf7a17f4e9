"""What known customers prove about the digests of a platform, side and key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...core.measure import Metric, Metrics, rate
from ...core.outcome import Evidence, Reason, State
from ...hashing import PROFILES, for_platform

NO_PROOF = "no digest can be proven: needs known customers (a CRM export as CSV: email, phone, names ...)"
_WAYS = {
    "raw": "of the text as it was entered",
    "trimmed": "of the text as it was entered, trimmed",
    "double": "hashed twice",
    "md5": "MD5",
    "sha1": "SHA-1",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """The hashed values of one platform, side and key, by (profile, variant)."""

    dims: dict[str, str]
    ways: dict[tuple[str, str], int]

    @property
    def explained(self) -> int:
        return sum(n for (_, variant), n in self.ways.items() if variant != "none")

    def rate(self, count: int, of: int) -> Metric:
        return rate("known_share", self.dims, count, of)

    def evidence(self, ways: list[tuple[str, str]]) -> tuple[Evidence, ...]:
        """One place per way, with its count."""
        total = sum(self.ways.values())
        return tuple(
            Evidence(self.rate(0, 0).place + f" profile={p or '-'} variant={v}", f"{self.ways[p, v]} of {total}")
            for p, v in ways
        )


def proofs(metrics: Metrics) -> list[Proof]:
    """Every cell of `known_share`, put together."""
    cells: dict[tuple[str, ...], Proof] = {}
    for m in metrics.rows:
        if m.id == "known_share":
            dims = {k: m.dims[k] for k in ("platform", "side", "key")}
            cell = cells.setdefault(tuple(dims.values()), Proof(dims, {}))
            cell.ways[m.dims.get("profile", ""), m.dims["variant"]] = int(m.numerator or 0)
    return list(cells.values())


def enough(cells: list[Proof], minimum: int) -> Iterator[Reason]:
    """The reason why nothing can be judged, if there is one."""
    if not cells:
        yield Reason(State.NOT_RUN, NO_PROOF)
    elif not any(c.explained >= minimum for c in cells):
        most = max(c.explained for c in cells)
        yield Reason(State.NOT_RUN, f"not enough data: {most} digests of known customers, a verdict needs {minimum}")


def wanted(platform: str, key: str) -> frozenset[str]:
    """Profiles whose digest the platform can match: its documentation's, and for email addresses, whose variants differ
    in dots and suffixes alone, those of its own libraries. Empty where the platform wants the key plain."""
    try:
        own = for_platform(platform)
    except ValueError:
        return frozenset()
    if not own[0].hashed(key):
        return frozenset()
    libraries = {p.id for p in own if key == "em" and p.level == "official code"}
    return frozenset({own[0].id, *libraries})


def way(profile: str, variant: str) -> str:
    """`as meta/pixel writes it (pixel fbevents.js 2.9.138)`, `hashed twice`."""
    if variant == "exact" and profile in PROFILES:
        library = f"{PROFILES[profile].library} {PROFILES[profile].version}".strip()
        return f"as {profile} writes it ({library})"
    return f"the digest of {profile}" if variant == "wrong_field" else _WAYS.get(variant, variant)
