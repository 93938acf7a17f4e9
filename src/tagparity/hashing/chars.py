"""Character classes, as the languages of the libraries have them, and rules that many profiles share."""

from __future__ import annotations

from .choices import BeforeAt, Either
from .steps import AsciiCase, Lower, Need, NotEmpty, Reject, Rule, Sub, Trim, keep, remove

# What `\\s`, `strip()` and `trim()` mean in each language; `..._SPACE` is for use inside a class.
_SPACES = "\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
JS_SPACE = r"\t\n\x0b\x0c\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
JS_TRIM = Trim("\t\n\x0b\x0c\r " + _SPACES + "\ufeff")
PY_SPACE = r"\t-\r\x1c-\x1f \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
PY_TRIM = Trim("\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85" + _SPACES)
ASCII_SPACE = r"\t\n\x0b\x0c\r "
JAVA_TRIM = Sub(r"^[\x00-\x20]+|[\x00-\x20]+\Z")
PHP_TRIM = Sub(r"^[\x00\t\n\x0b\r ]+|[\x00\t\n\x0b\r ]+\Z")

# ASCII punctuation, and the marks of Latin-1, General Punctuation and CJK that stand in names and places.
ASCII_PUNCT = r"!-/:-@\[-`{-~"
PUNCT = ASCII_PUNCT + r"\u00a1\u00ab\u00b7\u00bb\u00bf\u2010-\u2027\u2030-\u205e\u3001\u3002"

TRIM_LOWER: Rule = (JS_TRIM, Lower())
PLAIN: Rule = (JS_TRIM, NotEmpty())
CLEAN: Rule = (*TRIM_LOWER, NotEmpty())
SQUEEZED: Rule = (remove(JS_SPACE), Lower(), NotEmpty())
DIGITS: Rule = (keep("0-9"), NotEmpty())
ALNUM: Rule = (Lower(), keep("a-z0-9"), NotEmpty())
UPPER_2: Rule = (JS_TRIM, AsciiCase(upper=True), Need("[A-Z]{2}"))

# An address: one @, no white space, two or more labels in the domain. Enough to reject what no platform can match.
ADDRESS = rf"[^@{JS_SPACE}]+@[^@.{JS_SPACE}]+(?:\.[^@.{JS_SPACE}]+)+"
EMAIL: Rule = (*TRIM_LOWER, Need(ADDRESS))
NO_DOTS = BeforeAt((Sub(r"\."),))
CUT_PLUS = BeforeAt((Sub(r"(?s)\+.*"),))
NAMED = r"[^@]+@[^@]+"


def at_gmail(*steps: BeforeAt) -> Rule:
    """`steps` for gmail.com and googlemail.com only."""
    return (Either(r"@(?:gmail|googlemail)\.com\Z", steps, ()),)


GMAIL_DOTS: Rule = at_gmail(NO_DOTS)

# What Stape's tags do before hashing: these two words are no value.
STAPE_VALUE: Rule = (NotEmpty(), Reject(r"^(?:undefined|null)\Z"))

# Another vendor's rule for every domain: no dots, no +suffix.
EMAIL_BARE: Rule = (*EMAIL, CUT_PLUS, NO_DOTS, Need(NAMED))
