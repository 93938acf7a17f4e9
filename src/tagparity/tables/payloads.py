"""Server payloads to raw flat rows: SQL generated from what each platform says of its payload.

In: a block of log lines. Out: rows over `core.rows.RAW_COLUMNS` plus `line`, `idx`, `refused`, `trace`. A line may be one
event, one request body, or any logged HTTP request around it; a body may be JSON, JSON in text, or a form.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..core.platform import Platform, ServerShape
from ..core.rows import FIELDS, MATCH_KEYS
from ..core.rows import LOG_BODIES as BODIES
from .engine import literal

URLS = ("url", "request_url", "RequestUrl", "request.url", "httpRequest.requestUrl", "requestUrl")
STATUSES = ("status", "status_code", "response.status", "ResponseStatusCode", "httpRequest.status")
ANSWERS = ("response", "response_body", "ResponseBody", "response.body")
RECEIVED = ("received_time", "received_at", "timestamp", "time", "@timestamp", "date", "ts")
MAX_LINE = 8 << 20


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
    typed AS (SELECT n, rtrim(line, chr(13)) AS line, length(line) > {MAX_LINE} AS long,
        json_valid(line) AND ltrim(line)[1] IN ('{{', '[') AS is_json FROM numbered WHERE trim(line, chr(13) || ' ') <> ''),
    split AS (SELECT *, CASE WHEN is_json AND NOT long THEN json_extract_string(line, {_paths(text)}) END AS w,
        CASE WHEN is_json AND NOT long THEN json_extract(line, {_paths(BODIES)}) END AS b,
        CASE WHEN is_json AND NOT long THEN json_extract(line, {_paths(ANSWERS)}) END AS a FROM typed),
    wrapped AS (SELECT n, line, long, is_json,
        coalesce({url}, CASE WHEN w[{at["path"]}] LIKE '/%' THEN w[{at["path"]}] || '?' || coalesce(w[{at["query"]}], '') END) AS url,
        {_coalesce("b", 1, len(BODIES))} AS body, {_coalesce("a", 1, len(ANSWERS))} AS answer,
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
        WHEN json_type(body) = 'VARCHAR' THEN body->>'$' END AS t FROM wrapped WHERE NOT long AND coalesce(kind, '') <> 'Response'),
    parsed AS (SELECT *, CASE
        WHEN t IS NULL THEN CAST(CASE WHEN json_type(body) IN ('OBJECT', 'ARRAY') THEN body ELSE line END AS JSON)
        WHEN json_valid(t) THEN CAST(t AS JSON)
        WHEN regexp_matches(t, '(?:^|&)data=(%5B|%7B|\\[|\\{{)') AND json_valid({_form_field("data")})
            THEN json_object('data', CAST({_form_field("data")} AS JSON), {extra})
        WHEN contains(t, 'name="data"') AND json_valid({multipart}) THEN json_object('data', CAST({multipart} AS JSON))
        END AS d FROM bodies),
    docs AS (SELECT n, url, answer, status, trace, CASE WHEN body IS NULL THEN NULL ELSE received END AS received,
        CASE WHEN json_type(d) = 'ARRAY' THEN json_object('data', d)
            WHEN json_type(d, '$.data') = 'VARCHAR' AND json_valid(json_extract_string(d, '$.data'))
                THEN json_merge_patch(d, json_object('data', CAST(json_extract_string(d, '$.data') AS JSON)))
            ELSE d END AS doc FROM parsed)"""


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
    return f"CASE WHEN json_type({e}) = 'VARCHAR' AND json_valid({e}->>'$') THEN CAST({e}->>'$' AS JSON) ELSE {e} END"


