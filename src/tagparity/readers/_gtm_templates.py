"""Which template a custom type belongs to: `cvt_<container>_<id>` and `cvt_<GALLERY>` to `owner/repository`."""

from __future__ import annotations

from ..core.text import outside
from ._gtm_shape import dictionary, first, info, rows, text

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
