"""Opus: the smallest file of good speech, in Ogg, with chapters as Vorbis comments.

Opus knows only 48,000 Hz, at which a chapter is seldom a whole number of the encoder's frames of
20 ms. So a part holds the frames that fit into its chapter, and frames of silence of 20, 10, 5 and
2.5 ms fill the gap before the next, each of which so begins within 1.25 ms of its time, and no
error adds up. The filling has a second use: it brings a decoder into the state in which an encoder
begins, so the first sound of a chapter decodes as if it were a file of its own.

At low bit rates the coder overshoots: a frame or two of an article, out of ten thousand, come out
up to 4 dB louder than they went in, and no ceiling before the coder prevents that. So each part is
decoded, and where frames are too loud, they are turned down and the part is encoded again.

Formats: RFC 6716 (frames), RFC 7845 (Ogg).
"""

# mypy: untyped-calls-exclude="mutagen"
# mutagen says that it is typed, but most of its functions are not.

import struct
from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError, WriteError
from narrate.base.model import Recording, Segment
from narrate.write._audio import AudioSettings, Written, file_error
from narrate.write._ogg import OggWriter
from narrate.write._parts import (
    REMEDY,
    describe_coding,
    encode_packets,
    read_lengths,
    take_packets,
    write_part,
)
from narrate.write._pcm import convert, place_parts, read_blocks
from narrate.write._peaks import apply_gains, find_peaks
from narrate.write._vorbis import (
    VENDOR,
    VORBIS_CHAPTERS,
    comments,
    cover_picture,
    read_chapters,
    read_texts,
)

KIND = "opus"
SUFFIX = ".opus"
MIME = "audio/ogg"
MOST_CHAPTERS = VORBIS_CHAPTERS

_DEFAULT_BITRATE_KBPS = 32
_BITRATES_KBPS = range(6, 257)
_RATE_HZ = 48_000
_FRAME_SAMPLES = 960
_STEP_SAMPLES = 120  # the shortest frame
# "voip" keeps to the coder for speech. "audio" has to find out first what it hears, anew in each
# chapter, and below the highest complexity it takes speech for music: it then made 54 kb/s of the
# 32 asked for.
_ENCODER_OPTIONS = {"application": "voip", "compression_level": "10", "frame_duration": "20"}
_CEILING = 10 ** (-1.4 / 20)
"""The highest sample that a decoder may give: −1.4 dB, at which the true peak is below −1 dBTP."""
_MARGIN = 0.92
_TRIES = 4
_LOOKAHEAD_SAMPLES = 312
"""By how much the encoder is late; a player leaves out as much at the start."""
# Frames of 20, 10, 5 and 2.5 ms: CELT, all frequencies, mono, one frame; in it only the bit that
# says silence.
_SILENCE = {
    samples: bytes((configuration << 3, 0xFF, 0xFE))
    for samples, configuration in ((960, 31), (480, 30), (240, 29), (120, 28))
}
_SERIAL = int.from_bytes(b"narr", "big")  # any will do for the only stream of a file


def check_settings(settings: AudioSettings, rate_hz: int = 22_050) -> None:  # noqa: ARG001 # as all
    """Raise UsageError for a bit rate that Opus does not have; any sample rate will do."""
    if _bitrate(settings) not in _BITRATES_KBPS:
        raise UsageError(
            f"--bitrate {settings.bitrate_kbps}",
            "Opus has no such bit rate for one channel",
            f"choose one from {_BITRATES_KBPS[0]} to {_BITRATES_KBPS[-1]}",
        )


def estimate_bytes(length_ms: int, settings: AudioSettings) -> int:
    """About how large the file of a recording of `length_ms` milliseconds is, without its cover."""
    return length_ms * _bitrate(settings) // 8


