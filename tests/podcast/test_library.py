"""The library page as it is written: its bytes, what it holds, what it never holds."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from libraries import ARTICLES, HOSTILE, LAMP, fill_folder, write_article

from narrate.podcast import library
from narrate.podcast._library_items import say_day
from narrate.podcast._library_words import write_words
from narrate.podcast.library import Library, write_library


class Page(HTMLParser):
    """The elements of a page, and the text of its scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self._inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")
            self._inside = True

    def handle_endtag(self, tag):
        self._inside = self._inside and tag != "script"

    def handle_data(self, data):
        if self._inside:
            self.scripts[-1] += data

    def links(self):
        for _, attributes in self.elements:
            for name in ("href", "src", "data-audio", "data-page"):
                if attributes.get(name):
                    yield attributes[name]

    def words(self):
        """For each episode the number, the milliseconds and the text of its sentences."""
        found = []
        for script in self.scripts[:-1]:
            values, start = json.loads(script), 0
            found.append([])
            for number, gap, text in zip(values[::3], values[1::3], values[2::3], strict=True):
                start += gap
                found[-1].append((number, start, text))
        return found


@pytest.fixture(scope="module")
def folder(tone_voice, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page") / "my-articles"
    fill_folder(folder, tone_voice)
    return folder


@pytest.fixture(scope="module")
def text(folder):
    return write_library(folder).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_the_newest_episode_is_first(page, text):
    places = [text.index(f">{article.title}</a>") for article in ARTICLES]
    assert places == sorted(places)
    assert "<title>My articles</title>" in text
    assert "3 May 2026" in text


def test_every_link_leads_to_a_file_beside_or_a_place_in_the_page(page, folder):
    ids = {attributes.get("id") for _, attributes in page.elements}
    links = [link for link in page.links() if not link.startswith("data:")]
    assert len(links) > 20
    for link in links:
        assert link[1:] in ids if link.startswith("#") else (folder / link).is_file()


def test_every_sentence_is_there_with_the_time_at_which_it_is_spoken(page, folder):
    lines = (folder / "the-lamp" / "timeline.jsonl").read_text(encoding="utf-8").splitlines()
    times = {int(cue["id"][1:]): cue["start_ms"] for cue in map(json.loads, lines)}
    words = page.words()[0]
    assert {text for _, _, text in words} >= set(LAMP)
    assert all(times[number] == start for number, start, _ in words)


def test_breaths_of_a_sentence_are_one_line_again(tmp_path):
    cues = [
        {"id": "u0001", "block": 0, "start_ms": 50, "text": "A Title"},
        {"id": "u0002", "block": 1, "start_ms": 900, "text": "When it went out,"},
        {"id": "u0003", "block": 1, "start_ms": 1700, "text": "nobody was told."},
        {"id": "u0004", "block": 1, "start_ms": 2500, "text": "They noticed"},
        {"id": "u0005", "block": 2, "start_ms": 3000, "text": "all\nthe same."},
        {"id": "u0006", "block": None, "start_ms": 4000, "text": "The End"},
        {"id": "u0007", "block": None, "start_ms": 5000, "text": "of it"},
    ]
    path = tmp_path / "timeline.jsonl"
    path.write_text("\n".join(map(json.dumps, cues)))
    assert json.loads(write_words(path)) == [
        *(1, 50, "A Title"),
        *(2, 850, "When it went out, nobody was told."),
        *(4, 1600, "They noticed"),
        *(5, 500, "all the same."),
        *(6, 1000, "The End"),
        *(7, 1000, "of it"),
    ]


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"id": 3}', "\x00"])
def test_a_timeline_that_cannot_be_read_is_not_searched(tmp_path, damage):
    path = tmp_path / "timeline.jsonl"
    path.write_text(damage)
    assert write_words(path) == ""
    assert write_words(tmp_path / "none") == ""


def test_the_same_folder_gives_the_same_bytes_wherever_it_is(folder, text, tmp_path):
    code = (
        "import sys; from pathlib import Path; from narrate.podcast.library import write_library;"
        "sys.stdout.buffer.write(write_library(Path(sys.argv[1])).read_bytes())"
    )
    (tmp_path / "my-articles").symlink_to(folder)
    command = [sys.executable, "-c", code, tmp_path / "my-articles"]
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        assert done.stdout.decode() == text


