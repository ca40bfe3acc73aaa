"""Opens the engines of voices, and asks them until what they give is plausible."""

import threading
from types import ModuleType
from typing import Any, Self

from narrate.base import plugins
from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Clip, Utterance, Voice
from narrate.speak._check import check_clip

TRIES = 3


def load_engine(voice: Voice) -> ModuleType:
    """The module that speaks `voice`. Raises UsageError when there is none, or it is no engine."""
    module = plugins.load("speak", voice.engine)
    if not all(hasattr(module, name) for name in ("load", "voices", "fingerprint")):
        raise UsageError(f"voice {voice.name}", f"{voice.engine} is no engine")
    return module


def takes_phonemes(engine: ModuleType) -> bool:
    """Whether an engine takes words with their pronunciation."""
    return bool(getattr(engine, "PHONEMES", False))


class Engines:
    """The engine of each voice, opened when it is first needed, warm until this is closed.

    It may be used from several threads, and again after it was closed.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[object, ...], tuple[Any, bool]] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the engines and their processes. Calls that still run fail."""
        with self._lock:
            engines = [engine for engine, _takes in self._open.values()]
            self._open.clear()
        for engine in engines:
            engine.close()

    def prepare(self, voice: Voice) -> None:
        """Open the engine of `voice` ahead of its first sentence, if it says that it is light."""
        if getattr(load_engine(voice), "LIGHT", False):
            self._find(voice, threading.Event())

    def speak(self, utterance: Utterance, voice: Voice, ended: threading.Event) -> Clip:
        """What `voice` says for `utterance`, three times at most until it is plausible.

        Raises SpeakError after that, and once `ended` is set.
        """
        for left in reversed(range(TRIES)):
            try:
                return check_clip(self._ask(utterance, voice, ended), utterance.spoken, voice)
            except SpeakError as error:
                if not left or ended.is_set():
                    raise SpeakError(
                        f"sentence {utterance.id} “{shorten(utterance.written)}”",
                        f"{error.what}: {error.why}",
                        f"tried {TRIES} times; run again, or try another voice",
                    ) from error
        raise AssertionError("unreachable")

    def _ask(self, utterance: Utterance, voice: Voice, ended: threading.Event) -> Clip:
        engine, phonemes = self._find(voice, ended)
        clip: Clip = (
            engine(utterance.spoken, utterance.phonemes)
            if phonemes and utterance.phonemes
            else engine(utterance.spoken)
        )
        return clip

    def _find(self, voice: Voice, ended: threading.Event) -> tuple[Any, bool]:
        # What else a profile says, its cast for one, is nothing to the engine.
        key = (
            *(voice.name, voice.engine, voice.model, voice.language, voice.words_per_minute),
            *(voice.speed, voice.options, voice.reproducible),
        )
        with self._lock:
            if ended.is_set():
                raise SpeakError(voice.engine, "it has been closed")
            if key not in self._open:
                module = load_engine(voice)
                self._open[key] = module.load(voice), takes_phonemes(module)
            return self._open[key]


def shorten(text: str) -> str:
    """A sentence for a message."""
    return text if len(text) <= 60 else f"{text[:57]}…"
