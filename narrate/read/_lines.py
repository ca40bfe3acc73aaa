"""Lines of a text file → blocks by their marks alone: lists, quotes, rules, paragraphs, verse."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby, pairwise
from typing import NamedTuple

from narrate.base.model import Block
from narrate.read._credit import read_credit
from narrate.read._unwrap import NARROWEST, join, one_spaced, unwrap
from narrate.read._words import count_words, is_chapter_line

ORNAMENTS = frozenset("*-_=~#+•·◦–—⁂❦☙§")
"""What lines that part sections are made of."""

UNDERLINES = frozenset("=-~^*#_")
"""What may underline a heading."""

LONGEST_HEAD = 8
"""Stretches of lines, and lines of each, where a byline or date is looked for."""

LONGEST_UNDERLINED = 14
"""Words; longer lines above a rule are paragraphs."""

_MARK = re.compile(
    r"(?P<indent>[ \t]*)(?:[-*•‣◦▪●·]|(?P<number>\(?\d{1,3}[.)]|\(?[a-z]\)))[ \t]+(?=\S)"
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class Piece(NamedTuple):
    """A block, and what the look of the file says about it."""

    block: Block
    gap: int
    """Number of blank lines before it."""


def split(text: str) -> Iterator[Piece]:
    """Give the pieces of cleaned `text`; headings are those underlined, else paragraphs."""
    words = _words(text)
    rules: list[str] = []
    for number, (gap, lines) in enumerate(_chunks(text)):
        parts = _parts(lines) if number < LONGEST_HEAD else [lines]
        blocks = chain.from_iterable(_blocks(part, words, rules) for part in parts)
        for index, block in enumerate(blocks):
            yield Piece(block, 0 if index else gap)


def _parts(lines: list[str]) -> list[list[str]]:
    """Part a byline or date, and the lines above it, from the text that follows at once."""
    ends = [at + 1 for at, line in enumerate(lines[:LONGEST_HEAD]) if read_credit(line.strip())]
    alone = ends[-1] if ends else 0
    parts: list[list[str]] = []
    for line in lines[:alone]:
        if parts and _underline(line):
            parts[-1].append(line)
        else:
            parts.append([line])
    return [*parts, lines[alone:]]


def _words(text: str) -> frozenset[str]:
    """Give the words of the text where hyphens at line ends may need them."""
    return frozenset(_WORD.findall(text.lower())) if "-\n" in text else frozenset()


def _chunks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give stretches of lines without a blank one, each with the number of blank lines before."""
    gap = 0
    lines: list[str] = []
    for line in text.split("\n"):
        bare = line.rstrip()
        if bare:
            lines.append(bare)
            continue
        if lines:
            yield gap, lines
            gap, lines = 0, []
        gap += 1
    if lines:
        yield gap, lines


def _blocks(lines: Sequence[str], words: frozenset[str], rules: list[str]) -> Iterator[Block]:
    """Give the blocks of a chunk, walking over runs of lines of one look."""
    at = 0
    while at < len(lines):
        heading = _underlined(lines, at, rules)
        if heading:
            block, at = heading
            yield block
        elif _is_rule(lines[at]):
            yield Block("break", lines[at].strip())
            at += 1
        elif _quoted(lines[at]):
            end = _run(lines, at, _quoted)
            yield from _quotes(lines[at:end], words)
            at = end
        elif _marked(lines[at]):
            end = _run(lines, at, lambda line: not _is_rule(line) and not _quoted(line))
            yield from _items(lines[at:end], words)
            at = end
        else:
            end = _text_end(lines, at)
            yield from _paragraphs(lines[at:end], words)
            at = end


def _run(lines: Sequence[str], at: int, belongs: Callable[[str], object]) -> int:
    """Give where the run of lines that belong together ends."""
    end = at + 1
    while end < len(lines) and belongs(lines[end]):
        end += 1
    return end


def _text_end(lines: Sequence[str], at: int) -> int:
    """Give where lines without a mark end; one line that looks like an item ends nothing."""
    end = at + 1
    if is_chapter_line(lines[at].strip()):
        return end
    while end < len(lines) and not _is_rule(lines[end]) and not _quoted(lines[end]):
        announced = lines[end - 1].endswith(":") or any(map(_marked, lines[end + 1 : end + 2]))
        if announced and _marked(lines[end]):
            break
        end += 1
    return end


