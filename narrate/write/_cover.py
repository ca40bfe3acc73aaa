"""A cover for an article that has none: its title, author, site and date over a sound wave.

The colours follow from the site, so that a site's articles look like a family, and the wave from
the title, so that no two of them look the same. The wave takes the room that the title leaves.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from narrate.base.model import Article
from narrate.write._fonts import Typesetter
from narrate.write._lines import Setting, fit_text

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

SIDE = 1400
"""Pixels; the least that podcast directories take."""
MARGIN = 104
COLUMN = SIDE - 2 * MARGIN
GAP = 84
"""Pixels between the parts of the cover."""
TITLE_FONTS = ("DejaVuSerifCondensed-Bold.ttf", "DejaVuSansCondensed-Bold.ttf")
SMALL_FONTS = ("DejaVuSansCondensed-Bold.ttf",)
TITLE_SIZES = (
    300,
    275,
    250,
    225,
    200,
    180,
    162,
    146,
    132,
    118,
    106,
    96,
    86,
    78,
    70,
    63,
    56,
    50,
    45,
)
AUTHOR_SIZES = (60, 54, 48, 43)
HEADER_SIZES = (46, 42, 38)
CAP_HEIGHT = 0.73
"""Height of a capital letter in em, in the DejaVu fonts."""
BARS = 21
LEAST_WAVE = 150
SPACE = 0.8
"""Between two bars, in bars."""
FADE = 4
"""Bars that rise at the beginning of the wave, and fall at its end."""
LEAST_BAR = 0.12
"""Of the wave's height."""
SMOOTH = 4
"""Pixels drawn for each pixel of the wave's edges."""
LEADING, TALL_LEADING = 1.16, 1.4
"""From base line to base line in em; scripts without capitals reach higher and lower."""
QUALITY = 80
"""Of the JPEG file; at 4:4:4 its letters show no fringe."""


class Palette(NamedTuple):
    """Three colours; both inks stand against the paper at 7:1 or more (WCAG 2.2, 1.4.6)."""

    paper: str
    ink: str
    accent: str


PALETTES = (
    Palette("#0E2F36", "#F7F1E3", "#F5B84B"),
    Palette("#14213D", "#F5F3EE", "#FFA585"),
    Palette("#32143A", "#F8EEF2", "#F3B0C6"),
    Palette("#12321F", "#F3F2E4", "#B8DB6A"),
    Palette("#4A0F1E", "#FBEFE6", "#F7B58A"),
    Palette("#1F2226", "#F4F4F0", "#7FD6C8"),
    Palette("#1E1B4B", "#F1F0FB", "#B9B4FF"),
    Palette("#F6EFDD", "#1C1B1A", "#8A1F11"),
    Palette("#DCE9F2", "#0F1E2E", "#123F86"),
    Palette("#F2C14E", "#1B1A17", "#5B1A12"),
    Palette("#D5E3CF", "#13251A", "#0F4632"),
    Palette("#F3D3C4", "#2A1210", "#6E1A2B"),
)


