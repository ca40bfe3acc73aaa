"""Ordinals, years and Roman numerals."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from narrate.script.european._tables import (
    LEFT,
    SPACE,
    any_of,
    fill,
    in_words,
    ordinal,
    roman,
    year,
)

Table = dict[str, Any]
Rule = tuple[str, Callable[[re.Match[str]], str | None]]

# German: after these an ordinal ends in -te; after a preposition, or any other of these, in -ten.
_TE = frozenset(["der", "die", "das", "diese", "dieser", "dieses", "jede", "eine", "seine", "ihre"])
_PREPOSITIONS = frozenset(
    ["in", "an", "auf", "aus", "bei", "mit", "nach", "seit", "von", "vor", "zu", "während", "wegen"]
)
_TER = frozenset(["ein", "kein", "sein", "ihr", "mein", "unser"])
_NOUNS = frozenset(
    ["Jahrhundert", "Jahrhunderts", "Weltkrieg", "Mal", "Platz", "Tag", "Etage", "Stock"]
)
"""What makes a number at the beginning of a sentence an ordinal, and no list's number."""


def say_day(day: int, match: re.Match[str], table: Table, language: str) -> str:
    """The day of a date as it is said before its month."""
    if table.get("day") == "list":
        return str(table["days"][day - 1])
    if table.get("day") == "ordinal":
        word = ordinal(day, language)
        return word + _german_ending(match, "r") if language == "de" else word
    return str(table.get("first_day", 1)) if day == 1 else str(day)


def _german_ending(match: re.Match[str], alone: str = "") -> str:
    """What follows dritte- at a match: n, r or nothing; `alone` without a word before it."""
    words = re.findall(r"[^\W\d_]+", match.string[max(0, match.start() - 32) : match.start()])
    last = words[-1].lower() if words else ""
    if not last:
        return alone
    if last in _TER:
        return "r"
    led = len(words) > 1 and words[-2].lower() in _PREPOSITIONS
    return "" if last in _TE and not led else "n"


def ordinal_rules(table: Table, language: str) -> Iterator[Rule]:
    """2e, 19e, 3de; in German 3. before a word."""
    if suffix := table.get("suffixed_ordinals"):
        yield (
            rf"{LEFT}(?P<n>[1-9][0-9]{{0,2}}){suffix}(?!\w)",
            lambda match: ordinal(int(match["n"]), language),
        )
    if language == "fr":
        yield rf"(?<!\w)(?P<n>[IVX]+){suffix}(?!\w)", _french_century
    if table.get("stop_ordinals"):
        yield rf"{LEFT}(?P<n>[1-9][0-9]{{0,2}})\.(?={SPACE}(?P<next>[^\W\d_]+))", _german_ordinal


def _french_century(match: re.Match[str]) -> str | None:
    value = roman(match["n"])
    return ordinal(value, "fr") if value else None


def _german_ordinal(match: re.Match[str]) -> str | None:
    if not match.string[: match.start()].strip() and match["next"] not in _NOUNS:
        return None
    return ordinal(int(match["n"]), "de") + _german_ending(match, "s")


def year_rules(table: Table, language: str) -> Iterator[Rule]:
    """1999, 1990er; in Swedish 1800-talet."""
    if table.get("hundreds_years"):
        yield (
            r"(?<![\w.,:/-])(?P<y>1[1-9][0-9]{2})(?P<er>er(?:n|s)?)?(?![\w/]|[.,:-]?[0-9])",
            lambda match: year(int(match["y"])) + (match["er"] or ""),
        )
    if language == "sv":
        yield (
            r"(?<!\w)(?P<y>1[1-9][0-9]{2}|20[0-9]{2})-(?P<tal>tal(?:et|ets)?)(?!\w)",
            _swedish_century,
        )


def _swedish_century(match: re.Match[str]) -> str:
    hundreds, rest = divmod(int(match["y"]), 100)
    tens = in_words(rest, "sv") if rest else ""
    return f"{in_words(hundreds, 'sv')}hundra{tens}{match['tal']}"


def roman_rules(table: Table, language: str) -> Iterator[Rule]:
    """Kapitel IV, Ludwig XIV., siglo XIX, XIX wiek."""
    lists: dict[str, list[str]] = table["romans"]
    end = r"(?![\w’'-])"

    def say_number(match: re.Match[str]) -> str | None:
        value = roman(match["n"])
        return f"{match['lead']}{value}" if value else None

    def say_name(match: re.Match[str]) -> str | None:
        value = roman(match["n"])
        if not value:
            return None
        short = f"{value}º" if value <= table.get("roman_ordinals", 0) else str(value)
        shape: str = table["roman_name"]
        if value == 1 and "roman_first" in table:
            said = str(table["roman_first"])
        else:
            said = shape.format(number=value, short_ordinal=short, ordinal=ordinal(value, language))
        at_end = match["stop"] and not match.string[match.end() :].strip()
        kept = "." if at_end or (match["stop"] and language != "de") else ""
        return f"{match['lead']}{said}{kept}"

    yield fill(rf"(?<!\w)(?P<lead>{any_of(lists['before'])}«space»)(?P<n>[IVXL]+){end}"), say_number
    yield (
        fill(
            rf"(?<!\w)(?P<lead>{any_of(lists['names'])}«space»)(?P<n>[IVX]+)(?:er)?(?P<stop>\.)?{end}"
        ),
        say_name,
    )
    if language == "pl":
        yield fill(r"(?<!\w)(?P<n>[IVX]+)«space»(?P<noun>wiek|wieku|w\.)(?!\w)"), _polish_century


def _polish_century(match: re.Match[str]) -> str | None:
    value = roman(match["n"])
    if not value:
        return None
    word, noun = ordinal(value, "pl"), match["noun"]
    if noun == "wiek":
        return f"{word} wiek"
    located = re.search(rf"(?<!\w)[wW]{SPACE}$", match.string[: match.start()])
    cases = {"y": "ym", "i": "im"} if located else {"y": "ego", "i": "iego"}
    declined = " ".join(part[:-1] + cases[part[-1]] for part in word.split())
    stop = "." if noun == "w." and not match.string[match.end() :].strip() else ""
    return f"{declined} wieku{stop}"
