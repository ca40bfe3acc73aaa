"""Another sampling rate for a clip: voices of one recording do not always share theirs.

A windowed sine cardinal at the new places, as in J. O. Smith, "Digital Audio Resampling" (1984,
https://ccrma.stanford.edu/~jos/resample/). Products and sums only, in a fixed order: the same
samples on every machine.
"""

import math
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from narrate.base.model import Clip

if TYPE_CHECKING:
    import numpy as np

ZEROS = 32
"""Zero crossings of the sine cardinal on either side."""
KAISER_BETA = 9.0
"""Of its window: what is folded back is 90 dB down."""
KEPT = 0.94
"""The share of the lower rate's band that passes."""


def resample_clip(clip: Clip, rate_hz: int) -> Clip:
    """`clip` at `rate_hz`; words move with their samples."""
    if clip.rate_hz == rate_hz:
        return clip
    ratio = Fraction(rate_hz, clip.rate_hz)
    length = math.ceil(len(clip.pcm) // 2 * ratio)

    def place(sample: int) -> int:
        return min(round(sample * ratio), length)

    words = tuple(w._replace(first=place(w.first), last=place(w.last)) for w in clip.words)
    return Clip(_resample(clip.pcm, ratio, length), rate_hz, words, clip.exact)


def _resample(pcm: bytes, ratio: Fraction, length: int) -> bytes:
    """`length` samples at `ratio` times the rate of `pcm`."""
    import numpy as np

    weights = _filter(ratio)
    taps = weights.shape[1]
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    samples = np.pad(samples, (taps // 2 - 1, taps))
    bases, phases = np.divmod(np.arange(length) * ratio.denominator, ratio.numerator)
    sound = np.zeros(length, np.float32)
    for tap in range(taps):
        sound += samples[bases + tap] * weights[phases, tap]
    resampled: bytes = np.clip(np.rint(sound), -32_768, 32_767).astype("<i2").tobytes()
    return resampled


@cache
def _filter(ratio: Fraction) -> "np.ndarray":
    """The weights of the neighbours of a new sample (columns), by its place between two (rows)."""
    import numpy as np

    band = KEPT * min(1.0, float(ratio))
    reach = math.ceil(ZEROS / band)
    places = np.arange(1 - reach, reach + 1) - np.arange(ratio.numerator)[:, np.newaxis] / (
        ratio.numerator
    )
    window = np.i0(KAISER_BETA * np.sqrt(np.maximum(0.0, 1 - (places / reach) ** 2)))
    weights = np.sinc(places * band) * window
    weights /= weights.sum(axis=1, keepdims=True)
    table: np.ndarray = weights.astype(np.float32)
    return table