def test_the_page_is_written_anew_only_if_it_changes(folder, text):
    before = (folder / "index.html").stat()
    path = write_library(folder)
    assert (path, path.stat()) == (folder / "index.html", before)
    assert not list(folder.glob(".*"))


def test_it_loads_nothing_and_no_inline_code_but_its_own(page, text):
    (policy,) = (
        attributes["content"]
        for tag, attributes in page.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "connect-src" not in policy
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text)
    assert not [name for _, a in page.elements for name in a if name.startswith("on")]
    assert not [a for _, a in page.elements if "style" in a]
    assert "@import" not in text
    assert "url(" not in text


def test_hostile_words_stay_words(tone_voice, tmp_path):
    article = write_article(
        HOSTILE, [f"Text. {HOSTILE}"], author=HOSTILE, site=HOSTILE, summary=HOSTILE
    )
    fill_folder(tmp_path, tone_voice, [article], ("mp3",))
    (tmp_path / "podcast.toml").write_text(f"title = {json.dumps(HOSTILE)}")
    page = Page(write_library(tmp_path).read_text(encoding="utf-8"))
    assert [tag for tag, _ in page.elements].count("script") == 2
    assert not [name for _, a in page.elements for name in a if name.startswith("on")]
    assert "<!--" not in page.scripts[0]
    assert "<" not in page.scripts[0]
    assert any("window.broken" in sentence for _, _, sentence in page.words()[0])


def test_the_feed_is_named_where_there_is_one(folder, text, tmp_path):
    assert 'id="subscribe"' not in text
    fed = Library(folder).make(feed=True).decode()
    assert 'href="feed.xml"' in fed
    (tmp_path / "podcast.toml").write_text('title = "A & B"\nurl = "https://example.org/s/"\n')
    (tmp_path / "feed.xml").write_text("<rss/>")
    shown = write_library(tmp_path).read_text(encoding="utf-8")
    assert 'value="https://example.org/s/feed.xml"' in shown
    assert "<title>A &amp; B</title>" in shown
    assert "Nothing has been made here yet." in shown


def test_an_episode_is_dated_as_the_feed_dates_it(tone_voice, tmp_path):
    (release,) = fill_folder(tmp_path, tone_voice, [write_article("Undated", ["Words."])], ("mp3",))
    assert "<time" not in write_library(tmp_path).read_text()
    key = json.loads((release / "recording.json").read_text())["source_key"]
    entry = {"key": key, "guid": "urn:x", "first_seen": "2026-11-22", "text": "x"}
    register = {"format": 1, "guid": "", "voice": {}, "episodes": [entry]}
    (tmp_path / "episodes.json").write_text(json.dumps(register))
    assert (
        '<time datetime="2026-11-22">22 November 2026</time>' in write_library(tmp_path).read_text()
    )


def test_a_page_has_room_for_so_many_words(folder, monkeypatch, page):
    assert len(page.words()) == 3
    monkeypatch.setattr(library, "MOST_WORDS", 200)
    short = Library(folder).make(feed=False).decode()
    assert len(Page(short).words()) == 0
    assert 'data-count="0"' in short
    assert short.count('class="episode"') == 3


def test_only_what_changed_is_read_again(folder, tone_voice, tmp_path, monkeypatch):
    fill_folder(tmp_path, tone_voice, ARTICLES[:2], ("mp3",))
    read = []
    make_item = library.make_item
    monkeypatch.setattr(
        library, "make_item", lambda e, day: (read.append(e.title), make_item(e, day))[1]
    )
    shelf = Library(tmp_path)
    first = shelf.make(feed=False)
    assert shelf.make(feed=False) is first
    assert sorted(read) == ["The Lamp", "The Night Train"]
    fill_folder(tmp_path, tone_voice, ARTICLES[2:], ("mp3",))
    assert shelf.make(feed=False) != first
    assert read[2:] == ["Bees, Briefly"]


@pytest.mark.parametrize(
    ("day", "said"), [("2026-05-03", "3 May 2026"), ("2026-12-31", "31 December 2026"), ("", "")]
)
def test_a_date_is_said(day, said):
    assert say_day(day) == said


def test_the_style_and_script_are_in_the_package():
    folder = Path(library.__file__).with_suffix("")
    assert {path.name for path in folder.iterdir()} >= {
        "library.css",
        "library.js",
        "template.html",
    }
