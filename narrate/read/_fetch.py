"""A URL → the bytes behind it; never cookies, never anything but http and https.

Every name is looked up once and the connection goes to the very address that was checked, for
each redirect anew; so neither a link nor a name server can point into the user's own network.
"""

import socket
import ssl
from collections.abc import Container, Mapping, Sequence
from contextlib import closing
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from narrate.base.errors import LimitError, ReadError
from narrate.read._addresses import Address, MayConnect, is_public
from narrate.read._limits import MEGABYTE, MOST_FETCHED_BYTES, MOST_REDIRECTS

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, HTTPConnectionPool
    from urllib3.exceptions import HTTPError

USER_AGENT = "narrate/0.1 (reads articles aloud)"

ACCEPT = "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml;q=0.9,*/*;q=0.8"

MOST_SILENCE = 10.0
"""Seconds without a byte; the time in all is bounded by who calls."""

CHUNK = 65_536

SAVE_IT = "save the page in your browser and give the file"


class Fetched(NamedTuple):
    """What a server gave."""

    data: bytes
    url: str
    """Where it came from in the end, after all redirects."""
    mime: str
    """As the server calls it (text/html), lower case; empty where it does not say."""
    charset: str
    """The same; lower case."""
    status: int = 200
    etag: str = ""
    modified: str = ""
    """ETag and Last-Modified, for the next time that it is asked for; empty where there is none."""


class _Place(NamedTuple):
    """A URL, taken apart."""

    scheme: str
    host: str
    port: int
    target: str
    """Path and query, fit for a request."""
    netloc: str
    """Host and port, as the request names them."""


def is_url(source: str) -> bool:
    """Tell whether `source` is an address on the web, and no path of a file."""
    return source[:8].lower().startswith(("http://", "https://"))


def fetch(
    url: str,
    may_connect: MayConnect = is_public,
    etag: str = "",
    modified: str = "",
    answers: Container[int] = (HTTPStatus.OK,),
) -> Fetched:
    """Give what is behind `url`; with status 304 and no data where it is still what it was.

    `etag` and `modified` are those of the earlier answer. `answers` are the statuses that are no
    errors. Raises ReadError for what cannot be had or is not to be reached, and LimitError for an
    answer that is too large or goes in circles.
    """
    at = url
    known = {"If-None-Match": etag, "If-Modified-Since": modified}
    conditions = {name: value for name, value in known.items() if value}
    if conditions:
        answers = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
    for _ in range(MOST_REDIRECTS + 1):
        place = _take_apart(at, url)
        with closing(_ask(place, may_connect, url, conditions)) as response:
            target = response.get_redirect_location()
            if not target:
                return _take(response, at, url, answers)
        try:
            at = urljoin(at, target)
        except ValueError as error:
            raise ReadError(url, "it redirects to what is no address") from error
    raise LimitError(url, f"it redirects more than {MOST_REDIRECTS} times")


def _take_apart(at: str, url: str) -> _Place:
    """Check where the road leads next; `url` is where it began, which messages name."""
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        parts = urlsplit(at)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        if parts.scheme.lower() not in ("http", "https"):
            raise ReadError(url, f"it redirects to {parts.scheme}:, which is not the web")
        if not host:
            raise ReadError(url, "it names no host")
        bracketed = f"[{host}]" if ":" in host else host
        netloc = bracketed if port is None else f"{bracketed}:{port}"
        clean = parse_url(urlunsplit((parts.scheme, netloc, parts.path, parts.query, "")))
    except (LocationParseError, ValueError) as error:  # UnicodeError is a ValueError
        raise ReadError(url, "this is no address on the web") from error
    scheme = parts.scheme.lower()
    return _Place(
        scheme, host, port or (443 if scheme == "https" else 80), clean.request_uri, netloc
    )


