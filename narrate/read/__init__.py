"""Stage 1, any document → Articles.

A reader is a module with

    SUFFIXES          the endings of its files' names, lower case, with their dots
    read(data, url)   an iterator of Articles; `url` is where they come from, else the file's name

and, where they apply,

    MIMES             what servers call its documents
    recognise(data)   whether these bytes are for it, told from a glance
    LIMITED           False where it needs no child process with limits

This door opens files, standard input and web addresses, chooses the reader, and puts in what the
caller knows better. A source with many articles gives the newest first. Lines for the user, on
what was not taken, go to the logger "narrate.read".
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, starmap
from pathlib import Path
from types import ModuleType
from urllib.parse import urljoin

from narrate.base.errors import NarrateError, NothingToSay
from narrate.base.model import Article
from narrate.read._addresses import MayConnect, is_any, is_public
from narrate.read._entries import fetch_page, is_feed, list_suffixes, read_entries
from narrate.read._fetch import USER_AGENT, Fetched, fetch, is_url
from narrate.read._given import PICTURES, Completer, Given, check_given
from narrate.read._limits import MOST_ITEMS
from narrate.read._open import FETCHING, Document, open_document
from narrate.read._process import call_apart, run_apart
from narrate.read._sniff import choose_reader, is_limited

__all__ = [
    "USER_AGENT",
    "Fetched",
    "Given",
    "fetch_page",
    "is_feed",
    "is_url",
    "list_suffixes",
    "read_articles",
    "read_entries",
]

_logger = logging.getLogger(__name__)


def read_articles(
    source: str | Path,
    given: Given | None = None,
    *,
    unlimited: bool = False,
    latest: int | None = None,
    allow_private: bool = False,
    fetch_images: bool = False,
    fetched: Fetched | None = None,
) -> Iterator[Article]:
    """The articles in `source`: a file's path, "-" for standard input, or a web address.

    `unlimited` lifts the limit on the length of a text. `latest` is how many articles are taken
    of a feed or mailbox, the newest first (50). With `allow_private`, addresses of this machine
    and its network are fetched from, and with `fetch_images` a page's lead image, as its cover.
    `fetched` is what `fetch_page` gave for it, if it was asked.

    Raises ReadError for what is missing, binary, damaged or of a kind that is not read,
    LimitError for what is too large, NothingToSay for what is empty, UsageError for a date or a
    cover in `given` that cannot be used. After an error about one article of several, the next
    ones can still be asked for.
    """
    completer = Completer(check_given(given or Given()), unlimited=unlimited)
    may_connect = is_any if allow_private else is_public

    def read() -> Iterator[tuple[Article, Document]]:
        document = open_document(str(source), may_connect, fetched)
        reader = choose_reader(document)
        found = False
        for article in _newest(_read(reader, document), latest, document.name):
            found = True
            pictured = article
            if fetch_images and not article.cover:
                pictured = replace(article, cover=_fetch_cover(reader, document, may_connect))
            yield pictured, document
        if not found:
            raise NothingToSay(document.name, "there is no text in it")

    return starmap(completer.complete, read())


def _read(reader: ModuleType, document: Document) -> Iterator[Article]:
    """Give the articles in a document as its reader finds them."""
    url = document.url or document.file_name
    if is_limited(reader):
        return run_apart(reader.read, document.data, url, name=document.name)
    articles: Iterator[Article] = reader.read(document.data, url)
    return articles


def _newest(articles: Iterator[Article], latest: int | None, name: str) -> Iterator[Article]:
    """Give the first `latest` articles; who did not say how many is told that there are more."""
    yield from islice(articles, latest or MOST_ITEMS)
    if latest is None and next(articles, None) is not None:
        _logger.warning("%s: only the newest %d are taken (--latest N)", name, MOST_ITEMS)


def _fetch_cover(reader: ModuleType, document: Document, may_connect: MayConnect) -> bytes:
    """Fetch the lead image of a page; empty where it has none that can be a cover.

    What goes wrong is said and nothing more: an article without its picture is whole.
    """
    if not hasattr(reader, "find_lead_image"):
        return b""
    name, url = document.name, document.url
    try:
        link = call_apart(reader.find_lead_image, document.data, url, name=name)
        link = urljoin(url, link)
        if not is_url(link):
            return b""
        picture = call_apart(fetch, link, may_connect, name=link, limits=FETCHING)
    except NarrateError as error:
        _logger.warning("no cover, since %s", error)
        return b""
    if picture.data.startswith(PICTURES):
        return picture.data
    _logger.warning("no cover, since %s is neither a JPEG nor a PNG file", link)
    return b""
