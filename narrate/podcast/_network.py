"""Where the server is reached: its socket, its address in the network, and its secret path."""

import hashlib
import ipaddress
import os
import re
import secrets
import socket
from pathlib import Path

from narrate.base.errors import UsageError
from narrate.base.places import user_folder

FIRST_PORT = 8080
PORTS_TRIED = 100
LARGEST_PORT = 65535
SECRET_BYTES = 16
ELSEWHERE = "192.0.2.1"
"""An address for documentation (RFC 5737): the way there is the way out; nothing is sent."""
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]{1,253})(:[0-9]{1,5})?", re.IGNORECASE)
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


def open_socket(host: str, port: int | None) -> socket.socket:
    """A socket that listens on `host`, at `port` or at the first free one from 8080 up.

    Raises UsageError when there is none.
    """
    if port and port > LARGEST_PORT:
        raise UsageError(f"port {port}", "there is no such port", f"{LARGEST_PORT} is the largest")
    ports = [port] if port else list(range(FIRST_PORT, FIRST_PORT + PORTS_TRIED))
    for choice in ports:
        server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((host, choice))
            server.listen()
        except OSError as error:
            server.close()
            if port:
                why = (error.strerror or str(error)).lower()
                remedy = "choose another, or leave --port out"
                raise UsageError(f"port {port}", why, remedy) from error
        else:
            return server
    why = "none of them is free"
    raise UsageError(f"ports {ports[0]} to {ports[-1]}", why, "name another with --port")


def find_address() -> str:
    """The IPv4 address of this machine in its network; empty where it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((ELSEWHERE, 9))
            address: str = probe.getsockname()[0]
        except OSError:
            return ""
    return "" if ipaddress.ip_address(address).is_loopback else address


def is_host(name: str, *, loopback: bool) -> bool:
    """Whether `name` may be what a request calls this server.

    On loopback only its own names are: so a page on the web that has its own name resolve to
    127.0.0.1 reads nothing.
    """
    found = HOST.fullmatch(name)
    return found is not None and (not loopback or found[1].lower() in LOOPBACK_NAMES)


def load_secret(folder: Path) -> str:
    """The secret part of the address under which `folder` is served in a network.

    It is chosen at random once, and kept in the user's own folder, so that the address stays.
    Raises UsageError where it cannot be kept.
    """
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    path = user_folder() / "serve" / name
    try:
        if path.exists():
            kept = path.read_text(encoding="ascii").strip()
            if re.fullmatch(r"[\w-]{16,64}", kept):
                return kept
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = secrets.token_urlsafe(SECRET_BYTES)
        with open(path, "w", encoding="ascii", opener=_open_private) as file:
            file.write(f"{secret}\n")
    except (OSError, UnicodeDecodeError) as error:
        why = f"the secret address cannot be kept there: {error}"
        raise UsageError(str(path), why, "make it writable, or remove it") from error
    return secret


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def draw_qr(url: str) -> str:
    """`url` as a QR code of half blocks, two rows to a line, dark on light whatever the colours.

    Raises ModuleNotFoundError without segno.
    """
    from io import StringIO

    import segno

    text = StringIO()
    segno.make(url, micro=False, error="l").terminal(text, compact=True, border=2)
    return text.getvalue()
