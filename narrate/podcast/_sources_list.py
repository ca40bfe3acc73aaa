"""What a source has: its articles, as far as can be told without reading them."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from narrate.base.errors import NothingToSay, ReadError
from narrate.base.model import Article
from narrate.podcast._sources_file import Source
from narrate.podcast._sources_formats import (
    Link,
    as_json_feed,
    find_feed_link,
    is_link_list,
    is_opml,
    read_links,
    read_opml,
    read_wallabag,
)
from narrate.podcast._sources_web import Web, canonical_url
from narrate.read import is_feed, is_url, list_suffixes, read_entries
from narrate.write import clamp_title

UNCHANGED = 304
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head)[\s>]", re.IGNORECASE)
_BEGINNING = 4_096


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may become an episode."""

    source: Source
    key: str
    """Which it is in its source, whatever it says today."""
    mark: str
    """Another one is an edited article, most likely."""
    title: str
    place: str
    """The address of its page, or the path of its file; empty where there is none."""
    day: str = ""
    """ISO 8601 date; empty where its source gives none."""
    article: Article | None = None
    """What its source has of it."""
    whole: bool = False
    """Whether that is all."""
    linked: bool = False
    """Whether a feed links to its page, so that robots.txt is asked."""
    is_message: bool = False
    """Whether it is in a Maildir."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a source had when it was asked."""

    candidates: tuple[Candidate, ...] = ()
    """The newest first, where that is known."""
    feeds: tuple[Source, ...] = ()
    """Those that an OPML document names."""
    etag: str = ""
    modified: str = ""
    unchanged: bool = False
    """Whether its server says that it has what it had: then nothing is listed."""


def list_source(source: Source, web: Web, etag: str = "", modified: str = "") -> Listing:
    """What `source` has now.

    `etag` and `modified` are those of an earlier answer all of which is done. Raises ReadError and
    LimitError for a source that cannot be read.
    """
    if not is_url(source.address):
        path = Path(source.address)
        if path.is_dir():
            is_maildir = all((path / name).is_dir() for name in ("cur", "new"))
            files = _list_maildir(source, path) if is_maildir else _list_folder(source, path)
            return Listing(tuple(files))
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ReadError(source.address, str(error.strerror or error).lower()) from error
        return _list_data(source, data)
    answer = web.fetch(source.address, etag=etag, modified=modified, private=source.private)
    if answer.status == UNCHANGED:
        return Listing(etag=etag, modified=modified, unchanged=True)
    return replace(_list_data(source, answer.data), etag=answer.etag, modified=answer.modified)


def _list_data(source: Source, data: bytes) -> Listing:
    if is_feed(data):
        return Listing(tuple(_list_feed(source, data)))
    if is_opml(data):
        names = read_opml(data, source.address)
        return Listing(feeds=tuple(replace(source, address=name) for name in names))
    if entries := read_wallabag(data):
        return Listing(tuple(_list_feed(source, as_json_feed(entries))))
    if _PAGE.search(data, 0, _BEGINNING):
        why, remedy = "this is a page and no feed", "narrate make reads it; follow its feed"
        raise ReadError(source.address, why, remedy)
    links = read_links(data, source.address)
    return Listing(tuple(_list_link(source, link) for link in links))


def list_documents(source: Source, web: Web) -> Listing:
    """As `list_source`, but a page or a document is an article, and not a list of what it links to.

    Raises as `list_source` does.
    """
    if not is_url(source.address):
        path = Path(source.address)
        data = path.read_bytes() if path.is_file() else b""
        if path.is_file() and not _is_list(data):
            return Listing(tuple(_list_file(source, path, str(path))))
        return list_source(source, web)
    answer = web.fetch(source.address, private=source.private)
    if _is_list(answer.data):
        return _list_data(source, answer.data)
    return Listing((_list_link(source, Link(source.address)),))


def _is_list(data: bytes) -> bool:
    """Whether `data` is a list of articles, in any of the forms that are known."""
    if is_feed(data) or is_opml(data) or read_wallabag(data):
        return True
    return not _PAGE.search(data, 0, _BEGINNING) and is_link_list(data)


def find_feed(source: Source, web: Web) -> Source:
    """`source`, or the feed that it names where it is a page of the web.

    Raises ReadError where it is neither, or cannot be read, and LimitError.
    """
    if is_url(source.address):
        answer = web.fetch(source.address, private=source.private)
        if _PAGE.search(answer.data, 0, _BEGINNING) and not is_feed(answer.data):
            found = find_feed_link(answer.data, answer.url)
            if is_url(found):
                return replace(source, address=found)
        _list_data(source, answer.data)
        return source
    list_source(source, web)
    return source


def _list_feed(source: Source, data: bytes) -> Iterator[Candidate]:
    seen: set[str] = set()
    entries = read_entries(data, source.address)
    while True:
        try:
            article, whole = next(entries)
        except (StopIteration, NothingToSay):  # a feed that has nothing yet is no error
            return
        if not is_url(article.source) or article.source == source.address:
            article, place = replace(article, source=source.address), ""
        else:
            place = canonical_url(article.source)
            article = replace(article, source=place, source_key=_digest(place))
        if article.source_key in seen or not (article.blocks or place):
            continue
        seen.add(article.source_key)
        yield Candidate(
            source,
            article.source_key,
            hash_text(article),
            article.title,
            place,
            article.published,
            article,
            whole=whole,
            linked=True,
        )


def _list_link(source: Source, link: Link) -> Candidate:
    place = canonical_url(link.url)
    return Candidate(source, _digest(place), "link", link.title or place, place, link.day)


def _list_folder(source: Source, folder: Path) -> Iterator[Candidate]:
    """The documents in a folder and in those below it, but hidden ones."""
    suffixes = list_suffixes()
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        named = ".lexicon." in path.name
        if path.suffix.lower() in suffixes and not hidden and not named:
            yield from _list_file(source, path, str(path.absolute()))


def _list_maildir(source: Source, folder: Path) -> Iterator[Candidate]:
    """The messages of a Maildir (https://cr.yp.to/proto/maildir.html), which is left as it is.

    The flags in their names, and the folder they are in, change when somebody reads them.
    """
    for path in sorted((*(folder / "new").iterdir(), *(folder / "cur").iterdir())):
        if not path.name.startswith("."):
            unique = path.name.partition(":")[0]
            for candidate in _list_file(source, path, f"{folder.absolute()}\n{unique}"):
                yield replace(candidate, mark="message", is_message=True)  # none is ever edited


def _list_file(source: Source, path: Path, identity: str) -> Iterator[Candidate]:
    try:
        state = path.stat()
    except OSError:
        return  # it was removed just now
    if path.is_file():
        day = datetime.fromtimestamp(state.st_mtime, UTC).date().isoformat()
        mark = f"{state.st_size} {state.st_mtime_ns}"
        yield Candidate(source, _digest(identity), mark, path.name, str(path), day)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def hash_text(article: Article) -> str:
    """As `Episode.text`, for an article that is no episode yet."""
    said = [clamp_title(article.title), *(block.text for block in article.blocks)]
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()
