"""Whose domain a tagging host belongs to: the site's own, or a cloud's or hosting vendor's."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from ...gtm.routing import host as host_of

# Domains of clouds and hosting vendors: a tagging server under one of them is a third party for every site.
PROVIDERS = {
    "run.app": "Cloud Run",
    "appspot.com": "App Engine",
    "cloudfunctions.net": "Cloud Functions",
    "stape.io": "Stape",
    "stape.net": "Stape",
    "stape.ai": "Stape",
    "taggrs.io": "TAGGRS",
    "taggrs.cloud": "TAGGRS",
    "addingwell.com": "Addingwell",
    "azurewebsites.net": "Azure",
    "azurecontainerapps.io": "Azure",
    "azurefd.net": "Azure",
    "amazonaws.com": "AWS",
    "awsapprunner.com": "AWS",
    "cloudfront.net": "AWS",
    "herokuapp.com": "Heroku",
    "onrender.com": "Render",
    "fly.dev": "Fly.io",
    "workers.dev": "Cloudflare",
    "pages.dev": "Cloudflare",
    "vercel.app": "Vercel",
    "netlify.app": "Netlify",
    "ondigitalocean.app": "DigitalOcean",
}


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def provider(host: str) -> str:
    """Name of the cloud or vendor whose own domain `host` is; empty for all other domains."""
    return next((name for suffix, name in PROVIDERS.items() if host == suffix or host.endswith(f".{suffix}")), "")


def site_of(host: str) -> str:
    """Registrable domain of a host: `shop.example.co.uk` belongs to `example.co.uk`."""
    return _suffixes().privatesuffix(host.lower()) or host.lower()


def party(host: str, page: str) -> str:
    """`same_origin`, `same_site` or `third`; empty when the page's host is not known and the host tells nothing."""
    if provider(host):
        return "third"
    if not page:
        return ""
    if host == page:
        return "same_origin"
    return "same_site" if site_of(host) == site_of(page) else "third"


__all__ = ["host_of", "party", "provider", "site_of"]
