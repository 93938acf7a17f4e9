"""Where a copy comes from, in the engine: its page, the family of its browser, the version of the site. No identifiers.

A page is the path of the event's address without host, query and fragment, in lower case, six segments and 100 characters
at most. A segment that may tell somebody from others is `*`. Words of agents: as the browsers send them (observed,
2026-11-25); `Edg`, `OPR`, `SamsungBrowser`, `CriOS`, `FxiOS` are documented by MDN, "Browser detection using the user
agent string" (community, 2026-11-25).
"""

from __future__ import annotations

from .engine import literal

# In the order they are tried: a browser built on another names that one too.
_BROWSERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Instagram", ("Instagram ",)),
    ("Facebook", ("FBAN/", "FBAV/", "FB_IAB/")),
    ("TikTok", ("musical_ly", "BytedanceWebview", "TikTok", "trill_")),
    ("Pinterest", ("Pinterest/",)),
    ("Snapchat", ("Snapchat",)),
    ("LinkedIn", ("LinkedInApp",)),
    ("Google app", ("GSA/",)),
    ("Edge", ("Edg/", "EdgA/", "EdgiOS/", "Edge/")),
    ("Samsung Internet", ("SamsungBrowser/",)),
    ("Opera", ("OPR/", "OPT/", "OPiOS/", "Opera")),
    ("Firefox", ("Firefox/", "FxiOS/")),
    ("Chrome iOS", ("CriOS/",)),
    ("Chrome", ("Chrome/",)),
)
_PEOPLE = "users?|members?|customers?|profiles?|people"
_SUSPECT = rf"(?:[0-9]{{3}}|[@%=+;:A-Z]|[^/]{{25}}|/[0-9a-f-]{{8}}|/(?:{_PEOPLE})/|^(?:/+[^/]*){{7}})"
# letters of both kinds with digits among them: a token
_TOKEN = r"[a-zA-Z][^/]*[0-9][^/]*[A-Z]|[A-Z][^/]*[0-9][^/]*[a-zA-Z]|[0-9][^/]*[A-Z][^/]*[0-9]"
_PATH = r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*)?(/[^?#]*)?"
_MASKED = rf"/(?:[^/]{{25,}}|[^/]*(?:[0-9]{{3}}|[@%=+;:]|{_TOKEN})[^/]*|[0-9a-fA-F-]{{8,}})/"


def _browser() -> str:
    cases = " ".join(
        f"WHEN {' OR '.join(f'contains(a, {literal(w)})' for w in words)} THEN {literal(family)}"
        for family, words in _BROWSERS
    )
    return f"""CASE WHEN a IS NULL THEN NULL {cases}
        WHEN contains(a, 'Safari/') AND contains(a, 'Version/') AND NOT contains(a, 'Android') THEN 'Safari'
        WHEN contains(a, 'AppleWebKit/') AND contains(a, 'Mobile/') THEN 'iOS web view' ELSE 'other' END"""


def _masked_path() -> str:
    """Every segment between slashes of its own, so that neighbours are found in one pass."""
    doubled = "replace(p, '/', '//') || '/'"
    masked = f"replace(regexp_replace({doubled}, {literal(_MASKED)}, '/*/', 'g'), '//', '/')"
    people = f"regexp_replace(lower({masked}), {literal(f'/({_PEOPLE})/[^/]+')}, '/\\1/*', 'g')"
    return rf"left(regexp_extract({people}, '^(?:/+[^/]*){{0,6}}'), 100)"


# `page_short(page_path(url))` is the page. In two steps, each a column of its own: the engine works out what a macro is
# given anew at every place it is used.
MACROS = (
    # the part between slashes is quicker to find than a pattern; who logs in or names a port is rare
    r"""CREATE OR REPLACE MACRO host_of(u) AS CASE WHEN regexp_matches(u, '^[a-zA-Z]+://[^/?#:@]+(?:/|$)') THEN left(lower(split_part(u, '/', 3)), 100)
        ELSE left(lower(regexp_extract(u, '^[a-zA-Z]+://(?:[^/@]*@)?([^/?#:]+)', 1)), 100) END""",
    f"""CREATE OR REPLACE MACRO page_path(u) AS CASE WHEN contains(u, '://') OR starts_with(u, '/') THEN
        left(regexp_extract(u, {literal(_PATH)}, 1), 1000) END""",
    f"""CREATE OR REPLACE MACRO page_short(p) AS CASE WHEN p IS NOT NULL THEN coalesce(nullif(rtrim(left(
        CASE WHEN regexp_matches(p, {literal(_SUSPECT)}) THEN {_masked_path()} ELSE p END, 100), '/'), ''), '/') END""",
    f"CREATE OR REPLACE MACRO browser_of(a) AS {_browser()}",
    # a commit's digest is shown as people show it; a long number is no version
    r"""CREATE OR REPLACE MACRO version_of(v) AS CASE WHEN v IS NULL THEN NULL
        WHEN strlen(v) = 40 AND regexp_full_match(v, '[0-9a-f]{40}') THEN left(v, 7)
        WHEN strlen(v) <= 20 AND regexp_full_match(v, '[0-9A-Za-z._+-]{1,20}') AND NOT regexp_matches(v, '[0-9]{9}') THEN v END""",
)
