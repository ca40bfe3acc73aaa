"""What every audio writer promises, whichever there are."""

import math
import os
import subprocess
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sounds import (
    AUDIO,
    LEAD_MS,
    NASTY,
    SETTINGS,
    TAIL_MS,
    UNIT,
    chord,
    decode,
    encode_all,
    make_recording,
    make_segments,
    output,
    pitch,
    png,
    probe,
    probed_chapters,
    write,
)

from narrate.base.errors import UsageError, WriteError
from narrate.base.model import TimedChapter
from narrate.write._audio import AudioSettings, clamp_title
from narrate.write._pcm import convert, place_parts

FRAMES = {"mp3": 576, "m4b": 1024, "opus": 120, "flac": 1152, "wav": 1}
LENGTH_ERRORS = {"m4b": 1024}
SMEAR_MS = 40
SIZES = [3, 1, 2, 4, 1, 5, 2, 2, 1, 3]


@pytest.fixture(params=AUDIO)
def writer(request):
    return AUDIO[request.param]


def lag(planned, decoded, place, reach):
    """By how many samples a sound that is planned at `place` is late."""
    near = np.pad(decoded.astype(float), reach)[place : place + len(planned) + 2 * reach]
    return int(np.argmax(np.correlate(near, planned, "valid"))) - reach


def check_places(tool, path, rate, units, tolerance):
    """Assert that each chapter sounds within `tolerance` samples of its time, between silences."""
    at_rate = probe(tool, path)["rate"]
    decoded = decode(tool, path)
    places = [
        convert(place, rate, at_rate) for place in place_parts([n * UNIT for n in units], 1, 1)
    ]
    for index, count in enumerate(units):
        planned = chord(count * UNIT, rate, pitch(index), at_rate)
        assert abs(lag(planned, decoded, places[index], tolerance + 3)) <= tolerance
        # Codecs smear a sound by up to their overlap.
        begin = places[index + 1] - (TAIL_MS - SMEAR_MS) * at_rate // 1000 + tolerance
        end = places[index + 1] + (LEAD_MS - SMEAR_MS) * at_rate // 1000 - tolerance
        assert end > begin
        assert np.abs(decoded[begin:end].astype(int)).max() < 64
    return decoded


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100])
def test_every_chapter_sounds_at_its_planned_time_and_joins_are_silent(
    writer, rate, tmp_path, tool
):
    path = tmp_path / f"out{writer.SUFFIX}"
    recording = write(writer, make_segments(tmp_path / "pcm", SIZES, rate), path)
    at_rate = probe(tool, path)["rate"]
    exact = at_rate == rate
    decoded = check_places(tool, path, rate, SIZES, 1 if exact else 62)
    assert abs(len(decoded) - convert(recording.samples, rate, at_rate)) <= LENGTH_ERRORS.get(
        writer.KIND, 0
    )


@pytest.mark.parametrize(("rate", "to_rate"), [(22050, 44100), (44100, 32000), (16000, 24000)])
def test_another_sample_rate_moves_no_chapter_by_more_than_half_a_frame(
    writer, rate, to_rate, tmp_path, tool
):
    settings = AudioSettings(sample_rate_hz=to_rate)
    path = tmp_path / f"out{writer.SUFFIX}"
    recording = write(writer, make_segments(tmp_path / "pcm", SIZES, rate), path, settings)
    at_rate = probe(tool, path)["rate"]
    assert at_rate == (48000 if writer.KIND == "opus" else to_rate)
    frame = 1152 if writer.KIND == "mp3" and at_rate > 24000 else FRAMES[writer.KIND]
    whole = UNIT * at_rate % (rate * frame) == 0
    tolerance = 1 if whole else math.ceil(frame / 2) + 2
    decoded = check_places(tool, path, rate, SIZES, tolerance)
    planned = convert(recording.samples, rate, at_rate)
    error = {"flac": 0 if whole else 576, **LENGTH_ERRORS}.get(writer.KIND, 0)
    assert abs(len(decoded) - planned) <= error


