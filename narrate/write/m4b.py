"""M4B: AAC in the container of audiobooks, with the chapters that Apple's programs show.

A frame of AAC is 1,024 samples, and the encoder's first frame is only there to be overlapped by the
next, so a chapter of n frames comes as n + 1 packets. Of all chapters but the last, the last packet
is dropped: then each chapter's packets stand for just as many samples as it has, and it begins
exactly where the ones before it end. What is lost is the overlap in the last 1,024 samples of the
silence that every segment closes with. No frame needs more than the one before it.

Chapters are written twice, as a QuickTime text track and as Nero's list (chpl), since there are
players that know only one of them.
"""

# mypy: untyped-calls-exclude="mutagen"
# mutagen says that it is typed, but most of its functions are not.

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    fit_chapters,
    image_type,
    language_code,
    listed,
    voice_note,
    written_text,
)
from narrate.write._parts import (
    describe_coding,
    encode_packets,
    read_lengths,
    take_packets,
    write_part,
)
from narrate.write._pcm import convert, place_parts, read_blocks

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import OutputContainer

KIND = "m4b"
SUFFIX = ".m4b"
MIME = "audio/mp4"
MOST_CHAPTERS = 255
"""Nero's list counts its entries in one byte."""

_DEFAULT_BITRATE_KBPS = 64
_LOWEST_BITRATE_KBPS = 16
_SAMPLE_RATES = (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_FRAME_SAMPLES = 1024
_MOST_FRAME_BITS = 6144  # a decoder's buffer for one channel, ISO/IEC 14496-3
# For one voice the fast coder is as good, in a quarter of the time: 347 s of espeak-ng at 64 kb/s
# took 2.3 CPU s, with FFmpeg's default (twoloop) 9.4 s.
_ENCODER_OPTIONS = {"aac_coder": "fast"}
_MUXER_OPTIONS = {
    "movflags": "+faststart",  # the index before the sound, so that a download plays at once
    "brand": "M4B ",
    "fflags": "+bitexact",  # no versions or dates
}
_AUDIOBOOK = 2
_SHORT_DESCRIPTION_CHARACTERS = 250


def check_settings(settings: AudioSettings, rate_hz: int = 22_050) -> None:
    """Raise UsageError for a bit rate or a sample rate that AAC does not have."""
    rate_hz = settings.output_rate(rate_hz)
    if rate_hz not in _SAMPLE_RATES:
        raise UsageError(
            "m4b",
            f"it has no sample rate of {rate_hz} Hz",
            f"choose another with --sample-rate: {listed(_SAMPLE_RATES)}",
        )
    most = _MOST_FRAME_BITS * rate_hz // _FRAME_SAMPLES // 1000
    if not _LOWEST_BITRATE_KBPS <= _bitrate(settings) <= most:
        raise UsageError(
            f"--bitrate {settings.bitrate_kbps}",
            f"M4B at {rate_hz} Hz has no such bit rate",
            f"choose one from {_LOWEST_BITRATE_KBPS} to {most}",
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
    check_settings(settings, segment.rate_hz)
    rate_hz = settings.output_rate(segment.rate_hz)
    packets = encode_packets(
        read_blocks(segment, rate_hz, _FRAME_SAMPLES),
        "aac",
        rate_hz,
        options=_ENCODER_OPTIONS,
        bitrate_kbps=_bitrate(settings),
        sample_format="fltp",
    )
    return write_part(part, _coding(settings, segment.rate_hz), segment, packets)


def finish(
    recording: Recording, parts: Sequence[Path], path: Path, settings: AudioSettings
) -> None:
    """Write the packets of all `parts`, the chapters and the tags to `path`.

    Reads each part once and keeps none in memory. Raises WriteError if the parts are not those of
    the recording, or if a file cannot be read or written.
    """
    import av

    lengths = read_lengths(parts, _coding(settings, recording.rate_hz), recording, path)
    # The sound's length is told in units of the movie, which would be milliseconds.
    timescale = {"movie_timescale": str(settings.output_rate(recording.rate_hz))}
    options = _MUXER_OPTIONS | timescale
    try:
        # "file:" since FFmpeg takes what comes before a colon for a protocol.
        with av.open(f"file:{path}", "w", format="ipod", options=options) as container:
            _mux(container, recording, _packets(parts, lengths, recording, settings), settings)
        _write_tags(recording, path)
    except OSError as error:
        raise file_error(path, error) from error
    except av.FFmpegError as error:
        raise WriteError(path.name, f"it cannot be written: {error.strerror}") from error


def _packets(
    parts: Sequence[Path], lengths: Sequence[int], recording: Recording, settings: AudioSettings
) -> Iterator[bytes]:
    """Yield the packets that are kept of each part."""
    coding = _coding(settings, recording.rate_hz)
    rate_hz = settings.output_rate(recording.rate_hz)
    places = place_parts(lengths, recording.rate_hz, rate_hz, _FRAME_SAMPLES)
    for index, part in enumerate(parts):
        is_last = index == len(parts) - 1
        yield from take_packets(part, coding, places[index + 1] - places[index] + is_last)


def _mux(
    container: "OutputContainer",
    recording: Recording,
    packets: Iterator[bytes],
    settings: AudioSettings,
) -> None:
    """Write chapters and packets; the first packet lies before the start of the sound."""
    from av import Packet

    rate_hz = settings.output_rate(recording.rate_hz)
    container.set_chapters(_chapters(recording))
    stream = _add_stream(container, recording, settings)
    container.start_encoding()
    end = convert(recording.samples, recording.rate_hz, rate_hz)
    for number, data in enumerate(packets, start=-1):
        packet = Packet(data)
        packet.stream = stream
        packet.time_base = Fraction(1, rate_hz)
        packet.pts = packet.dts = number * _FRAME_SAMPLES
        packet.duration = min(_FRAME_SAMPLES, end - packet.pts)
        packet.is_keyframe = True
        container.mux_one(packet)


def _add_stream(
    container: "OutputContainer", recording: Recording, settings: AudioSettings
) -> "AudioStream":
    """Add a stream as the encoder of the parts describes it."""
    stream = container.add_stream("aac", settings.output_rate(recording.rate_hz), _ENCODER_OPTIONS)
    stream.layout = "mono"
    stream.bit_rate = _bitrate(settings) * 1000
    if language := language_code(recording.article.language):
        stream.metadata["language"] = language
    return stream


def _chapters(recording: Recording) -> list[Any]:
    """The chapters as PyAV takes them."""
    return [
        {
            "id": number,
            "start": chapter.start_ms,
            "end": chapter.end_ms,
            "time_base": Fraction(1, 1000),
            "metadata": {"title": clamp_title(chapter.title, most_bytes=CHAPTER_TITLE_BYTES)},
        }
        for number, chapter in enumerate(fit_chapters(recording.chapters, MOST_CHAPTERS))
    ]


def _write_tags(recording: Recording, path: Path) -> None:
    """Tag the file as an audiobook, with the names that iTunes has given to the fields."""
    from mutagen.mp4 import MP4, AtomDataType, MP4Cover, MP4FreeForm

    article = recording.article
    texts = {
        "\xa9nam": clamp_title(article.title),
        "\xa9ART": artist(article),
        "aART": artist(article),
        "\xa9alb": album(recording),
        "\xa9day": clean_text(article.published),
        "\xa9gen": "Speech",
        "\xa9cmt": voice_note(recording.voice),
        "\xa9lyr": written_text(article),
        "desc": clamp_title(article.summary, most_characters=_SHORT_DESCRIPTION_CHARACTERS),
        "ldes": clean_text(article.summary),
    }
    file = MP4(path)
    file.update({name: [text] for name, text in texts.items() if text})
    file["stik"] = [_AUDIOBOOK]
    file["trkn"] = [recording.track]
    if language := language_code(article.language):
        file["----:com.apple.iTunes:LANGUAGE"] = [MP4FreeForm(language.encode(), AtomDataType.UTF8)]
    formats = {"image/jpeg": MP4Cover.FORMAT_JPEG, "image/png": MP4Cover.FORMAT_PNG}
    if picture_format := formats.get(image_type(article.cover)):
        file["covr"] = [MP4Cover(article.cover, picture_format)]
    file.save()


def read_back(path: Path) -> Written:
    """Read what the file at `path` says about itself; raise WriteError if it is no M4B."""
    import av
    from mutagen import MutagenError
    from mutagen.mp4 import MP4

    try:
        tags = MP4(path)
        with av.open(f"file:{path}") as container:
            seconds = Fraction(container.duration or 0, av.time_base)
            chapters: list[Any] = container.chapters()
    except (MutagenError, av.FFmpegError) as error:
        raise WriteError(path.name, f"it cannot be read: {error}", "make it again") from error
    texts = {"title": "\xa9nam", "artist": "\xa9ART", "album": "\xa9alb", "date": "\xa9day"}
    return Written(
        **{name: str(tags.get(field, [""])[0]) for name, field in texts.items()},
        length_ms=round(seconds * 1000),
        chapters=tuple(
            WrittenChapter(
                chapter["metadata"].get("title", ""),
                round(chapter["start"] * chapter["time_base"] * 1000),
                round(chapter["end"] * chapter["time_base"] * 1000),
            )
            for chapter in chapters
        ),
    )


def _bitrate(settings: AudioSettings) -> int:
    return _DEFAULT_BITRATE_KBPS if settings.bitrate_kbps is None else settings.bitrate_kbps


def _coding(settings: AudioSettings, rate_hz: int) -> str:
    return describe_coding(KIND, settings.output_rate(rate_hz), rate_hz, _bitrate(settings))
