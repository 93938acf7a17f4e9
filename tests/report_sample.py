"""A hand-made audit with everything a report must cope with: all states, refused files, hostile names."""

from __future__ import annotations

from tagparity.core.audit import Accepted, Audit, InventoryItem
from tagparity.core.change import Change, Event
from tagparity.core.cluster import Cluster, metrics
from tagparity.core.evidence import EvidenceFile, Period
from tagparity.core.measure import Metric, rate
from tagparity.core.outcome import Evidence, Finding, Grade, Outcome, State
from tagparity.core.score import score

HOSTILE = (
    "x<script>alert(1)</script>|](http://evil.test)![i](//evil.test/i.png)`\x1b[31m\u202e{{7*7}} [red]www.evil.test"
)


def found(state: State, message: str, where: str, note: str, fix: str, grade: Grade = Grade.PROVEN) -> Finding:
    return Finding(state, message, (Evidence(where, note),), fix, grade)


def _outcome(
    check: str,
    row: str,
    category: str,
    severity: str,
    state: State,
    title: str,
    summary: str = "",
    *findings: Finding,
    **more: tuple[str, ...],
) -> Outcome:
    return Outcome(check, row, category, severity, state, title, summary, findings, **more)


BOTH = ("browser_events", "server_events")
OUTCOMES = [
    _outcome(
        "server_container_deployed",
        "G1",
        "sgtm",
        "critical",
        State.PASS,
        "A server container is deployed",
        "GA4 hits went through sst.shop.example and were answered.",
    ),
    _outcome(
        "first_party_tagging_domain",
        "G2",
        "sgtm",
        "high",
        State.WARN,
        "The tagging domain is first party",
        "sst.shop.example is a subdomain by CNAME; Safari caps its cookies at seven days.",
        found(
            State.WARN,
            "sst.shop.example points to a host of another owner.",
            "dns.json",
            "CNAME sst.shop.example to x.hosting.example",
            "Serve the tagging server from a path of the shop's own origin, or an A record in its network.",
            Grade.LIKELY,
        ),
    ),
    _outcome(
        "hygiene",
        "G8",
        "sgtm",
        "medium",
        State.WARN,
        "The containers are tidy",
        "Three tags never fire.",
        *(
            found(
                State.WARN,
                f"Tag {HOSTILE} number {n} has no trigger.",
                f"GTM-ABC.json tag {n}",
                HOSTILE,
                "Give the tag a trigger or delete it.",
            )
            for n in range(14)
        ),
    ),
    _outcome(
        "server_beside_pixel",
        "C1",
        "capi",
        "critical",
        State.PASS,
        "Server events run beside the pixel",
        "meta and tiktok send both copies.",
    ),
    _outcome(
        "emq",
        "C4",
        "capi",
        "high",
        State.NOT_RUN,
        "Event Match Quality of purchase is 8 or more",
        "No saved response of the Dataset Quality API.",
        needs=("diagnostics",),
        missing=("diagnostics",),
    ),
    _outcome(
        "match_keys",
        "C5",
        "capi",
        "high",
        State.WARN,
        "Conversion events carry six match keys",
        "The median is 5 keys on Meta purchases (over 412).",
        found(
            State.WARN,
            "meta purchase carries 5 usable match keys (median over 412 copies).",
            "match_keys_median platform=meta event=purchase",
            "",
            "Add fbc and external_id to the server payload.",
        ),
        needs=("server_events",),
    ),
    _outcome(
        "dedup_rate",
        "D2",
        "dedup",
        "critical",
        State.FAIL,
        "Twins merge by the platform's own key",
        "61.0 % of Meta purchases merge.",
        found(
            State.FAIL,
            "meta purchase: 61.0 % (244 of 400, 95 % interval 56.1 to 65.7) of the twins merge.",
            "dedup_rate platform=meta event=purchase",
            "244 of 400",
            "Pass the browser's event_id to the server tag instead of making a new one.",
        ),
        needs=BOTH,
    ),
    _outcome("id_presence", "D1", "dedup", "high", State.PASS, "Both copies carry an event id", "", needs=BOTH),
    _outcome(
        "hit_ratio",
        "H1",
        "hit_ratio",
        "critical",
        State.PASS,
        "The server sees what the browser sees",
        "All within 80 to 120 %.",
        needs=BOTH,
    ),
    _outcome(
        "against_orders",
        "H3",
        "hit_ratio",
        "high",
        State.NOT_RUN,
        "Events agree with the order ledger",
        "No order ledger was handed in.",
        missing=("an order ledger: a table with side=order",),
    ),
    _outcome(
        "journey",
        "W1",
        "walkthrough",
        "critical",
        State.NOT_RUN,
        "Six journey events pass six checkpoints",
        "No HAR file of the journey.",
        needs=("har",),
        missing=("har",),
    ),
    _outcome(
        "email_hashed",
        "X1",
        "identity",
        "critical",
        State.FAIL,
        "E-mail addresses are normalised, then hashed",
        "8.2 % of TikTok e-mail digests are upper case.",
        found(
            State.FAIL,
            "tiktok: 8.2 % (31 of 378, 95 % interval 5.8 to 11.4) of the e-mail digests are upper-case hex.",
            "form_share platform=tiktok key=em form=sha256_hex_upper",
            "31 of 378",
            "Write the digest in lower-case hex.",
        ),
    ),
    _outcome(
        "consent_first",
        "X7",
        "identity",
        "high",
        State.ERROR,
        "Consent is read before identifiers are sent",
        "The check stopped: KeyError in consent_first.",
    ),
    _outcome(
        "no_plain_pii",
        "X6",
        "identity",
        "critical",
        State.PASS,
        "No plain personal data in URLs",
        "None in 4,210 URLs.",
    ),
    _outcome(
        "event_names",
        "T1",
        "taxonomy",
        "medium",
        State.WARN,
        "Event names are canonical",
        "One name no platform knows.",
        found(
            State.WARN,
            "The event name [Kauf](http://evil.test) is known to no platform.",
            "events.csv line 12",
            "",
            "Map it to purchase.",
            Grade.POSSIBLE,
        ),
    ),
    _outcome("offline", "C9", "capi", "low", State.NOT_APPLICABLE, "Offline events are marked", "No offline events."),
]


