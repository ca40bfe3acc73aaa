"""The process in which espeak-ng runs: initialised once, forked for each utterance.

espeak-ng's output depends on what its process said before, so each utterance is spoken by a
fresh copy of one initialised process: equal text gives equal bytes, in any order and with any
number in flight. A crash or an endless loop takes only that copy.

A request is a four-byte length and a JSON object: text, voice, wpm and phonemes (whether [[ ]] in
the text holds any), or texts and voice, to be transcribed. With it comes a pipe to answer into. An
answer is a status byte, two four-byte lengths, a JSON object and the samples. All numbers are
big-endian.
"""

import gc
import json
import os
import signal
import socket
import struct
import sys
from typing import Any, BinaryIO

from narrate.speak import _espeak_driver as espeak
from narrate.speak._words import time_words

REQUEST = struct.Struct("!I")
ANSWER = struct.Struct("!BII")
SPOKEN, NO_VOICE, FAILED = range(3)
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in Linux's prctl.h


def answer(engine: Any, driver: espeak.EspeakDriver, request: dict[str, Any]) -> list[bytes]:  # noqa: ANN401 pyttsx3 has no types
    """The answer to one request, ready to be sent: what comes before the samples, and these."""
    try:
        if "texts" in request:
            driver.setProperty("voice", request["voice"])
            driver.setProperty("phonemes", value=True)
            ipa = [driver.transcribe(text) for text in request["texts"]]
            return _pack(SPOKEN, {"ipa": ipa}, b"")
        if "text" not in request:
            found = {name: driver.getProperty(name) for name in ("version", "voices")}
            return _pack(SPOKEN, found, b"")
        text = request["text"]
        pcm, events = espeak.speak(
            engine, text, request["voice"], request["wpm"], phonemes=request["phonemes"]
        )
    except LookupError as error:
        return _pack(NO_VOICE, {"why": str(error)}, b"")
    except RuntimeError as error:
        return _pack(FAILED, {"why": str(error)}, b"")
    starts = [(event.position, event.sample) for event in events]
    words = time_words(text, starts, len(pcm) // 2)
    return _pack(SPOKEN, {"rate_hz": driver.rate_hz, "words": words}, pcm)


def _pack(status: int, body: dict[str, Any], pcm: bytes) -> list[bytes]:
    head = json.dumps(body).encode()
    return [ANSWER.pack(status, len(head), len(pcm)) + head, pcm]


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere the alarm has to do."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def serve(control: socket.socket, seconds: int) -> None:
    """Fork for each request from `control` until it is closed.

    A copy that has not answered after `seconds` is ended by the alarm that it set itself.
    """
    engine, driver = espeak.open_engine()
    server = os.getpid()
    copies: set[int] = set()
    gc.freeze()  # a collection in a copy would touch, and so copy, every page that it shares
    while True:
        size, pipes, _, _ = socket.recv_fds(control, REQUEST.size, 1)
        copies -= reap()
        if not size:
            break
        request = json.loads(_receive(control, REQUEST.unpack(size)[0]))
        _prepare(driver, request)
        if copy := os.fork():
            copies.add(copy)
            os.close(pipes[0])
            continue
        control.close()
        die_with_parent()
        if os.getppid() != server:
            os._exit(1)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # nobody listens any more: end quietly
        signal.alarm(seconds)
        with open(pipes[0], "wb", buffering=0) as pipe:  # noqa: PTH123 a descriptor, not a path
            for part in answer(engine, driver, request):
                _send(pipe, part)
        os._exit(0)
    for copy in copies:  # nobody waits for what they say
        os.kill(copy, signal.SIGKILL)
        os.waitpid(copy, 0)


def _prepare(driver: espeak.EspeakDriver, request: dict[str, Any]) -> None:
    """Set the voice once for all copies that follow. Measured: the samples are the same."""
    if "voice" in request:
        try:
            driver.setProperty("voice", request["voice"])
        except LookupError:
            return  # the copy will say so


def reap() -> set[int]:
    """Take leave of the copies that have ended, so that their CPU time is counted as ours."""
    ended = set()
    try:
        while copy := os.waitpid(-1, os.WNOHANG)[0]:
            ended.add(copy)
    except ChildProcessError:
        pass  # there is no copy left
    return ended


def _receive(control: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += control.recv(size - len(data))
    return data


def _send(pipe: BinaryIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[pipe.write(rest) :]


def answer_once() -> None:
    """One request from standard input, one answer to standard output: where there is no fork."""
    request = json.load(sys.stdin.buffer)
    sys.stdout.buffer.writelines(answer(*espeak.open_engine(), request))


def main(arguments: list[str]) -> None:
    """Serve on the inherited socket DESCRIPTOR with a time-out of SECONDS, or answer once."""
    if not arguments:
        answer_once()
        return
    die_with_parent()
    descriptor, seconds = map(int, arguments)
    with socket.socket(fileno=descriptor) as control:
        serve(control, seconds)
