"""Earcons: short tones before a heading, a quote or a list, so that structure is heard.

A heading rises, a quote falls, a list taps. Each tone is a sine with a soft octave above it that
dies away like a bell's. Kinds and their use after Blattner, Sumikawa and Greenberg, "Earcons and
Icons", 1989: motives of a few notes, told apart by rhythm and direction.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from narrate.splice._pydub import AudioSegment, Sine
from narrate.splice.sound import match_loudness

UNDER_LU = 6.0
"""How far under the speech an earcon is."""
GAP_MS = 120
"""Between an earcon and the speech."""
ATTACK_MS = 8
OCTAVE_DBFS = -26.0
TONE_DBFS = -12.0


class Tone(NamedTuple):
    """One note."""

    start_ms: int
    length_ms: int
    hertz: float


EARCONS: Mapping[str, tuple[Tone, ...]] = {
    "heading": (Tone(0, 200, 523.25), Tone(110, 220, 783.99)),  # C5, G5
    "quote": (Tone(0, 180, 587.33), Tone(100, 200, 440.00)),  # D5, A4
    "list": (Tone(0, 110, 659.26), Tone(70, 110, 659.26)),  # E5, E5
}


@lru_cache(maxsize=len(EARCONS))
def make_earcon(name: str, rate_hz: int, speech_lufs: float) -> bytes:
    """The earcon `name` and the gap after it, for speech of `speech_lufs`; 16-bit mono."""
    tones = EARCONS[name]
    length_ms = max(tone.start_ms + tone.length_ms for tone in tones)
    mix = AudioSegment.silent(length_ms, frame_rate=rate_hz)
    for tone in tones:
        for hertz, volume in ((tone.hertz, TONE_DBFS), (2 * tone.hertz, OCTAVE_DBFS)):
            note = Sine(hertz, sample_rate=rate_hz).to_audio_segment(tone.length_ms, volume)
            note = note.fade_in(ATTACK_MS).fade_out(tone.length_ms - ATTACK_MS)
            mix = mix.overlay(note, position=tone.start_ms)
    pcm: bytes = mix.raw_data
    gap = bytes(2 * (GAP_MS * rate_hz // 1000))
    return match_loudness(pcm, rate_hz, speech_lufs - UNDER_LU) + gap