def test_ffprobe_reads_title_author_length_and_chapters_alike_from_every_file(tmp_path, tool):
    titles = [clamp_title(title, most_bytes=120) for title in NASTY]
    segments = make_segments(tmp_path / "pcm", SIZES[: len(NASTY)], titles=NASTY)
    article = {
        "title": "Größe “章” =;#\\",
        "author": "Zoë O'Hara",
        "site": "Wîkî",
        "published": "2026-03-17",
        "cover": png(),
    }
    for writer in AUDIO.values():
        path = tmp_path / f"out{writer.SUFFIX}"
        recording = write(writer, segments, path, **article)
        found = probe(tool, path)
        tags = found["tags"]
        assert (tags["title"], tags["artist"], tags["album"]) == (
            article["title"],
            article["author"],
            article["site"],
        )
        assert tags["date"].startswith("2026")
        assert "Synthetic speech" in tags["comment"]
        # ffprobe 5 adds up MP3 frames without what the Info frame takes off.
        slack = 75 if writer.KIND == "mp3" else 20
        length_ms = float(found["format"]["duration"]) * 1000
        assert length_ms == pytest.approx(recording.length_ms, abs=slack)
        chapters = probed_chapters(tool, path)
        assert [title for title, _, _ in chapters] == titles
        for (_, start, end), planned in zip(chapters, recording.chapters, strict=True):
            assert start == pytest.approx(planned.start_ms, abs=20)
            assert end == pytest.approx(planned.end_ms, abs=20)


def test_read_back_gives_what_was_planned(writer, tmp_path):
    path = tmp_path / f"out{writer.SUFFIX}"
    segments = make_segments(tmp_path / "pcm", [1, 2, 3], titles=NASTY[:3])
    words = {"title": "Größe", "author": "Zoë", "site": "Wîkî", "published": "2026-03-17"}
    recording = write(writer, segments, path, **words)
    written = writer.read_back(path)
    assert (written.title, written.artist, written.album, written.date) == tuple(words.values())
    assert written.length_ms == pytest.approx(recording.length_ms, abs=1)
    assert len(written.chapters) == 3
    for found, planned in zip(written.chapters, recording.chapters, strict=True):
        assert found.title == clamp_title(planned.title, most_bytes=120)
        assert found.start_ms == pytest.approx(planned.start_ms, abs=1)
        assert found.end_ms == pytest.approx(planned.end_ms, abs=1)


@pytest.mark.parametrize("title", NASTY)
def test_ffprobe_and_the_writer_read_any_title(writer, title, tmp_path, tool):
    path = tmp_path / f"out{writer.SUFFIX}"
    write(writer, make_segments(tmp_path / "pcm", [1]), path, title=title, author=title)
    shown = clamp_title(title)
    tags = probe(tool, path)["tags"]
    assert (tags["title"], tags["artist"]) == (shown, shown)
    assert writer.read_back(path).title == shown


def test_mpv_lists_the_chapters(writer, tmp_path, tool):
    path = tmp_path / f"out{writer.SUFFIX}"
    write(writer, make_segments(tmp_path / "pcm", [1, 1, 1], titles=["Öne", "Two", "章"]), path)
    options = ["--no-config", "--ao=null", "--no-video", "--cover-art-auto=no", "--length=0.05"]
    message = "--term-playing-msg=CH ${chapter-list}"
    found = output(tool("mpv"), *options, message, path).decode(errors="replace")
    assert all(title in found for title in ("Öne", "Two", "章")), found


def test_of_300_chapters_as_many_are_written_as_the_container_holds(writer, tmp_path, tool):
    path = tmp_path / f"out{writer.SUFFIX}"
    segments = make_segments(tmp_path / "pcm", [1])
    chapters = [TimedChapter(f"Chapter {i}", 1 + i % 3, i, i + 1) for i in range(300)]
    recording = replace(make_recording(segments), chapters=tuple(chapters))
    writer.finish(recording, encode_all(writer, segments), path, SETTINGS)
    found = probed_chapters(tool, path)
    assert len(found) == min(300, writer.MOST_CHAPTERS)
    assert {f"Chapter {i}" for i in range(0, 300, 3)} <= {title for title, _, _ in found}
    assert len(writer.read_back(path).chapters) == len(found)


