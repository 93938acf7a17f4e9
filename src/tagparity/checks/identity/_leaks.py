"""What checks over leaks share: grouping, findings that show shape and place only, and captures for examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from urllib.parse import quote

from ...core.outcome import Evidence, Finding, State
from ...core.traffic import Leak

SHOWN = 20
NOUNS = {
    "email": "an email address", "phone": "a phone number", "name": "a personal name", "card": "a card number",
    "iban": "a bank account", "national_id": "a national id", "secret": "a secret",
}  # fmt: skip
_PLACES = {"url": "page address", "cookie": "answer's cookies"}


def findings(leaks: Iterable[Leak], fix: str) -> Iterator[Finding]:
    """One finding per platform, host, place, kind and parameter: to a platform it fails, to other hosts it warns.
    Failures come first. `fix` may hold `{what}`."""
    for _, group in groupby(sorted(leaks, key=lambda x: (not x.platform, _group(x))), key=_group):
        yield _finding(list(group), fix)


def _group(leak: Leak) -> tuple[str, str, str, str, str]:
    return leak.platform, leak.host, leak.place, leak.what, leak.param


def _finding(leaks: list[Leak], fix: str) -> Finding:
    first = leaks[0]
    what = NOUNS.get(first.what, first.what)
    place = _PLACES.get(first.place, first.place)
    param = f" (parameter {first.param})" if first.param else ""
    requests = f"{len(leaks)} request{'' if len(leaks) == 1 else 's'}"
    return Finding(
        State.FAIL if first.platform else State.WARN,
        f"{what[0].upper()}{what[1:]} in plain text in the {place}{param} of {requests} to {first.host}.",
        tuple(Evidence(f"{x.file} entry {x.index}", _note(x)) for x in leaks[:SHOWN]),
        fix.format(what=what.split(" ", 1)[1]),
    )


def _note(leak: Leak) -> str:
    """`email in url, query email: j***@***.com, 21 characters`."""
    inside = f", {leak.inside}" if leak.inside else ""
    shape = f": {leak.shape}, {leak.length} characters" if leak.shape else ""
    return f"{leak.what} in {leak.place}{inside}{shape}"


def har(page: str, *urls: str, cookie: str = "") -> dict[str, object]:
    """A capture of one page and what it requests, for examples; `cookie` is a Set-Cookie line of the page."""
    made: list[dict[str, object]] = []
    for i, url in enumerate((page, *urls)):
        headers = [{"name": "Set-Cookie", "value": cookie}] if cookie and not i else []
        content = {"mimeType": "text/plain" if i else "text/html"}
        sent = [{"name": "Referer", "value": "https://www.shop.example/"}] if i else []
        made.append({
            "startedDateTime": f"2026-09-01T10:00:0{i}.000Z",
            "request": {"method": "GET", "url": url, "headers": sent, "queryString": []},
            "response": {"status": 200, "headers": headers, "content": content},
        })  # fmt: skip
    return {"log": {"version": "1.2", "creator": {"name": "example", "version": "1"}, "pages": [], "entries": made}}


PAGE = "https://www.shop.example/thanks"
MAIL = "jane@mail.example"


def hit(**more: str) -> str:
    """The address of a browser hit with further parameters."""
    known = {"v": "2", "tid": "G-ABC1234567", "en": "purchase", "cid": "1.1756720000", "dl": PAGE} | more
    query = "&".join(f"{k}={quote(v, safe='')}" for k, v in known.items())
    return f"https://region1.google-analytics.com/g/collect?{query}"
