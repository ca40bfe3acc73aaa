"""Numbers of list items, as a browser shows them (HTML Standard, 4.4.5 and 4.4.8)."""

from collections.abc import Callable
from typing import Protocol

MOST_DIGITS = 9


class HasAttributes(Protocol):
    """Something whose attributes can be asked for."""

    def get(self, name: str) -> str:
        """Give the value of an attribute, "" where there is none."""


class Numbering:
    """Gives the items of one ordered list their markers."""

    def __init__(self, first: int = 1, step: int = 1, style: str = "1") -> None:
        self._next = first
        self._step = step
        self._write = STYLES.get(style, str)

    @classmethod
    def of(cls, tag: HasAttributes) -> "Numbering":
        """Make the numbering that an `ol` asks for."""
        first = _number(tag.get("start"))
        return cls(1 if first is None else first, -1 if tag.get("reversed") else 1, tag.get("type"))

    def next(self, value: str = "") -> str:
        """Give the marker of the next item, whose `value` attribute wins."""
        own = _number(value)
        number = self._next if own is None else own
        self._next = number + self._step
        return f"{self._write(number)}."


def _number(text: str) -> int | None:
    digits = text.strip()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.removeprefix("-")
    if digits.isdecimal() and len(digits) <= MOST_DIGITS:
        return sign * int(digits)
    return None


def _letters(number: int) -> str:
    """Write 1 as a, 26 as z, 27 as aa."""
    if number < 1:
        return str(number)
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _roman(number: int) -> str:
    """Write 4 as iv; numbers that have no Roman numeral stay as they are."""
    if not 0 < number < 4000:
        return str(number)
    numeral = ""
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        numeral += letters * count
    return numeral


_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
STYLES: dict[str, Callable[[int], str]] = {
    "a": _letters,
    "A": lambda number: _letters(number).upper(),
    "i": _roman,
    "I": lambda number: _roman(number).upper(),
}
"""Values of `type` other than decimal numbers."""
