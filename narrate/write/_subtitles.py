"""Subtitles: what is read in one glance, and when.

A caption has at most two lines of 42 columns and stays for at most seven seconds, the customary
limits of subtitling (EBU and Netflix style guides agree on them). Sentences that need more are cut,
by preference behind a sign of punctuation, at the times of their words.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from narrate.base.cast import speaker_name
from narrate.base.model import Cue, WordTime
from narrate.write._lines import split_pieces

COLUMNS = 42
LINES = 2
LONGEST_MS = 7_000
SHORTEST_MS = 1_000
"""A caption that is over sooner stays for so long, if the next leaves the time."""

SENTENCE_END = re.compile(r"[.!?…。！？؟۔।॥]['\"’”»)\]）」』]*$")
CLAUSE_END = re.compile(r"[,;:،؛、，；：–—]['\"’”»)\]）」』]*$|[)\]）」』]$")
# What a caption costs, where it ends, and how far it is from a good length: only how they compare
# matters. One more caption is worse than any border but one in the middle of a clause.
PER_CAPTION, AT_CLAUSE, IN_CLAUSE, TOO_SHORT, UNEVEN = 1000, 150, 700, 500, 300
CLAUSE_WORTH = 0.4
"""How much more uneven two lines may be, as a share of a line, to end the first at a clause."""

_SPACE = re.compile(r"\s")
_NO_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands on the screen at one time."""

    start_ms: int
    end_ms: int
    text: str
    """Without line breaks; of the written text, characters that stand for nothing dropped."""
    lines: tuple[tuple[int, int], ...]
    """The stretch of `text` in each line."""
    words: tuple[WordTime, ...]
    """With places in `text`."""
    speaker: str = ""
    """A name; empty for the narrator."""
    language: str = ""


def columns(text: str) -> int:
    """How many columns `text` takes in a fixed grid (UAX #11)."""
    return sum(map(_width, text))


def _width(character: str) -> int:
    if character.isascii():
        return 1 if character.isprintable() else 0
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def make_captions(cues: Iterable[Cue]) -> Iterator[Caption]:
    """The captions of `cues`, in order; none overlaps the next."""
    waiting: Caption | None = None
    for cue in cues:
        for caption in _cut_cue(cue):
            if waiting:
                yield _hold(waiting, caption.start_ms)
            waiting = caption
    if waiting:
        yield _hold(waiting, waiting.end_ms + SHORTEST_MS)


def _hold(caption: Caption, following_ms: int) -> Caption:
    """`caption`, staying long enough to be read, but not into the next."""
    end_ms = max(caption.end_ms, caption.start_ms + SHORTEST_MS)
    end_ms = min(end_ms, following_ms, caption.start_ms + LONGEST_MS)
    return replace(caption, end_ms=max(end_ms, caption.start_ms + 1))


def _cut_cue(cue: Cue) -> Iterator[Caption]:
    text = _Text(_SPACE.sub(" ", cue.text))
    clock = _Clock(cue)
    pieces = text.pieces
    if not pieces:
        return
    for first, last in pairwise(_choose_borders(text, clock)):
        start_ms = clock.time(pieces[first][0]) if first else cue.start_ms
        end_ms = clock.time(pieces[last][0]) if last < len(pieces) else cue.end_ms
        yield _make_caption(cue, text, first, last, (start_ms, end_ms))


def _make_caption(
    cue: Cue, text: "_Text", first: int, last: int, times: tuple[int, int]
) -> Caption:
    """The caption of the pieces from `first` to `last`."""
    start, end = text.pieces[first][0], text.pieces[last - 1][1]
    words = cue.words[_find(cue, start) : _find(cue, end)]
    return Caption(
        *times,
        text=text.text[start:end],
        lines=tuple((one - start, two - start) for one, two in text.break_lines(first, last)),
        words=tuple(
            word._replace(start=word.start - start, end=min(word.end, end) - start)
            for word in words
        ),
        speaker=" ".join(speaker_name(cue.cast).split()),
        language=cue.language,
    )


def _find(cue: Cue, place: int) -> int:
    """The number of the first word that begins at `place` or behind it."""
    return bisect_left(cue.words, place, key=lambda word: word.start)


