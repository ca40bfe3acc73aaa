"""The built-in engine: espeak-ng through pyttsx3, in processes of its own.

Where the system can fork, one process initialises espeak-ng and forks for each utterance; where
it cannot, each utterance has a process. Both give the same samples.
"""

import json
import os
import re
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Any, Self

from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Clip, PhonemeSpan, SpanPair, Voice, Word
from narrate.base.spans import replace_spans, written_span
from narrate.speak import _espeak_server as server
from narrate.speak._child import command
from narrate.speak._espeak_phonemes import lower

PHONEMES = True
"""Words may come with their pronunciation."""
LIGHT = True
"""Its process starts in 0.1 s of another processor, while the article is being read."""
TIMEOUT_S = 60
"""No sentence takes espeak-ng a second; a machine that is short of memory may need a while."""
LONGEST_WORD = 100
STOP_S = 1
RATE_HZ = 22_050
"""Of espeak-ng, for a clip without samples."""
READ_BYTES = 1 << 20
SLOWEST_WPM = 80
"""espeak-ng speaks no slower."""

# Code points that end or break an utterance inside the engine: controls and lone surrogates.
UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def load(voice: Voice) -> "Engine":
    """An engine that speaks with `voice`; the first of its processes is starting already."""
    return Engine(voice)


def voices() -> list[tuple[str, str, str]]:
    """The voices that espeak-ng brings: (name for `model` in a profile, language, title)."""
    with Engine(Voice("", "pyttsx3", "")) as engine:
        return [tuple(voice) for voice in engine.ask({})[0]["voices"]]


def fingerprint(voice: Voice) -> str:
    """All that decides on the samples of a text, for the key of a clip."""
    from importlib.metadata import version

    libraries = "/".join(f"{name}-{version(name)}" for name in ("pyttsx3", "espeakng-loader"))
    return f"{libraries}/{voice.model}/{_wpm(voice)}"


def _wpm(voice: Voice) -> int:
    return max(SLOWEST_WPM, round(voice.words_per_minute * voice.speed))


def engine_text(
    text: str, phonemes: Sequence[PhonemeSpan] = (), language: str = "en"
) -> tuple[str, tuple[SpanPair, ...]]:
    """`text` as espeak-ng can take it, and the way from its characters back to those of `text`.

    Controls and lone surrogates become spaces. Words over 100 letters, at which the engine takes
    very long or stumbles, are parted. `phonemes` become mnemonics in [[ ]]; what `text` itself has
    in such brackets is never taken for any. Raises UsageError for what is no IPA.
    """
    text = UNSPEAKABLE.sub(" ", text)
    if phonemes:
        text = text.replace("[[", "((").replace("]]", "))")
    edits = [edit for span in phonemes for edit in _mnemonics(text, span, language)]
    for match in re.finditer(rf"\S{{{LONGEST_WORD + 1},}}", text):
        places = range(match.start() + LONGEST_WORD, match.end(), LONGEST_WORD)
        edits += [
            (place, place, " ")
            for place in places
            if not any(span.start < place < span.end for span in phonemes)
        ]
    return replace_spans(text, sorted(edits))


def _mnemonics(text: str, span: PhonemeSpan, language: str) -> list[tuple[int, int, str]]:
    """The edits that give a stretch of `text` its phonemes: word by word, where they agree."""
    said = [f"[[{names}]]" for names in lower(span.ipa, language)]
    words = [match.span() for match in re.finditer(r"\S+", text[span.start : span.end])]
    places = [(span.start + start, span.start + end) for start, end in words]
    if len(said) != len(places):
        places, said = [(span.start, span.end)], [" ".join(said)]
    # After a bracket, a quotation mark or a hyphen the engine would pass over the phonemes.
    return [
        (start, end, word if start == 0 or text[start - 1].isspace() else f" {word}")
        for (start, end), word in zip(places, said, strict=True)
    ]


