"""Measures, temperatures, percentages, heights, angles and multiples."""

import re

from narrate.script.english.context import follows_counted, is_adjective, keep_stop
from narrate.script.english.fractions import say_value
from narrate.script.english.number_words import decimal
from narrate.script.english.rule import DIGITS, Rule, after, words

_LEFT = r"(?:(?P<minus>(?<![\w)\]°%])[-−–])|(?<![\w.])(?<!\w[.,:/])(?<![A-Za-z]-))"
_VALUE = r"(?P<low>«value»)(?:[ ]?(?P<joint>[-‐‑–—]|[x×]|to|by)[ ]?(?P<high>«value»))?"
_SCALE = r"(?P<scale>[ ](?:hundred|thousand|million|billion|trillion))?"
_POWERS = {"²": "square ", "2": "square ", "³": "cubic ", "3": "cubic "}
_JOINTS = {"x": "by", "×": "by", "by": "by"}
_DIRECTIONS = {"N": "north", "S": "south", "E": "east", "W": "west"}


def _numbers(match: re.Match[str]) -> tuple[str, bool]:
    """The numbers of a measure in words, and whether they are one."""
    low, high = match["low"], match["high"]
    said = say_value(low)
    if high:
        said = f"{said} {_JOINTS.get(match['joint'], 'to')} {say_value(high)}"
    if match["minus"]:
        said = f"minus {said}"
    if match.groupdict().get("scale"):
        said += match["scale"]
    last = high or low
    single = last == "1" or (_is_part(last) and not high)
    return said, single and not match.groupdict().get("scale")


def _is_part(value: str) -> bool:
    """Whether a value is a fraction below one: ½ mile, 3/4 cup."""
    return bool(re.fullmatch(r"[^\d\s]|[0-9]+/[0-9]+", value))


def _unit(match: re.Match[str]) -> str | None:
    said, single = _numbers(match)
    one, many = words("unit").get(match["unit"]) or words("short_unit")[match["unit"]]
    if match["unit"] in {"k", "K"} and after(match).strip().partition(" ")[0] in words("race"):
        return f"{said} K"
    if match["unit"] == "m" and follows_counted(match, doubtful=True):
        return f"{said} million"
    adjective = match["hyphen"] == "-" or is_adjective(match)
    name = one if single or adjective else many
    if match["power"]:
        name = _POWERS[match["power"]] + name
    if match["per"]:
        name += f" per {words('per_unit').get(match['per'], match['per'])}"
        name += {"²": " squared", "³": " cubed"}.get(match["per_power"] or "", "")
    hyphen = "-" if match["hyphen"] == "-" else " "
    return f"{said}{hyphen}{name}{keep_stop(match)}"


def _percent(match: re.Match[str]) -> str:
    sign = {"%": "percent", "‰": "per thousand"}[match["sign"]]
    return f"{_numbers(match)[0]} {sign}"


def _degrees(match: re.Match[str]) -> str:
    said, single = _numbers(match)
    single = single or is_adjective(match)
    name = "degree" if single else "degrees"
    scale = {"C": " Celsius", "F": " Fahrenheit", "K": " Kelvin"}
    letter = match["scale_name"] or {"℃": "C", "℉": "F"}.get(match["sign"] or "", "")
    return f"{said} {name}{scale.get(letter, '')}"


def _angle(match: re.Match[str]) -> str:
    parts = [
        f"{decimal(match[unit])} {unit if match[unit] != '1' else unit[:-1]}"
        for unit in ("degrees", "minutes", "seconds")
        if match[unit]
    ]
    return " ".join([*parts, *([_DIRECTIONS[match["to"]]] if match["to"] else [])])


def _height(match: re.Match[str]) -> str:
    feet = f"{decimal(match['feet'])} {'foot' if match['feet'] == '1' else 'feet'}"
    written = match["inches"] or match["more"]
    if not written:
        return feet
    inches = say_value(written)
    return f"{feet} {inches} {'inch' if inches == 'one' else 'inches'}"


