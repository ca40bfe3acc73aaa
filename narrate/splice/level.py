"""One gain for a voice, and a limiter that keeps its peaks under a ceiling: podcast loudness.

A clip is levelled by itself: the gain comes from the voice's profile, where it was measured after
the limiter, so there is no second pass, encoding begins while speaking goes on, and the same clip
gives the same samples wherever it stands. Only operations that IEEE 754 rounds exactly are used
on samples, so these are the same on every machine.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from narrate.base.model import Voice

if TYPE_CHECKING:
    import numpy as np

CEILING_DBTP = -3.8
"""True peak of what is handed to the encoders, so that a listener gets at most -1 dBTP. Measured
on 18 recordings, what MP3 at 64 kb/s adds comes to -3.3, AAC to -1.9, and Opus at 32 kb/s to -1,
but for one in some 10,000 of its frames, which came to +0.5 with this and any other ceiling."""
MISSED_DB = 0.2
"""By how much four times the rate may miss a peak."""
LOUDEST_LUFS = -16.0
"""For each LU that is wanted above this, gain and ceiling rise by what follows: with the ceiling
left where it is, the limiter would have to take nearly all that the gain gives."""
LOUDER_GAIN_DB = 2.2
LOUDER_CEILING_DB = 0.65
ENCODERS_LOSE_LU = 0.2
"""MP3 loses 0.45 LU (LAME scales by 0.95), Opus 0.4 and AAC 0.05: we aim between them."""
MOST_GAIN_DB = 24.0
USUAL_LUFS = -20.0
"""How loud speech is when nobody has measured the voice."""
LOOK_AHEAD_MS = 5
"""How long before a peak the gain begins to fall."""
RELEASE_MS = 25
"""How long the gain takes to rise from nothing to one, in a straight line."""

BLOCK = 32
"""Samples for which one peak is found; the gain is a straight line between their middles."""
PIECE_BLOCKS = 1024
"""Blocks that are worked on at a time; they fit into a processor's cache."""
TAPS = 6
"""On either side of a point between two samples."""
PIECE_LENGTH = PIECE_BLOCKS * BLOCK + 2 * TAPS


class Level(NamedTuple):
    """What is done to a sound."""

    gain_db: float
    ceiling_dbtp: float = CEILING_DBTP


def find_level(voice: Voice, loudness: float) -> Level:
    """What brings the speech of `voice` to `loudness` LUFS.

    The gain is read from `voice.level`, in straight lines between what was measured; below the
    quietest measured loudness, where the limiter has nothing to do, a dB is a LU.
    """
    table = dict(voice.level)
    speeds = table.pop("speeds")
    curve = sorted(
        (float(target), _interpolate(voice.speed, speeds, gains)) for target, gains in table.items()
    )
    targets, gains = zip(*curve, strict=True)
    louder = max(loudness - LOUDEST_LUFS, 0.0)
    quieter = min(loudness - targets[0], 0.0)
    gain_db = _interpolate(loudness - louder, targets, gains) + quieter
    return Level(gain_db + louder * LOUDER_GAIN_DB, CEILING_DBTP + louder * LOUDER_CEILING_DB)


def speech_loudness(voice: Voice) -> float:
    """How loud `voice` is by itself, in LUFS; what engines usually are if it was not measured."""
    quiet = -30.0
    return quiet - find_level(voice, quiet).gain_db if voice.level else USUAL_LUFS


def _interpolate(place: float, places: Sequence[float], values: Sequence[float]) -> float:
    """The value at `place`, in straight lines between the given; the last ones go on level."""
    if place <= places[0]:
        return values[0]
    for (low, before), (high, after) in pairwise(zip(places, values, strict=True)):
        if place <= high:
            return before + (after - before) * (place - low) / (high - low)
    return values[-1]


