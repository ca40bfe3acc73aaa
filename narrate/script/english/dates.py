"""Dates in every common order, years with an era, decades, and stretches of years and days."""

import re

from narrate.script.english.context import follows_counted
from narrate.script.english.number_words import decade, ordinal, two_digits, year
from narrate.script.english.rule import DIGITS, Rule, before, words

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TH = r"(?:(?:st|nd|rd|th)\b)?"
_MONTH = r"(?P<month>(?<!\w)«month»(?:\.|\b))"
_DAY = rf"(?P<day>[0-9]{{1,2}}){_TH}(?:[ ]?«dash»[ ]?(?P<last>[0-9]{{1,2}}){_TH})?(?![0-9])"
_YEAR = r"(?P<year>[12][0-9]{3})(?![0-9]|[.,:][0-9]|[a-z%])"
_ERA = r"(?P<era>(?:A\.D\b\.?|B\.C\.E\b\.?|B\.C\b\.?|C\.E\b\.?|(?:AD|BCE|BC|CE)\b))"
# In lower case they are words as well, so a year has to follow.
_WORD_MONTH = r"(?P<month>(?<!\w)(?:may|march|mar\b\.?))"
_WORD_MONTHS = {"may": "May", "march": "March", "mar": "March"}


def _full_year(written: str) -> int:
    """A year of two digits is one from 1970 to 2069."""
    number = int(written)
    if len(written) > 2:
        return number
    return number + (1900 if number >= 70 else 2000)


def _name_month(match: re.Match[str]) -> str:
    written = match["month"].rstrip(".")
    return str(words("month").get(written) or _WORD_MONTHS[written])


def _written_out(month: int, day: int, number: str, *, day_first: bool = False) -> str | None:
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month - 1]:
        return None
    name = _MONTHS[month - 1]
    said = f"the {ordinal(day)} of {name}" if day_first else f"{name} {ordinal(day)}"
    return f"{said}, {year(_full_year(number))}"


def _days(match: re.Match[str]) -> str | None:
    """The day or days of a date: "third", "third to fifth"."""
    numbers = [int(match["day"]), *([int(match["last"])] if match["last"] else [])]
    if not all(1 <= number <= 31 for number in numbers):
        return None
    return " to ".join(map(ordinal, numbers))


def _month_first(match: re.Match[str]) -> str | None:
    days = _days(match)
    if days is None:
        return None
    if not match["year"] and follows_counted(match, doubtful=False):
        return None
    said = f"{_name_month(match)} {days}"
    if not match["year"]:
        return said
    joint = match["joint"] if match["joint"] != "-" else ", "
    return f"{said}{joint}{year(int(match['year']))}"


def _day_first(match: re.Match[str]) -> str | None:
    days = _days(match)
    if days is None:
        return None
    the = match["the"] or ("" if match["of"] else "the ")
    said = f"{the}{days} of {_name_month(match)}"
    return f"{said}, {year(int(match['year']))}" if match["year"] else said


def _month_and_year(match: re.Match[str]) -> str:
    return f"{_name_month(match)}{match['joint']}{year(int(match['year']))}"


def _iso(match: re.Match[str]) -> str | None:
    return _written_out(int(match["month"]), int(match["day"]), match["year"])


def _numeric(match: re.Match[str]) -> str | None:
    """3/15/2020 in the American order; where that cannot be, or with full stops, the other one."""
    first, second = int(match["first"]), int(match["second"])
    american = match["sign"] != "." and first <= 12
    month, day = (first, second) if american else (second, first)
    return _written_out(month, day, match["year"], day_first=not american)


def _quarter(match: re.Match[str]) -> str:
    """2Q22 as "the second quarter of twenty twenty-two"."""
    the = "" if before(match).lower().endswith("the ") else "the "
    said = f"{the}{ordinal(int(match['quarter']))} quarter"
    return f"{said} of {year(_full_year(match['year']))}"


def _short_numeric(match: re.Match[str]) -> str | None:
    said = _written_out(int(match["first"]), int(match["second"]), "2000")
    return said.partition(",")[0] if said else None


def _with_era(match: re.Match[str]) -> str:
    numbers = [match["year"], *([match["last"]] if match["last"] else [])]
    said = " to ".join(year(int(number)) for number in numbers)
    return f"{said} {match['era']}"


def _era_first(match: re.Match[str]) -> str:
    return f"{match['era']} {year(int(match['year']))}"


def _decade(match: re.Match[str]) -> str:
    return decade(int(match["decade"]))


def _years(match: re.Match[str]) -> str | None:
    """1914–1918, 2019–20 and 1999–2000, where the second year comes after the first."""
    first, last = int(match["first"]), match["last"] or match["short"]
    if len(last) == 4:
        joint = "and" if before(match).lower().endswith("between ") else "to"
        return f"{year(first)} {joint} {year(int(last))}" if first < int(last) < 2100 else None
    if last == "00" and first % 100 == 99:
        return f"{year(first)} to {year(first + 1)}"
    return f"{year(first)} to {two_digits(int(last))}" if int(last) > first % 100 else None


def _short_year(match: re.Match[str]) -> str | None:
    """'99 as "ninety-nine"; quotation marks around a number are none."""
    return two_digits(int(match["year"])) if match["year"] != "00" else None


