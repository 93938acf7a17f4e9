"""Email addresses and personal names.

Which last labels exist: the public suffix list, and the names reserved for examples and private networks (RFC 2606,
RFC 6761: official). So `logo@2x.png` and `swiper@9.0.0` are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from publicsuffixlist import PublicSuffixList

from ._names import is_link, says_person

_RESERVED = frozenset({"example", "test", "invalid", "local", "localhost", "internal", "lan", "corp", "home"})
_LOCAL = re.compile(r"[\w.+%'~-]{1,64}$")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:xn--[A-Za-z0-9-]{2,50}|[^\W\d_]{2,24})")
_VERSION = re.compile(r"v?\d+\.\d+|\d+x\.", re.IGNORECASE)
_AUTHORITY = re.compile(r"//[^/\s?#\"'<>@]{0,200}$")
_ROLES = re.compile(
    r"(?:info|support|sales|contact|hello|hi|help|service|office|no-?reply|webmaster|postmaster|abuse|press|jobs|career|"
    r"careers|privacy|dpo|kontakt|admin|team|mail|post|customerservice|customer\.service|bookings?|orders?|shop)",
    re.IGNORECASE,
)
_MAX_SIGNS = 100
_NAME = re.compile(r"[^\W\d_][^\W\d_'’. -]*(?:(?:\. |[ '’-]{1,2})[^\W\d_'’. -]+){0,5}\.?")
_NO_NAME_WORDS = """
    true false null none nil undefined nan na yes no not set unknown anonymous guest test name first last firstname
    lastname first_name last_name fullname full visitor user customer hidden masked redacted string text object function
    callback granted denied required optional email value input field submit click"""
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
_CODE_LIKE = re.compile(r"[a-z][A-Z].*[a-z][A-Z]|^(?:get|set|on|is|has|init|load|send|track|handle|push)[A-Z]")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@cache
def _exists(last: str) -> bool:
    """Whether a last label is one that names of hosts have."""
    if last in _RESERVED:
        return True
    try:
        return _suffixes().publicsuffix(f"x.{last.encode('idna').decode()}") is not None
    except UnicodeError:
        return False


def emails(name: str, text: str) -> Iterator[tuple[str, int]]:
    """(shape, length) of the email addresses in a text."""
    at = text.find("@")
    for _ in range(_MAX_SIGNS):
        if at < 0:
            return
        found = _address(name, text, at)
        if found:
            yield found
        at = text.find("@", at + 1)


def _address(name: str, text: str, at: int) -> tuple[str, int] | None:
    left = _LOCAL.search(text, max(0, at - 64), at)
    domain = _domain(text[at + 1 : at + 256])
    if not left or not domain or _VERSION.match(domain) or _AUTHORITY.search(text, max(0, at - 210), at):
        return None
    local = left[0].lstrip(".'%~-")
    repository = local == "git" and text[at + 1 + len(domain) :][:1] == ":"
    if not local or local.endswith(".") or ".." in local or repository:
        return None
    linked = is_link(name) or text[max(0, at - 80) : at].lower().rpartition("mailto:")[1]
    if linked and _ROLES.fullmatch(local):
        return None
    return _shape(local, domain), len(local) + 1 + len(domain)


def _domain(right: str) -> str:
    """The longest host name at the start of a text whose last label exists."""
    found = _DOMAIN.match(right)
    labels = found[0].split(".") if found else []
    while len(labels) > 1:
        if _exists(labels[-1].lower()):
            return ".".join(labels)
        labels.pop()
    return ""


def _shape(local: str, domain: str) -> str:
    first = local[0] if len(local) > 2 and local[0].isascii() and local[0].isalpha() else ""
    last = domain.rpartition(".")[2].lower()
    return f"{first}***@***.{last if len(last) < 5 else '***'}"


def names(name: str, text: str) -> Iterator[tuple[str, int]]:
    """(shape, length) of a value that is letters only, in a parameter that holds a name."""
    text = text.strip()
    if not 2 <= len(text) <= 60 or not says_person(name) or not _NAME.fullmatch(text):
        return
    words = re.split(r"[ '’.-]+", text.lower())
    if _NO_NAME.issuperset(w for w in words if w) or _CODE_LIKE.search(text) or len(set(text)) == 1:
        return
    yield f"{len([w for w in words if w])} word(s) of letters", len(text)
