"""Columns → lines with the measures that tell paragraphs apart, and notes at the foot of a page."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from narrate.read._pdf_types import Line, Mark, Page, Piece, merge

SAME_LINE = 0.3
"""Ems by which the baselines of the pieces of a line may differ."""
NOTE_SIZE = 0.93
"""Size of a note's letters to the text's, at most."""
SAME_EDGE = 3.0
"""Points by which aligned lines may differ."""
DROP_CAP = 1.7
"""Size of a drop cap to the letters beside it, at least."""

SYMBOLS = ("*", "**", "***", "†", "‡", "§", "¶", "∗", "∗∗", "††", "‡‡")
NOTE_LABEL = re.compile(r"(\d{1,3}|[*†‡§¶∗]{1,3}|[a-z](?=\s))(?:[.):]?(?=\s)|(?=[^\W\d_]|[“\"(‘]))")
_SYMBOL_BEHIND = re.compile(r"(?<=[\w.,;:!?)”\"’])([*†‡§¶∗]{1,3})(?!\w)")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Column:
    """Lines that follow each other downwards."""

    page: int
    lines: list[Line]
    left: float = 0
    right: float = 0


class Measures(NamedTuple):
    """What is usual in a document."""

    body: float
    """Size of the text's letters, in points."""
    bold: bool
    """Whether most of the text is bold, so that bold says nothing."""
    leading: dict[float, float]
    """Points from baseline to baseline, by the size of the letters."""


def body_size(pages: Iterable[Page]) -> float:
    """Give the size in which most characters are set; 10 where there are none."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for piece in page.pieces:
            sizes[round(piece.style.size * 2) / 2] += len(piece.text)
    return max(sizes.items(), key=lambda item: (item[1], item[0]))[0] if sizes else 10.0


def make_lines(pieces: Sequence[Piece]) -> list[Line]:
    """Make lines of the pieces of one column, top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.base, p.left)):
        em = piece.style.size
        if rows and rows[-1][0].base - piece.base <= SAME_LINE * min(em, rows[-1][0].style.size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda p: p.left)
    _set_drop_caps(rows)
    return [merge(row) for row in rows if row]


def is_right_to_left(text: str) -> bool:
    """Tell whether most letters of `text` are Hebrew, Arabic or of their kin."""
    return len(_RIGHT_TO_LEFT.findall(text)) * 2 > len(_LETTER.findall(text))


def _set_drop_caps(rows: list[list[Piece]]) -> None:
    """Set a large first letter before the line whose top is level with its own."""
    for at, row in enumerate(rows):
        cap = row[0]
        if len(cap.text) > 2 or not cap.text.isalpha():
            continue
        for above in rows[max(0, at - 4) : at + 1]:
            first = next((piece for piece in above if piece is not cap), None)
            if (
                first is not None
                and cap.style.size > DROP_CAP * first.style.size
                and abs(first.top - cap.top) < 0.6 * first.style.size
                and 0 <= first.left - cap.right + 2 < first.style.size
            ):
                row.remove(cap)
                above[above.index(first)] = _with_cap(cap, first)
                break


def _with_cap(cap: Piece, first: Piece) -> Piece:
    """Put the letter of a drop cap before the rest of its word, or the word A before the next."""
    alone = cap.text in ("A", "I", "O") and first.text[:1].isupper()
    start = cap.text + (" " if alone else "")
    marks = tuple(Mark(m.start + len(start), m.end + len(start), m.kind) for m in first.marks)
    return Piece(start + first.text, cap.right, first.right, first.base, first.style, marks)


def measure(columns: Iterable[Column], body: float) -> Measures:
    """Find the usual leading for each size of letters and set the edges of each column."""
    gaps: dict[float, Counter[float]] = {}
    bold: Counter[bool] = Counter()
    for column in columns:
        _set_edges(column)
        for before, line in zip(column.lines, column.lines[1:], strict=False):
            gap = before.base - line.base
            size = line.style.size
            if before.style.size == size and 0.8 * size < gap < 2.6 * size:
                gaps.setdefault(size, Counter())[round(gap * 2) / 2] += 1
        for line in column.lines:
            bold[line.style.bold] += len(line.text)
    leading = {
        size: max(counts.items(), key=lambda item: (item[1], -item[0]))[0]
        for size, counts in gaps.items()
    }
    return Measures(body, bold[True] > bold[False], leading)


def _set_edges(column: Column) -> None:
    """Set where the lines of a column begin, mostly, and end: the farthest ones may stick out."""
    lefts: Counter[int] = Counter()
    for line in column.lines:
        lefts[round(line.left / SAME_EDGE)] += len(line.text)
    most = max(lefts.items(), key=lambda item: (item[1], -item[0]))[0]
    column.left = min(x.left for x in column.lines if round(x.left / SAME_EDGE) == most)
    rights = sorted(line.right for line in column.lines)
    column.right = rights[-1 - len(rights) // 20]


class Split(NamedTuple):
    """The lines of a column, and those of the notes at its foot."""

    text: list[Line]
    notes: list[Line]


def split_notes(lines: Sequence[Line], body: float, referred: Collection[str]) -> Split:
    """Part the notes at the foot of a column from its text.

    `referred` are the superscripts on the page: a label that is not raised itself must be one.
    """
    first = len(lines)
    while first > 0 and lines[first - 1].style.size <= NOTE_SIZE * body:
        first -= 1
    if first == 0 and lines and lines[0].base > lines[-1].base + 12 * body:
        return Split(list(lines), [])
    while first < len(lines) and not note_label(lines[first], referred):
        first += 1
    return Split(list(lines[:first]), list(lines[first:]))


def note_label(line: Line, referred: Collection[str]) -> str:
    """Give the label that a note's first line begins with: "3", "*"; "" where there is none."""
    match = NOTE_LABEL.match(line.text)
    if not match:
        return ""
    raised = any(m.start == 0 and m.kind == "superscript" for m in line.marks)
    is_symbol = match[0] in SYMBOLS and line.text[len(match[0]) :].strip() != ""
    return match[1] if raised or is_symbol or match[1] in referred else ""


def superscripts(lines: Iterable[Line]) -> set[str]:
    """Give what stands raised behind the words of `lines`."""
    return {
        line.text[mark.start : mark.end].strip("[]() ")
        for line in lines
        for mark in line.marks
        if mark.kind == "superscript" and mark.start > 0
    } | {match[1] for line in lines for match in _SYMBOL_BEHIND.finditer(line.text)}
