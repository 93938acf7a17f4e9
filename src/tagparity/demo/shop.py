"""The broken shop: three days of a small shop's evidence, written by us, the same at every run.

Fault planted                                                     Check that must find it           State
----------------------------------------------------------------  --------------------------------  -----
GA4 event tag with its own measurement id, not routed             google_tags_routed_to_server      warn
a GA4 purchase straight to Google in the capture                  no_direct_ga4_hits                warn
no conversion linker beside the Google Ads tag                    conversion_linker                 warn
paused tags in both containers                                    paused_tags                       warn
a Meta tag without trigger                                        orphaned_tags                     fail
GA4 view_item tag there twice                                     duplicate_tags                    fail
access token in the server container                              secrets_in_container              warn
server tags that do not wait for consent                          consent_settings_missing          warn
EMQ of purchase 5.8                                               match_quality_of_purchase         fail
few match keys                                                    match_keys_complete               fail
plain e-mails on the server                                       identifiers_hashed_before_sending fail
server times in milliseconds, one in seven                        event_time_unit                   fail
test code left on in the server container                         test_code_off                     fail
Meta tags without event id                                        event_id_on_both_sides            fail
ids altered: purchases merged at about 61 %                       dedup_rate                        fail
thank-you page reloaded: same order under a new id                same_side_duplicates              fail
server copies days late                                           copies_within_five_minutes        warn
leads missing on the server                                       server_to_browser_ratio           fail
three in five server copies of the second day lost                ratio_by_day                      fail
losses without a trace                                            unmatched_events_explained        fail
orders counted twice, and orders nobody reports                   orders_counted_once               fail
upper-case hashes, plain values, placeholders                     email_hash_form                   fail
hashed placeholders, a doubled hash                               no_placeholder_or_double_hash     fail
the same doubled hashes, proven by known customers                hashes_proven_by_known_customers  fail
the same doubled hashes, seen beside their twins                  digests_agree_on_both_sides       warn
an e-mail in a page address                                       no_pii_in_urls                    fail
"""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

from . import capture, containers, traffic

CONFIG = """# What the owner of the demo shop says of it.
[site]
url = "https://www.shop.example/"
tagging_host = "metrics.shop.example"
"""


def write_shop(folder: Path) -> Path:
    """Writes the shop's evidence into `folder`, over what an earlier run left there; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    events = traffic.make()
    documents = {
        "gtm-web.json": _json(containers.web()),
        "gtm-server.json": _json(containers.server()),
        "journey.har": _json(capture.journey()),
        "dataset-quality.json": _json(traffic.quality()),
        "browser-events.csv": traffic.table(events.browser),
        "orders.csv": traffic.table(events.orders),
        "customers.csv": traffic.table(traffic.customers()),
        "meta-requests.ndjson.gz": _lines([*capture.server_requests(), *traffic.meta_requests(events.meta)]),
        "tiktok-requests.ndjson": _lines(traffic.tiktok_requests(events.tiktok)),
        "tagparity.toml": CONFIG,
    }
    for name, text in documents.items():
        data = text.encode()
        (folder / name).write_bytes(_packed(data) if name.endswith(".gz") else data)
    return folder


def _json(document: Any) -> str:
    return json.dumps(document, indent=1) + "\n"


def _lines(objects: list[Any]) -> str:
    return "".join(json.dumps(o, separators=(",", ":")) + "\n" for o in objects)


def _packed(data: bytes) -> bytes:
    """gzip without a time stamp, so that two runs write the same bytes."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as stream:
        stream.write(data)
    return out.getvalue()
