"""Is this clip the text? What an engine gives is looked at before it is believed."""

from narrate.base.errors import SpeakError
from narrate.base.model import Clip, Voice

SHORTEST, LONGEST = 0.15, 12.0
"""Bounds on a clip's length as factors on the voice's measured pace. Speech of prose lies within
half and twice of it; numbers and letters that are spelled take up to ten times as long."""
LONGEST_EXTRA_S = 5.0
JUDGED_LETTERS = 12
"""Shorter texts ("A." or "1,000,000") say too little about their length."""


def check_clip(clip: Clip, text: str, voice: Voice) -> Clip:
    """`clip` itself, or one without samples where the voice has no sound for `text`.

    Raises SpeakError when the samples are no whole frames, the length cannot be that of `text`, a
    word lies outside, or a text with Latin letters or digits gave silence.
    """
    if len(clip.pcm) % 2 or clip.rate_hz <= 0:
        raise SpeakError(voice.engine, "it gave broken samples")
    samples = len(clip.pcm) // 2
    if not clip.pcm.strip(b"\0"):
        if any(character.isascii() and character.isalnum() for character in text):
            raise SpeakError(voice.engine, "it gave silence")
        return Clip(b"", clip.rate_hz)
    letters = sum(character.isalnum() for character in text)
    expected = len(text) / (voice.characters_per_second * voice.speed)
    seconds = samples / clip.rate_hz
    if letters >= JUDGED_LETTERS and seconds < SHORTEST * expected:
        raise SpeakError(voice.engine, f"{seconds:.1f} seconds are too short for the text")
    if seconds > LONGEST * expected + LONGEST_EXTRA_S:
        raise SpeakError(voice.engine, f"{seconds:.1f} seconds are too long for the text")
    if any(not 0 <= word.first <= word.last <= samples for word in clip.words):
        raise SpeakError(voice.engine, "it timed a word outside the sound")
    return clip
