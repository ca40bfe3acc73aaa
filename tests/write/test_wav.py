import io
import struct
import wave
from dataclasses import replace

import numpy as np
from mutagen.wave import WAVE
from sounds import decode, make_recording, make_segments, output, png, probe, write

from narrate.base.model import Block, TimedChapter
from narrate.write import wav
from narrate.write._audio import AudioSettings


def test_the_samples_are_those_of_the_segments(tmp_path, tool):
    path = tmp_path / "out.wav"
    segments = make_segments(tmp_path / "pcm", [3, 1, 2])
    planned = b"".join(segment.pcm.read_bytes() for segment in segments)
    write(wav, segments, path)
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (1, 2, 22050, len(planned) // 2)
        assert file.readframes(file.getnframes()) == planned
    assert decode(tool, path).tobytes() == planned
    assert int.from_bytes(path.read_bytes()[4:8], "little") == path.stat().st_size - 8


def test_another_sample_rate_is_exact_to_the_sample(tmp_path):
    path = tmp_path / "out.wav"
    recording = write(
        wav, make_segments(tmp_path / "pcm", [3, 1]), path, AudioSettings(sample_rate_hz=48000)
    )
    with wave.open(str(path)) as file:
        assert file.getframerate() == 48000
        assert file.getnframes() == round(recording.samples * 48000 / 22050)


def test_tags_are_in_the_info_list_and_in_the_id3_chunk(tmp_path, tool):
    path = tmp_path / "out.wav"
    words = {"title": "Größe\x00", "author": "Zoë", "cover": png(), "published": "2026-03-17"}
    blocks = (Block("para", "Words."),)
    words["language"] = "en"
    write(wav, make_segments(tmp_path / "pcm", [1]), path, blocks=blocks, **words)
    tags = WAVE(path).tags
    assert (str(tags["TIT2"]), str(tags["USLT::eng"])) == ("Größe", "Words.")
    assert tags.getall("APIC")[0].data == png()
    listed = output(tool("mediainfo"), path).decode()
    assert "Größe" in listed
    assert probe(tool, path)["tags"]["date"] == "2026-03-17"


def test_cue_points_are_at_the_chapters_samples(tmp_path):
    path = tmp_path / "out.wav"
    write(wav, make_segments(tmp_path / "pcm", [1, 2, 1], titles=["a", "öö", ""]), path)
    with path.open("rb") as file:
        chunks = wav._read_chunks(file)
    points = chunks[b"cue "]
    assert struct.unpack_from("<I", points)[0] == 3
    places = [struct.unpack_from("<I", points, 4 + 24 * i + 20)[0] for i in range(3)]
    assert np.abs(np.array(places) - [0, 9216, 27648]).max() <= 11  # half a millisecond
    assert b"labl\x07\x00\x00\x00\x02\x00\x00\x00" not in chunks[b"adtl"]
    assert b"labl\x09\x00\x00\x00\x02\x00\x00\x00" + "öö\x00".encode() in chunks[b"adtl"]


def test_past_4_gigabytes_the_file_is_an_rf64_that_ffprobe_reads(tmp_path, tool):
    segments = make_segments(tmp_path / "pcm", [1])
    hours = 30
    samples = hours * 3600 * 22050
    chapters = [
        TimedChapter(f"Hour {h}", 1, h * 3600_000, (h + 1) * 3600_000) for h in range(hours)
    ]
    recording = replace(make_recording(segments), samples=samples, chapters=tuple(chapters))
    header = wav.render_header(recording, 22050)
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + 2 * samples)  # a hole: no room is taken on the disk
    assert header[:4] == b"RF64"
    found = probe(tool, path)
    assert float(found["format"]["duration"]) == hours * 3600
    assert len(found["chapters"]) == hours
    assert found["chapters"][-1]["tags"]["title"] == "Hour 29"
    written = wav.read_back(path)
    assert written.length_ms == hours * 3600_000
    assert len(written.chapters) == hours
    sizes = struct.unpack_from("<QQQ", header, 20)
    assert sizes == (path.stat().st_size - 8, 2 * samples, samples)


def test_the_largest_riff_is_the_last_one(tmp_path):
    recording = make_recording(make_segments(tmp_path / "pcm", [1]))
    size = len(wav.render_header(recording, 22050))
    most = (2**32 - 1 + 8 - size) // 2
    for samples, kind in ((most, b"RIFF"), (most + 1, b"RF64")):
        header = wav.render_header(replace(recording, samples=samples), 22050)
        assert io.BytesIO(header).read(4) == kind
