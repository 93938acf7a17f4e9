"""Match keys of raw rows to form codes and keyed digests, in stages of columns that a vector is taken through whole.

A key holds one text, a list of one, or, seldom, more: the text in front of every row is classified in one pass over all
keys alike, and what else a list holds follows it in the same pass. Every use of a form macro costs milliseconds to plan,
so in blocks of a log each is used once. A key that is known to hold one text in every row (`texts`) is classified by
itself: over millions of rows that takes less than half of the time, and planning is nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..core.platform import CODE, HASHED, Form, Hashing, Key, Platform
from ..core.rows import MATCH_KEYS
from .engine import literal
from .forms import macro_for

HASHED_KEYS = ("em", "ph", "fn", "ln", "ct", "st", "zp", "country", "db", "ge", "external_id")
PLAIN_KEYS = frozenset(MATCH_KEYS) - frozenset(HASHED_KEYS)
DEFAULT_KEYS: Mapping[str, Key] = {
    k: Key(
        (),
        Hashing.NEVER if k in PLAIN_KEYS else Hashing.EITHER if k == "external_id" else Hashing.REQUIRED,
        list_ok=True,
    )
    for k in MATCH_KEYS
}
DIGESTS = HASHED | {Form.MD5, Form.SHA1}
HASH_HEX = f"""CREATE OR REPLACE MACRO hash_hex(v, f) AS CASE WHEN f IN ({CODE[Form.SHA256_BASE64]}, {CODE[Form.SHA256_BASE64URL]})
    THEN lower(hex(from_base64(rpad(translate(v, '-_', '+/'), 44, '=')))) ELSE lower(split_part(v, '.', 1)) END"""


def codes(forms: Iterable[Form]) -> str:
    return ", ".join(str(CODE[f]) for f in sorted(forms))


def _by_platform(platforms: list[Platform], key: str, want: bool, flag: str) -> str:
    """`p IN (...)` over the platforms whose key has the flag; platforms nobody knows take the default."""

    def holds(k: Key) -> bool:
        return (k.hashing is Hashing.NEVER) if flag == "never" else not k.list_ok

    yes = [p.id for p in platforms if holds(p.keys.get(key, DEFAULT_KEYS[key])) is want]
    return f"p IN ({', '.join(map(literal, yes))})" if yes else "false"


def _never(key: str, platforms: list[Platform]) -> str:
    """Condition: the platform wants the key plain. `true` where it is so for every row."""
    return "true" if key in PLAIN_KEYS else _by_platform(platforms, key, True, "never")


def _classes(present: list[str], platforms: list[Platform]) -> dict[str, list[tuple[str, str]]]:
    """For each form macro the keys it serves, with the condition under which it does."""
    out: dict[str, list[tuple[str, str]]] = {}
    for key in present:
        never = _never(key, platforms)
        if never != "false":
            out.setdefault(macro_for(key), []).append((key, never))
        if never != "true":
            out.setdefault("form_hashable", []).append((key, f"NOT ({never})"))
    return out


def stages(present: list[str], platforms: list[Platform], texts: Collection[str] = ()) -> list[str]:
    """Columns to add to the rows, stage after stage; each sees those before it. They leave, of every key, `<key>_t`, its
    text, `<key>_c`, its form code, and, unless it is one of `texts`, `<key>_l`, where a list holds several values
    STRUCT(f, t)[], form code and text, best form first; of hashed ones `<key>_v`, digest of the hash a value is, in
    lower-case hex, and `<key>_vv`, digest of that hash hashed again."""
    plain = [k for k in present if k in texts]
    lists = [k for k in present if k not in texts]
    hashed = [k for k in HASHED_KEYS if k in present]
    steps = _lists(lists, platforms) if lists else [[]]
    steps[0] += [f"{k} AS {k}_t" for k in plain]
    steps[-1] += [f"{_text_code(k, platforms)} AS {k}_c" for k in plain]
    steps.append([f"{_hex(k, k in lists)} AS {k}_h" for k in hashed])
    steps.append(
        [f"digest({k}_h) AS {k}_v" for k in hashed]
        + [f"CASE WHEN {k}_c IN ({codes(HASHED)}) THEN digest(sha256({k}_h)) END AS {k}_vv" for k in hashed]
    )
    return [", ".join(columns) for columns in steps if columns]


def _text_code(key: str, platforms: list[Platform]) -> str:
    """Form code of a key that is one text or nothing. `{key}_t` may not be there yet: the column itself is that text."""
    never = _never(key, platforms)
    cases = [f"WHEN {never} THEN {macro_for(key)}({key})"] if never != "false" else []
    cases += [f"WHEN NOT ({never}) THEN form_hashable({key})"] if never != "true" else []
    return f"CAST(CASE WHEN {key} IS NULL THEN 0 {' '.join(cases)} ELSE 0 END AS UTINYINT)"


def _lists(present: list[str], platforms: list[Platform]) -> list[list[str]]:
    """The stages up to the form codes of keys that may hold lists."""
    classes = _classes(present, platforms)
    steps = [[f"json_type({k}) AS {k}_y" for k in present]]
    steps.append(
        [f"CASE {k}_y WHEN 'ARRAY' THEN {k}->>'$[0]' ELSE {k}->>'$' END AS {k}_t" for k in present]
        + [f"CASE {k}_y WHEN 'ARRAY' THEN CAST(json_array_length({k}) AS INTEGER) END AS {k}_n" for k in present]
    )
    steps.append([f"{_texts(served)} AS {macro}_t" for macro, served in classes.items()])
    steps.append([f"list_transform({m}_t, lambda v: CAST({m}(v) AS UTINYINT)) AS {m}_f" for m in classes])
    steps.append([f"{_several(k, classes)} AS {k}_l" for k in present])
    steps.append([f"{_code(k, platforms, classes)} AS {k}_c" for k in present])
    return steps


def _text(key: str, condition: str) -> str:
    usable = f"{key}_y IN ('VARCHAR', 'ARRAY')"
    return f"CASE WHEN {usable if condition in ('true', 'NOT (false)') else f'{usable} AND ({condition})'} THEN {key}_t END"


def _longer(keys: Iterable[str]) -> str:
    return " OR ".join(f"{k}_n > 1" for k in keys)


def _texts(served: list[tuple[str, str]]) -> str:
    """The first text of every key, then all texts of the lists of several, as VARCHAR[]."""
    first = f"[{', '.join(_text(k, c) for k, c in served)}]"
    lists = ", ".join(f"""CASE WHEN {k}_n > 1 THEN from_json({k}, '["VARCHAR"]') END""" for k, _ in served)
    return f"CASE WHEN {_longer(k for k, _ in served)} THEN list_concat({first}, {lists}) ELSE {first} END"


def _several(key: str, classes: dict[str, list[tuple[str, str]]]) -> str:
    """The values of a list of several, out of the classified texts."""
    cases = []
    for macro, served in classes.items():
        names = [k for k, _ in served]
        if key not in names:
            continue
        before = [f"CASE WHEN {k}_n > 1 THEN {k}_n ELSE 0 END" for k in names[: names.index(key)]]
        start = " + ".join([str(len(names)), *before])
        items = f"list_transform(range(1, {key}_n + 1), lambda i: {{'f': {macro}_f[{start} + i], 't': {macro}_t[{start} + i]}})"
        cases.append(f"WHEN {dict(served)[key]} THEN list_sort(list_filter({items}, lambda c: c.f <> 0))")
    return f"CASE WHEN {key}_n > 1 THEN CASE {' '.join(cases)} END END"


def _form(key: str, classes: dict[str, list[tuple[str, str]]]) -> str:
    """Form code of the text, or of the best one of a list."""
    cases = [
        f"WHEN {condition} THEN {macro}_f[{place}]"
        for macro, served in classes.items()
        for place, (name, condition) in enumerate(served, 1)
        if name == key
    ]
    return f"coalesce(CASE WHEN {key}_n > 1 THEN {key}_l[1].f {' '.join(cases)} END, 0)"


def _code(key: str, platforms: list[Platform], classes: dict[str, list[tuple[str, str]]]) -> str:
    """Form code of a key: its best value's; a list where one value is wanted is `list`."""
    number = CODE[Form.PLAIN] if key == "external_id" else CODE[Form.WRONG_TYPE]
    scalar = _by_platform(platforms, key, True, "scalar")
    form = _form(key, classes)
    return f"""CAST(CASE WHEN {key}_y IS NULL OR {key}_y = 'NULL' THEN 0
        WHEN {key}_y = 'ARRAY' AND ({scalar}) THEN CASE WHEN {key}_n > 0 THEN {CODE[Form.LIST]} ELSE 0 END
        WHEN {key}_y IN ('VARCHAR', 'ARRAY') THEN {form}
        WHEN {key}_y IN ('OBJECT', 'BOOLEAN') THEN {CODE[Form.WRONG_TYPE]} ELSE {number} END AS UTINYINT)"""


def _hex(key: str, lists: bool) -> str:
    """The hash a value is, in lower-case hex; NULL where it is none."""
    text = f"CASE WHEN {key}_n > 1 THEN {key}_l[1].t ELSE {key}_t END" if lists else f"{key}_t"
    return f"""CASE WHEN {key}_c = {CODE[Form.SHA256_HEX]} THEN {text}
        WHEN {key}_c IN ({codes(DIGESTS - {Form.SHA256_HEX})}) THEN hash_hex({text}, {key}_c) END"""
