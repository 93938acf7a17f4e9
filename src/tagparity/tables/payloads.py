"""Server payloads to raw flat rows: SQL generated from what each platform says of its payload.

In: a block of log lines. Out: rows over `core.rows.RAW_COLUMNS` plus `line`, `idx`, `refused`, `trace`. A line may be one
event, one request body, or any logged HTTP request around it; a body may be JSON, JSON in text, or a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..core.platform import Platform, ServerShape
from ..core.rows import FIELDS, MATCH_KEYS
from ..core.rows import LOG_BODIES as BODIES
from .engine import literal

URLS = ("url", "request_url", "RequestUrl", "request.url", "httpRequest.requestUrl", "requestUrl")
STATUSES = ("status", "status_code", "response.status", "ResponseStatusCode", "httpRequest.status")
ANSWERS = ("response", "response_body", "ResponseBody", "response.body")
RECEIVED = ("received_time", "received_at", "timestamp", "time", "@timestamp", "date", "ts")
# Where the platforms keep what the site says of the event itself: free text, and no place for personal data.
CUSTOM = ("custom_data", "properties", "customData", "params", "metadata")
MAX_LINE = 8 << 20
LIMITS = frozenset({"ldu", "opt_out", "npa"})  # flags that limit the use of data: on is denied


def _path(dotted: str) -> str:
    steps = [f"[{s}]" if s.isdigit() else f'."{s}"' for s in dotted.split(".")]
    return "$" + "".join(steps)


def _paths(names: Iterable[str]) -> str:
    return "[" + ", ".join(literal(_path(n)) for n in names) + "]"


def _coalesce(array: str, first: int, count: int) -> str:
    return "coalesce(" + ", ".join(f"{array}[{i}]" for i in range(first, first + count)) + ")"


def lines_sql() -> str:
    """CTE `wrapped`: one row per line with its request line, body text and answer. Parameter 1: the block of text,
    parameter 2: the number of its first line."""
    text = [*URLS, "path", "query", *STATUSES, *RECEIVED, "Type", "TraceId", "Name"]
    at = {name: i + 1 for i, name in enumerate(text)}
    url = _coalesce("w", 1, len(URLS))
    status = _coalesce("w", at[STATUSES[0]], len(STATUSES))
    received = _coalesce("w", at[RECEIVED[0]], len(RECEIVED))
    return f"""
    block AS (SELECT string_split($1, chr(10)) AS l),
    numbered AS (SELECT unnest(l) AS line, generate_subscripts(l, 1) + $2 - 1 AS n FROM block),
    typed AS (SELECT n, CASE WHEN suffix(line, chr(13)) THEN rtrim(line, chr(13)) ELSE line END AS line,
        CASE WHEN strlen(line) > {MAX_LINE} THEN length(line) > {MAX_LINE} ELSE false END AS long,
        CASE WHEN regexp_matches(line, '^ *[{{\\[]') THEN json_valid(line) ELSE false END AS is_json
        FROM numbered WHERE NOT regexp_full_match(line, '[ \\r]*')),
    split AS (SELECT *, CASE WHEN is_json AND NOT long THEN json_extract_string(line, {_paths(text)}) END AS w,
        CASE WHEN is_json AND NOT long THEN json_extract(line, {_paths((*BODIES, *ANSWERS))}) END AS b FROM typed),
    wrapped AS (SELECT n, line, long, is_json,
        coalesce({url}, CASE WHEN w[{at["path"]}] LIKE '/%' THEN w[{at["path"]}] || '?' || coalesce(w[{at["query"]}], '') END) AS url,
        {_coalesce("b", 1, len(BODIES))} AS body, {_coalesce("b", len(BODIES) + 1, len(ANSWERS))} AS answer,
        {status} AS status, {received} AS received, w[{at["Type"]}] AS kind,
        CASE WHEN w[{at["TraceId"]}] IS NOT NULL THEN w[{at["TraceId"]}] || '|' || coalesce(w[{at["Name"]}], '') END AS trace
        FROM split)"""


_FORM_FIELDS = ("test_event_code", "partner_agent")


def _form_field(name: str) -> str:
    pattern = literal(f"(?:^|&){name}=([^&]*)")
    return f"url_decode(replace(regexp_extract(t, {pattern}, 1), '+', ' '))"


def docs_sql() -> str:
    """CTE `docs`: the payload of each line as JSON, NULL where there is none. Forms and multipart become an envelope."""
    multipart = r"""regexp_extract(t, 'name="data"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n(.*?)\r?\n--', 1, 's')"""
    extra = ", ".join(f"'{f}', nullif({_form_field(f)}, '')" for f in _FORM_FIELDS)
    return f"""
    bodies AS (SELECT *, CASE WHEN body IS NULL THEN CASE WHEN is_json THEN NULL ELSE line END
        WHEN {_begins("body", '"')} THEN body->>'$' END AS t FROM wrapped WHERE NOT long AND coalesce(kind, '') <> 'Response'),
    parsed AS (SELECT *, CASE
        WHEN t IS NULL THEN CASE WHEN {_begins("body", "{[")} THEN body ELSE CAST(line AS JSON) END
        WHEN json_valid(t) THEN CAST(t AS JSON)
        WHEN regexp_matches(t, '(?:^|&)data=(%5B|%7B|\\[|\\{{)') AND json_valid({_form_field("data")})
            THEN json_object('data', CAST({_form_field("data")} AS JSON), {extra})
        WHEN contains(t, 'name="data"') AND json_valid({multipart}) THEN json_object('data', CAST({multipart} AS JSON))
        END AS d FROM bodies),
    docs AS (SELECT n, url, answer, status, trace, CASE WHEN body IS NULL THEN NULL ELSE received END AS received,
        CASE WHEN {_begins("d", "[")} THEN json_object('data', d)
            WHEN json_type(d, '$.data') = 'VARCHAR' AND json_valid(json_extract_string(d, '$.data'))
                THEN json_merge_patch(d, json_object('data', CAST(json_extract_string(d, '$.data') AS JSON)))
            ELSE d END AS doc FROM parsed)"""


def _begins(column: str, signs: str) -> str:
    """Whether JSON begins with one of these signs: cheaper than to parse it for its type."""
    signs = signs.replace("[", "\\[")
    return f"regexp_matches(CAST({column} AS VARCHAR), '^[ \\t\\r\\n]*[{signs}]')"


def _events(shape: ServerShape) -> str:
    """The event list of `doc` as JSON[]; a list in text is parsed, a bare event is a list of one."""
    at = literal(_path(shape.events))
    listed = f"""CASE json_type(doc, {at}) WHEN 'ARRAY' THEN from_json(json_extract(doc, {at}), '["JSON"]')
        WHEN 'VARCHAR' THEN CASE WHEN json_valid(json_extract_string(doc, {at})) AND
            json_type(json_extract_string(doc, {at})) = 'ARRAY'
            THEN from_json(json_extract_string(doc, {at}), '["JSON"]') END
        WHEN 'OBJECT' THEN [json_extract(doc, {at})] END"""
    return f"coalesce({listed}, [doc])" if shape.bare else listed


def _element(e: str) -> str:
    text = f"CASE WHEN json_valid({e}->>'$') THEN CAST({e}->>'$' AS JSON) ELSE {e} END"
    return f"""CASE WHEN {_begins(e, '"')} THEN {text} ELSE {e} END"""


def shapes(platforms: list[Platform]) -> dict[str, tuple[Platform, ServerShape]]:
    """Every server shape under the name a payload is claimed by."""
    return {f"{p.id}#{i}": (p, shape) for p in platforms for i, shape in enumerate(p.servers)}


def claim_sql(platforms: list[Platform]) -> str:
    """CASE expression: which shape a `doc` has, by its URL and its events' names, by its URL alone, then by its content;
    the more a shape asks for, the earlier it is tried."""
    known = shapes(platforms)
    by_url = [
        f"WHEN regexp_matches(url, {literal(s.url)}) AND {_named_first(s)} THEN {literal(n)}"
        for n, (_, s) in known.items()
    ]
    by_url += [f"WHEN regexp_matches(url, {literal(s.url)}) THEN {literal(n)}" for n, (_, s) in known.items()]
    by_shape = []
    for name, (_, shape) in sorted(known.items(), key=lambda k: (-len(k[1][1].marks), -len(k[1][1].envelope))):
        inner = _first(shape)
        keys = " AND ".join(f"json_exists(doc, {literal(_path(k))})" for k in shape.envelope)
        by_shape.append(f"WHEN {keys} AND {_named(shape, inner)}{_marked(shape, inner)} THEN {literal(name)}")
        if shape.bare:
            bare = " AND ".join(f"json_exists(doc, {literal(_path(k))})" for k in shape.bare)
            by_shape.append(f"WHEN {bare}{_marked(shape, 'doc')} THEN {literal(name)}")
    return (
        "CASE "
        + " ".join(by_url)
        + " ELSE CASE WHEN json_type(doc) <> 'OBJECT' THEN NULL "
        + " ".join(by_shape)
        + " END END"
    )


def _first(shape: ServerShape) -> str:
    """The first event of the list in `doc`, out of its text where it is one."""
    at = literal(_path(f"{shape.events}.0"))
    return (
        f"CASE json_type(doc, {at}) WHEN 'VARCHAR' THEN json_extract_string(doc, {at}) ELSE json_extract(doc, {at}) END"
    )


def _named(shape: ServerShape, event: str) -> str:
    """Whether an event carries a name where this shape has it."""
    names = [n for n in shape.fields["event_name"] if not n.startswith("^")]
    some = " OR ".join(f"json_exists({event}, {literal(_path(n))})" for n in names) or "true"
    return f"json_valid({event}) AND ({some})"


def _named_first(shape: ServerShape) -> str:
    """`_named` of the first event, without a copy of it where it is no text."""
    names = [n for n in shape.fields["event_name"] if not n.startswith("^")]
    some = " OR ".join(f"json_exists(doc, {literal(_path(f'{shape.events}.0.{n}'))})" for n in names) or "true"
    at = literal(_path(f"{shape.events}.0"))
    return f"CASE json_type(doc, {at}) WHEN 'VARCHAR' THEN {_named(shape, _first(shape))} ELSE json_exists(doc, {at}) AND ({some}) END"


def _marked(shape: ServerShape, event: str) -> str:
    return "".join(
        f" AND regexp_matches(coalesce(json_extract_string({event}, {literal(_path(path))}), ''), {literal(pattern)})"
        for path, pattern in shape.marks.items()
    )


class _Columns:
    """Positions of payload paths in the one extraction that reads an event, and the one that reads its envelope; paths
    that look into lists are columns of their own."""

    def __init__(self, event: str, envelope: str, prefix: str) -> None:
        self.names: dict[str, list[str]] = {event: [], envelope: []}
        self.lists: list[str] = []
        self.event, self.envelope, self.prefix = event, envelope, prefix

    def ref(self, dotted: str) -> str:
        array = self.envelope if dotted.startswith("^") else self.event
        path = dotted.lstrip("^")
        if "[" in path:
            text = _listed("doc" if dotted.startswith("^") else "e", path)
            if text not in self.lists:
                self.lists.append(text)
            return f"{self.prefix}{self.lists.index(text) + 1}"
        names = self.names[array]
        if path not in names:
            names.append(path)
        return f"{array}[{names.index(path) + 1}]"

    def select(self, extract: str) -> str:
        """The columns read from each event; `extract` is the engine's function for it."""
        names = self.names[self.event]
        text = [f"{extract}(e, {_paths(names)}) AS {self.event}"] if names else []
        cast = "->>'$'" if extract.endswith("string") else ""
        found = [
            f"({expression}){cast} AS {self.prefix}{i}" if cast else f"{expression} AS {self.prefix}{i}"
            for i, expression in enumerate(self.lists, 1)
        ]
        return "".join(f"{column}, " for column in (*text, *found))

    def enclosing(self, extract: str) -> str:
        """The column read from the envelope, once for all its events."""
        names = self.names[self.envelope]
        return f"{extract}(doc, {_paths(names)}) AS {self.envelope}, " if names else ""


