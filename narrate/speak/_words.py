"""Word times: from an engine's events to the words of the text."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

Time = tuple[int, int, int, int]
"""Of a word: first and last character of it, first and last sample; both lasts are one past it."""


def find_words(text: str) -> list[tuple[int, int]]:
    """The spans of the words of `text`: runs between white space with a letter, digit or sign."""
    return [
        match.span()
        for match in re.finditer(r"\S+", text)
        if any(character.isalnum() for character in match.group())
    ]


def time_words(text: str, starts: Sequence[tuple[int, int]], samples: int) -> list[Time]:
    """Times of every word of `text` in an utterance of `samples` samples.

    `starts` are pairs (character, sample) in the order of the sound. An engine may give several
    for one word (numbers), none where it says two words as one ("of the"), and may step back a
    little; the first for each word counts. A word without one shares the stretch of the words
    around it by the number of its letters.
    """
    words = find_words(text)
    if not words:
        return []
    anchors = _anchor(words, starts, samples)
    times: list[int] = []
    for (word, sample), (next_word, next_sample) in pairwise([*anchors, (len(words), samples)]):
        letters = [end - start for start, end in words[word:next_word]]
        whole, before = sum(letters), 0
        for count in letters:
            times.append(sample + (next_sample - sample) * before // whole)
            before += count
    ends = [*times[1:], samples]
    return [
        (start, end, first, last)
        for (start, end), first, last in zip(words, times, ends, strict=True)
    ]


def _anchor(
    words: Sequence[tuple[int, int]], starts: Sequence[tuple[int, int]], samples: int
) -> list[tuple[int, int]]:
    """(word, sample) pairs, both growing, beginning with the first word at its own or at 0."""
    begins = [start for start, _ in words]
    anchors: list[tuple[int, int]] = []
    for character, sample in starts:
        word = bisect_right(begins, character) - 1
        if word < 0 or character >= words[word][1]:
            continue
        if anchors and (word <= anchors[-1][0] or sample <= anchors[-1][1]):
            continue
        if 0 <= sample < samples:
            anchors.append((word, sample))
    if not anchors or anchors[0][0] > 0:
        anchors = [(0, 0), *(pair for pair in anchors if pair[1] > 0)]
    return anchors
