"""On which day a page was published.

What is declared for machines is believed first, then what the page marks as its date, then its
address. Dates in the running text are those of what it tells of.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from narrate.read._dates import read_date
from narrate.read._elements import ancestors, classes_of, name_of, text_of
from narrate.read._json_ld import text_in

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dc.date.created",
    "dcterms.date",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "publishdate",
    "publish-date",
    "publish_date",
    "pubdate",
    "publication_date",
    "published",
    "published_time",
    "originalpublicationdate",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "date",
    "datecreated",
    "created",
    "ptime",
    "displaydate",
    "dat",
)
UPDATES = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "last-modified",
)
EARLIEST = 1900
"""Years before are those of subjects, not of pages."""

_ISO_DAY = re.compile(r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})(?!\d)")
_DAY_IN_ADDRESS = re.compile(
    r"/(?P<year>(?:19|20)\d\d)[/-](?P<month>[01]?\d)[/-](?P<day>[0-3]?\d)(?=[/-]|$)"
)
_DAY_IN_NAME = re.compile(r"(?<!\d)(?P<year>20\d\d)-?(?P<month>[01]\d)-?(?P<day>[0-3]\d)(?!\d)")
_PUBLISHED = re.compile(
    r"publi|posted|entry-date|dateline|post-date|article-date|pubdate|created", re.IGNORECASE
)


def find_date(root: "Element", metas: dict[str, str], data: dict[str, Any], url: str) -> str:
    """Give the day of publication: declared for machines, shown as such, or in the address."""
    declared = [text_in(data.get(name)) for name in ("datePublished", "dateCreated", "uploadDate")]
    declared += [metas[name] for name in DATES if name in metas]
    declared += _seen_dates(root)
    declared += [
        found[0] for found in [_DAY_IN_ADDRESS.search(url) or _DAY_IN_NAME.search(url)] if found
    ]
    declared += [
        text_in(data.get("dateModified")),
        *(metas[name] for name in UPDATES if name in metas),
    ]
    return next(filter(None, map(as_day, declared)), "")


def _seen_dates(root: "Element") -> Iterator[str]:
    """Give the times that a page marks, those of publication first, comments left out."""
    first, others = [], []
    for element in root.iter("time", "abbr", "span", "meta", "p", "div"):
        value = element.get("datetime") or ""
        name = name_of(element)
        is_published = (
            element.get("itemprop", "").lower() in ("datepublished", "datecreated")
            or element.get("pubdate") is not None
        )
        if name == "abbr" and "published" in classes_of(element):
            value = element.get("title", "")
        if is_published and not value:
            value = element.get("content") or text_of(element, 60)
        if not value and name == "time":
            value = text_of(element, 60)
        if not value or is_beside(element):
            continue
        if is_published or (name == "time" and _PUBLISHED.search(element.get("class", ""))):
            first.append(value)
        elif name == "time" and "updated" not in classes_of(element):
            others.append(value)
    yield from (*first, *others)


def is_beside(element: "Element") -> bool:
    return any(
        re.search(
            r"comment|related|sidebar|recommend|widget",
            f"{around.get('class', '')} {around.get('id', '')}",
            re.IGNORECASE,
        )
        or name_of(around) in ("aside", "footer", "nav")
        for around in ancestors(element, 8)
        if name_of(around) not in ("body", "html")
    )


def as_day(text: str) -> str:
    """Give the calendar date that a declared time begins with; "" where it is none."""
    text = text.strip()
    found = _ISO_DAY.match(text) or _DAY_IN_ADDRESS.match(text)
    if found:
        return _iso(int(found["year"]), int(found["month"]), int(found["day"]))
    written = read_date(text)
    if written and written.iso:
        return written.iso if int(written.iso[:4]) >= EARLIEST else ""
    return _as_mail_date(text)


def _as_mail_date(text: str) -> str:
    """Read the date of RFC 5322: "Tue, 17 Mar 2026 10:00:00 GMT"."""
    from email.utils import parsedate

    parts = parsedate(text)
    return _iso(*parts[:3]) if parts else ""


def _iso(year: int, month: int, day: int) -> str:
    if year < EARLIEST:
        return ""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
