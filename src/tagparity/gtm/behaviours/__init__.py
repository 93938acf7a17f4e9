"""What templates do, as sourced data: one TOML file per template beside this module.

An entity without a file is unknown: nothing follows from what its template is not known to do.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from ...core.container import Container, Entity

When = dict[str, list[str]]


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys in a data file are mistakes."""


class Source(Struct, frozen=True):
    """Where facts were read: `read` is the date (YYYY-MM-DD), `level` official, official code, community or observed.
    Pin code to a commit in the address."""

    url: str
    read: str
    level: str


class Row(Struct, frozen=True):
    """A row of a parameter table that maps a field: table `table`, name column in `names` (exact). A table whose rows
    are parameters of their own names its columns. `prefix` is what the wire puts before a row's own name (`ep.`)."""

    table: str
    names: list[str]
    name_key: str = "name"
    value_key: str = "value"
    prefix: str = ""


class Read(Struct, frozen=True):
    """How a tag fills one field it sends.

    `field` is the project's name of it: a match key of the platform (`em`, `fbp` ...), or event_name, event_id,
    event_time, value, currency, order_id, content_ids, contents, content_type, num_items, action_source, consent,
    page_location, page_referrer, client_id, session_id, user_id, or a click id (gclid, gbraid, ttclid ...);
    `vendor` the vendor's own path (`user_data.em`). Mapped by hand through `rows` and `params` (parameter names); what
    is not mapped is taken by itself from `event_data` (dotted paths), `cookies`, `headers`, `query` (parameters of
    page_location) in that order, first hit wins, as long as `when` holds. `made` says that the template makes a value
    itself when nothing else gives one (a timestamp, a generated fbp). `only` limits the whole entry to some canonical
    (GA4) event names. `hashes` says that the template normalises and hashes a plain value.

    A web tag that reads the data layer by itself names its keys in `data_layer`; `vendor` of a tag that sends to a
    server container is the parameter it sends (`ep.event_id`), which a client's `inputs` take up. `objects` are
    parameters that hold an object which may bring this field among others: what it holds is not known here. Several
    entries of one field are tried in order.
    """

    field: str
    vendor: str = ""
    rows: list[Row] = []
    params: list[str] = []
    event_data: list[str] = []
    cookies: list[str] = []
    headers: list[str] = []
    query: list[str] = []
    made: bool = False
    when: When = {}
    only: list[str] = []
    hashes: bool = False
    data_layer: list[str] = []
    objects: list[str] = []


class Produce(Struct, frozen=True):
    """One key of event data a client produces (dotted path) and what of the request feeds it: `param NAME` (query or
    body of the hit), `cookie NAME`, `header NAME`, `ip`, or `made`. Which of it a page supplies decides the web side.
    """

    key: str
    inputs: list[str] = []
    when: When = {}


class Name(Struct, frozen=True):
    """How a tag names its event for the vendor. Inherited from `event_name` of the event data (through `map`, unknown
    names unchanged unless `else_drop`) while `inherit` holds; otherwise from the first of `params` that is filled."""

    inherit: When | None = None
    params: list[str] = []
    map: dict[str, str] = {}
    else_drop: bool = False


class Consent(Struct, frozen=True):
    """A template's own consent option: while `when` holds the tag asks for `types`; `reads` are the event-data keys
    it asks. `default` is the option's value when the export does not hold it."""

    when: When
    types: list[str]
    reads: list[str] = []
    default: dict[str, str] = {}


class Defect(Struct, frozen=True):
    """A known defect: what happens, in which commits (`affected`: gallery commits; empty: every version), while
    `when` holds, with its public thread or the code that shows it. Where it is a stretch of versions: from `since` on
    (empty: the first) until before `fixed` (empty: the newest); `affects` tells."""

    id: str
    text: str
    fix: str
    url: str
    read: str
    level: str
    affected: list[str] = []
    when: When = {}
    since: str = ""
    fixed: str = ""


class Version(Struct, frozen=True):
    """A gallery version: commit and day (YYYY-MM-DD, empty where it is not known), newest first."""

    commit: str
    day: str


