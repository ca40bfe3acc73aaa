"""FLAC: the exact samples, for those who edit or archive.

The frames of a chapter depend on nothing but its samples, save for their numbers; these are written
anew when chapters are joined. The checksum of all samples (MD5) cannot be put together from parts,
so it comes from decoding each part, which is the proof that a frame is sound as well.

Format: RFC 9639. Tags and chapters are Vorbis comments.
"""

# mypy: untyped-calls-exclude="mutagen"
# mutagen says that it is typed, but most of its functions are not.

import hashlib
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from narrate.base.errors import UsageError, WriteError
from narrate.base.model import Recording, Segment
from narrate.write._audio import AudioSettings, Written, file_error
from narrate.write._flac_frames import renumber
from narrate.write._parts import (
    REMEDY,
    describe_coding,
    encode_packets,
    read_lengths,
    take_packets,
    write_part,
)
from narrate.write._pcm import SAMPLE_BYTES, place_parts, read_blocks
from narrate.write._vorbis import (
    VENDOR,
    VORBIS_CHAPTERS,
    comments,
    cover_picture,
    read_chapters,
    read_texts,
)

KIND = "flac"
SUFFIX = ".flac"
MIME = "audio/flac"
MOST_CHAPTERS = VORBIS_CHAPTERS

_TYPICAL_RATE_HZ = 22_050
_SAMPLE_RATES = range(1, 655_351)
# Speech changes quickly. 347 s of espeak-ng at level 5: 190 kb/s with blocks of 4,608 samples and
# 182 kb/s with these, for twice the time of 4,608 (0.4 CPU s).
_BLOCK_SAMPLES = 1152
_ENCODER_OPTIONS = {"frame_size": str(_BLOCK_SAMPLES), "compression_level": "5"}
_STREAM_INFO_AT = 8  # bytes, behind "fLaC" and the header of the first block
_STREAM_INFO_BYTES = 34


def check_settings(settings: AudioSettings, rate_hz: int = _TYPICAL_RATE_HZ) -> None:
    """Raise UsageError for a sample rate that FLAC does not have. It has no bit rate to set."""
    rate_hz = settings.output_rate(rate_hz)
    if rate_hz not in _SAMPLE_RATES:
        raise UsageError(
            "flac",
            f"it has no sample rate of {rate_hz} Hz",
            f"choose another with --sample-rate, up to {_SAMPLE_RATES[-1]}",
        )


def estimate_bytes(length_ms: int, settings: AudioSettings) -> int:
    """About how large the file of a recording of `length_ms` milliseconds is, without its cover."""
    return length_ms * settings.output_rate(_TYPICAL_RATE_HZ) // 1000  # half of the samples' size


def encode(segment: Segment, part: Path, settings: AudioSettings) -> Path:
    """Encode `segment` to the file `part` and return it.

    The part depends on nothing but the segment's samples and the settings. Raises UsageError as
    `check_settings` does, and WriteError if the samples are not as many as promised or a file
    cannot be read or written.
    """
    check_settings(settings, segment.rate_hz)
    rate_hz = settings.output_rate(segment.rate_hz)
    blocks = read_blocks(segment, rate_hz, _BLOCK_SAMPLES)
    packets = encode_packets(blocks, "flac", rate_hz, options=_ENCODER_OPTIONS)
    return write_part(part, _coding(settings, segment.rate_hz), segment, packets)


def finish(
    recording: Recording, parts: Sequence[Path], path: Path, settings: AudioSettings
) -> None:
    """Write the tags and the frames of all `parts` to `path`.

    Reads each part once and keeps none in memory. Raises WriteError if the parts are not those of
    the recording, or if a file cannot be read or written.
    """
    coding = _coding(settings, recording.rate_hz)
    rate_hz = settings.output_rate(recording.rate_hz)
    lengths = read_lengths(parts, coding, recording, path)
    places = place_parts(lengths, recording.rate_hz, rate_hz, _BLOCK_SAMPLES)
    try:
        path.write_bytes(_header(_stream_info(rate_hz)))
        _write_tags(recording, path)
        with path.open("r+b") as file:
            file.seek(0, 2)
            info = _write_frames(file, _frames(parts, places, coding), rate_hz)
            file.seek(_STREAM_INFO_AT)
            file.write(info)
    except OSError as error:
        raise file_error(path, error) from error


