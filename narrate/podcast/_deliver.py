"""Answers: a file or a part of it, or bytes that were made for the request."""

import gzip
import os
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from html import unescape
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from narrate.podcast._media_types import media_type
from narrate.podcast._range import choose_part
from narrate.podcast._shelf import Shelf

CHUNK_BYTES = 1 << 16
LEAST_PACKED = 1024
HEAD_BYTES = 4096
OWN_POLICY = re.compile(rb'http-equiv="Content-Security-Policy" content="([^"\x80-\xff]+)"')


def not_found() -> Response:
    """The answer where there is nothing, or nothing for this client."""
    return PlainTextResponse("There is nothing here.\n", 404)


class FilePart(StreamingResponse):
    """Bytes of an open file, which is closed at the end, however it ends."""

    def __init__(
        self, file: BinaryIO, length: int, status: int, headers: Mapping[str, str]
    ) -> None:
        super().__init__(_read(file, length), status_code=status, headers=headers)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them."""
        with self._file:
            await super().__call__(scope, receive, send)


def _read(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (chunk := file.read(min(length, CHUNK_BYTES))):
        length -= len(chunk)
        yield chunk


def deliver_file(request: Request, shelf: Shelf, address: str) -> Response:
    """The answer to a request for the file at `address`, if a release lists it.

    What is sent to the end is the file that was opened, even if another takes its place meanwhile.
    """
    listed = shelf.find(address)
    if listed is None:
        return not_found()
    try:
        file = listed.path.open("rb")
    except OSError:
        return not_found()
    size = os.fstat(file.fileno()).st_size
    if size != listed.bytes or shelf.find(address) != listed:  # it was replaced just now
        file.close()
        return PlainTextResponse("This is being made anew.\n", 503, {"retry-after": "5"})
    etag = f'"{listed.sha256}"'
    part = choose_part(request.headers, size, etag)
    headers = {"accept-ranges": "bytes", "etag": etag, "cache-control": "private, no-cache"}
    if part.status in (200, 206):
        headers |= {"content-type": media_type(address), "content-length": str(part.length)}
    if part.status == 206:
        headers["content-range"] = f"bytes {part.first}-{part.first + part.length - 1}/{size}"
    if part.status == 416:
        headers["content-range"] = f"bytes */{size}"
    if address.endswith(".html"):
        headers |= _read_policy(file.read(HEAD_BYTES))
    if request.method == "HEAD" or part.status not in (200, 206):
        file.close()
        return Response(status_code=part.status, headers=headers)
    file.seek(part.first)
    return FilePart(file, part.length, part.status, headers)


def _read_policy(head: bytes) -> dict[str, str]:
    """The header with the policy that a page of ours has in its head; empty where it has none."""
    own = OWN_POLICY.search(head)
    return {"content-security-policy": unescape(own[1].decode("ascii"))} if own else {}


def deliver_bytes(request: Request, body: bytes, kind: str) -> Response:
    """The answer with what was made now; packed if the client can unpack it."""
    etag = f'"{sha256(body).hexdigest()}"'
    headers = {"etag": etag, "cache-control": "private, no-cache", "vary": "accept-encoding"}
    # In a 304, too: browsers take the headers of the page from it.
    headers |= _read_policy(body[:HEAD_BYTES])
    packed = len(body) >= LEAST_PACKED and "gzip" in request.headers.get("accept-encoding", "")
    if packed:
        etag = headers["etag"] = f'{etag[:-1]}-gzip"'  # other bytes, so another tag
    if choose_part(request.headers, len(body), etag).status == 304:
        return Response(status_code=304, headers=headers)
    if packed:
        headers["content-encoding"] = "gzip"
        body = _pack(body)
    return Response(body, media_type=kind, headers=headers)


@lru_cache(maxsize=4)
def _pack(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)
