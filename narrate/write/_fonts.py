"""Which font draws which letter: those beside this file, then those that the system has.

A font draws a letter that it lacks as a box. So every letter is looked up first, and what no font
has is not drawn. Letters that join or stack (Arabic, Hebrew, Devanagari) are placed by Raqm, which
Pillow has where the FriBiDi library is installed; without it they count as letters that no font
has. All others are set by Pillow alone, so that they look the same on every system.
"""

import os
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, Layout

FONTS = Path(__file__).parent / "fonts"
SYSTEM_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/run/current-system/sw/share/X11/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
    "~/AppData/Local/Microsoft/Windows/Fonts",
)
PROBE_SIZE = 16
"""Pixels; enough to tell any letter from the box."""
UNASSIGNED = "\U0010ffff"
"""Not a character, and never will be: every font draws it as a letter that it lacks."""
JOINERS = "\u200c\u200d"
VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
MOST_MARKS = 3
"""Marks on one letter, of any orthography; more of them would climb over the lines."""
ELLIPSIS = "…"
ELLIPSES = re.compile(r"…(?:\s*…)+")
MOST_CHARACTERS = 1200
"""More than a cover can show at any size."""


class Face(NamedTuple):
    """One font of a file."""

    path: str
    number: int = 0
    """Its place in a collection."""


@cache
def list_system_faces() -> tuple[tuple[Face, str], ...]:
    """The fonts of fonts/system.toml that this system has, each with the language it is for."""
    places = {
        name: os.path.join(folder, name)  # noqa: PTH118 - thousands of names; a Path each is slow
        for top in reversed(SYSTEM_FOLDERS)
        for folder, _, names in os.walk(Path(top).expanduser())
        for name in names
    }
    rows = tomllib.loads((FONTS / "system.toml").read_text(encoding="utf-8"))["font"]
    return tuple(
        (Face(places[row["file"]], row.get("index", 0)), row.get("language", ""))
        for row in rows
        if row["file"] in places
    )


def clean_text(text: str) -> str:
    """`text` on one line, without what is neither seen nor needed: controls, selectors, piles."""
    kept: list[str] = []
    marks = 0
    normal = unicodedata.normalize("NFC", text[:MOST_CHARACTERS])
    for char in VARIATION_SELECTORS.sub("", normal):
        category = unicodedata.category(char)
        marks = marks + 1 if category[0] == "M" else 0
        if category[0] == "Z" or category == "Cc":
            kept.append(" ")
        elif category[0] == "M":
            if marks <= MOST_MARKS and kept and kept[-1] != " ":
                kept.append(char)
        elif category[0] != "C" or char in JOINERS:
            kept.append(char)
    return " ".join("".join(kept).split())


def needs_shaping(char: str) -> bool:
    """Whether its neighbours say how `char` is placed: it runs right to left, or is a mark."""
    return is_rtl(char) or unicodedata.category(char)[0] == "M"


def is_letter(char: str) -> bool:
    """Whether `char` is part of a word: a text without it would be another text."""
    return unicodedata.category(char)[0] in "LMN"


