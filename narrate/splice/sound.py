"""The audio around the speech that a profile's [sound] table asks for: intro, outro and bed.

Any file that PyAV reads will do. It comes as one channel at the voice's rate, as loud as the
speech, and faded. The bed plays under the announcements at the beginning (without them, under the
first sentence), from a second before the first word; it goes round when it is short, and is gone
when the text begins. So no chapter but the first and the last has anything of these in it.
"""

import math
from pathlib import Path

from narrate.base.errors import LimitError, UsageError
from narrate.base.model import Voice
from narrate.splice._loudness import measure_loudness
from narrate.splice._pydub import AudioSegment, to_segment
from narrate.splice.level import Level, level_pcm

MOST_MINUTES = 10
GAP_MS = 400
"""Between the intro or the outro and the speech."""
INTRO_FADES_MS = (20, 800)
OUTRO_FADES_MS = (200, 2000)
BED_FADES_MS = (1000, 2000)
BED_LEAD_MS = 1000
"""What is heard of the bed before the first word."""
BED_UNDER_LU = 20.0
PADDING_MS = 5
GAIN_STEP_DB = 0.05
"""Gains are rounded to this, so that no rounding inside a library decides on samples."""


def check_sounds(voice: Voice) -> int:
    """The milliseconds that intro, outro and bed add to a recording in `voice`.

    The files are decoded to their ends. Raises UsageError for one that is missing or cannot be
    decoded, LimitError for one that is too long.
    """
    length_ms = 0
    for key, path in voice.sound:
        if key in ("intro", "outro", "bed"):
            # The rate of the voice is not known before it speaks; any will do here.
            sound_ms = len(read_sound(key, path, 8_000)) // 16
            length_ms += BED_LEAD_MS if key == "bed" else GAP_MS + sound_ms
    return length_ms


def read_sound(key: str, path: str, rate_hz: int) -> bytes:
    """The samples of the file at `path`, signed 16-bit mono at `rate_hz`.

    `key` is its name in the profile. Raises UsageError for a file that is missing, cannot be
    decoded or has no sound in it, LimitError for one that is too long.
    """
    import av

    what, most = f"{key} {path}", 2 * 60 * MOST_MINUTES * rate_hz
    if not Path(path).is_file():
        raise UsageError(what, "there is no such file", f"see [sound] {key} in the voice's profile")
    pcm = bytearray()
    # "file:" and the whitelist: a playlist must not open addresses on the network.
    options = {"protocol_whitelist": "file"}
    try:
        with av.open(f"file:{path}", container_options=options) as container:
            if not container.streams.audio:
                raise UsageError(what, "there is no sound in it", "choose an audio file")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)
            for decoded in (*container.decode(audio=0), None):
                for frame in resampler.resample(decoded):
                    pcm += bytes(frame.planes[0])[: 2 * frame.samples]
                if len(pcm) > most:
                    raise LimitError(what, f"it is longer than {MOST_MINUTES} minutes", "cut it")
    except (av.FFmpegError, OSError) as error:
        raise UsageError(what, f"it cannot be decoded: {error.strerror}") from error
    if not pcm:
        raise UsageError(what, "there is no sound in it", "choose an audio file")
    return bytes(pcm)


def load_sound(key: str, path: str, rate_hz: int, loudness: float) -> bytes:
    """The sound at `path`, levelled to `loudness` LUFS and faded as its `key` asks for."""
    pcm = match_loudness(read_sound(key, path, rate_hz), rate_hz, loudness)
    if key == "bed":
        return pcm
    fade_in, fade_out = INTRO_FADES_MS if key == "intro" else OUTRO_FADES_MS
    sound = to_segment(pcm, rate_hz)
    half = len(sound) // 2
    faded: bytes = sound.fade_in(min(fade_in, half)).fade_out(min(fade_out, half)).raw_data
    return faded


def match_loudness(pcm: bytes, rate_hz: int, loudness: float) -> bytes:
    """`pcm` at `loudness` LUFS; silence stays what it is."""
    found = measure_loudness(pcm, rate_hz)
    if math.isinf(found):
        return pcm
    gain_db = round((loudness - found) / GAIN_STEP_DB) * GAIN_STEP_DB
    return level_pcm(pcm, rate_hz, Level(gain_db))


class Bed:
    """Music under speech: a sound without an end, of which each piece of speech takes some."""

    def __init__(self, pcm: bytes, rate_hz: int) -> None:
        self._pcm = pcm
        self._rate_hz = rate_hz
        self._place = 0

    def lead(self) -> bytes:
        """What is heard before the first word; it begins in silence."""
        piece = self._take(2 * (BED_LEAD_MS * self._rate_hz // 1000))
        faded: bytes = self._padded(piece).fade_in(BED_FADES_MS[0]).raw_data
        return faded[: len(piece)]

    def lay_under(self, pcm: bytes, *, last: bool) -> bytes:
        """`pcm` with the bed under it, which ends in silence with the `last` piece."""
        music = self._padded(self._take(len(pcm)))
        if last:
            fade_ms = min(BED_FADES_MS[1], len(music) - PADDING_MS)
            music = music.fade(to_gain=-120, end=len(music) - PADDING_MS, duration=fade_ms)
        mixed: bytes = self._padded(pcm).overlay(music).raw_data
        return level_pcm(mixed[: len(pcm)], self._rate_hz, Level(0.0))

    def _padded(self, pcm: bytes) -> AudioSegment:
        """`pcm` with silence after it: pydub counts milliseconds, and cuts what is not whole."""
        return to_segment(pcm + bytes(2 * (PADDING_MS * self._rate_hz // 1000)), self._rate_hz)

    def _take(self, size: int) -> bytes:
        rounds = -(-(self._place + size) // len(self._pcm))
        piece = (self._pcm * rounds)[self._place : self._place + size]
        self._place = (self._place + size) % len(self._pcm)
        return piece
