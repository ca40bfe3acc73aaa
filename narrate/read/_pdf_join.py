"""Lines → running text: words that a line's end broke are joined, true hyphens are kept."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from narrate.read._pdf_types import Line, Mark
from narrate.read._words import is_cjk

HYPHENS = "-\u2010\u00ad\u00ac"
"""What ends a line inside a word; the last one is how some fonts encode the soft hyphen."""
RATE = 0.015
"""Share of lines that end in a hyphen where a program hyphenates."""
_PREFIXES = (
    "self non well ex half all cross anti pro semi quasi post pre vice mid high low long short"
    " full part open state e"
)
PREFIXES = frozenset(_PREFIXES.split())
"""First halves of words that are written with a hyphen more often than without."""

CONJUNCTIONS = frozenset(("und", "oder", "bzw", "sowie", "and", "or", "en", "och", "og"))
"""Words before which a hyphen stays that stands for the second half of a compound."""

_TOKEN = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_HEAD = re.compile(rf"([^\W\d_]+(?:-[^\W\d_]+)*)[{HYPHENS}]$")
_TAIL = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u303f\uff00-\uff60]")
"""Thai, Lao, Burmese and Khmer, and the marks of Chinese and Japanese: no space at a line's end."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a document, to tell "exam-" + "ple" from "well-" + "known"."""

    known: frozenset[str]
    hyphenates: bool
    """Whether lines end inside words."""


class Text:
    """Text and marks that grow line by line."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.text = ""
        self.marks: list[Mark] = []

    def add(self, text: str, marks: Sequence[Mark]) -> None:
        """Add a line."""
        if self.text and text:
            self._join(text)
        at = len(self.text)
        for mark in marks:
            moved = mark._replace(start=mark.start + at, end=mark.end + at)
            last = self.marks[-1] if self.marks else None
            if last and last.kind == moved.kind != "note" and moved.start - last.end <= 1:
                self.marks[-1] = last._replace(end=moved.end)
            else:
                self.marks.append(moved)
        self.text += text

    def _join(self, text: str) -> None:
        """Set a space, or take the hyphen away, between what is there and the next line."""
        head = _HEAD.search(self.text[-60:])
        tail = _TAIL.match(text)
        if head and tail and tail[0] in CONJUNCTIONS:
            self.text += " "  # a word's second half is still to come: Haupt- und Nebensatz
            return
        if head and tail and tail[0][0].islower():
            if self._is_broken(head[1], tail[0], self.text[-1]):
                self.text = self.text[:-1]
                end = len(self.text)
                self.marks = [m._replace(end=min(m.end, end)) for m in self.marks if m.start <= end]
            return
        last = self.text[-1]
        if last in "-\u2010" and len(self.text) > 1 and not self.text[-2].isspace():
            return
        glued = last in "—/" and not self.text[-2:-1].isspace()
        if glued or _is_unspaced(last, text[0]):
            return
        self.text += " "

    def _is_broken(self, head: str, tail: str, hyphen: str) -> bool:
        """Tell whether a hyphen only stood at the line's end."""
        if hyphen in "\u00ad\u00ac":
            return True
        whole, compound = (head + tail).lower(), f"{head}-{tail}".lower()
        known = self._words.known
        if (whole in known) != (compound in known):
            return whole in known
        if head.lower() in PREFIXES or "-" in head:
            return False
        return self._words.hyphenates


def _is_unspaced(before: str, after: str) -> bool:
    def joins(character: str) -> bool:
        return is_cjk(character) or _UNSPACED.match(character) is not None

    return joins(before) and joins(after)


def learn_words(lines: Iterable[Sequence[Line]]) -> Words:
    """Learn the words of a document from its columns of lines, without the broken ones."""
    counts: Counter[str] = Counter()
    breaks: list[tuple[str, str]] = []
    total = 0
    for column in lines:
        broken = ""
        for line in column:
            total += 1
            tokens = _TOKEN.findall(line.text.replace("\u2010", "-"))
            if broken and tokens:
                breaks.append((broken, tokens.pop(0)))
            head = _HEAD.search(line.text[-60:])
            broken = head[1] if head else ""
            if broken and tokens:
                tokens.pop()
            counts.update(token.lower() for token in tokens)
    joined = sum((a + b).lower() in counts for a, b in breaks if b[0].islower())
    kept = sum(f"{a}-{b}".lower() in counts for a, b in breaks if b[0].islower())
    often = len(breaks) >= max(2, RATE * total)
    return Words(frozenset(counts), joined > kept or (joined == kept and often))


def join_lines(lines: Iterable[Line], words: Words, skip: int = 0) -> Text:
    """Give the text of `lines` without the first `skip` characters, a list's mark."""
    text = Text(words)
    for line in lines:
        cut = skip + len(line.text[skip:]) - len(line.text[skip:].lstrip()) if skip else 0
        marks = [m._replace(start=max(m.start - cut, 0), end=m.end - cut) for m in line.marks]
        text.add(line.text[cut:], [m for m in marks if m.end > 0 or m.kind == "note"])
        skip = 0
    return text
