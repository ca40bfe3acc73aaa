"""Parts: the chapters as they are encoded, on their way into a file.

A part begins with a line of JSON that says how it is coded and how long its segment is; so a part
of other settings is never taken for one of these. What follows is up to the format. The formats
that PyAV encodes have packets there: each its length in four bytes and its data, after the last
one a length of 0 and the CRC-32 of all that came before.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from narrate.base.errors import WriteError
from narrate.base.model import Recording, Segment
from narrate.write._audio import file_error
from narrate.write._pcm import make_frame

REMEDY = "make the release again"
_LENGTH_BYTES = 4
_LONGEST_HEADING = 500  # bytes


def describe_coding(kind: str, rate_hz: int, from_hz: int, bitrate_kbps: int = 0) -> str:
    """Say how the parts of `kind` are coded from samples at `from_hz`."""
    bitrate = f" at {bitrate_kbps} kb/s" if bitrate_kbps else ""
    return f"{kind} of {rate_hz} Hz{bitrate}, made from {from_hz} Hz"


def write_heading(file: BinaryIO, coding: str, segment: Segment) -> None:
    """Begin a part in `file`."""
    heading = {"coding": coding, "samples": segment.samples}
    file.write(json.dumps(heading).encode() + b"\n")


def read_heading(file: BinaryIO, coding: str) -> int:
    """Read the heading of a part that is coded so; return the samples of its segment.

    Raises WriteError if it is coded in another way, or is no part.
    """
    name = Path(file.name).name
    try:
        heading = json.loads(file.readline(_LONGEST_HEADING))
        found, samples = heading["coding"], int(heading["samples"])
    except (ValueError, TypeError, KeyError) as error:
        raise WriteError(name, "this is not an encoded chapter", REMEDY) from error
    if found != coding:
        raise WriteError(name, f"it holds {found}, and not {coding}", REMEDY)
    return samples


def read_lengths(parts: Sequence[Path], coding: str, recording: Recording, path: Path) -> list[int]:
    """Return the samples of each part's segment; raise WriteError if `recording` has others."""
    lengths = []
    for part in parts:
        try:
            with part.open("rb") as file:
                lengths.append(read_heading(file, coding))
        except OSError as error:
            raise file_error(part, error) from error
    if sum(lengths) != recording.samples:
        raise WriteError(
            path.name,
            f"the encoded chapters hold {sum(lengths)} samples, not {recording.samples}",
            REMEDY,
        )
    return lengths


def encode_packets(
    blocks: Iterable[bytes],
    codec: Literal["aac", "flac", "libopus"],
    rate_hz: int,
    *,
    options: dict[str, str],
    bitrate_kbps: int = 0,
    sample_format: str = "s16",
) -> Iterator[bytes]:
    """Encode `blocks` of mono samples, each as long as a frame of `codec`, to packets.

    `options` and `sample_format` are FFmpeg's. Raises WriteError if the encoder fails.
    """
    from av import AudioCodecContext, FFmpegError

    context = AudioCodecContext.create(codec, "w")
    context.sample_rate = rate_hz
    context.layout = "mono"
    context.format = sample_format
    context.options = {**options, "flags": "+bitexact"}  # no version of the encoder in the sound
    context.thread_count = 1
    if bitrate_kbps:
        context.bit_rate = bitrate_kbps * 1000
    try:
        for pts, block in enumerate(blocks):
            frame = make_frame(block, rate_hz)
            frame.pts = pts * frame.samples
            yield from map(bytes, context.encode(frame))
        # FLAC's last packet is empty: it only brings what the codec knows at the end.
        yield from filter(None, map(bytes, context.encode(None)))
    except FFmpegError as error:
        raise WriteError(codec, f"the encoder failed: {error.strerror}") from error


def write_part(part: Path, coding: str, segment: Segment, packets: Iterable[bytes]) -> Path:
    """Write a part that consists of packets to the file `part` and return it.

    Raises WriteError if it cannot be written, or what `packets` are made from cannot be read.
    """
    checksum = 0
    try:
        with part.open("wb") as file:
            write_heading(file, coding, segment)
            for packet in packets:
                record = len(packet).to_bytes(_LENGTH_BYTES, "big") + packet
                checksum = zlib.crc32(record, checksum)
                file.write(record)
            file.write(bytes(_LENGTH_BYTES) + checksum.to_bytes(4, "big"))
    except OSError as error:
        raise file_error(part, error) from error
    return part


def take_packets(part: Path, coding: str, count: int) -> Iterator[bytes]:
    """Yield the first `count` packets of `part`, one by one.

    Raises WriteError if the part has fewer or is damaged, which is known only at its end.
    """
    with part.open("rb") as file:
        read_heading(file, coding)
        checksum = taken = 0
        while size := int.from_bytes(header := file.read(_LENGTH_BYTES), "big"):
            packet = file.read(size)
            checksum = zlib.crc32(header + packet, checksum)
            if taken < count:
                yield packet
            taken += 1
        if header != bytes(_LENGTH_BYTES) or file.read() != checksum.to_bytes(4, "big"):
            raise WriteError(part.name, "it is damaged", REMEDY)
        if taken < count:
            raise WriteError(part.name, f"it holds {taken} of {count} frames", REMEDY)
