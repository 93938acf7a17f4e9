"""Which tags send visitors' data to advertising or behaviour vendors other than Google, by type, template or script."""

from __future__ import annotations

import re

from ...core.container import Entity

# Built-in tag types of Tag Manager, as their ids are written in exports.
BUILT_IN = {
    "baut": "Microsoft Advertising",
    "bzi": "LinkedIn",
    "hjtc": "Hotjar",
    "qpx": "Quora",
    "twitter_website_tag": "X",
    "pntr": "Pinterest",
    "asp": "Adroll",
    "cegg": "Crazy Egg",
}
_MARKS = {
    "Meta": r"facebook|meta[ _-]?(?:pixel|capi|conversions)|stape-io/fb-tag|fbq\s*\(|fbevents\.js|conversionsapi",
    "TikTok": r"tiktok|ttq\.",
    "Pinterest": r"pinterest|pintrk\s*\(|pinimg",
    "Snapchat": r"snapchat|snaptr\s*\(|sc-static\.net",
    "LinkedIn": r"linkedin|lintrk\s*\(|snap\.licdn",
    "Reddit": r"reddit|rdt\s*\(",
    "X": r"twitter|twq\s*\(",
    "Microsoft Advertising": r"bat\.bing|uetq|microsoft-capi|bing[ _-]?ads",
    "Amazon Ads": r"amzn\s*\(|amazon-adsystem|stape-io/amazon",
    "Criteo": r"criteo",
    "Taboola": r"taboola|_tfa\.push",
    "Outbrain": r"outbrain|obApi\s*\(",
    "Klaviyo": r"stape-io/klaviyo|klaviyo\.com/onsite",
    "Hotjar": r"hotjar",
    "Microsoft Clarity": r"clarity\.ms|clarity\s*\(\s*[\"']",
}
_PATTERNS = {name: re.compile(mark, re.I) for name, mark in _MARKS.items()}


def vendor(tag: Entity) -> str:
    """The vendor a tag sends to; empty for Google's tags, tools, and tags nothing is known about."""
    if tag.type in BUILT_IN:
        return BUILT_IN[tag.type]
    urls = [v for k in ("html", "url") if isinstance(v := tag.params.get(k), str)]
    # A template's display name may stand for anything; a script or address is taken only from where it runs.
    seen = tag.template if tag.type.startswith("cvt_") else " ".join(urls)
    return next((name for name, pattern in _PATTERNS.items() if seen and pattern.search(seen)), "")