def test_the_cover_is_read_back_by_ffmpeg(writer, tmp_path, tool):
    path = tmp_path / f"out{writer.SUFFIX}"
    picture = ("-f", "lavfi", "-i", "color=red:s=16x16", "-frames:v", "1", "-f", "image2pipe")
    for codec in ("png", "mjpeg"):
        cover = output(tool("ffmpeg"), "-v", "error", *picture, "-c:v", codec, "-")
        write(writer, make_segments(tmp_path / "pcm", [1]), path, cover=cover)
        copy = ("-map", "0:v", "-c", "copy", "-f", "image2pipe", "-")
        assert output(tool("ffmpeg"), "-v", "error", "-i", path, *copy) == cover


def test_what_an_article_does_not_say_is_not_written(writer, tmp_path, tool):
    path = tmp_path / f"out{writer.SUFFIX}"
    words = {"title": "", "language": "qaa-x", "cover": b"<html>", "blocks": ()}
    write(writer, make_segments(tmp_path / "pcm", [1]), path, **words)
    found = probe(tool, path)
    assert {stream["codec_type"] for stream in found["streams"]} <= {"audio", "data"}
    assert not {"title", "artist", "date", "lyrics", "description"} & set(found["tags"])


def test_a_part_depends_on_nothing_but_its_segment(writer, tmp_path):
    second = make_segments(tmp_path / "b", [3, 2])[1]
    moved = replace(second, index=0, start_ms=0, pcm=tmp_path / "moved.pcm", title="Another")
    moved.pcm.write_bytes(second.pcm.read_bytes())
    with ThreadPoolExecutor(2) as pool:
        parts = list(
            pool.map(lambda s: writer.encode(s, s.pcm.with_suffix(".p"), SETTINGS), [second, moved])
        )
    assert parts[0].read_bytes() == parts[1].read_bytes()


def test_the_same_recording_gives_the_same_bytes(writer, tmp_path):
    article = {"author": "Ö", "published": "2026-03-17", "cover": png()}
    paths = [tmp_path / f"{name}{writer.SUFFIX}" for name in "ab"]
    for path in paths:
        write(writer, make_segments(tmp_path / f"of {path.stem}", [2, 1, 1]), path, **article)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_memory_does_not_grow_with_the_recording(writer, tmp_path):
    segment = make_segments(tmp_path / "pcm", [1])[0]
    segment = replace(segment, samples=240 * UNIT)
    segment.pcm.write_bytes(segment.pcm.read_bytes() * 240)
    write(writer, make_segments(tmp_path / "first", [1]), tmp_path / "imports")
    tracemalloc.start()
    parts = encode_all(writer, [segment])
    writer.finish(make_recording([segment] * 10), parts * 10, tmp_path / "out", SETTINGS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "out").stat().st_size > 2_000_000
    assert peak < 3_000_000  # of 44 MB of samples; the index of an M4B is in memory


