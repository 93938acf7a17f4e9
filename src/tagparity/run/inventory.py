"""What the stack consists of, as far as the evidence shows. Reported, never scored."""

from __future__ import annotations

from collections import Counter

from ..core.audit import InventoryItem
from ..core.text import outside
from ..tables.engine import Engine
from .judge import Facts

TOP = 50


def inventory(con: Engine, facts: Facts) -> tuple[InventoryItem, ...]:
    """Containers, templates, platforms with their destinations, tagging hosts, senders, orders."""
    return (*_containers(facts), *_platforms(con), *_hosts(facts), *_senders(con), *_orders(con))


def _containers(facts: Facts) -> list[InventoryItem]:
    items = []
    for c in facts.containers:
        version = "workspace" if c.version in ("", "0") else f"version {c.version}"
        counted = f"{len(c.tags)} tags, {len(c.triggers)} triggers, {len(c.variables)} variables"
        detail = f"{version}, exported {c.exported or 'at an unknown time'}; {counted}"
        if c.clients:
            detail += f", {len(c.clients)} clients"
        items.append(InventoryItem(f"{c.side} container", c.public_id or c.name or "unnamed", detail, c.path))
        counts = Counter(t.template for t in c.tags if t.template)
        items += [InventoryItem("template", outside(name), f"{n} tags", c.path) for name, n in counts.most_common(TOP)]
        items += [
            InventoryItem("tagging server", outside(url), "named in the container", c.path) for url in c.server_urls
        ]
    return items


def _platforms(con: Engine) -> list[InventoryItem]:
    rows = con.execute(f"""SELECT platform, destination,
        count(*) FILTER (WHERE side = 'browser'), count(*) FILTER (WHERE side = 'server')
        FROM events GROUP BY platform, destination ORDER BY platform, count(*) DESC LIMIT {TOP * 4}""").fetchall()
    return [
        InventoryItem("destination", outside(f"{p} {d}".strip()), f"{b} browser events, {s} server events")
        for p, d, b, s in rows
    ]


def _hosts(facts: Facts) -> list[InventoryItem]:
    counts = Counter((r.host, r.route, r.party) for r in facts.traffic.requests if r.kind == "hit" and r.route)
    return [
        InventoryItem("collection host", outside(host), f"{n} GA4 hits, route {route}, {party or 'unknown party'}")
        for (host, route, party), n in counts.most_common(TOP)
    ]


def _senders(con: Engine) -> list[InventoryItem]:
    rows = con.execute(f"""SELECT side, sender, count(*) FROM events WHERE sender IS NOT NULL AND sender <> ''
        GROUP BY side, sender ORDER BY 3 DESC LIMIT {TOP}""").fetchall()
    return [InventoryItem(f"{side} sender", outside(sender, 60), f"{n} events") for side, sender, n in rows]


def _orders(con: Engine) -> list[InventoryItem]:
    rows = con.execute(
        "SELECT currency, count(*), count(DISTINCT order_h) FROM orders GROUP BY currency ORDER BY 2 DESC"
    ).fetchall()
    return [
        InventoryItem("order ledger", outside(c or "no currency", 12), f"{n} rows, {d} orders")
        for c, n, d in rows[:TOP]
    ]
