"""Stage 3, Script → Clips: each utterance in its voice's engine, checked before it is believed.

An engine is a module with

    load(voice) -> a callable, text → Clip, usable from several threads, with close()
    voices() -> (model, language, title) of each voice it brings
    fingerprint(voice) -> str, all that decides on the samples of a text

It never pads, resamples, levels or writes files, and raises SpeakError on failure. With the
constant PHONEMES = True its callable takes (text, phonemes): spans of the text with how they are to
be pronounced. A clip is spoken once and kept in the cache under a key made of all of that.
"""

import hashlib
import threading
from collections import Counter, defaultdict
from collections.abc import Generator, Sequence
from concurrent.futures import Executor
from types import ModuleType
from typing import Any, NamedTuple, Self

from narrate.base import plugins
from narrate.base.cache import Cache
from narrate.base.cast import find_voice, voices_of
from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Clip, Script, Utterance, Voice
from narrate.base.pool import count_cores, in_order
from narrate.speak._check import check_clip
from narrate.speak._clips import pack_clip, unpack_clip

__all__ = ["clip_keys", "fingerprints", "load_engine", "speak_script"]

TRIES = 3
KEY_VERSION = 3
"""To be raised when the same engine and text give another clip because of a change of ours."""
STALL_S = 300
"""An engine of ours gives up by itself after a minute; this is for the others."""
NO_CACHE = Cache()


def load_engine(voice: Voice) -> ModuleType:
    """The module that speaks `voice`. Raises UsageError when there is none, or it is no engine."""
    module = plugins.load("speak", voice.engine)
    if not all(hasattr(module, name) for name in ("load", "voices", "fingerprint")):
        raise UsageError(f"voice {voice.name}", f"{voice.engine} is no engine")
    return module


def speak_script(
    script: Script,
    voice: Voice,
    pool: Executor,
    *,
    jobs: int | None = None,
    cache: Cache = NO_CACHE,
    keys: Sequence[str] = (),
    tally: Counter[str] | None = None,
) -> Generator[Clip]:
    """The clip of each utterance of `script`, in order, about two for each of `jobs` ahead.

    A clip that stands in `cache` under its key is not spoken; one that is spoken is kept there.
    `keys` are those of the utterances (default: `clip_keys`). `tally` counts what was "spoken" and
    what "reused". A clip that is missing, cut off or implausible for its text is spoken again,
    twice at most; then SpeakError names the sentence. A clip without samples stands for a text
    for which the voice has no sound.
    """
    tally = Counter() if tally is None else tally
    keys = keys or clip_keys(script, voice)
    # Of a sentence that occurs twice, a voice with natural noise would speak two: the second waits.
    turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
    with _Engines() as engines:

        def provide(item: tuple[Utterance, str]) -> tuple[Clip, str]:
            utterance, key = item
            with turns[key]:
                if kept := cache.read(key):
                    return unpack_clip(kept), "reused"
                clip = engines.speak(utterance, find_voice(voice, utterance))
                if cache.folder:
                    cache.write(key, pack_clip(clip))
                return clip, "spoken"

        window = 2 * (jobs or count_cores())
        items = zip(script.utterances, keys, strict=True)
        try:
            for clip, how in in_order(pool, provide, items, window, STALL_S):
                tally[how] += 1
                yield clip
        except TimeoutError as error:
            said = script.utterances[sum(tally.values())]
            raise SpeakError(
                f"sentence {said.id} “{_shorten(said.written)}”",
                f"the engine has not answered for {STALL_S / 60:g} minutes",
                "run again: what was spoken is kept; or try another voice",
            ) from error


class _Engines:
    """The engine of each voice, opened when it has something to say for the first time."""

    def __init__(self) -> None:
        self._open: dict[Voice, tuple[Any, bool]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
        for engine, _takes_phonemes in self._open.values():
            engine.close()

    def speak(self, utterance: Utterance, voice: Voice) -> Clip:
        """What `voice` says for `utterance`, three times at most until it is plausible."""
        for left in reversed(range(TRIES)):
            try:
                return check_clip(self._ask(utterance, voice), utterance.spoken, voice)
            except SpeakError as error:
                if not left:
                    raise SpeakError(
                        f"sentence {utterance.id} “{_shorten(utterance.written)}”",
                        f"{error.what}: {error.why}",
                        f"tried {TRIES} times; run again, or try another voice",
                    ) from error
        raise AssertionError("unreachable")

    def _ask(self, utterance: Utterance, voice: Voice) -> Clip:
        with self._lock:
            if self._closed:
                raise SpeakError(voice.engine, "it has been closed")
            if voice not in self._open:
                module = load_engine(voice)
                self._open[voice] = module.load(voice), _takes_phonemes(module)
            engine, takes_phonemes = self._open[voice]
        clip: Clip = (
            engine(utterance.spoken, utterance.phonemes)
            if takes_phonemes and utterance.phonemes
            else engine(utterance.spoken)
        )
        return clip


def _takes_phonemes(engine: ModuleType) -> bool:
    return bool(getattr(engine, "PHONEMES", False))


def fingerprints(script: Script, voice: Voice) -> dict[str, str]:
    """For each voice that `script` needs, by name, what decides on its samples."""
    return {each.name: load_engine(each).fingerprint(each) for each in voices_of(voice, script)}


def clip_keys(
    script: Script, voice: Voice, earlier: dict[str, str] | None = None
) -> tuple[str, ...]:
    """For each utterance a hash of all that decides on its sound: 64 hexadecimal digits.

    `earlier` are fingerprints of an earlier time, by voice: the keys that the clips had then.
    """
    voices = voices_of(voice, script)
    engines = [load_engine(each) for each in voices]
    common = {
        each: _Common(
            repr(
                (
                    KEY_VERSION,
                    each.engine,
                    (earlier or {}).get(each.name) or engine.fingerprint(each),
                    each.options,
                    each.reproducible,
                )
            ),
            _takes_phonemes(engine),
        )
        for each, engine in zip(voices, engines, strict=True)
    }
    if len(voices) == 1:
        return tuple(_key(common[voice], utterance) for utterance in script.utterances)
    return tuple(
        _key(common[find_voice(voice, utterance)], utterance) for utterance in script.utterances
    )


class _Common(NamedTuple):
    """What the keys of all clips of a voice have in common."""

    text: str
    takes_phonemes: bool


def _key(common: _Common, utterance: Utterance) -> str:
    phonemes = utterance.phonemes if common.takes_phonemes else ()
    said = f"{common.text}\n{[tuple(span) for span in phonemes] or ''}\n{utterance.spoken}"
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
