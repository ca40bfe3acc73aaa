"""Stage 3, Script → Clips: each utterance in the voice's engine, checked before it is believed.

An engine is a module with

    load(voice) -> a callable, text → Clip, usable from several threads, with close()
    voices() -> (model, language, title) of each voice it brings
    fingerprint(voice) -> str, all that decides on the samples of a text

It never pads, resamples, levels or writes files, and raises SpeakError on failure.
"""

import hashlib
from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import closing
from types import ModuleType

from narrate.base import plugins
from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Clip, Script, Utterance, Voice
from narrate.base.pool import count_cores, in_order
from narrate.speak._check import check_clip

TRIES = 3
KEY_VERSION = 1
"""To be raised when the same engine and text give another clip because of a change of ours."""


def load_engine(voice: Voice) -> ModuleType:
    """The module that speaks `voice`. Raises UsageError when there is none, or it is no engine."""
    module = plugins.load("speak", voice.engine)
    if not all(hasattr(module, name) for name in ("load", "voices", "fingerprint")):
        raise UsageError(f"voice {voice.name}", f"{voice.engine} is no engine")
    return module


def speak_script(
    script: Script, voice: Voice, pool: Executor, *, jobs: int | None = None
) -> Generator[Clip]:
    """The clip of each utterance of `script`, in order, about two for each of `jobs` ahead.

    A clip that is missing, cut off or implausible for its text is spoken again, twice at most;
    then SpeakError names the sentence. A clip without samples stands for a text for which the
    voice has no sound.
    """
    with closing(load_engine(voice).load(voice)) as engine:

        def speak(utterance: Utterance) -> Clip:
            for left in reversed(range(TRIES)):
                try:
                    return check_clip(engine(utterance.spoken), utterance.spoken, voice)
                except SpeakError as error:
                    if not left:
                        raise SpeakError(
                            f"sentence {utterance.id} “{_shorten(utterance.written)}”",
                            f"{error.what}: {error.why}",
                            f"tried {TRIES} times; run again, or try another voice",
                        ) from error
            raise AssertionError("unreachable")

        window = 2 * (jobs or count_cores())
        yield from in_order(pool, speak, script.utterances, window)


def clip_keys(script: Script, voice: Voice) -> tuple[str, ...]:
    """For each utterance a hash of all that decides on its sound: 64 hexadecimal digits."""
    fingerprint = load_engine(voice).fingerprint(voice)
    common = (KEY_VERSION, voice.engine, fingerprint, voice.options)
    return tuple(
        hashlib.sha256(
            repr((*common, utterance.spoken, utterance.phonemes)).encode(
                "utf-8", "backslashreplace"
            )
        ).hexdigest()
        for utterance in script.utterances
    )


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
