"""DOCX documents, as Word, LibreOffice and Google Docs write them → one Article.

mammoth makes HTML of a copy of the document in which nothing is left that readers do not see, and
whose styles are named by what they are.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError  # mammoth parses with it

from narrate.base.errors import NothingToSay, ReadError
from narrate.base.model import Article, Block, LeftOut
from narrate.read._docx_edits import (
    default_language,
    main_language,
    remove_unshown,
    set_outlines,
    written,
)
from narrate.read._docx_numbers import mark_numbers, put_numbers, read_numbering
from narrate.read._docx_package import CORE, DOCUMENT, Package
from narrate.read._docx_styles import Style, attribute, child, kind_of, read_styles, style_map
from narrate.read._opf_metadata import iso_date
from narrate.read._tree import read_tree
from narrate.read._xml import find_all, local, text_of
from narrate.read._zip import MAGIC, Archive

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SUFFIXES: frozenset[str] = frozenset({".docx", ".docm", ".dotx", ".dotm"})
MIMES: frozenset[str] = frozenset(
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
)
LIMITED = True

PARTS = ("officeDocument", "footnotes", "endnotes")
"""Those with text."""
MAMMOTH_FAILS_WITH = (
    *(AttributeError, IndexError, KeyError, TypeError, ValueError),
    *(OSError, RecursionError, StopIteration, ExpatError),
)
"""It takes a document to be as the standard says."""


def recognise(data: bytes) -> bool:
    """Tell whether these are the bytes of a DOCX document."""
    return data.startswith(MAGIC) and b"word/document" in data and b"[Content_Types].xml" in data


def read(data: bytes, url: str | None = None) -> Iterator[Article]:
    """Give the one article that a document is; `url` (or its name) is what messages call it.

    Raises ReadError for what is damaged or no document of Word's, or where mammoth is not
    installed, and LimitError for an archive that unpacks to more than a document needs.
    """
    name = url or "input"
    package = Package(Archive(data, name), name)
    styles_root = package.parse("styles")
    styles = read_styles(styles_root)
    numbering = read_numbering(package.parse("numbering"))
    changed: dict[str, HtmlElement] = {}
    gone: list[LeftOut] = []
    for kind in PARTS:
        root = package.parse(kind)
        if root is not None:
            gone += remove_unshown(root, styles)
            set_outlines(root, styles)
            mark_numbers(root, numbering)
            changed[kind] = root
    gone += _read_comments(package.parse("comments"))
    body = changed[DOCUMENT]
    titles = _titles(body, styles)
    shift = 1 if len(titles) == 1 else 0  # below a title, headings of the first level are chapters
    page = _convert(package.copy(changed), "\n".join(style_map(styles, shift=shift)), name)
    put_numbers(page)
    core = _read_core(package.parse(CORE))
    language = main_language(body, default_language(styles_root)) or core.get("language", "")
    blocks = tuple(read_tree(page, language=language))
    if not any(block.text for block in blocks):
        raise NothingToSay(name, "there is no text in it")
    yield Article(
        title=next(iter(titles), "") or core.get("title", "") or _only_heading(blocks),
        blocks=blocks,
        author=core.get("creator", ""),
        language=language or "en",
        published=iso_date(core.get("created", "")),
        summary=core.get("description", ""),
        left_out=tuple(gone),
    )


def _convert(document: BytesIO, styles: str, name: str) -> "HtmlElement":
    """Make a page of a document."""
    from lxml.html import document_fromstring

    try:
        import mammoth
    except ImportError as error:
        why = "reading it needs mammoth"
        raise ReadError(name, why, "pip install 'narrate-article[docx]'") from error
    try:
        result = mammoth.convert_to_html(
            document,
            style_map=styles,
            convert_image=mammoth.images.img_element(lambda _: {"src": ""}),
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except MAMMOTH_FAILS_WITH as error:
        raise ReadError(name, "it is damaged", "open it in a word processor and save it") from error
    return document_fromstring(f"<body>{result.value}</body>")


def _titles(body: "HtmlElement", styles: dict[str, Style]) -> list[str]:
    """Give the texts of the paragraphs that are titles by their style."""
    titles = (
        written(paragraph)
        for paragraph in find_all(body, "p")
        if kind_of(styles, attribute(child(paragraph, "pPr", "pStyle"), "val")) == "title"
    )
    return list(filter(None, titles))


def _only_heading(blocks: Sequence[Block]) -> str:
    """Give the heading that all others are below, if it is the first of them."""
    headings = [block for block in blocks if block.kind == "heading"]
    top = headings[:1]
    is_alone = all(other.level > heading.level for heading in top for other in headings[1:])
    return top[0].text if top and is_alone else ""


def _read_core(root: "HtmlElement | None") -> dict[str, str]:
    """Give the core properties by their names."""
    return {} if root is None else {local(element): text_of(element) for element in root}


def _read_comments(root: "HtmlElement | None") -> list[LeftOut]:
    comments = [] if root is None else [written(element) for element in find_all(root, "comment")]
    return [LeftOut("comment", text) for text in comments if text]
