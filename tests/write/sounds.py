"""Made-up recordings and the programs that read them back, for the tests of the audio writers."""

import json
import math
import struct
import subprocess
import zlib
from itertools import accumulate

import numpy as np

from narrate.base import plugins
from narrate.base.model import Article, Block, Recording, Segment, TimedChapter, Voice
from narrate.write._audio import AudioSettings

UNIT = 9216
LEAD_MS, TAIL_MS = 50, 100
SETTINGS = AudioSettings()
VOICE = Voice("builtin", "pyttsx3", "en", licence="GPL-3.0-or-later")
WRITERS = {name: plugins.load("write", name) for name in plugins.names("write")}
AUDIO = {name: writer for name, writer in WRITERS.items() if hasattr(writer, "MOST_CHAPTERS")}
NASTY = [
    "Größe, 章 und “quotes” & <tags>",
    "one\nline\r\nor\ttwo --> three",
    "=;#\\ [CHAPTER] title=x",
    "\x00nul\x07 bell\x1b escape\ufeff",
    "שלום עולם " * 50,
    "x" * 500,
    "e\u0301" * 300,
    "\"'`${path}",
]


def chord(samples, rate, pitch, at_rate=None):
    """A chord between silences, as a segment has it, sampled at `at_rate`: a float array."""
    at_rate = at_rate or rate
    seconds = np.arange(math.ceil(samples * at_rate / rate)) / at_rate
    sound = sum(np.sin(2 * np.pi * pitch * ratio * seconds) for ratio in (1, 2.37, 5.13))
    end = samples / rate - TAIL_MS / 1000
    return 5000 * sound * ((seconds >= LEAD_MS / 1000) & (seconds < end))


def make_segments(folder, units, rate=22050, titles=None):
    """Segments of so many units, each a chord of its own pitch."""
    folder.mkdir(exist_ok=True)
    lengths = [count * UNIT for count in units]
    starts = list(accumulate(lengths, initial=0))
    times = [(start * 2000 + rate) // (2 * rate) for start in starts]
    segments = []
    for index, length in enumerate(lengths):
        path = folder / f"{index}.pcm"
        path.write_bytes(chord(length, rate, pitch(index)).astype("<i2").tobytes())
        title = titles[index] if titles else f"Chapter {index + 1}"
        place = (times[index], times[index + 1])
        segments.append(Segment(index, title, 1, path, rate, length, *place, cues=()))
    return segments


def pitch(index):
    return 250 + 37 * (index % 7)


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


def encode_all(writer, segments, settings=SETTINGS):
    suffix = f".{writer.KIND}.part"
    return [writer.encode(s, s.pcm.with_suffix(suffix), settings) for s in segments]


def write(writer, segments, path, settings=SETTINGS, **article):
    """The recording of `segments`, written to `path`."""
    recording = make_recording(segments, **article)
    writer.finish(recording, encode_all(writer, segments, settings), path, settings)
    return recording


def output(*command):
    return subprocess.run(command, check=True, capture_output=True).stdout


def decode(tool, path):
    """All samples, as ffmpeg plays them."""
    options = ("-map", "0:a", "-f", "s16le", "-")
    return np.frombuffer(output(tool("ffmpeg"), "-v", "error", "-i", path, *options), "<i2")


def probe(tool, path):
    """What ffprobe says; tags in one place, with lower-case names."""
    options = ("-v", "error", "-of", "json", "-show_chapters", "-show_format", "-show_streams")
    found = json.loads(output(tool("ffprobe"), *options, path))
    sound = next(s for s in found["streams"] if s["codec_type"] == "audio")
    tags = {**sound.get("tags", {}), **found["format"].get("tags", {})}
    found["tags"] = {name.lower(): value for name, value in tags.items()}
    found["rate"] = int(sound["sample_rate"])
    return found


def probed_chapters(tool, path):
    """Titles and times in milliseconds, as ffprobe lists them."""
    return [
        (
            chapter["tags"]["title"],
            round(float(chapter["start_time"]) * 1000),
            round(float(chapter["end_time"]) * 1000),
        )
        for chapter in probe(tool, path)["chapters"]
    ]


def png():
    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x80\x00")
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
