"""WAV: plain samples, for programs that edit sound.

Chapters are cue points with labels, which editors show and libavformat reads; the ID3 tag, there
for the text and the cover, has none, since libavformat mixes up the two lists. Everything stands
before the samples, so nothing is filled in later. Past 4 GB the file is an RF64, which has its
sizes in a chunk of their own.

Formats: Microsoft's "Multimedia Programming Interface and Data Specifications 1.0" (RIFF); EBU
Tech 3306 (RF64).
"""

# mypy: untyped-calls-exclude="mutagen"
# mutagen says that it is typed, but most of its functions are not.

import struct
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from narrate.base.errors import UsageError, WriteError
from narrate.base.model import Recording, Segment
from narrate.write._audio import (
    CHAPTER_TITLE_BYTES,
    AudioSettings,
    Written,
    WrittenChapter,
    album,
    artist,
    clamp_title,
    clean_text,
    file_error,
    track,
    voice_note,
)
from narrate.write._id3 import read_texts, recording_frames, render_tag
from narrate.write._parts import REMEDY, describe_coding, read_lengths, take_packets, write_part
from narrate.write._pcm import SAMPLE_BYTES, convert, place_parts, read_blocks

KIND = "wav"
SUFFIX = ".wav"
MIME = "audio/wav"
MOST_CHAPTERS = 0xFFFFFFFF

_LARGEST_SIZE = 0xFFFFFFFF
"""Bytes; a RIFF file counts them in 32 bits, and in an RF64 this stands for "see ds64"."""
_TYPICAL_RATE_HZ = 22_050
_BLOCK_SAMPLES = 9216
_PCM, _MONO, _BITS = 1, 1, 16
_CHUNK = struct.Struct("<4sI")

_SIZES = struct.Struct("<QQQI")
_POINT_BYTES = 24


def check_settings(settings: AudioSettings, rate_hz: int = _TYPICAL_RATE_HZ) -> None:
    """Raise UsageError for a sample rate that WAV does not have. It has no bit rate to set."""
    rate_hz = settings.output_rate(rate_hz)
    if not 0 < rate_hz <= _LARGEST_SIZE // SAMPLE_BYTES:
        raise UsageError(
            "wav", f"it has no sample rate of {rate_hz} Hz", "choose another with --sample-rate"
        )


def estimate_bytes(length_ms: int, settings: AudioSettings) -> int:
    """About how large the file of a recording of `length_ms` milliseconds is, without its cover."""
    return length_ms * settings.output_rate(_TYPICAL_RATE_HZ) * SAMPLE_BYTES // 1000


def encode(segment: Segment, part: Path, settings: AudioSettings) -> Path:
    """Copy `segment`, at the rate that is set, to the file `part` and return it.

    The part depends on nothing but the segment's samples and the settings. Raises WriteError if
    the samples are not as many as promised or a file cannot be read or written.
    """
    check_settings(settings, segment.rate_hz)
    blocks = read_blocks(segment, settings.output_rate(segment.rate_hz), _BLOCK_SAMPLES)
    return write_part(part, _coding(settings, segment.rate_hz), segment, blocks)


class Stream:
    """Samples as they come, behind a header that leaves their number open."""

    def __init__(self, rate_hz: int) -> None:
        self._header = (
            _CHUNK.pack(b"RIFF", _LARGEST_SIZE)
            + b"WAVE"
            + _format_chunk(rate_hz)
            + _CHUNK.pack(b"data", _LARGEST_SIZE)
        )

    def encode(self, pcm: bytes) -> bytes:
        """`pcm` itself, the header before it at the first time."""
        header, self._header = self._header, b""
        return header + pcm

    def flush(self) -> bytes:
        """Nothing is held back."""
        return b""


def open_stream(rate_hz: int, settings: AudioSettings) -> Stream:  # noqa: ARG001 as all writers
    """A stream at the voice's own rate."""
    return Stream(rate_hz)


