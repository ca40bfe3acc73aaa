"""What the server gives out, and what it does not: ranges, tags, types, paths, hosts."""

import json
import os
import shutil
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from urllib.parse import quote, urlsplit

import feedparser
import pytest
from libraries import ARTICLES, ask, fill_folder, serving, write_article

from narrate.podcast.show import make_episode
from narrate.produce import Order

AUDIO = "the-lamp/the-lamp.mp3"


@pytest.fixture(scope="module")
def folder(tone_voice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shelf") / "output"
    fill_folder(folder, tone_voice)
    (folder / "secret.txt").write_text("not listed")
    (folder.parent / "outside.txt").write_text("not below")
    return folder


@pytest.fixture(scope="module")
def port(folder):
    with serving(folder) as port:
        yield port


@pytest.fixture(scope="module")
def audio(folder):
    return (folder / AUDIO).read_bytes()


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("0-99", 0, 99), ("500-", 500, None), ("-128", -128, None)]
)
def test_curl_gets_the_bytes_it_asks_for(port, audio, tool, tmp_path, *, asked, first, last):
    url = f"http://127.0.0.1:{port}/{AUDIO}"
    to = tmp_path / "part"
    command = [tool("curl"), "-sS", "-r", asked, "-o", to, "-w", "%{http_code}", url]
    assert subprocess.run(command, check=True, capture_output=True).stdout == b"206"
    assert to.read_bytes() == audio[first : None if last is None else last + 1]


def test_curl_resumes_a_download(port, audio, tool, tmp_path):
    to = tmp_path / "part.mp3"
    to.write_bytes(audio[:1000])
    command = [tool("curl"), "-sS", "-C", "-", "-o", to, f"http://127.0.0.1:{port}/{AUDIO}"]
    subprocess.run(command, check=True)
    assert to.read_bytes() == audio


def test_an_answer_tells_length_range_and_a_tag_of_the_content(port, audio):
    status, headers, body = ask(port, f"/{AUDIO}", range="bytes=10-19")
    assert (status, body) == (206, audio[10:20])
    assert headers["content-range"] == f"bytes 10-19/{len(audio)}"
    assert headers["content-length"] == "10"
    assert headers["accept-ranges"] == "bytes"
    assert headers["etag"] == f'"{sha256(audio).hexdigest()}"'
    status, headers, body = ask(port, f"/{AUDIO}", range=f"bytes={len(audio)}-")
    assert (status, headers["content-range"], body) == (416, f"bytes */{len(audio)}", b"")


@pytest.mark.parametrize("asked", [{}, {"range": "bytes=5-9"}])
@pytest.mark.parametrize("path", ["", "feed.xml", AUDIO, "the-lamp/the-lamp.html"])
def test_head_says_what_get_does_and_sends_nothing(port, path, asked):
    got = ask(port, f"/{path}", **asked)
    told = ask(port, f"/{path}", "HEAD", **asked)
    for headers in (got[1], told[1]):
        headers.pop("date")
    assert told == (got[0], got[1], b"")


@pytest.mark.parametrize("path", ["", "feed.xml", AUDIO, "the-lamp/the-lamp.html"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_a_client_has_is_not_sent_again(port, path, encoding):
    before = ask(port, f"/{path}", accept_encoding=encoding)[1]
    tag = before["etag"]
    status, headers, body = ask(port, f"/{path}", if_none_match=tag, accept_encoding=encoding)
    assert (status, headers["etag"], body) == (304, tag, b"")
    policy = "content-security-policy"  # a browser puts that of the 304 in the place of the other
    assert headers[policy] == before[policy]


TYPES = {
    ".mp3": "audio/mpeg",
    ".vtt": "text/vtt; charset=utf-8",
    ".chapters.json": "application/json+chapters",
    ".html": "text/html; charset=utf-8",
    "timeline.jsonl": "application/x-ndjson",
    "article.json": "application/json",
    "cover.jpg": "image/jpeg",
}


def test_every_listed_file_is_given_out_whole_with_its_type(folder, port):
    record = json.loads((folder / "the-lamp" / "recording.json").read_text())
    for listed in record["files"]:
        status, headers, body = ask(port, f"/the-lamp/{listed['path']}")
        assert (status, sha256(body).hexdigest()) == (200, listed["sha256"])
        (kind,) = {TYPES[end] for end in TYPES if listed["path"].endswith(end)}
        assert headers["content-type"] == kind
    assert ask(port, "/feed.xml")[1]["content-type"] == "application/rss+xml; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/the-lamp/recording.json",
        "/the-lamp",
        "/the-lamp/",
        "/secret.txt",
        "/../outside.txt",
        "/the-lamp/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/the-lamp/..%2f..%2foutside.txt",
        "/the-lamp/..%5c..%5coutside.txt",
        "//etc/passwd",
        "/the-lamp/%00",
        "/etc/passwd%00.mp3",
        "/the-lamp/../secret.txt",
        "/the-lamp/./the-lamp.mp3",
        "/%ff%fe",
        "/episodes.json",
        "/podcast.toml",
        "/archive-0001.xml",
    ],
)
def test_nothing_else_is_given_out(port, tool, path):
    command = [tool("curl"), "-sS", "--path-as-is", "-w", "%{http_code}"]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True
    )
    assert done.stdout == b"There is nothing here.\n404"


