"""Signs of mathematics and of print."""

import re

from narrate.script.english.number_words import cardinal, decimal, ordinal
from narrate.script.english.rule import DIGITS, Rule, words

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_POWER_NAMES = {"2": "squared", "3": "cubed", "-1": "to the minus one"}


def _spaced(word: str, match: re.Match[str]) -> str:
    """`word` with a space on each side where there is something and none yet."""
    left, right = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    lead = " " if left and not left.isspace() and left not in "([“\"'" else ""
    tail = " " if right and not right.isspace() and right not in ")]”\"',.;:!?" else ""
    return f"{lead}{word}{tail}"


def _sign(match: re.Match[str]) -> str:
    return _spaced(str(words("sign")[match.group().strip()]), match)


def _power(match: re.Match[str]) -> str:
    power = (match["raised"] or match["caret"]).translate(_SUPERSCRIPTS)
    base = decimal(match["base"]) if match["base"][0] in "0123456789." else match["base"]
    if power in _POWER_NAMES:
        return f"{base} {_POWER_NAMES[power]}"
    number = int(power)
    said = ordinal(number) if number > 0 else f"minus {cardinal(-number)}"
    return f"{base} to the {said}" if number > 0 else f"{base} to the power of {said}"


def _exponent(match: re.Match[str]) -> str:
    written = match["e"] or match["caret"] or match["raised"].translate(_SUPERSCRIPTS)
    power = int(written.replace("−", "-"))
    said = cardinal(abs(power))
    return f"{decimal(match['base'])} times ten to the {'minus ' if power < 0 else ''}{said}"


def _comparison(match: re.Match[str]) -> str:
    """Say "is less than" between two things, "less than" before one."""
    name = str(words("comparison")[match["sign"]])
    left = match.string[: match.start()].rstrip()[-1:]
    is_between = left.isalnum() or left in ")%°²³"
    return _spaced(f"is {name}" if is_between and match.start() else name, match)


EARLY_RULES = (
    Rule(
        "scientific",
        DIGITS,
        r"«left»(?P<base>[0-9]{1,6}(?:\.[0-9]{1,9})?)(?:[eE](?P<e>[-−+]?[0-9]{1,3})"
        r"|[ ]?[×x][ ]?10(?:\^[ ]?(?P<caret>[-−]?[0-9]{1,3})|(?P<raised>[⁻⁺]?[⁰¹²³⁴-⁹]{1,3})))"
        r"(?![\w.])",
        _exponent,
    ),
    Rule(
        "multiplication",
        frozenset("="),
        r"(?<=[0-9)])[ ]?[x×∗·⋅][ ]?(?=[0-9.]{1,9}[ ]?=)",
        lambda _: " times ",
    ),
)
"""Before measures, which know "×" as well."""

RULES = (
    Rule(
        "power",
        frozenset("^⁰¹²³⁴⁵⁶⁷⁸⁹"),
        r"(?<![\w.])(?P<base>[A-Za-z]|mc|«n»)(?:\^(?P<caret>-?[0-9]{1,3})|(?P<raised>⁻?[⁰¹²³⁴-⁹]{1,3}))(?![\w])",
        _power,
    ),
    Rule("root", frozenset("√"), r"√(?=[\w(])", lambda match: _spaced("the square root of", match)),
    Rule(
        "approximately",
        frozenset("~∼≈"),
        r"(?<![\w~]) [~∼≈] [ ]? (?=[$£€¥]?\.?[0-9])",
        lambda _: "about ",
    ),
    Rule(
        "number sign",
        frozenset("#№§¶"),
        r"(?<![\w&\#]) (?:[\#№](?=[ ]?[0-9])|§§?|¶) [ ]? (?=[0-9])",
        lambda match: f"{words('sign')[match.group().strip()]} ",
    ),
    Rule(
        "plus or minus", frozenset("±"), r"[ ]?±[ ]?", lambda match: _spaced("plus or minus", match)
    ),
    Rule(
        "comparison",
        frozenset("<>≤≥≠≈≡"),
        r"[ ]? (?P<sign><=|>=|[<>≤≥≠≈≡]) [ ]? (?=[-−$£€]?\.?[0-9]|[A-Za-z][ )=]|[A-Za-z]\Z)",
        _comparison,
    ),
    Rule(
        "operator",
        frozenset("=×÷*+&"),
        r"""[ ]? [=×÷] [ ]? (?=[\w(√$£€.+-])
          | (?<=[0-9)]) \* (?=[0-9(])
          | (?<=[0-9)]) [ ] \* [ ] (?=[0-9(])
          | (?<=[\w)]) [ ] [+] [ ] (?=[\w(]) | (?<=[0-9A-Za-z)²³]) [+] (?=[0-9A-Za-z(])
          | (?<=[0-9%]) [+] (?![\w+])
          | (?<=\w)[ ]?&[ ]?(?=\w)""",
        _sign,
    ),
    Rule(
        "subtraction",
        frozenset("=−"),
        r"(?<=[0-9a-z)])[ ]?[-−–][ ]?(?=[0-9a-z(]{1,9}[ ]?=)",
        lambda _: " minus ",
    ),
    Rule("division", frozenset("/"), r"(?<=[0-9)])[ ]/[ ](?=[0-9(])", lambda _: " divided by "),
    Rule("alternative", frozenset("/"), r"(?<=[^\W\d_])/(?=[^\W\d_])", lambda _: " "),
    Rule("slash", frozenset("/"), r"(?<=[0-9])/(?=[0-9])", lambda _: " slash "),
    Rule(
        "print",
        frozenset("©®™℠"),
        r"[ ]?[®™℠]|©[ ]?",
        lambda match: "copyright " if "©" in match.group() else "",
    ),
)
