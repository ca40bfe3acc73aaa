"""MP3: the file that plays everywhere, with ID3 chapters.

Chapters are encoded each by itself while speaking goes on, and their frames are then put one
after the other. LAME begins 576 samples late and each decoder is 529 late, so the last 1,105
samples of a chapter come out of frames that LAME adds at its end. All but the last chapter lose
these frames: then each chapter's frames stand for just as many samples as it has, and it begins
exactly where the ones before it end. What is lost is 1,105 samples of the silence that every
segment closes with. Each encoder's first frame needs nothing from frames before it, so the joined
frames are a legal stream. Measured: no drift, and the frames of a chapter are the same to the bit
whatever came before it.
"""

# mypy: untyped-calls-exclude="mutagen"
# mutagen says that it is typed, but most of its functions are not.

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from narrate.base.errors import UsageError, WriteError
from narrate.base.model import Recording, Segment
from narrate.write._audio import AudioSettings, Written, file_error, listed
from narrate.write._id3 import (
    CTOC_CHAPTERS,
    read_chapters,
    read_texts,
    recording_frames,
    render_tag,
)
from narrate.write._mpeg import (
    DECODER_DELAY,
    ENCODER_DELAY,
    LongCrc16,
    Music,
    Stream,
    bitrates,
    info_frame,
    info_stream,
    read_frames,
    sample_rates,
)
from narrate.write._parts import (
    REMEDY,
    describe_coding,
    read_heading,
    read_lengths,
    write_heading,
)
from narrate.write._pcm import convert, place_parts, read_blocks

if TYPE_CHECKING:
    import lameenc

KIND = "mp3"
SUFFIX = ".mp3"
MIME = "audio/mpeg"
MOST_CHAPTERS = CTOC_CHAPTERS

_DEFAULT_BITRATE_KBPS = 64
# LAME's scale from 2 to 7. 316 s of espeak-ng at 64 kb/s took 0.52 CPU s and had an SNR of 24.7 dB
# at 7; 0.97 s and 22.8 dB at 5; 1.98 s and 20.8 dB at 2. The effort goes into hiding noise that
# one voice at this bit rate does not have.
_QUALITY = 7
_SEGMENT_UNIT = 9216  # samples; segments are a multiple of it
_GROUP_FRAMES = 16


def check_settings(settings: AudioSettings, rate_hz: int = 22_050) -> None:
    """Raise UsageError for a bit rate or a sample rate that MP3 does not have."""
    rate_hz = settings.output_rate(rate_hz)
    if rate_hz not in sample_rates():
        raise UsageError(
            "mp3",
            f"it has no sample rate of {rate_hz} Hz",
            f"choose another with --sample-rate: {listed(sample_rates())}",
        )
    permitted = bitrates(rate_hz)
    if _bitrate(settings) not in permitted:
        raise UsageError(
            f"--bitrate {settings.bitrate_kbps}",
            f"MP3 at {rate_hz} Hz has no such bit rate",
            f"choose one of {listed(permitted)}",
        )


def estimate_bytes(length_ms: int, settings: AudioSettings) -> int:
    """About how large the file of a recording of `length_ms` milliseconds is, without its cover."""
    return length_ms * _bitrate(settings) // 8


def open_stream(rate_hz: int, settings: AudioSettings) -> "lameenc.Encoder":
    """An encoder of bare frames: encode(pcm) and flush() give what is ready of them.

    Raises UsageError as `check_settings` does.
    """
    import lameenc

    check_settings(settings, rate_hz)
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(rate_hz)
    encoder.set_out_sample_rate(settings.output_rate(rate_hz))
    encoder.set_bit_rate(_bitrate(settings))
    encoder.set_quality(_QUALITY)
    return encoder


def encode(segment: Segment, part: Path, settings: AudioSettings) -> Path:
    """Encode `segment` to the file `part` and return it.

    The part holds bare frames behind its heading, with those that LAME adds at the end, and
    depends on nothing but the segment's samples and the settings. Raises UsageError as
    `check_settings` does, and WriteError if the samples are not as many as promised or a file
    cannot be read or written.
    """
    stream = _stream(settings, segment.rate_hz)
    encoder = open_stream(stream.rate_hz, settings)
    try:
        with part.open("wb") as file:
            write_heading(file, _coding(settings, segment.rate_hz), segment)
            for block in read_blocks(segment, stream.rate_hz, _block_samples(stream, segment)):
                file.write(encoder.encode(block))
            if stream.rate_hz != segment.rate_hz:
                # The last chapter may have to begin half a frame early, and still reach its end.
                file.write(encoder.encode(bytes(2 * stream.frame_samples)))
            file.write(encoder.flush())
    except OSError as error:
        raise file_error(part, error) from error
    except RuntimeError as error:  # lameenc's only kind
        raise WriteError(part.name, f"the MP3 encoder failed: {error}") from error
    return part


