"""JSON Feed, versions 1 and 1.1 (jsonfeed.org) → items."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from narrate.base.errors import ReadError
from narrate.read._feed_item import FeedItem, absolute, calendar_day, one_line
from narrate.read._fragment import language_tag

EARLIEST = datetime.min.replace(tzinfo=UTC)


def read_json(data: bytes, name: str) -> Sequence[FeedItem]:
    """Give the items of a JSON Feed (version 1 or 1.1), newest first."""
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ReadError(name, "the feed is broken: it is no JSON") from error
    entries = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(entries, list):
        raise ReadError(name, "the feed is broken: it has no items")
    entries = [entry for entry in entries if isinstance(entry, dict)]
    times = [_time(entry) for entry in entries]
    order = list(range(len(entries)))
    if None not in times:
        order.sort(key=lambda index: times[index] or EARLIEST, reverse=True)
    return [_json_item(entries[index], feed, name) for index in order]


def _time(entry: Mapping[str, Any]) -> datetime | None:
    """Give when an item was published; None where it does not say."""
    try:
        time = datetime.fromisoformat(entry.get("date_published") or "")
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _json_item(entry: Mapping[str, Any], feed: Mapping[str, Any], name: str) -> FeedItem:
    home = absolute(feed.get("home_page_url"), name)
    link = absolute(entry.get("url") or entry.get("external_url"), home or name)
    html, text = entry.get("content_html"), entry.get("content_text")
    return FeedItem(
        title=one_line(entry.get("title")),
        text=str(html or text or entry.get("summary") or ""),
        is_html=bool(html),
        is_whole=bool(html or text),
        base=link or home,
        author=_people(entry) or _people(feed),
        language=language_tag(entry.get("language") or feed.get("language")),
        published=calendar_day(
            str(entry.get("date_published") or entry.get("date_modified") or "")
        ),
        source=link,
        site=one_line(feed.get("title")),
        summary=one_line(entry.get("summary")) if html or text else "",
    )


def _people(record: Mapping[str, Any]) -> str:
    """Give the names in the authors of a JSON Feed, or of an item of it."""
    authors = record.get("authors") or record.get("author")
    people = authors if isinstance(authors, list) else [authors]
    names = [one_line(person.get("name")) for person in people if isinstance(person, dict)]
    return ", ".join(filter(None, names))
