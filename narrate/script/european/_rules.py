"""Amounts and measures, times, dates and ranges: rules that every language fills with its words."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from narrate.script.european._ordinals import say_day
from narrate.script.european._tables import LEFT, SPACE, any_of, choose_form, fill, find

Table = dict[str, Any]
Rule = tuple[str, Callable[[re.Match[str]], str | None]]
"""A pattern, and what is said for a match; None where it is not what it looks like."""


def keep_rules() -> Iterator[Rule]:
    """Addresses are left alone."""
    yield r"\S+@\S+|https?://\S+|www\.\S+", lambda match: match[0]


def time_rules(table: Table) -> Iterator[Rule]:
    """14:30 and what else the language writes."""

    def say(match: re.Match[str]) -> str:
        lead: str = match.groupdict().get("lead") or ""
        hour, minute = str(int(match["h"])), match["m"].removeprefix("0")
        shape: str = table["time"] if minute != "0" else table["hour"]
        return lead + shape.format(hour=hour, minute=minute)

    for pattern in table["times"]:
        yield fill(pattern), say
    if "bare_hours" in table:
        yield (
            fill(table["bare_hours"]) + r"(?!\w)",
            lambda match: table["hour"].format(hour=int(match["h"])),
        )


def money_rules(table: Table, language: str) -> Iterator[Rule]:
    """5 €, €5, 3,50 €, 2,5 Mio. €."""
    symbols, scales = any_of(table["money"]), any_of(table["scales"])

    def say(match: re.Match[str]) -> str:
        number, scale = match["n"], match["scale"]
        forms = find(table["money"], match["symbol"]).split("|")
        if scale:
            many = forms[2 if len(forms) > 2 else -1]
            said = f"{number} {find(table['scales'], scale)} {many}"
            return re.sub(r"\bde (?=[aeiouy])", "d’", said) if language == "fr" else said
        whole, comma, cents = number.partition(",")
        if comma and len(cents) == 2:
            unit = choose_form(whole, forms)
            if whole == "1":
                amount, unit = unit.split(" ", 1)
            else:
                amount = whole
            if cents == "00":
                return f"{amount} {unit}"
            shape: str = table["cents"]
            return shape.format(amount=amount, unit=unit, cents=cents.removeprefix("0"))
        return _count(number, forms)

    yield (
        rf"(?<!\w)(?P<symbol>{symbols})"
        + fill(rf"«gap»(?P<n>«n»)(?:«gap»(?P<scale>{scales})(?!\w))?"),
        say,
    )
    yield (
        fill(rf"«left»(?P<n>«n»)(?:«gap»(?P<scale>{scales}))?«gap»(?P<symbol>{symbols})(?!\w)"),
        say,
    )


def unit_rules(table: Table) -> Iterator[Rule]:
    """5 km, 20 °C."""

    def say(match: re.Match[str]) -> str:
        return _count(match["n"], find(table["units"], match["unit"]).split("|"))

    units = any_of(table["units"])
    yield fill(rf"«left»(?P<n>«n»)«gap»(?P<unit>{units})(?![\w/²³])"), say


def _count(number: str, forms: list[str]) -> str:
    """A number of things; the first form has its number with it."""
    form = choose_form(number, forms)
    return form if number == "1" and len(forms) > 1 else f"{number} {form}"


def number_rules(table: Table) -> Iterator[Rule]:
    """½, 2 1/2, 3/4; −5; and 20 000 where engines know points only."""
    fractions = table["fractions"]
    between = table["between"]
    yield (
        fill(rf"«left»(?P<n>[0-9]{{1,4}})«gap»(?P<part>{any_of(fractions)})(?![\w/]|[.,][0-9])"),
        lambda match: (
            f"{match['n']} {between}{fractions[match['part']]}" if _parted(match) else None
        ),
    )
    yield (
        rf"{LEFT}{any_of(fractions)}(?![\w/]|[.,][0-9])",
        lambda match: fractions[match[0]],
    )
    yield r"(?:(?<=\s)|^)[−-](?=[0-9])", lambda _: f"{table['minus']} "
    if mark := table.get("thousands"):
        yield (
            rf"{LEFT}[0-9]{{1,3}}(?:{SPACE}[0-9]{{3}})+(?![\w]|[.,]?[0-9])",
            lambda match: re.sub(SPACE, mark, match[0]),
        )


def _parted(match: re.Match[str]) -> bool:
    """Whether a number and its fraction are two: 2½ and 2 1/2, but not 21/2."""
    return (
        match["part"][0] not in "0123456789" or not match.string[match.start("part") - 1].isdigit()
    )


def range_rules(table: Table) -> Iterator[Rule]:
    """10–12, 2019–20, 10-12."""

    def say(match: re.Match[str]) -> str | None:
        first, last = match["first"], match["last"]
        low, high = (int(re.sub(r"\D", "", text.partition(",")[0])) for text in (first, last))
        short = len(first) == 4 and len(last) == 2
        return f"{first} {table['range']} {last}" if low < high or short else None

    yield fill(r"«left»(?P<first>«n»)(?P<gap>«gap»)–(?P=gap)(?P<last>«n»)(?![\w–-])"), say
    yield (
        r"(?<![\w.,:/–-])(?P<first>[1-9][0-9]{0,3})-(?P<last>[1-9][0-9]{0,3})(?![\w–-]|[.,][0-9])",
        say,
    )


def date_rules(table: Table, language: str) -> Iterator[Rule]:
    """3. Mai 2024, 1er mai, 03/05/2024, 2024-05-03."""
    months: list[str] = table["months"]
    short: dict[str, str] = table.get("months_short", {})

    def say(match: re.Match[str]) -> str | None:
        day, month = int(match["d"]), int(match["mon"])
        if not (1 <= day <= 31 and 1 <= month <= 12):
            return None
        said = say_day(day, match, table, language)
        shape: str = table["date"]
        return shape.format(day=said, month=months[month - 1], year=match["y"])

    def say_named(match: re.Match[str]) -> str | None:
        if not 1 <= int(match["d"]) <= 31 or (table.get("stop_ordinals") and not match["stop"]):
            return None
        day = say_day(int(match["d"]), match, table, language)
        return f"{day}{match['of']}{short.get(match['mon'], match['mon'])}"

    if short:
        yield (
            rf"(?<!\w)(?P<mon>{any_of(short)})(?={SPACE}[12][0-9]{{3}}(?!\w))",
            lambda match: short[match["mon"]],
        )
    yield r"(?<![\w.,/-])(?P<y>[12][0-9]{3})-(?P<mon>[0-9]{2})-(?P<d>[0-9]{2})(?![\w-])", say
    yield (
        fill(
            r"(?<![\w.,/-])(?P<d>[0-9]{1,2})(?P<sep>[./-])(?P<mon>[0-9]{1,2})(?P=sep)"
            r"(?P<y>[12][0-9]{3})(?![\w/-]|[.,][0-9])"
        ),
        say,
    )
    yield (
        fill(r"«left»(?P<d>[0-9]{1,2})(?P<stop>\.|er|º|:e)?(?P<of>(?:«space»de)?«space»)")
        + rf"(?P<mon>{any_of([*months, *short])})(?!\w)",
        say_named,
    )
