"""Finds the gain that brings a voice to a loudness, by letting it speak and measuring.

Shipped voices carry the result in their profiles (`benchmarks/voice_levels.py` prints it). A voice
without it is measured before it speaks. An English one says a text that is always the same: then an
edit of an article moves no gain, and what was made of its other chapters can be used again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from narrate.base.cast import find_voice, voices_of
from narrate.base.errors import SpliceError
from narrate.base.model import Article, Chapter, Clip, Script, Utterance, Voice
from narrate.splice._loudness import measure_loudness
from narrate.splice._trim import trim_clip
from narrate.splice.level import ENCODERS_LOSE_LU, LOUDEST_LUFS, MOST_GAIN_DB, Level, level_pcm

PAUSE_MS = 450
"""Between sentences at natural speed; pauses weigh a little in the loudness of the whole."""
TOLERANCE_LU = 0.02
ROUNDS = 9
STEP_DB = 0.05
"""Gains are rounded to this, so that no rounding inside a library decides on samples."""

ENGLISH = (
    "The ferry left the island a little after six, while the lamps on the quay were still lit.",
    "Nobody on board could say how long the crossing would take, or whether it would rain.",
    "“You should have called,” she said; he looked at the water and shrugged.",
    "By noon, seven of the eleven boats had come back with almost nothing in their nets.",
    "The council voted on Thursday to close the old market, which had stood for ninety years.",
    "Is it cheaper to repair the bridge, or to build another one further up the river?",
    "Engineers measured the depth every hour, wrote it down, and compared it with the tables.",
    "What they found surprised everyone: the harbour was growing shallower, year after year.",
)
OWN_CHARACTERS = 600
"""What is measured of an article in another language: about half a minute."""

Speak = Callable[[Script], Iterable[Clip]]
"""Gives the clips of a script's utterances, in order."""


def calibrate_voice(voice: Voice, speak: Speak, targets: Sequence[float], script: Script) -> Voice:
    """`voice` with the gains that bring it to each of `targets` (LUFS) at the speed it has.

    An English voice says a text of ours, any other the beginning of `script`. Raises SpliceError
    when it says nothing that could be measured.
    """
    sample = english_sample(voice) if voice.language.lower().startswith("en") else _cut(script)
    clips = [trim_clip(clip) for clip in speak(sample)]
    if not any(clip.pcm for clip in clips):
        raise SpliceError(f"voice {voice.name}", "it gave no sound to measure")
    measured = sorted({min(target, LOUDEST_LUFS) for target in targets})
    gains = {f"{target:g}": (find_gain(sample, clips, target),) for target in measured}
    return replace(voice, level=tuple(sorted({"speeds": (voice.speed,), **gains}.items())))


def calibrate_cast(
    voice: Voice,
    speak: Callable[[Voice, Script], Iterable[Clip]],
    targets: Sequence[float],
    script: Script,
) -> Voice:
    """`voice` with what levels it and those of its cast whom `script` needs.

    A voice that has its [level] keeps it; any other speaks, by `speak`, as in `calibrate_voice`.
    """

    def measure(other: Voice) -> Voice:
        own = tuple(said for said in script.utterances if find_voice(voice, said) == other)
        if other.level or not own:
            return other
        part = replace(script, utterances=own)
        return calibrate_voice(other, lambda sample: speak(other, sample), targets, part)

    needed = voices_of(voice, script)
    measured = {other: measure(other) for other in needed}
    cast = tuple((part, measured.get(other, other)) for part, other in voice.cast)
    return replace(measured[voice], cast=cast)


def english_sample(voice: Voice) -> Script:
    """About half a minute to be spoken by `voice`."""
    pause_ms = round(PAUSE_MS / voice.speed)
    utterances = tuple(
        Utterance(f"u{index:04d}", None, 0, len(text), text, text, pause_ms=pause_ms)
        for index, text in enumerate(ENGLISH, 1)
    )
    return Script(Article("", ()), (Chapter("", 0),), utterances, ())


def _cut(script: Script) -> Script:
    """The first utterances of `script`, up to `OWN_CHARACTERS` spoken."""
    lengths = accumulate(len(utterance.spoken) for utterance in script.utterances)
    count = 1 + sum(length < OWN_CHARACTERS for length in lengths)
    return replace(script, chapters=script.chapters[:1], utterances=script.utterances[:count])


def find_gain(script: Script, clips: Sequence[Clip], target: float) -> float:
    """The gain in dB with which `clips`, levelled and encoded, come to `target` LUFS."""
    wanted = target + ENCODERS_LOSE_LU
    unlevelled = measure_loudness(_join(script, clips), clips[0].rate_hz)
    # The limiter takes, but never gives: at least so much is needed.
    low, high = min(wanted - unlevelled, MOST_GAIN_DB), MOST_GAIN_DB
    gain = low
    for _ in range(ROUNDS):
        levelled = [
            replace(clip, pcm=level_pcm(clip.pcm, clip.rate_hz, Level(gain))) for clip in clips
        ]
        missing = wanted - measure_loudness(_join(script, levelled), clips[0].rate_hz)
        if abs(missing) < TOLERANCE_LU:
            break
        low, high = (gain, high) if missing > 0 else (low, gain)
        gain = (low + high) / 2
    return round(gain / STEP_DB) * STEP_DB


def _join(script: Script, clips: Sequence[Clip]) -> bytes:
    parts = []
    for utterance, clip in zip(script.utterances, clips, strict=True):
        parts += [clip.pcm, bytes(2 * (utterance.pause_ms * clip.rate_hz // 1000))]
    return b"".join(parts)
