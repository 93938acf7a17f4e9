"""Classes of requests in real captures, against labels given by hand without looking at what the tool says.

`truth/classes.json` counts, per capture and platform, the requests that are events, repeat one, are fired by the vendor's
script, or cannot be read. Captures are read where they are; without them nothing is tested here.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tagparity.platforms import PLATFORMS
from tagparity.readers import har
from tagparity.readers.document import load

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
TRUTH = json.loads((Path(__file__).parent / "truth" / "classes.json").read_text("utf-8"))


@pytest.mark.parametrize("name", TRUTH)
def test_classes_are_those_a_reader_gives(name: str) -> None:
    path = next(SAMPLES.rglob(name), None)
    if path is None:
        pytest.skip("capture not at hand")
    doc = load(path.read_text("utf-8-sig"))
    assert isinstance(doc, dict)
    capture = har.read(name, doc, PLATFORMS.values())
    found: Counter[tuple[str, str]] = Counter()
    for row in capture.rows:
        kind = "twin" if "twin_of" in row else "automatic" if row.get("automatic") is True else "event"
        found[str(row["platform"]), kind] += 1
    for request in capture.traffic.requests:
        if request.carries in ("twin", "automatic", "unreadable"):
            found[request.platform, request.carries] += 1
    assert found == {(p, kind): n for p, kinds in TRUTH[name].items() for kind, n in kinds.items()}