def _frames(parts: Sequence[Path], places: Sequence[int], coding: str) -> Iterator[bytes]:
    """Yield the frames that are kept of each part, numbered through."""
    for index, part in enumerate(parts):
        count = places[index + 1] - places[index]
        for number, packet in enumerate(take_packets(part, coding, count), places[index]):
            yield renumber(packet, number)


def _write_frames(file: BinaryIO, frames: Iterator[bytes], rate_hz: int) -> bytes:
    """Write `frames` and return the STREAMINFO that describes them."""
    from av import AudioCodecContext, FFmpegError, Packet

    decoder = AudioCodecContext.create("flac", "r")
    decoder.extradata = _stream_info(rate_hz)
    decoder.thread_count = 1
    md5 = hashlib.md5(usedforsecurity=False)
    count, sizes = 0, set()
    try:
        for frame in frames:
            file.write(frame)
            for sound in decoder.decode(Packet(frame)):
                md5.update(memoryview(sound.planes[0])[: sound.samples * SAMPLE_BYTES])
            count += 1
            sizes.add(len(frame))
    except (FFmpegError, ValueError) as error:
        raise WriteError(Path(file.name).name, f"a frame is damaged: {error}", REMEDY) from error
    return _stream_info(rate_hz, count * _BLOCK_SAMPLES, min(sizes), max(sizes), md5.digest())


def _header(stream_info: bytes) -> bytes:
    """A FLAC file without frames; the first block's type is 0, and it is the last."""
    return b"fLaC\x80" + _STREAM_INFO_BYTES.to_bytes(3, "big") + stream_info


def _stream_info(
    rate_hz: int,
    samples: int = 0,
    smallest: int = 0,
    largest: int = 0,
    md5: bytes = bytes(16),
) -> bytes:
    """The block STREAMINFO for one channel of 16 bits; frame sizes in bytes, 0 for unknown."""
    channels, bits = 1, 16
    packed = rate_hz << 44 | (channels - 1) << 41 | (bits - 1) << 36 | samples
    sizes = smallest.to_bytes(3, "big") + largest.to_bytes(3, "big")
    return struct.pack(">HH6sQ16s", _BLOCK_SAMPLES, _BLOCK_SAMPLES, sizes, packed, md5)


def _write_tags(recording: Recording, path: Path) -> None:
    from mutagen.flac import FLAC

    file: Any = FLAC(path)  # mutagen sets its attributes later
    file.add_tags()
    file.tags.vendor = VENDOR
    file.tags.extend(comments(recording))
    if picture := cover_picture(recording.article):
        file.add_picture(picture)
    file.save(padding=lambda _: 0)


def read_back(path: Path) -> Written:
    """Read what the file at `path` says about itself; raise WriteError if it is no FLAC file."""
    from mutagen import MutagenError
    from mutagen.flac import FLAC, VCFLACDict

    try:
        file: Any = FLAC(path)  # mutagen sets its attributes on loading
        tags = file.tags or VCFLACDict()
        length_ms = round(file.info.length * 1000)
        chapters = read_chapters(tags, length_ms)
    except (MutagenError, ValueError) as error:
        raise WriteError(path.name, f"it cannot be read: {error}", REMEDY) from error
    return Written(**read_texts(tags), length_ms=length_ms, chapters=chapters)


def _coding(settings: AudioSettings, rate_hz: int) -> str:
    return describe_coding(KIND, settings.output_rate(rate_hz), rate_hz)
