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


class Kind(StrEnum):
    """What a request to a vendor is. `twin` repeats an event that is counted elsewhere; `automatic` is fired by the
    vendor's script on its own; `unreadable` was sent with a body the capture did not keep."""

    EVENT = "event"
    TWIN = "twin"
    AUTOMATIC = "automatic"
    LOADER = "loader"
    DIAGNOSTIC = "diagnostic"
    COOKIE_SYNC = "cookie-sync"
    UNREADABLE = "unreadable"
    OTHER = "other"


class Hashing(StrEnum):
    """Whether a platform wants a match key hashed."""

    REQUIRED = "required"
    NEVER = "never"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Key:
    """A match key of a platform: `paths` into its server payload, how it is to be sent, whether a list may stand
    there, and the forms the platform can use.

    A path is dotted; `^` starts it at the envelope, `[*]` looks into every item of a list, `[name=text]` into the items
    whose `name` is `text`: `user.userIds[idType=SHA256_EMAIL].idValue`.
    """

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
class Verdicts:
    """Where an answer of 2xx refuses single events: `listed` is the path of a list, one item per event in order, or,
    with `index`, items that name their event by its place. `status` is the path of an item's verdict; refused are
    the words in `bad`. A list with neither `index` nor `bad` refuses the whole request when it holds anything."""

    listed: str
    status: str = ""
    bad: tuple[str, ...] = ()
    index: str = ""


@dataclass(frozen=True, slots=True)
class ServerShape:
    """One shape of a platform's server payload: how it is recognised and read. `fields` maps raw columns to payload
    paths (see `Key`).

    `url` is a regular expression with optional named group `dest`; `query_dest` the query parameter that names the
    destination instead; a URL that matches `test_url` is a test. `events` is the dotted path of the event list in the
    envelope; a bare event is recognised by `bare` (keys it must all have), an envelope by `envelope`; `marks` gives
    paths into the first event and a regular expression each must match, where shapes of several platforms are alike.
    An answer refuses everything where the number at `refused_code` is not 0 or the text at `refused_word[0]` is
    `refused_word[1]`, and single events by `verdicts`. `time_unit` is s, ms, us or iso; `batch` events at most.
    """

    url: str
    events: str
    fields: Mapping[str, tuple[str, ...]]
    envelope: tuple[str, ...]
    bare: tuple[str, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    query_dest: str = ""
    test_url: str = ""
    refused_code: str = ""
    refused_word: tuple[str, str] = ("", "")
    verdicts: Verdicts | None = None
    time_unit: str = "s"
    max_age_s: int = 0
    batch: int = 0
    action_sources: tuple[str, ...] = ()
    consents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """A cookie or a click id: its name, the regular expression its value matches, how long it lives (seconds, 0 where
    not published), and the match key it feeds."""

    name: str
    pattern: str
    max_age_s: int = 0
    key: str = ""


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
    maps old and browser-side names to the platform's present ones, which its deduplication treats as equal.

    `decode` turns a browser hit into raw rows: None when the request is not this platform's, an empty list when it is
    but is no event. What such a request is instead says `kinds`: regular expressions over `host/path?query`, the first
    that matches; where only the body tells, one row with nothing but the private key `_kind`. `hosts` is one over the
    host, for what is the vendor's and in no list. `window_s` is the dedup window in seconds, None where none is
    published; `winner` the copy that counts.
    `id_columns` maps a canonical event to the raw columns tried for the dedup key; `""` holds the default.
    `name_in_key` is whether the event's name belongs to the dedup key; `pixel_hashes_id` whether the browser sends
    SHA-256 of the id; ids that match `library_id` are made by the vendor's script, not by the site.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    names: Mapping[str, str]
    window_s: int | None
    sources: tuple[str, ...]
    keys: Mapping[str, Key] = field(default_factory=dict)
    same_as: Mapping[str, str] = field(default_factory=dict)
    id_columns: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"": ("event_id",)})
    keyless: bool = False
    name_in_key: bool = True
    fallback: tuple[str, ...] = ()
    winner: str = ""
    library_id: str = ""
    pixel_hashes_id: bool = False
    servers: tuple[ServerShape, ...] = ()
    decode: Decode | None = None
    kinds: tuple[tuple[Kind, str], ...] = ()
    hosts: str = ""
    click_ids: tuple[Mark, ...] = ()
    cookies: tuple[Mark, ...] = ()
    destination: str = ""

    @property
    def server(self) -> ServerShape | None:
        """The present shape of the server payload; older ones follow it in `servers`."""
        return self.servers[0] if self.servers else None