def _ask(
    place: _Place, may_connect: MayConnect, url: str, conditions: Mapping[str, str]
) -> "BaseHTTPResponse":
    """Ask for `place` at the first of its addresses that answers."""
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
    from urllib3.util import Timeout

    headers = {
        "Host": place.netloc,
        "User-Agent": USER_AGENT,
        "Accept": ACCEPT,
        "Accept-Encoding": "gzip, deflate",
        **conditions,
    }
    failure: HTTPError | None = None
    for address in _look_up(place, may_connect, url):
        try:
            return _open_pool(place, address).urlopen(
                "GET",
                place.target,
                headers=headers,
                retries=False,
                redirect=False,
                timeout=Timeout(MOST_SILENCE),
                preload_content=False,
            )
        except (ConnectTimeoutError, NewConnectionError) as error:
            failure = error
        except HTTPError as error:
            raise _failed(error, url) from error
    assert failure is not None
    raise _failed(failure, url) from failure


def _look_up(place: _Place, may_connect: MayConnect, url: str) -> Sequence[Address]:
    """Give the addresses of a host that may be connected to: at least one."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        unknown = getattr(error, "errno", None) == socket.EAI_NONAME
        why = "there is no host of this name" if unknown else "its host cannot be looked up"
        raise ReadError(url, why, "is the address right, and the network up?") from error
    names = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    allowed = [address for address in map(ip_address, names) if may_connect(address)]
    if not allowed:
        where = "it leads into a private network" if place.netloc not in url else "it is private"
        raise ReadError(
            url, f"{where}: {place.host} is {next(iter(names))}", "--allow-private reads it"
        )
    return allowed


def _open_pool(place: _Place, address: Address) -> "HTTPConnectionPool":
    """Give connections to `address` alone; a certificate must be that of the host all the same."""
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

    if place.scheme == "http":
        return HTTPConnectionPool(str(address), place.port)
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        import certifi

        context.load_verify_locations(certifi.where())
    return HTTPSConnectionPool(
        str(address), place.port, ssl_context=context, server_hostname=place.host
    )


def _take(response: "BaseHTTPResponse", at: str, url: str, answers: Container[int]) -> Fetched:
    """Read an answer to its end."""
    from email.message import Message

    from urllib3.exceptions import HTTPError, ProtocolError

    if response.status not in answers:
        raise _refused(response.status, url)
    parts, length = [], 0
    try:
        for part in response.stream(CHUNK, decode_content=True):
            parts.append(part)
            length += len(part)
            if length > MOST_FETCHED_BYTES:
                why = f"the answer is larger than {MOST_FETCHED_BYTES // MEGABYTE} MB"
                raise LimitError(url, why, "download it and give the file")
    except ProtocolError as error:
        raise ReadError(url, "the answer broke off before its end", "try it again") from error
    except HTTPError as error:
        raise _failed(error, url) from error
    message = Message()
    message["Content-Type"] = response.headers.get("Content-Type", "")
    mime = message.get_content_type() if message["Content-Type"] else ""
    return Fetched(
        b"".join(parts),
        at,
        mime,
        message.get_content_charset() or "",
        response.status,
        response.headers.get("ETag", ""),
        response.headers.get("Last-Modified", ""),
    )


def _refused(status: int, url: str) -> ReadError:
    """What an answer without the document means."""
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    known_in_browsers = status in (401, 402, 403, 406, 429, 451) or status >= 500
    return ReadError(url, f"the server answers {phrase}", SAVE_IT if known_in_browsers else "")


def _failed(error: "HTTPError", url: str) -> ReadError:
    """Say in plain words what went wrong on the way."""
    from urllib3 import exceptions

    if isinstance(error, exceptions.SSLError):
        reason = getattr(error.args[0], "verify_message", "") or getattr(
            error.args[0], "reason", ""
        )
        return ReadError(url, f"its connection is not secure: {reason or error}".lower())
    if isinstance(error, exceptions.TimeoutError) and not isinstance(
        error, exceptions.NewConnectionError
    ):
        return ReadError(url, "the server does not answer in time")
    if isinstance(error, exceptions.NewConnectionError):
        cause = error.__cause__
        reason = cause.strerror if isinstance(cause, OSError) else ""
        return ReadError(url, f"no connection to the server: {reason or 'it failed'}".lower())
    if isinstance(error, exceptions.DecodeError):
        return ReadError(url, "the answer is packed in a way that cannot be unpacked", SAVE_IT)
    return ReadError(url, "the server does not answer as web servers do")