_SELECTOR = re.compile(r"(?P<base>[^\[]+)\[(?:\*|(?P<name>[\w.]+)=(?P<value>[^\]]+))\](?:\.(?P<rest>.+))?")


def _listed(source: str, path: str) -> str:
    """JSON of what `base[*].rest` or `base[name=value].rest` finds: NULL for nothing, the value for one, else a list."""
    match = _SELECTOR.fullmatch(path)
    assert match, path
    at = literal(_path(match["base"]))
    items = f"""CASE WHEN json_type({source}, {at}) = 'ARRAY' THEN from_json(json_extract({source}, {at}), '["JSON"]') END"""
    if match["name"]:
        wanted = f"json_extract_string(x, {literal(_path(match['name']))}) = {literal(match['value'])}"
        items = f"list_filter({items}, lambda x: {wanted})"
    if match["rest"]:
        items = f"list_transform({items}, lambda x: json_extract(x, {literal(_path(match['rest']))}))"
    found = f"list_filter({items}, lambda x: x IS NOT NULL AND json_type(x) <> 'NULL')"
    return f"CASE WHEN len({found}) = 1 THEN {found}[1] WHEN len({found}) > 1 THEN to_json({found}) END"


def rows_sql(claim: str, platform: Platform, shape: ServerShape) -> str:
    """SELECT of raw rows of one shape from the temp table `claimed`."""
    fields, keys = _Columns("f", "g", "fx"), _Columns("k", "m", "kx")
    columns = []
    for name in FIELDS:
        if name == "custom":
            columns.append(f"coalesce({', '.join(map(fields.ref, CUSTOM))}) AS custom")
            continue
        if name == "consents":
            columns.append(f"{_consents(shape, fields)} AS consents")
            continue
        refs = [fields.ref(p) for p in shape.fields.get(name, ())]
        columns.append(f"{_field(name, refs, platform, shape)} AS {name}")
    for name in MATCH_KEYS:
        key = platform.keys.get(name)
        refs = [keys.ref(p) for p in key.paths] if key else []
        known = "coalesce(" + ", ".join(refs) + ")" if refs else "CAST(NULL AS JSON)"
        columns.append(f"{known} AS {name}")
    select = ",\n        ".join(columns)
    return f"""
    SELECT n AS line, idx, trace, {_refused(shape)} AS refused,
        {select}
    FROM (SELECT * EXCLUDE (e, doc), {fields.select("json_extract_string")}{keys.select("json_extract")}0 AS nothing
        FROM (SELECT * REPLACE ({_element("e")} AS e) FROM (
            SELECT * EXCLUDE (list), unnest(list) AS e, generate_subscripts(list, 1) - 1 AS idx
            FROM (SELECT n, url, status, received, trace, doc, {fields.enclosing("json_extract_string")}{keys.enclosing("json_extract")}CASE
                    WHEN json_type(answer) = 'VARCHAR' THEN CASE WHEN json_valid(answer->>'$') THEN CAST(answer->>'$' AS JSON) END
                    ELSE answer END AS answer_doc, {_events(shape)} AS list
                FROM claimed WHERE claim = {literal(claim)}))))"""