class Engine:
    """Text to `Clip`, callable from several threads at once."""

    def __init__(self, voice: Voice, *, fork: bool = hasattr(os, "fork")) -> None:
        self._request = {"voice": voice.model, "wpm": _wpm(voice)}
        self._language = voice.language
        self._fork = fork
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        if fork:
            self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __call__(self, text: str, phonemes: Sequence[PhonemeSpan] = ()) -> Clip:
        """Speak `text`, and its stretches `phonemes` as they say.

        Raises SpeakError when the engine crashes or does not answer in time, and UsageError for
        phonemes that are no IPA.
        """
        if not text.strip():
            return Clip(b"", RATE_HZ)
        spoken, pairs = engine_text(text, phonemes, self._language)
        body, pcm = self.ask({"text": spoken, "phonemes": bool(phonemes), **self._request})
        words = (
            Word(*written_span(pairs, start, end), first, last)
            for start, end, first, last in body["words"]
        )
        return Clip(pcm, body["rate_hz"], tuple(words))

    def transcribe(self, items: Sequence[tuple[str, Sequence[PhonemeSpan]]]) -> list[str]:
        """How each (text, phonemes) would be said, in the International Phonetic Alphabet."""
        texts = [
            engine_text(text, phonemes, self._language)[0]
            if phonemes
            else engine_text(text.replace("[[", "((").replace("]]", "))"))[0]
            for text, phonemes in items
        ]
        body, _ = self.ask({"texts": texts, "voice": self._request["voice"]})
        return list(body["ipa"])

    def ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The body and the samples of the answer to `request`."""
        data = json.dumps(request).encode()
        reply = self._ask_server(data) if self._fork else _ask_once(data)
        if len(reply) < server.ANSWER.size:
            raise SpeakError("espeak-ng", "it crashed or did not answer in time")
        status, head, samples = server.ANSWER.unpack_from(reply)
        start = server.ANSWER.size + head
        if len(reply) != start + samples:
            raise SpeakError("espeak-ng", "its answer was cut off")
        body = json.loads(reply[server.ANSWER.size : start])
        if status == server.NO_VOICE:
            raise UsageError(f"voice {self._request['voice']}", body["why"])
        if status == server.FAILED:
            raise SpeakError("espeak-ng", body["why"])
        return body, reply[start:]

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        arguments = [str(theirs.fileno()), str(TIMEOUT_S)]
        self._process = subprocess.Popen(  # noqa: S603 our own interpreter
            command("_espeak_server", arguments),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; the engine ends when we do
        )
        theirs.close()
        self._control = ours

    def _ask_server(self, data: bytes) -> bytes:
        reading, writing = os.pipe()
        try:
            with self._lock:
                self._send(data, writing)
        finally:
            os.close(writing)
        try:
            return _read_all(reading, time.monotonic() + TIMEOUT_S)
        finally:
            os.close(reading)

    def _send(self, data: bytes, writing: int) -> None:
        if self._process is None or self._control is None:
            raise SpeakError("espeak-ng", "it has been closed")
        if self._process.poll() is not None:
            self._stop()  # someone killed it
            self._start()
        message = server.REQUEST.pack(len(data)) + data
        try:
            sent = socket.send_fds(self._control, [message], [writing])
            self._control.sendall(message[sent:])
        except OSError as error:
            raise SpeakError("espeak-ng", "its process ended") from error

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()  # the server ends, and kills the copies that still speak
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(timeout=STOP_S)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._process = None

    def close(self) -> None:
        """End the engine's processes. No call may be made after it."""
        self._stop()


def _read_all(pipe: int, deadline: float) -> bytes:
    """Everything that comes through `pipe` until its other end closes or time is up."""
    data = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            part = os.read(pipe, READ_BYTES)
            if not part:
                break
            data += part
    return bytes(data)


def _ask_once(data: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 our own interpreter
            command("_espeak_server", []),
            input=data,
            stdout=subprocess.PIPE,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout
