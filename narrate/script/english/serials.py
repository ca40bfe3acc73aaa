"""Numbers that name rather than count: versions, models, roads, rooms, formulas, formations."""

import re

from narrate.script.english.number_words import cardinal, decimal, digits, ordinal, pairs, plural
from narrate.script.english.rule import DIGITS, Rule, words

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_PIECE = re.compile(r"[0-9]+|[^\W\d_]+|[^\w\s]+|\w")
_ATOM = re.compile(r"([A-Z][a-z]?)([0-9₀-₉]*)")


def _number(number: str) -> str:
    """A number that names: in pairs from three digits on, digit by digit with leading zeros."""
    if len(number) < 3 and number[0] != "0":
        return cardinal(int(number))
    return pairs(number) if len(number) <= 4 else digits(number)


def _version(match: re.Match[str]) -> str:
    """v2.0.1 as "version two point zero point one", 3.11 as "three point eleven"."""
    groups = match.groupdict()
    numbers = [
        digits(part) if part[0] == "0" else cardinal(int(part))
        for part in (groups["version"] or groups["long"]).split(".")
    ]
    lead = "version " if groups.get("v") else ""
    return lead + " point ".join(numbers)


def _software(match: re.Match[str]) -> str:
    return f"{match['name']} {_version(match)}"


def _in_pairs(match: re.Match[str]) -> str:
    number, letter = pairs(match["number"]), match["letter"] or ""
    said = f"{match['name']}{plural(number) if letter == 's' else f'{number} {letter}'.strip()}"
    return f"{said} {pairs(match['last'])}" if match["last"] else said


def _model(match: re.Match[str]) -> str:
    """The 35 of F-35 and the 737s of an airline."""
    said = _number(match["model"] or match["craft"])
    return plural(said) if match["many"] else said


def _token(match: re.Match[str]) -> str:
    """A380, H1N1, MP3, 1080p: letters as they are, numbers as names."""
    written = match.group()
    parts = [
        _number(piece) if piece[0] in "0123456789" else piece for piece in _PIECE.findall(written)
    ]
    return " ".join(parts)


def _formula(match: re.Match[str]) -> str | None:
    """CO2 and C₆H₁₂O₆ letter by letter, where every part is a chemical element's sign."""
    atoms = _ATOM.findall(match.group())
    if not all(sign in words("element") for sign, _ in atoms):
        return None
    said = []
    for sign, count in atoms:
        said += list(sign.upper())
        if count:
            said.append(_number(count.translate(_SUBSCRIPTS)))
    return " ".join(said)


def _ordinal(match: re.Match[str]) -> str:
    return ordinal(int(match["number"].replace(",", "")))


def _sequence(match: re.Match[str]) -> str:
    """4-4-2: a formation or a series, each number by itself."""
    return " ".join(decimal(number) for number in re.split(r"[-–]", match.group()))


NAMED_RULES = (
    Rule(
        "version",
        DIGITS,
        r"(?<![\w.])(?P<v>[vV])\.?[ ]?(?P<version>[0-9]{1,6}(?:\.[0-9]{1,6}){0,4})(?!\w|\.[0-9])"
        r"|(?<![\w.])(?P<long>[0-9]{1,6}(?:\.[0-9]{1,6}){2,4})(?![\w]|\.[0-9])",
        _version,
    ),
    Rule(
        "software",
        DIGITS,
        r"(?<!\w)(?P<name>«software»)[ \xa0]"
        r"(?P<version>[0-9]{1,4}(?:\.[0-9]{1,4}){1,4})(?!\w|[.,][0-9])",
        _software,
    ),
    Rule(
        "number in pairs",
        DIGITS,
        r"(?<!\w)(?P<name>«in_pairs»[ \xa0])(?P<number>[0-9]{3,4})(?P<letter>[A-Z]|s\b)?"
        r"(?:-(?P<last>[0-9]{1,4}))?(?![\w%]|[.,][0-9])",
        _in_pairs,
    ),
    Rule(
        "house number",
        DIGITS,
        r"(?<![\w.,$£€:/-])(?P<number>[1-9][0-9]{2,3})(?P<letter>[A-D]?)"
        r"(?=[ ](?:[NSEW]\.?[ ])?(?:[A-Z][a-z]{1,20}[ ]|[0-9]{1,3}(?:st|nd|rd|th)[ ]){1,3}"
        r"(?:«street»|«street_name»)(?:\.|\b))",
        lambda match: f"{pairs(match['number'])} {match['letter']}".strip(),
    ),
)
"""Before measures: a name makes the number its own."""

RULES = (
    Rule(
        "ordinal",
        DIGITS,
        r"«left»(?P<number>[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})"
        r"(?:st|nd|rd|th|ST|ND|RD|TH|ˢᵗ|ⁿᵈ|ʳᵈ|ᵗʰ)(?!\w)",
        _ordinal,
    ),
    Rule(
        "model",
        DIGITS,
        r"(?:(?<=[A-Z]-)(?P<model>[0-9]{1,4})|(?<![\w.,$£€:/-])(?P<craft>[0-9]{3})(?=s))(?P<many>s)?(?![\w]|[.,][0-9])",
        _model,
    ),
    Rule(
        "formula",
        DIGITS | frozenset("₀₁₂₃₄₅₆₇₈₉"),
        r"(?<![\w-])(?=[A-Za-z]{1,8}[0-9₀-₉])(?:[A-Z][a-z]?(?:[1-9₁-₉][0-9₀-₉]?)?){1,8}(?![\w])",
        _formula,
    ),
    Rule(
        "token",
        DIGITS,
        r"(?<![^\W_])(?:[^\W\d_]{1,40}[0-9]{1,15}|[0-9]{1,15}[A-Za-z]{1,40})(?:[A-Za-z]{1,40}|[0-9]{1,15}){0,8}(?![^\W_])",
        _token,
    ),
    Rule(
        "sequence",
        frozenset("-–"),
        r"(?<![\w.,-])[0-9]{1,2}(?:[-–][0-9]{1,2}){2,4}(?![\w-]|\.[0-9])",
        _sequence,
    ),
)
