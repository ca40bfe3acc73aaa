"""Lines of a text file → paragraphs: which line ends were only the edge of the page.

A line that was wrapped ends where the next word did not fit; that is what is tested here, so no
width has to be known beforehand. PDF text and plain text mail are wrapped as well.
"""

import re
from collections.abc import Sequence

from narrate.read._words import CJK, ends_open, ends_sentence, is_cjk

NARROWEST = 50
WIDEST = 120
"""Columns between which lines count as wrapped; longer ones are paragraphs, shorter ones verse."""

SLACK = 0.85
"""Share of the width that a wrapped line fills at least, counting the word that did not fit."""

MOST_ALONE = 3
"""Lines that may stand alone above a paragraph without a blank line between."""

MAX_SHORT = 0.1
"""Share of lines that may end early inside a wrapped paragraph."""

_FIRST_WORD = re.compile(rf"[{CJK}]|[^\s{CJK}]+")
_SPACES = re.compile(r"[ \t]+")
_HYPHEN_AT_END = re.compile(r"([^\W\d_]+)-$")
_LOWER_AT_START = re.compile(r"[^\W\d_]+")


def unwrap(lines: Sequence[str], words: frozenset[str]) -> list[str]:
    r"""Give the paragraphs of neighbouring `lines`; a stanza is one, its lines parted by "\n".

    `words` are the words of the document, which tell "exam-" + "ple" from "well-" + "known".
    No character is lost but white space and hyphens that broke a word.
    """
    lines = [one_spaced(line) for line in lines]
    if len(lines) == 1:
        return list(lines)
    widths = [_width(line) for line in lines]
    if max(widths) > WIDEST:
        return list(lines)
    if max(widths) < NARROWEST or _is_verse(lines):
        return ["\n".join(lines)]
    early = _early(lines, widths)
    first = _salutation(lines, early)
    loose = sum(not ends_sentence(lines[index]) for index in early if index >= first)
    if loose > len(lines) * MAX_SHORT and not _goes_on_in_lower_case(lines):
        return ["\n".join(lines)]
    starts = [*range(first), first]
    starts += [index + 1 for index in early if index >= first and ends_sentence(lines[index])]
    ends = [*starts[1:], len(lines)]
    return [join(lines[a:b], words) for a, b in zip(starts, ends, strict=True)]


def one_spaced(line: str) -> str:
    """Give `line` without the spaces around it, and one for each run of them in it."""
    return _SPACES.sub(" ", line.strip())


def join(lines: Sequence[str], words: frozenset[str]) -> str:
    """Make one line of wrapped `lines`."""
    parts = [lines[0]]
    for line in lines[1:]:
        before = parts[-1]
        hyphen = _HYPHEN_AT_END.search(before[-40:])
        start = _LOWER_AT_START.match(line)
        if hyphen and start and start[0].islower():
            if _is_broken(hyphen[1], start[0], words):
                parts[-1] = before[:-1]
        elif not before.endswith(("—", "--")) and not (is_cjk(before[-1]) and is_cjk(line[0])):
            parts.append(" ")
        parts.append(line)
    return "".join(parts)


def _is_broken(head: str, tail: str, words: frozenset[str]) -> bool:
    """Tell whether a hyphen at a line's end broke a word: the document has the whole elsewhere."""
    whole = (head + tail).lower()
    return whole in words and f"{head}-{tail}".lower() not in words


def _early(lines: Sequence[str], widths: Sequence[int]) -> list[int]:
    """Give the lines, but the last, that end though the next word would have fitted."""
    least = max(widths) * SLACK
    early = []
    for index in range(len(lines) - 1):
        word = _FIRST_WORD.match(lines[index + 1])
        if widths[index] + 1 + (_width(word[0]) if word else 0) < least:
            early.append(index)
    return early


def _salutation(lines: Sequence[str], early: Sequence[int]) -> int:
    """Give the number of lines that stand alone above prose: a title, a byline, "Dear Anna,"."""
    most = min(MOST_ALONE, max(1, len(lines) - 2))
    first = 0
    while first < most and early[first : first + 1] == [first] and not ends_sentence(lines[first]):
        first += 1
    return first


def _is_verse(lines: Sequence[str]) -> bool:
    """Tell verse by its look: each line begins with a capital, most end with a stop."""
    stops = sum(ends_sentence(line) or ends_open(line) or line[-1] in "—-–" for line in lines)
    prose = "".join(lines).isupper()
    return (
        len(lines) > 2
        and not prose
        and stops * 2 >= len(lines)
        and all(line.lstrip("\"'“‘«").lstrip()[:1].isupper() for line in lines)
        and not all(ends_sentence(line) for line in lines)
    )


def _goes_on_in_lower_case(lines: Sequence[str]) -> bool:
    """Tell whether most lines begin inside a sentence."""
    return sum(line[:1].islower() for line in lines[1:]) * 2 > len(lines) - 1


def _width(line: str) -> int:
    """Count columns; Chinese and Japanese characters take two."""
    return len(line) if line.isascii() else len(line) + sum(map(is_cjk, line))