def test_a_record_that_names_what_lies_outside_gives_nothing_of_it(tone_voice, tmp_path):
    (tmp_path / "outside.txt").write_text("not below")
    (release,) = fill_folder(tmp_path / "out", tone_voice, ARTICLES[:1], ("mp3", "txt"))
    text = release / "the-lamp.txt"
    text.unlink()
    text.symlink_to(tmp_path / "outside.txt")
    record = json.loads((release / "recording.json").read_text())
    for listed in record["files"]:
        listed["bytes"] = 9 if listed["path"] == text.name else listed["bytes"]
    for path in ("../../outside.txt", str(tmp_path / "outside.txt")):
        record["files"].append({"path": path, "bytes": 9, "sha256": "0"})
    (release / "recording.json").write_text(json.dumps(record))
    with serving(tmp_path / "out") as port:
        assert ask(port, f"/{AUDIO}")[0] == 200
        for path in ("the-lamp/the-lamp.txt", "../outside.txt", quote(f"{tmp_path}/outside.txt")):
            assert ask(port, f"/{path}")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "QUATSCH"])
def test_nothing_can_be_done_but_read(port, method):
    status, headers, _ = ask(port, f"/{AUDIO}", method)
    assert (status, set(headers["allow"].split(", "))) == (405, {"GET", "HEAD"})


@pytest.mark.parametrize("path", ["", "feed.xml", AUDIO, "the-lamp/the-lamp.html", "nothing"])
def test_every_answer_has_the_headers_that_keep_a_browser_safe(port, path):
    _, headers, _ = ask(port, f"/{path}")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("frame-ancestors 'none'")
    assert "unsafe" not in policy
    assert "server" not in headers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_feed_has_the_addresses_of_the_host_that_was_asked(folder, port, host):
    before = sorted(folder.rglob("*"))
    status, _, body = ask(port, "/feed.xml", host=host)
    feed = feedparser.parse(body)
    assert (status, feed.bozo, len(feed.entries)) == (200, False, len(ARTICLES))
    for entry in feed.entries:
        parts = urlsplit(entry.enclosures[0].href)
        assert parts.netloc == f"{host}:{port}"
        answer = ask(port, parts.path, "HEAD", host=host)
        assert answer[1]["content-length"] == entry.enclosures[0].length
        assert answer[1]["content-type"] == entry.enclosures[0].type
    assert sorted(folder.rglob("*")) == before


