"""Glyphs of a page → pieces: what stands side by side, with its words found by the gaps.

Painted spaces are believed, pdfium's guesses only where there is a gap. Order of painting is kept
inside a piece, for it is the logical one in scripts that run to the left.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from narrate.read._pdf_bidi import is_rtl, order_glyphs
from narrate.read._pdf_glyphs import Glyph, Glyphs
from narrate.read._pdf_types import Mark, Page, Piece, Style
from narrate.read._words import is_cjk

WIDE_GAP = 0.7
"""Ems of white between two pieces; justified lines have less between their words, mostly."""
WORD_GAP, GUESSED_GAP = 0.14, 0.09
"""Ems of white that part two words, and that part them where pdfium sees a space."""
OVERLAP = -0.6
"""Ems that a glyph may reach back into the one before it: kerning, accents."""
LEVEL, SLANT = 0.12, 0.3
"""Ems by which the baselines of a line may differ, and of neighbours in it: the E of TeX."""
RAISED = 0.75
"""Ems by which a small mark may stand above or below its line."""
MOSTLY = 0.8
"""Share of the glyphs of a bold piece that are bold, at least."""
SMALL = 0.88
"""Size of a superscript or subscript to its line's, at most."""

_ACCENTS = dict(
    zip(
        "`´ˆ˜¨ˇ˘˚¸˛¯˝˙",
        "\u0300\u0301\u0302\u0303\u0308\u030c\u0306\u030a\u0327\u0328\u0304\u030b\u0307",
        strict=True,
    )
)
"""Accents that old TeX fonts set as glyphs of their own, and their combining forms."""


def read_pieces(number: int, glyphs: Glyphs) -> Page:
    """Give page `number` with its text in pieces, top to bottom."""
    chains = list(_chain(_unique(glyphs.level)))
    rows = _join_rows(chains)
    pieces = [_make_piece(row) for row in rows]
    pieces = [piece for piece in pieces if piece.text.strip()]
    pieces.sort(key=lambda piece: (-piece.base, piece.left))
    turned = "".join(glyphs.turned).strip()
    return Page(number, glyphs.width, glyphs.height, tuple(pieces), (turned,) if turned else ())


def _unique(glyphs: Sequence[Glyph]) -> Iterator[Glyph]:
    """Leave out glyphs that are painted twice at one place to look bold or to cast a shadow.

    The letters of a ligature stand at one place as well, but are of one text object.
    """
    seen: dict[tuple[str, int, int], Style] = {}
    for glyph in glyphs:
        step = glyph.style.size * 0.15
        key = (glyph.text, int(glyph.left / step), int(glyph.base / step))
        if seen.setdefault(key, glyph.style) is glyph.style:
            yield glyph


def _chain(glyphs: Iterator[Glyph]) -> Iterator[list[Glyph]]:
    """Give the glyphs that follow each other on a line, in the order of painting."""
    chain: list[Glyph] = []
    right = left = 0.0
    for glyph in glyphs:
        if chain:
            before = chain[-1]
            if _is_near(glyph, before, left, right) and _is_level(before, glyph, chain):
                left = min(left, glyph.left)
                right = max(right, glyph.right)
                chain.append(glyph)
                continue
            yield chain
        chain = [glyph]
        left, right = glyph.left, glyph.right
    if chain:
        yield chain


def _is_near(glyph: Glyph, before: Glyph, left: float, right: float) -> bool:
    """Tell whether a glyph stands beside a chain from `left` to `right`, or in one that is RTL."""
    em = max(before.style.size, glyph.style.size)
    gap = WIDE_GAP * min(before.style.size, glyph.style.size)
    if OVERLAP * em < glyph.left - right < gap or OVERLAP * em < left - glyph.right < gap:
        return True
    if glyph.left == before.left:  # the letters of a ligature
        return True
    return is_rtl(glyph.text) and glyph.left < right + gap and glyph.right > left - gap


