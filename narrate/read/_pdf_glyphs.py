"""A page of a PDF → its glyphs: which character stands where, in which style.

pdfium gives them in the order of painting, in logical order where writing runs to the left, and
adds spaces of its own where it sees gaps.
"""

import ctypes
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from narrate.read._pdf_types import Style

INVISIBLE = 3
"""Text rendering mode of text that is not painted (ISO 32000-1, table 106)."""
FIXED_PITCH, ITALIC, FORCE_BOLD = 1, 1 << 6, 1 << 18
"""Flags of a font (ISO 32000-1, table 123)."""
BOLD_WEIGHT = 600
BOLD_NAMES = ("bold", "black", "heavy", "semibold", "-bd", "cmbx", "sfbx", "lmbx", "demi")
ITALIC_NAMES = ("italic", "oblique", "cmti", "sfti", "slanted", "-it", "kursiv")
MONO_NAMES = ("mono", "courier", "cmtt", "lmtt", "sftt", "consol", "typewriter")
BLANKS = frozenset((0x20, 0xA0, 0x0D, 0x0A, 0x09, 0x3000, 0))
SLACK = math.radians(3)
"""How far a line may lean and still count as level."""
SMALLEST = 0.5
"""Points; smaller text cannot be read and is a trace of a program."""


class Glyph(NamedTuple):
    """A character on the page."""

    text: str
    left: float
    right: float
    base: float
    style: Style
    spaced: bool
    """Whether a space character, painted or guessed by pdfium, stands before it."""
    blank: bool
    """Whether that space was painted."""


class Glyphs(NamedTuple):
    """What a page holds, turned so that its text runs from left to right."""

    width: float
    height: float
    level: list[Glyph]
    turned: list[str]


class _Run(NamedTuple):
    """What the glyphs of one text object share."""

    style: Style
    angle: int
    """Direction of writing in quarter turns to the left; -1 for any other."""


def read_glyphs(page: Any) -> Glyphs:  # noqa: ANN401 (pypdfium2 has no types)
    """Give the glyphs of a page of pypdfium2, in the order pdfium gives them."""
    text_page = page.get_textpage()
    try:
        width, height = page.get_size()
        if page.get_rotation() in (90, 270):
            width, height = height, width
        left, bottom = page.get_mediabox()[:2]
        found = list(_walk(text_page.raw))
    finally:
        text_page.close()
    angles = Counter(angle for angle, _ in found)
    main = max((a for a in angles if a >= 0), key=lambda a: (angles[a], -a), default=0)
    turn = _make_turn(main, width, height, left, bottom)
    level = [turn(glyph) for angle, glyph in found if angle == main]
    turned = [f" {g.text}" if g.spaced else g.text for angle, g in found if angle != main]
    if main % 2:
        width, height = height, width
    return Glyphs(width, height, level, turned)


def _make_turn(
    angle: int, width: float, height: float, left: float, bottom: float
) -> Callable[[Glyph], Glyph]:
    """Give the function that turns a glyph so that its line is level and the page begins at 0, 0.

    In a `Glyph` of turned text, `left` and `right` run with the text; `base` is the place of the
    baseline across it.
    """
    if angle == 0 and left == 0 and bottom == 0:
        return lambda glyph: glyph
    start, sign, base, flip = (
        (-left, 1, -bottom, 1),
        (-bottom, 1, width + left, -1),
        (width + left, -1, height + bottom, -1),
        (height + bottom, -1, -left, 1),
    )[angle]

    def turn(glyph: Glyph) -> Glyph:
        near, far = sorted((start + sign * glyph.left, start + sign * glyph.right))
        return glyph._replace(left=near, right=far, base=base + flip * glyph.base)

    return turn


def _walk(raw: Any) -> Iterator[tuple[int, Glyph]]:  # noqa: ANN401
    """Give the glyphs with their directions.

    All glyphs of a text object stand on one line, so its distance from the box is asked for once.
    """
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    to_box, to_x, to_y = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
    fonts: dict[bytes, tuple[bool, bool, bool]] = {}
    run, current, depth = _Run(Style(0), 0), b"", 0.0
    spaced = blank = False
    for index in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if code in BLANKS:
            spaced = True
            blank = blank or pdfium.FPDFText_IsGenerated(raw, index) == 0
            continue
        pdfium.FPDFText_GetLooseCharBox(raw, index, to_box)
        pointer = pdfium.FPDFText_GetTextObject(raw, index)
        address = bytes(pointer)
        level = run.angle % 2 == 0
        if address != current or not pointer:
            run, current = _read_run(raw, index, pointer, fonts), address
            level = run.angle % 2 == 0
            pdfium.FPDFText_GetCharOrigin(raw, index, to_x, to_y)
            depth = y.value - box.bottom if level else x.value - box.left
        if run.style.size < SMALLEST:
            continue
        near, far = (box.left, box.right) if level else (box.bottom, box.top)
        base = (box.bottom if level else box.left) + depth
        yield run.angle, Glyph(_character(code), near, far, base, run.style, spaced, blank)
        spaced = blank = False


def _character(code: int) -> str:
    """Give the character for a code of pdfium, whose 2 is a hyphen at a line's end."""
    if code in (2, 0xFFFE):
        return "-"
    if 0x80 <= code < 0xA0:  # a font that names no characters is Windows' own, mostly
        return bytes([code]).decode("cp1252", "replace")
    return chr(code) if code <= sys.maxunicode else "\ufffd"


def _read_run(
    raw: Any,  # noqa: ANN401
    index: int,
    pointer: Any,  # noqa: ANN401
    fonts: dict[bytes, tuple[bool, bool, bool]],
) -> _Run:
    """Read the style and the direction of the text object that a glyph is of."""
    import pypdfium2.raw as pdfium

    matrix = pdfium.FS_MATRIX()
    size = pdfium.FPDFText_GetFontSize(raw, index)
    if pdfium.FPDFText_GetMatrix(raw, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
        angle = _quarter(math.atan2(matrix.b, matrix.a))
    else:
        angle = 0
    hidden = False
    bold = italic = mono = False
    if pointer:
        hidden = pdfium.FPDFTextObj_GetTextRenderMode(pointer) == INVISIBLE
        font = pdfium.FPDFTextObj_GetFont(pointer)
        key = bytes(font)
        if key not in fonts:
            fonts[key] = _read_font(font) if font else (False, False, False)
        bold, italic, mono = fonts[key]
    return _Run(Style(round(size, 1), bold, italic, mono, hidden), angle)


def _quarter(angle: float) -> int:
    turns = angle / (math.pi / 2)
    nearest = round(turns)
    return nearest % 4 if abs(turns - nearest) * math.pi / 2 < SLACK else -1


def _read_font(font: Any) -> tuple[bool, bool, bool]:  # noqa: ANN401
    """Tell whether a font is bold, italic and of one width, by its flags and its name."""
    import pypdfium2.raw as pdfium

    buffer = ctypes.create_string_buffer(200)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("utf-8", "replace").lower()
    flags = max(pdfium.FPDFFont_GetFlags(font), 0)
    bold = (
        bool(flags & FORCE_BOLD)
        or any(mark in name for mark in BOLD_NAMES)
        or pdfium.FPDFFont_GetWeight(font) >= BOLD_WEIGHT
    )
    italic = bool(flags & ITALIC) or any(mark in name for mark in ITALIC_NAMES)
    mono = bool(flags & FIXED_PITCH) or any(mark in name for mark in MONO_NAMES)
    return bold, italic, mono
