"""Names of vendors' functions and hosts as their own installation guides write them."""

from __future__ import annotations

# Function -> vendor. A queue is pushed to (`uetq.push`), all others are called.
FUNCTIONS = {
    "fbq": "Meta",
    "_fbq": "Meta",
    "pintrk": "Pinterest",
    "snaptr": "Snapchat",
    "lintrk": "LinkedIn",
    "twq": "X",
    "rdt": "Reddit",
    "obApi": "Outbrain",
    "clarity": "Microsoft Clarity",
    "hj": "Hotjar",
    "amzn": "Amazon Ads",
    "qp": "Quora",
    "gtag": "Google",
    "ga": "Google",
}
QUEUES = {
    "uetq": "Microsoft Advertising",
    "_tfa": "Taboola",
    "criteo_q": "Criteo",
    "klaviyo": "Klaviyo",
    "_learnq": "Klaviyo",
    "_hsq": "HubSpot",
    "_paq": "Matomo",
    "_gaq": "Google",
}
OBJECTS = {"ttq": "TikTok", "adroll": "AdRoll", "klaviyo": "Klaviyo"}
# Globals whose assignment alone tells the vendor.
GLOBALS = {
    "_linkedin_partner_id": "LinkedIn",
    "_linkedin_data_partner_ids": "LinkedIn",
    "TiktokAnalyticsObject": "TikTok",
}
# First method of a call -> it reports an event. Everything else loads, sets or identifies.
TRACKS = {
    "track", "trackCustom", "trackSingle", "trackSingleCustom", "event", "page", "trackEvent", "pageview", "send",
    "_trackEvent", "_trackPageview",
}  # fmt: skip
# Keys that hold the id by which a platform drops the second copy.
ID_KEYS = {
    "Meta": ("eventID", "event_id"),
    "TikTok": ("event_id",),
    "Pinterest": ("event_id",),
    "Snapchat": ("client_dedup_id", "event_id"),
    "LinkedIn": ("event_id",),
    "X": ("conversion_id", "event_id"),
    "Reddit": ("conversionId", "conversion_id"),
    "Microsoft Advertising": ("event_id", "eventId"),
}
PLATFORMS = {
    "Meta": "meta",
    "TikTok": "tiktok",
    "Pinterest": "pinterest",
    "Snapchat": "snapchat",
    "LinkedIn": "linkedin",
    "X": "x",
    "Reddit": "reddit",
    "Microsoft Advertising": "microsoft",
}
# Host, start of the path -> vendor. Widgets and login kits of the same companies are no pixels.
_HOSTS = (
    ("www.facebook.com", "/tr", "Meta"),
    ("facebook.com", "/tr", "Meta"),
    ("analytics.tiktok.com", "/", "TikTok"),
    ("s.pinimg.com", "/ct/", "Pinterest"),
    ("ct.pinterest.com", "/", "Pinterest"),
    ("sc-static.net", "/", "Snapchat"),
    ("tr.snapchat.com", "/", "Snapchat"),
    ("snap.licdn.com", "/", "LinkedIn"),
    ("px.ads.linkedin.com", "/", "LinkedIn"),
    ("dc.ads.linkedin.com", "/", "LinkedIn"),
    ("www.redditstatic.com", "/ads/", "Reddit"),
    ("alb.reddit.com", "/", "Reddit"),
    ("static.ads-twitter.com", "/", "X"),
    ("analytics.twitter.com", "/", "X"),
    ("t.co", "/", "X"),
    ("bat.bing.com", "/", "Microsoft Advertising"),
    ("bat.bing.net", "/", "Microsoft Advertising"),
    ("www.clarity.ms", "/", "Microsoft Clarity"),
    ("a.quora.com", "/qevents", "Quora"),
    ("q.quora.com", "/", "Quora"),
    ("amplify.outbrain.com", "/", "Outbrain"),
    ("tr.outbrain.com", "/", "Outbrain"),
)
_DOMAINS = (
    ("taboola.com", "Taboola"),
    ("criteo.com", "Criteo"),
    ("criteo.net", "Criteo"),
    ("amazon-adsystem.com", "Amazon Ads"),
    ("hotjar.com", "Hotjar"),
    ("klaviyo.com", "Klaviyo"),
    ("adroll.com", "AdRoll"),
    ("crazyegg.com", "Crazy Egg"),
)


def vendor_of(host: str, url: str) -> str:
    """The vendor an address belongs to; empty for Google, the site itself, and hosts nothing is known about."""
    path = "/" + url.split("//", 1)[-1].partition("/")[2]
    if host == "connect.facebook.net":
        return "Meta" if "fbevents" in path or "/signals/" in path else ""
    exact = next((v for h, start, v in _HOSTS if h == host and path.startswith(start)), "")
    return exact or next((v for d, v in _DOMAINS if host == d or host.endswith("." + d)), "")
