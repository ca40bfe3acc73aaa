"""Clips in, passages out: each utterance's sound as it is heard, and what is around it.

Here a clip is trimmed and levelled, an earcon goes before it, a bed under it, and the intro and
the outro to the ends. Whoever joins passages, into chapters or a stream, only counts samples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from narrate.base.model import Clip, Script, Utterance, Voice
from narrate.splice import sound
from narrate.splice._trim import trim_clip
from narrate.splice.earcons import make_earcon
from narrate.splice.level import (
    ENCODERS_LOSE_LU,
    LOUDEST_LUFS,
    find_level,
    level_pcm,
    speech_loudness,
)


class Passage(NamedTuple):
    """What is heard of one utterance. All samples are signed 16-bit mono at the clip's rate."""

    utterance: Utterance
    before: bytes
    """The intro, an earcon."""
    clip: Clip
    """The speech; its samples are as many as the trimmed clip's."""
    after: bytes
    """The pause, the outro."""
    silence: int
    """How many samples at the end of `after` are silent."""


def make_passages(
    script: Script, clips: Iterable[Clip], voice: Voice | None, loudness: float | None
) -> Iterator[Passage]:
    """The passages of the script's utterances, in order.

    `voice` says what is heard around the speech (None: nothing), `loudness` in LUFS how loud the
    speech becomes (None: as it is); the voice must then have been measured (`voice.level`).
    """
    dresser = _Dresser(script, voice, loudness)
    for index, (utterance, clip) in enumerate(zip(script.utterances, clips, strict=True)):
        yield dresser.dress(index, utterance, trim_clip(clip))


class _Dresser:
    def __init__(self, script: Script, voice: Voice | None, loudness: float | None) -> None:
        self._last = len(script.utterances) - 1
        self._opening = _last_announcement(script)
        self._level = find_level(voice, loudness) if voice and loudness is not None else None
        self._loudness = _target(voice, loudness)
        self._files = dict(voice.sound) if voice else {}
        self._bed: sound.Bed | None = None

    def dress(self, index: int, utterance: Utterance, clip: Clip) -> Passage:
        rate_hz, pcm, before = clip.rate_hz, clip.pcm, b""
        if index == 0:
            before = self._begin(rate_hz)
        if self._level and pcm:
            pcm = level_pcm(pcm, rate_hz, self._level)
        pause = bytes(2 * (utterance.pause_ms * rate_hz // 1000))
        if self._bed and index <= self._opening:
            under = self._bed.lay_under(pcm + pause, last=index == self._opening)
            pcm, pause = under[: len(pcm)], under[len(pcm) :]
        if utterance.earcon and pcm:
            before += make_earcon(utterance.earcon, rate_hz, self._loudness)
        after = pause + self._end(rate_hz) if index == self._last else pause
        silence = (len(after) - len(after.rstrip(b"\0"))) // 2
        return Passage(utterance, before, replace(clip, pcm=pcm), after, silence)

    def _begin(self, rate_hz: int) -> bytes:
        """What is heard before the first utterance; the bed begins."""
        before = b""
        if "intro" in self._files:
            before += self._load("intro", rate_hz, self._loudness) + _gap(rate_hz)
        if "bed" in self._files:
            under = self._loudness - sound.BED_UNDER_LU
            self._bed = sound.Bed(self._load("bed", rate_hz, under), rate_hz)
            before += self._bed.lead()
        return before

    def _end(self, rate_hz: int) -> bytes:
        """What is heard after the last utterance."""
        if "outro" not in self._files:
            return b""
        return _gap(rate_hz) + self._load("outro", rate_hz, self._loudness)

    def _load(self, key: str, rate_hz: int, loudness: float) -> bytes:
        return sound.load_sound(key, self._files[key], rate_hz, loudness)


def _last_announcement(script: Script) -> int:
    """Index of the last utterance in front of the text; the first one's where there is none."""
    count = next(
        (index for index, said in enumerate(script.utterances) if said.block is not None), 0
    )
    return max(count - 1, 0)


def _target(voice: Voice | None, loudness: float | None) -> float:
    """How loud the levelled speech is in front of the encoders."""
    if loudness is not None:
        return loudness + ENCODERS_LOSE_LU
    return speech_loudness(voice) if voice else LOUDEST_LUFS


def _gap(rate_hz: int) -> bytes:
    return bytes(2 * (sound.GAP_MS * rate_hz // 1000))
