"""The difference between two texts of one value in one plain sentence, without the value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

NOUNS = {
    "em": "email addresses", "ph": "phone numbers", "fn": "first names", "ln": "last names", "ct": "city names", "st": "states",
    "zp": "postal codes", "country": "countries", "db": "dates of birth", "ge": "genders", "external_id": "customer ids",
}  # fmt: skip
WAYS = {
    "double": "hashes the digest a second time",
    "md5": "hashes with MD5",
    "sha1": "hashes with SHA-1",
    "wrong_field": "sends the digest of another field",
}
_CODED = ("st", "country", "ge")  # a code of one or two letters stands for a name
_Fold = Callable[[str], str]


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


# (what the text that changes under the fold does, what the other one does, the fold); tried in this order
_ASPECTS: tuple[tuple[str, str, _Fold], ...] = (
    ("keeps spaces at the ends", "trims them", str.strip),
    ("keeps capital letters", "writes small ones", str.lower),
    ("keeps the plus sign", "drops it", lambda t: t.removeprefix("+")),
    ("keeps what follows a plus sign", "cuts it off", lambda t: re.sub(r"\+[^@]*@", "@", t)),
    ("keeps the dots before the @", "drops them", lambda t: _before_at(t, ".")),
    ("keeps the space", "drops it", lambda t: re.sub(r"\s", "", t)),
    ("keeps dots", "drops them", lambda t: t.replace(".", "")),
    ("keeps hyphens", "drops them", lambda t: t.replace("-", "")),
    ("keeps apostrophes", "drops them", lambda t: re.sub("['’]", "", t)),
    ("keeps accents", "writes the bare letter", _bare),
    ("keeps letters with accents", "deletes them", lambda t: "".join(c for c in t if c.isascii())),
    ("keeps punctuation", "drops it", lambda t: re.sub(r"[^\w\s@]|_", "", t)),
    ("keeps leading zeros", "drops them", lambda t: t.lstrip("0")),
    ("keeps digits", "drops them", lambda t: re.sub("[0-9]", "", t)),
)


def _before_at(text: str, char: str) -> str:
    local, at, domain = text.rpartition("@")
    return local.replace(char, "") + at + domain if at else text


def sentence(key: str, browser: tuple[str | None, str], server: tuple[str | None, str]) -> str:
    """What the sides do differently. Each side: (the text it hashes, variant of `candidates.VARIANTS`)."""
    noun = NOUNS[key]
    odd = {"browser": WAYS.get(browser[1]), "server": WAYS.get(server[1])}
    told = [f"the {side} {way}" for side, way in odd.items() if way]
    a, b = browser[0], server[0]
    if a is not None and b is not None and a != b:
        told += _texts(key, {"browser": a, "server": b})
    return f"{noun}: {'; '.join(told)}" if told else f"{noun}: the sides write the value in different ways"


def _texts(key: str, texts: dict[str, str]) -> list[str]:
    """Clauses for two different texts of one value."""
    told, left = [], dict(texts)
    if key in _CODED and min(map(len, texts.values())) <= 2 < max(map(len, texts.values())):
        return [_rest(key, left)]
    for keeps, drops, fold in _ASPECTS:
        a, b = left["browser"], left["server"]
        x, y = fold(a), fold(b)
        if (x != a) == (y != b) or not _nearer(x, y, a, b):
            continue
        keeper = "browser" if x != a else "server"
        told.append(f"the {keeper} {keeps}, the {_other(keeper)} {drops}")
        left = {"browser": x, "server": y}
        if x == y:
            return told
    return [*told, _rest(key, left)]


def _nearer(x: str, y: str, a: str, b: str) -> bool:
    """Whether the folded texts share more than the unfolded: equal, or the same characters but for fewer."""
    return x == y or _gap(x, y) < _gap(a, b)


def _gap(a: str, b: str) -> int:
    """How many characters one text has and the other has not."""
    return sum(abs(a.count(c) - b.count(c)) for c in set(a) | set(b))


def _other(side: str) -> str:
    return "server" if side == "browser" else "browser"


def _rest(key: str, left: dict[str, str]) -> str:
    """The difference no aspect explains: a part left out, or a code for a name."""
    for side, short in left.items():
        whole = left[_other(side)]
        if len(short) >= len(whole):
            continue
        if key == "ph" and short and whole.lstrip("+0").endswith(short.lstrip("+0")):
            return f"the {side} leaves the country code out"
        if key in _CODED and len(short) <= 2:
            how = "cuts it to" if whole.startswith(short) else "sends its code in"
            return (
                f"the {_other(side)} writes the name out, the {side} {how} {len(short)} letter{'s'[: len(short) - 1]}"
            )
        if whole.startswith(short):
            return f"the {side} cuts it to {len(short)} characters"
    return "the sides write the value in different ways"
