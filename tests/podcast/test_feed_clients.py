"""Feeds as programs read them that are not ours: feedparser, podcastparser and gPodder's gpo."""

import functools
import json
import os
import subprocess
import threading
import urllib.request
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import feedparser
import podcastparser
import pytest
from shows import DAY, article, init, make

from narrate import build_feed


@pytest.fixture(scope="module")
def show(tmp_path_factory, tone_voice):
    """A folder with a feed, its address on loopback, and the requests for it."""
    folder = tmp_path_factory.mktemp("clients") / "output"
    tide = article("Tide & Time: “Ebb”", long=80, summary="What the <moon> does & does not.")
    make(folder, tone_voice, tide, article("Plain", published=""))
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    SimpleHTTPRequestHandler.log_message = lambda *_: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    init(folder, url=url, title="Sea & Sky", category="Science > Nature", description="Of the sea.")
    build_feed(folder, today=DAY)
    yield folder, url
    server.shutdown()
    server.server_close()


def test_feedparser_reads_every_field(show):
    folder, url = show
    feed = feedparser.parse((folder / "feed.xml").read_bytes())
    assert not feed.bozo
    about = feed.feed
    assert (about.title, about.subtitle, about.language) == ("Sea & Sky", "Of the sea.", "en")
    assert about.image.href == f"{url}cover.jpg"
    assert (about.author, about.publisher_detail.email) == ("Sea & Sky", "me@example.org")
    assert [tag.term for tag in about.tags] == ["Science", "Nature"]
    assert (about.itunes_type, about.podcast_medium) == ("episodic", "podcast")
    assert about.podcast_locked == {"owner": "me@example.org"}
    assert {link.rel: link.href for link in about.links}["self"] == f"{url}feed.xml"
    entry = feed.entries[-1]
    assert entry.title == "Tide & Time: “Ebb”"
    assert entry.summary == "What the &lt;moon&gt; does &amp; does not."
    assert entry.id.startswith("urn:uuid:")
    assert not entry.guidislink
    assert entry.published_parsed[:6] == (2026, 3, 17, 0, 0, 0)
    assert "Left out: code" in entry.content[0].value
    (audio,) = entry.enclosures
    path = folder / audio.href.removeprefix(url)
    assert (audio.type, int(audio.length)) == ("audio/mpeg", path.stat().st_size)
    assert int(entry.itunes_duration) > 100
    assert entry.podcast_chapters["type"] == "application/json+chapters"
    assert entry.podcast_transcript["url"].endswith(".transcript.json")  # it keeps the last one
    assert entry.author == "Ann Example"


def test_every_address_in_the_feed_is_a_file_that_is_served(show):
    folder, url = show
    text = (folder / "feed.xml").read_text(encoding="utf-8")
    addresses = {part.partition('"')[0] for part in text.split('="')[1:] if part.startswith(url)}
    assert len(addresses) > 10
    for address in addresses:
        with urllib.request.urlopen(address) as answer:  # noqa: S310 loopback
            assert answer.status == 200


def test_podcastparser_reads_episodes_and_chapters(show):
    folder, url = show
    with (folder / "feed.xml").open("rb") as file:
        feed = podcastparser.parse(f"{url}feed.xml", file)
    assert (feed["title"], feed["language"], feed["type"]) == ("Sea & Sky", "en", "episodic")
    assert feed["cover_url"] == f"{url}cover.jpg"
    assert feed["itunes_author"] == "Sea & Sky"
    assert feed["itunes_owner"] == {"name": "Sea & Sky", "email": "me@example.org"}
    plain, tide = feed["episodes"]
    assert plain["published"] > tide["published"] > 0
    assert tide["guid"].startswith("urn:uuid:")
    assert tide["explicit"] is False
    assert tide["total_time"] > 100
    assert tide["episode_art_url"].endswith("cover.jpg")
    (audio,) = tide["enclosures"]
    assert audio["mime_type"] == "audio/mpeg"
    assert audio["file_size"] == (folder / audio["url"].removeprefix(url)).stat().st_size
    record = json.loads((folder / "tide-time-ebb" / "recording.json").read_text())
    assert [(chapter["start"], chapter["title"]) for chapter in tide["chapters"]] == [
        (chapter["start_ms"] // 1000, chapter["title"]) for chapter in record["chapters"]
    ]
    assert len(record["chapters"]) == 2


def test_gpodder_subscribes_updates_and_downloads(show, tool, tmp_path):
    folder, url = show
    home = {**os.environ, "GPODDER_HOME": str(tmp_path / "gpodder"), "HOME": str(tmp_path)}
    home |= {"GPODDER_DOWNLOAD_DIR": str(tmp_path / "downloads")}

    def gpo(*arguments):
        return subprocess.run(
            [tool("gpo"), *arguments],
            env={name: value for name, value in home.items() if not name.startswith("PYTHON")},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout

    gpo("subscribe", f"{url}feed.xml")
    gpo("update")
    assert "Sea & Sky" in gpo("list")
    gpo("download")
    got = sorted(path.read_bytes() for path in (tmp_path / "downloads").rglob("*.mp3"))
    assert got == sorted(path.read_bytes() for path in folder.rglob("*.mp3"))
    assert "0 new episodes" in gpo("update")
