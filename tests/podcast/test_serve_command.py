"""narrate serve: what it prints, who is let in, and how it ends."""

import contextlib
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
import segno
from libraries import ARTICLES, ask, fill_folder

from narrate.podcast import _network
from narrate.podcast._network import draw_qr, is_host, load_secret


@pytest.fixture(scope="module")
def folder(tone_voice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("command") / "output"
    fill_folder(folder, tone_voice, ARTICLES[:1], ("mp3", "vtt"))
    return folder


@contextlib.contextmanager
def running(folder, *options, tmp_path, **streams):
    """The command in a process, when it has said that it listens; with what it has said."""
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "PYTHONWARNINGS": "error"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    process = subprocess.Popen(
        [sys.executable, "-m", "narrate", "serve", str(folder), *options],
        env={**environment, "TERM": "xterm"},
        **pipes,
    )
    try:
        yield process, process.stdout.readline().decode()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def address_of(line):
    return re.search(r"http://([\d.]+):(\d+)(/\S*)", line).groups()


def test_it_says_where_it_is_and_ends_on_ctrl_c_within_a_second(folder, tmp_path):
    with running(folder, tmp_path=tmp_path) as (process, line):
        host, port, path = address_of(line)
        assert (host, path) == ("127.0.0.1", "/")
        assert process.stdout.readline().decode() == f"Feed: http://127.0.0.1:{port}/feed.xml\n"
        assert ask(int(port), "/")[0] == 200
        with socket.create_connection(("127.0.0.1", int(port))) as client:
            client.sendall(b"GET /the-lamp/the-lamp.mp3 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            client.recv(100)  # and takes no more, and stays
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=10) == 0
        said = process.stderr.read().decode()
    assert "Only this machine reaches it" in said
    assert "127.0.0.1 GET / 200\n" in said
    assert said.endswith("ended\n")
    assert "Traceback" not in said


def test_sigterm_ends_it_too(folder, tmp_path):
    with running(folder, tmp_path=tmp_path) as (process, line):
        ask(int(address_of(line)[1]), "/")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 143
        assert "Traceback" not in process.stderr.read().decode()


def test_access_lines_tell_beginnings_and_with_v_everything(folder, tmp_path):
    def hear(*options):
        with running(folder, *options, tmp_path=tmp_path) as (process, line):
            port = int(address_of(line)[1])
            ask(port, "/the-lamp/the-lamp.mp3", range="bytes=0-9")
            ask(port, "/the-lamp/the-lamp.mp3", range="bytes=100-109")
            ask(port, "/the-lamp/cover.jpg")
            ask(port, "/x%1b%5b31m%0aforged")
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=10)[1].decode()
        assert "\x1b" not in said
        return [line for line in said.splitlines() if line.startswith("127.")]

    assert hear() == ["127.0.0.1 GET /the-lamp/the-lamp.mp3 206"]
    assert hear("-q") == []
    assert len(hear("-v")) == 4


def test_lan_has_a_secret_path_that_stays_and_says_who_reaches_it(folder, tmp_path):
    paths = set()
    for options in (["--lan"], ["--lan", "--plain"]):
        with running(folder, *options, tmp_path=tmp_path) as (process, line):
            _, port, path = address_of(line)
            paths.add(path)
            assert len(path) >= 20
            assert ask(int(port), "/")[0] == 404
            assert ask(int(port), path)[0] == 200
            assert ask(int(port), f"{path}feed.xml", Host="phone.local")[0] == 200
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=10)[1].decode()
        assert "Phones and other machines of this network" in said
        assert "Overcast" in said
        assert "Audiobookshelf" in said
        assert path not in said, "access lines keep the secret"
        assert "█" not in said, "no code where nobody sees it"
    assert len(paths) == 1
    (kept,) = (tmp_path / "narrate" / "serve").iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_a_terminal_shows_a_code_for_the_camera_and_plain_none(folder, tmp_path):
    def show(*options):
        master, slave = pty.openpty()
        with running(folder, "--lan", *options, tmp_path=tmp_path, stderr=slave) as (process, _):
            os.close(slave)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)
            said = b""
            with contextlib.suppress(OSError):  # the end of a terminal
                while chunk := os.read(master, 65536):
                    said += chunk
        os.close(master)
        return said.decode()

    assert "▄" in show()
    assert "▄" not in show("--plain")


def test_the_code_is_that_of_the_address():
    url = "http://192.168.1.5:8080/abcdefghijklmnopqrstuv/"
    lines = re.sub(r"\x1b\[[0-9;]*m", "", draw_qr(url)).rstrip("\n").split("\n")
    rows = []
    for line in lines:
        rows += [[c in "▀█" for c in line], [c in "▄█" for c in line]]
    matrix = [list(row) for row in segno.make(url, micro=False, error="l").matrix_iter(border=2)]
    # What is drawn in the terminal's colours is light or dark; the shapes must be the same.
    light = [[bool(dot) for dot in row] for row in matrix]
    dark = [[not dot for dot in row] for row in light]
    assert [row[: len(light[0])] for row in rows[: len(light)]] in (light, dark)


def test_json_is_one_object(folder, tmp_path):
    with running(folder, "--json", tmp_path=tmp_path) as (_, line):
        told = json.loads(line)
    assert told["feed"] == f"{told['library']}feed.xml"


def test_a_port_that_cannot_be_is_told(folder, run):
    done = run("serve", folder, "--port", "70000")
    assert done.returncode == 2
    assert "port 70000: there is no such port" in done.stderr.decode()


def test_a_port_that_is_taken_is_told_and_without_one_the_next_is_found(folder, run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", folder, "--port", port)
        assert done.returncode == 2
        assert f"port {port}: address already in use" in done.stderr.decode()
    with (
        running(folder, tmp_path=tmp_path) as (_, first),
        running(folder, tmp_path=tmp_path) as (_, second),
    ):
        assert int(address_of(first)[1]) < int(address_of(second)[1])


@pytest.mark.parametrize(
    ("place", "says"),
    [("none", "there is no such folder"), ("output/the-lamp", "it is one recording")],
)
def test_a_place_that_cannot_be_served_is_told(folder, run, place, says):
    done = run("serve", folder.parent / place)
    assert done.returncode == 2
    assert says in done.stderr.decode()


def test_without_the_extra_one_line_says_how_to_get_it(folder, run, tmp_path):
    code = "raise ModuleNotFoundError('No module named starlette', name='starlette')"
    (tmp_path / "starlette.py").write_text(code)
    done = run("serve", folder, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    line = "serve: starlette is not installed (pip install 'narrate-article[serve]')"
    assert done.stderr.decode() == f"narrate: {line}\n"


def test_secrets_differ_by_folder_and_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(_network, "user_folder", lambda: tmp_path / "config")
    first, second = load_secret(tmp_path / "a"), load_secret(tmp_path / "b")
    assert first != second
    assert load_secret(tmp_path / "a") == first
    for kept in (tmp_path / "config" / "serve").iterdir():
        kept.write_text("../..\n")
    again = load_secret(tmp_path / "a")
    assert re.fullmatch(r"[\w-]{20,}", again)
    assert again == load_secret(tmp_path / "a")


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080"])
def test_loopback_has_these_names(name):
    assert is_host(name, loopback=True)


@pytest.mark.parametrize("name", ["", "a b", "a/b", 'a"b', "x@127.0.0.1", "localhost:80:80", "a\n"])
def test_these_are_no_names(name):
    assert not is_host(name, loopback=False)
    assert not is_host(name, loopback=True)
