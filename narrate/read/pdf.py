"""PDF → one Article, as well as a page's print shows its structure: best effort.

A PDF holds glyphs at places, not text. Lines, columns, paragraphs, headings, lists and notes are
found again by position, size and style; running heads and feet, page numbers, watermarks, turned
text and printed tables of contents are left out and listed. Needs the extra ``pdf`` (pypdfium2).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from narrate.base.errors import LimitError, NothingToSay, ReadError, UsageError
from narrate.base.model import Article, Block, LeftOut
from narrate.read._credit import Credit, read_credit
from narrate.read._limits import MOST_PAGES
from narrate.read._pdf_blocks import make_blocks, make_notes
from narrate.read._pdf_glyphs import read_glyphs
from narrate.read._pdf_headings import fold
from narrate.read._pdf_info import Info, find_title, read_info
from narrate.read._pdf_layout import lay_out
from narrate.read._pdf_pieces import read_pieces
from narrate.read._pdf_types import Page

SUFFIXES = frozenset({".pdf"})
MIMES = frozenset({"application/pdf", "application/x-pdf"})
LIMITED = True
"""Read in a child process: a broken file may bring pdfium down."""

SIGNATURE_WITHIN = 1024
"""Bytes at the start of a file that may hold something else before the signature."""
SCAN_CHARACTERS = 50
"""Characters of a page; where pages have fewer and pictures besides, they are scans."""
SCAN_AREA = 0.4
"""Share of a page that the picture of a scan covers, at least."""
MOST_READ = 4_000_000
"""Characters that are read at all, running heads included: half a minute's work."""
MOST_UNKNOWN = 0.3
"""Share of characters whose font does not say which letters they are."""
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff\x00-\x1f\x7f-\x9f]")
CREDIT_BLOCKS = 6
"""Blocks behind the title that may name the author and the date."""
BEST_EFFORT = "A PDF keeps no paragraphs or headings; they were found by the look of its pages."


def recognise(data: bytes) -> bool:
    """Tell whether `data` is a PDF, by its signature."""
    return b"%PDF-" in data[:SIGNATURE_WITHIN]


def read(data: bytes, url: str | None = None) -> Iterator[Article]:
    """Give the one article in a PDF; `url` (or its name) is what messages call it.

    Raises ReadError for what cannot be opened or needs a password, LimitError for more than
    MOST_PAGES pages, and NothingToSay where pages are pictures without a text layer.
    """
    name = url or "input"
    document = _open(data, name)
    try:
        if len(document) > MOST_PAGES:
            raise LimitError(name, f"{len(document):,} pages are more than {MOST_PAGES:,}")
        info = read_info(document)
        pages = _read_pages(document, name)
        _check_text(document, pages, name)
    finally:
        document.close()
    yield _make_article(pages, info)


def _open(data: bytes, name: str) -> Any:  # noqa: ANN401 (pypdfium2 has no types)
    try:
        import pypdfium2
        import pypdfium2.raw as pdfium
    except ImportError:
        raise UsageError(
            name, "reading PDF needs pypdfium2", "pip install 'narrate-article[pdf]'"
        ) from None
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise ReadError(
                name, "it is locked with a password", "save a copy without the password"
            ) from None
        if error.err_code == pdfium.FPDF_ERR_SECURITY:
            raise ReadError(name, "it is encrypted in a way that is not read") from None
        raise ReadError(name, "this PDF is damaged and cannot be opened") from None


def _read_pages(document: Any, name: str) -> list[Page]:  # noqa: ANN401
    """Read the pages that can be read; a damaged one is empty."""
    import pypdfium2

    pages = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            pages.append(read_pieces(number, read_glyphs(page)))
            page.close()
        except pypdfium2.PdfiumError:
            pages.append(Page(number, 0, 0, (), damaged=True))
        characters += sum(len(piece.text) for piece in pages[-1].pieces)
        if characters > MOST_READ:
            raise LimitError(name, f"it has more than {MOST_READ:,} characters of text")
    return pages


def _check_text(document: Any, pages: Sequence[Page], name: str) -> None:  # noqa: ANN401
    """Refuse scans, and fonts whose glyphs cannot be told to be letters."""
    text = "".join(piece.text for page in pages for piece in page.pieces)
    hint = "recognise its text first: ocrmypdf in.pdf out.pdf"
    if sum(map(str.isalnum, text)) < SCAN_CHARACTERS * len(pages) and _shows_pictures(document):
        raise NothingToSay(name, "it has no text layer: its pages are pictures", hint)
    if not any(map(str.isalnum, text)):
        raise NothingToSay(name, "it has no text layer", hint)
    unknown = len(_UNKNOWN.findall(text))
    if unknown > MOST_UNKNOWN * len(text):
        raise NothingToSay(name, "its fonts do not tell which letters they show", hint)


def _shows_pictures(document: Any) -> bool:  # noqa: ANN401
    """Tell whether the first pages hold pictures over a good part of them."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    for number in range(min(len(document), 3)):
        try:
            page = document[number]
            width, height = page.get_size()
            for shape in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
                left, bottom, right, top = shape.get_bounds()
                if (right - left) * (top - bottom) > SCAN_AREA * width * height:
                    return True
        except pypdfium2.PdfiumError:
            continue
    return False


def _make_article(pages: Sequence[Page], info: Info) -> Article:
    layout = lay_out(pages)
    title = find_title(layout.first, info.title, layout.measures)
    blocks = [
        _as_byline(block, info.author)
        for block in make_blocks(layout, title.chunks, info.outline)
        if block.text.strip()
    ]
    credit = _read_credits(blocks)
    damaged = [LeftOut("damaged page", str(p.number + 1)) for p in pages if p.damaged]
    return Article(
        title=title.text,
        blocks=(*blocks, *make_notes(layout.notes, layout.words)),
        author=credit.author or info.author,
        language=info.language,
        published=credit.published or credit.updated,
        left_out=(*layout.left_out, *damaged),
        remarks=(BEST_EFFORT,),
    )


def _as_byline(block: Block, author: str) -> Block:
    """Make a paragraph of the author's name in large letters, which is no heading."""
    if block.kind == "heading" and author and fold(block.text) == fold(author):
        return replace(block, kind="para", level=0)
    return block


def _read_credits(blocks: Sequence[Block]) -> Credit:
    """Read the lines near the title that say who wrote the article, and when."""
    credit = Credit()
    for block in blocks[:CREDIT_BLOCKS]:
        said = read_credit(block.text) if block.kind == "para" else None
        if said is not None:
            credit = credit.joined(said)
    return credit
