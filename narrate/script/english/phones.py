"""Numbers that are dialled or copied: phones, codes, cards, network addresses."""

import re

from narrate.script.english.number_words import digits
from narrate.script.english.rule import DIGITS, Rule

_RUNS = re.compile(r"[0-9]+|[A-Z]{3,}")
_EXTENSION = r"(?:,?[ ](?:ext\.?|extension|x)[ ]?(?P<extension>[0-9]{1,6}))?"


def _say(match: re.Match[str]) -> str:
    """The groups as they are written, each digit by digit; 800 is "eight hundred"."""
    written, extension = match.group(), match.groupdict().get("extension")
    if extension:
        written = match.string[match.start() : match.start("extension")]
    runs = _RUNS.findall(written)
    groups = [
        "eight hundred" if run == "800" and index < 2 and len(runs) > 2 else _spell(run)
        for index, run in enumerate(runs)
    ]
    if written[0] == "+":
        groups[0] = f"plus {groups[0]}"
    if extension:
        groups.append(f"extension {digits(extension)}")
    return ", ".join(groups)


def _spell(run: str) -> str:
    return digits(run) if run.isdigit() else run


def _international(match: re.Match[str]) -> str | None:
    count = sum(character.isdigit() for character in match.group())
    return _say(match) if 8 <= count <= 15 else None


def _grouped(match: re.Match[str]) -> str | None:
    """From nine digits on it is no date any more."""
    count = sum(character.isdigit() for character in match.group())
    return _say(match) if 9 <= count <= 15 else None


def _dotted(match: re.Match[str]) -> str:
    return " dot ".join(map(digits, match.group().split(".")))


RULES = (
    Rule(
        "North American phone",
        DIGITS,
        r"(?<![\w.,$/-])(?<!\w[-.]) (?:\+?1[ .\xa0‑-]?)?"
        r"(?:\([0-9]{3}\)[ \xa0-]?|[0-9]{3}[ .\xa0‑–-])"
        r"(?:[0-9]{3}[ .\xa0‑–-][0-9]{4}|(?<=8[0-9]{2}-)[A-Z]{3,8}(?:-[A-Z]{2,5})?)(?![\w-])"
        + _EXTENSION,
        _say,
    ),
    Rule(
        "international phone",
        frozenset("+"),
        r"(?<![\w.,])\+[0-9]{1,3}(?:[ .\xa0‑-]?\(?[0-9]{1,12}\)?){1,6}(?![\w-])" + _EXTENSION,
        _international,
    ),
    Rule(
        "national phone",
        frozenset("0"),
        r"(?<![\w.,$£€:/-])\(?0[0-9]{2,4}\)?[ \xa0-](?:[0-9]{3,4}[ \xa0-][0-9]{3,4}|[0-9]{6})"
        r"(?![\w-])(?!\.[0-9])",
        _say,
    ),
    Rule(
        "local phone",
        frozenset("-‑"),
        r"(?<![\w.,$£€:/+-])(?:[2-9][0-9]{2}[-‑](?:[0-9]{4}|[A-Z]{4}))(?![\w-])(?![.,][0-9])"
        + _EXTENSION,
        _say,
    ),
    Rule(
        "emergency number",
        DIGITS,
        r"""(?:(?<=all[ ])|(?<=alled[ ])|(?<=alling[ ])|(?<=ial[ ])|(?<=ialed[ ])|(?<=ialing[ ]))
              [0-9]{3}(?![\w,.]*[0-9])(?![ ][a-z]+s\b)
            | (?<![\w.,-])[0-9]11(?=[ ]«after_emergency»\b)
            | (?<![\w.,-])(?<!Porsche[ ])911(?![\w,.]*[0-9])(?![ ][a-z]+s\b)""",
        _say,
    ),
    Rule(
        "card or account",
        DIGITS,
        r"(?<![\w.,-])(?:[0-9]{4}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}|[0-9]{3}-[0-9]{2}-[0-9]{4}"
        r"|97[89][ -](?:[0-9]{1,7}[ -]){3}[0-9])(?![\w-])",
        _say,
    ),
    Rule(
        "grouped number",
        frozenset("-"),
        r"(?<![\w.,$£€+-])[0-9]{1,4}(?:-[0-9]{2,5}){2,4}(?![\w-])",
        _grouped,
    ),
    Rule(
        "ZIP code",
        DIGITS,
        r"(?<=[A-Z]{2}[ ])[0-9]{5}(?:-[0-9]{4})?(?![\w-]|,[0-9])",
        _say,
    ),
    Rule(
        "network address",
        DIGITS,
        r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w]|\.[0-9])",
        _dotted,
    ),
)
