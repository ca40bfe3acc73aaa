import json
import math
import os
import shutil
import struct
import subprocess
import tracemalloc
import zlib
from array import array
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.id3 import ID3
from mutagen.mp3 import MP3

from narrate.base.errors import UsageError, WriteError
from narrate.base.model import Article, Block, Recording, Segment, TimedChapter, Voice
from narrate.write import mp3
from narrate.write._audio import AudioSettings, clamp_title, fit_chapters, written_text

UNIT = 9216
LEAD_MS, TAIL_MS = 20, 100
SETTINGS = AudioSettings()
VOICE = Voice("builtin", "pyttsx3", "en", licence="GPL-3.0-or-later")
NASTY = [
    "Größe, 章 und “quotes” & <tags>",
    "one\nline\r\nor\ttwo",
    "=;#\\ [CHAPTER] title=x",
    "\x00nul\x07 bell\x1b escape\ufeff",
    "שלום עולם " * 50,
    "x" * 500,
    "e\u0301" * 300,
    "",
]


def run(program, *arguments):
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    return subprocess.run([program, *map(str, arguments)], check=True, capture_output=True).stdout


def decode(path):
    return array("h", run("ffmpeg", "-v", "error", "-i", path, "-f", "s16le", "-"))


def probe(path):
    options = ("-v", "error", "-of", "json", "-show_chapters", "-show_format", "-show_streams")
    return json.loads(run("ffprobe", *options, path))


def info_frames(path):
    """The number of frames of music, as the Info frame says."""
    data = path.read_bytes()
    at = data.index(b"Info") + len("Info") + 4
    return int.from_bytes(data[at : at + 4], "big")


def sound(units, rate, pitch=311):
    """A chord between silences, as a segment has it: its phase tells where it is."""
    samples, lead, tail = units * UNIT, LEAD_MS * rate // 1000, TAIL_MS * rate // 1000
    pitches = [pitch, pitch * 2.37, pitch * 5.13]
    chord = array("h", bytes(2 * samples))
    for i in range(lead, samples - tail):
        chord[i] = round(5000 * sum(math.sin(2 * math.pi * p * i / rate) for p in pitches))
    return chord


def make_segments(folder, sounds, rate=22050, titles=None):
    segments, start = [], 0
    for index, pcm in enumerate(sounds):
        path = folder / f"{index}.pcm"
        path.write_bytes(pcm.tobytes())
        times = [round(n * 1000 / rate) for n in (start, start + len(pcm))]
        segments.append(
            Segment(
                index=index,
                title=titles[index] if titles else f"Chapter {index + 1}",
                level=1,
                pcm=path,
                rate_hz=rate,
                samples=len(pcm),
                start_ms=times[0],
                end_ms=times[1],
                cues=(),
            )
        )
        start += len(pcm)
    return segments


def make_recording(segments, **article):
    words = {"title": "A title", "blocks": (Block("para", "Text."),), **article}
    return Recording(
        article=Article(**words),
        voice=VOICE,
        chapters=tuple(TimedChapter(s.title, s.level, s.start_ms, s.end_ms) for s in segments),
        cues=(),
        rate_hz=segments[0].rate_hz,
        samples=sum(segment.samples for segment in segments),
    )


def encode_all(segments, settings=SETTINGS):
    return [mp3.encode(s, s.pcm.with_suffix(".part"), settings) for s in segments]


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """One encoded segment, for tests that are about tags."""
    segments = make_segments(tmp_path_factory.mktemp("short"), [sound(1, 22050)])
    return segments, encode_all(segments)


