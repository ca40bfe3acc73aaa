"""A pyttsx3 driver for espeak-ng that loses nothing.

pyttsx3's own espeak driver asks the library for sound in its asynchronous mode: an utterance is
cut or mixed with the next when the caller is quick, and errors are swallowed. This one uses the
synchronous mode, in which `espeak_Synth` returns when the last sample has been handed over, and
gives samples and word events to a callable in place of a file.

The library and its data come from `espeakng_loader`, so no system package is needed. espeak-ng
keeps global state: one driver in a process, initialised once, never again.
"""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

DRIVER = "narrate_espeak"
BUFFER_MS = 60_000
# espeak-ng speaks by itself up to this speed; above, it hands slower speech to a time compressor,
# which works on the speech of NORMAL_WPM (constants of its speech.h and sonic set-up).
FASTEST_UNCOMPRESSED_WPM = 449
NORMAL_WPM = 175
IPA = 0x02
"""The bit of espeak_TextToPhonemes' mode that asks for the phonetic alphabet."""


@dataclass(frozen=True, slots=True)
class WordEvent:
    """Where espeak-ng says that it begins a word."""

    position: int
    """Character in the text, from 0."""
    length: int
    sample: int
    """Sample in the utterance, from 0."""


Sink = Callable[[bytes, list[WordEvent]], None]


def load_library() -> ModuleType:
    """pyttsx3's bindings of espeak-ng, made to use the library that came by pip.

    The bindings look for the system's library under fixed names. Whatever they ask for, they get
    ours: that holds on every platform and whatever else is installed.
    """
    import espeakng_loader

    path = espeakng_loader.get_library_path()
    library = ctypes.CDLL(path)
    ctypes.cdll.LoadLibrary = lambda name: library  # type: ignore[method-assign]  # noqa: ARG005
    try:
        from pyttsx3.drivers import _espeak
    finally:
        del ctypes.cdll.LoadLibrary
    bindings: ModuleType = _espeak
    return bindings


