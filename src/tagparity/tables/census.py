"""All events counted once, by everything the measures of single copies ask. Adding up what it holds replaces scans."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.platform import Platform
from ..core.rows import MATCH_KEYS
from .engine import Engine, literal


def take(con: Engine, platforms: Iterable[Platform]) -> None:
    """Table `census`: one row per combination of its columns, with the number of events `n` and the times of the first and the
    last. `timely` is true, false, or empty where a platform sets no age limit or a time is missing; `sourced` says that the
    row's table, or its payload, has the column `action_source`. Table `key_top`: highest form code of each match key."""
    ages = {p.id: p.server.max_age_s * 1000 for p in platforms if p.server and p.server.max_age_s > 0}
    age = f"CASE platform {' '.join(f'WHEN {literal(p)} THEN {ms}' for p, ms in ages.items())} END" if ages else "NULL"
    con.execute(
        "CREATE TEMP TABLE sourced_file AS SELECT DISTINCT file AS number FROM events WHERE action_source IS NOT NULL"
    )
    keys = {
        "platform": "platform", "event": "event", "side": "side", "accepted": "accepted",
        "day": "CAST(floor(t_ms / 86400000.0) AS INTEGER)", "offline": "offline", "test": "test", "bot": "bot",
        "automatic": "automatic", "has_id": "id_h IS NOT NULL",
        "late": "CASE WHEN time_unit NOT IN ('none', 'invalid') THEN received_ms - t_ms > 3600000 END", "payload": "unit <> ''", "right_unit": "time_unit = unit",
        "timely": f"received_ms - t_ms <= {age} AND t_ms - received_ms <= 300000", "action_source": "action_source",
        "sourced": "unit <> '' OR s.number IS NOT NULL", "has_page": "host IS NOT NULL",
        "url_leak": "url_leak", "has_custom_leak": "custom_leak IS NOT NULL", "consent": "consent", "has_consents": "consents IS NOT NULL",
    }  # fmt: skip
    named = ", ".join(f"{sql} AS {name}" for name, sql in keys.items())
    con.execute(f"""CREATE TEMP TABLE census AS SELECT {", ".join(keys)}, count(*) AS n, min(t_ms) AS first_ms, max(t_ms) AS last_ms
        FROM (SELECT {named}, t_ms FROM events LEFT JOIN sourced_file s ON s.number = events.file) GROUP BY {", ".join(keys)}""")
    tops = ", ".join(f"max({k}) AS {k}" for k in MATCH_KEYS)
    con.execute(f"CREATE TEMP TABLE key_top AS SELECT {tops} FROM events WHERE accepted; DROP TABLE sourced_file")


def keys(con: Engine) -> list[str]:
    """Match keys that stand in any accepted event."""
    row = con.execute(f"SELECT {', '.join(MATCH_KEYS)} FROM key_top").fetchone() or ()
    return [key for key, top in zip(MATCH_KEYS, row, strict=False) if top]
