import hashlib
import subprocess

import numpy as np
import pytest
from mutagen.flac import FLAC
from sounds import chord, decode, encode_all, make_segments, pitch, png, write

from narrate.write import flac
from narrate.write._audio import AudioSettings
from narrate.write._flac_frames import renumber
from narrate.write._parts import take_packets


def test_the_samples_are_exact_and_flac_itself_says_so(tmp_path, tool):
    path = tmp_path / "out.flac"
    sizes = [3, 1, 2, 40]
    segments = make_segments(tmp_path / "pcm", sizes)
    planned = b"".join(segment.pcm.read_bytes() for segment in segments)
    write(flac, segments, path, cover=png())
    assert decode(tool, path).tobytes() == planned
    subprocess.run([tool("flac"), "-t", "-s", "-w", path], check=True)  # a warning is an error
    info = FLAC(path).info
    assert info.total_samples == len(planned) // 2
    assert (info.channels, info.bits_per_sample, info.sample_rate) == (1, 16, 22050)
    assert info.md5_signature == int(hashlib.md5(planned).hexdigest(), 16)  # noqa: S324 # FLAC's
    raw = subprocess.run([tool("flac"), "-d", "-s", "-c", path], check=True, capture_output=True)
    assert raw.stdout.endswith(planned[-1000:])


@pytest.mark.parametrize("rate", [8000, 16000, 22255, 44100])
def test_flac_takes_any_sample_rate(rate, tmp_path, tool):
    path = tmp_path / "out.flac"
    segments = make_segments(tmp_path / "pcm", [2, 1], rate)
    write(flac, segments, path)
    subprocess.run([tool("flac"), "-t", "-s", "-w", path], check=True)
    wanted = chord(segments[0].samples, rate, pitch(0)).astype("<i2")
    assert np.array_equal(decode(tool, path)[: len(wanted)], wanted)


def test_another_sample_rate_keeps_whole_blocks_that_flac_accepts(tmp_path, tool):
    path = tmp_path / "out.flac"
    segments = make_segments(tmp_path / "pcm", [2, 1, 5])
    write(flac, segments, path, AudioSettings(sample_rate_hz=48000))
    subprocess.run([tool("flac"), "-t", "-s", "-w", path], check=True)


def test_a_player_finds_places_in_a_file_of_renumbered_frames(tmp_path, tool):
    path = tmp_path / "out.flac"
    segments = make_segments(tmp_path / "pcm", [30, 30, 30])
    write(flac, segments, path)
    planned = np.concatenate([np.frombuffer(s.pcm.read_bytes(), "<i2") for s in segments])
    place = 700_000
    command = [tool("flac"), "-d", "-s", "-c", f"--skip={place}", "--until=+5000", path]
    command[4:4] = ["--force-raw-format", "--endian=little", "--sign=signed"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    assert np.array_equal(np.frombuffer(raw, "<i2"), planned[place : place + 5000])


def test_a_frame_may_have_any_number_and_get_its_own_back(tmp_path):
    segments = make_segments(tmp_path / "pcm", [1])
    (part,) = encode_all(flac, segments)
    frames = list(take_packets(part, flac._coding(AudioSettings(), 22050), 8))
    for number, frame in enumerate(frames):
        assert renumber(frame, number) == frame
        for other in (0, 127, 128, 2047, 2048, 65535, 65536, 0x1FFFFF, 0x200000, 0x7FFFFFFF):
            moved = renumber(frame, other)
            assert len(moved) - len(frame) in range(6)
            assert renumber(moved, number) == frame


def test_what_is_no_frame_is_not_renumbered():
    for data in (b"", b"\xff\xf8", b"fLaC" + bytes(40), b"\xff\xf9" + bytes(40)):
        with pytest.raises(ValueError, match="no FLAC frame"):
            renumber(data, 1)


def test_the_tags_stand_before_the_sound_with_the_picture(tmp_path):
    path = tmp_path / "out.flac"
    write(flac, make_segments(tmp_path / "pcm", [1, 1], titles=["ö", "b"]), path, cover=png())
    file = FLAC(path)
    assert file.pictures[0].data == png()
    assert dict(list(file.tags))["CHAPTER002"] == "00:00:00.418"
    assert dict(list(file.tags))["CHAPTER001NAME"] == "ö"