def claim_sql(platforms: list[Platform]) -> str:
    """CASE expression: which platform a `doc` belongs to, by its URL first, then by its shape."""
    by_url, by_shape = [], []
    for p in platforms:
        assert p.server is not None
        by_url.append(f"WHEN regexp_matches(url, {literal(p.server.url)}) THEN {literal(p.id)}")
    for p in sorted(platforms, key=lambda p: -len(p.server.envelope) if p.server else 0):
        shape = p.server
        assert shape is not None
        first = literal(_path(f"{shape.events}.0"))
        inner = f"""CASE json_type(doc, {first}) WHEN 'VARCHAR' THEN json_extract_string(doc, {first}) ELSE json_extract(doc, {first}) END"""
        name = next(n for n in shape.fields["event_name"] if not n.startswith("^"))
        keys = " AND ".join(f"json_exists(doc, {literal(_path(k))})" for k in shape.envelope)
        by_shape.append(
            f"WHEN {keys} AND json_valid({inner}) AND json_exists({inner}, {literal(_path(name))}) THEN {literal(p.id)}"
        )
        if shape.bare:
            bare = " AND ".join(f"json_exists(doc, {literal(_path(k))})" for k in shape.bare)
            by_shape.append(f"WHEN {bare} THEN {literal(p.id)}")
    return (
        "CASE "
        + " ".join(by_url)
        + " ELSE CASE WHEN json_type(doc) <> 'OBJECT' THEN NULL "
        + " ".join(by_shape)
        + " END END"
    )


class _Columns:
    """Positions of payload paths in the one extraction that reads an event, and the one that reads its envelope."""

    def __init__(self) -> None:
        self.event: list[str] = []
        self.envelope: list[str] = []

    def ref(self, dotted: str, e: str, v: str) -> str:
        names, array = (self.envelope, v) if dotted.startswith("^") else (self.event, e)
        name = dotted.lstrip("^")
        if name not in names:
            names.append(name)
        return f"{array}[{names.index(name) + 1}]"


def rows_sql(platform: Platform) -> str:
    """SELECT of raw rows for one platform from the temp table `claimed`."""
    shape = platform.server
    assert shape is not None
    fields, keys = _Columns(), _Columns()
    columns = []
    for name in FIELDS:
        refs = [fields.ref(p, "f", "g") for p in shape.fields.get(name, ())]
        columns.append(f"{_field(name, refs, platform, shape)} AS {name}")
    for name in MATCH_KEYS:
        key = platform.keys.get(name)
        refs = [keys.ref(p, "k", "m") for p in key.paths] if key else []
        known = "coalesce(" + ", ".join(refs) + ")" if refs else "CAST(NULL AS JSON)"
        columns.append(f"{known} AS {name}")
    code = f"json_extract_string(answer_doc, {literal(_path(shape.refused_code))})" if shape.refused_code else "NULL"
    select = ",\n        ".join(columns)
    event, envelope = _paths(fields.event or ["_"]), _paths(fields.envelope or ["_"])
    key_event, key_envelope = _paths(keys.event or ["_"]), _paths(keys.envelope or ["_"])
    return f"""
    SELECT n AS line, idx, trace, coalesce(json_exists(answer_doc, '$.error') AND json_type(answer_doc, '$.error') = 'OBJECT', false)
        OR coalesce(try_cast({code} AS BIGINT) <> 0, false) AS refused,
        {select}
    FROM (SELECT n, idx, url, status, received, trace, answer_doc,
            json_extract_string(e, {event}) AS f,
            json_extract_string(doc, {envelope}) AS g,
            json_extract(e, {key_event}) AS k,
            json_extract(doc, {key_envelope}) AS m
        FROM (SELECT * REPLACE ({_element("e")} AS e) FROM (
            SELECT n, url, status, received, trace, doc, answer_doc, unnest(list) AS e, generate_subscripts(list, 1) - 1 AS idx
            FROM (SELECT n, url, status, received, trace, doc, CASE
                    WHEN json_type(answer) = 'VARCHAR' THEN CASE WHEN json_valid(answer->>'$') THEN CAST(answer->>'$' AS JSON) END
                    ELSE answer END AS answer_doc, {_events(shape)} AS list
                FROM claimed WHERE claim = {literal(platform.id)}))))"""


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
