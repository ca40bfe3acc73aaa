"""Takes the engine's own silence from both ends of a clip, and softens the cuts."""

from narrate.base.model import Clip, Word
from narrate.splice._pydub import AudioSegment, detect_leading_silence, to_segment

SILENCE_DBFS = -50.0
STEP_MS = 5
ROOM_MS = 10
"""What is left of the silence at either end."""
FADE_MS = 5


def trim_clip(clip: Clip) -> Clip:
    """`clip` with at most about 10 ms of silence at its ends, faded in and out over 5 ms.

    Word times move with the samples. A clip that is silent throughout comes back without samples.
    """
    if not clip.pcm:
        return clip
    sound = to_segment(clip.pcm, clip.rate_hz)
    first = _first_sound(sound)
    last = int(sound.frame_count()) - _first_sound(sound.reverse())
    if last <= first:
        return Clip(b"", clip.rate_hz)
    sound = sound.get_sample_slice(first, last)
    if len(sound) > 2 * FADE_MS:
        sound = sound.fade_in(FADE_MS).fade_out(FADE_MS)
    pcm: bytes = sound.raw_data
    return Clip(pcm, clip.rate_hz, _move(clip.words, first, len(pcm) // 2), clip.exact)


def _first_sound(sound: AudioSegment) -> int:
    """The sample from which to keep `sound`: about `ROOM_MS` before it is heard."""
    silent_ms = detect_leading_silence(sound, SILENCE_DBFS, STEP_MS)
    return int(max(0, silent_ms - ROOM_MS) * sound.frame_rate // 1000)


def _move(words: tuple[Word, ...], first: int, samples: int) -> tuple[Word, ...]:
    """`words` of a clip that has lost its first `first` samples and is `samples` long now."""

    def place(sample: int) -> int:
        return min(max(sample - first, 0), samples)

    return tuple(word._replace(first=place(word.first), last=place(word.last)) for word in words)