def draw_cover(article: Article, side: int = SIDE) -> bytes:
    """A square JPEG file of `side` pixels for `article`.

    It depends on the title, author, site, date and language only, and on Pillow and, for letters
    that the fonts of narrate lack, on the fonts of the system.
    """
    from PIL import Image, ImageDraw

    palette = choose_palette(article)
    picture = Image.new("RGB", (side, side), palette.paper)
    scale = side / SIDE
    title = Typesetter(article.title, TITLE_FONTS, article.language)
    page = Page(ImageDraw.Draw(picture), palette, article.language, rtl=title.rtl, scale=scale)
    top = page.put_header(article.site, article.published)
    bottom = page.put_author(article.author)
    top = page.put_title(title, top, bottom - GAP - LEAST_WAVE - GAP)
    wave = draw_wave(article.title, bottom - top, scale)
    picture.paste(palette.accent, (round(MARGIN * scale), round(top * scale)), wave)
    file = BytesIO()
    picture.save(file, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return file.getvalue()


def choose_palette(article: Article) -> Palette:
    """The colours of the site; of the author or the title where it has no site."""
    return PALETTES[_digest(article.site or article.author or article.title)[0] % len(PALETTES)]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()


class Page:
    """The canvas, and the side on which its lines begin.

    All is set out on `SIDE` pixels, and drawn `scale` times as large.
    """

    def __init__(
        self, draw: "ImageDraw", palette: Palette, language: str, *, rtl: bool, scale: float = 1
    ) -> None:
        self._draw = draw
        self._scale = scale
        self._palette = palette
        self._language = language
        self._rtl = rtl

    def put_header(self, site: str, published: str) -> int:
        """Set the site and, at the end of the line, the date; where the title may begin."""
        base = MARGIN + round(CAP_HEIGHT * HEADER_SIZES[0])
        room = float(COLUMN)
        for text, at_end in ((published, True), (site, False)):
            setter = Typesetter(text, SMALL_FONTS, self._language)
            if setter.text:
                size, lines = _fit_line(setter, room, HEADER_SIZES)
                self._put(setter, lines[0], base, size, self._palette.accent, at_end=at_end)
                room -= setter.measure(lines[0], size) + GAP
        return MARGIN if room == COLUMN else base + GAP

    def put_author(self, author: str) -> int:
        """Set the author on the last line; where the wave has to end."""
        setter = Typesetter(author, SMALL_FONTS, self._language)
        base = SIDE - MARGIN
        if not setter.text:
            return base
        size, lines = _fit_line(setter, COLUMN, AUTHOR_SIZES)
        self._put(setter, lines[0], base, size, self._palette.ink)
        return base - round(CAP_HEIGHT * AUTHOR_SIZES[0]) - GAP

    def put_title(self, title: Typesetter, top: int, bottom: int) -> int:
        """Set `title` from `top` to `bottom` at most; where the wave may begin."""
        if not title.text:
            return top
        tall = any(unicodedata.category(char) == "Lo" for char in title.text)
        leading = TALL_LEADING if tall else LEADING
        size, lines = fit_text(
            title.text,
            title.measure,
            width=COLUMN,
            height=bottom - top,
            sizes=TITLE_SIZES,
            leading=leading,
        )
        base = top + CAP_HEIGHT * size
        for line in lines:
            self._put(title, line, round(base), size, self._palette.ink)
            base += leading * size
        return round(base - leading * size) + GAP

    def _put(
        self, setter: Typesetter, line: str, base: int, size: int, ink: str, *, at_end: bool = False
    ) -> None:
        at_right = self._rtl != at_end
        left = SIDE - MARGIN - setter.measure(line, size) if at_right else MARGIN
        place = left * self._scale, round(base * self._scale)
        setter.draw(self._draw, line, place, round(size * self._scale), ink)


def _fit_line(setter: Typesetter, width: float, sizes: Sequence[int]) -> Setting:
    return fit_text(
        setter.text, setter.measure, width=width, height=sizes[0], sizes=sizes, leading=1
    )


def draw_wave(title: str, height: int, scale: float = 1) -> "Image":
    """Bars of sound, as a mask as wide as the column: each byte of the title's digest is a bar."""
    from PIL import Image, ImageDraw

    height, column = round(height * scale), round(COLUMN * scale)
    wave = Image.new("L", (column * SMOOTH, height * SMOOTH))
    draw = ImageDraw.Draw(wave)
    wide = column * SMOOTH / (BARS + (BARS - 1) * SPACE)
    for index, level in enumerate(_digest(title)[:BARS]):
        calm = min(index + 1, BARS - index, FADE) / FADE
        tall = max(wide, height * SMOOTH * calm * (LEAST_BAR + (1 - LEAST_BAR) * level / 255))
        left, middle = index * wide * (1 + SPACE), height * SMOOTH / 2
        box = (left, middle - tall / 2, left + wide - 1, middle + tall / 2 - 1)
        draw.rounded_rectangle(box, wide / 2, 255)
    return wave.reduce(SMOOTH)
