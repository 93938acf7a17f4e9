"""Which tags send visitors' data to advertising or behaviour vendors other than Google, by type, template or script."""

from __future__ import annotations

import re

from ...core.container import Entity
from ...gtm.scripts import script_of, vendors

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
# A template is known by its gallery name or title only: its program is not in every export.
_MARKS = {
    "Meta": r"facebook|meta[ _-]?(?:pixel|capi|conversions)|stape-io/fb-tag|conversionsapi",
    "TikTok": r"tiktok",
    "Pinterest": r"pinterest",
    "Snapchat": r"snapchat",
    "LinkedIn": r"linkedin",
    "Reddit": r"reddit",
    "X": r"twitter",
    "Microsoft Advertising": r"bat\.bing|uetq|microsoft-capi|bing[ _-]?ads",
    "Amazon Ads": r"stape-io/amazon",
    "Criteo": r"criteo",
    "Taboola": r"taboola",
    "Outbrain": r"outbrain",
    "Klaviyo": r"stape-io/klaviyo",
    "Hotjar": r"hotjar",
    "Microsoft Clarity": r"clarity\.ms",
}
_PATTERNS = {name: re.compile(mark, re.I) for name, mark in _MARKS.items()}


def vendor(tag: Entity) -> str:
    """The vendor a tag sends to; empty for Google's tags, tools, and tags nothing is known about."""
    if tag.type in BUILT_IN:
        return BUILT_IN[tag.type]
    if tag.type.startswith("cvt_"):
        return next((name for name, pattern in _PATTERNS.items() if pattern.search(tag.template)), "")
    return next(iter(vendors(script_of(tag))), "")
