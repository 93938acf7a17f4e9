"""What can be said of a piece of markup or JavaScript, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """Something a script or its markup asks for: `kind` is script, image, iframe, request or page (document.write of
    markup counts as what it writes). `url` has references as `{{Name}}` and `*` for what is decided at run time; `host`
    is empty where that is decided too. `integrity` says that a digest of the file is pinned."""

    kind: str
    url: str
    host: str = ""
    integrity: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a vendor's function, `fbq('track', 'Purchase', {...}, {eventID: ...})`.

    `event` and `event_id` are a text, `{{Name}}`, or the code as written; empty where the call has none. `keys` are the
    names in the objects it hands over; `opaque` says that it hands over something whose keys cannot be read. `tracks`
    tells an event from loading, page settings and user data.
    """

    vendor: str
    function: str
    method: str
    event: str = ""
    keys: tuple[str, ...] = ()
    event_id: str = ""
    target: str = ""
    opaque: bool = False
    tracks: bool = False


@dataclass(frozen=True, slots=True)
class Push:
    """One `dataLayer.push({...})`: its event name (empty for none) and all keys; `opaque` as in `Call`."""

    event: str
    keys: tuple[str, ...] = ()
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """Facts of a custom HTML tag, image tag or custom JavaScript variable.

    `consent` holds (default or update, types) of each gtag consent command. Names of cookies and storage keys are given
    where they are fixed, else as `*`. `fields` are selectors of form fields whose value is read (`*`: one that is found
    at run time), `personal` what kind of data these are by their selector. `calls_variables` are variables that are
    called as functions. `evaluated` are the ways in which text is run as code, `evaluated_references` variables put
    into such text. `page_state` names globals the script assigns, `memo` says that it keeps something for later reads.
    `damaged`: part of it is no JavaScript, and only the readable parts were judged; `cut`: it is longer than what is
    read.
    """

    loads: tuple[Load, ...] = ()
    calls: tuple[Call, ...] = ()
    pushes: tuple[Push, ...] = ()
    consent: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cookies_read: tuple[str, ...] = ()
    cookies_written: tuple[str, ...] = ()
    storage_read: tuple[str, ...] = ()
    storage_written: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    evaluated: tuple[str, ...] = ()
    evaluated_references: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    page_state: tuple[str, ...] = ()
    random: bool = False
    clock: bool = False
    unique_event_id: bool = False
    writes_document: bool = False
    calls_variables: tuple[str, ...] = ()
    damaged: bool = False
    cut: bool = False

    @property
    def memo(self) -> bool:
        return bool(self.page_state or self.storage_written or self.cookies_written)

    @property
    def sends(self) -> bool:
        """Whether it hands data on: to a vendor, the data layer or any address."""
        return bool(self.calls or self.pushes or self.calls_variables) or any(
            x.kind in ("image", "request") for x in self.loads
        )
