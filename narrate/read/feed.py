"""RSS, Atom and JSON Feed → an Article for each item, newest first.

feedparser understands the many kinds of feeds; the HTML in their fields is walked as it stands,
since an item holds an article and no menus.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from narrate.base.errors import NothingToSay, ReadError
from narrate.base.model import Article, Block
from narrate.read._feed_item import FeedItem, absolute, calendar_day, one_line
from narrate.read._fetch import is_url
from narrate.read._fragment import language_tag, read_blocks
from narrate.read._json_feed import read_json
from narrate.read.text import read_text

SUFFIXES: frozenset[str] = frozenset({".rss", ".atom", ".rdf"})
MIMES: frozenset[str] = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
    }
)

LONGEST_SUMMARY = 600
"""Characters up to which the text of an item may be no more than its beginning."""

SUMMARIES_FROM = 0.8
"""Share of such items from which on a feed is said to hold summaries only."""

RDF_FEEDS = (b"purl.org/rss/1.0", b"netscape.com/rdf")
"""Namespaces of the RDF documents that are feeds: RSS 1.0 and 0.90."""

_ROOT = re.compile(
    rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>\s*)*"
    rb"<(?:[\w-]+:)?(rss|feed|RDF|channel)[\s>]",
    re.DOTALL,
)
_JSON_FEED = re.compile(rb'\s*\{.{0,2000}?"https?://(?:www\.)?jsonfeed\.org/version/', re.DOTALL)
_BEGINNING = 8_192
_TAG = re.compile(r"<[^>]*>")
_FOOTER = re.compile(r"The post .{1,300} (?:first appeared|appeared first) on .{1,200}\.")
"""What WordPress sets under every item."""

_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.|&#8230;|&hellip;)\]?|(?:read|continue|see) (?:more|reading|on)\W{0,3}"
    r"(?:→|»|&#8594;|&rarr;)?)\s*$",
    re.IGNORECASE,
)
"""How a text ends that goes on elsewhere."""
_CUT_WITHIN = 100

_logger = logging.getLogger("narrate.read")


def recognise(data: bytes) -> bool:
    """Tell whether `data` is a feed by the first element in it."""
    beginning = data[:_BEGINNING]
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):  # UTF-16
        beginning = beginning.lstrip(b"\xff\xfe").replace(b"\0", b"")
    beginning = beginning.removeprefix(b"\xef\xbb\xbf")
    root = _ROOT.match(beginning)
    if root is None:
        return _JSON_FEED.match(beginning) is not None
    return root[1] != b"RDF" or any(name in beginning for name in RDF_FEEDS)


def read(data: bytes, url: str | None = None) -> Iterator[Article]:
    """Give an article for each item that has a text.

    Raises ReadError for what cannot be understood and NothingToSay for a feed without items.
    """
    name = url or "input"
    items = read_json(data, name) if data.lstrip()[:1] == b"{" else _read_xml(data, name)
    if not items:
        raise NothingToSay(name, "the feed has no items")
    spoken = [item for item in items if _rough_text(item)]
    if len(spoken) < len(items):
        _logger.warning(
            "%s: %d of its %d items have no text and are passed over",
            *(name, len(items) - len(spoken), len(items)),
        )
    short = [item for item in spoken if not item.is_whole and _is_short(item)]
    if short and len(short) >= len(spoken) * SUMMARIES_FROM:
        _logger.warning("%s: only summaries: for a whole article give its page's address", name)
    for item in spoken:
        yield _make_article(item)


def read_entries(data: bytes, name: str) -> Iterator[tuple[Article, bool]]:
    """Give every item, with whether it is there as a whole; one without a text has no blocks."""
    items = read_json(data, name) if data.lstrip()[:1] == b"{" else _read_xml(data, name)
    if not items:
        raise NothingToSay(name, "the feed has no items")
    for item in items:
        article = _make_article(item)
        if _rough_text(item):
            yield article, _is_whole(item)
        else:
            yield replace(article, blocks=()), False


def _is_whole(item: FeedItem) -> bool:
    """Tell whether an item has its whole text, as far as that can be told from it.

    Many put the whole text where others put a summary, and some the beginning of the text where
    the whole should be.
    """
    text = _rough_text(item)
    return not _CUT.search(text[-_CUT_WITHIN:]) and (item.is_whole or len(text) > LONGEST_SUMMARY)


def _make_article(item: FeedItem) -> Article:
    blocks = (
        read_blocks(item.text, base=item.base, language=item.language)
        if item.is_html
        else read_text(item.text).blocks
    )
    if blocks and _FOOTER.fullmatch(blocks[-1].text):
        blocks = blocks[:-1]
    return Article(
        title=item.title,
        blocks=blocks or (Block("para", item.title),),
        author=item.author,
        language=item.language,
        published=item.published,
        source=item.source,
        site=item.site,
        summary=item.summary,
    )


def _rough_text(item: FeedItem) -> str:
    return (_TAG.sub(" ", item.text) if item.is_html else item.text).strip()


def _is_short(item: FeedItem) -> bool:
    return len(_rough_text(item)) <= LONGEST_SUMMARY


def _read_xml(data: bytes, name: str) -> Sequence[FeedItem]:
    """Give the items of an RSS or Atom feed, newest first."""
    import io

    import feedparser

    # A stream, since feedparser takes a string for an address or a file's name.
    headers = {"content-type": "application/xml"}  # the encoding is what the XML says
    if is_url(name):
        headers["content-location"] = name
    parsed = feedparser.parse(
        io.BytesIO(data),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.entries and parsed.bozo:
        raise ReadError(name, f"the feed is broken: {parsed.bozo_exception}")
    times = [
        entry.get("published_parsed") or entry.get("updated_parsed") for entry in parsed.entries
    ]
    order = list(range(len(times)))
    if all(times):
        order.sort(key=lambda index: tuple(times[index]), reverse=True)
    return [_item_of(parsed.entries[index], parsed.feed, name) for index in order]


def _item_of(entry: Mapping[str, Any], feed: Mapping[str, Any], name: str) -> FeedItem:
    """Give an item as feedparser found it."""
    home = absolute(feed.get("link"), name)
    link = absolute(entry.get("feedburner_origlink") or entry.get("link"), home or name)
    content = _choose_content(entry)
    said = content.get("base")  # the feed's own address where it does not say another
    base = absolute(said, link or home) if said and said != name else ""
    is_html = "html" in str(content.get("type") or "html")
    summary = str(entry.get("summary") or "")
    source = entry.get("source") or {}
    language = content.get("language") or entry.get("language") or feed.get("language")
    written = entry.get("published") or entry.get("updated")
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    return FeedItem(
        title=one_line(entry.get("title")),
        text=str(content.get("value") or ""),
        is_html=is_html,
        is_whole=bool(entry.get("content")),
        base=base or link or home,
        author=_authors(entry) or _authors(feed),
        language=language_tag(language),
        published=calendar_day(str(written or ""), parsed),
        source=link,
        site=one_line(source.get("title")) or one_line(feed.get("title")),
        summary=one_line(summary) if entry.get("content") and len(summary) < 2_000 else "",
    )


def _authors(record: Mapping[str, Any]) -> str:
    """Give the names of the authors of a feed or item, parted by commas."""
    from email.utils import parseaddr

    names = [one_line(author.get("name")) for author in record.get("authors") or ()]
    if len(names) == 1 and "@" in str(record.get("author")):
        # jane@news.example (Jane Doe): feedparser knows the ends of names of some hosts only
        names = [one_line(parseaddr(str(record["author"]))[0]) or names[0]]
    return ", ".join(dict.fromkeys(filter(None, names)))


def _choose_content(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the fullest text of an item: its content, else its summary."""
    contents = [
        content
        for content in entry.get("content") or ()
        if content.get("value") and str(content.get("type") or "text").startswith(("text", "appl"))
    ]
    if contents:
        return max(
            contents, key=lambda content: ("html" in content.get("type", ""), len(content["value"]))
        )
    detail: Mapping[str, Any] = entry.get("summary_detail") or {}
    return {**detail, "value": entry.get("summary") or ""}
