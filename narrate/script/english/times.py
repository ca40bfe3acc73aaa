"""Times of day, durations, ratios, and chapters with verses: all that is written with a colon."""

import re

from narrate.script.english.number_words import cardinal, decimal, ordinal, two_digits
from narrate.script.english.rule import DIGITS, Rule, after, before

_AT = re.compile(r"\b(?:at|by|until|from|since|before|after|around)[ ]\Z", re.IGNORECASE)


def _half(match: re.Match[str]) -> str:
    """Say "a.m." or "p.m.", without its last stop where the sentence's own stands there."""
    if not match["half"]:
        return ""
    half = " a.m." if match["half"][0] in "aA" else " p.m."
    return half[:-1] if after(match).startswith(".") else half


def _clock(hours: int, minutes: int, *, half: bool) -> str:
    if minutes:
        return f"{cardinal(hours)} {two_digits(minutes)}"
    if half:
        return cardinal(hours)
    if hours in {0, 24}:
        return "midnight"
    return f"{cardinal(hours)} o'clock" if hours <= 12 else f"{cardinal(hours)} hundred"


def _time(match: re.Match[str]) -> str | None:
    hours, minutes = int(match["hours"]), int(match["minutes"])
    half = _half(match)
    if half and not 1 <= hours <= 12:
        half = ""
    said = _clock(hours, minutes, half=bool(half)) + half
    return said + _utc(match)


def _utc(match: re.Match[str]) -> str:
    return " UTC" if match.groupdict().get("utc") else ""


def _hour(match: re.Match[str]) -> str | None:
    """7pm, 5 a.m., 7–9pm."""
    numbers = [match["hours"], *([match["last"]] if match["last"] else [])]
    if not all(1 <= int(number) <= 12 for number in numbers):
        return None
    return " to ".join(cardinal(int(number)) for number in numbers) + _half(match)


def _seconds(match: re.Match[str]) -> str:
    """10:30:15: a time of day where something says so, else a duration."""
    hours, minutes, seconds = int(match["hours"]), int(match["minutes"]), int(match["seconds"])
    if match["half"] or match["date"] or _AT.search(before(match)):
        tail = f" and {_count(cardinal(seconds), 'second')}" if seconds else ""
        half = bool(match["half"])
        return _clock(hours, minutes, half=half) + tail + _half(match) + _utc(match)
    parts = [
        _count(cardinal(number), unit)
        for number, unit in ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
        if number
    ]
    return _listed(parts) or "zero seconds"


def _duration(match: re.Match[str]) -> str:
    """1h 30m and 4m 20s."""
    return " ".join(
        _count(cardinal(int(match[unit])), unit[:-1])
        for unit in ("hours", "minutes", "seconds")
        if match[unit]
    )


def _race(match: re.Match[str]) -> str:
    """3:45.2 as minutes and seconds."""
    minutes = _count(cardinal(int(match["minutes"])), "minute")
    return f"{minutes} {decimal(match['seconds'].lstrip('0') or '0')} seconds"


def _count(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "one" else f"{number} {unit}s"


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _verse(match: re.Match[str]) -> str:
    which = f"{ordinal(int(match['which'])).capitalize()} " if match["which"] else ""
    said = (
        f"{which}{match['book']}{cardinal(int(match['chapter']))} {cardinal(int(match['verse']))}"
    )
    return f"{said} to {cardinal(int(match['last']))}" if match["last"] else said


def _ratio(match: re.Match[str]) -> str:
    return " to ".join(decimal(number) for number in match.group().split(":"))


def _military(match: re.Match[str]) -> str:
    hours, minutes = int(match["hours"]), int(match["minutes"])
    first = two_digits(hours) if hours else "zero"
    return f"{first} {two_digits(minutes) if minutes else 'hundred'}"


RULES = (
    Rule(
        "verse",
        frozenset(":"),
        r"(?<!\w)(?:(?P<which>[123])[ ])?(?P<book>«bible»\.?[ ])"
        r"(?P<chapter>[0-9]{1,3}):(?P<verse>[0-9]{1,3})"
        r"(?:[-–](?P<last>[0-9]{1,3}))?(?![\w:])",
        _verse,
    ),
    Rule(
        "seconds",
        frozenset(":"),
        r"(?:(?<![\w.,:/-])|(?P<date>(?<=[0-9])T))(?P<hours>[0-9]{1,2}):(?P<minutes>[0-5][0-9]):(?P<seconds>[0-5][0-9])"
        r"(?:\.[0-9]{1,6})?(?:«gap»(?P<half>«am»))?(?P<utc>Z\b)?(?![\w:])",
        _seconds,
    ),
    Rule(
        "race",
        frozenset(":"),
        r"(?<![\w.,:/])(?P<minutes>[0-5]?[0-9]):(?P<seconds>[0-5][0-9]\.[0-9]{1,3})(?![\w:])(?!\.[0-9])",
        _race,
    ),
    Rule(
        "time",
        frozenset(":"),
        r"(?:(?<![\w.,:/])|(?<=[0-9])T)(?P<hours>[01]?[0-9]|2[0-4])(?::|(?<=[0-9])h(?=[0-9]))(?P<minutes>[0-5][0-9])"
        r"(?:«gap»(?P<half>«am»))?(?P<utc>Z\b)?(?![:\w])(?!\.[0-9])",
        _time,
    ),
    Rule(
        "time with a full stop",
        DIGITS,
        r"«left»(?P<hours>0?[1-9]|1[0-2])\.(?P<minutes>[0-5][0-9])«gap»(?P<half>«am»)(?!\w)",
        _time,
    ),
    Rule(
        "hour",
        DIGITS,
        r"«left»(?P<hours>[0-9]{1,2})(?:[-–](?P<last>[0-9]{1,2}))?«gap»(?P<half>«am»)(?!\w)",
        _hour,
    ),
    Rule(
        "military time",
        DIGITS,
        r"(?<![\w.,:])(?P<hours>0[0-9]|1[0-9]|2[0-3])(?P<minutes>[0-5][0-9])"
        r"(?=[ ](?:hours|hrs)\b)(?:(?<=0[0-9]{3})|(?<=\bat[ ][0-9]{4}))",
        _military,
    ),
    Rule(
        "duration",
        DIGITS,
        r"(?<![\w.])(?:(?P<hours>[0-9]{1,3})h[ ]?)?(?P<minutes>[0-5]?[0-9])m(?:in)?"
        r"(?:[ ]?(?P<seconds>[0-5]?[0-9])s)?"
        r"(?(hours)|(?<=s))(?!\w)",
        _duration,
    ),
    Rule(
        "ratio",
        frozenset(":"),
        r"(?<![\w.,:/])[0-9]{1,4}(?:\.[0-9]{1,4})?(?::[0-9]{1,4}(?:\.[0-9]{1,4})?){1,3}(?![\w:]|\.[0-9])",
        _ratio,
    ),
)
