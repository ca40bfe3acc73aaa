"""What the parts of the PDF reader hand to each other: glyphs become pieces, pieces become lines.

Lengths are points (1/72 inch). The origin is the page's lower left corner as its text is read:
a page of turned text is turned back first.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Style(NamedTuple):
    """How a run of glyphs is set."""

    size: float
    """The em, in points, as it is seen on the page."""
    bold: bool = False
    italic: bool = False
    mono: bool = False
    """Whether all letters of the font are equally wide, as in program code."""
    hidden: bool = False
    """Whether it is not painted, as the text behind a scan is."""


class Mark(NamedTuple):
    """A stretch of a piece's or line's text that is more than plain."""

    start: int
    end: int
    kind: str
    """superscript, subscript, emphasis, strong, or note: the place of a note's mark."""
    value: str = ""
    """The note's label."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand side by side on a page, without a wide gap between them."""

    text: str
    left: float
    right: float
    base: float
    """Height of the baseline."""
    style: Style
    """Of most of its characters."""
    marks: tuple[Mark, ...] = ()

    @property
    def top(self) -> float:
        """Height of the capitals, about."""
        return self.base + 0.72 * self.style.size

    @property
    def bottom(self) -> float:
        """Depth of the descenders, about."""
        return self.base - 0.22 * self.style.size


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a column: its pieces from left to right, and what they say together."""

    pieces: tuple[Piece, ...]
    text: str
    marks: tuple[Mark, ...]
    style: Style
    left: float
    right: float
    base: float


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a page in pieces, top to bottom."""

    number: int
    """0 for the first."""
    width: float
    height: float
    pieces: tuple[Piece, ...]
    turned: tuple[str, ...] = ()
    """Text that runs in another direction than the page's: watermarks, stamps at the side."""
    damaged: bool = False


def merge(pieces: "list[Piece]") -> Line:
    """Make a line of pieces that stand side by side."""
    text, marks = "", []
    for piece in pieces:
        if text:
            text += " "
        marks += [Mark(len(text) + m.start, len(text) + m.end, m.kind) for m in piece.marks]
        text += piece.text
    longest = max(pieces, key=lambda piece: len(piece.text))
    return Line(
        tuple(pieces),
        text,
        tuple(marks),
        longest.style._replace(mono=all(piece.style.mono for piece in pieces)),
        min(piece.left for piece in pieces),
        max(piece.right for piece in pieces),
        longest.base,
    )
