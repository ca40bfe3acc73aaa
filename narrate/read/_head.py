"""The head of a plain text article: section label, title, standfirst, byline and date.

Nothing in a text file says which line is which; the rules here go by length, closing punctuation
and extra blank lines. What they take is only named, never removed: every line stays a block.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from narrate.base.model import Block
from narrate.read._credit import Credit, read_credit
from narrate.read._lines import Piece
from narrate.read._words import count_words, ends_open, ends_sentence, is_chapter_line

LONGEST_HEAD = 8
"""Blocks."""

LONGEST_TITLE = 14
"""Words."""

LONGEST_SIGNED_TITLE = 25
"""Words of a title that stands above a byline or a date."""

LONGEST_LABEL = 4
"""Words of a section label, such as Foreign Policy."""

LONGEST_STANDFIRST = 20
"""Words of a standfirst that nothing confirms."""

LONGEST_CONFIRMED_STANDFIRST = 40
"""Words of a standfirst before an extra blank line, a byline or a date."""

MOST_LINES = 3
"""Lines without a full stop: label, title and subtitle; more of them are a list of some kind."""


class Head(NamedTuple):
    """The first blocks of a file and what they say about the article."""

    blocks: tuple[Block, ...] = ()
    title: str = ""
    author: str = ""
    published: str = ""
    summary: str = ""


def find_head(pieces: Sequence[Piece]) -> Head:
    """Give the head of a file whose first pieces these are; an empty one where it has none."""
    lines: list[int] = []
    standfirst: int | None = None
    credit: Credit | None = None
    end = 0
    for at, piece in enumerate(pieces[:LONGEST_HEAD]):
        text = piece.block.text
        said = read_credit(text) if piece.block.kind == "para" else None
        if said and (lines or not said.author or " " in said.author):  # "By Design" is a title
            credit = (credit or Credit()).joined(said)
        elif standfirst is None and _is_line(pieces, at) and _may_go_on(pieces, lines, credit, at):
            lines.append(at)
        elif standfirst is None and lines and _is_standfirst(pieces, at, credit):
            standfirst = at
        else:
            break
        end = at + 1
    if end == len(pieces) and standfirst is not None and standfirst == end - 1:
        standfirst, end = None, end - 1  # it is all the text there is
    if lines and _is_list(pieces, lines, end, known=standfirst is not None or credit is not None):
        return Head()
    return _head(pieces[:end], lines, standfirst, credit or Credit())


def _is_line(pieces: Sequence[Piece], at: int) -> bool:
    """Tell whether a piece could be a label, a title or a subtitle."""
    block = pieces[at].block
    text = block.text
    if block.kind == "heading":
        return True
    return (
        block.kind == "para"
        and count_words(text) <= (LONGEST_SIGNED_TITLE if _signed(pieces, at) else LONGEST_TITLE)
        and not ends_open(text)
        and not (ends_sentence(text) and text.rstrip("\"'”’»").endswith((".", "。")))
    )


def _signed(pieces: Sequence[Piece], at: int) -> bool:
    """Tell whether a byline or a date stands under a piece."""
    if at + 1 == len(pieces):
        return False
    after = pieces[at + 1].block
    return after.kind == "para" and read_credit(after.text) is not None


def _may_go_on(
    pieces: Sequence[Piece], lines: Sequence[int], credit: Credit | None, at: int
) -> bool:
    """Tell whether the line at `at` can still belong to the head, or is the first subheading."""
    if not lines:
        return True
    block = pieces[at].block
    labels_only = all(count_words(pieces[line].block.text) <= LONGEST_LABEL for line in lines)
    if any(pieces[line].block.kind == "heading" for line in lines):
        return credit is None and block.kind != "heading" and pieces[at].gap < 2  # a subtitle
    if block.kind == "heading":
        return labels_only and credit is None
    return len(lines) < MOST_LINES and credit is None and not is_chapter_line(block.text)


def _is_standfirst(pieces: Sequence[Piece], at: int, credit: Credit | None) -> bool:
    """Tell whether a sentence under the title sums the article up."""
    piece = pieces[at]
    words = count_words(piece.block.text)
    if piece.block.kind != "para" or not ends_sentence(piece.block.text):
        return False
    extra_space = at + 1 < len(pieces) and pieces[at + 1].gap > max(piece.gap, 1)
    if extra_space or _signed(pieces, at):
        return words <= LONGEST_CONFIRMED_STANDFIRST
    return words <= LONGEST_STANDFIRST and credit is None and piece.gap < 2


def _is_list(pieces: Sequence[Piece], lines: Sequence[int], end: int, *, known: bool) -> bool:
    """Tell whether the lines are no head but all, or the first, of many short lines."""
    if known or any(pieces[line].block.kind == "heading" for line in lines):
        return False
    if end == len(pieces):
        return True
    after = pieces[end].block
    return after.kind == "para" and _is_line(pieces, end) and not is_chapter_line(after.text)


def _head(
    pieces: Sequence[Piece], lines: Sequence[int], standfirst: int | None, credit: Credit
) -> Head:
    """Name the parts of a head."""
    blocks = [piece.block for piece in pieces]
    title = _title(blocks, lines)
    if title is not None:
        blocks[title] = replace(blocks[title], kind="heading", level=1)
        subtitles = [line for line in lines if line > title]
        if standfirst is None and subtitles:
            standfirst = subtitles[0]
    return Head(
        blocks=tuple(blocks),
        title="" if title is None else blocks[title].text,
        author=credit.author,
        published=credit.published or credit.updated,
        summary="" if standfirst is None else blocks[standfirst].text,
    )


def _title(blocks: Sequence[Block], lines: Sequence[int]) -> int | None:
    """Give the title: the underlined line, else the first longer than a label, else the last."""
    for line in lines:
        if blocks[line].kind == "heading":
            return line
    for line in lines:
        if count_words(blocks[line].text) > LONGEST_LABEL:
            return line
    return lines[-1] if lines else None
