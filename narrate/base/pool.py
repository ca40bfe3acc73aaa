"""Where work runs: a standard `concurrent.futures.Executor`, serial or with several in flight.

Threads are enough here: an engine speaks in processes of its own and the encoders release the
interpreter lock, so nothing has to be pickled on its way.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

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


@contextmanager
def open_pool(jobs: int | None = None) -> Iterator[Executor]:
    """An executor for `jobs` calls at a time (default: one a processor).

    Leaving it after an error drops what has not begun.
    """
    jobs = jobs or count_cores()
    if jobs == 1:
        yield SerialExecutor()
        return
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="narrate")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def in_order(pool: Executor, fn: Callable[[T], R], items: Iterable[T], window: int) -> Iterator[R]:
    """Yield fn(item) for each of `items`, in their order, with at most `window` in flight."""
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(fn, item))
            if len(waiting) >= window:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
