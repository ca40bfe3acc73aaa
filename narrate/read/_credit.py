"""Lines that say who wrote an article and when: "By Jane Doe | March 17, 2020"."""

import re
from typing import NamedTuple

from narrate.read._dates import read_date

BYLINE_WORDS = "by|written by|words by|story by|von|par|por|di|door|av|af|przez"
"""What stands before an author's name: en de fr es pt it nl sv da pl."""

AUTHOR_LABELS = "by|author|authors|text|words|autor|autorin|auteur|auteure|autora|autore|forfatter"
"""What stands before an author's name and a colon, in the same languages."""

_PARTICLES = "van von der den de del della da di do dos du la le el al bin ibn ter ten zu af av y"
PARTICLES = frozenset(_PARTICLES.split())
"""Words of a name that are written small."""

LONGEST_NAME = 4
"""Words, particles not counted."""

LONGEST_CREDIT = 200
"""Characters; longer lines are text."""

_BYLINE = re.compile(rf"(?:(?:{BYLINE_WORDS})\s+|(?:{AUTHOR_LABELS})\s*:\s*)(?=\S)", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r",?\s+(?:and|und|et|e|i|och|og|&)\s+|,\s+")
_SEPARATOR = re.compile(r"\s*[|•·⋅]\s*|\s+[-–—/]\s+")
_BEFORE_DATE = re.compile(r",?\s+(?:on\s+)?")
_BEFORE_BYLINE = re.compile(r",?\s+(?=by\s)", re.IGNORECASE)
_READING_TIME = re.compile(r"\d{1,3}[ -]min(?:ute)?s?\.?(?: read)?", re.IGNORECASE)


class Credit(NamedTuple):
    """Who and when, as far as a line says it."""

    author: str = ""
    published: str = ""
    """ISO 8601 calendar date."""
    updated: str = ""
    """The same, of the last change."""

    def joined(self, other: "Credit") -> "Credit":
        """Fill what is not said here from another line."""
        return Credit(*(mine or theirs for mine, theirs in zip(self, other, strict=True)))


def read_credit(line: str) -> Credit | None:
    """Give author and dates of a line that holds nothing else; None for any other line."""
    if len(line) > LONGEST_CREDIT:
        return None
    credit, found = Credit(), False
    for part in _SEPARATOR.split(line):
        said = _dated(part) or _signed_and_dated(part) or _signed(part)
        if said:
            credit, found = credit.joined(said), True
        elif not _READING_TIME.fullmatch(part):
            return None
    return credit if found else None


def _dated(text: str) -> Credit | None:
    """Read a date."""
    day = read_date(text)
    if day is None:
        return None
    return Credit(updated=day.iso) if day.updated else Credit(published=day.iso)


def _signed(text: str) -> Credit | None:
    """Read a byline; what follows a name in small letters is the author's post, not a name."""
    word = _BYLINE.match(text)
    if word is None:
        return None
    names: list[str] = []
    at = word.end()
    for between in [*_BETWEEN_NAMES.finditer(text, at), None]:
        name = text[at : between.start() if between else len(text)]
        if not _is_name(name):
            break
        names.append(name)
        at = between.end() if between else len(text)
    if not names or (at < len(text) and not text[:at].endswith(", ")):
        return None
    return Credit(author=text[word.end() : at].rstrip(", "))


def _signed_and_dated(text: str) -> Credit | None:
    """Read a byline and a date without a separator, in either order."""
    for gap in [*_BEFORE_DATE.finditer(text), *_BEFORE_BYLINE.finditer(text)]:
        left, right = text[: gap.start()], text[gap.end() :]
        signed = _signed(left) or _signed(right)
        dated = _dated(right) or _dated(left)
        if signed and dated:
            return signed.joined(dated)
    return None


def _is_name(text: str) -> bool:
    """Tell whether `text` is written as names are: a few words with capitals."""
    words = [word for word in text.split() if word not in PARTICLES]
    return 0 < len(words) <= LONGEST_NAME and all(
        word[0].isalpha() and not word[0].islower() and not word[-1].isdigit() for word in words
    )
