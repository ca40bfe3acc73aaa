"""Cuts a sentence that is too long to be spoken in one breath at its clause marks."""

import re
import unicodedata
from bisect import bisect_left, bisect_right

from narrate.script.abbreviations import load_conjunctions

_MARK = re.compile(
    r"""
      (?P<wide> [；：，、] )
    | (?P<strong> [;:؛?!…]++ ["'”’»)\]]*+ )
    | (?P<dash> —++ | --++ | (?<=\s)[–-](?=\s) )
    | (?P<comma> [,،]++ ["'”’»)\]]*+ )
    | (?P<bracket> [)\]}]++ )
    | (?P<space> \s++ )
    """,
    re.VERBOSE,
)
"""Each way cannot fail after its first character, which keeps the search linear."""
_WORD = re.compile(r"[^\W\d_]{1,16}+(?!\w)")
_SPACE = re.compile(r"\s*")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"

# How good a place to cut is; the lowest number within reach is taken.
_STRONG, _COMMA, _BRACKET, _CONJUNCTION, _SPACED = range(5)


def cut(sentence: str, limit: int = 400) -> list[str]:
    """Cut a sentence into the fewest pieces of about equal length that keep to a limit.

    A piece ends at a semicolon, colon, dash, question or exclamation mark where there is one within
    reach, else at a comma, a closing bracket, before a conjunction, or at a space; a word is broken
    only if it leaves no other way. A comma inside a number is no place to cut.

    Args:
        sentence: One sentence.
        limit: The most characters a piece may have; at least 1.

    Returns:
        Stripped pieces: joined, they are the sentence but for white space. Nothing is left out.

    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    text = sentence.strip()
    if len(text) <= limit:
        return [text] if text else []
    positions, ranks = _places(text)
    pieces = []
    start = 0
    while len(text) - start > limit:
        end = _best(text, start, limit, positions, ranks)
        pieces.append(text[start:end].rstrip())
        space = _SPACE.match(text, end)
        assert space is not None  # it matches the empty string
        start = space.end()
    pieces.append(text[start:])
    return pieces


def _places(text: str) -> tuple[list[int], list[int]]:
    """Give where the text may be cut, in order, and how good each place is."""
    positions: list[int] = []
    ranks: list[int] = []
    for match in _MARK.finditer(text):
        end = match.end()
        rank = _rank(text, match)
        if rank is not None:
            positions.append(end)
            ranks.append(rank)
    return positions, ranks


def _rank(text: str, match: re.Match[str]) -> int | None:
    end = match.end()
    followed_by_space = text[end : end + 1].isspace()
    kind = match.lastgroup
    if kind == "wide":
        return _COMMA if match.group() in "，、" else _STRONG
    if kind == "space":
        word = _WORD.match(text, end)
        joins = word is not None and word.group().lower() in load_conjunctions()
        return _CONJUNCTION if joins else _SPACED
    if kind == "dash":
        return _STRONG
    if kind == "comma":
        inside_number = text[match.start() - 1 : match.start()].isdigit() and text[end].isdigit()
        return _COMMA if followed_by_space or not inside_number else None
    if not followed_by_space:
        return None
    return _STRONG if kind == "strong" else _BRACKET


def _best(text: str, start: int, limit: int, positions: list[int], ranks: list[int]) -> int:
    """Choose the end of the piece at `start`: the best mark, and of equals the most even one."""
    rest = len(text) - start
    even = -(-rest // -(-rest // limit))
    low = start + max(1, even // 2)
    high = min(start + limit, len(text) - even // 2)
    reachable = range(bisect_left(positions, low), bisect_right(positions, high))
    if reachable:
        chosen = min(reachable, key=lambda i: (ranks[i], abs(positions[i] - start - even)))
        return positions[chosen]
    return _between_characters(text, start, start + even)


def _between_characters(text: str, start: int, end: int) -> int:
    """Step back from the middle of a character that is written with several code points."""
    for position in range(end, max(start, end - 16), -1):
        joined = text[position] in _JOINERS or text[position - 1] == "\u200d"
        if not joined and not unicodedata.combining(text[position]):
            return position
    return end
