"""A folder of releases on this machine or in the network: library page, feed, and their files.

Only what the record of a release lists is given out, and the pages that are made of the records;
both follow the folder while other commands change it. Needs the extra ``serve``.
"""

import asyncio
import re
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.base.errors import NarrateError, UsageError
from narrate.podcast._episodes import COVERS, RECORD
from narrate.podcast._network import (
    draw_qr,
    find_address,
    is_host,
    load_secret,
    open_socket,
)
from narrate.podcast._podcast_file import FEED, PODCAST_FILE
from narrate.podcast._register import REGISTER
from narrate.podcast._shelf import Shelf, find_state
from narrate.podcast.library import INDEX, Library

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from uvicorn import Server

__all__ = ["Place", "draw_qr", "make_app", "open_place", "serve_folder"]

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"  # noqa: S104 asked for with --lan only
ARCHIVE = re.compile(r"archive-[0-9]{4,}\.xml")
MOST_NAMES = 4
"""Under so many names clients call this machine: 127.0.0.1, localhost, its address."""
LONGEST_REQUEST = 16 * 1024
"""Bytes of a request's head."""
DOWN_SECONDS = 1
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'"
"""What a browser may do with what is no page of ours: show it, or play it."""
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}

Log = Callable[[str, str, str, int, bool], None]
"""Told of each answer: the client, the method, the path below the secret one, the status, and
whether it is a later part of something."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a folder is served."""

    folder: Path
    socket: socket.socket
    url: str
    """Of the library page; ends with a slash."""
    path: str
    """The path of that URL: a slash, or the secret between two."""
    reach: bool
    """Whether other machines reach it."""

    @property
    def feed(self) -> str:
        """The URL of the feed."""
        return f"{self.url}{FEED}"


def open_place(folder: Path, *, port: int | None = None, lan: bool = False) -> Place:
    """Listen for requests to `folder`: from this machine only, or from its network with `lan`.

    Without `port` it is the first free one from 8080 up. Raises UsageError where the folder is none
    of ours, the port is taken, or the extra is not installed.
    """
    _check_extra()
    if not folder.is_dir():
        raise UsageError(str(folder), "there is no such folder", "name a show, or a place of --out")
    if (folder / RECORD).exists():
        raise UsageError(str(folder), "it is one recording", f"serve {folder.absolute().parent}")
    secret = load_secret(folder) if lan else ""
    listening = open_socket(EVERYWHERE if lan else LOOPBACK, port)
    number = listening.getsockname()[1]
    host = (find_address() if lan else "") or LOOPBACK
    path = f"/{secret}/" if secret else "/"
    return Place(folder, listening, f"http://{host}:{number}{path}", path, reach=lan)


def _check_extra() -> None:
    try:
        import segno  # noqa: F401 the question is whether it is there
        import starlette  # noqa: F401 as above
        import uvicorn  # noqa: F401 as above
    except ModuleNotFoundError as error:
        why = f"{error.name} is not installed"
        raise UsageError("serve", why, "pip install 'narrate-article[serve]'") from error


def serve_folder(place: Place, log: Log | None = None) -> None:
    """Answer requests at `place` until the process is interrupted, and end within a second then."""
    with closing(place.socket):
        app = make_app(place.folder, place.path, loopback=not place.reach, log=log)
        asyncio.run(make_server(app).serve(sockets=[place.socket]))


def make_server(app: "ASGIApp") -> "Server":
    """A server of `app` that keeps nobody waiting for a slow client."""
    import uvicorn

    from narrate.podcast._patience import Protocol

    config = uvicorn.Config(
        app,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=LONGEST_REQUEST,
        timeout_graceful_shutdown=DOWN_SECONDS,
    )
    return uvicorn.Server(config)


