"""Work on what strangers wrote, done apart: in a child process that has limits and may crash.

The child is a fresh interpreter and no copy of this process, so that it holds neither its threads
nor its memory. It gets a function with its arguments and answers with a stream of frames, each a
pickled pair of a word and a value:

    item   one of the results
    said   a line for the user
    error  a NarrateError: the name of its class, and what it was made of
    memory there was not enough of it
    crash  any other exception, in a line
    end    there are no more results

Both sides hold their end of the pipe to the other for as long as they live: the child ends with
its parent, however that ended.
"""

import contextlib
import importlib
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, NoReturn, TypeVar

from narrate.base import errors
from narrate.base.errors import LimitError, NarrateError, ReadError
from narrate.read._limits import (
    MEGABYTE,
    MOST_CPU_SECONDS,
    MOST_MEMORY_BYTES,
    MOST_WALL_SECONDS,
)

R = TypeVar("R")

START = """
import sys
sys.path[:] = {path!r}
from narrate.read._process import serve
serve({memory_bytes}, {cpu_seconds})
"""


class Limits(NamedTuple):
    """What a child may use."""

    memory_bytes: int = MOST_MEMORY_BYTES
    """Of address space."""
    cpu_seconds: int = MOST_CPU_SECONDS
    wall_seconds: float = MOST_WALL_SECONDS
    """That are spent waiting for its results, not what is done with them in between."""


READING = Limits()

TRUSTED = frozenset({"narrate.base.document", "narrate.read._fetch"})
"""Modules whose types may come back; a child that was taken over cannot name anything else."""

BROKEN = (
    pickle.UnpicklingError,
    *(EOFError, OSError, AttributeError, ImportError, IndexError, TypeError, ValueError),
)
"""What unpickling raises when the stream is cut off or damaged."""

CPU_SIGNAL: int = getattr(signal, "SIGXCPU", 0)
KILL_SIGNAL: int = getattr(signal, "SIGKILL", 0)

_logger = logging.getLogger("narrate.read")


def run_apart(
    function: Callable[..., Iterator[R]],
    *arguments: object,
    name: str,
    limits: Limits = READING,
) -> Iterator[R]:
    """Give the results of `function`, which runs in a child process, as they come.

    The function must stand in a module under its own name; `name` is what messages call the
    input. Raises what the function raises if it is a NarrateError, ReadError if it fails
    in another way or crashes, and LimitError where it needs too much time or memory.
    """
    with _child(name, limits) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):  # why it has ended is found out below
            pickle.dump((function, arguments), process.stdin)
            process.stdin.flush()
        left = limits.wall_seconds
        while True:
            begun = time.monotonic()
            word, value = _next_frame(process, left, name, limits)
            left -= time.monotonic() - begun
            if word == "item":
                yield value
            elif word == "said":
                _logger.warning("%s", value)
            elif word == "end":
                return
            else:
                raise _error(word, value, name, limits)


def call_apart(
    function: Callable[..., R],
    *arguments: object,
    name: str,
    limits: Limits = READING,
) -> R:
    """Give what `function` returns, as `run_apart` gives what another yields."""
    results: list[R] = list(run_apart(_once, function, *arguments, name=name, limits=limits))
    return results[0]


def _once(function: Callable[..., R], *arguments: object) -> Iterator[R]:
    yield function(*arguments)


