import re
import subprocess
from array import array
from base64 import b64decode
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from conftest import ARTICLES
from mutagen.flac import Picture
from mutagen.oggopus import OggOpus
from sounds import decode, make_segments, output, png, write

from narrate import load_voice, make_release, read_articles
from narrate.base.model import Block
from narrate.produce import Order
from narrate.write import opus
from narrate.write._ogg import OggWriter, ogg_checksum
from narrate.write._peaks import apply_gains

COVER = png() + bytes(300_000)  # larger than four pages


def pages(data):
    """Each page's flags, position, number and checksum, with the page as it was summed."""
    at = 0
    while at < len(data):
        assert data[at : at + 4] == b"OggS"
        count = data[at + 26]
        size = 27 + count + sum(data[at + 27 : at + 27 + count])
        page = data[at : at + size]
        summed = page[:22] + bytes(4) + page[26:]
        yield (
            page[5],
            int.from_bytes(page[6:14], "little", signed=True),
            int.from_bytes(page[18:22], "little"),
            int.from_bytes(page[22:26], "little") == ogg_checksum(summed),
        )
        at += size


def test_opusinfo_finds_nothing_to_complain_of(tmp_path, tool):
    path = tmp_path / "out.opus"
    recording = write(opus, make_segments(tmp_path / "pcm", [3, 1, 9]), path, cover=COVER)
    result = subprocess.run(
        [tool("opusinfo"), path], check=True, capture_output=True, text=True, errors="replace"
    )
    assert "WARNING" not in result.stdout + result.stderr
    assert "Channels: 1" in result.stdout
    assert "Original sample rate: 22050 Hz" in result.stdout
    minutes, seconds = re.search(r"Playback length: (\d+)m:([\d.]+)s", result.stdout).groups()
    played = int(minutes) * 60_000 + round(float(seconds) * 1000)
    assert abs(played - recording.length_ms) <= 1


def test_the_decoded_length_is_exact_to_the_sample(tmp_path, tool):
    path = tmp_path / "out.opus"
    recording = write(opus, make_segments(tmp_path / "pcm", [1, 2, 7]), path)
    assert len(decode(tool, path)) == round(recording.samples * 48000 / 22050)


def test_pages_are_numbered_through_and_last_a_second(tmp_path):
    path = tmp_path / "out.opus"
    recording = write(opus, make_segments(tmp_path / "pcm", [9, 9]), path, cover=COVER)
    found = list(pages(path.read_bytes()))
    assert [number for _, _, number, _ in found] == list(range(len(found)))
    assert all(sound for *_, sound in found)
    assert [flags for flags, *_ in found[:3]] == [2, 0, 1]
    assert found[-1][:2] == (4, 312 + round(recording.samples * 48000 / 22050))
    positions = [0, *(position for _, position, *_ in found if position > 0)]
    steps = np.diff(positions)
    assert steps.min() > 0
    assert steps.max() <= 48000


def test_the_checksum_is_that_of_the_ogg_format():
    """The CRC-32 of one byte is the polynomial times that byte, reduced."""
    assert ogg_checksum(b"\x01") == 0x04C11DB7
    assert ogg_checksum(b"\x00\x01") == ogg_checksum(b"\x01")
    assert ogg_checksum(b"\x01\x00") == 0xD219C1DC


def test_a_packet_whose_length_is_a_multiple_of_255_is_closed_by_an_empty_lace(tmp_path):
    path = tmp_path / "a.ogg"
    for size in (0, 254, 255, 256, 510, 255 * 255, 255 * 255 + 1):
        with path.open("wb") as file:
            ogg = OggWriter(file, 1, 48000)
            ogg.add_header(bytes(size))
            ogg.add(bytes(255), 10)
            ogg.add(bytes(254), 20)
            ogg.close(20)
        data = path.read_bytes()
        found = list(pages(data))
        assert len(found) == (2 if size < 255 * 255 else 3)
        assert data.endswith(bytes((255, 0, 254)) + bytes(509))


