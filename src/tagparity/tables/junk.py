"""Text that stands where a value should be, and the digests of it in every dress integrations put it through.

`hashing.junk` has the words and what the profiles make of them; here are further ones, seen in public integrations and
their issue threads (community, read 2026-11-23), and the dresses no profile makes.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from ..hashing import junk

_WORDS = (
    "void", "empty", "(null)", "<null>", "\\n", "[object undefined]", "[object null]", "[object promise]", "array",
    "object", "{}", "[]", "not available", "not applicable", "not specified", "not_set", "unspecified", "default",
    "placeholder", "example", "sample", "dummy", "redacted", "[redacted]", "testing", "tester", "test test",
    "test user", "asdf", "qwerty", "e-mail", "email address", "phone number", "mobile", "first name", "firstname",
    "first_name", "last name", "lastname", "last_name", "user_id", "userid", "customer_id", "external_id",
    "user_email", "{phone}", "{{phone}}", "{{user.email}}", "{{customer.email}}", "{{em}}", "{{ph}}", "your email",
    "yyyymmdd", "00000000", "-", "--", ".", "+",
)  # fmt: skip
_MAILS = (
    "test@test.de", "test@test.test", "test@example.org", "test@gmail.com",
    "tests@example.com", "test1@test.com", "test@mail.com", "testing@test.com", "email@email.com",
    "example@gmail.com", "example@email.com", "name@example.com",
    "name@domain.com", "user@domain.com", "you@example.com", "your@email.com", "youremail@example.com",
    "john@example.com", "jane@example.com", "john.doe@example.com", "jane.doe@example.com", "johndoe@example.com",
    "joe@eg.com", "foo@bar.com", "foo@example.com", "abc@abc.com", "abc@xyz.com", "a@a.com", "a@b.com", "a@b.c",
    "asdf@asdf.com", "no-reply@example.com", "none@none.com", "no@email.com", "noemail@noemail.com",
    "noemail@example.com", "null@null.com", "undefined@undefined.com", "na@na.com", "guest@guest.com", "guest@example.com",
    "anonymous@example.com", "anonymous@anonymous.com", "admin@example.com", "info@example.com", "xxx@xxx.com",
    "xxxx@xxxx.com", "unknown@unknown.com", "customer@example.com", "hello@example.com",
)  # fmt: skip
_NUMBERS = (
    *(str(digit) * length for digit in range(10) for length in range(7, 13)),
    *("0123456789"[:length] for length in (8, 9, 10)),
    *("12345678901"[:length] for length in range(7, 12)),
    "123456789012", "01234567890", "9876543210", "987654321", "11234567890", "491234567890", "5551234567",
)  # fmt: skip
_COMMON = ("undefined", "null", "none", "nan", "test", "unknown", "test@test.com", "test@example.com")
NAMES = frozenset({"na"})  # a family name, and Namibia: alone it proves nothing
JUNK: tuple[str, ...] = tuple(w for w in dict.fromkeys((*junk.JUNK, *_WORDS, *_MAILS, *_NUMBERS)) if w not in NAMES)


def _dresses(word: str) -> set[str]:
    """The texts a library may hash when it is handed this word."""
    out = {word}
    if not any(ch.isalpha() for ch in word):
        return out | ({f"+{word}"} if word.isdigit() and len(word) > 6 else set())
    out |= {word.upper(), word.title(), word.capitalize(), word.replace(" ", "")}
    out.add("@".join(part.capitalize() for part in word.split("@")))
    out.add(re.sub(r"[^a-z0-9@.+]", "", word))
    if "@" not in word:
        letters = re.sub(r"[^a-z]", "", word)
        out |= {letters} if len(letters) > 3 else set()
    return {text for text in out if len(text) > 2 or text == word}


@lru_cache(maxsize=1)
def _texts() -> frozenset[str]:
    """Every text whose digest is junk. Words also as text with a line end, as files and shells leave it behind."""
    texts = {"", " ", "  ", "\n", '""', "''", "+"}
    for word in JUNK:
        dresses = _dresses(word)
        texts |= dresses | ({f"{word}\n"} if word in _COMMON else set())
    texts |= {f" {w}" for w in _COMMON} | {f"{w} " for w in _COMMON}
    texts |= {t for t in junk.junk_texts() if len(t) > 2 or t in JUNK}
    twice = {hashlib.sha256(w.encode()).hexdigest() for w in ("", *_COMMON)}
    return frozenset(texts | twice)


def junk_digests() -> list[str]:
    """SHA-256, MD5 and SHA-1 of junk, lower-case hex."""
    made = {h(t.encode(), usedforsecurity=False).hexdigest() for t in _texts() for h in _ALGORITHMS}
    return sorted({*junk.CONSTANTS, *made})


_ALGORITHMS = (hashlib.sha256, hashlib.md5, hashlib.sha1)