def make_app(
    folder: Path, path: str = "/", *, loopback: bool = True, log: Log | None = None
) -> "ASGIApp":
    """The application that answers for `folder` below `path`.

    With `loopback`, only requests that call this machine by a loopback name are answered.
    """
    from starlette.applications import Starlette
    from starlette.routing import Route

    desk = _Desk(folder, path, loopback=loopback)
    routes = [Route("/{path:path}", desk.answer, methods=["GET", "HEAD"])]
    return _Manners(Starlette(routes=routes), path, log)


class _Desk:
    """Finds what a request asks for."""

    def __init__(self, folder: Path, path: str, *, loopback: bool) -> None:
        self._folder = folder.resolve()
        self._path = path
        self._loopback = loopback
        self._shelf = Shelf(folder)
        self._library = Library(folder, self._shelf)
        self._feeds: dict[str, tuple[object, dict[str, bytes]]] = {}
        self._lock = threading.Lock()

    def answer(self, request: "Request") -> "Response":
        """The answer to a GET or HEAD request."""
        from starlette.responses import PlainTextResponse, RedirectResponse

        from narrate.podcast._deliver import deliver_bytes, deliver_file, not_found
        from narrate.podcast._media_types import media_type

        host = request.headers.get("host", "")
        if not is_host(host, loopback=self._loopback):
            return PlainTextResponse("This server has another name.\n", 421)
        asked = request.scope["path"]
        if f"{asked}/" == self._path:
            return RedirectResponse(self._path)
        if not asked.startswith(self._path):
            return not_found()
        address = asked.removeprefix(self._path)
        try:
            body = self._make_page(address, f"http://{host}{self._path}")
        except NarrateError as error:
            return PlainTextResponse(f"{error}\n", 500)
        if body is not None:
            return deliver_bytes(request, body, media_type(address or INDEX))
        return deliver_file(request, self._shelf, address)

    def _make_page(self, address: str, url: str) -> bytes | None:
        """The library page, a document of the feed, or the show's cover; None for all else."""
        with self._lock:
            if address in ("", INDEX):
                return self._library.make(feed=True)
            if address == FEED or ARCHIVE.fullmatch(address):
                return self._make_feed(url).get(address)
        picture = self._folder / address
        return picture.read_bytes() if address in COVERS and picture.is_file() else None

    def _make_feed(self, url: str) -> dict[str, bytes]:
        """The documents of the feed with the addresses of this server, as the client calls it."""
        from narrate.podcast.feed import render_feed

        beside = [self._folder / name for name in (PODCAST_FILE, REGISTER, *COVERS)]
        state = (self._shelf.state(), [find_state(path) for path in beside])
        known = self._feeds.get(url)
        if known is None or known[0] != state:
            if len(self._feeds) >= MOST_NAMES:
                self._feeds.clear()
            known = self._feeds[url] = state, render_feed(self._folder, url)
        return known[1]


class _Manners:
    """Adds to every answer what browsers are to heed, and tells of it."""

    def __init__(self, app: "ASGIApp", path: str, log: Log | None) -> None:
        self._app = app
        self._path = path
        self._log = log

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        async def send_with_manners(message: "Message") -> None:
            if message["type"] == "http.response.start":
                self._add_headers(message)
                self._tell(scope, message)
            await send(message)

        await self._app(scope, receive, send_with_manners)

    def _add_headers(self, message: "Message") -> None:
        from starlette.datastructures import MutableHeaders

        headers = MutableHeaders(raw=message["headers"])
        policy = headers.get("content-security-policy", POLICY)
        headers["content-security-policy"] = f"{policy}; frame-ancestors 'none'"
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        message["headers"] = headers.raw

    def _tell(self, scope: "Scope", message: "Message") -> None:
        if self._log is None:
            return
        path = scope["path"].removeprefix(self._path)
        names = dict(message["headers"])
        later = not names.get(b"content-range", b"bytes 0-").startswith(b"bytes 0-")
        client = scope["client"][0] if scope["client"] else ""
        self._log(client, scope["method"], path, message["status"], later)
