"""The system's own voices, through pyttsx3: ``nsss`` on macOS, ``sapi5`` on Windows.

A profile's [options] names the `driver`: one that pyttsx3 brings, or the dotted path of a module
that is one; without it, it is the system's. `model` is what the driver calls the voice, and may be
empty for the one that is set in the system. Each utterance is spoken into a file by a process of
its own. The words are timed by their letters.
"""

import json
import platform
import struct
import subprocess
import tempfile
import threading
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Clip, Voice
from narrate.speak import _system_child as child
from narrate.speak._align import share_time
from narrate.speak._child import command
from narrate.speak._sayable import has_words, keep_sayable
from narrate.speak._words import find_words

TIMEOUT_S = 120
DRIVERS = {"Darwin": "nsss", "Windows": "sapi5"}
"""pyttsx3's driver for the voices that a system brings, by `platform.system()`."""
SILENT = 100
"""Samples up to this size, of 32,767, are no speech."""
UNKNOWN_SIZES = (0, 0x7FFF_F000)
"""What a writer that does not know the size puts into the header: 0, or from so much on."""
MOST_NAMED = 5


def load(voice: Voice) -> "Engine":
    """An engine that speaks with `voice`. Raises UsageError where there is no driver for it."""
    return Engine(voice)


def voices() -> list[tuple[str, str, str]]:
    """The voices of this system: (name for `model` in a profile, language, title)."""
    driver = DRIVERS.get(platform.system())
    return list_voices(driver) if driver else []


def list_voices(driver: str) -> list[tuple[str, str, str]]:
    """The voices of a driver. Raises SpeakError when it cannot tell."""
    with Engine(Voice("", "system", "", options=(("driver", driver),))) as engine:
        return [tuple(voice) for voice in engine.ask({})[0]["voices"]]


def fingerprint(voice: Voice) -> str:
    """All that we know to decide on the samples of a text; voices have no versions to ask for."""
    system = f"{platform.system()}-{platform.release()}"
    return f"pyttsx3-{version('pyttsx3')}/{_driver(voice)}/{system}/{voice.model}/{_wpm(voice)}"


def _driver(voice: Voice) -> str:
    driver = dict(voice.options).get("driver") or DRIVERS.get(platform.system())
    if not driver:
        raise UsageError(
            f"voice {voice.name}", "this system has no voices of its own", "name a driver"
        )
    return driver


def _wpm(voice: Voice) -> int:
    return round(voice.words_per_minute * voice.speed)


class Engine:
    """Text to `Clip`, callable from several threads at once."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._driver = _driver(voice)
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, text: str) -> Clip:
        """Speak `text`.

        Raises SpeakError when the driver fails, hangs, or leaves no whole file; UsageError when it
        does not know the voice.
        """
        sayable = keep_sayable(text, self._voice.language)
        if not has_words(sayable):
            return Clip(b"", 22_050)
        request = {"text": sayable, "voice": self._voice.model, "wpm": _wpm(self._voice)}
        found, data = self.ask(request)
        if found["status"] == child.NO_VOICE:
            raise self._unknown_voice([name for name, _, _ in found["voices"]])
        pcm, rate_hz = self._read(data)
        heard = [
            place for place, sample in enumerate(memoryview(pcm).cast("h")) if abs(sample) > SILENT
        ]
        words = share_time(find_words(sayable), heard[0], heard[-1] + 1) if heard else []
        return Clip(pcm, rate_hz, tuple(words), exact=False)

    def ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The answer to `request`, and the file that was written for it."""
        with tempfile.TemporaryDirectory(prefix="narrate-") as folder:
            # What macOS writes is AIFF, whatever the name says.
            sound = Path(folder, "speech.aiff" if self._driver == "nsss" else "speech.wav")
            answer = Path(folder, "answer.json")
            paths = {"path": str(sound), "answer": str(answer)}
            self._run({"driver": self._driver, **paths, **request})
            if not answer.exists():
                raise SpeakError(self._driver, "it crashed")
            found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
            if found["status"] == child.NO_DRIVER:
                raise UsageError(f"voice {self._voice.name}", found["why"])
            if found["status"] == child.FAILED:
                raise SpeakError(self._driver, found["why"])
            return found, sound.read_bytes() if sound.exists() else b""

    def _run(self, request: dict[str, Any]) -> None:
        """Let a process of its own answer `request`. Raises SpeakError when time is up."""
        with subprocess.Popen(  # noqa: S603 our own interpreter
            command("_system_child", []),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # drivers print; what went wrong is in the answer
        ) as process:
            with self._lock:
                self._running.add(process)
            try:
                assert process.stdin  # it stays open: the process ends when we do
                process.stdin.write(json.dumps(request).encode() + b"\n")
                process.stdin.flush()
                process.wait(TIMEOUT_S)
            except subprocess.TimeoutExpired:
                raise SpeakError(self._driver, "it did not answer in time") from None
            except OSError as error:
                raise SpeakError(self._driver, "its process ended") from error
            finally:
                process.kill()
                with self._lock:
                    self._running.discard(process)

    def _unknown_voice(self, known: list[str]) -> UsageError:
        near = get_close_matches(self._voice.model, known, n=1)
        some = ", ".join(known[:MOST_NAMED])
        remedy = f"did you mean {near[0]}?" if near else f"it has: {some}"
        return UsageError(
            f"voice {self._voice.name}", f"{self._driver} has no {self._voice.model}", remedy
        )

    def _read(self, data: bytes) -> tuple[bytes, int]:
        """Samples and rate of a WAV or AIFF file."""
        import io

        import soundfile

        order = {b"RIFF": "<I", b"FORM": ">I"}.get(data[:4])
        if not order or len(data) < 12:
            raise SpeakError(self._driver, "it wrote no sound")
        size = struct.unpack_from(order, data, 4)[0]
        if UNKNOWN_SIZES[0] < size < UNKNOWN_SIZES[1] and size + 8 > len(data):
            raise SpeakError(self._driver, "its file is cut off")
        try:
            samples, rate_hz = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
        except soundfile.SoundFileError as error:
            raise SpeakError(self._driver, f"its file cannot be read: {error}") from error
        pcm: bytes = samples.mean(axis=1).round().astype("<i2").tobytes()
        return pcm, int(rate_hz)

    def close(self) -> None:
        """End what is still being said."""
        with self._lock:
            for process in self._running:
                process.kill()
