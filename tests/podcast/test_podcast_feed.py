"""Feeds: a pure function of the recordings and of what was decided once; never half a one."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from base64 import b64decode
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shows import DAY, KINDS, URL, article, contents, init, make, multiply, parse

from narrate import build_feed
from narrate.base.errors import UsageError
from narrate.podcast._episodes import find_episodes
from narrate.podcast._podcast_file import read_podcast
from narrate.podcast._register import Register
from narrate.podcast.feed import list_items, render_feed, write_pages

NS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "fh": "http://purl.org/syndication/history/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory, tone_voice):
    """Two releases, and a podcast.toml."""
    folder = tmp_path_factory.mktemp("made") / "output"
    tide = article(
        "Tide & <Time>", "The first text is here.", summary="AT&T said <b>no</b>", long=70
    )
    zebra = article("Zebra Crossing", "The second text.", published="", author="")
    make(folder, tone_voice, tide)
    make(folder, tone_voice, zebra, kinds=(*KINDS, "opus", "m4b"))
    init(folder)
    return folder


@pytest.fixture
def output(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "output"))


def channel(path):
    return parse(path.read_bytes())


def items(path):
    return {item.findtext("title"): item for item in channel(path).iter("item")}


def test_every_field_of_an_item_is_there_and_exact(output):
    build_feed(output, today=DAY)
    item = items(output / "feed.xml")["Tide & <Time>"]
    folder = output / "tide-time"
    record = json.loads((folder / "recording.json").read_text())
    audio = folder / "tide-time.mp3"
    enclosure = item.find("enclosure").attrib
    assert enclosure == {
        "url": f"{URL}tide-time/tide-time.mp3",
        "length": str(audio.stat().st_size),
        "type": "audio/mpeg",
    }
    assert int(item.findtext("itunes:duration", namespaces=NS)) == round(record["length_ms"] / 1000)
    assert item.find("guid").get("isPermaLink") == "false"
    guid = uuid5(UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), record["source"])
    assert item.findtext("guid") == f"urn:uuid:{guid}"
    assert item.findtext("pubDate") == "Tue, 17 Mar 2026 00:00:00 +0000"
    assert item.findtext("description") == "AT&amp;T said &lt;b&gt;no&lt;/b&gt;"
    assert item.findtext("link").startswith("https://example.org/")
    transcripts = {
        each.get("type"): each.get("url") for each in item.iterfind("podcast:transcript", NS)
    }
    assert transcripts == {
        "text/vtt": f"{URL}tide-time/tide-time.vtt",
        "application/x-subrip": f"{URL}tide-time/tide-time.srt",
        "application/json": f"{URL}tide-time/tide-time.transcript.json",
    }
    chapters = item.find("podcast:chapters", NS)
    assert chapters.get("url") == f"{URL}tide-time/tide-time.chapters.json"
    assert chapters.get("type") == "application/json+chapters"
    assert len(record["chapters"]) == 2
    titles = [each.get("title") for each in item.iterfind("psc:chapters/psc:chapter", NS)]
    assert titles == [chapter["title"] for chapter in record["chapters"]]
    assert item.find("podcast:person", NS).text == "Ann Example"
    assert item.find("itunes:image", NS).get("href") == f"{URL}tide-time/cover.jpg"


def test_the_other_formats_are_alternate_enclosures_with_their_sizes_and_hashes(output):
    build_feed(output, today=DAY)
    item = items(output / "feed.xml")["Zebra Crossing"]
    found = {
        each.find("podcast:source", NS).get("uri").rpartition("/")[2]: each
        for each in item.iterfind("podcast:alternateEnclosure", NS)
    }
    names = ["zebra-crossing.mp3", "zebra-crossing.m4b", "zebra-crossing.opus"]
    assert list(found) == names
    assert [each.get("default") for each in found.values()] == ["true", None, None]
    folder = output / "zebra-crossing"
    hashed = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, check=True)
    for name, digest in zip(names, hashed.stdout.split()[::2], strict=True):
        assert int(found[name].get("length")) == (folder / name).stat().st_size
        integrity = found[name].find("podcast:integrity", NS).get("value")
        assert b64decode(integrity.removeprefix("sha256-")).hex() == digest.decode()


def test_the_notes_tell_what_was_left_out(output):
    build_feed(output, today=DAY)
    notes = items(output / "feed.xml")["Tide & <Time>"].findtext("content:encoded", namespaces=NS)
    assert "synthetic voice tone" in notes
    assert "Left out: code" in notes
    assert "<p>Chapters</p><p>00:00 Tide &amp; &lt;Time&gt;<br>01:" in notes


def test_a_recording_without_a_date_has_that_on_which_it_was_seen_first(output):
    build_feed(output, today=DAY)
    build_feed(output, today=date(2027, 1, 1))
    item = items(output / "feed.xml")["Zebra Crossing"]
    assert item.findtext("pubDate") == "Sun, 22 Nov 2026 00:00:00 +0000"


def test_the_feed_is_the_same_bytes_whenever_and_wherever_it_is_built(output, tmp_path):
    first = build_feed(output, today=DAY)
    before = contents(output)
    again = build_feed(output, today=date(2030, 1, 1))
    assert first.changed
    assert not again.changed
    assert contents(output) == before
    copy = shutil.copytree(output, tmp_path / "copy")
    for name in ("feed.xml", "cover.jpg"):
        (copy / name).unlink()
    build_feed(copy, today=date(2031, 1, 1))
    assert contents(copy) == before


def test_the_date_comes_from_source_date_epoch(output, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    build_feed(output)
    entries = json.loads((output / "episodes.json").read_text())["episodes"]
    assert {entry["first_seen"] for entry in entries} == {"1970-01-02"}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(UsageError, match="it is no time"):
        build_feed(output)


def test_an_edited_article_is_the_same_episode_marked_updated(output, tone_voice):
    build_feed(output, today=DAY)
    guid = items(output / "feed.xml")["Zebra Crossing"].findtext("guid")
    edited = article("Zebra Crossing", "Now it says something else.", published="", author="")
    make(output, tone_voice, edited, kinds=KINDS)
    build_feed(output, today=date(2026, 12, 24))
    item = items(output / "feed.xml")["Zebra Crossing"]
    assert item.findtext("guid") == guid
    assert item.findtext("pubDate") == "Sun, 22 Nov 2026 00:00:00 +0000"
    assert item.findtext("atom:updated", namespaces=NS) == "2026-12-24T00:00:00Z"
    assert "Updated on 2026-12-24" in item.findtext("content:encoded", namespaces=NS)
    built = channel(output / "feed.xml").findtext("lastBuildDate")
    assert built == "Thu, 24 Dec 2026 00:00:00 +0000"


def test_another_voice_is_no_edit(output, tone_voice):
    build_feed(output, today=DAY)
    same = article("Zebra Crossing", "The second text.", published="", author="")
    make(output, tone_voice, same, kinds=("mp3",), loudness=None)
    build_feed(output, today=date(2026, 12, 24))
    assert items(output / "feed.xml")["Zebra Crossing"].find("atom:updated", NS) is None


def test_podcast_guid_is_made_once_by_the_rule_and_stays(output):
    init(output, url="https://podnews.net/rss/")
    build_feed(output, today=DAY)
    init(output, url="https://elsewhere.example/")
    build_feed(output, today=DAY)
    made = channel(output / "feed.xml").findtext("podcast:guid", namespaces=NS)
    assert made == "9b024349-ccf0-5f69-a609-6b82873eab3c"  # the example of the specification


def test_a_loopback_address_leaves_no_podcast_guid_behind(output):
    init(output, url="http://127.0.0.1:8000/")
    assert build_feed(output, today=DAY).remarks[0].startswith("http://127.0.0.1:8000/ is this")
    assert json.loads((output / "episodes.json").read_text())["guid"] == ""


def test_audio_that_is_gone_or_changed_is_left_out_and_said(output):
    (output / "tide-time" / "tide-time.mp3").write_bytes(b"short")
    feed = build_feed(output, today=DAY)
    assert list(items(feed.path)) == ["Zebra Crossing"]
    assert "was changed" in feed.remarks[0]


def test_a_split_recording_has_no_episode_and_is_said(output, tone_voice):
    make(output, tone_voice, article("In Parts", long=70), kinds=("mp3",), split=True)
    feed = build_feed(output, today=DAY)
    assert "In Parts" not in items(feed.path)
    assert "no audio in one file" in feed.remarks[0]


def test_of_two_recordings_of_a_source_the_newer_is_the_episode(output, tone_voice):
    (folder,) = make(output, tone_voice, article("Other Title", key="Zebra Crossing"))
    later = (output / "zebra-crossing" / "recording.json").stat().st_mtime + 5
    os.utime(folder / "recording.json", (later, later))
    feed = build_feed(output, today=DAY)
    assert sorted(items(feed.path)) == ["Other Title", "Tide & <Time>"]
    assert "zebra-crossing is left out" in feed.remarks[0]


def test_a_damaged_record_stops_no_other(output):
    (output / "zebra-crossing" / "recording.json").write_text('{"title": [1], "files": 3}')
    feed = build_feed(output, today=DAY)
    assert list(items(feed.path)) == ["Tide & <Time>"]
    assert "cannot be read" in feed.remarks[0]


def test_a_damaged_episodes_json_is_never_written_over(output):
    (output / "episodes.json").write_text("{")
    with pytest.raises(UsageError, match="apps take every episode for a new one"):
        build_feed(output, today=DAY)
    assert (output / "episodes.json").read_text() == "{"


def test_a_server_gets_the_feed_for_its_own_address_and_nothing_is_written(output):
    before = contents(output)
    pages = render_feed(output, "http://10.0.0.2:8000/secret/", today=DAY)
    assert contents(output) == before
    feed = parse(pages["feed.xml"])
    assert feed.find("item/enclosure").get("url").startswith("http://10.0.0.2:8000/secret/")
    (output / "podcast.toml").write_text('[make]\nvoice = "joe"\n')
    feed = parse(render_feed(output, "http://10.0.0.2/", today=DAY)["feed.xml"])
    assert feed.findtext("title") == "output"


HOSTILE = st.text(
    st.characters(codec=None) | st.sampled_from("\0\x0b\ud800\ufffe]]><&'\"\u202e\r\n"), min_size=1
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(texts=st.tuples(HOSTILE, HOSTILE, HOSTILE, HOSTILE))
def test_a_feed_of_hostile_texts_is_well_formed(made, tool, texts):
    title, author, summary, source = texts
    podcast = replace(read_podcast(made), language="en", guid=str(UUID(int=0)))
    episode = find_episodes(made)[0][0]
    hostile = replace(episode, title=title, author=author, summary=summary, source=source)
    listed = list_items([hostile], Register(), DAY)
    data = write_pages(listed, podcast, "cover.jpg")["feed.xml"]
    assert len(parse(data).findall("item")) == 1
    checked = subprocess.run(
        [tool("xmllint"), "--nonet", "--noout", "-"], input=data, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def walk(folder, name="feed.xml"):
    """The guids of a feed from its newest page back to its first, by the links of RFC 5005."""
    while name:
        page = channel(folder / name)
        yield name, [item.findtext("guid") for item in page.iter("item")]
        links = {each.get("rel"): each.get("href") for each in page.iterfind("atom:link", NS)}
        assert links["self"] == URL + name
        assert (page.find("fh:archive", NS) is not None) == (name != "feed.xml")
        assert links.get("current", URL + "feed.xml") == URL + "feed.xml"
        name = links.get("prev-archive", "").removeprefix(URL)


def test_two_thousand_episodes_are_walked_back_to_the_first(tmp_path, tone_voice):
    (release,) = make(tmp_path, tone_voice, article(), kinds=("mp3",))
    multiply(release, 2000)
    init(tmp_path)
    feed = build_feed(tmp_path, today=DAY)
    pages = dict(walk(tmp_path))
    assert list(pages) == ["feed.xml", *(f"archive-{number:04}.xml" for number in range(19, 0, -1))]
    assert [len(guids) for guids in pages.values()] == [100] * 20
    assert len({guid for guids in pages.values() for guid in guids}) == feed.episodes == 2000


def test_a_full_archive_page_stays_as_it_is_when_an_episode_is_added(tmp_path, tone_voice):
    (release,) = make(tmp_path, tone_voice, article(), kinds=("mp3",))
    multiply(release, 300)
    init(tmp_path)
    feed = build_feed(tmp_path, today=DAY)
    archives = {path.name: path.read_bytes() for path in feed.archives}
    make(tmp_path, tone_voice, article("The Newest", published="2019-01-01"), kinds=("mp3",))
    build_feed(tmp_path, today=date(2026, 11, 23))
    assert next(iter(items(tmp_path / "feed.xml"))) == "The Newest"
    pages = dict(walk(tmp_path))
    assert len({guid for guids in pages.values() for guid in guids}) == 301
    assert list(archives) == ["archive-0001.xml", "archive-0002.xml"]
    assert (tmp_path / "archive-0001.xml").read_bytes() == archives["archive-0001.xml"]
    for guid in re.findall(b"urn:uuid:[-0-9a-f]+", archives["archive-0002.xml"]):
        assert guid in (tmp_path / "archive-0002.xml").read_bytes()  # it has a neighbour now


def test_archives_go_when_their_episodes_have_gone(tmp_path, tone_voice):
    (release,) = make(tmp_path, tone_voice, article(), kinds=("mp3",))
    multiply(release, 101)
    init(tmp_path)
    assert len(build_feed(tmp_path, today=DAY).archives) == 1
    (tmp_path / "archive-notes.xml").write_text("mine")
    shutil.rmtree(tmp_path / f"{release.name}-0007")
    assert build_feed(tmp_path, today=DAY).archives == ()
    assert [path.name for path in tmp_path.glob("archive-*")] == ["archive-notes.xml"]


def test_killed_at_every_change_a_second_run_ends_with_the_same_folder(made, tmp_path):
    show = tmp_path / "show"
    shutil.copytree(made / "tide-time", show / "more" / "tide-time")
    shutil.copytree(made / "zebra-crossing", show / "more" / "zebra-crossing")
    init(show)
    whole = shutil.copytree(show, tmp_path / "whole")
    build_feed(whole, today=DAY)
    shutil.copy(whole / "cover.jpg", show)  # drawing it each time would take most of the time
    script = Path(__file__).with_name("killed.py")
    for changes in range(200):
        work = shutil.copytree(show, tmp_path / str(changes))
        command = [sys.executable, script, str(changes), work]
        killed = subprocess.run(command, check=False).returncode
        if (work / "feed.xml").exists():
            channel(work / "feed.xml")  # whole, if it is there
        build_feed(work, today=DAY)
        assert contents(work) == contents(whole)
        shutil.rmtree(work)
        if killed == 0:
            break
    assert 12 < changes < 199


def test_a_feed_built_while_recordings_are_made_again_is_whole(output, tone_voice):
    build_feed(output, today=DAY)
    edits = [
        article("Zebra Crossing", f"Text {number}.", published="", author="") for number in range(4)
    ]
    making = threading.Thread(target=lambda: make(output, tone_voice, *edits, kinds=("mp3",)))
    making.start()
    while making.is_alive():
        build_feed(output, today=DAY)
        assert len(items(output / "feed.xml")) == 2
    making.join()
    build_feed(output, today=DAY)
    length = items(output / "feed.xml")["Zebra Crossing"].find("enclosure").get("length")
    assert int(length) == (output / "zebra-crossing" / "zebra-crossing.mp3").stat().st_size


def test_feeds_built_at_once_agree(output):
    failures = []

    def build():
        try:
            build_feed(output, today=DAY)
            channel(output / "feed.xml")
        except Exception as error:  # noqa: BLE001 whatever it is, the test fails of it
            failures.append(error)

    threads = [threading.Thread(target=build) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    entries = json.loads((output / "episodes.json").read_text())["episodes"]
    assert len(entries) == 2
