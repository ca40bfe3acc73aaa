"""Fractions: 3/4, ½, 2½, 2 1/2 — and the values that stand before a unit."""

import re
import unicodedata

from narrate.script.english.number_words import cardinal, decimal, fraction
from narrate.script.english.rule import DIGITS, Rule

_MIXED = re.compile(
    r"(?:(?P<whole>[0-9]{1,4})[ \u00a0\u2064]?)??"
    r"(?:(?P<vulgar>[^\W\d_])|(?P<above>[0-9]{1,4})[/⁄](?P<below>[0-9]{1,4}))"
)
_VULGAR = frozenset("½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒")


def say_value(written: str) -> str:
    """A number with or without a fraction, in words: "2½" as "two and a half"."""
    match = _MIXED.fullmatch(written)
    if match is None:
        return decimal(written)
    if match["vulgar"]:
        above, _, below = unicodedata.normalize("NFKD", match["vulgar"]).partition("⁄")
    else:
        above, below = match["above"], match["below"]
    part = fraction(int(above), int(below))
    if not match["whole"]:
        return part
    if above == "1":
        part = ("an " if part.startswith("one eighth") else "a ") + part.removeprefix("one ")
    return f"{cardinal(int(match['whole']))} and {part}"


def _say(match: re.Match[str]) -> str | None:
    below = match["below"]
    if below and not 0 < int(below) <= 10_000:
        return None
    return say_value(match["value"])


RULES = (
    Rule(
        "fraction",
        DIGITS | _VULGAR,
        r"""(?<![\w.,/])
            (?P<value>(?:[0-9]{1,4}[ \u00a0])?[0-9]{1,4}[/⁄](?P<below>[0-9]{1,4})
            |(?:[0-9]{1,4}[ \u00a0]?)?«vulgar»)(?:(?:th|rd|nd|st)s?\b)?(?![\w/])(?!\.[0-9])""",
        _say,
    ),
    # Glued to something that is no number, a fraction is one still.
    Rule("fraction sign", _VULGAR, r"«vulgar»", lambda match: say_value(match.group())),
)
