"""Which template a custom type belongs to: `cvt_<container>_<id>` and `cvt_<GALLERY>` to `owner/repository`."""

from __future__ import annotations

import hashlib
import re

from ..core.container import Template
from ..core.text import outside
from ._gtm_shape import dictionary, first, info, items, rows, section, text

# Gallery ids seen in exports; they name a template even where a partial export left its customTemplate out.
GALLERY = {
    "5TP8W": "stape-io/facebook-tag",
    "NCN6S": "facebookincubator/ConversionsAPI-Tag-for-GoogleTagManager",
    "T5657": "tiktok/gtm-template-eapi",
    "P3MVB": "stape-io/gads-offline-conversion-tag",
    "MQ7RL": "stape-io/klaviyo-tag",
    "5RM3Q": "facebook/GoogleTagManager-WebTemplate-For-FacebookPixel",
    "KFNBV": "stape-io/fb-tag",
    "MBTSV": "stape-io/data-tag",
    "M63B8": "stape-io/unique-event-id-variable",
    "KDQSW": "cookieyeshq/cookieyes-gtm-template",
    "KVJBW": "goadopt/adopt-gtm-template",
    "WP5V7": "mbaersch/extract-json-web",
    "KT526": "74minutos/ip_format_transformer",
}


_MOST = 500


def identity(template: dict[str, object]) -> str:
    """`owner/repository` of a gallery template, else the name its author gave it."""
    gallery = dictionary(template.get("galleryReference"))
    owner, repository = text(gallery.get("owner")), text(gallery.get("repository"))
    if owner and repository:
        return outside(f"{owner}/{repository}")
    return outside(text(info(template).get("displayName")) or text(template.get("name")))


def _keys(template: dict[str, object], container: str) -> list[str]:
    number = first(template, "templateId", "id")
    owner = first(template, "containerId") or container
    gallery = first(dictionary(template.get("galleryReference")), "galleryTemplateId")
    public = text(info(template).get("id"))
    keys = [f"cvt_{owner}_{number}" if number else "", f"cvt_{gallery}" if gallery else ""]
    return [k for k in [*keys, public if public != "cvt_temp_public_id" else ""] if k]


class Templates:
    """The custom templates of one export, by every type id an entity may carry for them."""

    def __init__(self, version: dict[str, object], container: str) -> None:
        found = rows(version, "customTemplate", "customTemplates", "template")
        self.all = tuple(_template(t, container) for t in found)
        self.by_type = {f"cvt_{k}": v for k, v in GALLERY.items()}
        self.by_number: dict[str, str] = {}
        self.contexts: set[str] = set()
        for template in found:
            name = identity(template)
            self.by_number[first(template, "templateId", "id")] = name
            self.by_type |= dict.fromkeys(_keys(template, container), name)
            contexts = info(template).get("containerContexts")
            self.contexts |= {text(c).lower() for c in contexts} if isinstance(contexts, list) else set()

    def name(self, type_id: str) -> str:
        """Template of a type; the number alone decides where the container id was changed by hand or by import."""
        if not type_id.startswith("cvt_"):
            return ""
        return self.by_type.get(type_id) or self.by_number.get(type_id.rsplit("_", 1)[-1], "")


def _template(template: dict[str, object], container: str) -> Template:
    """A custom template as a value: who made it, which version, what it declares and may do."""
    gallery, about = dictionary(template.get("galleryReference")), info(template)
    contexts = about.get("containerContexts")
    return Template(
        outside(first(template, "templateId", "id")),
        outside(text(template.get("name")) or text(about.get("displayName"))),
        identity(template),
        tuple(outside(k) for k in _keys(template, container)),
        outside(text(about.get("type"))),
        tuple(outside(text(c)).lower() for c in contexts) if isinstance(contexts, list) else (),
        _commit(text(gallery.get("version"))),
        bool(text(gallery.get("owner")) and text(gallery.get("repository"))),
        text(gallery.get("isModified")) == "true",
        _declared(section(template, "TEMPLATE_PARAMETERS")),
        _permissions(section(template, "SERVER_PERMISSIONS") or section(template, "WEB_PERMISSIONS")),
        _program(text(template.get("templateData"))),
    )


def _program(data: str) -> str:
    """A short digest of the template's code, white space at line ends apart; empty where the code was left out."""
    found = re.search(r"___SANDBOXED_JS_FOR_(?:SERVER|WEB_TEMPLATE)___(.*?)(?=\n___[A-Z_]+___|\Z)", data, re.S)
    lines = [line.rstrip() for line in found[1].splitlines() if line.strip()] if found else []
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:12] if lines else ""


def _commit(version: str) -> str:
    """The gallery commit as it is: 40 digits that are no digest of anybody; anything else tells no version."""
    return version.lower() if re.fullmatch(r"[0-9A-Fa-f]{40}", version) else ""


def _declared(parameters: object) -> tuple[str, ...]:
    """Names of a template's parameters, those inside groups and tables too."""
    found: list[str] = []
    stack = list(items(parameters))
    while stack and len(found) < _MOST:
        node = stack.pop(0)
        if not isinstance(node, dict):
            continue
        if name := text(node.get("name")):
            found.append(outside(name, 80))
        for key in ("subParams", "simpleTableColumns", "newRowTitle"):
            stack += items(node.get(key)) if isinstance(node.get(key), list) else []
    return tuple(dict.fromkeys(found))


def _permissions(given: object) -> tuple[str, ...]:
    """What a template may do: `read_event_data`, `inject_script` ..."""
    keys = [
        dictionary(dictionary(dictionary(p).get("instance")).get("key")) for p in items(given) if isinstance(p, dict)
    ]
    return tuple(dict.fromkeys(outside(text(k.get("publicId")), 60) for k in keys if text(k.get("publicId"))))