def test_comments_say_what_the_article_is(tmp_path):
    path = tmp_path / "out.opus"
    words = {
        "title": "Größe “章”",
        "author": "Zoë = #1",
        "language": "de-AT",
        "published": "2026-03-17",
        "summary": "One.\nTwo.",
        "source": "https://example.org/wiki/Größe",
        "cover": png(),
        "blocks": (Block("heading", "Größe", 1),),
    }
    write(opus, make_segments(tmp_path / "pcm", [1, 2], titles=["a=b", "ö"]), path, **words)
    tags = OggOpus(path).tags
    assert tags.vendor == "narrate"
    comments = dict(list(tags))
    picture = Picture(b64decode(comments.pop("METADATA_BLOCK_PICTURE")))
    assert (picture.type, picture.mime, picture.data) == (3, "image/png", png())
    assert comments == {
        "TITLE": "Größe “章”",
        "ARTIST": "Zoë = #1",
        "ALBUM": "Articles",
        "DATE": "2026-03-17",
        "LANGUAGE": "deu",
        "GENRE": "Speech",
        "DESCRIPTION": "One.\nTwo.",
        "WEBSITE": "https://example.org/wiki/Gr%C3%B6%C3%9Fe",
        "COMMENT": "Synthetic speech: voice builtin (pyttsx3), GPL-3.0-or-later.",
        "LYRICS": "Größe",
        "CHAPTER001": "00:00:00.000",
        "CHAPTER001NAME": "a=b",
        "CHAPTER002": "00:00:00.418",
        "CHAPTER002NAME": "ö",
    }


def test_silence_between_parts_is_digital_silence(tmp_path, tool):
    """A recording of silence decodes to zeros, whatever frames fill its gaps."""
    segments = make_segments(tmp_path / "pcm", [1, 2, 3, 1])
    for segment in segments:
        segment.pcm.write_bytes(bytes(segment.samples * 2))
    path = tmp_path / "out.opus"
    write(opus, segments, path)
    assert np.abs(decode(tool, path)).max() <= 1


def test_a_chapter_sounds_as_it_does_alone(tmp_path, tool):
    """What comes before a chapter leaves no trace in a decoder."""
    segments = make_segments(tmp_path / "pcm", [3, 7])
    joined, alone = tmp_path / "joined.opus", tmp_path / "alone.opus"
    write(opus, segments, joined)
    write(opus, segments[1:], alone)
    place = round(segments[0].samples * 48000 / 22050 / 120) * 120
    sound = decode(tool, alone).astype(int)
    after = decode(tool, joined)[place : place + len(sound)].astype(int)
    noise = np.abs(after - sound[: len(after)])
    assert noise.max() <= 2


def test_chapters_of_half_seconds_are_not_a_second_late(tmp_path, tool):
    path = tmp_path / "out.opus"
    recording = write(opus, make_segments(tmp_path / "pcm", [4, 4, 4]), path)
    listed = output(tool("opusinfo"), path).decode()
    assert [chapter.start_ms for chapter in recording.chapters] == [0, 1672, 3344]
    assert "CHAPTER002=00:00:01.672" in listed
    assert "CHAPTER003=00:00:03.344" in listed


def test_speech_at_its_loudest_stays_below_minus_one_decibel_true_peak(tmp_path, tool):
    # One of the articles in which the coder overshoots by several decibels.
    article = next(read_articles(ARTICLES / "harbour-lights.txt"))
    article = replace(article, blocks=article.blocks[:12])
    voice = load_voice("builtin", "2.5")
    release = make_release(article, voice, Order(out=tmp_path, kinds=("opus",)))
    command = [tool("ffmpeg"), "-hide_banner", "-nostats", "-i", release.files[0]]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary:") :].split()
    assert float(summary[summary.index("Peak:") + 1]) <= -1


def test_a_frame_that_is_turned_down_is_led_to_and_away_from_in_a_line():
    loud = array("h", [10_000] * 96).tobytes()
    blocks = list(apply_gains([loud] * 5, {2: 0.5}))
    assert blocks[0] == blocks[4] == loud
    assert set(array("h", blocks[2])) == {5_000}
    before, after = array("h", blocks[1]), array("h", blocks[3])
    assert list(before) == sorted(before, reverse=True)
    assert list(after) == sorted(after)
    assert (before[0], after[-1]) == (10_000, pytest.approx(9_900, abs=150))
    assert max(abs(a - b) for a, b in pairwise([*before, *array("h", blocks[2]), *after])) < 150
