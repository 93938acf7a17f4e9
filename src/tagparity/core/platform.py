"""What an ad platform is, as data. Filled in by one file each in `platforms/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Form(StrEnum):
    """What the value of an identifier looks like. Order is the storage code and, from ABSENT on, preference."""

    ABSENT = "absent"
    SHA256_HEX = "sha256_hex"
    SHA256_HEX_SUFFIXED = "sha256_hex_suffixed"
    SHA256_HEX_UPPER = "sha256_hex_upper"
    SHA256_BASE64 = "sha256_base64"
    SHA256_BASE64URL = "sha256_base64url"
    PLAIN = "plain"
    DOUBLE = "double"
    MD5 = "md5"
    SHA1 = "sha1"
    PLACEHOLDER = "placeholder"
    TRUNCATED = "truncated"
    WRONG_LENGTH = "wrong_length"
    WRONG_TYPE = "wrong_type"
    LIST = "list"


FORMS = tuple(Form)
CODE = {form: code for code, form in enumerate(FORMS)}
HASHED = frozenset(
    {Form.SHA256_HEX, Form.SHA256_HEX_SUFFIXED, Form.SHA256_HEX_UPPER, Form.SHA256_BASE64, Form.SHA256_BASE64URL}
)


# Where any text may stand, an id of 32 hex digits is no MD5 and one of 24 no cut digest: only these are of no use.
UNUSABLE_TEXT = frozenset({Form.ABSENT, Form.PLACEHOLDER, Form.DOUBLE, Form.WRONG_TYPE, Form.LIST})


class Hashing(StrEnum):
    """Whether a platform wants a match key hashed."""

    REQUIRED = "required"
    NEVER = "never"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Key:
    """A match key of a platform: `paths` into its server payload (dotted; `^` starts at the envelope), how it is to
    be sent, whether a list may stand there, and the forms the platform can use."""

    paths: tuple[str, ...]
    hashing: Hashing
    list_ok: bool = False
    encodings: frozenset[Form] = frozenset({Form.SHA256_HEX, Form.SHA256_HEX_UPPER, Form.SHA256_HEX_SUFFIXED})

    @property
    def usable(self) -> frozenset[Form]:
        """Forms in which the platform can use the value."""
        if self.hashing is Hashing.REQUIRED:
            return self.encodings
        return frozenset({Form.PLAIN}) if self.hashing is Hashing.NEVER else frozenset(Form) - UNUSABLE_TEXT


@dataclass(frozen=True, slots=True)
class ServerShape:
    """How a platform's server payload is recognised and read. `fields` maps raw columns to payload paths.

    `url` is a regular expression with optional named group `dest`; `query_dest` the query parameter that names the
    destination instead. `events` is the dotted path of the event list in the envelope; a bare event is recognised by
    `bare` (keys it must all have), an envelope by `envelope`.
    """

    url: str
    events: str
    fields: Mapping[str, tuple[str, ...]]
    envelope: tuple[str, ...]
    bare: tuple[str, ...] = ()
    query_dest: str = ""
    refused_code: str = ""
    time_unit: str = "s"
    max_age_s: int = 0
    action_sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One browser request as a platform's decoder sees it: split, decoded, in memory only.

    `params` are query and urlencoded-body parameters in order; `lines` the body lines (batches); `at_ms` the time
    of the request in epoch milliseconds, None when the capture has none.
    """

    method: str
    host: str
    path: str
    params: tuple[tuple[str, str], ...]
    body: str
    page_url: str
    at_ms: int | None
    status: int

    def first(self, name: str) -> str | None:
        return next((v for k, v in self.params if k == name), None)


RawRow = dict[str, object]
Decode = Callable[[Hit], list[RawRow] | None]


@dataclass(frozen=True, slots=True)
class Platform:
    """One ad platform. `names` maps the platform's own event name (exact) to the canonical (GA4) name; `same_as`
    maps old names to the platform's present ones, which its deduplication treats as equal.

    `decode` turns a browser hit into raw rows: None when the request is not this platform's, an empty list when it is
    but is no event (companion, telemetry, mirror). `window_s` is the dedup window in seconds.
    `id_column` maps a canonical event to the raw columns tried for the dedup key; `""` holds the default.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    names: Mapping[str, str]
    window_s: int
    sources: tuple[str, ...]
    keys: Mapping[str, Key] = field(default_factory=dict)
    same_as: Mapping[str, str] = field(default_factory=dict)
    id_columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"": ("event_id",)})
    keyless: bool = False
    fallback: tuple[str, ...] = ()
    server: ServerShape | None = None
    decode: Decode | None = None
    destination: str = ""
