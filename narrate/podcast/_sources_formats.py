"""Files that name articles: OPML, lists of addresses, exports of read-it-later services.

OPML          feeds, http://opml.org/spec2.opml
Pocket        CSV: title, url, time_added (Unix seconds), tags, status
Instapaper    CSV: URL, Title, Selection, Folder, Timestamp (Unix seconds), Tags
Wallabag      JSON: a list of {title, url, content (HTML), published_at, created_at, …}
addresses     text: one anywhere in a line; # begins a comment
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from narrate.base.errors import ReadError
from narrate.read import is_url

_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_OPML = re.compile(rb"<opml[\s>]", re.IGNORECASE)
_BEGINNING = 4_096
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")


class Link(NamedTuple):
    """An article that is named and not there."""

    url: str
    title: str = ""
    day: str = ""
    """When it was saved, ISO 8601 date."""


def is_opml(data: bytes) -> bool:
    """Tell whether `data` is an outline of feeds."""
    return _OPML.search(data, 0, _BEGINNING) is not None


def read_opml(data: bytes, name: str) -> list[str]:
    """The addresses of the feeds in an OPML document, each once, in its order.

    Raises ReadError for one that is broken, and for one with entities, which none needs.
    """
    if b"<!ENTITY" in data.upper():
        raise ReadError(name, "it defines entities, which no list of feeds needs")
    try:
        root = ET.fromstring(data)  # noqa: S314 nothing in it can be expanded
    except (ET.ParseError, ValueError, LookupError) as error:
        raise ReadError(name, f"it is no whole OPML document: {error}") from error
    outlines = (_lower(outline.attrib) for outline in root.iter("outline"))
    found = (outline.get("xmlurl", "").strip() for outline in outlines)
    return list(dict.fromkeys(address for address in found if is_url(address)))


def _lower(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in attributes.items()}


def read_links(data: bytes, name: str) -> list[Link]:
    """The addresses in a CSV export of Pocket or Instapaper, else in any text, each once.

    Raises ReadError where there is none.
    """
    text = data.decode("utf-8-sig", "replace")
    found = _read_csv(text) if _is_csv(text) else _read_lines(text)
    by_url: dict[str, Link] = {}
    for link in found:
        by_url.setdefault(link.url, link)
    links = list(by_url.values())
    if not links:
        remedy = "a feed, OPML, a list of addresses, an export, a folder, or a Maildir"
        raise ReadError(name, "there is nothing in it that can be followed", remedy)
    return links


def is_link_list(data: bytes) -> bool:
    """Tell whether `data` is a CSV export with addresses, or begins every line with one."""
    text = data.decode("utf-8-sig", "replace").strip()
    if _is_csv(text):
        return True
    lines = (line.strip().lstrip("-*• ") for line in text.splitlines())
    said = [line for line in lines if line and not line.startswith("#")]
    return bool(said) and all(_ADDRESS.match(line) for line in said)


def _is_csv(text: str) -> bool:
    first = text.lstrip().partition("\n")[0]
    columns = [column.strip().strip('"').lower() for column in first.split(",")]
    return "url" in columns and len(columns) > 1


def _read_csv(text: str) -> Iterator[Link]:
    try:
        for row in csv.DictReader(io.StringIO(text.lstrip(), newline="")):
            values = {str(key).strip().lower(): str(value or "") for key, value in row.items()}
            url = values.get("url", "").strip()
            saved = values.get("time_added") or values.get("timestamp") or ""
            if is_url(url):
                yield Link(url, " ".join(values.get("title", "").split()), _day_of(saved))
    except csv.Error:
        return  # what is broken has no more rows


def _day_of(seconds: str) -> str:
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _read_lines(text: str) -> Iterator[Link]:
    for line in text.splitlines():
        found = None if line.lstrip().startswith("#") else _ADDRESS.search(line)
        if found:
            yield Link(found[0].rstrip(".,;)]"))


def read_wallabag(data: bytes) -> list[dict[str, Any]]:
    """The entries of a JSON export of Wallabag; empty where `data` is none."""
    if data.lstrip()[:1] != b"[":
        return []
    try:
        entries = json.loads(data)
    except (ValueError, RecursionError):
        return []
    good = [each for each in entries if isinstance(each, dict) and is_url(str(each.get("url", "")))]
    return good if any("content" in entry for entry in good) else []


def as_json_feed(entries: list[dict[str, Any]]) -> bytes:
    """`entries` of Wallabag as a JSON Feed, which is read as any other."""
    items = [
        {
            "id": str(entry["url"]),
            "url": str(entry["url"]),
            "title": str(entry.get("title") or ""),
            "content_html": str(entry.get("content") or ""),
            "date_published": str(entry.get("published_at") or entry.get("created_at") or "")[:10],
            "language": str(entry.get("language") or "").replace("_", "-"),
            "authors": [{"name": str(name)} for name in entry.get("published_by") or () if name],
        }
        for entry in entries
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "", "items": items}
    return json.dumps(feed).encode()


def find_feed_link(data: bytes, url: str) -> str:
    """The first feed that a page names as its own; empty where it names none.

    See https://html.spec.whatwg.org/multipage/links.html#rel-alternate.
    """
    finder = _FeedLink()
    finder.feed(data.decode("utf-8", "replace"))
    return urljoin(url, finder.found) if finder.found else ""


class _FeedLink(HTMLParser):
    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        named = "alternate" in values.get("rel", "").lower().split()
        kind = values.get("type", "").partition(";")[0].strip().lower()
        if tag == "link" and named and kind in FEED_TYPES and not self.found:
            self.found = values.get("href", "").strip()
