"""Dates as articles write them, in nine languages; an order of day and month is never guessed."""

import re
from datetime import date
from typing import NamedTuple

MONTHS: tuple[str, ...] = (
    "january jan januar janvier janv enero ene gennaio gen janeiro januari styczeń stycznia",
    "february feb februar febr février févr febrero febbraio fevereiro fev februari luty lutego",
    "march mar märz mrz mars marzo março maart mrt marzec marca",
    "april apr avril avr abril abr aprile kwiecień kwietnia",
    "may mai mayo maggio mag maio mei maj maja",
    "june jun juni juin junio giugno giu junho czerwiec czerwca",
    "july jul juli juillet juil julio luglio lug julho lipiec lipca",
    "august aug août aout agosto ago augustus augusti sierpień sierpnia",
    "september sep sept septembre septiembre settembre sett set setembro wrzesień września",
    "october oct oktober okt octobre octubre ottobre ott outubro out październik października",
    "november nov novembre noviembre novembro listopad listopada",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro grudzień grudnia",
)
"""Names and abbreviations of each month: en de fr es it pt nl pl sv, lower case."""

WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri"
    " sat sun montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lundi mardi"
    " mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica segunda-feira terça-feira"
    " quarta-feira quinta-feira sexta-feira maandag dinsdag woensdag donderdag vrijdag zaterdag"
    " zondag poniedziałek wtorek środa czwartek piątek sobota niedziela måndag tisdag onsdag"
    " torsdag fredag lördag söndag"
)
"""Names of the days of the week that may stand before a date, lower case."""

UPDATED = (
    "updated",
    "last updated",
    "last modified",
    "modified",
    "aktualisiert",
    "zuletzt aktualisiert",
    "mis à jour",
    "modifié",
    "actualizado",
    "aggiornato",
    "atualizado",
    "bijgewerkt",
    "zaktualizowano",
    "uppdaterad",
)
"""What stands before the date of a change."""

PUBLISHED = (
    "published",
    "first published",
    "originally published",
    "posted",
    "date",
    "issued",
    "veröffentlicht",
    "erschienen",
    "datum",
    "publié",
    "publicado",
    "fecha",
    "pubblicato",
    "data",
    "gepubliceerd",
    "opublikowano",
    "publicerad",
    "publicerat",
)
"""What stands before the date of publication."""

_NUMBER_OF = {name: number for number, names in enumerate(MONTHS, 1) for name in names.split()}


def _one_of(words: tuple[str, ...]) -> str:
    """Give a pattern for any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_MONTH = rf"(?P<month>{_one_of(tuple(_NUMBER_OF))})\.?"
_YEAR = r"(?P<year>\d{4})"
_DAY = r"(?P<day>\d{1,2})"
_OF = r"(?:of\s+|de\s+|del\s+)?"

_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?:t[\d:.]+(?:z|[+-]\d\d:?\d\d)?)?",
        rf"{_YEAR}/(?P<month>\d\d?)/{_DAY}",
        rf"{_DAY}\. ?(?P<month>\d\d?)\. ?{_YEAR}",  # with full stops the day always comes first
        rf"{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"{_DAY}(?:\.|er|º|st|nd|rd|th)?\s+{_OF}{_MONTH},?\s+{_OF}{_YEAR}",
        rf"(?P<either>\d\d?)/(?P<other>\d\d?)/{_YEAR}",
    )
)

_BEFORE = re.compile(
    rf"(?:(?P<updated>{_one_of(UPDATED)})|{_one_of(PUBLISHED)})?\s*(?:on|am|le|el|il|em|op|den)?\b"
    rf"\s*:?\s*(?:(?:{_one_of(tuple(WEEKDAYS.split()))})[.,]?\s+(?:den\s+|the\s+)?)?",
    re.IGNORECASE,
)

_AFTER = re.compile(
    r"(?:,?\s+(?:(?:at|um|à|alle|kl\.?|a las|às|om)\s+)?"
    r"\d{1,2}(?:[:.h]\d{2})?(?:\s*(?:[ap]\.?m\.?|uhr|uur))?(?:\s+[a-z]{2,5})?)?\.?",
    re.IGNORECASE,
)


class WrittenDate(NamedTuple):
    """A date line of an article."""

    iso: str
    """ISO 8601 calendar date; empty where the order of day and month is open (03/04/2020)."""
    updated: bool
    """Whether it is the date of a change."""


def read_date(text: str) -> WrittenDate | None:
    """Give the date that is all of `text` but a label, a weekday or a time; None if it is none."""
    before = _BEFORE.match(text)
    start = before.end() if before else 0
    updated = bool(before and before["updated"])
    for pattern in _DATES:
        found = pattern.match(text, start)
        if found and _AFTER.fullmatch(text, found.end()):
            iso = _iso(found)
            return None if iso is None else WrittenDate(iso, updated)
    return None


def _iso(found: re.Match[str]) -> str | None:
    """Give the ISO date, "" where it is open, None where the calendar has no such day."""
    parts = found.groupdict()
    year = int(parts["year"])
    if "either" in parts:
        days = {
            _day(year, int(month), int(day))
            for month, day in (
                (parts["either"], parts["other"]),
                (parts["other"], parts["either"]),
            )
        } - {None}
        if len(days) == 2:
            return ""
        return next(iter(days), None)
    month = _NUMBER_OF.get(parts["month"].lower(), 0) or int(parts["month"])
    return _day(year, month, int(parts["day"]))


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
