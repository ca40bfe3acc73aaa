"""Where a text is broken into lines, and how large it can be set in a box."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

ELLIPSIS = "…"
IDEOGRAPHS = (
    "\u2e80-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
DASHES = "\\-–—/"
ATOM = re.compile(rf"[{IDEOGRAPHS}]|[{DASHES}]*[^{IDEOGRAPHS}{DASHES}]+[{DASHES}]*|[{DASHES}]+")
NEVER_FIRST = frozenset(
    "、。，．：；！？…‥・ー々ゝゞ）」』】〉》〕］｝”’»)]},.:;!?%％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
)
"""Closing marks and small kana do not begin a line (JIS X 4051; GB/T 15834 for Chinese)."""
NEVER_LAST = frozenset("（「『【〈《〔［｛“‘«([{¿¡")
BALANCE_STEPS = 24


class Piece(NamedTuple):
    """A stretch of text that is not broken."""

    text: str
    spaced: bool
    """Whether a space parts it from the piece before."""


class Setting(NamedTuple):
    """A text in lines, and its size in pixels to the em."""

    size: int
    lines: tuple[str, ...]


def split_pieces(text: str) -> list[Piece]:
    """Break `text` at spaces, after dashes and slashes, and between ideographs."""
    pieces: list[Piece] = []
    for word in text.split():
        parts: list[str] = []
        for atom in ATOM.findall(word):
            if parts and (atom[0] in NEVER_FIRST or parts[-1][-1] in NEVER_LAST):
                parts[-1] += atom
            else:
                parts.append(atom)
        pieces += [Piece(part, spaced=index == 0) for index, part in enumerate(parts)]
    return pieces


def wrap_pieces(
    pieces: Sequence[Piece], width: float, measure: Callable[[str], float]
) -> tuple[str, ...]:
    """Fill lines of `width` pixels with `pieces`; one that is wider has a line of its own."""
    lines: list[str] = []
    used = 0.0
    for piece in pieces:
        space = " " if piece.spaced and lines else ""
        wide = measure(piece.text) + (measure(space) if space else 0)
        if lines and used + wide <= width:
            lines[-1] += space + piece.text
            used += wide
        else:
            lines.append(piece.text)
            used = measure(piece.text)
    return tuple(lines)


def fit_text(
    text: str,
    measure: Callable[[str, int], float],
    *,
    width: float,
    height: float,
    sizes: Sequence[int],
    leading: float,
) -> Setting:
    """Set `text` at the largest of `sizes` at which it fits `width` and `height` pixels.

    `measure` gives the width of a text at a size; `leading` is the distance of two base lines in
    em. Lines are of about equal length. At the smallest size words that are too wide are broken,
    and what does not fit ends with an ellipsis.
    """
    pieces = split_pieces(text)
    for size in sizes:
        at_size = cache(lambda part, size=size: measure(part, size))
        if max(at_size(piece.text) for piece in pieces) <= width:
            lines = wrap_pieces(pieces, width, at_size)
            if len(lines) * leading * size <= height:
                return Setting(size, _balance(pieces, lines, width, at_size))
    pieces = [part for piece in pieces for part in _break_piece(piece, width, at_size)]
    lines = wrap_pieces(pieces, width, at_size)
    most = max(1, int(height / (leading * size)))
    if len(lines) > most:
        lines = (*lines[: most - 1], _shorten(lines[most - 1], width, at_size))
    return Setting(size, lines)


def _balance(
    pieces: Sequence[Piece],
    lines: tuple[str, ...],
    width: float,
    measure: Callable[[str], float],
) -> tuple[str, ...]:
    """As many lines as `lines`, in the narrowest column that takes no more."""
    widest = max(measure(piece.text) for piece in pieces)
    for step in range(1, BALANCE_STEPS):
        column = width * (BALANCE_STEPS - step) / BALANCE_STEPS
        narrower = wrap_pieces(pieces, column, measure)
        if column < widest or len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _break_piece(piece: Piece, width: float, measure: Callable[[str], float]) -> list[Piece]:
    """`piece` in parts that are no wider than `width`; a letter keeps its marks."""
    if measure(piece.text) <= width:
        return [piece]
    parts = [""]
    used = 0.0
    for char in piece.text:
        wide = measure(char)
        if used + wide > width and parts[-1] and unicodedata.category(char)[0] != "M":
            parts.append("")
            used = 0.0
        parts[-1] += char
        used += wide
    return [Piece(part, piece.spaced and index == 0) for index, part in enumerate(parts)]


def _shorten(line: str, width: float, measure: Callable[[str], float]) -> str:
    """`line` with an ellipsis at its end, without the words it takes the place of."""
    while measure(line + ELLIPSIS) > width:
        line = line.rpartition(" ")[0] or line[:-1]
    return line.rstrip(" ,;:.–—-") + ELLIPSIS
