"""Frames that a lossy coder makes too loud: found by decoding, and turned down before it."""

from array import array
from collections.abc import Iterable, Iterator, Mapping

from narrate.base.errors import WriteError


def find_peaks(packets: Iterable[bytes], ceiling: float) -> dict[int, float]:
    """The numbers of the Opus frames that decode above `ceiling`, and their peaks; 1 is full scale.

    `packets` are one frame each, for one channel. Raises WriteError if they cannot be decoded.
    """
    from av import AudioCodecContext, FFmpegError, Packet

    context = AudioCodecContext.create("opus", "r")
    context.sample_rate = 48_000
    context.layout = "mono"
    found = {}
    try:
        for number, data in enumerate(packets):
            for frame in context.decode(Packet(data)):
                samples = memoryview(bytes(frame.planes[0])).cast("f")[: frame.samples]
                highest, lowest = max(samples), min(samples)
                peak = max(highest, -lowest)
                if peak > ceiling:
                    found[number] = peak
    except FFmpegError as error:
        raise WriteError("opus", f"the decoder failed: {error.strerror}") from error
    return found


def apply_gains(blocks: Iterable[bytes], gains: Mapping[int, float]) -> Iterator[bytes]:
    """Yield `blocks` of signed 16-bit samples, each times its gain where `gains` has one.

    A gain holds for the whole of its block; the blocks beside it lead to it and away in a line.
    """
    for number, block in enumerate(blocks):
        own = gains.get(number, 1.0)
        first = min(own, gains.get(number - 1, 1.0))
        last = min(own, gains.get(number + 1, 1.0))
        if first == last == 1.0:
            yield block
            continue
        samples = array("h", block)
        half = len(samples) / 2
        for index, sample in enumerate(samples):
            border, share = (first, 1 - index / half) if index < half else (last, index / half - 1)
            samples[index] = round(sample * (own + (border - own) * share))
        yield samples.tobytes()
