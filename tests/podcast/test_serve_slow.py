"""Clients that are slow, or many, or never end: the others are served all the same."""

import contextlib
import json
import os
import socket
import time
from hashlib import sha256
from pathlib import Path

import pytest
from libraries import ARTICLES, ask, fill_folder, serving

from narrate.podcast import _patience

HEAD = b"GET /the-lamp/the-lamp.wav HTTP/1.1\r\nHost: localhost\r\n"
LARGE = 30_000_000


@pytest.fixture(scope="module")
def folder(tone_voice, tmp_path_factory):
    """A folder with a file that is larger than the buffers between two sockets."""
    folder = tmp_path_factory.mktemp("slow")
    (release,) = fill_folder(folder, tone_voice, ARTICLES[:1], ("mp3", "wav"))
    data = os.urandom(LARGE)
    (release / "the-lamp.wav").write_bytes(data)
    record = json.loads((release / "recording.json").read_text())
    for listed in record["files"]:
        if listed["path"] == "the-lamp.wav":
            listed |= {"bytes": LARGE, "sha256": sha256(data).hexdigest()}
    (release / "recording.json").write_text(json.dumps(record))
    return folder


def is_dropped(client, seconds=20):
    """Whether the server ends the connection of `client` within so many seconds."""
    client.settimeout(seconds)
    try:
        while client.recv(1 << 16):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


@contextlib.contextmanager
def clients(port, count, sends=b""):
    with contextlib.ExitStack() as stack:
        opened = []
        for _ in range(count):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(sends)
            opened.append(client)
        yield opened


@pytest.mark.parametrize(
    "sends",
    [b"", b"GET", HEAD, HEAD + b"X-A: b\r\n" * 20, b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n"],
    ids=["nothing", "a word", "a head", "a long head", "a body"],
)
def test_a_client_that_does_not_finish_its_request_is_dropped(folder, monkeypatch, sends):
    monkeypatch.setattr(_patience, "REQUEST_SECONDS", 0.3)
    with serving(folder) as port, clients(port, 1, sends) as (client,):
        assert is_dropped(client)


def test_a_drop_by_drop_request_does_not_last_for_ever(folder, monkeypatch):
    monkeypatch.setattr(_patience, "REQUEST_SECONDS", 0.5)
    with serving(folder) as port, clients(port, 1, HEAD) as (client,):

        def drip():
            for _ in range(600):
                client.sendall(b"X-A: b\r\n")
                time.sleep(0.05)

        with pytest.raises(ConnectionError):
            drip()
        assert ask(port, "/")[0] == 200


def test_a_client_that_takes_nothing_is_dropped_and_its_file_closed(folder, monkeypatch):
    monkeypatch.setattr(_patience, "STALL_SECONDS", 0.5)
    with serving(folder) as port, clients(port, 3, HEAD + b"\r\n") as stalled:

        def count_open():
            return sum(path.resolve().suffix == ".wav" for path in Path("/proc/self/fd").iterdir())

        for client in stalled:
            assert client.recv(100)
        time.sleep(2)
        assert count_open() == 0
        for client in stalled:
            assert is_dropped(client)


def test_a_client_that_takes_its_time_gets_all(folder, monkeypatch):
    monkeypatch.setattr(_patience, "STALL_SECONDS", 1.0)
    with serving(folder) as port, clients(port, 1, HEAD + b"\r\n") as (client,):
        total, pauses = 0, 0
        while total < LARGE:
            chunk = client.recv(1 << 20)
            assert chunk
            total += len(chunk)
            if pauses < 10:
                time.sleep(0.2)
                pauses += 1


def test_more_slow_clients_than_there_are_places_keep_nobody_out(folder):
    with serving(folder) as port:
        count = _patience.MOST_CONNECTIONS + 40
        with clients(port, count, HEAD) as waiting:
            assert ask(port, "/")[0] == 200
            assert ask(port, "/the-lamp/the-lamp.mp3", range="bytes=0-9")[0] == 206
            assert is_dropped(waiting[0], 1)
            assert not is_dropped(waiting[-1], 0.2)


def test_stalled_downloads_give_their_places_to_others(folder, monkeypatch):
    monkeypatch.setattr(_patience, "MOST_CONNECTIONS", 6)
    with serving(folder) as port, clients(port, 6, HEAD + b"\r\n") as stalled:
        for client in stalled:
            assert client.recv(100)
        time.sleep(0.5)
        assert ask(port, "/the-lamp/the-lamp.mp3", range="bytes=0-9")[0] == 206


def test_a_head_that_is_too_long_is_refused(folder):
    with serving(folder) as port, clients(port, 1, HEAD) as (client,):
        with contextlib.suppress(ConnectionError):
            client.sendall(b"X-A: " + b"b" * 100_000)
        client.settimeout(20)
        assert client.recv(1000).startswith(b"HTTP/1.1 4")


def test_what_is_no_request_is_refused_and_nothing_breaks(folder):
    with serving(folder) as port:
        for sends in (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 99):
            with clients(port, 1, sends) as (client,):
                client.settimeout(20)
                with contextlib.suppress(ConnectionError):
                    assert client.recv(1000)[:10] in (b"HTTP/1.1 4", b"HTTP/1.0 4", b"")
        assert ask(port, "/")[0] == 200


def test_requests_on_one_connection_are_answered_in_order(folder):
    asks = b"".join(
        b"GET /%s HTTP/1.1\r\nHost: localhost\r\nRange: bytes=%d-%d\r\n\r\n"
        % (b"the-lamp/the-lamp.mp3", n, n)
        for n in range(5)
    )
    with serving(folder) as port, clients(port, 1, asks) as (client,):
        client.settimeout(20)
        got = b""
        while b"content-range: bytes 4-4/" not in got:
            chunk = client.recv(4096)
            assert chunk
            got += chunk
        places = [got.index(b"content-range: bytes %d-%d/" % (n, n)) for n in range(5)]
        assert places == sorted(places)
