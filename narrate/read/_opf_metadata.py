"""The metadata of an EPUB publication (Dublin Core, with what EPUB 2 and EPUB 3 add to it)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from narrate.read._xml import find_all, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

AUTHOR_ROLES = frozenset({"aut", "author"})
STOPGAPS = frozenset({"unknown", "unknown author", "unknown title", "untitled", "unbekannt"})
"""What programs write where they know nothing."""
EARLIEST_YEAR = 1000
"""Programs write the year 101 where they know no date."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_MAIL_ADDRESS = re.compile(r"\s*<[^<>@]*@[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")


class Metadata(NamedTuple):
    """What a publication says about itself; empty where it says nothing."""

    title: str
    author: str
    """Names parted by commas."""
    language: str
    """BCP 47 tag."""
    published: str
    """ISO 8601 calendar date."""
    publisher: str
    description: str
    address: str
    """On the web."""


def read_metadata(metadata: "HtmlElement") -> Metadata:
    """Read the metadata element of a package document."""
    languages = (value.replace("_", "-") for value in _values(metadata, "language"))
    return Metadata(
        title=_title(metadata),
        author=_author(metadata),
        language=next(filter(_LANGUAGE.fullmatch, languages), ""),
        published=_published(metadata),
        publisher=next(filter(None, _values(metadata, "publisher")), ""),
        description=_description(metadata),
        address=_address(metadata),
    )


def _values(metadata: "HtmlElement", name: str) -> Iterator[str]:
    return (_value(element) for element in find_all(metadata, name))


def _value(element: "HtmlElement") -> str:
    """Give a value without the address that some put after a name; "" for a stopgap."""
    text = _MAIL_ADDRESS.sub("", text_of(element))
    return "" if text.casefold() in STOPGAPS else text


def _refinements(metadata: "HtmlElement", element: "HtmlElement", name: str) -> Iterator[str]:
    """Give what EPUB 3 says about another piece of metadata."""
    about = f"#{element.get('id', '')}"
    for meta in find_all(metadata, "meta"):
        if meta.get("refines") == about and meta.get("property") == name:
            yield text_of(meta)


def _title(metadata: "HtmlElement") -> str:
    """Give the main title, the first where none is said to be it."""
    titles = [element for element in find_all(metadata, "title") if _value(element)]
    for element in titles:
        if "main" in _refinements(metadata, element, "title-type"):
            return _value(element)
    return _value(titles[0]) if titles else ""


def _author(metadata: "HtmlElement") -> str:
    """Give the names of the authors, or of all creators where none is called an author."""
    authors: list[str] = []
    others: list[str] = []
    for element in find_all(metadata, "creator"):
        roles = {value for key, value in element.attrib.items() if key.endswith("role")}
        roles.update(_refinements(metadata, element, "role"))
        is_author = not roles or not roles.isdisjoint(AUTHOR_ROLES)
        (authors if is_author else others).append(_value(element))
    return ", ".join(dict.fromkeys(filter(None, authors or others)))


def _published(metadata: "HtmlElement") -> str:
    """Give the day of publication as an ISO 8601 date; a year or a month alone is none."""
    dates = list(find_all(metadata, "date"))
    events = [
        next((value for key, value in element.attrib.items() if key.endswith("event")), "")
        for element in dates
    ]
    wanted = [
        text_of(element)
        for event in ("publication", "original-publication", "")
        for element, its_event in zip(dates, events, strict=True)
        if its_event == event
    ]
    return next(filter(None, map(iso_date, wanted)), "")


def iso_date(text: str) -> str:
    match = _DATE.match(text)
    try:
        day = date.fromisoformat(match[0]) if match else None
    except ValueError:
        return ""
    return day.isoformat() if day and day.year >= EARLIEST_YEAR else ""


def _description(metadata: "HtmlElement") -> str:
    """Give the description; shops write it in HTML, as text."""
    text = next(filter(None, _values(metadata, "description")), "")
    return " ".join(_TAG.sub(" ", text).split())


def _address(metadata: "HtmlElement") -> str:
    """Give the address on the web among the identifiers and sources."""
    for name in ("identifier", "source"):
        for value in _values(metadata, name):
            if value.lower().startswith(("http://", "https://")) and " " not in value:
                return value
    return ""
