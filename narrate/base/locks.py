"""Locks on folders, and what runs that were killed have left behind.

A lock ends with the process that holds it, however it ends.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of `folder`, which ends with this process at the latest.

    Raises OSError if another process holds it and we do not `wait`. Where the system has no such
    locks (Windows), there is none.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


@contextmanager
def temporary_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A folder in `parent` that is ours alone, and is gone afterwards.

    Raises OSError when it cannot be made.
    """
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        with locked(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path, prefix: str) -> int:
    """Remove the temporary folders of runs that are dead: nobody holds their lock. How many."""
    if sys.platform == "win32":  # no lock tells who is alive
        return 0
    count = 0
    for left in parent.glob(f"{prefix}*"):
        try:
            with locked(left, wait=False):
                shutil.rmtree(left, ignore_errors=True)
                count += 1
        except OSError:
            continue  # its run is alive, or it is gone already
    return count
