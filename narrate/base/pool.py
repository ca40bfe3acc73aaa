"""Where work runs: a standard `concurrent.futures.Executor`, serial or with several in flight.

Threads are enough here: an engine speaks in processes of its own and the encoders release the
interpreter lock, so nothing has to be pickled on its way.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

THREAD_NAME = "narrate"
PATIENCE_S = 2
"""How long running calls may take to end when a pool is left after an error."""
P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R")


def count_cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class SerialExecutor(Executor):
    """Runs each call at once, in the caller's own thread."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Call `fn` now; the future that comes back is done. What `fn` raises is raised here."""
        future: Future[R] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class _Threads(ThreadPoolExecutor):
    """A pool of threads that knows what is running, so that leaving it need not wait for ever."""

    def __init__(self, jobs: int) -> None:
        super().__init__(jobs, thread_name_prefix=THREAD_NAME)
        self._calls: set[Future[Any]] = set()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """As its parent does."""
        future = super().submit(fn, *args, **kwargs)
        self._calls.add(future)
        future.add_done_callback(self._calls.discard)
        return future

    def abandon(self) -> None:
        """Drop what has not begun, and wait a little for what has."""
        self.shutdown(wait=False, cancel_futures=True)
        wait(list(self._calls), PATIENCE_S)


@contextmanager
def open_pool(jobs: int | None = None) -> Iterator[Executor]:
    """An executor for `jobs` calls at a time (default: one a processor).

    Leaving it after an error drops what has not begun, and leaves what hangs to itself.
    """
    jobs = jobs or count_cores()
    if jobs == 1:
        yield SerialExecutor()
        return
    pool = _Threads(jobs)
    try:
        yield pool
    except BaseException:
        pool.abandon()
        raise
    pool.shutdown()


def has_stuck_threads() -> bool:
    """Whether a call in a pool that was left after an error is still running."""
    return any(thread.name.startswith(THREAD_NAME) for thread in threading.enumerate())


def in_order(
    pool: Executor,
    fn: Callable[[T], R],
    items: Iterable[T],
    window: int,
    most_seconds: float | None = None,
) -> Iterator[R]:
    """Yield fn(item) for each of `items`, in their order, with at most `window` in flight.

    Raises TimeoutError if the next in turn takes longer than `most_seconds` (default: no end).
    """
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(fn, item))
            if len(waiting) >= window:
                yield waiting.popleft().result(most_seconds)
        while waiting:
            yield waiting.popleft().result(most_seconds)
    finally:
        for future in waiting:
            future.cancel()
