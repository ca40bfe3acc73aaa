"""A source → its bytes: a file, standard input, or a page on the web."""

import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from narrate.base.errors import LimitError, NothingToSay, ReadError
from narrate.read._addresses import MayConnect, is_public
from narrate.read._fetch import Fetched, fetch, is_url
from narrate.read._limits import MEGABYTE, MOST_FETCH_SECONDS, MOST_FILE_BYTES
from narrate.read._process import Limits, call_apart

FETCHING = Limits(wall_seconds=MOST_FETCH_SECONDS)

MARK = b"\xef\xbb\xbf"
"""The byte order mark of UTF-8, which says more than anything in a page or of it."""


class Document(NamedTuple):
    """Bytes that nobody has looked at yet, and where they come from."""

    name: str
    """What messages call it: as the user wrote it."""
    data: bytes
    suffix: str
    """The ending of its file's name, lower case, with its dot; empty where there is none."""
    mime: str = ""
    """As a server calls it; empty for a file."""
    url: str = ""
    """Empty for a file."""
    identity: bytes = b""
    """Which document this is, whatever it says today: its full path or URL."""

    @property
    def file_name(self) -> str:
        """Its own name, without where it is."""
        return self.name if self.url else Path(self.name).name


def open_document(
    source: str, may_connect: MayConnect = is_public, fetched: Fetched | None = None
) -> Document:
    """Read a file, standard input ("-") or a URL, unless that was `fetched` already.

    Raises ReadError for what is missing or cannot be had, LimitError for what is too large,
    NothingToSay for what is empty.
    """
    if source == "-":
        data = sys.stdin.buffer.read(MOST_FILE_BYTES + 1)
        document = Document("standard input", data, "", identity=data)
    elif fetched is not None:
        document = document_of(source, fetched)
    elif is_url(source):
        document = _fetch_document(source, may_connect)
    else:
        document = _open_file(source)
    if len(document.data) > MOST_FILE_BYTES:
        raise LimitError(document.name, f"it is larger than {MOST_FILE_BYTES // MEGABYTE} MB")
    if not document.data.strip():
        raise NothingToSay(document.name, "it is empty")
    return document


def _open_file(source: str) -> Document:
    path = Path(source)
    try:
        if path.is_dir():
            raise ReadError(source, "this is a folder", "name the files in it")
        with path.open("rb") as file:
            data = file.read(MOST_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        if "://" in source:
            raise ReadError(source, "only http and https addresses are read") from error
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ReadError(source, why.lower()) from error
    identity = str(path.absolute()).encode(errors="surrogateescape")
    return Document(source, data, path.suffix.lower(), identity=identity)


def _fetch_document(source: str, may_connect: MayConnect) -> Document:
    """Fetch in a child process: only so does an end come to whatever a server drips."""
    fetched = call_apart(fetch, source, may_connect, name=source, limits=FETCHING)
    return document_of(source, fetched)


def document_of(source: str, fetched: Fetched) -> Document:
    """Give what a server gave for `source` as a document."""
    url = urlsplit(fetched.url)._replace(fragment="").geturl()
    return Document(
        source,
        recode(fetched.data, fetched.mime, fetched.charset),
        Path(unquote(urlsplit(url).path)).suffix.lower(),
        fetched.mime,
        url,
        url.encode(),
    )


def recode(data: bytes, mime: str, charset: str) -> bytes:
    """Put what the server says of the encoding into a text or page itself, as UTF-8 and its mark.

    Bytes that are valid UTF-8 are left alone, whatever the server says: that is no accident,
    and many servers call all their pages ISO-8859-1.
    """
    if not charset or not (mime.startswith("text/") or mime == "application/xhtml+xml"):
        return data
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return data
    try:
        return MARK + data.decode(charset).encode()
    except (LookupError, UnicodeError):
        return data
