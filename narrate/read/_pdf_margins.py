"""Pages → pages without what recurs on them: running heads and feet, page numbers, watermarks.

A row at the edge of a page is a running head if a page near by has the same words at the same
height, numbers allowed to differ, or if it holds the page's number where most pages hold theirs.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from narrate.base.model import LeftOut
from narrate.read._clean import clean_text
from narrate.read._pdf_types import Page, Piece

DEEPEST = 6
"""Rows at the edge of a page that may be running heads or feet."""
NEAR = (-2, -1, 1, 2)
"""Pages whose rows are compared: the next ones, and the next ones on the same side of a book."""
SAME_HEIGHT = 4.0
"""Points by which the same row may move between pages."""
TOO_LARGE = 1.3
"""A row in letters so much larger than the text's is a heading, on every slide perhaps."""
WATERMARK = 1.8
"""Letters so much larger that return at the same place lie behind the text."""
EDGE = 0.2
"""Share of the page's height in which heads, and in which feet, can stand."""
MOST = 0.6
"""Share of the pages that must agree where words change from page to page."""
TEXT_LEADING = 1.5
"""Ems from a line of text to the next, at most."""
LONGEST_CLOSE = 40
"""Characters of a running head that stands as close to the text as its lines do."""
LONGEST_NUMBER = 5
"""Digits of a line's number."""
LEAST_LINES = 5
"""Numbered lines on a page, at least."""

_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_END_NUMBERS = re.compile(r"^\d{1,5}\s+|\s+\d{1,5}$")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.|s\.|página|pagina|стр\.|страница|صفحة|עמוד|第)\s*)?#"
    r"(?:\s*(?:of|/|von|de|sur|di|van|из|מתוך|من|页|頁|ページ)\s*#?)?\W*",
    re.IGNORECASE,
)


class Row(NamedTuple):
    """Pieces of a page at one height."""

    base: float
    key: str
    """The text with every number as "#", in lower case."""
    pieces: tuple[Piece, ...]
    numbers: tuple[int, ...]
    """Its first and last number, if the row begins or ends with them."""

    def text(self) -> str:
        """Give its words, without the page's number beside them."""
        words = " ".join(piece.text for piece in self.pieces)
        return clean_text(_END_NUMBERS.sub("", words) or words).strip()


class Trimmed(NamedTuple):
    """Pages without what recurs, and what that was."""

    pages: list[Page]
    left_out: list[LeftOut]
    """In the order of the pages; what is the same on several pages once."""


def drop_margins(pages: Sequence[Page], body: float) -> Trimmed:
    """Take running heads and feet, page numbers and watermarks out of `pages`.

    `body` is the size of the text's letters in points.
    """
    gone_by: dict[LeftOut, None] = {}
    tops = [_rows(page, top=True) for page in pages]
    feet = [_rows(page, top=False) for page in pages]
    marks = _watermarks(pages, body)
    offset = _offset(tops, feet)
    numbers_out: list[str] = []
    kept = []
    for at, page in enumerate(pages):
        gone: set[Piece] = {piece for piece in page.pieces if _place(piece) in marks}
        gone_by |= dict.fromkeys(
            LeftOut("watermark", piece.text) for piece in sorted(gone, key=_place)
        )
        numbers = _line_numbers(page)
        if numbers:
            gone_by[LeftOut("line numbers", " ".join(piece.text for piece in numbers))] = None
            gone.update(numbers)
        for rows in (tops, feet):
            for row in _recurring(rows, at, body, offset):
                if _PAGE_NUMBER.fullmatch(row.key):
                    numbers_out.append(row.text())
                else:
                    gone_by[LeftOut("running head or foot", row.text())] = None
                gone.update(row.pieces)
        kept.append(replace(page, pieces=tuple(p for p in page.pieces if p not in gone)))
    if numbers_out:
        span = dict.fromkeys((numbers_out[0], numbers_out[-1]))
        gone_by[LeftOut("page numbers", " … ".join(span))] = None
    return Trimmed(kept, list(gone_by))