def encode(segment: Segment, part: Path, settings: AudioSettings) -> Path:
    """Encode `segment` to the file `part` and return it.

    The part depends on nothing but the segment's samples and the settings. Raises UsageError as
    `check_settings` does, and WriteError if the samples are not as many as promised or a file
    cannot be read or written.
    """
    check_settings(settings)
    count = _fit_frames(segment.samples, segment.rate_hz)
    coding = _coding(settings, segment.rate_hz)
    gains: dict[int, float] = {}
    for _ in range(_TRIES):
        packets = encode_packets(
            apply_gains(islice(read_blocks(segment, _RATE_HZ, _FRAME_SAMPLES), count), gains),
            "libopus",
            _RATE_HZ,
            options=_ENCODER_OPTIONS,
            bitrate_kbps=_bitrate(settings),
        )
        # What the encoder adds at its end is silence, which comes from elsewhere here.
        write_part(part, coding, segment, islice(packets, count))
        loud = find_peaks(take_packets(part, coding, count), _CEILING)
        if not loud:
            break
        for frame, peak in loud.items():
            # The coder is late by a third of a frame: what is heard in one began in that before.
            for cause in (frame - 1, frame):
                gains[cause] = gains.get(cause, 1.0) * _MARGIN * _CEILING / peak
    return part


def _fit_frames(samples: int, rate_hz: int) -> int:
    """How many frames fit into a segment wherever it begins, with room for some filling."""
    return (samples * _RATE_HZ // rate_hz - _STEP_SAMPLES) // _FRAME_SAMPLES


def finish(
    recording: Recording, parts: Sequence[Path], path: Path, settings: AudioSettings
) -> None:
    """Write the tags and the packets of all `parts` to `path`.

    Reads each part once and keeps none in memory. Raises WriteError if the parts are not those of
    the recording, or if a file cannot be read or written.
    """
    coding = _coding(settings, recording.rate_hz)
    lengths = read_lengths(parts, coding, recording, path)
    end = _LOOKAHEAD_SAMPLES + convert(recording.samples, recording.rate_hz, _RATE_HZ)
    places = [
        place * _STEP_SAMPLES
        for place in place_parts(lengths, recording.rate_hz, _RATE_HZ, _STEP_SAMPLES)
    ]
    # The last part's filling goes on until the player has been given all that it leaves out.
    places[-1] = end + -end % _STEP_SAMPLES
    try:
        with path.open("wb") as file:
            ogg = OggWriter(file, _SERIAL, page_length=_RATE_HZ)
            ogg.add_header(_head(recording))
            ogg.add_header(_tags(recording))
            for index, part in enumerate(parts):
                position = places[index]
                count = _fit_frames(lengths[index], recording.rate_hz)
                for packet in take_packets(part, coding, count):
                    position += _FRAME_SAMPLES
                    ogg.add(packet, position)
                for samples in _fill(places[index + 1] - position):
                    position += samples
                    ogg.add(_SILENCE[samples], position)
            ogg.close(end)
    except OSError as error:
        raise file_error(path, error) from error


def _fill(gap: int) -> Iterator[int]:
    """Yield the lengths of frames that fill `gap` samples, longest first."""
    for samples in _SILENCE:
        yield from [samples] * (gap // samples)
        gap %= samples


def _head(recording: Recording) -> bytes:
    """The header that identifies the stream."""
    # Version, channels, what a player leaves out, the source's rate, gain, mapping of channels.
    return struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, _LOOKAHEAD_SAMPLES, recording.rate_hz, 0, 0)


def _tags(recording: Recording) -> bytes:
    from mutagen._vorbis import VComment

    tags = VComment()
    tags.vendor = VENDOR
    tags.extend(comments(recording))
    if picture := cover_picture(recording.article):
        tags.append(("METADATA_BLOCK_PICTURE", b64encode(picture.write()).decode()))
    return b"OpusTags" + bytes(tags.write(framing=False))


def read_back(path: Path) -> Written:
    """Read what the file at `path` says about itself; raise WriteError if it is no Opus file."""
    from mutagen import MutagenError
    from mutagen.oggopus import OggOpus

    try:
        file: Any = OggOpus(path)  # mutagen sets its attributes on loading
        length_ms = round(file.info.length * 1000)
        chapters = read_chapters(file.tags, length_ms)
    except (MutagenError, ValueError) as error:
        raise WriteError(path.name, f"it cannot be read: {error}", REMEDY) from error
    return Written(**read_texts(file.tags), length_ms=length_ms, chapters=chapters)


def _bitrate(settings: AudioSettings) -> int:
    return _DEFAULT_BITRATE_KBPS if settings.bitrate_kbps is None else settings.bitrate_kbps


def _coding(settings: AudioSettings, rate_hz: int) -> str:
    return describe_coding(KIND, _RATE_HZ, rate_hz, _bitrate(settings))
