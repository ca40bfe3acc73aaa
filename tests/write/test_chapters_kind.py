import json

import pytest
from sounds import NASTY, make_recording, make_segments, output

from narrate.base.errors import WriteError
from narrate.base.model import Article
from narrate.write import chapters, name_files


@pytest.fixture
def recording(tmp_path):
    segments = make_segments(tmp_path / "pcm", [1 + i % 3 for i in range(len(NASTY))], titles=NASTY)
    return make_recording(segments, title="Größe", author="Zoë")


def test_the_json_holds_every_chapter_in_seconds(recording, tmp_path):
    path = tmp_path / "slug.chapters.json"
    chapters.write(recording, path)
    found = json.loads(path.read_text(encoding="utf-8"))
    assert (found["version"], found["title"], found["author"]) == ("1.2.0", "Größe", "Zoë")
    assert [(c["startTime"], c["endTime"]) for c in found["chapters"]] == [
        (c.start_ms / 1000, c.end_ms / 1000) for c in recording.chapters
    ]
    assert found["chapters"][0]["title"] == NASTY[0]
    assert found["chapters"][1]["title"] == "one line or two --> three"


def test_ffmpeg_reads_the_webvtt_back(recording, tmp_path, tool):
    chapters.write(recording, tmp_path / "slug.chapters.json")
    path = tmp_path / "slug.chapters.vtt"
    srt = output(tool("ffmpeg"), "-v", "error", "-i", path, "-f", "srt", "-").decode()
    cues = srt.strip().split("\n\n")
    assert len(cues) == len(recording.chapters)
    number, times, title = cues[0].split("\n")
    assert (number, times, title) == ("1", "00:00:00,000 --> 00:00:00,418", NASTY[0])
    text = path.read_text(encoding="utf-8")
    assert text.startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:00.418\nGröße, 章")
    assert "&lt;tags&gt;" in text
    assert text.count("-->") == len(recording.chapters)


def test_a_release_has_both_files(tmp_path):
    files = name_files(tmp_path, Article(title="A title", blocks=()), ["chapters", "mp3"])
    assert [path.name for path in files] == [
        "a-title.chapters.json",
        "a-title.chapters.vtt",
        "a-title.mp3",
    ]


def test_a_place_that_is_not_there_is_told(recording, tmp_path):
    with pytest.raises(WriteError, match=r"slug\.chapters\.json: No such file"):
        chapters.write(recording, tmp_path / "none" / "slug.chapters.json")