def level_pcm(pcm: bytes, rate_hz: int, level: Level) -> bytes:
    """`pcm` (signed 16-bit mono) with the gain of `level`, and no true peak above its ceiling.

    As many samples come back, in their places.
    """
    import numpy as np

    samples = np.frombuffer(pcm, "<i2")
    blocks = -(-len(samples) // BLOCK)
    loud = np.zeros(blocks * BLOCK + 2 * TAPS, np.float32)
    sound = loud[TAPS : TAPS + len(samples)]
    np.multiply(samples, np.float32(10 ** (level.gain_db / 20)), out=sound, casting="same_kind")
    ceiling = np.float32(32_768 * 10 ** ((level.ceiling_dbtp - MISSED_DB) / 20))
    pieces = range(0, blocks, PIECE_BLOCKS)
    found = [_true_peaks(loud[start * BLOCK :][:PIECE_LENGTH], ceiling) for start in pieces]
    peaks = np.concatenate([np.zeros(0, np.float32), *found])
    if np.any(peaks > ceiling):
        curve = _gain_curve(ceiling / np.maximum(peaks, ceiling), rate_hz)
        for start in pieces:
            part = loud[TAPS + start * BLOCK : TAPS + min(start + PIECE_BLOCKS, blocks) * BLOCK]
            part *= _between(curve[start : start + len(part) // BLOCK + 2])
    levelled: bytes = np.rint(sound, out=sound).astype("<i2").tobytes()
    return levelled


def _true_peaks(sound: "np.ndarray", ceiling: "np.float32") -> "np.ndarray":
    """The highest level in each block of `sound`, which has `TAPS` samples more at either end.

    Peaks between samples are found at four times the rate, as in ITU-R BS.1770-4, annex 2, but
    with a windowed sine cardinal, which reads low frequencies exactly. They are looked for only
    where the samples leave it open whether they pass the ceiling.
    """
    import numpy as np

    middle, even, odd = _interpolator()
    body = np.abs(sound[TAPS:-TAPS])
    peaks = np.maximum.reduceat(body, np.arange(0, len(body), BLOCK))
    nearby = np.pad(peaks, 1, constant_values=32_768)
    nearby = np.maximum(np.maximum(nearby[:-2], nearby[2:]), peaks)
    most = 2 * sum(abs(tap) for tap in middle)
    hot = np.flatnonzero(nearby * np.float32(most) > ceiling)
    # One block a column: then a shift in time is a slice of whole rows.
    rows = np.arange(1, BLOCK + 2 * TAPS)[:, np.newaxis]
    columns = sound[rows + BLOCK * hot]
    half, sums, differences = np.zeros((3, BLOCK, len(hot)), np.float32)
    for tap in range(TAPS):
        before = columns[TAPS - 1 - tap : TAPS - 1 - tap + BLOCK]
        after = columns[TAPS + tap : TAPS + tap + BLOCK]
        both = before + after
        half += both * np.float32(middle[tap])
        sums += both * np.float32(even[tap])
        differences += (before - after) * np.float32(odd[tap])
    # A quarter and three quarters on are sums ± differences: the larger one is |s| + |d|.
    between = np.maximum(np.abs(half), np.abs(sums) + np.abs(differences)).max(axis=0)
    peaks[hot] = np.maximum(peaks[hot], between)
    return peaks


@cache
def _interpolator() -> tuple[list[float], list[float], list[float]]:
    """Weights for the points one half, and one and three quarters of the way to the next sample.

    The nth belongs to the nth neighbours on both sides; the second and third list are the even
    and the odd part of the quarters' weights.
    """

    def weights(shift: float) -> list[float]:
        places = [tap + shift for tap in range(TAPS)]
        return [
            math.sin(math.pi * place)
            / (math.pi * place)
            * math.cos(place * math.pi / 2 / TAPS) ** 2
            for place in places
        ]

    middle, near, far = weights(0.5), weights(0.25), weights(0.75)
    whole, quarters = 2 * sum(middle), 2 * (sum(near) + sum(far))
    return (
        [weight / whole for weight in middle],
        [(one + other) / quarters for one, other in zip(near, far, strict=True)],
        [(one - other) / quarters for one, other in zip(near, far, strict=True)],
    )


def _gain_curve(needed: "np.ndarray", rate_hz: int) -> "np.ndarray":
    """A smooth gain that is nowhere above the `needed` one of each block.

    There is one value a block, and one more at either end.
    """
    import numpy as np

    reach = max(1, round(LOOK_AHEAD_MS * rate_hz / 1000 / BLOCK / 2))
    gains = np.pad(needed.astype(np.float64), 2 * reach + 2, constant_values=1.0)
    gains = np.min(
        [gains[shift : len(gains) - 2 * reach - 2 + shift] for shift in range(2 * reach + 3)],
        axis=0,
    )
    rise = BLOCK * 1000 / (RELEASE_MS * rate_hz) * np.arange(len(gains))
    # Rising by no more than so much a block is a running minimum on a slope.
    gains = np.minimum(np.minimum.accumulate(gains - rise) + rise, 1.0)
    width = 2 * reach + 1
    last = len(gains) - width + 1
    smooth = sum((gains[shift : last + shift] for shift in range(width)), np.zeros(last))
    curve: np.ndarray = (smooth / width).astype(np.float32)
    return curve


def _between(curve: "np.ndarray") -> "np.ndarray":
    """A gain for each sample: straight lines between the blocks' middles."""
    import numpy as np

    place = (np.arange(BLOCK // 2, dtype=np.float32) + np.float32(0.5)) / np.float32(BLOCK)
    lines = np.empty((len(curve) - 2, BLOCK), np.float32)
    middles = curve[1:-1, np.newaxis]
    rising = place[::-1]
    lines[:, : BLOCK // 2] = middles + (curve[:-2, np.newaxis] - middles) * rising
    lines[:, BLOCK // 2 :] = middles + (curve[2:, np.newaxis] - middles) * place
    return lines.reshape(-1)
