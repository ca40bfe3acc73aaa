"""The words of each language, and the patterns and numbers that all of them share."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

SPACE = r"[ \u00a0\u2009\u202f]"
# 5 · 1.234 · 1 234,5 · 0,25: a point or a space parts thousands, a comma the fraction.
NUMBER = (
    r"(?:[0-9]{1,3}(?:[. \u00a0\u2009\u202f][0-9]{3})+|[0-9]{1,15})(?:,[0-9]{1,15})?(?![.,]?[0-9])"
)
LEFT = r"(?<![\w.,:/-])"
_NAMED = {
    "space": SPACE,
    "gap": f"{SPACE}?",
    "n": NUMBER,
    "left": LEFT,
    "h": r"(?<![\w.,:/-])(?P<h>[01]?[0-9]|2[0-4])",
    "m": r"(?P<m>[0-5][0-9])(?![:.,]?[0-9])",
}


@cache
def languages() -> frozenset[str]:
    """The primary subtags of the languages with tables."""
    return frozenset(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load_table(language: str) -> dict[str, Any]:
    """All that is known of `language`; the files say what each key is for."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def fill(pattern: str) -> str:
    """`pattern` with what the names between « and » stand for."""
    return re.sub(r"«(\w+)»", lambda name: _NAMED[name[1]], pattern)


def any_of(words: Any) -> str:  # noqa: ANN401 a list or a table of TOML
    """A pattern for any of `words`, the longest first; spaces in them may be missing or narrow."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    parts = (re.escape(word).replace(r"\ ", f"{SPACE}?") for word in longest_first)
    return f"(?:{'|'.join(parts)})"


def find(words: dict[str, str], written: str) -> str:
    """What is said for `written`, whatever spaces it has."""
    found = words.get(written)
    if found is not None:
        return found
    bare = re.sub(SPACE, "", written)
    return next(said for word, said in words.items() if word.replace(" ", "") == bare)


def choose_form(number: str, forms: list[str]) -> str:
    """The form of a noun that goes with `number`: one, many; in Polish one, few, many, part.

    After http://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html
    """
    if len(forms) <= 2:
        return forms[0] if number == "1" else forms[-1]
    if "," in number:
        return forms[3]
    digits = re.sub(r"\D", "", number)
    few = digits[-1] in "234" and digits[-2:-1] != "1"
    return forms[0] if digits == "1" else forms[1 if few else 2]


@cache
def ordinal(number: int, language: str) -> str:
    """`number` as an ordinal in words: dritte, troisième, derde, trzeci, tredje."""
    from num2words import num2words

    return str(num2words(number, lang=language, to="ordinal"))


@cache
def in_words(number: int, language: str) -> str:
    """`number` as a cardinal in words."""
    from num2words import num2words

    return str(num2words(number, lang=language))


@cache
def year(number: int) -> str:
    """A year in German words: neunzehnhundertneunundneunzig."""
    from num2words import num2words

    return str(num2words(number, lang="de", to="year"))


def roman(numeral: str) -> int | None:
    """The value of a Roman numeral up to 89; None for what is none."""
    match = re.fullmatch(r"(L?X{0,3}|XL)(IX|IV|V?I{0,3})", numeral)
    if not match or not numeral:
        return None
    values = {"L": 50, "XL": 40, "IX": 9, "IV": 4}
    tens = 40 if match[1] == "XL" else 50 * ("L" in match[1]) + 10 * match[1].count("X")
    ones = values.get(match[2]) or 5 * ("V" in match[2]) + match[2].count("I")
    return tens + ones
