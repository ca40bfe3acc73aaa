"""Glyphs of a line in Hebrew, Arabic or their kin → logical order, from where they stand.

Programs store such lines in the order of the eye or of the tongue, and pdfium turns only some of
them. So the order is found from the places alone: from right to left, but numbers and words in
other scripts from left to right (the inverse of the reordering of UAX #9, for two levels).
"""

import unicodedata
from bisect import bisect
from collections.abc import Sequence

from narrate.read._pdf_glyphs import Glyph

_LEFT_TO_RIGHT = frozenset(("L", "EN", "AN"))
_BETWEEN = frozenset(("ES", "CS", "ET"))
"""Signs that belong to a number when digits stand on both sides."""


def is_rtl(text: str) -> bool:
    """Tell whether a character is written to the left."""
    return text >= "\u0590" and unicodedata.bidirectional(text[0]) in ("R", "AL")


def order_glyphs(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Give the glyphs of a line that holds writing to the left in logical order."""
    bases = [g for g in glyphs if not unicodedata.combining(g.text[0])]
    leftwards = sum(is_rtl(glyph.text) for glyph in bases)
    letters = sum(glyph.text.isalpha() for glyph in bases)
    to_left = leftwards * 2 > letters
    bases.sort(key=lambda g: (g.left + g.right) / 2, reverse=to_left)
    ordered = [glyph for run in _runs(bases, to_left=to_left) for glyph in run]
    return _with_marks(ordered, [g for g in glyphs if unicodedata.combining(g.text[0])])


def _runs(glyphs: Sequence[Glyph], *, to_left: bool) -> list[list[Glyph]]:
    """Part a line into runs of one direction, those against the line's turned round."""
    against = [_is_against(glyph.text, to_left=to_left) for glyph in glyphs]
    for at in range(1, len(glyphs) - 1):
        kind = unicodedata.bidirectional(glyphs[at].text[0])
        numeric = to_left and kind in _BETWEEN
        if (numeric or not to_left) and not glyphs[at].text.isalnum():
            against[at] = against[at - 1] and against[at + 1]
    runs: list[list[Glyph]] = []
    turned: list[bool] = []
    for glyph, turn in zip(glyphs, against, strict=True):
        if not runs or turned[-1] != turn:
            runs.append([])
            turned.append(turn)
        runs[-1].append(glyph)
    return [run[::-1] if turn else run for run, turn in zip(runs, turned, strict=True)]


def _is_against(text: str, *, to_left: bool) -> bool:
    if to_left:
        return unicodedata.bidirectional(text[0]) in _LEFT_TO_RIGHT
    return is_rtl(text)


def _with_marks(bases: list[Glyph], marks: Sequence[Glyph]) -> list[Glyph]:
    """Put vowel signs behind the letters that they stand above or below."""
    if not marks or not bases:
        return bases or list(marks)
    behind: dict[int, list[Glyph]] = {}
    places = sorted((g.left + g.right, at) for at, g in enumerate(bases))
    for mark in marks:
        middle = mark.left + mark.right
        near = bisect(places, (middle, 0))
        around = places[max(near - 1, 0) : near + 1]
        at = min(around, key=lambda place: abs(place[0] - middle))[1]
        behind.setdefault(at, []).append(mark)
    return [g for at, base in enumerate(bases) for g in (base, *behind.get(at, ()))]
