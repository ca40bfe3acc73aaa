"""The parent's end of a Piper process: shared between engines, and replaced when it dies."""

import json
import subprocess
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from narrate.base.errors import SpeakError, UsageError
from narrate.speak import _piper_server as server
from narrate.speak._child import command

TIMEOUT_S = 300
"""A sentence of 2,000 characters takes some 15 seconds of a processor, and may have to wait for
others on a busy machine."""
STOP_S = 1
Answer = tuple[int, dict[str, Any], bytes]

_open: dict[tuple[Path, Path], "Process"] = {}
_lock = threading.Lock()


def open_process(model: Path, config: Path) -> "Process":
    """The process of this model; each call is to be met by a `Process.leave`."""
    with _lock:
        process = _open.get((model, config)) or _open.setdefault(
            (model, config), Process(model, config)
        )
        process.users += 1
        return process


class Process:
    """A process that is started again when it has died, and ends with its last user."""

    def __init__(self, model: Path, config: Path) -> None:
        self.users = 0
        self._files = model, config
        self._lock = threading.Lock()
        self._running = _Running(model, config)

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        return self._running.popen.pid

    def ask(self, what: str, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Body and samples of the answer to `request`.

        Raises SpeakError about "Piper" when there is none in time, or it is of a failure;
        UsageError about `what` when the model cannot be used.
        """
        with self._lock:
            if self._running.popen.poll() is not None:  # someone killed it
                self._running.end()
                self._running = _Running(*self._files)
            running = self._running
        status, body, pcm = running.ask(request)
        if status == server.UNUSABLE:
            raise UsageError(what, body["why"])
        if status == server.FAILED:
            raise SpeakError("Piper", body["why"])
        return body, pcm

    def leave(self) -> None:
        """Say that one user needs it no more."""
        with _lock:
            self.users -= 1
            if self.users:
                return
            del _open[self._files]
        self._running.end()


class _Running:
    """One process, and the questions that it has not answered."""

    def __init__(self, model: Path, config: Path) -> None:
        arguments = [str(model.absolute()), str(config.absolute())]
        self.popen = subprocess.Popen(  # noqa: S603 our own interpreter
            command("_piper_server", arguments), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._waiting: dict[int, Future[Answer]] = {}
        self._numbers = count()
        self._ended = False
        self._lock = threading.Lock()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ask(self, request: dict[str, Any]) -> Answer:
        """The answer. Raises SpeakError when it does not come."""
        data = json.dumps(request).encode()
        future: Future[Answer] = Future()
        with self._lock:
            if self._ended:
                raise SpeakError("Piper", "its process ended")
            number = next(self._numbers)
            self._waiting[number] = future
            try:
                assert self.popen.stdin
                self.popen.stdin.write(server.REQUEST.pack(number, len(data)) + data)
                self.popen.stdin.flush()
            except (OSError, ValueError) as error:  # ValueError: it has been closed
                raise SpeakError("Piper", "its process ended") from error
        try:
            return future.result(TIMEOUT_S)
        except FutureTimeoutError:
            self.popen.kill()
            raise SpeakError("Piper", "it did not answer in time") from None

    def _listen(self) -> None:
        """Hand each answer to the one who waits for it, until the process ends."""
        assert self.popen.stdout
        read = self.popen.stdout.read
        while len(head := read(server.ANSWER.size)) == server.ANSWER.size:
            number, status, size, samples = server.ANSWER.unpack(head)
            body, pcm = read(size), read(samples)
            if len(pcm) < samples:
                break
            with self._lock:
                future = self._waiting.pop(number)
            future.set_result((status, json.loads(body), pcm))
        self.popen.wait()
        with self._lock:
            self._ended = True
            for future in self._waiting.values():
                future.set_exception(SpeakError("Piper", "its process ended"))

    def end(self) -> None:
        """End the process, whatever it is doing."""
        assert self.popen.stdin
        assert self.popen.stdout
        with suppress(OSError):  # it is gone already, with a request in the pipe
            self.popen.stdin.close()
        try:
            self.popen.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        self._listener.join()
        self.popen.stdout.close()
