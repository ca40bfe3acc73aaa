"""Amounts of money: $1.5bn, £3m, €2.50, A$10 billion, 50¢, 5 USD."""

import re

from narrate.script.english.context import is_adjective
from narrate.script.english.number_words import cardinal, decimal
from narrate.script.english.rule import DIGITS, Rule, words

_AMOUNT = r"""
    (?P<low>«n») (?P<low_scale>(?:«gap»|-)«scale»(?!\w))?
    (?: (?:[ ]?[-‐‑–—][ ]?|[ ]to[ ]) «again»
        (?P<high>«n») (?P<high_scale>(?:«gap»|-)«scale»(?!\w))? )?
    (?P<more>\+(?![\w]))? (?P<each>(?:/|-an?-)(?:«each»|«per_unit»)(?!\w))?
"""
_SIGN_FIRST = (
    r"(?P<minus>(?<![\w)])[-−])? (?P<currency>(?<!\w)«currency_letters»|«currency_sign») «gap»"
)
_CODE_FIRST = r"(?<!\w) (?P<currency>«currency_code») «space»?"


def _amount(number: str, scale: str | None, *, currency: list[str], alone: bool) -> str:
    """One amount in words; `alone` is False before a noun (a five dollar bill)."""
    one, many, small_one, small_many, joint = currency
    name = many if alone else one
    if scale:
        return f"{decimal(number)} {_scale(scale)} {name}"
    whole, point, after = number.replace(",", "").partition(".")
    hundredths = after.rstrip("0").ljust(2, "0")
    if not point or len(hundredths) != 2 or not small_one:
        return f"{decimal(number)} {one if number == '1' else name}"
    coins = int(hundredths)
    small = f"{cardinal(coins)} {small_one if coins == 1 else small_many}"
    if not int(whole or "0") and coins:
        return small
    large = f"{decimal(whole or '0')} {one if int(whole or '0') == 1 else name}"
    if not coins:
        return large
    return f"{large} {joint} {small}" if joint else f"{large} {small}"


def _scale(written: str) -> str:
    scale = written.strip(" \u00a0\u2009\u202f-")
    return str(words("scale").get(scale, scale.lower()))


def _say(match: re.Match[str]) -> str:
    found = match.groupdict()
    currency = words("currency")[_sign(found["currency"])]
    alone = not is_adjective(match) or bool(found["each"])
    low, high, scale = found["low"], found["high"], found["low_scale"]
    if high is None:
        said = _amount(low, scale, currency=currency, alone=alone)
    else:
        second = _amount(high, found["high_scale"], currency=currency, alone=alone)
        # "$5–10 million" is five million: its scale and its currency are said once, at the end.
        first = decimal(low) + (f" {_scale(scale)}" if scale else "")
        has_cents = re.search(r"\.\d\d\Z", low) and currency[2] and not found["high_scale"]
        if has_cents:
            first = _amount(low, scale, currency=currency, alone=True)
        said = f"{first} to {second}"
    if found.get("minus"):
        said = f"minus {said}"
    if found["more"]:
        said += " plus"
    if found["each"]:
        joint, _, unit = found["each"].replace("-", " ").strip("/ ").rpartition(" ")
        said += f" {joint or 'per'} {words('per_unit').get(unit, unit)}"
    return said


def _sign(written: str) -> str:
    return written.strip(" \u00a0").rstrip(".") if len(written) > 1 else written


def _say_comma(match: re.Match[str]) -> str:
    """€2,50 and 1.234,50 €: the comma and the full stop the other way round."""
    number = match["low"].replace(".", "").replace(",", ".")
    currency = words("currency")[match["before"] or match["after"]]
    return _amount(number, None, currency=currency, alone=True)


_SIGNS = frozenset("$£€¥₹₩₽₺₪₫₦₴₱฿¢元")

RULES = (
    Rule(
        "money with a decimal comma",
        frozenset("€"),
        r"""(?<![\w.,]) (?: (?P<before>€)«gap» (?=[0-9.]+,[0-9]{2}(?![0-9])) )?
            (?P<low>[0-9]{1,3}(?:\.?[0-9]{3}){0,3},[0-9]{2})(?![0-9])
            (?(before)|«gap»(?P<after>€))""",
        _say_comma,
    ),
    Rule(
        "money, sign first",
        _SIGNS,
        _SIGN_FIRST + _AMOUNT.replace("«again»", "(?:«currency_letters»|«currency_sign»)?"),
        _say,
    ),
    Rule(
        "money, code first",
        DIGITS,
        _CODE_FIRST + _AMOUNT.replace("«again»", ""),
        _say,
    ),
    Rule(
        "money, sign or code last",
        DIGITS,
        r"«left»"
        + _AMOUNT.replace("«again»", "")
        + r"«gap» (?P<currency>[¢€₽₺£¥]|\$(?![0-9])|(?:zł|«currency_code»)(?!\w))",
        _say,
    ),
)
