"""What is left of numbers: joints between them, signs before them, and the numbers themselves."""

import re

from narrate.script.english.context import is_count
from narrate.script.english.number_words import LONGEST, cardinal, decimal, digits, year
from narrate.script.english.rule import NUMBERS, Rule, before

_SCORED = r"[0-9½⅓⅔¼¾⅛⅜⅝⅞%°]"


def _bare(match: re.Match[str]) -> str:
    """A number by itself; between 1000 and 2099 it is a year unless it counts something."""
    written = match.group()
    if "," in written or "." in written:
        return decimal(written)
    if written[0] == "0" and len(written) > 1:
        return digits(written)
    number = int(written) if len(written) <= LONGEST else 0
    if len(written) == 4 and 1000 <= number < 2100 and not is_count(number, match):
        return year(number)
    return cardinal(number) if number or written == "0" else digits(written)


_BETWEEN = re.compile(r"\b[Bb]etween[ \xa0][$£€]?[0-9.,]+[%°]?\Z")


def say_joint(match: re.Match[str]) -> str:
    """The dash of a range: "to", but "and" behind "between"."""
    return " and " if _BETWEEN.search(before(match)) else " to "


RULES = (
    Rule(
        "range",
        frozenset("-‐‑–—−"),
        rf"(?<={_SCORED})[-‐‑–—−](?=[$£€¥]?\.?[0-9½⅓⅔¼¾])|(?<=[ap]m)[-–—](?=[0-9])|(?<=[ap]\.m\.)[-–—](?=[0-9])"
        r"|(?<=[0-9]{2})[–—](?=«month»\b)|(?<=[0-9](?:st|nd|rd|th))[–-](?=[0-9]{1,4}(?:st|nd|rd|th)\b)"
        r"|(?<=[0-9][a-zA-Z])[–](?=[$£€]?[0-9])|(?<=[0-9](?:bn|km|cm|mm|kg))[–-](?=[$£€]?[0-9])"
        r"|(?<=[ap]m)[ ][-–—][ ](?=[0-9]{1,2}(?:[:.][0-9]{2})?[ ]?[ap]\.?m)"
        r"|(?<=[ap]\.m\.)[ ][-–—][ ](?=[0-9]{1,2}(?:[:.][0-9]{2})?[ ]?[ap]\.?m)"
        r"|(?<=[0-9]:[0-9]{2})[ ][-–—][ ](?=[0-9]{1,2}:[0-9]{2})"
        r"|(?<=[0-9]s)[–-](?=['’]?[0-9]{2,4}s)|(?<=\b[A-Z])–(?=[A-Z]\b)",
        say_joint,
    ),
    Rule(
        "minus",
        frozenset("-−"),
        r"(?<=[0-9])[ ]?−[ ]?(?=[0-9a-z])|(?<![\w)\]%°’'-])[-−](?=[$£€]?\.?[0-9])",
        lambda match: (
            " minus " if match.start() and match.string[match.start() - 1].isdigit() else "minus "
        ),
    ),
    Rule("plus", frozenset("+"), r"(?<![\w)+])\+(?=\.?[0-9])", lambda _: "plus "),
    Rule("part of one", frozenset("."), r"(?<![\w.])\.[0-9]{1,15}(?![0-9])", _bare),
    # It begins with a set of characters, so that Python's search skips to the next digit.
    Rule("number", NUMBERS, r"[0-9][0-9]*(?:(?:,[0-9]{3})+(?![0-9]))?(?:\.[0-9]+)?", _bare),
)
