"""Notes at the foot of a page: their blocks, and the marks in the text that refer to them."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from narrate.read._pdf_lines import NOTE_LABEL, note_label
from narrate.read._pdf_types import Line, Mark

_DIGITS = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_CITATION = re.compile(r"\[?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*,?\]?")
_POWER = re.compile(r"[+−-]?\d{1,3}")
WIDEST_LEADING = 1.6
"""Ems from line to line inside a note, at most."""
LEAST_WORD = 4
"""Letters of a word that a raised number behind it does not raise to a power."""


@dataclass(slots=True)
class Note:
    """A note of a page."""

    label: str
    """As printed."""
    marker: str
    """The label, with the page where the document has it several times."""
    lines: list[Line] = field(default_factory=list)


class Notes:
    """The notes of a document, in the order of its pages."""

    def __init__(self) -> None:
        self.all: list[Note] = []
        self._taken: set[str] = set()

    def add(
        self, page: int, lines: Sequence[Line], referred: Collection[str]
    ) -> tuple[dict[str, str], list[Line]]:
        """Take the lines of notes at the foot of `page`.

        Gives the notes' markers by their labels, and the lines behind a wider gap: no notes.
        """
        labels: dict[str, str] = {}
        before: Line | None = None
        for at, line in enumerate(lines):
            label = note_label(line, referred)
            if label and label not in labels:
                marker = label if label not in self._taken else f"{label} ({page + 1})"
                self._taken.add(marker)
                labels[label] = marker
                self.all.append(Note(label, marker, [_unlabelled(line)]))
            elif before is None or before.base - line.base > WIDEST_LEADING * line.style.size:
                return labels, list(lines[at:])
            else:
                self.all[-1].lines.append(line)
            before = line
        return labels, []


def _unlabelled(line: Line) -> Line:
    """Take the label from a note's first line."""
    match = NOTE_LABEL.match(line.text)
    end = match.end() if match else 0
    while end < len(line.text) and line.text[end] == " ":
        end += 1
    marks = tuple(
        m._replace(start=max(m.start - end, 0), end=m.end - end) for m in line.marks if m.end > end
    )
    return replace(line, text=line.text[end:], marks=marks)


def set_marks(line: Line, labels: Mapping[str, str]) -> Line:
    """Take the marks of notes out of a line's text, and write other raised numbers as such."""
    if labels and any(label in line.text for label in labels):
        line = _symbols(line, labels)
    if not any(mark.kind == "superscript" for mark in line.marks):
        return line
    text, marks, done, shift = "", [], 0, 0
    for mark in line.marks:
        if mark.kind != "superscript" or mark.start < done:
            marks.append(mark._replace(start=mark.start + shift, end=mark.end + shift))
            continue
        text += line.text[done : mark.start]
        raised = line.text[mark.start : mark.end]
        label = raised.strip("[]() ")
        if label in labels:
            text = text.rstrip(" ")
            marks.append(Mark(len(text), len(text), "note", labels[label]))
        else:
            written = _write_raised(text, raised)
            marks.append(Mark(len(text), len(text) + len(written), "superscript"))
            text += written
        done = mark.end
        shift = len(text) - done
    return replace(line, text=text + line.text[done:], marks=tuple(marks))


def _symbols(line: Line, labels: Mapping[str, str]) -> Line:
    """Mark note signs such as * and † that are not set smaller, as the notes' marks they are."""
    marks = list(line.marks)
    for label in labels:
        if label.isalnum():
            continue
        for found in re.finditer(rf"(?<=\S){re.escape(label)}(?!\w)", line.text):
            if not any(m.start <= found.start() < m.end for m in marks):
                marks.append(Mark(found.start(), found.end(), "superscript"))
    return replace(line, marks=tuple(sorted(marks)))


def _write_raised(before: str, raised: str) -> str:
    """Write a raised number so that it does not run into the word before it.

    Behind a word it is a reference, written in brackets; behind a unit or a number a power.
    """
    word = re.search(r"[^\W\d_]*$", before)
    is_word = (word is not None and len(word[0]) >= LEAST_WORD) or before[-1:] in ".,;:)”\"'’"
    if _CITATION.fullmatch(raised) and is_word:
        return f"[{raised.strip('[], ')}]"
    return raised.translate(_DIGITS) if _POWER.fullmatch(raised) else raised
