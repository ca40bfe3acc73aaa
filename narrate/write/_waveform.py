"""The picture of the sound: how loud each tenth of a second is, and bars made of that."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from narrate.base.model import Segment

STEP_MS = 100
BARS = 280
HEIGHT = 100
LEAST = 3
"""The height of silence, so that the line is seen to go on."""


def write_peaks(segment: Segment, path: Path) -> None:
    """Write a byte for each tenth of a second of `segment`: its highest sample, 255 at most."""
    import numpy as np

    step = segment.rate_hz * STEP_MS // 1000
    with segment.pcm.open("rb") as pcm, path.open("wb") as file:
        while block := pcm.read(2 * step * 600):
            samples = np.abs(np.frombuffer(block, "<i2").astype(np.int32))
            starts = np.arange(0, len(samples), step)
            file.write((np.maximum.reduceat(samples, starts) // 129).astype(np.uint8).tobytes())


def draw_waveform(peaks: bytes, bars: int = BARS) -> str:
    """The path of an SVG, `bars` wide and HEIGHT high: a bar for each stretch of the sound.

    A bar is as high as the peaks in it are on average, the highest as high as the picture.
    """
    count = min(bars, len(peaks))
    if not count:
        return ""
    borders = [len(peaks) * number // count for number in range(count + 1)]
    means = [sum(peaks[start:end]) / (end - start) for start, end in pairwise(borders)]
    return "".join(_draw_bars(means, bars / count))


def _draw_bars(means: Sequence[float], width: float) -> list[str]:
    highest = max(1, *means)
    paths = []
    for number, mean in enumerate(means):
        height = max(LEAST, round(HEIGHT * mean / highest))
        top = (HEIGHT - height) / 2
        paths.append(
            f"M{number * width:.1f} {top:g}h{0.62 * width:.2f}v{height}h-{0.62 * width:.2f}z"
        )
    return paths