def _refused(shape: ServerShape) -> str:
    """Whether the answer refuses this event: as a whole, or by its place."""
    whole = ["coalesce(json_type(answer_doc, '$.error') = 'OBJECT', false)"]
    if shape.refused_code:
        code = f"json_extract_string(answer_doc, {literal(_path(shape.refused_code))})"
        whole.append(f"coalesce(try_cast({code} AS BIGINT) <> 0, false)")
    if shape.refused_word[0]:
        path, word = shape.refused_word
        whole.append(f"coalesce(json_extract_string(answer_doc, {literal(_path(path))}) = {literal(word)}, false)")
    said = " OR ".join(whole)
    verdicts = shape.verdicts
    if not verdicts:
        return said
    at = literal(_path(verdicts.listed))
    items = f"from_json(json_extract(answer_doc, {at}), '[\"JSON\"]')"
    if not verdicts.index and not verdicts.bad:
        one = "true"
    elif verdicts.index:
        place = f"try_cast(json_extract_string(x, {literal(_path(verdicts.index))}) AS INTEGER)"
        one = f"list_contains(list_transform({items}, lambda x: {place}), idx)"
    else:
        status = f"json_extract_string({items}[idx + 1], {literal(_path(verdicts.status))})"
        one = f"coalesce({status} IN ({', '.join(map(literal, verdicts.bad))}), false)"
    return f"CASE WHEN coalesce(json_array_length(answer_doc, {at}), 0) > 0 THEN {one} ELSE {said} END"


