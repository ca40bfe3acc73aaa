"""What a picture's file is, without unpacking it."""

from pathlib import Path
from typing import NamedTuple

TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


class Picture(NamedTuple):
    """A JPEG or PNG file."""

    type: str
    """Its media type."""
    width: int
    height: int
    """Pixels."""
    mode: str
    """How its colours are kept, as Pillow names it: RGB, RGBA, L (grey), P (palette), CMYK…"""


def measure_picture(path: Path) -> Picture | None:
    """Measure the picture in the file at `path`; None if it is no JPEG or PNG that can be read."""
    from PIL import Image

    try:
        with Image.open(path, formats=tuple(TYPES)) as picture:
            return Picture(TYPES[str(picture.format)], *picture.size, picture.mode)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # Pillow has them all
        return None
