"""The process in which a Piper model runs: opened once, for any number of utterances.

Threads share the one session, which computes outside of the interpreter's lock: that takes half
the memory of a process each, at 4 % more processor time. Whatever the session does, a crash takes
only this process, and all its memory is given back when it ends.

A request is two four-byte numbers, its own and a length, and a JSON object (text, phonemes,
settings). An answer is the request's number, a status byte, two lengths, a JSON object and the
samples; answers come as they are ready. All numbers are big-endian.
"""

import json
import os
import signal
import struct
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from narrate.base.pool import count_cores

if TYPE_CHECKING:
    from narrate.speak._piper_voice import PiperModel

REQUEST = struct.Struct("!II")
ANSWER = struct.Struct("!IBII")
SPOKEN, UNUSABLE, FAILED = range(3)


def answer(model: "PiperModel", request: dict[str, Any]) -> tuple[int, dict[str, Any], bytes]:
    """Status, body and samples of the answer to `request`."""
    from narrate.speak._piper_voice import Settings

    try:
        spoken = model.speak(request["text"], request["phonemes"], Settings(**request["settings"]))
    except (RuntimeError, ValueError, MemoryError) as error:
        return FAILED, {"why": f"{type(error).__name__}: {error}"}, b""
    body = {"rate_hz": model.rate_hz, "words": spoken.words, "exact": spoken.exact}
    return SPOKEN, body, spoken.pcm


def serve(requests: BinaryIO, answers: BinaryIO, model: Path, config: Path) -> None:
    """Answer what comes through `requests` until that is closed."""
    from narrate.speak._piper_voice import PiperModel

    lock = threading.Lock()

    def send(number: int, status: int, body: dict[str, Any], pcm: bytes) -> None:
        head = json.dumps(body).encode()
        with lock:
            answers.write(ANSWER.pack(number, status, len(head), len(pcm)) + head + pcm)

    def speak(number: int, request: dict[str, Any]) -> None:
        send(number, *answer(opened, request))

    try:
        opened = PiperModel(model, config)
    except (ValueError, OSError) as error:
        problem = {"why": str(error)}
        for number, _ in read_requests(requests):
            send(number, UNUSABLE, problem, b"")
        return
    with ThreadPoolExecutor(count_cores()) as pool:
        for number, request in read_requests(requests):
            pool.submit(speak, number, request).add_done_callback(_fall)
        os._exit(0)  # nobody waits for what is still being said


def _fall(future: Future[None]) -> None:
    """End the process after an error that nobody expected: our parent waits for an answer."""
    if future.exception():
        os._exit(1)


def read_requests(requests: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and object of each request, until the other end is closed, or gone."""
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        number, size = REQUEST.unpack(head)
        yield number, json.loads(requests.read(size))


def main(arguments: list[str]) -> None:
    """Serve the model MODEL with its settings CONFIG on standard input and output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for our parent; we end when it does
    with os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        serve(sys.stdin.buffer, answers, *map(Path, arguments))
