"""Faster speech at the same pitch, by FFmpeg's atempo: overlapping pieces that fit (WSOLA)."""

from collections.abc import Iterator
from itertools import pairwise
from math import ceil, log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.filter import Graph

MOST_AT_ONCE = 2.0
"""Above this, the filter leaves pieces out instead of blending them."""


def change_tempo(pcm: bytes, rate_hz: int, factor: float) -> bytes:
    """`pcm` (signed 16-bit mono), `factor` (1 or more) times as fast."""
    from av import AudioFrame
    from av.filter import Graph

    graph = Graph()
    steps = max(1, ceil(log2(factor) / log2(MOST_AT_ONCE)))
    chain = [
        graph.add_abuffer(sample_rate=rate_hz, format="s16", layout="mono"),
        *(graph.add("atempo", f"{factor ** (1 / steps):.9f}") for _ in range(steps)),
        graph.add("aformat", "sample_fmts=s16"),
        graph.add("abuffersink"),
    ]
    for one, other in pairwise(chain):
        one.link_to(other)
    graph.configure()
    frame = AudioFrame("s16", "mono", len(pcm) // 2, align=1)
    frame.planes[0].update(pcm)
    frame.sample_rate = rate_hz
    frame.pts = 0
    graph.push(frame)
    graph.push(None)
    return b"".join(_drain(graph))


def _drain(graph: "Graph") -> Iterator[bytes]:
    from av import AudioFrame
    from av.error import EOFError as EndOfFileError

    while True:
        try:
            frame = graph.pull()
        except EndOfFileError:
            return
        assert isinstance(frame, AudioFrame)
        yield bytes(frame.planes[0])[: 2 * frame.samples]
