"""What an audit named as causes, held against the truth of a generated log, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from ..tables.engine import literal


@dataclass(frozen=True, slots=True)
class Recall:
    """One cause on one side: copies that have it, copies an audit gave it, and those it gave it rightly. `""` as cause
    is a copy that is matched."""

    side: str
    cause: str
    planted: int
    named: int
    right: int

    @property
    def precision(self) -> float:
        """Right among the named; 1 where nothing was named and nothing was to be."""
        return self.right / self.named if self.named else float(not self.planted)

    @property
    def recall(self) -> float:
        """Right among the planted; 1 where there was nothing to find."""
        return self.right / self.planted if self.planted else 1.0


def compare(truth: Path, unmatched: Path, logs: bool = False) -> list[Recall]:
    """Every cause and side of `truth.parquet` or of an audit's `unmatched.parquet`. `logs`: the audit read `OUT/logs`,
    where a CSV has a header and each platform its own log."""
    place = "CASE side WHEN 'browser' THEN line + 1 ELSE log_line END" if logs else "line"
    with duckdb.connect() as con:
        rows = con.execute(f"""WITH
            t AS (SELECT side, platform, {place} AS line, cause FROM {literal(str(truth))} WHERE fault <> 'server_rejected' OR side = 'browser'),
            u AS (SELECT side, platform, line, cause FROM {literal(str(unmatched))}),
            pair AS (SELECT coalesce(t.side, u.side) AS side, coalesce(t.cause, '?') AS planted, coalesce(u.cause, '') AS named, count(*) AS n
                FROM t FULL JOIN u ON u.side = t.side AND u.platform = t.platform AND u.line = t.line GROUP BY ALL),
            cause AS (SELECT side, planted AS cause FROM pair UNION SELECT side, named FROM pair)
            SELECT c.side, c.cause, sum(n) FILTER (WHERE planted = c.cause), sum(n) FILTER (WHERE named = c.cause),
                sum(n) FILTER (WHERE planted = c.cause AND named = c.cause)
            FROM cause c JOIN pair p ON p.side = c.side GROUP BY ALL ORDER BY ALL""").fetchall()  # noqa: E501
    return [Recall(side, cause, *(int(n or 0) for n in counts)) for side, cause, *counts in rows]
