"""Markdown → one Article: CommonMark with tables, strikethrough, notes, tasks and front matter.

The parser's tokens become blocks; the text of HTML in the document is kept and its tags dropped.
Definitions of links, comments and the marks of notes are no text.
"""

from collections.abc import Iterator, Sequence

from narrate.base.model import Article, Block
from narrate.read._clean import clean_text
from narrate.read._commonmark import parse
from narrate.read._credit import Credit, read_credit
from narrate.read._decode import decode
from narrate.read._front_matter import Metadata, read_front_matter, split_front_matter
from narrate.read._tokens import walk
from narrate.read._words import count_words, is_chapter_line

SUFFIXES: tuple[str, ...] = (".md", ".markdown", ".mdown", ".mkd")
MIMES: frozenset[str] = frozenset({"text/markdown", "text/x-markdown"})
LIMITED = False
"""Whether it needs a child process with limits: what is done here takes linear time."""

BROKEN_FRONT_MATTER = "the front matter is no YAML that can be read: it is taken for code"
LONGEST_ABOVE = 14
"""Words of what may stand above the title: a section label, links to translations."""


def read(data: bytes, url: str | None = None) -> Iterator[Article]:
    """Give the one article in a Markdown file; `url` (or its name) is what messages call it.

    Raises ReadError for binary data and LimitError for markup too dense to be an article's.
    `Article.title` is empty where neither the front matter nor a heading gives one.
    """
    name = url or "input"
    yield read_markdown(decode(data, name), name)


def read_markdown(text: str, name: str = "input") -> Article:
    """Give the article in decoded Markdown; `name` is what messages call it."""
    front, body = split_front_matter(clean_text(text))
    metadata = read_front_matter(front)
    blocks = list(walk(parse(body, name)))
    title = _find_title(blocks)
    credit = _read_credits(blocks, 0 if title is None else title + 1)
    if front and metadata is None:
        blocks.insert(0, Block("code", front, marker="yaml"))
    said = metadata or Metadata()
    return Article(
        title=said.title or ("" if title is None else blocks[title].text),
        blocks=tuple(blocks),
        author=said.author or credit.author,
        language=said.language,
        published=said.published or credit.published or credit.updated,
        source=said.source,
        site=said.site,
        summary=said.summary,
        remarks=(BROKEN_FRONT_MATTER,) if front and metadata is None else (),
    )


def _find_title(blocks: Sequence[Block]) -> int | None:
    """Give the heading that is the title: the first, if none is above it in level.

    Nothing but pictures, rules and short lines may stand before it. The first of several chapters
    is no title; the first of several other headings of one level is, as it would be on a page.
    """
    levels = [block.level for block in blocks if block.kind == "heading"]
    for at, block in enumerate(blocks):
        if block.kind == "heading":
            is_chapter = levels.count(block.level) > 1 and is_chapter_line(block.text)
            return at if block.level == min(levels) and not is_chapter else None
        is_line = block.kind == "para" and count_words(block.text) <= LONGEST_ABOVE
        if not is_line and block.kind not in ("image", "break"):
            return None
    return None


def _read_credits(blocks: Sequence[Block], start: int) -> Credit:
    """Read the lines from `start` on that say who wrote the article, and when."""
    credit = Credit()
    for block in blocks[start:]:
        said = read_credit(block.text) if block.kind == "para" else None
        if said is None:
            break
        credit = credit.joined(said)
    return credit