class EspeakDriver:
    """What pyttsx3 asks of a driver; its `save_to_file` takes a `Sink` for a file name."""

    def __init__(self, proxy: Any) -> None:  # noqa: ANN401 pyttsx3 has no types
        import espeakng_loader

        self._proxy = proxy
        self._espeak = load_library()
        data = espeakng_loader.get_data_path().encode()
        self.rate_hz: int = self._espeak.Initialize(
            self._espeak.AUDIO_OUTPUT_SYNCHRONOUS, BUFFER_MS, data
        )
        if self.rate_hz <= 0:
            raise RuntimeError("espeak-ng could not be initialised")
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._wpm = NORMAL_WPM
        self._voice = ""
        self._flags = self._espeak.CHARS_UTF8
        self._pcm: list[bytes] = []
        self._samples = 0
        self._events: list[WordEvent] = []
        self._espeak.SetSynthCallback(self._take)

    def _take(self, samples: Any, count: int, events: Any) -> int:  # noqa: ANN401 ctypes pointers
        base = self._samples
        if samples and count:
            self._pcm.append(ctypes.string_at(samples, count * 2))
            self._samples += count
        index = 0
        while (event := events[index]).type != self._espeak.EVENT_LIST_TERMINATED:
            if event.type == self._espeak.EVENT_WORD and event.length > 0:
                sample = self._sample_heard(base, event.sample)
                self._events.append(WordEvent(event.text_position - 1, event.length, sample))
            index += 1
        return 0

    def _sample_heard(self, base: int, sample: int) -> int:
        """The sample of the output at which an event falls.

        The event counts from `base`, the output so far, but in samples of speech not yet
        compressed. What the compressor holds back at `base` is under 13 ms.
        """
        if self._wpm <= FASTEST_UNCOMPRESSED_WPM:
            return sample
        return base + (sample - base) * NORMAL_WPM // self._wpm

    def save_to_file(self, text: str, sink: Sink) -> None:
        """Speak `text` and hand the samples (signed 16-bit) and the word events to `sink`."""
        self._pcm.clear()
        self._samples = 0
        self._events.clear()
        status = self._espeak.Synth(text.encode(), flags=self._flags)
        if status != self._espeak.EE_OK:
            raise RuntimeError(f"espeak-ng answered {status}")
        sink(b"".join(self._pcm), list(self._events))

    def transcribe(self, text: str) -> str:
        """How `text` would be said, in the International Phonetic Alphabet."""
        # Whether [[ ]] holds phonemes is kept from the last synthesis: so one of silence.
        self._espeak.Synth(b" ", flags=self._flags)
        # The engine moves the pointer to what is left, and to NULL after the last clause.
        rest = ctypes.c_char_p(text.encode())
        clauses = []
        while rest.value is not None:
            clause = self._library.espeak_TextToPhonemes(
                ctypes.byref(rest), self._espeak.CHARS_UTF8, IPA
            )
            clauses.append((clause or b"").decode().strip())
        return " ".join(filter(None, clauses))

    def setProperty(self, name: str, value: Any) -> None:  # noqa: ANN401, N802 pyttsx3's name
        """Set the voice (espeak-ng's name for it), the rate (words a minute) or the phonemes.

        `phonemes` says whether text inside [[ ]] is mnemonics of the engine.
        """
        if name == "voice":
            if value == self._voice:  # to set it again takes as long as a second of speech
                return
            self._voice = ""
            if self._espeak.SetVoiceByName(str(value).encode()) != self._espeak.EE_OK:
                raise LookupError(f"espeak-ng has no voice {value}")
            self._voice = value
        elif name == "rate":
            self._wpm = int(value)
            self._espeak.SetParameter(self._espeak.RATE, self._wpm, 0)
        elif name == "phonemes":
            flag = self._espeak.PHONEMES if value else 0
            self._flags = self._espeak.CHARS_UTF8 | flag
        else:
            raise KeyError(name)

    def getProperty(self, name: str) -> Any:  # noqa: ANN401, N802 pyttsx3's name
        """Give the voices as (name, language, title), or the version of the library."""
        if name == "voices":
            found = self._espeak.ListVoices(None)
            return [
                (v.identifier.decode(), v.languages[1:].decode(), v.name.decode()) for v in found
            ]
        if name == "version":
            return self._espeak.Info().decode().split()[0]
        raise KeyError(name)

    def startLoop(self) -> None:  # noqa: N802 pyttsx3's name
        """Run everything that is queued, in order, then return."""
        self._proxy.setBusy(False)

    def endLoop(self) -> None:  # noqa: N802 pyttsx3's name
        """Nothing is left to end."""

    def stop(self) -> None:
        """Nothing runs between two calls."""

    def destroy(self) -> None:
        """The library stays: initialising it again in the same process hangs."""


def open_engine() -> tuple[Any, EspeakDriver]:
    """pyttsx3's engine with this driver behind it, and the driver."""
    import pyttsx3

    module = ModuleType(f"pyttsx3.drivers.{DRIVER}")
    module.buildDriver = EspeakDriver  # type: ignore[attr-defined] # pyttsx3 asks for this name
    sys.modules[module.__name__] = module
    engine = pyttsx3.init(DRIVER)
    return engine, engine.proxy._driver  # noqa: SLF001 pyttsx3 has no door to its driver


def speak(
    engine: Any,  # noqa: ANN401 pyttsx3 has no types
    text: str,
    voice: str,
    wpm: int,
    *,
    phonemes: bool = False,
) -> tuple[bytes, list[WordEvent]]:
    """The samples and word events of `text`; what the driver raises is raised here.

    With `phonemes`, [[ ]] in `text` holds mnemonics of the engine.
    """
    failures: list[Exception] = []
    spoken: list[tuple[bytes, list[WordEvent]]] = []
    token = engine.connect("error", lambda exception, **_: failures.append(exception))
    engine.setProperty("voice", voice)
    engine.setProperty("rate", wpm)
    engine.setProperty("phonemes", phonemes)
    engine.save_to_file(text, lambda pcm, events: spoken.append((pcm, events)))
    engine.runAndWait()
    engine.disconnect(token)
    if failures:
        raise failures[0]
    return spoken[0]
