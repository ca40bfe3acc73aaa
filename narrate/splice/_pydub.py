"""pydub, imported without its warning: it looks for ffmpeg, which nothing here needs."""

import os
import warnings

os.environ.setdefault("PATH", os.defpath)  # pydub looks for programs on import, and must find one
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pydub import AudioSegment
    from pydub.generators import Sine
    from pydub.silence import detect_leading_silence

__all__ = ["AudioSegment", "Sine", "detect_leading_silence", "to_segment"]


def to_segment(pcm: bytes, rate_hz: int) -> AudioSegment:
    """Signed 16-bit mono samples as pydub has them."""
    return AudioSegment(pcm, sample_width=2, frame_rate=rate_hz, channels=1)