class _Clock:
    """When a character of a cue is heard."""

    def __init__(self, cue: Cue) -> None:
        whole = WordTime(0, max(1, len(cue.text)), cue.start_ms, cue.end_ms)
        self._words = cue.words or (whole,)
        self._starts = [word.start for word in self._words]
        self._end_ms = cue.end_ms

    def time(self, place: int) -> int:
        """Milliseconds: inside a word its share of the word's, between words the next one's."""
        number = bisect_right(self._starts, place) - 1
        if number >= 0 and place < self._words[number].end:
            word = self._words[number]
            share = (place - word.start) / (word.end - word.start)
            return word.start_ms + round((word.end_ms - word.start_ms) * share)
        following = number + 1
        return self._words[following].start_ms if following < len(self._words) else self._end_ms


class _Text:
    """A sentence and the pieces that it may be cut between, none wider than a line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._reach = list(accumulate(map(_width, text), initial=0))
        self.pieces: list[tuple[int, int]] = []
        place = 0
        for piece in split_pieces(text):
            start = text.index(piece.text, place)
            place = start + len(piece.text)
            while self.width(start, place) > COLUMNS:
                cut = self._fit(start)
                self.pieces.append((start, cut))
                start = cut
            self.pieces.append((start, place))

    def width(self, start: int, end: int) -> int:
        """The columns from `start` to `end`."""
        return self._reach[end] - self._reach[start]

    def _fit(self, start: int) -> int:
        """Where a line that begins at `start` is full; a mark stays with its letter."""
        cut = bisect_right(self._reach, self._reach[start] + COLUMNS) - 1
        while cut > start + 1 and _width(self.text[cut]) == 0:
            cut -= 1
        return cut

    def border_cost(self, number: int) -> int:
        """What it costs to end a line or a caption behind the piece before `number`."""
        end = self.pieces[number - 1][1]
        before = self.text[max(0, end - 8) : end]
        if SENTENCE_END.search(before):
            return 0
        return AT_CLAUSE if CLAUSE_END.search(before) else IN_CLAUSE

    def break_lines(self, first: int, last: int) -> tuple[tuple[int, int], ...]:
        """The stretch of each line of these pieces, about equally long; empty if two are too few.

        A line ends behind a sign of punctuation rather than a little nearer to the middle.
        """
        pieces = self.pieces
        start, end = pieces[first][0], pieces[last - 1][1]
        if self.width(start, end) <= COLUMNS:
            return ((start, end),)
        options = []
        for number in range(last - 1, first, -1):
            stop, following = pieces[number - 1][1], pieces[number][0]
            upper, lower = self.width(start, stop), self.width(following, end)
            if lower > COLUMNS:
                break
            if upper <= COLUMNS:
                uneven = abs(upper - lower) / COLUMNS
                clause = self.border_cost(number) < IN_CLAUSE
                options.append((uneven - (CLAUSE_WORTH if clause else 0), stop, following))
        if not options:
            return ()
        _, stop, following = min(options)
        return ((start, stop), (following, end))


def _choose_borders(text: _Text, clock: _Clock) -> list[int]:
    """The numbers of the pieces with which captions begin, and the number of pieces.

    The cheapest way from the first to the last: each step is a caption, so there are few to try.
    """
    pieces = text.pieces
    count = len(pieces)
    times = [clock.time(start) for start, _ in pieces]
    times.append(clock.time(pieces[-1][1]))
    if _fits(text, times, 0, count):
        return [0, count]  # one caption is always cheaper than two
    best: list[tuple[float, int]] = [(0.0, 0)]
    for last in range(1, count + 1):
        options = []
        for first in range(last - 1, max(-1, last - 1 - LINES * COLUMNS), -1):
            if first < last - 1 and not _fits(text, times, first, last):
                break
            width = text.width(pieces[first][0], pieces[last - 1][1])
            cost = PER_CAPTION + UNEVEN * (1 - width / (LINES * COLUMNS)) ** 2
            cost += TOO_SHORT if times[last] - times[first] < SHORTEST_MS else 0
            cost += text.border_cost(last) if last < count else 0
            options.append((best[first][0] + cost, first))
        best.append(min(options))
    borders = [count]
    while borders[-1]:
        borders.append(best[borders[-1]][1])
    return borders[::-1]


def _fits(text: _Text, times: Sequence[int], first: int, last: int) -> bool:
    """Whether the pieces from `first` to `last` can be one caption."""
    start, end = text.pieces[first][0], text.pieces[last - 1][1]
    return (
        times[last] - times[first] <= LONGEST_MS
        and text.width(start, end) <= LINES * COLUMNS + 1
        and bool(text.break_lines(first, last))
    )
