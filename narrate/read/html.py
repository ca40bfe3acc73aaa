"""A page of HTML, from the web or saved → one Article.

trafilatura finds what on the page is the article; the page's own elements say what each part of
it is. A page on which it finds next to nothing is read as a whole, menus left out.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from narrate.base.errors import NothingToSay
from narrate.base.model import Article, Block, LeftOut
from narrate.read._article_lines import Line, extract, split_lines
from narrate.read._article_parts import complete, prune
from narrate.read._credit import LONGEST_CREDIT, Credit, read_credit
from narrate.read._elements import name_of
from narrate.read._notes import find_notes
from narrate.read._page import drop_hidden, parse_page
from narrate.read._page_metadata import PageMetadata, find_base, fold, read_metadata
from narrate.read._surroundings import list_surroundings
from narrate.read._tree import read_tree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from lxml.html import HtmlElement

__all__ = ["MIMES", "SUFFIXES", "find_lead_image", "read", "read_html", "recognise"]

SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".xht", ".shtml"})
MIMES = frozenset({"text/html", "application/xhtml+xml"})

FEWEST = 200
"""Characters of an article; where less is found and the page has far more, all of it is read."""

FAR_MORE = 4

WHERE_REPEATED = 8
"""Blocks at the beginning among which a heading that repeats the title is left out."""

NEAR = 16
"""Lines before the article's first one in which its title and credits are looked for."""

WITHOUT_ARTICLE = ("nav", "header", "footer", "aside", "form", "menu", "button", "label")
"""Elements that are left out where a page is read as a whole."""

FROM_TEI = {
    "head": "h2",
    "list": "ul",
    "item": "li",
    "quote": "blockquote",
    "code": "pre",
    "row": "tr",
    "cell": "td",
    "lb": "br",
}
"""trafilatura's names of elements, and those of HTML."""

_BEFORE_TAGS = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?xml[^>]*>|<!--.*?-->)*", re.DOTALL)
_PAGE = re.compile(
    rb"<!doctype\s+html|<(?:html|head|body)(?:\s[^<]*)?>|<(?:title|meta|link|base)\b(?=[^<]*>)",
    re.IGNORECASE,
)


def recognise(data: bytes) -> bool:
    """Tell whether a file is a page of HTML by how it begins.

    A document of another kind that has tags in it, as Markdown or RSS, is none.
    """
    start = data[:4096]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", errors="ignore").encode()
    before = _BEFORE_TAGS.match(start)
    return _PAGE.match(start, before.end() if before else 0) is not None


def read(data: bytes, url: str) -> Iterator[Article]:
    """Give the one article of a page; `url` (or the file's name) is what messages call it."""
    yield read_html(data, url)


def read_html(data: bytes | str, url: str | None = None) -> Article:
    """Give the article of a page fetched from `url`, or saved in the file of that name.

    `Article.language` is empty where the page does not say it, `published` where the page does
    not declare it. Raises ReadError for what is no text, NothingToSay for a page without any,
    LimitError for one that is too large.
    """
    name = url or "input"
    root = parse_page(data, name)
    metadata = read_metadata(root, url or "")
    drop_hidden(root)
    lines, marks = split_lines(root)
    notes = find_notes([("", root)])
    if not lines:
        raise NothingToSay(name, "the page has no text")
    elsewhere = _find_lines(root, lines, metadata)
    left_out: tuple[LeftOut, ...] = ()
    if elsewhere is not None:
        blocks = list(read_tree(elsewhere, language=metadata.language))
    else:
        complete(root, lines, notes)
        credit = _read_credits(lines, metadata.title)
        metadata = metadata.filled(author=credit.author, published=credit.published)
        left_out = list_surroundings(lines)
        prune(lines, marks)
        base = find_base(root, url or "") or metadata.source
        blocks = list(read_tree(root, language=metadata.language, base=base, notes=notes))
    if not any(block.text.strip() for block in blocks):
        raise NothingToSay(name, "the page has no text")
    return Article(
        title=metadata.title,
        blocks=tuple(_trim(blocks, metadata.title)),
        author=metadata.author,
        language=metadata.language,
        published=metadata.published,
        source=metadata.source,
        site=metadata.site,
        summary=metadata.summary,
        left_out=left_out,
    )


def find_lead_image(data: bytes | str, url: str | None = None) -> str:
    """Give the address of the picture that a page shows for itself; "" where there is none."""
    root = parse_page(data, url or "input")
    return read_metadata(root, url or "").image


def _find_lines(
    root: "HtmlElement", lines: Sequence[Line], metadata: PageMetadata
) -> "Element | None":
    """Mark as kept the lines that are the article; give it where it is in a script instead."""
    elsewhere = extract(root, lines, metadata.source or None)
    if _is_too_little(lines):
        if elsewhere is not None and len("".join(elsewhere.itertext())) >= FEWEST:
            return _from_tei(elsewhere)
        extract(root, lines, metadata.source or None, recall=True)
    if _is_too_little(lines):
        _keep_all(lines)
    return None


def _read_credits(lines: Sequence[Line], title: str) -> Credit:
    """Read the lines around the article's beginning that say who wrote it, and when."""
    first = next((at for at, line in enumerate(lines) if line.is_kept), 0)
    folded = fold(title)
    after_title = (
        at for at in range(first, max(-1, first - NEAR), -1) if fold(lines[at].text) == folded
    )
    credit = Credit()
    for line in lines[next(after_title, first) : first + NEAR // 2]:
        said = read_credit(line.text) if line.length <= LONGEST_CREDIT else None
        credit = credit.joined(said) if said else credit
    return credit


def _is_too_little(lines: Sequence[Line]) -> bool:
    kept = sum(line.length for line in lines if line.is_kept)
    return kept < FEWEST and kept * FAR_MORE < sum(line.length for line in lines)


def _keep_all(lines: Sequence[Line]) -> None:
    """Keep what is in the page's main part, else all but its menus."""
    for names in (("main", "article"), ("body", "html")):
        for line in lines:
            around = [line.holder, *line.holder.iterancestors()]
            within = {name_of(element) for element in around}
            line.is_kept = not within.isdisjoint(names) and within.isdisjoint(WITHOUT_ARTICLE)
        if not _is_too_little(lines):
            return
    for line in lines:
        line.is_kept = True


def _from_tei(body: "Element") -> "Element":
    """Give the extractor's own tree the names of HTML."""
    for element in body.iter("*"):
        element.tag = FROM_TEI.get(name_of(element), element.tag)
    return body


def _trim(blocks: Sequence[Block], title: str) -> Iterator[Block]:
    """Leave out a heading that repeats the title, and rules that part nothing."""
    folded = fold(title)
    rule: Block | None = None
    is_first = True
    for at, block in enumerate(blocks):
        if block.kind == "break":
            rule = block
            continue
        is_heading = block.kind == "heading" and at < WHERE_REPEATED
        if is_heading and folded and fold(block.text) == folded:
            continue
        if rule and not is_first and block.kind != "note":
            yield rule
        rule, is_first = None, False
        yield block