def _is_level(before: Glyph, glyph: Glyph, chain: Sequence[Glyph]) -> bool:
    """Tell whether a glyph stands on the line of a chain, or is a mark above or below it."""
    if before.base == glyph.base:
        return True
    em = max(before.style.size, glyph.style.size)
    if abs(before.base - glyph.base) <= SLANT * em:
        return True
    small = min(before.style.size, glyph.style.size)
    if small <= SMALL * em and abs(before.base - glyph.base) <= RAISED * em:
        return True
    return len(chain) > 1 and any(
        abs(other.base - glyph.base) <= LEVEL * em and before.style.size <= SMALL * em
        for other in chain[-4:-1]
    )


class _Row:
    """A chain, or several that turned out to stand side by side."""

    def __init__(self, chain: list[Glyph]) -> None:
        sizes = Counter((g.style, g.base) for g in chain)
        # the largest of the frequent styles: the marks of a formula are many, but small
        (self.style, self.base), _ = max(sizes.items(), key=lambda i: (i[1] * i[0][0].size, i[0]))
        if self.style.mono and not all(style.mono for style, _ in sizes):
            self.style = self.style._replace(mono=False)
        bold = sum(count for (style, _), count in sizes.items() if style.bold)
        if self.style.bold and bold < MOSTLY * len(chain):
            self.style = self.style._replace(bold=False)
        self.left = min(g.left for g in chain)
        self.right = max(g.right for g in chain)
        self.chains = [chain]

    def take(self, other: "_Row") -> None:
        """Add what stands beside."""
        self.chains += other.chains
        self.left = min(self.left, other.left)
        if len(other.chains[0]) > len(self.chains[0]) and other.style.size >= self.style.size:
            self.style, self.base = other.style, other.base
        self.right = max(self.right, other.right)


def _join_rows(chains: Sequence[list[Glyph]]) -> list[_Row]:
    """Join the chains of a line that were not painted one after the other."""
    rows = sorted((_Row(chain) for chain in chains), key=lambda row: (-row.base, row.left))
    done: list[_Row] = []
    band: list[_Row] = []
    for row in [*rows, None]:
        if band and (row is None or band[0].base - row.base > LEVEL * band[0].style.size):
            done += _join_band(sorted(band, key=lambda other: other.left))
            band = []
        if row is not None:
            band.append(row)
    return _attach_marks(done)


def _join_band(band: list[_Row]) -> list[_Row]:
    joined: list[_Row] = []
    for row in band:
        last = joined[-1] if joined else None
        em = min(row.style.size, last.style.size) if last else 0
        if last and 2 * OVERLAP * em < row.left - last.right < WIDE_GAP * em:
            last.take(row)
        else:
            joined.append(row)
    return joined


def _attach_marks(rows: list[_Row]) -> list[_Row]:
    """Attach small marks that were painted apart to the line that they stand above or below."""
    rows.sort(key=lambda row: (-row.base, row.left))
    kept: list[_Row] = []
    for at, row in enumerate(rows):
        host = _find_host(row, rows, at) if sum(map(len, row.chains)) <= 3 else None
        if host is None:
            kept.append(row)
        else:
            host.take(row)
    return kept


def _find_host(mark: _Row, rows: list[_Row], at: int) -> _Row | None:
    """Give the line directly before a small mark, if there is one near."""
    for step in (1, -1):
        index = at + step
        while 0 <= index < len(rows) and abs(rows[index].base - mark.base) < 2 * mark.style.size:
            row = rows[index]
            em = row.style.size
            beside = -0.1 * em <= mark.left - row.right <= 0.25 * em
            if beside and mark.style.size <= SMALL * em:
                offset = mark.base - row.base
                if 0.15 * em <= offset <= RAISED * em or -0.4 * em <= offset <= -0.1 * em:
                    return row
            index += step
    return None


