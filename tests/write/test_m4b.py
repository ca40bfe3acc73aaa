import re
import struct

from mutagen.mp4 import MP4, MP4Cover
from sounds import AUDIO, encode_all, make_recording, make_segments, output, png, probe, write

from narrate.base.model import Block
from narrate.write import m4b
from narrate.write._audio import AudioSettings


def boxes(data, path=b"", at=0):
    """The kinds of all boxes with their places, as a walk over the containers finds them."""
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield path + b"/" + kind, data[at + 8 : at + size]
        if kind in (b"moov", b"udta", b"trak", b"mdia", b"minf"):
            yield from boxes(data[at + 8 : at + size], path + b"/" + kind)
        at += size


def test_the_file_is_a_fast_starting_audiobook_without_dates_or_versions(tmp_path):
    path = tmp_path / "out.m4b"
    write(m4b, make_segments(tmp_path / "pcm", [1, 2]), path)
    found = list(boxes(path.read_bytes()))
    kinds = [kind for kind, _ in found if kind.count(b"/") == 1]
    assert kinds.index(b"/moov") < kinds.index(b"/mdat")
    assert dict(found)[b"/ftyp"][:4] == b"M4B "
    created = struct.unpack_from(">4xII", dict(found)[b"/moov/mvhd"])
    assert created == (0, 0)
    assert b"Lav" not in path.read_bytes()


def test_chapters_stand_in_a_text_track_and_in_neros_list(tmp_path, tool):
    path = tmp_path / "out.m4b"
    titles = ["Öne", "x" * 300, "章"]
    write(m4b, make_segments(tmp_path / "pcm", [1, 2, 1], titles=titles), path)
    found = list(boxes(path.read_bytes()))
    assert sum(kind == b"/moov/trak" for kind, _ in found) == 2
    (chpl,) = [data for kind, data in found if kind == b"/moov/udta/chpl"]
    assert chpl[8] == 3
    at, listed = 9, []
    for _ in range(3):
        start, size = struct.unpack_from(">QB", chpl, at)
        listed.append((start // 10_000, chpl[at + 9 : at + 9 + size].decode()))
        at += 9 + size
    assert listed == [(0, "Öne"), (418, "x" * 117 + "…"), (1254, "章")]
    menus = re.split(r"^Menu.*$", output(tool("mediainfo"), path).decode(), flags=re.MULTILINE)
    lists = [menu for menu in menus if "00:00:01.254" in menu]
    assert [all(title in menu for title in ("Öne", "章")) for menu in lists] == [True, True]


def test_the_length_in_the_header_is_exact_and_no_frame_is_lost(tmp_path, tool):
    path = tmp_path / "out.m4b"
    segments = make_segments(tmp_path / "pcm", [3, 1, 2])
    recording = write(m4b, segments, path)
    sound = next(s for s in probe(tool, path)["streams"] if s["codec_type"] == "audio")
    assert int(sound["duration_ts"]) == recording.samples
    assert int(sound["nb_frames"]) == recording.samples // 1024 + 1


def test_tags_say_what_the_article_is(tmp_path):
    path = tmp_path / "out.m4b"
    words = {
        "title": "Größe “章”\x00\x07",
        "author": "Zoë",
        "site": "Wîkî",
        "language": "de-AT",
        "published": "2026-03-17",
        "summary": "Short.\nAnd " + "long " * 60,
        "cover": png(),
        "blocks": (Block("heading", "Größe", 1), Block("item", "eins", 1, marker="1.")),
    }
    write(m4b, make_segments(tmp_path / "pcm", [1]), path, **words)
    tags = dict(MP4(path).tags)
    (cover,) = tags.pop("covr")
    assert (bytes(cover), cover.imageformat) == (png(), MP4Cover.FORMAT_PNG)
    assert [bytes(value) for value in tags.pop("----:com.apple.iTunes:LANGUAGE")] == [b"deu"]
    assert len(tags.pop("desc")[0]) == 250
    assert tags == {
        "©nam": ["Größe “章”"],
        "©ART": ["Zoë"],
        "aART": ["Zoë"],
        "©alb": ["Wîkî"],
        "©day": ["2026-03-17"],
        "©gen": ["Speech"],
        "©cmt": ["Synthetic speech: voice builtin (pyttsx3), GPL-3.0-or-later."],
        "©lyr": ["Größe\n\n1. eins"],
        "ldes": [words["summary"]],
        "stik": [2],
        "trkn": [(1, 1)],
    }


def test_the_sound_has_the_articles_language(tmp_path, tool):
    path = tmp_path / "out.m4b"
    write(m4b, make_segments(tmp_path / "pcm", [1]), path, language="de-AT")
    sound = next(s for s in probe(tool, path)["streams"] if s["codec_type"] == "audio")
    assert sound["tags"]["language"] in ("deu", "ger")


def test_a_folder_with_a_colon_in_its_name_is_no_protocol(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    segments = make_segments(tmp_path / "http:", [1])
    path = segments[0].pcm.relative_to(tmp_path).with_name("out.m4b")
    parts = encode_all(AUDIO["m4b"], segments)
    m4b.finish(make_recording(segments), parts, path, AudioSettings())
    assert m4b.read_back(path).length_ms == 418