def _is_rule(line: str) -> bool:
    bare = line.lstrip()
    return bare[:1] in ORNAMENTS and ORNAMENTS.issuperset(bare.replace(" ", "").replace("\t", ""))


def _underline(line: str) -> str:
    """Give the character that `line` is made of where it can be an underline, else ""."""
    return line[0] if len(line) > 2 and line[0] in UNDERLINES and not line.strip(line[0]) else ""


def _underlined(lines: Sequence[str], at: int, rules: list[str]) -> tuple[Block, int] | None:
    """Give the heading at a line and the line after its underline; `rules` holds their order."""
    over = _underline(lines[at])
    start = at + 1 if over else at
    if start + 1 >= len(lines):
        return None
    text = lines[start].strip()
    rule = _underline(lines[start + 1])
    if (
        not rule
        or (over and over != rule)
        or _is_rule(text)
        or _quoted(text)
        or count_words(text) > LONGEST_UNDERLINED
        or (rule != "=" and len(lines[start + 1]) * 2 < len(text))
    ):
        return None
    if rule not in rules:
        rules.append(rule)
    return Block("heading", text, level=min(rules.index(rule) + 2, 6)), start + 2


def _marked(line: str) -> re.Match[str] | None:
    """Match a bullet or a number, with its indentation."""
    return _MARK.match(line)


def _items(lines: Sequence[str], words: frozenset[str]) -> Iterator[Block]:
    """Give list items, their depth by their indentation; other lines go on with an item."""
    indents: list[int] = []
    starts = list(_item_starts(lines))
    ends = [*(at for at, _ in starts[1:]), len(lines)]
    for (at, mark), end in zip(starts, ends, strict=True):
        indent = len(mark["indent"].expandtabs(4))
        while indents and indents[-1] > indent:
            indents.pop()
        if not indents or indents[-1] < indent:
            indents.append(indent)
        own = [lines[at][mark.end() :], *lines[at + 1 : end]]
        text = join([one_spaced(line) for line in own], words)
        yield Block("item", text, level=len(indents), marker=mark["number"] or "")


def _item_starts(lines: Sequence[str]) -> Iterator[tuple[int, re.Match[str]]]:
    r"""Give the lines that begin an item.

    A number that neither begins a count nor goes on with one is text: "… of section\n7. This".
    """
    last = {"digits": 0, "letters": 0}
    for at, line in enumerate(lines):
        mark = _marked(line)
        if mark is None:
            continue
        number = (mark["number"] or "").strip("(.)")
        if number:
            style = "digits" if number.isdigit() else "letters"
            value = int(number) if number.isdigit() else ord(number) - ord("a") + 1
            if at and value not in (1, last[style] + 1):
                continue
            last[style] = value
        yield at, mark


def _quoted(line: str) -> tuple[int, str] | None:
    """Give the depth and the text of a quoted line; a space parts them, as in "> text"."""
    text = line.lstrip("> \t")
    marks = line[: len(line) - len(text)]
    if text and marks.endswith(">"):
        marks = marks.rstrip(">")
    return (marks.count(">"), line[len(marks) :].strip()) if ">" in marks else None


def _quotes(lines: Sequence[str], words: frozenset[str]) -> Iterator[Block]:
    """Give quotes, one for each paragraph in them; the level is the number of marks."""
    quoted = filter(None, map(_quoted, lines))
    for (depth, blank), run in groupby(quoted, key=lambda line: (line[0], not line[1])):
        if not blank:
            for text in unwrap([text for _, text in run], words):
                yield Block("quote", text, level=depth)


def _paragraphs(lines: Sequence[str], words: frozenset[str]) -> Iterator[Block]:
    """Give paragraphs and stanzas; where only first lines are indented, each begins a paragraph."""
    starts = [0]
    if lines[0][0].isspace() and max(map(len, lines)) >= NARROWEST:
        starts = [at for at, line in enumerate(lines) if line[0].isspace()]
        if len(starts) == len(lines):
            starts = [0]
    for start, end in pairwise([*starts, len(lines)]):
        for text in unwrap(lines[start:end], words):
            yield Block("verse" if "\n" in text else "para", text)
