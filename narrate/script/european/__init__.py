"""German, French, Spanish, Italian, Portuguese, Dutch, Polish and Swedish: what engines misread.

espeak-ng reads numbers, percentages and many signs right in these languages, so those stay as they
are written. What it gets wrong (seen in its phonemes) is rewritten: abbreviations, units, money,
times, dates, ranges, ordinals, years in German, Roman numerals. Words and shapes are data, a TOML
file for each language:

    months, months_short   the months after a day, and their short forms
    date, time, hour, cents, range   how these are put into words
    times, bare_hours      patterns of what is written for a time
    day, days, first_day   how the day of a date is said: as an ordinal, from a list, the first one
    words                  abbreviations wherever they stand
    before_number, before_name, after_number   those that are one only there
    after_letters          those that are the end of a word
    minus, between         the words for a minus sign, and between a number and its fraction
    thousands              what parts them where engines read a space wrong
    money, units           "one of it|many of it" for what stands beside a number
    scales                 what may stand between a number and a currency
    fractions              what is said for them
    romans                 words and names after which a Roman numeral is a number
    roman_name, roman_first, roman_ordinals   how a ruler's number is said
    suffixed_ordinals, stop_ordinals, hundreds_years   what else the language has
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from narrate.script.english.rule import Edit, Rule
from narrate.script.english.rule import find_edits as apply
from narrate.script.european import _ordinals, _rules, _words
from narrate.script.european._tables import languages, load_table

__all__ = ["find_edits", "languages"]

_SIGN = re.compile(r"[\d.:°§€$£¥½⅓⅔¼¾]|\b[IVXL]+")


def find_edits(text: str, language: str, kept: Sequence[tuple[int, int]] = ()) -> list[Edit]:
    """What is said otherwise in `text`: (start, end, what is said), in order.

    `language` is one of `languages()`. The stretches `kept` (start, end) stay as they are.
    """
    if not _SIGN.search(text) and not _words.pattern(language).search(text):
        return []
    return apply(text, _load_rules(language), kept)


@cache
def _load_rules(language: str) -> tuple[Rule, ...]:
    return tuple(Rule(language, frozenset(), pattern, say) for pattern, say in _all_rules(language))


def _all_rules(language: str) -> Iterator[_rules.Rule]:
    """The rules of a language: of two that find the same place, the first has it."""
    table = load_table(language)
    yield from _rules.keep_rules()
    yield from _rules.date_rules(table, language)
    yield from _rules.time_rules(table)
    yield from _rules.range_rules(table)
    yield from _rules.money_rules(table, language)
    yield from _rules.unit_rules(table)
    yield from _rules.number_rules(table)
    yield from _ordinals.roman_rules(table, language)
    yield from _ordinals.ordinal_rules(table, language)
    yield from _words.word_rules(table)
    yield from _ordinals.year_rules(table, language)