def _make_piece(row: _Row) -> Piece:
    """Write out the text of a row of glyphs, with its marks."""
    chains = sorted(row.chains, key=lambda c: min(g.left for g in c))
    glyphs = [glyph for chain in chains for glyph in chain]
    if any(is_rtl(glyph.text) for glyph in glyphs):
        glyphs = order_glyphs(glyphs)
        spaces = _find_gaps(glyphs)
    else:
        spaces = _find_spaces(glyphs)
    parts: list[str] = []
    marks: list[Mark] = []
    length, accent = 0, ""
    for glyph, space in zip(glyphs, spaces, strict=True):
        written = glyph.text if glyph.text < "\xa0" else _fold(glyph.text)
        if written in _ACCENTS and not accent:
            accent = written
            continue
        if accent:
            written = _accented(accent, written)
            accent = ""
        if space and length:
            written = f" {written}"
        if glyph.style is not row.style or glyph.base != row.base:
            _extend(marks, length + (written[0] == " "), length + len(written), _kind(glyph, row))
        parts.append(written)
        length += len(written)
    text = "".join([*parts, accent])
    return Piece(text, row.left, row.right, row.base, row.style, tuple(marks))


def _extend(marks: list[Mark], start: int, end: int, kind: str) -> None:
    """Add a mark, or lengthen the last one."""
    if not kind:
        return
    if marks and marks[-1].kind == kind and start - marks[-1].end <= 1:
        marks[-1] = marks[-1]._replace(end=end)
    else:
        marks.append(Mark(start, end, kind))


def _accented(accent: str, written: str) -> str:
    composed = unicodedata.normalize("NFC", written[:1] + _ACCENTS[accent])
    if len(composed) == 1 and written[:1].isalpha():
        return composed + written[1:]
    return accent + written


def _find_gaps(glyphs: Sequence[Glyph]) -> list[bool]:
    """Tell where words begin by the gaps alone: in two directions pdfium's spaces lose place."""
    word, words = 0, {}
    right = -math.inf
    for at in sorted(range(len(glyphs)), key=lambda at: glyphs[at].left):
        glyph = glyphs[at]
        word += glyph.left - right > WORD_GAP * glyph.style.size
        words[at] = word
        right = max(right, glyph.right)
    return [at > 0 and words[at] != words[at - 1] for at in range(len(glyphs))]


def _find_spaces(glyphs: Sequence[Glyph]) -> list[bool]:
    """Tell for each glyph whether a word begins with it."""
    gaps = [0.0]
    for before, glyph in pairwise(glyphs):
        em = min(before.style.size, glyph.style.size)
        gaps.append(max(glyph.left - before.right, before.left - glyph.right) / em)
    spaces = [
        g.blank or gap > (GUESSED_GAP if g.spaced else WORD_GAP)
        for g, gap in zip(glyphs, gaps, strict=True)
    ]
    words = 1 + sum(spaces[1:])
    if len(glyphs) >= 4 and words * 10 >= len(glyphs) * 7 and not is_cjk(glyphs[0].text):
        return _letter_spaced(gaps)
    return [
        space and not (gap < GUESSED_GAP and is_cjk(g.text) and is_cjk(b.text))
        for space, gap, g, b in zip(spaces, gaps, glyphs, [glyphs[0], *glyphs], strict=False)
    ]


def _letter_spaced(gaps: Sequence[float]) -> list[bool]:
    """Find the words in a line whose letters are set apart: their gaps are wider still."""
    middle = sorted(gaps[1:])[len(gaps) // 2 - 1]
    return [gap > max(1.6 * middle, middle + 0.15) for gap in gaps]


def _fold(text: str) -> str:
    """Write ligatures and presentation forms as the letters that they stand for."""
    if "\ufb00" <= text <= "\ufdff" or "\ufe70" <= text <= "\ufefc":
        return unicodedata.normalize("NFKC", text).strip() or text
    return text


def _kind(glyph: Glyph, row: _Row) -> str:
    """Name what a glyph is more than plain."""
    em = row.style.size
    if glyph.style.size <= SMALL * em:
        if glyph.base - row.base > 0.15 * em:
            return "superscript"
        if row.base - glyph.base > 0.08 * em:
            return "subscript"
    if glyph.style.italic and not row.style.italic:
        return "emphasis"
    return "strong" if glyph.style.bold and not row.style.bold else ""
