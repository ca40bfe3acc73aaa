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
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Clip, Voice, Word
from narrate.speak import _espeak_server as server

TIMEOUT_S = 60
"""No sentence takes espeak-ng a second; a machine that is short of memory may need a while."""
LONGEST_WORD = 100
STOP_S = 1
READ_BYTES = 1 << 20
SLOWEST_WPM = 80
"""espeak-ng speaks no slower."""

START = """
import sys
sys.path[:] = {path!r}
from narrate.speak._espeak_server import main
main({arguments!r})
"""
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


def engine_text(text: str) -> tuple[str, list[int]]:
    """`text` as espeak-ng can take it, and the places at which a space was put in.

    Controls and lone surrogates become spaces. Words over 100 letters, at which the engine takes
    very long or stumbles, are parted.
    """
    text = UNSPEAKABLE.sub(" ", text)
    breaks = [
        place
        for match in re.finditer(rf"\S{{{LONGEST_WORD + 1},}}", text)
        for place in range(match.start() + LONGEST_WORD, match.end(), LONGEST_WORD)
    ]
    edges = [0, *breaks, len(text)]
    return " ".join(text[start:end] for start, end in pairwise(edges)), breaks


class Engine:
    """Text to `Clip`, callable from several threads at once."""

    def __init__(self, voice: Voice, *, fork: bool = hasattr(os, "fork")) -> None:
        self._request = {"voice": voice.model, "wpm": _wpm(voice)}
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

    def __call__(self, text: str) -> Clip:
        """Speak `text`. Raises SpeakError when the engine crashes or does not answer in time."""
        spoken, breaks = engine_text(text)
        body, pcm = self.ask({"text": spoken, **self._request})
        words = [Word(*word) for word in body["words"]]
        return Clip(pcm, body["rate_hz"], tuple(_shift(words, breaks)))

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
            _command(arguments),
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


def _shift(words: list[Word], breaks: list[int]) -> list[Word]:
    """`words` of the engine's text as words of the text it was made from."""
    shifted = []
    passed = 0
    for word in words:
        while passed < len(breaks) and breaks[passed] + passed < word.start:
            passed += 1
        shifted.append(word._replace(start=word.start - passed, end=word.end - passed))
    return shifted


def _command(arguments: list[str]) -> list[str]:
    # -P and the parent's own path: a json.py in the folder where we are called is not imported.
    path = [entry or str(Path.cwd()) for entry in sys.path]
    return [sys.executable, "-P", "-c", START.format(path=path, arguments=arguments)]


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
            _command([]), input=data, stdout=subprocess.PIPE, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout
