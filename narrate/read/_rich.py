"""Text with its spans, put together from pieces of marked-up text, and the blocks made of it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from narrate.base.model import Block, Kind, Picture, Span
from narrate.read._clean import MAX_MARKS, clean_text
from narrate.read._words import CJK

FEWEST_VERSES = 3
"""Lines that were broken on purpose and make a stanza; fewer are a sentence or an address."""

_WHITE_SPACE = re.compile(r"[ \t\n]+")
_CJK_ON_BOTH_SIDES = re.compile(f"[{CJK}\u3000-\u303f\uff00-\uffef]{{2}}")
_WORD_GOES_ON = re.compile(r"[^\W\d_]-\Z")


class RichText(NamedTuple):
    """Clean text in which no white space stands double or at an end."""

    text: str
    r"""Lines that were broken on purpose are parted by "\n"."""
    spans: tuple[Span, ...] = ()
    """In the order of their beginnings. Marks of notes have no length."""

    def on_one_line(self) -> "RichText":
        """Make a space of every line break; spans keep their places."""
        return self._replace(text=self.text.replace("\n", " "))

    def cut(self, start: int, end: int) -> "RichText":
        """Give a part of the text, with those spans, or parts of them, that are in it."""
        text = self.text[start:end]
        lead = len(text) - len(text.lstrip(" \n"))
        start, text = start + lead, text.strip(" \n")
        end = start + len(text)
        spans = (
            span._replace(start=max(span.start, start) - start, end=min(span.end, end) - start)
            for span in self.spans
            if span.start <= end and span.end >= start
        )
        kept = [span for span in spans if span.end > span.start or span.kind in ("note", "image")]
        return RichText(text, tuple(kept))

    @property
    def notes(self) -> tuple[str, ...]:
        """The labels of the notes that are referred to."""
        return tuple(span.value for span in self.spans if span.kind == "note")


class TextBuilder:
    """Puts a RichText together; what is opened and closed need not be nested.

    White space is collapsed as a browser does, and every piece cleaned, so that the spans count
    characters of the text as it comes out.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._wrapped = False
        self._open: defaultdict[str, list[int]] = defaultdict(list)
        self._spans: list[Span] = []

    def add(self, text: str) -> None:
        """Append a piece of text, in which line ends are spaces."""
        piece = text
        if not (text.isascii() and text.isprintable() and "  " not in text):
            piece = _WHITE_SPACE.sub(" ", clean_text(text))
        if not piece:
            return
        if self._wrapped:
            self._wrapped = False
            if not _is_glued(self._tail(), piece):
                piece = f" {piece}"
        if not self._length or self._tail().endswith((" ", "\n")):
            piece = piece.lstrip(" ")
        if piece:
            self._append(piece)

    def wrap(self) -> None:
        """Note the end of a line that is only the edge of the page: a space, or nothing."""
        self._wrapped = True

    def break_line(self) -> None:
        """Break the line on purpose."""
        self._wrapped = False
        if self._length and not self._tail().endswith("\n"):
            self._append("\n")

    def open(self, kind: str, value: str = "") -> None:
        """Begin a span."""
        self._open[kind].append(len(self._spans))
        self._spans.append(Span(self._length, self._length, kind, value))

    def close(self, kind: str) -> None:
        """End the span of this kind that began last, if there is one."""
        if self._open[kind]:
            index = self._open[kind].pop()
            start, _, _, value = self._spans[index]
            self._spans[index] = Span(start, self._length, kind, value)

    def mark(self, label: str) -> None:
        """Set the mark of a note, which is no character of the text."""
        self._spans.append(Span(self._length, self._length, "note", label))

    def build(self) -> RichText:
        """Give the text; spans that are still open end with it."""
        for kind, starts in self._open.items():
            while starts:
                self.close(kind)
        text = "".join(self._parts).rstrip(" \n")
        spans = (_trim(span, text) for span in self._spans)
        kept = [span for span in spans if span.end > span.start or span.kind in ("note", "image")]
        return RichText(text, tuple(kept))

    def _tail(self) -> str:
        """Give the last piece, which ends as the text does."""
        return self._parts[-1] if self._parts else ""

    def _append(self, piece: str) -> None:
        """Append a clean piece; a combining mark joins the character before it."""
        tail = self._tail()[-MAX_MARKS - 1 :]
        first = piece[0]
        if tail and (
            unicodedata.combining(first) or not unicodedata.is_normalized("NFC", tail[-1] + first)
        ):
            last = self._parts.pop()
            self._length -= len(tail)
            self._parts.append(last[: len(last) - len(tail)])
            piece = clean_text(tail + piece)
        self._parts.append(piece)
        self._length += len(piece)


def make_blocks(
    rich: RichText, kind: Kind = "para", level: int = 0, marker: str = ""
) -> Iterator[Block]:
    """Give the block that `rich` is: none where it is empty, one for each picture that is alone.

    A paragraph or quote of lines that were broken on purpose is verse.
    """
    pictures = [span for span in rich.spans if span.kind == "image"]
    if pictures and kind != "heading" and not _outside(rich.text, pictures).strip():
        for span in pictures:
            alt = rich.text[span.start : span.end].replace("\n", " ")
            yield Block("image", alt, picture=Picture(alt, span.value))
        return
    if rich.text:
        if kind in ("para", "quote") and rich.text.count("\n") >= FEWEST_VERSES - 1:
            kind, level = "verse", 0
        else:
            rich = rich.on_one_line()
        yield Block(kind, rich.text, level, "", rich.spans, marker, notes=rich.notes)


def make_table(rows: Sequence[Sequence[RichText]]) -> Iterator[Block]:
    """Give the table of these cells, header row first; none where all are empty."""
    spans: list[Span] = []
    texts: list[tuple[str, ...]] = []
    place = 0
    for row in rows:
        cells = [cell.on_one_line() for cell in row]
        for cell in cells:
            spans += [
                span._replace(start=span.start + place, end=span.end + place) for span in cell.spans
            ]
            place += len(cell.text) + 1
        texts.append(tuple(cell.text for cell in cells))
    text = "\n".join("\t".join(row) for row in texts)
    if text.strip():
        notes = tuple(span.value for span in spans if span.kind == "note")
        yield Block("table", text, spans=tuple(spans), rows=tuple(texts), notes=notes)


def _is_glued(before: str, after: str) -> bool:
    """Tell whether the end of a line parts no words: a dash, a hyphen, or CJK on both sides."""
    if before.endswith(("—", "--")) or _CJK_ON_BOTH_SIDES.fullmatch(before[-1:] + after[:1]):
        return True
    return _WORD_GOES_ON.search(before[-2:]) is not None and after[:1].islower()


def _trim(span: Span, text: str) -> Span:
    """Give `span` without white space at its ends."""
    start, end = min(span.start, len(text)), min(span.end, len(text))
    while start < end and text[start] in " \n":
        start += 1
    while end > start and text[end - 1] in " \n":
        end -= 1
    return Span(start, end, span.kind, span.value)


def _outside(text: str, spans: Sequence[Span]) -> str:
    """Give what is left of `text` without the characters of sorted `spans`."""
    left = []
    place = 0
    for span in spans:
        left.append(text[place : span.start])
        place = max(place, span.end)
    return "".join([*left, text[place:]])
