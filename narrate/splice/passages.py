"""Clips in, passages out: each utterance's sound as it is heard, and what is around it.

Here a clip is trimmed and levelled, an earcon goes before it, a bed under it, and the intro and
the outro to the ends. Whoever joins passages, into chapters or a stream, only counts samples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from narrate.base.cast import find_voice
from narrate.base.model import Clip, Script, Utterance, Voice
from narrate.splice import sound
from narrate.splice._resample import resample_clip
from narrate.splice._trim import trim_clip
from narrate.splice.earcons import make_earcon
from narrate.splice.level import (
    ENCODERS_LOSE_LU,
    LOUDEST_LUFS,
    Level,
    find_level,
    level_pcm,
    speech_loudness,
)

LOOK_AHEAD = 32
"""How many clips may come before the narrator's first."""


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
    script: Script,
    clips: Iterable[Clip],
    voice: Voice | None,
    loudness: float | None,
    *,
    wanted: Iterable[int] | None = None,
    rate_hz: int = 0,
) -> Iterator[Passage]:
    """The passages of the script's utterances, in order; only of those at `wanted`, if given.

    `voice` says what is heard around the speech (None: nothing), `loudness` in LUFS how loud the
    speech becomes (None: as it is); the voice and its cast must then have been measured
    (`voice.level`). All come at `rate_hz`; 0 is the narrator's rate.
    """
    dresser = _Dresser(script, voice, loudness)
    places = range(len(script.utterances)) if wanted is None else wanted
    said: Iterator[tuple[int, Clip]] = zip(places, clips, strict=True)
    if not rate_hz:
        rate_hz, said = _find_rate(said, script, voice)
    for index, clip in said:
        heard = resample_clip(trim_clip(clip), rate_hz)
        yield dresser.dress(index, script.utterances[index], heard)


def _find_rate(
    said: Iterator[tuple[int, Clip]], script: Script, voice: Voice | None
) -> tuple[int, Iterator[tuple[int, Clip]]]:
    """The rate of the narrator, who is the first to speak but for a few; and `said` once more."""
    early: list[tuple[int, Clip]] = []
    for index, clip in islice(said, LOOK_AHEAD):
        early.append((index, clip))
        if voice is None or find_voice(voice, script.utterances[index]) is voice:
            return clip.rate_hz, chain(early, said)
    return early[0][1].rate_hz if early else 0, chain(early, said)


class _Dresser:
    def __init__(self, script: Script, voice: Voice | None, loudness: float | None) -> None:
        self._last = len(script.utterances) - 1
        self._opening = last_announcement(script)
        self._voice, self._wanted = voice, loudness
        self._levels: dict[tuple[str, str], Level] = {}
        self._loudness = _target(voice, loudness)
        self._files = dict(voice.sound) if voice else {}
        self._bed: sound.Bed | None = None

    def dress(self, index: int, utterance: Utterance, clip: Clip) -> Passage:
        rate_hz, pcm, before = clip.rate_hz, clip.pcm, b""
        if index == 0:
            before = self._begin(rate_hz)
        if pcm:
            pcm = self._level(utterance, pcm, rate_hz)
        pause = bytes(2 * (utterance.pause_ms * rate_hz // 1000))
        if self._bed and index <= self._opening:
            under = self._bed.lay_under(pcm + pause, last=index == self._opening)
            pcm, pause = under[: len(pcm)], under[len(pcm) :]
        if utterance.earcon and pcm:
            before += make_earcon(utterance.earcon, rate_hz, self._loudness)
        after = pause + self._end(rate_hz) if index == self._last else pause
        silence = (len(after) - len(after.rstrip(b"\0"))) // 2
        return Passage(utterance, before, replace(clip, pcm=pcm), after, silence)

    def _level(self, utterance: Utterance, pcm: bytes, rate_hz: int) -> bytes:
        """`pcm` as loud as all the others, by what its voice needs."""
        if self._voice is None or self._wanted is None:
            return pcm
        role = utterance.language, utterance.cast
        if role not in self._levels:
            speaker = find_voice(self._voice, utterance)
            self._levels[role] = find_level(speaker, self._wanted)
        return level_pcm(pcm, rate_hz, self._levels[role])

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


def last_announcement(script: Script) -> int:
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