def _names(match: re.Match[str]) -> str:
    """Mon–Fri as "Monday to Friday", Jan.–March as "January to March"."""
    names = words("month") | words("weekday")
    return " to ".join(str(names.get(match[end], match[end])) for end in ("first", "last"))


RULES = (
    Rule(
        "ISO date",
        DIGITS,
        r"(?<![\w.-])(?P<year>[12][0-9]{3})(?P<sign>[-‑/.])(?:(?P<month>0?[1-9]|1[0-2])(?P=sign)"
        r"(?P<day>0?[1-9]|[12][0-9]|3[01]))(?:(?=T[0-9]{2}:)|(?![\w-]))",
        _iso,
    ),
    Rule(
        "numeric date",
        DIGITS,
        r"(?<![\w.,/-])(?P<first>[0-9]{1,2})(?P<sign>[/.-])(?P<second>[0-9]{1,2})(?P=sign)"
        r"(?P<year>[12][0-9]{3}|(?<=/)[0-9]{2})(?![\w/-])(?!\.[0-9])",
        _numeric,
    ),
    Rule(
        "numeric month and year",
        frozenset("/"),
        r"(?<![\w.,/-])(?P<month>0?[1-9]|1[0-2])/(?P<year>(?:19|20)[0-9]{2})(?![\w/-])",
        lambda match: f"{_MONTHS[int(match['month']) - 1]} {year(int(match['year']))}",
    ),
    Rule(
        "short numeric date",
        frozenset("/"),
        r"(?:(?<=\b[oO]n[ ])|(?<=\b[bB]y[ ])|(?<=\b[sS]ince[ ])|(?<=\b[uU]ntil[ ])|(?<=day[ ]))"
        r"(?P<first>[0-9]{1,2})/(?P<second>[0-9]{1,2})(?![\w/])",
        _short_numeric,
    ),
    Rule(
        "weekday before a date",
        DIGITS,
        r"(?<!\w)(?P<weekday>«weekday»)\.?(?=,?«space»(?:«month»\.?«space»[0-9]|[0-9]{1,2}«space»«month»))",
        lambda match: str(words("weekday")[match["weekday"]]),
    ),
    Rule(
        "month and day",
        DIGITS,
        rf"{_MONTH} (?: (?:«space»the)? «space» | (?<=\w)-(?=[0-9]{{1,2}}(?:-|\b)) ) {_DAY}"
        rf"(?![:%°/]|[.,][0-9]) (?: (?P<joint>,?«space»|-) {_YEAR} )?",
        _month_first,
    ),
    Rule(
        "month in lower case and day",
        DIGITS,
        rf"{_WORD_MONTH} «space» {_DAY} (?P<joint>,?«space») {_YEAR}",
        _month_first,
    ),
    Rule(
        "day and month in lower case",
        DIGITS,
        rf"(?<![\w.,/:$£€-])(?P<the>[Tt]he«space»)? {_DAY} [ -](?P<of>of«space»)? {_WORD_MONTH}"
        rf",?[ -] {_YEAR}",
        _day_first,
    ),
    Rule(
        "quarter",
        frozenset("Q"),
        r"(?<![\w.,-])(?P<quarter>[1-4])Q[ ]?['’]?(?P<year>20[0-9]{2}|[0-9]{2})(?![\w-]|[.,][0-9])",
        _quarter,
    ),
    Rule(
        "day and month",
        DIGITS,
        rf"(?<![\w.,/:$£€-])(?P<the>[Tt]he«space»)? {_DAY} [ -](?P<of>of«space»)? {_MONTH}"
        rf"(?: ,?[ -] {_YEAR} )?",
        _day_first,
    ),
    Rule(
        "month and year",
        DIGITS,
        rf"{_MONTH} (?P<joint>,?«space»(?:of[ ])?) {_YEAR}",
        _month_and_year,
    ),
    Rule(
        "year and era",
        DIGITS,
        rf"(?<![\w.,])(?P<year>[0-9]{{1,4}})(?:[ ]?«dash»[ ]?(?P<last>[0-9]{{1,4}}))?«gap»{_ERA}",
        _with_era,
    ),
    Rule(
        "era and year", DIGITS, rf"(?<!\w){_ERA}«space»(?P<year>[0-9]{{1,4}})(?![\w,])", _era_first
    ),
    Rule(
        "decade",
        DIGITS,
        r"(?<![\w.,$£€])(?:['’‘](?=[0-9]0))?(?P<decade>[12][0-9]{2}0|[2-9]0)(?:['’]?s)(?![\w])",
        _decade,
    ),
    Rule("short year", frozenset("'’‘"), r"(?<!\w)['’‘](?P<year>[0-9]{2})(?![\w'’])", _short_year),
    Rule(
        "years",
        DIGITS,
        r"(?<![\w.,$£€+-])(?P<first>1[0-9]{3}|20[0-9]{2})(?:[ ]?[-‐‑–—][ ]?(?P<last>[0-9]{4})"
        r"|[-‐‑–/](?P<short>[0-9]{2}))(?![\w%-]|[.,][0-9])",
        _years,
    ),
    Rule(
        "months or days of the week",
        frozenset("-–—"),
        r"(?<!\w)(?P<first>«month»|«weekday»|«weekday_name»)\.?[-–—](?P<last>«month»|«weekday»|«weekday_name»)(?:\.|\b)",
        _names,
    ),
)
