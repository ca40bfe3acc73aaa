"""More from one release: other formats, and a file for each chapter."""

import json
import subprocess
from dataclasses import replace

import pytest
from conftest import ARTICLES

from narrate import load_voice, make_release, read_articles
from narrate.base.errors import UsageError
from narrate.base.model import Article, Block
from narrate.produce import Order, export_release


def read(name):
    return next(read_articles(ARTICLES / name))


def tags_of(path, tool):
    command = [
        tool("ffprobe"),
        "-v",
        "error",
        "-of",
        "json",
        "-show_format",
        "-show_chapters",
        path,
    ]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found["format"].get("tags", {}), found


def sound_of(path, tool):
    command = [tool("ffmpeg"), "-v", "error", "-i", path, "-f", "s16le", "-ac", "1", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_an_export_adds_formats_and_leaves_what_is_there(tmp_path, tool):
    folder = make_release(read("letters.md"), order=Order(out=tmp_path, kinds=("mp3",))).folder
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    release = export_release(folder, Order(kinds=("flac", "chapters")))
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name: after[name] for name in before if name != "recording.json"} == {
        name: data for name, data in before.items() if name != "recording.json"
    }
    record = json.loads((folder / "recording.json").read_text())
    assert {file["path"] for file in record["files"]} | {"recording.json"} == set(after)
    assert record["kinds"] == ["mp3", "flac", "chapters"]
    flac = next(path for path in release.files if path.suffix == ".flac")
    together = make_release(
        read("letters.md"), order=Order(out=tmp_path / "together", kinds=("mp3", "flac"))
    )
    assert flac.read_bytes() == together.files[1].read_bytes()


def test_an_export_keeps_voice_cover_and_announcements(tmp_path, tone_voice):
    voice = replace(load_voice("british", "1.5"), read=(("list", "counted"),))
    order = Order(out=tmp_path, opening=False, loudness=None, draw=False)
    folder = make_release(read("letters.txt"), voice, order).folder
    first = json.loads((folder / "recording.json").read_text())
    export_release(folder, Order(kinds=("wav",)))
    second = json.loads((folder / "recording.json").read_text())
    for key in ("voice", "choices", "samples", "clip_keys"):
        assert second[key] == first[key]


def test_an_export_of_speech_that_would_differ_makes_everything_again(tmp_path):
    folder = make_release(read("short-note.txt"), order=Order(out=tmp_path)).folder
    record = json.loads((folder / "recording.json").read_text())
    record["clip_keys"][0] = "of another engine"
    (folder / "recording.json").write_text(json.dumps(record))
    (mp3,) = folder.glob("*.mp3")
    mp3.write_bytes(b"old")
    release = export_release(folder, Order(kinds=("opus",)))
    assert [path.suffix for path in release.files] == [".mp3", ".opus"]
    assert mp3.stat().st_size > 10_000


@pytest.mark.parametrize("spoil", ["recording.json", "article.json"])
def test_a_folder_without_a_release_is_refused(tmp_path, tone_voice, spoil):
    folder = make_release(read("short-note.txt"), tone_voice, Order(out=tmp_path)).folder
    (folder / spoil).write_text("{")
    with pytest.raises(UsageError, match=folder.name):
        export_release(folder, Order(kinds=("wav",)))


@pytest.mark.parametrize("kind", ["mp3", "m4b", "opus", "flac", "wav"])
def test_each_chapter_can_be_a_file_of_its_own(tmp_path, tool, tone_voice, kind):
    article = read("letters.txt")
    order = Order(out=tmp_path / "split", kinds=(kind,), split=True)
    release = make_release(article, tone_voice, order)
    whole = make_release(article, tone_voice, replace(order, out=tmp_path / "whole", split=False))
    *tracks, playlist = release.files
    assert [path.name[:4] for path in tracks] == ["001 ", "002 ", "003 "]
    listed = [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
    assert listed == [path.name for path in tracks]
    rate = tone_rate = 16_000
    for number, path in enumerate(tracks, 1):
        tags, _ = tags_of(path, tool)
        tags = {key.lower(): value for key, value in tags.items()}
        chapter = release.recording.chapters[number - 1]
        planned = (chapter.end_ms - chapter.start_ms) * tone_rate / 1000
        rate = 48_000 if kind == "opus" else tone_rate
        assert len(sound_of(path, tool)) / 2 * tone_rate / rate == pytest.approx(planned, abs=2_100)
        if kind != "opus":  # its tags are the stream's
            assert tags["title"] == chapter.title
            assert tags["album"] == article.title
    total = sum(len(sound_of(path, tool)) for path in tracks)
    assert total == pytest.approx(len(sound_of(whole.files[0], tool)), abs=4 * 2_100 * 3)


def test_names_of_tracks_are_safe_everywhere(tmp_path, tone_voice):
    blocks = []
    for title in ('A/B: "C"?', "..\\..\\x", "long " * 60, "dots..."):
        blocks += [Block("heading", title, level=2), Block("para", "Some text.")]
    article = Article("Names", (Block("para", "A beginning."), *blocks))
    release = make_release(article, tone_voice, Order(out=tmp_path, split=True))
    names = [path.name for path in release.files]
    assert names[1:5] == [
        "002 A B C.mp3",
        "003 .. .. x.mp3",
        f"004 {'long ' * 15}long.mp3",
        "005 dots.mp3",
    ]
    assert all(path.parent == release.folder and path.exists() for path in release.files)


@pytest.mark.parametrize("loudness", [-14.0, -19.0, -23.0])
def test_the_loudness_asked_for_is_that_of_the_file(tmp_path, tool, loudness):
    order = Order(out=tmp_path, loudness=loudness)
    release = make_release(read("letters.txt"), order=order)
    command = [tool("ffmpeg"), "-hide_banner", "-nostats", "-i", release.files[0]]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary:") :].split()
    assert float(summary[summary.index("I:") + 1]) == pytest.approx(loudness, abs=0.5)
    assert float(summary[summary.index("Peak:") + 1]) <= -1