class Behaviour(Struct, frozen=True):
    """One template, or one built-in type.

    `id` is `owner/repository`, or the built-in type id; `gallery_ids` the short ids of the gallery (`5TP8W`), `types`
    built-in type ids, `names` display names by which a template without gallery reference is known. `kind` is tag,
    client, variable or transformation; `side` web or server; `platform` the id in `tagparity.platforms` or empty;
    `vendor` the title of who receives what it sends, empty when it sends nothing outside. `destination`, `secrets`,
    `test_codes`, `server_urls` are parameter names; `claims` request paths a client takes (`claim_params`: parameters
    that hold further ones) of `protocol` (ga4, mp, data, gtm, ua, webhook); `passes` parameter prefixes whose every
    key a client copies into event data (`ep.` for GA4), `["*"]` for all. `empty_row` is what a mapped row with an empty
    value does: `skips` (as if not mapped), `overrides` (the field is sent empty or erased) or `unknown`.
    `stability` classifies what a variable returns (see `core.lineage.Stability`), `consent_tool` a template that sets
    consent defaults or updates, `linker` one that keeps click ids.

    `aliases` are further repositories the template was published under. `free_rows` are tables (with empty `names`)
    whose every row is sent under its own name. While `whole_data_layer` holds a web tag sends every key of the data
    layer under its name. A server tag with `passes` sends those keys of event data on. `writes` are cookies it sets.
    `side` is `both` for a type of both kinds of container.
    """

    id: str
    title: str
    kind: str
    side: str
    sources: list[Source]
    platform: str = ""
    vendor: str = ""
    gallery_ids: list[str] = []
    types: list[str] = []
    names: list[str] = []
    destination: list[str] = []
    secrets: list[str] = []
    test_codes: list[str] = []
    server_urls: list[str] = []
    event: Name | None = None
    reads: list[Read] = []
    empty_row: str = "unknown"
    protocol: str = ""
    claims: list[str] = []
    claim_params: list[str] = []
    passes: list[str] = []
    produces: list[Produce] = []
    consent: Consent | None = None
    consent_tool: bool = False
    linker: bool = False
    stability: str = ""
    defects: list[Defect] = []
    versions: list[Version] = []
    notes: list[str] = []
    aliases: list[str] = []
    free_rows: list[Row] = []
    whole_data_layer: When | None = None
    writes: list[str] = []


@cache
def all_behaviours() -> tuple[Behaviour, ...]:
    """Every known template, in order of its id. A damaged data file raises msgspec's error: they ship with us."""
    found = [f for f in files(__package__).iterdir() if f.name.endswith(".toml")]
    known = [msgspec.toml.decode(f.read_bytes(), type=Behaviour) for f in found]
    return tuple(sorted(known, key=lambda b: b.id))


@cache
def _index() -> dict[str, Behaviour]:
    index: dict[str, Behaviour] = {}
    for b in all_behaviours():
        for key in (b.id.lower(), *(a.lower() for a in b.aliases), *b.types, *(f"cvt_{g}" for g in b.gallery_ids)):
            index[key] = b
    return index


@cache
def _named() -> dict[tuple[str, str, str], Behaviour]:
    return {(n.lower(), b.kind, b.side): b for b in all_behaviours() for n in b.names}


def behaviour(container: Container, entity: Entity) -> Behaviour | None:
    """What is known of the template or built-in type of an entity; None where nothing is."""
    index = _index()
    found = index.get(entity.template.lower()) or index.get(entity.type)
    if found is None and entity.template and "/" not in entity.template:
        side = "server" if container.side == "server" else "web"
        found = _named().get((entity.template.lower(), entity.kind, side))
    return found if found is None or found.kind == entity.kind else None


def holds(when: When, entity: Entity) -> bool:
    """Whether every named parameter of an entity has one of the listed values; a missing one counts as ''."""
    for name, wanted in when.items():
        value = entity.params.get(name)
        if (value if isinstance(value, str) else "") not in wanted:
            return False
    return True


def affects(known: Behaviour, defect: Defect, commit: str) -> bool | None:
    """Whether a version of a template has a defect; None where the commit is not among the versions known."""
    if not (defect.affected or defect.since or defect.fixed):
        return True
    commits = [v.commit for v in known.versions]
    if commit not in commits:
        return None
    if defect.affected:
        return commit in defect.affected
    at = commits.index(commit)  # newest first: a higher place is an older version
    newest = commits.index(defect.fixed) + 1 if defect.fixed else 0
    oldest = commits.index(defect.since) if defect.since else len(commits) - 1
    return newest <= at <= oldest
