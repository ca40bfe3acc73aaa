"""Encodes chapters in several formats side by side, while the next chapter is being spoken."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from types import ModuleType

from narrate.base.model import Segment
from narrate.write._audio import AudioSettings

AHEAD = 2
"""Chapters that are encoded while the next is spoken."""


def encode_segments(
    segments: Iterable[Segment],
    writers: Sequence[ModuleType],
    settings: AudioSettings,
    pool: Executor,
) -> Iterator[list[Path]]:
    """Yield the parts of each of `segments`, one for each of `writers`.

    Each part is a task of its own in `pool`. A segment's samples are deleted when all its parts
    are there. Raises what the writers raise.
    """
    waiting: deque[tuple[Segment, list[Future[Path]]]] = deque()
    try:
        for segment in segments:
            waiting.append((segment, _submit(segment, writers, settings, pool)))
            if len(waiting) >= AHEAD:
                yield _collect(*waiting[0])
                waiting.popleft()
        while waiting:
            yield _collect(*waiting[0])
            waiting.popleft()
    finally:
        for _, parts in waiting:
            for part in parts:
                part.cancel()


def _submit(
    segment: Segment, writers: Sequence[ModuleType], settings: AudioSettings, pool: Executor
) -> list[Future[Path]]:
    return [
        pool.submit(
            writer.encode, segment, segment.pcm.with_suffix(f".{writer.KIND}.part"), settings
        )
        for writer in writers
    ]


def _collect(segment: Segment, parts: Sequence[Future[Path]]) -> list[Path]:
    paths = [part.result() for part in parts]
    segment.pcm.unlink()
    return paths