def split_clusters(text: str) -> list[str]:
    """The characters of `text`, each with the marks and joiners that belong to it."""
    clusters: list[str] = []
    for char in text:
        belongs = char in JOINERS or unicodedata.category(char)[0] == "M"
        if belongs and clusters and clusters[-1] != " ":
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left (UAX #9, rule P2)."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((d != "L" for d in directions if d in ("L", "R", "AL")), False)


class Typesetter:
    """Measures and draws the parts of one text, each letter in a font that has it.

    `names` are the files in fonts/ to be used, best first; `language` is a BCP 47 tag. `text` is
    what can be drawn of the text: letters that no font has are an ellipsis, symbols that none has
    are gone. It is empty where less than half of the letters would be left.
    """

    def __init__(self, text: str, names: Sequence[str], language: str) -> None:
        from PIL import ImageFont, features

        text = clean_text(text)
        self._shaped = any(map(needs_shaping, text)) and bool(features.check("raqm"))
        self._layout = ImageFont.Layout.RAQM if self._shaped else ImageFont.Layout.BASIC
        self._language = language if language.isprintable() else ""
        self._fonts: dict[tuple[Face, int, int], FreeTypeFont] = {}
        self._glyphs: dict[tuple[Face, str], bytes] = {}
        self._faces = self._choose_faces([Face(str(FONTS / name)) for name in names], text)
        letters = [cluster for cluster in split_clusters(text) if is_letter(cluster[0])]
        drawn = sum(self._find(cluster) is not None for cluster in letters)
        self.text = self._leave_out(text) if 2 * drawn >= len(letters) else ""
        self.rtl = is_rtl(self.text)

    def measure(self, part: str, size: int) -> float:
        """Width in pixels of `part` of the text, at `size` pixels to the em."""
        return sum(
            self._load(face, size).getlength(run, **self._options())
            for face, run in self._split_runs(part)
        )

    def draw(
        self, draw: "ImageDraw", part: str, at: tuple[float, int], size: int, ink: str
    ) -> None:
        """Draw `part` of the text with the left end of its base line at x and y."""
        x, y = at
        for face, run in self._order_runs(part):
            font = self._load(face, size)
            draw.text((x, y), run, ink, font, anchor="ls", **self._options())
            x += font.getlength(run, **self._options())

    def _options(self) -> dict[str, Any]:
        """What Raqm is told; Pillow's own layout takes none of it."""
        if not self._shaped:
            return {}
        options = {"direction": "rtl" if self.rtl else "ltr"}
        return options | ({"language": self._language} if self._language else {})

    def _load(self, face: Face, size: int, layout: "Layout | None" = None) -> "FreeTypeFont":
        from PIL import ImageFont

        layout = self._layout if layout is None else layout
        key = (face, size, layout)
        if key not in self._fonts:
            self._fonts[key] = ImageFont.truetype(
                face.path, size, face.number, layout_engine=layout
            )
        return self._fonts[key]

    def _choose_faces(self, own: list[Face], text: str) -> list[Face]:
        """The fonts that `text` needs, best first, and `own` for its symbols.

        The best has all letters, or most of those that the fonts before it lack. Looking stops
        when no letter is missing: opening the fonts for Chinese takes longer than drawing.
        """
        letters = dict.fromkeys(filter(is_letter, text))
        missing, gains = list(letters), {}
        for face in chain(own, self._open_system_faces()):
            if not missing:
                break
            before = len(missing)
            missing = [char for char in missing if not self._has(face, char)]
            if len(missing) < before:
                gains[face] = before - len(missing)
        best = sorted(gains, key=lambda face: -gains[face])
        complete = (face for face in gains if all(self._has(face, char) for char in letters))
        return list(dict.fromkeys([*complete, *best, *own]))

    def _open_system_faces(self) -> Iterator[Face]:
        """The system's fonts that can be opened, those for the article's language first."""
        rows = sorted(
            list_system_faces(), key=lambda row: not row[1] or not self._language.startswith(row[1])
        )
        for face, _ in rows:
            try:
                self._load(face, PROBE_SIZE)
            except OSError:  # damaged, or a collection without this font
                continue
            yield face

    def _probe(self, face: Face, char: str) -> bytes:
        """The pixels of `char` in `face`; without Raqm, which adds a circle to a lone mark."""
        from PIL import Image, ImageDraw, ImageFont

        if (face, char) not in self._glyphs:
            picture = Image.new("1", (2 * PROBE_SIZE, 2 * PROBE_SIZE))
            font = self._load(face, PROBE_SIZE, ImageFont.Layout.BASIC)
            ImageDraw.Draw(picture).text((PROBE_SIZE / 2, PROBE_SIZE / 2), char, 1, font)
            self._glyphs[face, char] = picture.tobytes()
        return self._glyphs[face, char]

    def _has(self, face: Face, char: str) -> bool:
        if char in JOINERS:
            return self._shaped
        return self._probe(face, char) != self._probe(face, UNASSIGNED)

    def _find(self, cluster: str) -> Face | None:
        """The first font that has all of `cluster`; None where it cannot be drawn."""
        if not self._shaped and any(map(needs_shaping, cluster)):
            return None
        return next((f for f in self._faces if all(self._has(f, char) for char in cluster)), None)

    def _leave_out(self, text: str) -> str:
        """`text` without what no font has."""
        kept = []
        for cluster in split_clusters(text):
            if cluster == " " or self._find(cluster):
                kept.append(cluster)
            elif self._find(cluster[0]):
                kept.append(cluster[0])
            elif is_letter(cluster[0]):
                kept.append(ELLIPSIS)
        return " ".join(ELLIPSES.sub(ELLIPSIS, "".join(kept)).split())

    def _split_runs(self, part: str) -> list[tuple[Face, str]]:
        """`part` in stretches of one font; a space stays with what is before it."""
        runs: list[tuple[Face, str]] = []
        for cluster in split_clusters(part):
            face = self._find(cluster) or self._faces[0]
            if runs and (cluster == " " or face == runs[-1][0]):
                runs[-1] = (runs[-1][0], runs[-1][1] + cluster)
            else:
                runs.append((face, cluster))
        return runs

    def _order_runs(self, part: str) -> list[tuple[Face, str]]:
        """The runs of `part` from left to right (UAX #9, rule L2, for a line of two levels)."""
        ordered: list[tuple[Face, str]] = []
        for rtl, group in groupby(self._split_runs(part), key=lambda run: is_rtl(run[1])):
            runs = list(group)
            ordered += runs if rtl == self.rtl else runs[::-1]
        return ordered[::-1] if self.rtl else ordered
