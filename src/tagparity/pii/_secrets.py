"""Secrets: tokens and keys that are known by their form, and values of parameters that are named as secrets.

Keys that are public by design (Google browser keys, publishable and `pk.` keys, pixel ids) are none.
Forms: prefixes and lengths as secret scanners know them (community).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ._names import key_of

_FORMS = (
    ("private key", re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY")),
    ("AWS key", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
    ("Meta token", re.compile(r"\bEAA[A-Za-z0-9]{30,400}")),
    ("Google token", re.compile(r"\bya29\.[\w-]{20,400}|\b1//[\w-]{30,200}|\bGOCSPX-[\w-]{20,60}")),
    ("Stripe key", re.compile(r"\b[sr]k_live_\w{16,200}")),
    ("GitHub token", re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,200}|\bgithub_pat_\w{22,200}")),
    ("Slack token", re.compile(r"\bxox[abprs]-[\w-]{10,200}")),
    ("bearer token", re.compile(r"\b[Bb]earer\s{1,3}[\w.~+/-]{16,4000}={0,2}")),
    ("password in address", re.compile(r"//[^/\s:@?#]{1,64}:[^/\s@?#]{4,64}@[\w.-]{3,200}")),
)
_JWT_START, _JWT = re.compile(r"\beyJ"), re.compile(r"eyJ[\w-]{8,4000}\.eyJ[\w-]{8,4000}\.[\w-]{10,4000}")
_MAX_STARTS = 50
KNOWN_FORMS = frozenset(label for label, _ in _FORMS) - {"bearer token"}
_TOKEN_NAMES = """
    accesstoken apisecret clientsecret refreshtoken authtoken authorization developertoken secretkey privatekey
    apiaccesstoken bearertoken sessiontoken resettoken magictoken onetimetoken idtoken"""
_TOKENS = frozenset(_TOKEN_NAMES.split())
_PASSWORDS = frozenset({"password", "passwd", "pwd", "passwort", "contrasena", "motdepasse", "userpassword"})
_EMPTY = re.compile(r"redact|your|example|placeholder|dummy|undefined|null|^true$|^false$|\*{3}|\{\{|\$\{|^<", re.I)
_PUBLIC = re.compile(r"pk[._]|[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{32})?$")


def secrets(name: str, text: str) -> Iterator[tuple[str, int]]:
    """(what kind, length) of the secrets in a text."""
    for label, form in _FORMS:
        match = form.search(text)
        if match and not _EMPTY.search(match[0]):
            yield label, len(match[0])
            return
    starts = islice(_JWT_START.finditer(text), _MAX_STARTS)
    token = next((m for s in starts if (m := _JWT.match(text, s.start()))), None)
    if token:
        yield "jwt", len(token[0])
        return
    key, text = key_of(name), text.strip()
    if len(text) > 4096 or " " in text or _EMPTY.search(text):
        return
    if key in _PASSWORDS and len(text) >= 6:
        yield "password", len(text)
    elif key in _TOKENS and len(text) >= 16 and len(set(text)) > 5 and not _PUBLIC.match(text):
        yield f"{key} parameter", len(text)
