"""Pieces of a page → columns in reading order.

A gutter is a line that several pieces begin right behind and others end before, side by side, line
after line, each as wide as text is and not as a table's cells are. What crosses it (a title, an
abstract, a wide figure) parts the page into bands; each band is read column by column, and each
column may be parted again.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from narrate.read._pdf_types import Piece
from narrate.read._words import is_cjk

LEAST_LINES = 3
"""Lines that must stand side by side in a band."""
LEAST_WIDTH = 15
"""Characters that a line of a column has on average; a table's cells have fewer."""
LEAST_GAP = 0.6
"""Ems of white between columns."""
SAME_EDGE = 3.0
"""Points by which the left edges of lines may differ."""
MOST_EDGES = 12
"""Left edges that are tried on a page: those with the most lines."""
DEEPEST = 4
"""Partings inside each other: enough for a newspaper's six columns."""


class _Band(NamedTuple):
    """Pieces between two that cross the gutter, or one run of those that cross it."""

    left: list[Piece]
    right: list[Piece]
    across: list[Piece]


def order_columns(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Give the columns of a page in reading order, each from top to bottom."""
    yield from _part(sorted(pieces, key=lambda p: (-p.base, p.left)), depth=0)


def _part(pieces: list[Piece], depth: int) -> Iterator[list[Piece]]:
    gutter = _find_gutter(pieces) if depth < DEEPEST else None
    if gutter is None:
        yield pieces
        return
    whole: list[Piece] = []
    for band in _bands(pieces, gutter):
        if not _is_parted(band):
            whole += sorted(
                [*band.across, *band.left, *band.right], key=lambda p: (-p.base, p.left)
            )
            continue
        if whole:
            yield from _part(whole, depth=depth + 1)
            whole = []
        for side in (band.left, band.right):
            yield from _part(side, depth=depth + 1)
    if whole:
        yield from _part(whole, depth=depth + 1)


def _find_gutter(pieces: Sequence[Piece]) -> float | None:
    """Give the place of the gutter that parts the most lines, if there is any."""
    best, most = None, 0
    for edge in _edges(pieces):
        score = sum(
            min(len(band.left), len(band.right))
            for band in _bands(pieces, edge)
            if _is_parted(band)
        )
        if score > most:
            best, most = edge, score
    return best


def _edges(pieces: Sequence[Piece]) -> list[float]:
    """Give the places right before which no line of a possible column begins."""
    lefts = sorted(piece.left for piece in pieces)
    groups: list[list[float]] = []
    for left in lefts:
        if groups and left - groups[-1][0] <= SAME_EDGE:
            groups[-1].append(left)
        else:
            groups.append([left])
    groups = [group for group in groups[1:] if len(group) >= LEAST_LINES]
    groups.sort(key=lambda group: (-len(group), group[0]))
    return [group[0] - 1 for group in groups[:MOST_EDGES]]


def _bands(pieces: Sequence[Piece], gutter: float) -> Iterator[_Band]:
    """Give the bands of a page from top to bottom."""
    band = _Band([], [], [])
    for piece in pieces:
        across = piece.left < gutter < piece.right - 1
        if across != bool(band.across) and any(band):
            yield band
            band = _Band([], [], [])
        if across:
            band.across.append(piece)
        elif piece.left >= gutter:
            band.right.append(piece)
        else:
            band.left.append(piece)
    if any(band):
        yield band


def _is_parted(band: _Band) -> bool:
    """Tell whether lines of text stand on both sides, next to each other."""
    if len(band.left) < LEAST_LINES or len(band.right) < LEAST_LINES:
        return False
    top = min(band.left[0].base, band.right[0].base) + 2
    low = max(band.left[-1].base, band.right[-1].base) - 2
    beside = [[p for p in side if low <= p.base <= top] for side in (band.left, band.right)]
    if not all(_is_text(side) for side in beside):
        return False
    edge = min(p.left for p in band.right) - LEAST_GAP * min(s[0].style.size for s in beside)
    near = sum(piece.right > edge for piece in band.left)
    return near <= max(1, len(band.left) // 10)  # a page's number may stand in the gutter


def _is_text(side: Sequence[Piece]) -> bool:
    """Tell whether one side of a band is as wide as text is."""
    lines = len({round(piece.base) for piece in side})
    if lines < LEAST_LINES:
        return False
    width = sum(len(p.text) + sum(map(is_cjk, p.text)) for p in side)
    return width >= LEAST_WIDTH * lines