def _rate(match: re.Match[str]) -> str | None:
    """12/kg and 24/day."""
    unit = words("per_unit").get(match["per"])
    return f"{decimal(match['number'])} per {unit}" if unit else None


def _times(match: re.Match[str]) -> str:
    return f"{decimal(match['number'])} times"


def _by(match: re.Match[str]) -> str:
    return " by ".join(decimal(number) for number in re.split(r"[ ]?[x×][ ]?", match.group()))


RULES = (
    Rule(
        "angle",
        frozenset("°º"),
        r"""(?<![\w.,-])(?P<degrees>[0-9]{1,3}(?:\.[0-9]{1,8})?)[°º][ ]?
            (?:(?P<minutes>[0-9]{1,2}(?:\.[0-9]{1,6})?)['′’][ ]?
               (?:(?P<seconds>[0-9]{1,2}(?:\.[0-9]{1,6})?)(?:[\"″”]|''|′′)[ ]?)?)?
            (?:(?P<to>[NSEW])\b|(?<=['′’\"″”]))""",
        _angle,
    ),
    Rule(
        "height",
        DIGITS,
        r"""(?<![\w.,'′’])(?P<feet>[0-9]{1,3})
            (?: ['′’][ ]?(?P<inches>[0-9]{1,2}(?:\.[0-9]|«vulgar»)?)(?:[\"″”]|''|′′|’’)
            |   (?:[ ]?ft\.?|[ ]feet)[ ](?P<more>[0-9]{1,2})(?:[ ]?in\b\.?|\"|″)
            |   ′(?![0-9]) )(?!\w)""",
        _height,
    ),
    Rule(
        "inches",
        frozenset("″"),
        r"«left»(?P<low>«value»)″",
        lambda m: f"{say_value(m['low'])} inches",
    ),
    Rule(
        "degrees",
        frozenset("°º℃℉"),
        rf"{_LEFT}(?P<low>«n»)(?:[°º]?[CF]?[ ]?(?P<joint>[-‐‑–—]|to)[ ]?(?P<high>[-−]?«n»))?"
        r"«gap»(?:[°º]«gap»(?P<scale_name>[CFK]\b)?|(?P<sign>[℃℉]))",
        _degrees,
    ),
    Rule(
        "percent",
        frozenset("%‰"),
        rf"{_LEFT}(?P<low>«value»)(?:[ ]?(?P<joint>[-‐‑–—]|to)[ ]?(?P<high>«value»))?"
        rf"{_SCALE}«gap»(?P<sign>[%‰])",
        _percent,
    ),
    Rule(
        "measure",
        DIGITS | frozenset("½⅓⅔¼¾⅛⅜⅝⅞"),
        rf"""{_LEFT}{_VALUE}{_SCALE}
            (?P<hyphen>«gap»|-)(?P<unit>«unit»|(?<=[0-9])«short_unit»|[WV](?=/|(?!\.|[ ][A-Z]|-))
              |in(?=[ ](?:long|wide|tall|thick|deep|high|by|x)\b|[;,)]|\Z))
            (?P<power>[²³]|(?<=m)[23])? (?:/(?P<per>«per_unit»)(?P<per_power>[²³])?)?
            (?![\w²³])(?!/\w)(?<!-in)""",
        _unit,
    ),
    Rule(
        "rate",
        frozenset("/"),
        r"«left»(?P<number>«n»)/(?P<per>[a-z]{2,}\b)(?![/.]\w)",
        _rate,
    ),
    Rule("multiple", frozenset("x×"), r"«left»(?P<number>«n»)[x×](?![\w])(?![ ]?[0-9])", _times),
    Rule(
        "dimensions",
        frozenset("x×"),
        r"(?<![\w.,])[0-9]{1,5}(?:\.[0-9]{1,4})?(?:[ ]?x[ ]?[0-9]{1,5}(?:\.[0-9]{1,4})?){1,3}(?!\w)"
        r"|(?<![\w.,])[0-9]{1,5}×[0-9]{1,5}(?=[ ]?(?:pixels|px)\b)",
        _by,
    ),
)