_DENIED = ("denied", "false", "0", "no", "n", "d", "consent_denied", "deny", "revoked")
_GRANTED = ("granted", "true", "1", "yes", "y", "g", "consent_granted", "allow", "allowed")


def _consents(shape: ServerShape, fields: _Columns) -> str:
    """JSON object of the consent states a payload tells. A limit on the use of data (`ldu`, `opt_out`) that is on is
    a state of `denied`."""
    parts = []
    for kind, paths in shape.consents.items():
        value = "lower(coalesce(" + ", ".join(fields.ref(p) for p in paths) + "))"
        limited = f"regexp_matches({value}, 'ldu|ldp|lmu|limited|^(true|1|yes)$')"
        state = (
            f"CASE WHEN {value} IS NULL THEN NULL WHEN {limited} THEN 'denied' ELSE 'granted' END"
            if kind in LIMITS
            else f"CASE WHEN {value} IN ({', '.join(map(literal, _DENIED))}) THEN 'denied'"
            f" WHEN {value} IN ({', '.join(map(literal, _GRANTED))}) THEN 'granted' END"
        )
        parts.append(f"""'"{kind}":"' || ({state}) || '"'""")
    if not parts:
        return "CAST(NULL AS VARCHAR)"
    return "nullif('{' || concat_ws(',', " + ", ".join(parts) + ") || '}', '{}')"


def _field(name: str, refs: list[str], platform: Platform, shape: ServerShape) -> str:
    known = "coalesce(" + ", ".join(refs) + ")" if refs else "NULL"
    if name == "side":
        return "'server'"
    if name == "platform":
        return literal(platform.id)
    if name == "status":
        return "status"
    if name == "received_time":
        return "received"
    if name == "test_event_code":
        flag = (
            f"CASE WHEN lower({known}) NOT IN ('false', '0', '') THEN {known} END" if refs else "CAST(NULL AS VARCHAR)"
        )
        tested = f"CASE WHEN regexp_matches(url, {literal(shape.test_url)}) THEN 'url' END"
        return f"coalesce({flag}, {tested})" if shape.test_url else flag
    if name == "destination_id":
        if shape.query_dest:
            pattern = literal(f"[?&]{shape.query_dest}=([^&#]+)")
            query = f"regexp_extract(url, {pattern}, 1)"
        elif "(?P<dest>" in shape.url:
            query = f"regexp_extract(url, {literal(shape.url)}, ['dest']).dest"
        else:
            query = "NULL"
        return "coalesce(" + ", ".join([*refs, f"nullif({query}, '')"]) + ")"
    return f"CAST({known} AS VARCHAR)"
