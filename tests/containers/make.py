"""Small helpers that write GTM's export JSON: parameters, tags, triggers, variables, whole exports."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

Json = dict[str, Any]
Value = str | bool | list[Json] | None
CONSENT_INIT, INIT, ALL_PAGES = "2147479572", "2147479573", "2147479553"
SAVED = 1_790_000_000_000  # 2026-09-21, in ms


def param(key: str, value: Value) -> Json:
    """One parameter: text, switch, or a table of flat rows."""
    if isinstance(value, bool):
        return {"type": "BOOLEAN", "key": key, "value": str(value).lower()}
    if isinstance(value, list):
        rows = [
            {"type": "MAP", "map": [{"type": "TEMPLATE", "key": k, "value": v} for k, v in row.items()]}
            for row in value
        ]
        return {"type": "LIST", "key": key, "list": rows}
    return {"type": "TEMPLATE", "key": key} | ({} if value is None else {"value": value})


def entity(kind: str, number: int, name: str, type_id: str, values: dict[str, Value], **more: Any) -> Json:
    """A tag, variable, client or transformation."""
    ids = {f"{kind}Id": str(number), "name": name, "type": type_id, "fingerprint": str(SAVED + number)}
    return ids | {"parameter": [param(k, v) for k, v in values.items()]} | more


def tag(
    number: int, name: str, type_id: str, firing: list[str], needs: list[str] | None = None, /, **values: Value
) -> Json:
    """A tag; `needs` are the consent types it requires."""
    status: Json = {"consentStatus": "NEEDED" if needs else "NOT_NEEDED"}
    if needs:
        status["consentType"] = {"type": "LIST", "list": [{"type": "TEMPLATE", "value": n} for n in needs]}
    more = {"tagFiringOption": "ONCE_PER_EVENT", "monitoringMetadata": {"type": "MAP"}, "consentSettings": status}
    return entity("tag", number, name, type_id, values, firingTriggerId=firing, **more)


def condition(operator: str, left: str, right: str, negated: bool = False) -> Json:
    given = [param("arg0", left), param("arg1", right)] + ([param("negate", True)] if negated else [])
    return {"type": operator, "parameter": given}


def event(number: int, name: str, *filters: Json, operator: str = "EQUALS", title: str = "") -> Json:
    """A custom event trigger."""
    found = {
        "triggerId": str(number),
        "name": title or f"Event - {name}",
        "type": "CUSTOM_EVENT",
        "fingerprint": str(SAVED),
    }
    return (
        found
        | {"customEventFilter": [condition(operator, "{{_event}}", name)]}
        | ({"filter": list(filters)} if filters else {})
    )


def variable(number: int, name: str, type_id: str, /, **values: Value) -> Json:
    return entity("variable", number, name, type_id, values, formatValue={})


def constant(number: int, name: str, value: str) -> Json:
    return variable(number, name, "c", value=value)


def layer(number: int, name: str) -> Json:
    """A data layer variable, called after its key."""
    values: dict[str, Value] = {"dataLayerVersion": "2", "setDefaultValue": False, "name": name}
    return variable(number, f"DLV - {name}", "v", **values)


def gallery(number: int, name: str, identity: str, version: str, short: str, kind: str, side: str) -> Json:
    """A gallery template without its program: only what says what it is."""
    owner, repository = identity.split("/")
    reference = {"host": "github.com", "owner": owner, "repository": repository, "version": version}
    reference |= {"galleryTemplateId": short} if short else {}
    info = {"type": kind, "id": f"cvt_{short}" if short else "cvt_temp_public_id", "version": 1, "displayName": name}
    info |= {"containerContexts": [side]}
    data = f"___INFO___\n\n{json.dumps(info, indent=2)}\n\n\n___TEMPLATE_PARAMETERS___\n\n[]\n"
    return {"templateId": str(number), "name": name, "galleryReference": reference, "templateData": data,
            "fingerprint": str(SAVED)}  # fmt: skip


def export(side: str, container: Json, **entities: list[Json]) -> Json:
    """An export of one container."""
    common = {"accountId": "6004817263", "containerId": container["containerId"]}
    rows = {kind: [common | row for row in found] for kind, found in entities.items()}
    version: Json = {"containerVersionId": "31", "fingerprint": str(SAVED + 900), **common}
    version |= {"container": {**common, "usageContext": [side], **container}, **rows}
    return {"exportFormatVersion": 2, "exportTime": "2026-09-22 08:15:00", "containerVersion": version}


def copied(doc: Json) -> Json:
    return copy.deepcopy(doc)


def found(doc: Json, kind: str, name: str) -> Json:
    """An entity of an export, by name."""
    return next(row for row in doc["containerVersion"][kind] if row["name"] == name)


def put(row: Json, key: str, value: Value) -> None:
    """Sets a parameter of an entity, in place of the old one."""
    row["parameter"] = [p for p in row["parameter"] if p["key"] != key] + [param(key, value)]


def drop(row: Json, key: str) -> None:
    """Takes a parameter out of an entity."""
    row["parameter"] = [p for p in row["parameter"] if p["key"] != key]


def cell(
    row: Json, table: str, name: str, value: str | None, column: str = "parameter", content: str = "parameterValue"
) -> None:
    """Sets the row `name` of a parameter table, or takes it out."""
    rows = next((p for p in row["parameter"] if p["key"] == table), None)
    if rows is None:
        rows = {"type": "LIST", "key": table, "list": []}
        row["parameter"].append(rows)
    rows["list"] = [r for r in rows["list"] if all(m["value"] != name for m in r["map"] if m["key"] == column)]
    if value is not None:
        rows["list"] += param(table, [{column: name, content: value}])["list"]


def disguised(doc: Json, seed: int = 1) -> Json:
    """The same container as an import would leave it: other ids, order, times, accounts, folders, notes."""
    rng, doc = random.Random(seed), copied(doc)
    version = doc["containerVersion"]
    kinds = [k for k in ("tag", "trigger", "variable", "client", "transformation") if k in version]
    triggers = {row["triggerId"]: str(9000 - int(row["triggerId"])) for row in version.get("trigger", [])}
    for kind in kinds:
        rng.shuffle(version[kind])
        for row in version[kind]:
            row[f"{kind}Id"] = str(9000 - int(row[f"{kind}Id"]))
            row |= {"fingerprint": "1795000000000", "accountId": "7", "parentFolderId": "3", "notes": "seen by nobody"}
            for key in ("firingTriggerId", "blockingTriggerId"):
                if key in row:
                    row[key] = [triggers.get(i, i) for i in reversed(row[key])]
            rng.shuffle(row.get("parameter", []))
    doc["exportTime"] = "2027-01-01 00:00:00"
    version |= {"containerVersionId": "0", "fingerprint": "1795000000001", "folder": [{"folderId": "3", "name": "New"}]}
    return doc
