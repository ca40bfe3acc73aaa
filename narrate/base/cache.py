"""Work that need not be done twice: spoken clips and encoded chapters, kept by their content.

An entry is a file whose name is its key, 64 hexadecimal digits, in a folder of the first two. It
begins with the SHA-256 of the rest, so what is torn or altered is known, removed, and done again.
Files of any length are kept as they are, under their own SHA-256. Everything comes to its place
whole, by a rename, and any number of runs may use one cache: who finds nothing does the work.
"""

import hashlib
import itertools
import json
import os
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from narrate.base.locks import locked, sweep, temporary_folder

MOST_BYTES = 5_000_000_000
"""About 30 hours of speech with its chapters."""
KEPT_SHARE = 0.9
"""How much of the most is left by a clearing, so that not every run has to clear."""
WORK_PREFIX = ".work-"
COUNTS = "counts.json"
DIGEST_BYTES = 32
READ_BYTES = 1 << 20


class Cache:
    """A cache that is open; without a folder it keeps nothing and finds nothing.

    With `fresh` it finds nothing either, but keeps what is made. It may be used from several
    threads.
    """

    def __init__(
        self, folder: Path | None = None, work: Path | None = None, *, fresh: bool = False
    ) -> None:
        self.folder = folder
        self.counts: Counter[str] = Counter()
        """What happened: hits, misses, damaged, unwritten, and how many bytes came in."""
        self._work = work
        self._fresh = fresh
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def has(self, key: str) -> bool:
        """Whether there is an entry of this name; it may still turn out to be damaged."""
        return not self._fresh and self.folder is not None and self._place(key).exists()

    def read(self, key: str) -> bytes | None:
        """The entry `key`, or None where there is none that is whole."""
        if self.folder is None or self._fresh:
            return None
        path = self._place(key)
        try:
            data = path.read_bytes()
        except OSError:
            self._count("misses")
            return None
        payload = memoryview(data)[DIGEST_BYTES:]
        if hashlib.sha256(payload).digest() != data[:DIGEST_BYTES]:
            self._remove_damaged(path)
            return None
        self._use(path)
        return bytes(payload)

    def write(self, key: str, payload: bytes) -> None:
        """Keep `payload` under `key`. What cannot be written is only not kept."""
        if self.folder is None or self._work is None:
            return
        draft = self._work / str(next(self._numbers))
        try:
            with draft.open("wb") as file:
                file.write(hashlib.sha256(payload).digest())
                file.write(payload)
            self._move(draft, key, DIGEST_BYTES + len(payload))
        except OSError:
            draft.unlink(missing_ok=True)
            self._count("unwritten")

    def take_file(self, digest: str, path: Path) -> bool:
        """Put the kept file of this SHA-256 at `path`, if there is one that is whole.

        It may be the same file under two names: it must not be written to.
        """
        if self.folder is None or self._fresh:
            return False
        kept = self._place(digest)
        try:
            _link(kept, path)
            if hash_file(path) == digest:
                self._use(kept)
                return True
            path.unlink()
        except OSError:
            self._count("misses")
            return False
        self._remove_damaged(kept)
        return False

    def keep_file(self, path: Path) -> str:
        """Keep the finished file at `path` and return its SHA-256, by which it can be taken.

        It must not be written to any more.
        """
        digest = hash_file(path)
        if self.folder is None or self._work is None or self._place(digest).exists():
            return digest
        draft = self._work / str(next(self._numbers))
        try:
            _link(path, draft)
            self._move(draft, digest, path.stat().st_size)
        except OSError:
            draft.unlink(missing_ok=True)
            self._count("unwritten")
        return digest

    def _place(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / key[2:]

    def _move(self, draft: Path, key: str, size: int) -> None:
        place = self._place(key)
        try:
            draft.replace(place)
        except FileNotFoundError:
            place.parent.mkdir(exist_ok=True)
            draft.replace(place)
        self._count("bytes", size)

    def _use(self, path: Path) -> None:
        """Note that an entry was of use, so that others are cleared away before it."""
        self._count("hits")
        try:
            os.utime(path)
        except OSError:
            return  # cleared away by another run, or not ours to touch

    def _remove_damaged(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._count("damaged")

    def _count(self, name: str, by: int = 1) -> None:
        with self._lock:
            self.counts[name] += by


def _link(source: Path, target: Path) -> None:
    """Give `source` a second name, or copy it where the file system cannot do that."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


def hash_file(path: Path) -> str:
    """The SHA-256 of a file: 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def open_cache(
    folder: Path, *, most_bytes: int = MOST_BYTES, fresh: bool = False
) -> Iterator[Cache]:
    """The cache in `folder`, which is made if need be.

    When it is closed and holds more than `most_bytes`, what was of no use for the longest time is
    removed. Where nothing can be written, the cache keeps nothing; `folder` is None then.
    """
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            died = sweep(folder, WORK_PREFIX)
            work = stack.enter_context(temporary_folder(folder, WORK_PREFIX))
        except OSError:
            yield Cache()
            return
        cache = Cache(folder, work, fresh=fresh)
        try:
            yield cache
        finally:
            if cache.counts or died:
                _close(folder, cache.counts, most_bytes, recount=died > 0)


class Contents(NamedTuple):
    """What a cache holds and how useful it was."""

    entries: int
    size_bytes: int
    hits: int
    misses: int
    damaged: int


def inspect_cache(folder: Path) -> Contents:
    """What the cache in `folder` holds, and how often it was of use since it was last cleared."""
    files = [entry.stat().st_size for entry in _entries(folder)]
    counts = _read_counts(folder)
    return Contents(len(files), sum(files), counts["hits"], counts["misses"], counts["damaged"])


def clear_cache(folder: Path) -> Contents:
    """Remove all entries of the cache in `folder`; what it held. Raises OSError."""
    if not folder.is_dir():
        return Contents(0, 0, 0, 0, 0)
    with locked(folder):
        contents = inspect_cache(folder)
        for entry in list(_entries(folder)):
            Path(entry.path).unlink(missing_ok=True)
        (folder / COUNTS).unlink(missing_ok=True)
    return contents


def _close(folder: Path, counts: Counter[str], most_bytes: int, *, recount: bool) -> None:
    """Add `counts` to those of all runs, and make room where too much is kept."""
    try:
        with locked(folder):
            total = _read_counts(folder)
            total.update(counts)
            if recount:  # what a killed run has written, it has not counted
                total["bytes"] = sum(entry.stat().st_size for entry in _entries(folder))
            if total["bytes"] > most_bytes:
                total["bytes"] = _make_room(folder, int(most_bytes * KEPT_SHARE))
            draft = folder / f"{WORK_PREFIX}{COUNTS}"
            draft.write_text(json.dumps(dict(sorted(total.items()))), encoding="utf-8")
            draft.replace(folder / COUNTS)
    except OSError:
        return  # full, or not ours: the counts are only a help


def _make_room(folder: Path, most_bytes: int) -> int:
    """Remove the entries that were of no use for the longest time; the bytes that are left."""
    found = sorted(
        ((entry.stat(), entry.path) for entry in _entries(folder)),
        key=lambda item: (item[0].st_mtime_ns, item[1]),
    )
    left = sum(status.st_size for status, _ in found)
    for status, path in found:
        if left <= most_bytes:
            break
        Path(path).unlink(missing_ok=True)
        left -= status.st_size
    return left


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    if not folder.is_dir():
        return
    for fan in sorted(folder.iterdir()):
        if len(fan.name) == 2 and fan.is_dir():  # the first digits of keys
            with os.scandir(fan) as entries:
                yield from entries


def _read_counts(folder: Path) -> Counter[str]:
    try:
        counts = json.loads((folder / COUNTS).read_text(encoding="utf-8"))
        return Counter({str(name): int(count) for name, count in counts.items()})
    except (OSError, ValueError, AttributeError, TypeError):
        return Counter()