def _rows(page: Page, *, top: bool) -> list[Row]:
    """Give the rows at the upper or lower edge of a page, the outermost first."""
    edge = page.height * EDGE
    pieces: Iterable[Piece] = page.pieces if top else reversed(page.pieces)
    rows: list[list[Piece]] = []
    for piece in pieces:
        inside = piece.base > page.height - edge if top else piece.base < edge
        if not inside:
            break
        if rows and abs(rows[-1][0].base - piece.base) <= 2:
            rows[-1].append(piece)
        elif len(rows) < DEEPEST:
            rows.append([piece])
        else:
            break
    return [_make_row(row) for row in rows]


def _make_row(pieces: list[Piece]) -> Row:
    pieces.sort(key=lambda piece: piece.left)
    text = " ".join(piece.text for piece in pieces)
    words = re.findall(r"\w+", text)
    ends = [word for word in (words[:1] + words[-1:]) if word.isdecimal() and len(word) < 6]
    key = _NUMBERS.sub("#", " ".join(text.split()).lower())
    return Row(pieces[0].base, key, tuple(pieces), tuple(int(word) for word in ends))


def _recurring(
    all_rows: Sequence[Sequence[Row]], at: int, body: float, offset: int | None
) -> Iterable[Row]:
    """Give the rows of page `at` that recur, from the edge inwards up to the first that does not.

    `offset` is what `_offset` gives.
    """
    rows = all_rows[at]
    for depth, row in enumerate(rows):
        if depth + 1 < len(rows) and _is_text(row, rows[depth + 1], body):
            return
        if max(piece.style.size for piece in row.pieces) > TOO_LARGE * body:
            return
        numbered = offset is not None and any(n - at == offset for n in row.numbers)
        alone = _PAGE_NUMBER.fullmatch(row.key) is not None
        if (
            _recurs(row, all_rows, at)
            or (numbered and depth == 0)
            or (alone and (numbered or len(all_rows) == 1) and depth == 0)
        ):
            yield row
        else:
            return


def _is_text(row: Row, inner: Row, body: float) -> bool:
    """Tell whether a row is long and close to the next, as lines of the text itself are."""
    size = max(piece.style.size for piece in row.pieces)
    close = abs(row.base - inner.base) < TEXT_LEADING * size
    return close and size > 0.95 * body and len(row.key) > LONGEST_CLOSE


def _recurs(row: Row, all_rows: Sequence[Sequence[Row]], at: int) -> bool:
    for step in NEAR:
        if 0 <= at + step < len(all_rows):
            for other in all_rows[at + step]:
                if other.key == row.key and abs(other.base - row.base) <= SAME_HEIGHT:
                    return True
    return False


def _offset(tops: Sequence[Sequence[Row]], feet: Sequence[Sequence[Row]]) -> int | None:
    """Give printed number less index of the page, where most pages agree on it."""
    offsets = Counter(
        offset
        for at, rows in enumerate(zip(tops, feet, strict=True))
        for offset in {number - at for side in rows for row in side[:1] for number in row.numbers}
    )
    if len(tops) < 2 or not offsets:
        return None
    offset, count = max(offsets.items(), key=lambda item: (item[1], -item[0]))
    return offset if count >= MOST * len(tops) and count > 1 else None


def _place(piece: Piece) -> tuple[str, int, int]:
    return piece.text, round(piece.left / 2), round(piece.base / 2)


def _watermarks(pages: Sequence[Page], body: float) -> set[tuple[str, int, int]]:
    """Give the places of large letters that lie behind the text of most pages."""
    places = Counter(
        _place(piece)
        for page in pages
        for piece in page.pieces
        if piece.style.size > WATERMARK * body
        and page.height * EDGE < piece.base < page.height * (1 - EDGE)
    )
    least = max(3.0, MOST * len(pages))
    return {place for place, count in places.items() if count >= least}


def _line_numbers(page: Page) -> list[Piece]:
    """Give the numbers that count the lines of a page in its margin."""
    edge = min((p.left for p in page.pieces if len(p.text) > LONGEST_NUMBER), default=0.0)
    numbers = [p for p in page.pieces if p.text.isdecimal() and p.right < edge]
    counts = [int(piece.text) for piece in numbers if len(piece.text) <= LONGEST_NUMBER]
    rising = all(a < b for a, b in pairwise(counts))
    return numbers if len(numbers) >= LEAST_LINES and rising else []
