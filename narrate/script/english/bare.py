"""Numbers that only the words around them explain: dockets, phones, millions, spaced thousands."""

import re

from narrate.script.english.number_words import cardinal, decimal, digits, pairs
from narrate.script.english.rule import DIGITS, NUMBERS, Rule, before

_MONEY_BEFORE = re.compile(
    r"\b(?:cost|costs|costing|raised|raises|raise|raising|worth|paid|pays|pay|paying|spent|spends|"
    r"spend|spending|earned|earns|earn|lost|loses|invested|invests|borrowed|donated|"
    r"(?:budget|fine|fee|profit|profits|loss|losses|revenue|revenues|sales|turnover|investment|"
    r"debt|debts|deal|bill|total|prize|salary|price|value|cost)[ ]of)"
    r"(?:[ ](?:about|around|nearly|over|almost|some|more[ ]than|less[ ]than|up[ ]to|at[ ]least))?"
    r"[ ]\Z"
)
_MONEY = re.compile(r"[$£€¥][0-9]")
_MOVED_FROM = re.compile(r"\b(?:from|to|against|of|or|and)[ ]\Z")


def _docket(match: re.Match[str]) -> str:
    number = match["number"]
    said = pairs(number) if len(number) == 4 and number[0] != "0" else digits(number)
    return f"{cardinal(int(match['year']))} {said}"


def _phone(match: re.Match[str]) -> str:
    number = match["number"]
    return ", ".join(map(digits, (number[:3], number[3:6], number[6:])))


def _million(match: re.Match[str]) -> str | None:
    """Say "million" for an m behind a word of money, and beside another sum."""
    is_sum = _MONEY_BEFORE.search(before(match)) or (
        _MOVED_FROM.search(before(match)) and _MONEY.search(match.string[: match.start()])
    )
    return f"{decimal(match['number'])} million" if is_sum else None


def _spaced(match: re.Match[str]) -> str:
    return cardinal(int(re.sub(r"\D", "", match.group())))


RULES = (
    # Courts: the year in two digits, and the number of the case.
    Rule(
        "docket",
        frozenset("-‑–"),
        r"(?<=\b[Nn]o\.[ \xa0])(?P<year>[0-9]{2})[-‑–](?P<number>[0-9]{2,5})(?![\w-])",
        _docket,
    ),
    Rule(
        "phone without a dash",
        DIGITS | NUMBERS,
        r"""(?:(?<=[Cc]all[ ])|(?<=[Cc]alled[ ])|(?<=[Cc]alling[ ])|(?<=[Dd]ial[ ])|(?<=[Pp]hone[ ])
              |(?<=[Pp]hone:[ ])|(?<=[Tt]el[ ])|(?<=[Tt]el\.[ ])|(?<=[Tt]el:[ ])|(?<=[Mm]obile[ ])
              |(?<=[Ff]ax[ ])|(?<=[Ff]ax:[ ])|(?<=[Tt]ext[ ])|(?<=WhatsApp[ ]))
            (?P<number>[2-9][0-9]{9})(?![\w-]|[.,][0-9])""",
        _phone,
    ),
    Rule(
        "bare million",
        frozenset("m"),
        r"(?<![\w.,$£€¥])(?P<number>[0-9]{1,4}(?:\.[0-9]{1,3})?)m(?!\w)",
        _million,
    ),
    # Thousands apart by a space: any narrow or fixed one, or a plain one before zeros.
    Rule(
        "thousands with spaces",
        DIGITS | NUMBERS,
        r"(?<![\w.,$£€¥-])(?<![0-9][ \xa0\u2009\u202f])[1-9][0-9]{0,2}"
        r"(?:(?:[\xa0\u2009\u202f][0-9]{3}){1,4}|(?:[ ]000){1,4})"
        r"(?![\w,-]|\.[0-9]|[ \xa0\u2009\u202f][0-9])",
        _spaced,
    ),
)