def finish(
    recording: Recording, parts: Sequence[Path], path: Path, settings: AudioSettings
) -> None:
    """Write the tags and the samples of all `parts` to `path`.

    Reads each part once and keeps none in memory. Raises WriteError if the parts are not those of
    the recording, or if a file cannot be read or written.
    """
    coding = _coding(settings, recording.rate_hz)
    rate_hz = settings.output_rate(recording.rate_hz)
    lengths = read_lengths(parts, coding, recording, path)
    places = place_parts(lengths, recording.rate_hz, rate_hz)
    try:
        with path.open("wb") as file:
            file.write(render_header(recording, rate_hz))
            for index, part in enumerate(parts):
                rest = places[index + 1] - places[index]
                for block in take_packets(part, coding, -(-rest // _BLOCK_SAMPLES)):
                    file.write(block[: rest * SAMPLE_BYTES])
                    rest -= _BLOCK_SAMPLES
    except OSError as error:
        raise file_error(path, error) from error


def render_header(recording: Recording, rate_hz: int) -> bytes:
    """Make all that stands before the samples of `recording` at `rate_hz`."""
    samples = convert(recording.samples, recording.rate_hz, rate_hz)
    data_size = samples * SAMPLE_BYTES
    chunks = b"".join(
        (
            _format_chunk(rate_hz),
            _chunk(b"LIST", b"INFO" + b"".join(_info(recording))),
            *_cue_chunks(recording, rate_hz),
            _chunk(b"id3 ", render_tag(list(recording_frames(recording, chapters=False)))),
        )
    )
    size = len(b"WAVE") + len(chunks) + _CHUNK.size + data_size
    if size <= _LARGEST_SIZE:
        return _CHUNK.pack(b"RIFF", size) + b"WAVE" + chunks + _CHUNK.pack(b"data", data_size)
    sizes = _CHUNK.size + _SIZES.size
    ds64 = _chunk(b"ds64", _SIZES.pack(size + sizes, data_size, samples, 0))
    riff = _CHUNK.pack(b"RF64", _LARGEST_SIZE)
    return riff + b"WAVE" + ds64 + chunks + _CHUNK.pack(b"data", _LARGEST_SIZE)


def _chunk(name: bytes, data: bytes) -> bytes:
    """A chunk; the next begins at an even place."""
    return _CHUNK.pack(name, len(data)) + data + bytes(len(data) % 2)


def _format_chunk(rate_hz: int) -> bytes:
    """The chunk that says how the samples are to be taken."""
    frame = (rate_hz, rate_hz * SAMPLE_BYTES, SAMPLE_BYTES, _BITS)
    return _chunk(b"fmt ", struct.pack("<HHIIHH", _PCM, _MONO, *frame))


def _info(recording: Recording) -> Iterator[bytes]:
    article = recording.article
    texts = (
        (b"INAM", clamp_title(article.title)),
        (b"IART", artist(article)),
        (b"IPRD", album(recording)),
        (b"ICRD", clean_text(article.published)),
        (b"IGNR", "Speech"),
        (b"ICMT", voice_note(recording.voice)),
        (b"ITRK", track(recording)),
    )
    for name, text in texts:
        if text:
            yield _chunk(name, text.encode() + b"\0")


def _cue_chunks(recording: Recording, rate_hz: int) -> Iterator[bytes]:
    """Chapters as cue points and their labels, as far as 32 bits can tell the sample."""
    places = [convert(chapter.start_ms, 1000, rate_hz) for chapter in recording.chapters]
    cues = [
        (number, place, clamp_title(chapter.title, most_bytes=CHAPTER_TITLE_BYTES))
        for number, (place, chapter) in enumerate(
            zip(places, recording.chapters, strict=True), start=1
        )
        if place <= _LARGEST_SIZE
    ]
    points = (struct.pack("<II4sIII", n, place, b"data", 0, 0, place) for n, place, _ in cues)
    yield _chunk(b"cue ", struct.pack("<I", len(cues)) + b"".join(points))
    labels = (_chunk(b"labl", struct.pack("<I", n) + t.encode() + b"\0") for n, _, t in cues)
    yield _chunk(b"LIST", b"adtl" + b"".join(labels))


def read_back(path: Path) -> Written:
    """Read what the file at `path` says about itself; raise WriteError if it is no WAV."""
    from mutagen import MutagenError
    from mutagen.id3 import ID3

    try:
        with path.open("rb") as file:
            chunks = _read_chunks(file)
        rate_hz, byte_rate = struct.unpack_from("<II", chunks[b"fmt "], 4)
        size = int.from_bytes(chunks[b"data"], "little")
        tags = ID3(BytesIO(chunks[b"id3 "])) if b"id3 " in chunks else ID3()
        length_ms = round(size * 1000 / byte_rate)
        chapters = _read_chapters(chunks, rate_hz, length_ms)
    except (OSError, MutagenError, KeyError, ValueError, struct.error, ZeroDivisionError) as error:
        raise WriteError(path.name, f"it cannot be read: {error}", REMEDY) from error
    return Written(**read_texts(tags), length_ms=length_ms, chapters=chapters)


def _read_chunks(file: BinaryIO) -> dict[bytes, bytes]:
    """Read the chunks before the samples, lists by their kind; and of the samples their size."""
    begin = file.read(12)
    if begin[:4] not in (b"RIFF", b"RF64") or begin[8:] != b"WAVE":
        raise ValueError("it does not begin as a WAV file")
    chunks: dict[bytes, bytes] = {}
    while len(header := file.read(_CHUNK.size)) == _CHUNK.size:
        name, size = _CHUNK.unpack(header)
        if name == b"data":
            if size == _LARGEST_SIZE and b"ds64" in chunks:
                size = _SIZES.unpack_from(chunks[b"ds64"])[1]
            chunks[name] = size.to_bytes(8, "little")
            break
        data = file.read(size + size % 2)[:size]
        chunks[data[:4] if name == b"LIST" else name] = data
    return chunks


def _read_chapters(
    chunks: dict[bytes, bytes], rate_hz: int, length_ms: int
) -> tuple[WrittenChapter, ...]:
    """Read cue points and their labels; each chapter ends where the next begins."""
    titles, labels = {}, BytesIO(chunks.get(b"adtl", b"")[4:])
    while len(header := labels.read(_CHUNK.size)) == _CHUNK.size:
        _, size = _CHUNK.unpack(header)
        label = labels.read(size + size % 2)[:size]
        titles[label[:4]] = label[4:].rstrip(b"\0").decode(errors="replace")
    points = chunks.get(b"cue ", b"")[4:]
    found = sorted(
        (round(place * 1000 / rate_hz), titles.get(points[at : at + 4], ""))
        for at in range(0, len(points), _POINT_BYTES)
        for place in struct.unpack_from("<I", points, at + 20)
    )
    ends = [*(start for start, _ in found[1:]), length_ms]
    return tuple(
        WrittenChapter(title, start, end) for (start, title), end in zip(found, ends, strict=False)
    )


def _coding(settings: AudioSettings, rate_hz: int) -> str:
    return describe_coding(KIND, settings.output_rate(rate_hz), rate_hz)