def _metrics() -> list[Metric]:
    out: list[Metric] = []
    for platform, event, browser, server, both, merged in (
        ("meta", "purchase", 430, 412, 400, 244),
        ("meta", "page_view", 10210, 9377, 9100, 9013),
        ("meta", "add_to_cart", 1420, 1391, 1300, 1262),
        ("tiktok", "purchase", 402, 378, 360, 341),
        ("ga4", "purchase", 433, 521, 410, 402),
        ("ga4", HOSTILE, 90, 12, 0, 0),
    ):
        dims = {"platform": platform, "event": event}
        out += [rate("hit_ratio", dims, server, browser), rate("hit_ratio", {**dims, "scope": "web"}, server, browser)]
        out += [rate("hit_ratio", {**dims, "day": "2026-11-20"}, server // 2, browser // 2)]
        if both:
            out += [rate("dedup_rate", dims, merged, both), rate("within_5_minutes", dims, both - 9, both)]
        out += [
            rate("id_presence", {**dims, "side": s}, n - 3, n) for s, n in (("browser", browser), ("server", server))
        ]
        if event == "purchase":
            out.append(Metric("match_keys_median", dims, 5.0, 5.0, server))
            for key, gone in (("em", 20), ("ph", 150), ("client_ip_address", 0), ("external_id", 300)):
                grain = {**dims, "side": "server", "key": key}
                form = "plain" if key == "client_ip_address" else "sha256_hex"
                upper = 31 if key == "em" else 0
                out.append(rate("key_presence", grain, server - gone, server))
                out += [
                    rate("form_share", {**grain, "form": f}, n, server)
                    for f, n in ((form, server - gone - upper), ("sha256_hex_upper", upper), ("absent", gone))
                    if n
                ]
            for cause, n in (("browser_id_missing", 12), ("event_renamed", 5), ("unexplained", 2)):
                out.append(rate("cause_share", {**dims, "side": "browser", "cause": cause}, n, 19))
    return out


EVIDENCE = (
    EvidenceFile("gtm/GTM-ABC123.json", "gtm_container", "ab" * 32, 48_213, 1),
    EvidenceFile(
        "logs/meta-capi.jsonl.gz",
        "request_log",
        "cd" * 32,
        8_213_000,
        11_180,
        14,
        Period("2026-11-01T00:03:10Z", "2026-11-30T23:58:41Z"),
        "14 lines are no JSON",
        ("times in milliseconds",),
    ),
    EvidenceFile(
        "browser.har", "har", "ef" * 32, 3_112_456, 402, 0, Period("2026-11-20T08:00:00Z", "2026-11-20T08:09:00Z")
    ),
    EvidenceFile(f"{HOSTILE}.log", "refused", reason="a named pipe is not opened"),
    EvidenceFile("link.csv", "refused", reason="a link that leaves the evidence folder | not followed"),
)


CLUSTERS = (
    Cluster("meta", "browser", "purchase", "server_id_missing", {"page": "/checkout", "browser": "Safari"}, "2026-11-18", "",
            *metrics(118, 130, 120, 900)),
    Cluster("meta", "server", HOSTILE, "id_altered", {"sender": HOSTILE, "page": f"/{HOSTILE}"}, "2026-11-03", "2026-11-09",
            *metrics(95, 130, 100, 900)),
)  # fmt: skip
CHANGES = (
    Change("dedup_rate", {"platform": "meta", "event": "purchase"}, "shift", "2026-11-18", "2026-11-29", rate("dedup_rate", {}, 990, 1000),
           rate("dedup_rate", {}, 700, 1000), (Event("deploy", "2026-11-18", HOSTILE), Event("container", "2026-11-17", "GTM-ABC123 last edited"))),
    Change("key_presence", {"platform": "meta", "event": HOSTILE, "side": "server", "key": "em"}, "trend", "2026-11-02", "2026-11-29",
           rate("key_presence", {}, 400, 1000), rate("key_presence", {}, 800, 1000)),
)  # fmt: skip


def _days() -> list[Metric]:
    """The series behind the first change."""
    dims = {"platform": "meta", "event": "purchase"}
    return [rate("dedup_rate", {**dims, "day": f"2026-11-{n:02d}"}, 99 if n < 18 else 70, 100) for n in range(2, 30)]


def sample(given: list[Outcome] | None = None) -> Audit:
    rows = OUTCOMES if given is None else given
    inventory = (
        InventoryItem("web container", "GTM-ABC123", "version 41, exported 2026-11-18", "gtm/GTM-ABC123.json"),
        InventoryItem("tagging host", "sst.shop.example", "Cloud Run", "browser.har"),
        InventoryItem("platform", "meta", f"pixel 1234567890, {HOSTILE}", "browser.har"),
    )
    accepted = (Accepted("hygiene", "old tags | removed in spring", "2027-03-31", True),)
    return Audit(
        "1.2",
        "0.1.0",
        "a1b2c3d4e5f6",
        "2026-12-01T09:30:00Z",
        EVIDENCE,
        inventory,
        (*_metrics(), *_days()),
        tuple(rows),
        score(rows),
        accepted,
        CLUSTERS,
        CHANGES,
    )