@contextlib.contextmanager
def _child(name: str, limits: Limits) -> Iterator[subprocess.Popen[bytes]]:
    """A child that waits for its work; it is gone when this is left."""
    path = [entry or str(Path.cwd()) for entry in sys.path]
    command = [sys.executable, "-P", "-c", START.format(path=path, **limits._asdict())]
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(  # noqa: S603 our own interpreter
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        why = f"the process that would read it cannot be started: {error.strerror or error}"
        raise ReadError(name, why) from error
    try:
        yield process
    finally:
        process.kill()
        for end in (process.stdin, process.stdout):
            assert end is not None
            with contextlib.suppress(BrokenPipeError):  # what it did not take is not needed
                end.close()
        process.wait()


def _next_frame(
    process: subprocess.Popen[bytes], seconds: float, name: str, limits: Limits
) -> tuple[str, Any]:
    """Wait for the next frame; a child that lets us wait for longer than `seconds` is killed."""
    late = threading.Event()

    def end_it() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(max(seconds, 0), end_it)
    timer.start()
    try:
        assert process.stdout is not None
        word, value = _Unpickler(process.stdout).load()
    except BROKEN as error:
        code = process.wait()  # the timer is still on
        if late.is_set():
            raise LimitError(name, "it takes too long") from None
        raise _end_of(code, name, limits) from error
    finally:
        timer.cancel()
    return word, value


class _Unpickler(pickle.Unpickler):
    """Makes what a child may answer with, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 as pickle has it
        if module in TRUSTED:
            kind = getattr(importlib.import_module(module), name, None)
            if isinstance(kind, type) and kind.__module__ == module:
                return kind
        raise pickle.UnpicklingError(f"{module}.{name}")


def _error(word: str, value: Any, name: str, limits: Limits) -> NarrateError:  # noqa: ANN401 whatever came
    """What a child says that it failed with."""
    if word == "error":
        kind: type[NarrateError] = getattr(errors, value[0])
        return kind(*value[1:])
    if word == "memory":
        return LimitError(
            name, f"reading it takes more than {limits.memory_bytes >> 20} MB of memory"
        )
    return ReadError(name, f"its reader failed: {value}", "the document may be damaged")


def _end_of(code: int, name: str, limits: Limits) -> NarrateError:
    """What it means that a child ended with `code` before its work was done."""
    if code == -CPU_SIGNAL:
        return LimitError(
            name, f"reading it takes more than {limits.cpu_seconds} s of processor time"
        )
    if code == -KILL_SIGNAL:
        return LimitError(name, "the system ended its reading, most likely for want of memory")
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return ReadError(name, f"its reader crashed ({how})", "the document may be damaged")


def serve(memory_bytes: int, cpu_seconds: int) -> NoReturn:
    """Do what standard input asks for, and answer on standard output: the child's whole life."""
    _set_limits(memory_bytes, cpu_seconds)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # our parent gets it as well, and ends us
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    sys.excepthook = _send_crash(answers)
    function, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 our parent wrote it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _logger.addHandler(_Said(answers))
    try:
        for result in function(*arguments):
            _send(answers, "item", result)
        _send(answers, "end", None)
    except NarrateError as error:
        known = next(kind for kind in type(error).__mro__ if kind.__module__ == errors.__name__)
        _send(answers, "error", (known.__name__, error.what, error.why, error.remedy))
    except MemoryError:
        _send(answers, "memory", None)
    os._exit(0)  # nothing is left to tidy, and taking large trees apart takes time


def _set_limits(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound memory, processor time and files, where the system can."""
    try:
        import resource
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_FSIZE: MEGABYTE,  # compiled modules are written
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in wanted.items():
        _, hard = resource.getrlimit(limit)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(limit, (bound, hard))


def _end_with_parent() -> None:
    """End this process when nobody holds the other end of standard input any more."""
    os.read(0, 1)
    os._exit(1)


def _send(answers: IO[bytes], word: str, value: object) -> None:
    pickle.dump((word, value), answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


def _send_crash(
    answers: IO[bytes],
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """What is done with an exception that nobody expected."""

    def send(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        _send(answers, "crash", f"{kind.__name__}: {error}"[:200])

    return send


class _Said(logging.Handler):
    """Sends lines for the user on to the parent."""

    def __init__(self, answers: IO[bytes]) -> None:
        super().__init__()
        self._answers = answers

    def emit(self, record: logging.LogRecord) -> None:
        _send(self._answers, "said", record.getMessage())
