"""What every kind of feed gives for an item, and how its fields are cleaned."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urljoin

from narrate.read._clean import clean_text
from narrate.read._fetch import is_url
from narrate.read._fragment import plain_text

EARLIEST = 1900
"""Year before which a date is a program's way to say that there is none."""

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


class FeedItem(NamedTuple):
    """An item of a feed of any kind."""

    title: str
    text: str
    is_html: bool
    is_whole: bool
    """Whether the feed says that this is the text itself, and no summary."""
    base: str
    """The address against which its links are resolved."""
    author: str
    language: str
    published: str
    """ISO 8601 calendar date."""
    source: str
    site: str
    summary: str


def absolute(link: object, base: str) -> str:
    """Give a link as a whole address; empty where it is none on the web."""
    try:
        address = urljoin(base if is_url(base) else "", str(link or "").strip())
    except ValueError:
        return ""
    return address if is_url(address) else ""


def one_line(value: object) -> str:
    """Give a field on one line, without the markup that some put into it."""
    text = str(value or "")
    if "<" in text or "&" in text:
        text = plain_text(text)
    return " ".join(clean_text(text).split())


def calendar_day(written: str, parsed: Sequence[int] | None = None) -> str:
    """Give the calendar date of a time as it is written, in its own time zone."""
    from email.utils import parsedate

    iso = _DAY.match(written.strip())
    found = tuple(map(int, iso.groups())) if iso else (parsedate(written) or parsed or ())[:3]
    try:
        day = date(*found)
    except (TypeError, ValueError):
        return ""
    return day.isoformat() if day.year >= EARLIEST else ""