def test_parts_that_are_not_the_recordings_are_refused(writer, tmp_path):
    segments = make_segments(tmp_path / "pcm", [1, 2])
    parts, recording = encode_all(writer, segments), make_recording(segments)
    path, cut = tmp_path / f"out{writer.SUFFIX}", tmp_path / "cut.part"
    data = parts[1].read_bytes()
    for wrong in (data[:-100], data[: len(data) // 2], b"RIFF" + data, data[:20], b"", b"[1]\n"):
        cut.write_bytes(wrong)
        with pytest.raises(WriteError, match=r"cut\.part|out"):
            writer.finish(recording, [parts[0], cut], path, SETTINGS)
    for wrong_parts in (parts[:1], [*parts, parts[0]], [], [parts[0], tmp_path / "none.part"]):
        with pytest.raises(WriteError):
            writer.finish(recording, wrong_parts, path, SETTINGS)
    with pytest.raises(WriteError):
        writer.finish(recording, parts, path, AudioSettings(bitrate_kbps=48, sample_rate_hz=48000))


@pytest.mark.parametrize("kind", set(AUDIO) - {"mp3"})  # whose frames are only counted
def test_a_part_with_a_changed_byte_is_refused(kind, tmp_path):
    writer = AUDIO[kind]
    segments = make_segments(tmp_path / "pcm", [1, 1])
    parts = encode_all(writer, segments)
    data = bytearray(parts[0].read_bytes())
    data[len(data) // 2] ^= 1
    parts[0].write_bytes(data)
    with pytest.raises(WriteError, match="damaged"):
        writer.finish(make_recording(segments), parts, tmp_path / "out", SETTINGS)


def test_samples_that_are_missing_are_not_encoded(writer, tmp_path):
    segment = make_segments(tmp_path / "pcm", [1])[0]
    os.truncate(segment.pcm, 1000)
    with pytest.raises(WriteError, match="9216 samples"):
        encode_all(writer, [segment])
    segment.pcm.unlink()
    with pytest.raises(WriteError, match=r"0\.pcm: No such file"):
        encode_all(writer, [segment])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_as_such(writer, tmp_path):
    segments = make_segments(tmp_path / "pcm", [1])
    with pytest.raises(WriteError, match="No space left"):
        writer.encode(segments[0], Path("/dev/full"), SETTINGS)
    with pytest.raises(WriteError, match="No space left"):
        write(writer, segments, Path("/dev/full"))


def test_a_file_of_another_kind_cannot_be_read_back(writer, tmp_path):
    path = tmp_path / f"text{writer.SUFFIX}"
    for content in (b"This is not sound. " * 99, b"RIFF\0\0\0\0WAVE", b"OggS", b"fLaC", b""):
        path.write_bytes(content)
        with pytest.raises(WriteError, match="text"):
            writer.read_back(path)
    with pytest.raises(WriteError, match="none"):
        writer.read_back(tmp_path / "none")


@pytest.mark.parametrize(
    ("kind", "bitrate", "rate", "permitted"),
    [
        ("m4b", 15, 22050, "16 to 132"),
        ("m4b", 133, 22050, "16 to 132"),
        ("m4b", 64, 22000, "22050"),
        ("opus", 5, 22050, "6 to 256"),
        ("opus", 257, 22050, "6 to 256"),
        ("flac", None, 700_000, "655350"),
    ],
)
def test_settings_that_a_format_does_not_have_are_refused(kind, bitrate, rate, permitted):
    with pytest.raises(UsageError, match=permitted):
        AUDIO[kind].check_settings(AudioSettings(bitrate_kbps=bitrate), rate)


def test_formats_without_a_bit_rate_do_not_mind_one():
    for kind in ("flac", "wav"):
        AUDIO[kind].check_settings(AudioSettings(bitrate_kbps=96))


@pytest.mark.parametrize("kind", ["m4b", "opus"])
def test_the_bit_rate_is_about_what_was_asked_for(kind, tmp_path):
    sizes = []
    for bitrate in (16, 32, 64):
        path = tmp_path / f"{bitrate}"
        segments = make_segments(tmp_path / "pcm", [40])
        write(AUDIO[kind], segments, path, AudioSettings(bitrate_kbps=bitrate))
        sizes.append(path.stat().st_size)
    assert sizes == sorted(sizes)
    assert sizes[2] > 2 * sizes[0]


def test_the_estimate_of_the_size_is_near(writer, tmp_path):
    path = tmp_path / "out"
    recording = write(writer, make_segments(tmp_path / "pcm", [40]), path)
    estimate = writer.estimate_bytes(recording.length_ms, SETTINGS)
    assert estimate / 3 < path.stat().st_size < 2 * estimate


@pytest.mark.parametrize("rates", [(22050, 48000), (16000, 44100), (44100, 22050), (11025, 8000)])
def test_places_stay_near_and_no_part_is_too_short_for_its_place(rates):
    rate, to_rate = rates
    lengths = [UNIT * (1 + i * i % 17) for i in range(1000)]
    for step in (1, 120, 576, 1024, 1152):
        places = place_parts(lengths, rate, to_rate, step)
        start = 0
        for index, length in enumerate(lengths):
            assert abs(places[index] * step - start * to_rate / rate) <= step / 2
            whole = length * to_rate / (rate * step)
            assert math.floor(whole) <= places[index + 1] - places[index] <= math.ceil(whole)
            start += length


def test_every_file_is_decoded_without_a_complaint(writer, tmp_path, tool):
    path = tmp_path / f"out{writer.SUFFIX}"
    write(writer, make_segments(tmp_path / "pcm", SIZES), path, cover=png())
    command = [tool("ffmpeg"), "-v", "error", "-i", path, "-map", "0:a", "-f", "null", "-"]
    result = subprocess.run(command, check=True, capture_output=True)
    assert not result.stderr