def _block_samples(stream: Stream, segment: Segment) -> int:
    """How many samples LAME is given at a time: as many as fit, and end with the segment."""
    return _SEGMENT_UNIT if stream.rate_hz == segment.rate_hz else stream.frame_samples


def finish(
    recording: Recording, parts: Sequence[Path], path: Path, settings: AudioSettings
) -> None:
    """Write the tag, an Info frame and the frames of all `parts` to `path`.

    Reads each part once and keeps none in memory. Raises WriteError if the parts are not those of
    the recording, or if a file cannot be read or written.
    """
    stream = _stream(settings, recording.rate_hz)
    coding = _coding(settings, recording.rate_hz)
    lengths = read_lengths(parts, coding, recording, path)
    places = place_parts(lengths, recording.rate_hz, stream.rate_hz, stream.frame_samples)
    samples = convert(recording.samples, recording.rate_hz, stream.rate_hz)
    tag = render_tag(list(recording_frames(recording)))
    try:
        with path.open("wb") as file:
            file.write(tag)
            _write_stream(_frames(parts, places, stream, coding), file, stream, samples)
    except OSError as error:
        raise file_error(path, error) from error


def write_part(part: Path, rate_hz: int, file: BinaryIO, settings: AudioSettings) -> int:
    """Write `part` alone to `file`, as a stream that plays just its segment, without a tag.

    `rate_hz` is that of the segment; returns its samples. Raises WriteError as `finish` does, and
    OSError.
    """
    stream, coding = _stream(settings, rate_hz), _coding(settings, rate_hz)
    with part.open("rb") as encoded:
        samples = read_heading(encoded, coding)
    frames = _frames([part], [0], stream, coding)
    _write_stream(frames, file, stream, convert(samples, rate_hz, stream.rate_hz))
    return samples


def _write_stream(frames: Iterator[bytes], file: BinaryIO, stream: Stream, samples: int) -> None:
    """Write an Info frame and `frames` to `file`, from where it stands."""
    start = file.tell()
    file.write(bytes(info_stream(stream).frame_bytes))  # filled in below
    music = _write_music(frames, file, stream, samples)
    file.seek(start)
    file.write(info_frame(stream, music, samples))


def _write_music(frames: Iterator[bytes], file: BinaryIO, stream: Stream, samples: int) -> Music:
    """Write `frames`, and say what they are."""
    crc = LongCrc16()
    count = size = 0
    while group := list(islice(frames, _GROUP_FRAMES)):
        data = b"".join(group)
        file.write(data)
        crc.update(data)
        count += len(group)
        size += len(data)
    flushed = count * stream.frame_samples - samples
    if not ENCODER_DELAY + DECODER_DELAY <= flushed < _SEGMENT_UNIT:
        raise WriteError(
            file.name,
            f"the encoded chapters hold {count} frames, which is not {samples} samples",
            REMEDY,
        )
    return Music(count, size, crc.value)


def _frames(
    parts: Sequence[Path], places: Sequence[int], stream: Stream, coding: str
) -> Iterator[bytes]:
    """Yield the frames that are kept of each part: of the last all, with what LAME adds."""
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        count = None if is_last else places[index + 1] - places[index]
        with part.open("rb") as file:
            read_heading(file, coding)
            try:
                yield from islice(read_frames(file, stream), count)
            except ValueError as error:
                raise WriteError(part.name, str(error), REMEDY) from error


def read_back(path: Path) -> Written:
    """Read what the file at `path` says about itself; raise WriteError if it is no MP3."""
    from mutagen import MutagenError
    from mutagen.id3 import ID3
    from mutagen.mp3 import MP3

    try:
        file = MP3(path)
    except MutagenError as error:
        raise WriteError(path.name, f"it cannot be read: {error}", "make it again") from error
    tags = file.tags or ID3()
    seconds = file.info.length  # type: ignore[attr-defined]  # mutagen sets it on loading
    return Written(
        **read_texts(tags),
        length_ms=round(seconds * 1000),
        chapters=read_chapters(tags),
    )


def _bitrate(settings: AudioSettings) -> int:
    return _DEFAULT_BITRATE_KBPS if settings.bitrate_kbps is None else settings.bitrate_kbps


def _stream(settings: AudioSettings, rate_hz: int) -> Stream:
    return Stream(settings.output_rate(rate_hz), _bitrate(settings))


def _coding(settings: AudioSettings, rate_hz: int) -> str:
    return describe_coding(KIND, settings.output_rate(rate_hz), rate_hz, _bitrate(settings))