def write_tags(short, folder, chapters=None, **article):
    segments, parts = short
    recording = make_recording(segments, **article)
    if chapters is not None:
        recording = replace(recording, chapters=tuple(chapters))
    path = folder / "tagged.mp3"
    mp3.finish(recording, parts, path, SETTINGS)
    return path


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100])
def test_every_chapter_sounds_at_its_planned_sample_and_joins_are_silent(tmp_path, rate):
    sounds = [sound(3, rate), sound(2, rate, 440), sound(4, rate, 523)]
    segments = make_segments(tmp_path, sounds, rate)
    path = tmp_path / "out.mp3"
    mp3.finish(make_recording(segments), encode_all(segments), path, SETTINGS)
    decoded = decode(path)
    planned = [sample for pcm in sounds for sample in pcm]
    assert len(decoded) == len(planned)
    border, lead, tail = 0, LEAD_MS * rate // 1000, TAIL_MS * rate // 1000
    for pcm in sounds:
        start, end = border + lead, border + len(pcm) - tail
        power = sum(sample**2 for sample in planned[start:end])
        noise = {
            lag: sum((planned[i] - decoded[i + lag]) ** 2 for i in range(start, end))
            for lag in range(-2, 3)
        }
        assert min(noise, key=noise.get) == 0
        assert power > 100 * noise[0]  # 20 dB
        border += len(pcm)
        assert max(map(abs, decoded[border - tail // 2 : border])) < 64


@pytest.mark.parametrize(
    ("rate", "kbps"),
    [(8000, 8), (11025, 64), (12000, 24), (22050, 8), (22050, 160), (32000, 32), (48000, 320)],
)
def test_all_sample_and_bit_rates_give_a_sound_file_of_exact_length(tmp_path, rate, kbps):
    audio = AudioSettings(bitrate_kbps=kbps)
    segments = make_segments(tmp_path, [sound(2, rate), sound(1, rate)], rate)
    path = tmp_path / "out.mp3"
    mp3.finish(make_recording(segments), encode_all(segments, audio), path, audio)
    assert len(decode(path)) == 3 * UNIT
    info = MP3(path).info
    assert info.length == pytest.approx(3 * UNIT / rate, abs=1e-9)
    assert (info.sample_rate, info.channels, info.encoder_info) == (rate, 1, "LAME 3.100.0+")
    report = run("mp3val", path).decode()
    assert f"{info_frames(path) + 1} MPEG frames" in report
    assert "WARNING" not in report
    assert "ERROR" not in report


def test_chapters_in_ffprobe_are_those_planned_from_0_to_the_end(tmp_path):
    titles = [title or "last" for title in NASTY]
    segments = make_segments(tmp_path, [sound(1 + i % 3, 22050) for i in range(8)], titles=titles)
    recording = make_recording(segments)
    path = tmp_path / "out.mp3"
    mp3.finish(recording, encode_all(segments), path, SETTINGS)
    found = [
        (c["tags"]["title"], float(c["start_time"]), float(c["end_time"]))
        for c in probe(path)["chapters"]
    ]
    assert found == [
        (clamp_title(c.title, most_bytes=120), c.start_ms / 1000, c.end_ms / 1000)
        for c in recording.chapters
    ]
    assert found[0][1] == 0
    written = mp3.read_back(path)
    assert written.length_ms == recording.length_ms == written.chapters[-1].end_ms
    assert [(c.title, c.start_ms / 1000, c.end_ms / 1000) for c in written.chapters] == found


def test_a_part_depends_on_nothing_but_its_segment(tmp_path):
    first, second = sound(2, 22050), sound(1, 22050, 440)
    (tmp_path / "a").mkdir()
    alone = make_segments(tmp_path, [second])
    after = make_segments(tmp_path / "a", [first, second])
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(lambda s: mp3.encode(s, s.pcm.with_suffix(".p"), SETTINGS), after))
    assert parts[1].read_bytes() == encode_all(alone)[0].read_bytes()


def test_the_same_recording_gives_the_same_bytes(short, tmp_path):
    article = {"author": "Ö", "published": "2026-03-17", "cover": png()}
    once = write_tags(short, tmp_path, **article).read_bytes()
    assert write_tags(short, tmp_path, **article).read_bytes() == once


def test_memory_does_not_grow_with_the_recording(tmp_path):
    segments = make_segments(tmp_path, [array("h", bytes(2 * 240 * UNIT))])
    tracemalloc.start()
    parts = encode_all(segments)
    recording = make_recording(segments * 10)
    mp3.finish(recording, parts * 10, tmp_path / "out.mp3", SETTINGS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "out.mp3").stat().st_size > 8_000_000
    assert peak < 2_000_000


def test_tags_say_what_the_article_is(short, tmp_path):
    path = write_tags(
        short,
        tmp_path,
        title="Größe “章”\x00\x07",
        author="Zoë",
        site="Wîkî",
        language="de-AT",
        published="2026-03-17",
        source="https://example.org/wiki/Größe?a=b#c",
        blocks=(Block("heading", "Größe", 1), Block("item", "eins", 1, marker="1.")),
    )
    tags = ID3(path, translate=False)
    assert tags.version == (2, 3, 0)
    texts = {
        key: str(frame) for key, frame in tags.items() if key[:4] not in ("COMM", "CTOC", "CHAP")
    }
    assert texts == {
        "TIT2": "Größe “章”",
        "TPE1": "Zoë",
        "TALB": "Wîkî",
        "TYER": "2026",
        "TDAT": "1703",
        "TLAN": "deu",
        "TCON": "Speech",
        "TLEN": "418",
        "WOAS": "https://example.org/wiki/Gr%C3%B6%C3%9Fe?a=b#c",
        "USLT::deu": "Größe\n\n1. eins",
    }
    note = "Synthetic speech: voice builtin (pyttsx3), GPL-3.0-or-later."
    assert str(tags["COMM::eng"]) == note
    assert probe(path)["format"]["tags"]["title"] == "Größe “章”"
    written = mp3.read_back(path)
    assert (written.title, written.artist, written.album, written.date) == (
        "Größe “章”",
        "Zoë",
        "Wîkî",
        "2026-03-17",
    )


def test_what_an_article_does_not_say_has_no_frame(short, tmp_path):
    path = write_tags(short, tmp_path, title="", source="notes.txt", language="qaa-x", blocks=())
    tags = ID3(path)
    assert sorted(tags) == ["CHAP:ch001", "COMM::eng", "CTOC:toc", "TALB", "TCON", "TLAN", "TLEN"]
    assert str(tags["TALB"]) == "Articles"
    assert mp3.read_back(path).title == ""


def test_the_site_is_the_artist_where_no_author_is_named(short, tmp_path):
    assert mp3.read_back(write_tags(short, tmp_path, site="example.org")).artist == "example.org"


@pytest.mark.parametrize("title", NASTY)
def test_ffprobe_and_mutagen_read_any_title(short, tmp_path, title):
    path = write_tags(short, tmp_path, title=title)
    shown = clamp_title(title)
    assert probe(path)["format"]["tags"].get("title", "") == shown
    assert mp3.read_back(path).title == shown


def test_frames_stand_in_the_order_in_which_a_player_needs_them(short, tmp_path):
    chapters = [TimedChapter("t" * (40 - i), 1, 10 * i, 10 * i + 10) for i in range(40)]
    data = write_tags(short, tmp_path, chapters, cover=png()).read_bytes()
    names, at = [], 10
    while data[at : at + 1].isalpha():
        size = struct.unpack(">I", data[at + 4 : at + 8])[0]
        names.append(data[at : at + 4] + (data[at + 10 : at + 15] if size < 200 else b""))
        at += 10 + size
    names = [name.decode() for name in names if name[:4] in (b"CTOC", b"CHAP", b"USLT", b"APIC")]
    assert names[0] == "CTOC"
    assert names[1:41] == [f"CHAPch{number:03}" for number in range(1, 41)]
    assert [name[:4] for name in names[41:]] == ["USLT", "APIC"]


def png():
    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x80\x00")
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["png", "mjpeg"])
def test_the_cover_is_read_back_by_ffmpeg(short, tmp_path, kind):
    picture = ("-f", "lavfi", "-i", "color=red:s=16x16", "-frames:v", "1", "-f", "image2pipe")
    cover = run("ffmpeg", "-v", "error", *picture, "-c:v", kind, "-")
    path = write_tags(short, tmp_path, cover=cover)
    assert [s["codec_name"] for s in probe(path)["streams"]] == ["mp3", kind]
    copy = ("-map", "0:v", "-c", "copy", "-f", "image2pipe", "-")
    assert run("ffmpeg", "-v", "error", "-i", path, *copy) == cover


def test_a_cover_that_is_no_picture_is_left_out(short, tmp_path):
    assert not ID3(write_tags(short, tmp_path, cover=b"<html>")).getall("APIC")


def test_of_300_chapters_255_are_written(short, tmp_path):
    chapters = [TimedChapter(f"{i}", 1, i, i + 1) for i in range(300)]
    found = probe(write_tags(short, tmp_path, chapters))["chapters"]
    assert len(found) == 255
    assert [c["start"] for c in found[1:]] == [c["end"] for c in found[:-1]]
    assert (found[0]["start"], found[-1]["end"]) == (0, 300)


def test_the_deepest_chapters_are_merged_first_and_evenly():
    chapters = [TimedChapter(f"{i}", 1 if i % 10 == 0 else 2, i, i + 1) for i in range(100)]
    fitted = fit_chapters(chapters, 55)
    assert len(fitted) == 55
    assert sum(c.level == 1 for c in fitted) == 10
    assert max(c.end_ms - c.start_ms for c in fitted) == 2
    assert [c.start_ms for c in fit_chapters(chapters, 10)] == list(range(0, 100, 10))
    assert fit_chapters(chapters, 1) == (TimedChapter("0", 1, 0, 100),)
    assert fit_chapters(chapters, 100) == tuple(chapters)


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_a_title_keeps_to_its_limits_and_stays_as_it_is_within_them(text):
    title = clamp_title(text, most_bytes=120)
    assert len(title.encode()) <= 120
    assert "\x00" not in title
    assert "\n" not in title
    assert clamp_title(title, most_bytes=120) == title


def test_a_title_is_not_cut_between_a_letter_and_its_accent():
    assert clamp_title("e\u0301" * 9, most_characters=10) == "e\u0301" * 4 + "…"


def test_a_long_text_ends_at_a_paragraph_and_says_so(short, tmp_path):
    blocks = tuple(Block("para", letter * 39_999) for letter in "abc")
    text = str(ID3(write_tags(short, tmp_path, blocks=blocks)).getall("USLT")[0])
    first, second, last = text.split("\n\n")
    assert (first, second) == ("a" * 39_999, "b" * 39_999)
    assert "left out" in last
    assert len(text) <= 100_000
    endless = Article("", (Block("para", "word " * 30_000),))
    assert 99_000 < len(written_text(endless)) <= 100_000


@pytest.mark.parametrize(("rate", "kbps"), [(22050, 70), (22050, 320), (44100, 24), (22050, 0)])
def test_a_bit_rate_that_mp3_does_not_have_is_refused_with_those_it_has(rate, kbps):
    with pytest.raises(UsageError, match="32, 40, 48") as caught:
        mp3.check_settings(AudioSettings(bitrate_kbps=kbps), rate)
    assert str(kbps) in caught.value.what


def test_a_sample_rate_that_mp3_does_not_have_is_refused():
    with pytest.raises(UsageError, match="22050"):
        mp3.check_settings(SETTINGS, 22000)


def test_parts_that_are_not_the_recordings_are_refused(tmp_path):
    segments = make_segments(tmp_path, [sound(1, 22050), sound(2, 22050)])
    parts = encode_all(segments)
    recording, path = make_recording(segments), tmp_path / "out.mp3"
    cut = tmp_path / "cut.part"
    data = parts[1].read_bytes()
    for wrong in (data[:-100], data[: len(data) // 2], b"RIFF" + data, data[:-418], b""):
        cut.write_bytes(wrong)
        with pytest.raises(WriteError):
            mp3.finish(recording, [parts[0], cut], path, SETTINGS)
    for wrong_parts in (parts[:1], [*parts, parts[0]], [], [parts[0], tmp_path / "none.part"]):
        with pytest.raises(WriteError):
            mp3.finish(recording, wrong_parts, path, SETTINGS)
    with pytest.raises(WriteError):
        mp3.finish(recording, parts, path, AudioSettings(bitrate_kbps=48))


def test_samples_that_are_missing_are_not_encoded(tmp_path):
    segment = make_segments(tmp_path, [sound(1, 22050)])[0]
    os.truncate(segment.pcm, 1000)
    with pytest.raises(WriteError, match="9216 samples"):
        encode_all([segment])
    segment.pcm.unlink()
    with pytest.raises(WriteError, match=r"0\.pcm: No such file"):
        encode_all([segment])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_as_such(short):
    segments, parts = short
    with pytest.raises(WriteError, match="No space left"):
        mp3.encode(segments[0], Path("/dev/full"), SETTINGS)
    with pytest.raises(WriteError, match="No space left"):
        mp3.finish(make_recording(segments), parts, Path("/dev/full"), SETTINGS)


def test_a_file_that_is_no_mp3_cannot_be_read_back(tmp_path):
    path = tmp_path / "text.mp3"
    path.write_text("This is not sound. " * 99)
    with pytest.raises(WriteError, match=r"text\.mp3"):
        mp3.read_back(path)
