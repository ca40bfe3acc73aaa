r"""Formulas in TeX as text that can be read aloud: \frac{a}{b} as "a over b", x^2 as "x²".

Only what stands in a line of prose is aimed at; of other commands the name is said.
"""

import re

_SIGNS = {
    "times": "×",
    "cdot": "×",
    "div": "÷",
    "pm": "±",
    "leq": "≤",
    "le": "≤",
    "geq": "≥",
    "ge": "≥",
    "neq": "≠",
    "ne": "≠",
    "approx": "≈",
    "to": "to",
    "rightarrow": "to",
    "infty": "infinity",
    "in": "in",
    "sum": "the sum of",
    "prod": "the product of",
    "int": "the integral of",
    "ldots": "…",
    "dots": "…",
    "cdots": "…",
    "partial": "partial",
    "nabla": "nabla",
    "circ": "°",
    "varepsilon": "epsilon",
    "varphi": "phi",
}
_SILENT = frozenset(
    [
        "text",
        "mathrm",
        "mathbf",
        "mathit",
        "mathcal",
        "mathbb",
        "operatorname",
        "boldsymbol",
        "left",
        "right",
        "displaystyle",
        "big",
        "Big",
        "quad",
        "qquad",
        "limits",
        "hat",
        "bar",
        "vec",
        "tilde",
    ]
)
_POWERS = {"2": "²", "3": "³"}
_GROUP = r"\{([^{}]{0,200})\}"
_FRACTION = re.compile(rf"\\[dt]?frac\s*{_GROUP}\s*{_GROUP}")
_ROOT = re.compile(rf"\\sqrt\s*{_GROUP}")
_POWER = re.compile(rf"\^\s*(?:{_GROUP}|(\\[A-Za-z]+|\w))")
_INDEX = re.compile(rf"_\s*(?:{_GROUP}|(\\[A-Za-z]+|\w))")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_ROUNDS = 5
"""How deep fractions and roots in each other are understood."""


def read_tex(formula: str) -> str:
    """`formula`, without its dollar signs, as text."""
    text = formula
    for _ in range(_ROUNDS):
        text = _FRACTION.sub(r" \1 over \2 ", text)
        text = _ROOT.sub(r" the square root of \1 ", text)
    text = _POWER.sub(_say_power, text)
    text = _INDEX.sub(lambda match: f" {match[1] or match[2] or ''} ", text)
    text = _COMMAND.sub(_say_command, text)
    text = re.sub(r"\\[,;:! ]|[{}~&]", " ", text).replace("\\", " ")
    text = re.sub(r"(?<=\d)(?=[A-Za-z])", " ", text)  # "2x" is no "two times" here
    return " ".join(re.sub(r"\s+(?=[,.;:!?)²³])", "", text).split())


def _say_power(match: re.Match[str]) -> str:
    power = (match[1] or match[2] or "").strip()
    if power == r"\circ":
        return "°"
    return _POWERS.get(power) or f" to the power of {power} "


def _say_command(match: re.Match[str]) -> str:
    name = match[1]
    return " " if name in _SILENT else f" {_SIGNS.get(name, name)} "
