"""Names: what platforms and their libraries call a match key, and what people call a platform."""

from __future__ import annotations

import re

_KEYS = {
    "em": "em email emailaddress mail hem uhem emails autoemail autoem",
    "ph": "ph phone phonenumber pn uhpn tel telephone mobile mobilephone phones autopn autophone",
    "fn": "fn firstname givenname fname ufn first",
    "ln": "ln lastname familyname surname lname uln last",
    "ct": "ct city town locality",
    "st": "st state region province administrativearea",
    "zp": "zp zip zipcode postal postalcode postcode",
    "country": "country countrycode cn regioncode",
    "db": "db dob dateofbirth birthday birthdate bd",
    "ge": "ge gender gen sex",
    "external_id": "externalid userid customerid crmid matchid extid uid customid externalids",
    "street": "street address streetaddress addressline address1",
    "madid": "madid maid maids idfa aaid gaid googleaid mobileadid mobileadvertisingid idfaaaid advertisingid umai",
    "idfv": "idfv",
    "ip": "ip ipaddress clientipaddress plaintextipaddress",
    "ua": "ua useragent clientuseragent",
    "fbc": "fbc",
    "fbp": "fbp",
    "click_id": "clickid ttclid epik scclickid twclid msclkid gclid rdtcid lifatid linkedinfirstpartyadstrackinguuid",
    "browser_id": "browserid ttp uuid sccookie1 anonymousid uuidc1",
    "subscription_id": "subscriptionid",
    "lead_id": "leadid",
    "fb_login_id": "fbloginid",
    "partner_id": "partnerid",
    "locale": "locale",
    "conversion_id": "conversionid",
    "email_domain": "emaildomain uhed",
    "currency": "currency",
    "title": "title jobtitle",
    "company": "company companyname",
    "acxiom": "acxiom acxiomid",
    "moat": "moat oraclemoatid",
    **{name: name for name in ("f5first", "f5last", "fi", "dobd", "dobm", "doby")},
}
_BY_NAME = {name: key for key, names in _KEYS.items() for name in names.split()}
_PLATFORM_NAMES = {
    "meta": "meta facebook fb metaads facebookads metacapi facebookcapi metapixel facebookpixel instagram",
    "google_ads": "googleads google adwords enhancedconversions ga4 googleanalytics googleanalytics4",
    "google_data_manager": "googledatamanager datamanager datamanagerapi",
    "tiktok": "tiktok tiktokads tt",
    "pinterest": "pinterest pinterestads",
    "snapchat": "snapchat snap snapchatads",
    "linkedin": "linkedin linkedinads li",
    "reddit": "reddit redditads",
    "microsoft": "microsoft bing microsoftads bingads uet msads",
    "x": "x twitter xads twitterads",
    "amazon_events": "amazonevents amazon amazonads amazonconversions amazoneventsapi amazonconversionsapi",
    "amazon_amc": "amazonamc amc amazonmarketingcloud",
    "amazon_amc_audiences": "amazonamcaudiences amcaudiences",
}
_PLATFORMS = {name: platform for platform, names in _PLATFORM_NAMES.items() for name in names.split()}
_COUNTRY = re.compile(r"\s+\[([A-Za-z]{2})\]\s*$")
_WRAPPED = re.compile(r"^(?:ud|udff|aud|audff|pd|user_data)\[(.+)\]$")


def platform_of(name: str) -> str:
    """The platform people call `name`. Raises ValueError with one line for an unknown one."""
    found = _PLATFORMS.get(re.sub(r"[^a-z0-9]", "", name.lower()))
    if found is None:
        raise ValueError(f"unknown platform {name[:40]!r}; known: {', '.join(_PLATFORM_NAMES)}")
    return found


def field_country(field: str) -> str:
    """The country a field name carries in brackets, `state [us]`: "us"; "" where there is none."""
    found = _COUNTRY.search(field)
    return found.group(1).lower() if found else ""


def canonical_key(field: str) -> str | None:
    """The canonical match key a field name stands for, None for an unknown name."""
    name = _COUNTRY.sub("", field.strip())
    name = re.sub(r"\s*\([^()]*\)$", "", name)
    if wrapped := _WRAPPED.match(name):
        name = wrapped.group(1)
    folded = re.sub(r"[^a-z0-9]", "", re.split(r"[.:]", name)[-1].lower())
    bare = re.sub(r"^(?:sha256|hashed|hash)|(?:sha256|hashed|hash|sha)$", "", folded)
    return _BY_NAME.get(folded) or _BY_NAME.get(bare)
