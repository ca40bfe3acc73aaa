"""What somebody needs who follows a source: conditional requests, and a feed's single entries."""

import hashlib
from collections.abc import Container, Iterator
from dataclasses import replace
from http import HTTPStatus

from narrate.base import plugins
from narrate.base.model import Article
from narrate.read._addresses import is_any, is_public
from narrate.read._fetch import Fetched, fetch, is_url
from narrate.read._given import Completer, Given
from narrate.read._open import FETCHING, Document
from narrate.read._process import call_apart, run_apart


def fetch_page(
    url: str,
    *,
    etag: str = "",
    modified: str = "",
    answers: Container[int] = (HTTPStatus.OK,),
    allow_private: bool = False,
) -> Fetched:
    """What the server gives for `url`, whatever it is.

    `etag` and `modified` are those of its earlier answer; where nothing has changed since, the
    status is 304 and there is no data. `answers` are the statuses that are no errors otherwise.
    Raises ReadError and LimitError as `read_articles` does.
    """
    may_connect = is_any if allow_private else is_public
    arguments = (url, may_connect, etag, modified, answers)
    return call_apart(fetch, *arguments, name=url, limits=FETCHING)


def is_feed(data: bytes) -> bool:
    """Tell whether `data` is RSS, Atom or JSON Feed."""
    from narrate.read import feed

    return feed.recognise(data)


def read_entries(data: bytes, name: str) -> Iterator[tuple[Article, bool]]:
    """The entries of the feed `data`, newest first, each with whether that is its whole text.

    `name` is the feed's address or file. An entry without a text has no blocks, but the address of
    its page; one without an address has a key of its title. Raises ReadError for what is no feed,
    NothingToSay for one without entries, and LimitError.
    """
    from narrate.read import feed

    url = name if is_url(name) else ""
    document = Document(name, b"", "", url=url, identity=name.encode(errors="surrogateescape"))
    completer = Completer(Given(), unlimited=False)
    for article, whole in run_apart(feed.read_entries, data, name, name=name):
        complete = completer.complete(article, document)
        if not article.source:
            key = hashlib.sha256(f"{name}\n{complete.title}".encode("utf-8", "replace")).hexdigest()
            complete = replace(complete, source_key=key)
        yield complete, whole


def list_suffixes() -> frozenset[str]:
    """The endings of the names of files that there are readers for, lower case, with their dots."""
    readers = (plugins.load("read", name) for name in plugins.names("read"))
    return frozenset(suffix for reader in readers for suffix in reader.SUFFIXES)