def test_the_feed_names_the_same_episodes_under_every_host(port):
    feeds = [
        feedparser.parse(ask(port, "/feed.xml", host=host)[2])
        for host in ("127.0.0.1", "localhost")
    ]
    first, second = ([entry.id for entry in feed.entries] for feed in feeds)
    assert first == second


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b", "[::1"])
def test_on_loopback_a_strange_host_gets_nothing(port, host):
    status, _, body = ask(port, "/", Host=host)
    assert status in (400, 421)
    assert b"Lamp" not in body


def test_below_a_secret_path_everything_is_there_and_elsewhere_nothing(folder):
    with serving(folder, "/s3cret/", loopback=False) as port:
        assert ask(port, "/s3cret/", Host="192.168.1.5:8080")[0] == 200
        feed = feedparser.parse(ask(port, "/s3cret/feed.xml", Host="192.168.1.5:8080")[2])
        address = f"http://192.168.1.5:8080/s3cret/{AUDIO}"
        assert address in [entry.enclosures[0].href for entry in feed.entries]
        for path in ("/", "/feed.xml", f"/{AUDIO}", "/s3cre", "/S3CRET/", "/s3cretx/"):
            status, headers, body = ask(port, path)
            assert status == 404
            assert b"s3cret" not in body + repr(headers).encode()
        assert ask(port, "/s3cret")[1]["location"] == "/s3cret/"
        assert ask(port, "/s3cret/", Host="<script>")[0] in (400, 421)


def test_what_is_made_while_the_server_runs_is_there_at_once(tone_voice, tmp_path):
    folder = tmp_path / "out"
    fill_folder(folder, tone_voice, ARTICLES[:1])
    with serving(folder) as port:
        assert b"The Night Train" not in ask(port, "/")[2]
        before = ask(port, f"/{AUDIO}")
        fill_folder(folder, tone_voice, ARTICLES[1:2])
        assert b"The Night Train" in ask(port, "/")[2]
        assert b"The Night Train" in ask(port, "/feed.xml")[2]
        assert ask(port, "/the-night-train/the-night-train.mp3")[0] == 200
        edited = write_article("The Lamp", ["Another text altogether."], published="2026-05-03")
        fill_folder(folder, tone_voice, [edited])
        after = ask(port, f"/{AUDIO}")
        assert after[1]["etag"] == f'"{sha256(after[2]).hexdigest()}"' != before[1]["etag"]
        assert ask(port, f"/{AUDIO}", range="bytes=0-9", if_range=before[1]["etag"])[0] == 200
        shutil.rmtree(folder / "the-lamp")
        assert ask(port, f"/{AUDIO}")[0] == 404
        assert b"The Lamp" not in ask(port, "/")[2]


def test_a_file_that_is_replaced_while_it_is_sent_arrives_as_it_was(tone_voice, tmp_path):
    folder = tmp_path / "out"
    (release,) = fill_folder(folder, tone_voice, ARTICLES[:1], ("mp3", "wav"))
    path = release / "the-lamp.wav"
    large = os.urandom(40_000_000)  # more than the buffers between two sockets hold
    path.write_bytes(large)
    record = json.loads((release / "recording.json").read_text())
    for listed in record["files"]:
        if listed["path"] == path.name:
            listed |= {"bytes": len(large), "sha256": sha256(large).hexdigest()}
    (release / "recording.json").write_text(json.dumps(record))
    with serving(folder) as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /the-lamp/the-lamp.wav HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = client.recv(4096)
        draft = release / "draft"
        draft.write_bytes(bytes(len(large)))
        draft.replace(path)
        head, _, body = got.partition(b"\r\n\r\n")
        assert b" 200 " in head
        chunks = [body]
        while sum(map(len, chunks)) < len(large):
            chunks.append(client.recv(1 << 20))
    assert b"".join(chunks) == large


def test_a_show_is_served_as_it_is_laid_out(tone_voice, tmp_path):
    show = tmp_path / "my-show"
    for article in ARTICLES[:2]:
        make_episode(article, tone_voice, show, Order(kinds=("mp3", "vtt", "player")))
    (audio,) = show.glob("*The Lamp.mp3")
    with serving(show) as port:
        page = ask(port, "/")[2].decode()
        assert f'data-audio="{quote(audio.name)}"' in page
        assert page.count(">MP3 audio</a>") == 2, "one for each episode"
        assert ask(port, f"/{quote(audio.name)}")[2] == audio.read_bytes()
        feed = feedparser.parse(ask(port, "/feed.xml")[2])
        addresses = [entry.enclosures[0].href for entry in feed.entries]
        assert f"http://127.0.0.1:{port}/{quote(audio.name)}" in addresses
        assert ask(port, "/more/the-lamp/the-lamp.vtt")[0] == 200
        assert ask(port, "/episodes.json")[0] == 404


def test_many_clients_at_once_get_what_they_ask_for(port, audio):
    with ThreadPoolExecutor(24) as pool:
        parts = list(
            pool.map(
                lambda n: ask(port, f"/{AUDIO}", range=f"bytes={n * 100}-{n * 100 + 99}")[2],
                range(96),
            )
        )
    assert b"".join(parts) == audio[:9600]
    assert threading.active_count() < 80
