"""How loud a sound is to a listener: integrated loudness after ITU-R BS.1770-4.

The sound is K-weighted (a shelf that lifts what is above 1.7 kHz by 4 dB, then a high-pass at
38 Hz), its power is taken over 400 ms at every 100 ms, and quiet stretches do not count: those
below -70 LUFS, and those more than 10 LU below the mean of the rest.
"""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

OFFSET_LU = -0.691
"""So that a 997 Hz sine at full scale reads -3.01 LUFS."""
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE = 0.1
"""Of the mean power: 10 LU."""
STEPS_A_SECOND = 10
WINDOW_STEPS = 4
FULL_SCALE = 32_768
CHUNK_STEPS = 20
TAIL_SECONDS = 0.25
"""What the weighting remembers: its impulse response is below -150 dB by then."""


def measure_loudness(pcm: bytes, rate_hz: int) -> float:
    """The integrated loudness in LUFS of signed 16-bit mono samples; -inf for silence.

    What is shorter than 400 ms is measured as if silence followed.
    """
    import numpy as np

    powers = _step_powers(np.frombuffer(pcm, "<i2"), rate_hz)
    windows = np.convolve(powers, np.full(WINDOW_STEPS, 1 / WINDOW_STEPS), "valid")
    loud = windows[windows > 10 ** ((ABSOLUTE_GATE_LUFS - OFFSET_LU) / 10)]
    if not len(loud):
        return -math.inf
    loud = loud[loud > RELATIVE_GATE * loud.mean()]
    return OFFSET_LU + 10 * math.log10(loud.mean())


def _step_powers(samples: "np.ndarray", rate_hz: int) -> "np.ndarray":
    """The mean power of each 100 ms of `samples` after K-weighting; full scale is 1.

    The weighting is done on the spectra of overlapping chunks: recursion, sample by sample, is
    what numpy cannot do.
    """
    import numpy as np

    step, tail = rate_hz // STEPS_A_SECOND, round(rate_hz * TAIL_SECONDS)
    steps = max(WINDOW_STEPS, len(samples) // step)
    chunk = CHUNK_STEPS * step
    size = 1 << (chunk + tail - 1).bit_length()
    response = _k_weighting(rate_hz, size) / FULL_SCALE
    powers = []
    for start in range(0, steps * step, chunk):
        before = min(start, tail)
        spectrum = np.fft.rfft(samples[start - before : start + chunk], size)
        weighted = np.fft.irfft(spectrum * response, size)[before : before + chunk]
        powers.append(np.square(weighted).reshape(CHUNK_STEPS, step).mean(axis=1))
    return np.concatenate(powers)[:steps]


def _k_weighting(rate_hz: int, size: int) -> "np.ndarray":
    """The response of both filters at the frequencies of a real spectrum of `size` samples.

    The standard tabulates coefficients for 48 kHz only; these are its analogue prototypes
    (frequency, Q and gain), taken to any rate by the bilinear transform.
    """
    import numpy as np

    delay = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)

    def biquad(zeros: tuple[float, ...], poles: tuple[float, ...]) -> "np.ndarray":
        above = zeros[0] + zeros[1] * delay + zeros[2] * delay**2
        response: np.ndarray = above / (poles[0] + poles[1] * delay + poles[2] * delay**2)
        return response

    def poles(warped: float, q: float) -> tuple[float, float, float]:
        return 1 + warped / q + warped**2, 2 * (warped**2 - 1), 1 - warped / q + warped**2

    warped, q, high = math.tan(math.pi * 1681.974450955533 / rate_hz), 0.7071752369554196, 1.5848647
    band = high**0.4996667741545416
    shelf = biquad(
        (
            high + band * warped / q + warped**2,
            2 * (warped**2 - high),
            high - band * warped / q + warped**2,
        ),
        poles(warped, q),
    )
    warped, q = math.tan(math.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    below = poles(warped, q)
    # The standard leaves the high-pass unscaled: its zeros are 1, -2, 1 over a0 = 1.
    response: np.ndarray = shelf * biquad((below[0], -2 * below[0], below[0]), below)
    return response
