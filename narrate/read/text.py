"""Plain text → one Article: title, headings, paragraphs, lists, quotes, verse and breaks.

A text file marks its structure by its look alone. What is read into it is conservative: a block
becomes a heading only where a paragraph follows, and every character stays in some block except
white space, bullets, quote marks, underlines and the hyphens of words that a line end broke.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from narrate.base.model import Article, Block
from narrate.read._clean import clean_text
from narrate.read._credit import read_credit
from narrate.read._decode import decode
from narrate.read._head import find_head
from narrate.read._lines import split
from narrate.read._words import (
    count_words,
    ends_open,
    ends_sentence,
    is_chapter_line,
    is_upper_line,
)

SUFFIXES: tuple[str, ...] = (".txt", ".text")
MIMES: frozenset[str] = frozenset({"text/plain"})
LIMITED = False
"""Whether it needs a child process with limits: what is done here takes linear time."""

LONGEST_HEADING = 10
"""Words of a heading that nothing but its shortness shows."""


def read(data: bytes, url: str | None = None) -> Iterator[Article]:
    """Give the one article in a text file; `url` (or its name) is what messages call it.

    Raises ReadError for binary data. `Article.title` is empty where the file has no title line;
    what to call it then, the file's name or its first words, is the caller's to decide.
    """
    yield read_text(decode(data, url or "input"))


def read_text(text: str) -> Article:
    """Give the article in decoded text."""
    pieces = list(split(clean_text(text)))
    head = find_head(pieces)
    body = _body([piece.block for piece in pieces[len(head.blocks) :]])
    return Article(
        title=head.title,
        blocks=head.blocks + tuple(body),
        author=head.author,
        published=head.published,
        summary=head.summary,
    )


def _body(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give the blocks with their headings found; underlined ones start at level 2."""
    levels = sorted({block.level for block in blocks if block.kind == "heading"})
    before: Block | None = None
    for at, block in enumerate(blocks):
        after = blocks[at + 1] if at + 1 < len(blocks) else None
        named = block
        if block.kind == "heading":
            named = replace(block, level=levels.index(block.level) + 2)
        elif _is_heading(before, block, after):
            named = Block("heading", _as_written(block), level=2)
        yield named
        before = named


def _is_heading(before: Block | None, block: Block, after: Block | None) -> bool:
    """Tell whether a short block stands above what follows as its heading."""
    text = _as_written(block)
    if (
        after is None
        or count_words(text) > LONGEST_HEADING
        or not (text[0].isupper() or text[0].isdigit())
    ):
        return False
    if block.kind == "item":
        alone = before is None or before.kind != "item"
        under = after.kind == "para" and _is_paragraph(before, after)
        return alone and under and not ends_sentence(text) and not ends_open(text)
    if block.kind != "para":
        return False
    if is_chapter_line(text):
        return after.kind != "break"
    if ends_sentence(text) or ends_open(text):
        return False
    above = (is_upper_line(text) and after.kind != "break") or _is_paragraph(before, after)
    return above and read_credit(text) is None


def _is_paragraph(before: Block | None, block: Block) -> bool:
    """Tell whether a block can stand under a heading: text, a list, or the first stanza."""
    if block.kind == "para":
        return count_words(block.text) > LONGEST_HEADING or ends_sentence(block.text)
    return block.kind == "item" or (
        block.kind == "verse" and (before is None or before.kind != "verse")
    )


def _as_written(block: Block) -> str:
    return f"{block.marker} {block.text}" if block.marker else block.text
