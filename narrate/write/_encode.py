"""Encodes chapters in several formats side by side, while the next chapter is being spoken.

An encoded chapter is kept in the cache, under a key made of the chapter's and of what it is encoded
with; it is one of the files there, so nothing is copied.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from functools import cache as remember
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from narrate.base.cache import Cache
from narrate.base.model import Segment
from narrate.write._audio import AudioSettings

KEY_VERSION = 1
"""To be raised when the same chapter is encoded otherwise because of a change of ours."""
ENCODERS = ("av", "lameenc")
AHEAD = 2
"""Chapters that are encoded while the next is spoken."""


def take_parts(
    keys: Sequence[str],
    writers: Sequence[ModuleType],
    settings: AudioSettings,
    work: Path,
    cache: Cache,
) -> dict[int, list[Path]]:
    """The parts in `cache`, one for each of `writers`, of the chapters that have them all.

    `keys` are those of all chapters; in the result they are known by their index. The parts are
    put into `work`, so that nobody can clear them away.
    """
    taken = {}
    for index, key in enumerate(keys):
        paths = [_part_path(work, index, writer) for writer in writers]
        if all(
            _take_part(_part_key(key, writer, settings), path, cache)
            for writer, path in zip(writers, paths, strict=True)
        ):
            taken[index] = paths
    return taken


def _take_part(key: str, path: Path, cache: Cache) -> bool:
    digest = cache.read(key)
    return digest is not None and cache.take_file(digest.decode(), path)


def _part_path(work: Path, index: int, writer: ModuleType) -> Path:
    return work / f"{index:05d}.{writer.KIND}.part"


def _part_key(segment_key: str, writer: ModuleType, settings: AudioSettings) -> str:
    coding = repr((KEY_VERSION, segment_key, writer.KIND, settings, _encoders()))
    return hashlib.sha256(coding.encode()).hexdigest()


@remember
def _encoders() -> tuple[str, ...]:
    return tuple(f"{name}-{version(name)}" for name in ENCODERS)


def encode_segments(
    segments: Iterable[Segment],
    writers: Sequence[ModuleType],
    settings: AudioSettings,
    pool: Executor,
    *,
    taken: Mapping[int, list[Path]] | None = None,
    cache: Cache | None = None,
) -> Iterator[list[Path]]:
    """Yield the parts of each of `segments`, one for each of `writers`.

    `taken` are parts that there are already, by index. Each of the others is a task of its own in
    `pool`, and is kept in `cache`. A segment's samples are deleted when all its parts are there.
    Raises what the writers raise.
    """
    taken = taken or {}
    waiting: deque[tuple[Segment, list[Future[Path]]]] = deque()

    def encode(segment: Segment, writer: ModuleType) -> Path:
        path = _part_path(segment.pcm.parent, segment.index, writer)
        part: Path = writer.encode(segment, path, settings)
        if cache and segment.key:
            key = _part_key(segment.key, writer, settings)
            cache.write(key, cache.keep_file(part).encode())
        return part

    try:
        for segment in segments:
            parts = (
                []
                if segment.index in taken
                else [pool.submit(encode, segment, writer) for writer in writers]
            )
            waiting.append((segment, parts))
            if len(waiting) >= AHEAD:
                yield _collect(*waiting[0], taken)
                waiting.popleft()
        while waiting:
            yield _collect(*waiting[0], taken)
            waiting.popleft()
    finally:
        for _, parts in waiting:
            for part in parts:
                part.cancel()


def _collect(
    segment: Segment, parts: Sequence[Future[Path]], taken: Mapping[int, list[Path]]
) -> list[Path]:
    if segment.index in taken:
        return taken[segment.index]
    paths = [part.result() for part in parts]
    segment.pcm.unlink()
    return paths
