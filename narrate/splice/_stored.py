"""What the cache keeps of a joined chapter beside its encoded parts: where each clip lies in it.

With it the chapter's cues are made anew from the script, so a chapter is known again even where
its sentences have other numbers or times than before.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from narrate.base.cache import hash_file
from narrate.base.cast import find_voice, voices_of
from narrate.base.model import Script, Voice, Word
from narrate.base.profile import SOUND_FILES
from narrate.splice.passages import last_announcement
from narrate.splice.timeline import Placed

KEY_VERSION = 2
"""To be raised when the same clips give another chapter because of a change of ours."""


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A chapter as it was joined."""

    rate_hz: int
    samples: int
    clips: tuple[Placed, ...]
    """One for each of its utterances."""


def chapter_bounds(script: Script) -> list[tuple[int, int]]:
    """For each chapter of `script` its first utterance and the one after its last."""
    firsts = [chapter.first for chapter in script.chapters]
    return list(zip(firsts, [*firsts[1:], len(script.utterances)], strict=True))


def segment_keys(
    script: Script, clip_keys: Sequence[str], voice: Voice, loudness: float | None
) -> tuple[str, ...]:
    """For each chapter of `script` a hash of all that decides on its samples, as 64 digits.

    That is the clips' keys, the silences and sounds between them, and what levels them.
    """
    sounds = [
        (key, hash_file(Path(value)) if key in SOUND_FILES else value) for key, value in voice.sound
    ]
    voices = voices_of(voice, script)
    levels = [(each.engine, each.model, each.speed, each.level) for each in voices]
    common = repr((KEY_VERSION, loudness, sounds, levels)).encode()
    opening, last = last_announcement(script), len(script.utterances) - 1
    keys = []
    for first, end in chapter_bounds(script):
        digest = hashlib.sha256(common)
        for index in range(first, end):
            said = script.utterances[index]
            # What is heard at the ends and under the opening depends on the place in the whole.
            place = index == 0, index <= opening, index == last
            speaker = voices.index(find_voice(voice, said)) if len(voices) > 1 else 0
            digest.update(
                repr((clip_keys[index], said.pause_ms, said.earcon, place, speaker)).encode()
            )
        keys.append(digest.hexdigest())
    return tuple(keys)


def pack_segment(stored: StoredSegment) -> bytes:
    """`stored` as bytes for the cache."""
    clips = [
        [clip.first, clip.samples, clip.exact, [[*w[:4], int(w.exact)] for w in clip.words]]
        for clip in stored.clips
    ]
    record = [stored.rate_hz, stored.samples, clips]
    return json.dumps(record, separators=(",", ":")).encode()


def unpack_segment(data: bytes) -> StoredSegment:
    """The chapter that `pack_segment` made `data` of."""
    rate_hz, samples, clips = json.loads(data)
    placed = []
    for place, length, all_exact, numbers in clips:
        words = tuple(
            Word(start, end, first, last, bool(exact)) for start, end, first, last, exact in numbers
        )
        placed.append(Placed(place, length, words, all_exact))
    return StoredSegment(rate_hz, samples, tuple(placed))
