"""The exceptions a caller can meet, drawn once.

TagparityError
├── UsageError        wrong options or configuration (exit code 2)
├── EvidenceError     a file that cannot be used: where, why, and what to do about it
├── ResourceError     memory or disk do not suffice: which, and the option that helps
└── Refused           an address that may not be asked (exit code 2)
"""

from __future__ import annotations


class TagparityError(Exception):
    """Base of everything the package raises on purpose."""


class UsageError(TagparityError):
    """The command, its options or `tagparity.toml` are wrong. Message is one line."""


class EvidenceError(TagparityError):
    """A file of evidence cannot be used.

    `reason` names place and remedy, never content: it is printed and stored in `audit.json`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ResourceError(TagparityError):
    """Memory or disk ran out. Message is one line and names the remedy."""


class Refused(TagparityError):
    """A URL or host that no request may go to. Message is one line, and shows the host at most."""
