"""EPUB publications, version 2 and 3 → one Article.

The documents of the spine become one tree in which the table of contents names the chapters and
sets their levels, whatever files they are in. What is none of the text is listed in `left_out`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from narrate.base.errors import NothingToSay, ReadError
from narrate.base.model import Article, LeftOut
from narrate.read._epub_headings import Target, name_chapters
from narrate.read._epub_nav import Navigation, read_navigation
from narrate.read._epub_notes import set_notes_apart
from narrate.read._epub_parts import Document, leave_out
from narrate.read._epub_protection import refuse_protected
from narrate.read._notes import find_notes
from narrate.read._opf import MISSING, Package, read_package, resolve
from narrate.read._tags import SILENT
from narrate.read._tree import read_tree
from narrate.read._xml import has_text, parse_xhtml
from narrate.read._zip import MAGIC, Archive

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SUFFIXES: frozenset[str] = frozenset({".epub", ".kepub"})
MIMES: frozenset[str] = frozenset({"application/epub+zip"})
LIMITED = True

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


def recognise(data: bytes) -> bool:
    """Tell whether these are the bytes of an EPUB publication."""
    return data.startswith(MAGIC) and (
        b"application/epub+zip" in data[:200] or b"META-INF/container.xml" in data
    )


def read(data: bytes, url: str | None = None) -> Iterator[Article]:
    """Give the one article that a publication is; `url` (or its name) is what messages call it.

    Raises ReadError for what is damaged, protected or no publication, and LimitError for an
    archive that unpacks to more than a document needs.
    """
    name = url or "input"
    archive = Archive(data, name)
    refuse_protected(archive, name)
    package = read_package(archive, name)
    navigation = read_navigation(archive, package, name)
    documents, gone = leave_out(_load(archive, package, name), package, navigation)
    if not any(has_text(document.section) for document in documents):
        documents, gone = _load(archive, package, name), []  # it is all there is
        _check(documents, package, name)
    book = _bind(documents)
    notes = find_notes([(_address(document.path), document.section) for document in documents])
    gone += set_notes_apart(documents, notes)
    targets = _find_targets(navigation, documents)
    name_chapters(book, targets, notes)
    said = package.metadata
    unread = (LeftOut(part.unread, part.path) for part in package.spine if part.unread)
    yield Article(
        title=said.title,
        blocks=tuple(read_tree(book, language=said.language, notes=notes)),
        author=said.author,
        language=said.language or _language(book) or "en",
        published=said.published,
        source=said.address,
        site=said.publisher,
        summary=said.description,
        cover=_read_cover(archive, package),
        left_out=(*gone, *unread),
    )


def _load(archive: Archive, package: Package, name: str) -> list[Document]:
    """Parse the documents of the spine; links in them lead to names of members."""
    documents = []
    for part in package.spine:
        if part.unread:
            continue
        root = parse_xhtml(archive.read(part.path), name)
        if root is None:
            continue
        section = next(root.iter("body", "book"), root)
        for attribute, value in root.attrib.items():  # its language and type
            if attribute not in section.attrib:
                section.set(attribute, value)
        section.tag = "section"
        for silent in list(section.iter(*SILENT)):
            silent.drop_tree()
        for link in section.iter("a"):
            place = resolve(archive, part.path, link.get("href") or "")
            if place.path and link.get("href"):
                link.set("href", f"{_address(place.path)}#{quote(place.fragment)}")
        documents.append(Document(part.path, part.linear, section))
    return documents


def _check(documents: list[Document], package: Package, name: str) -> None:
    """Say why there is no text, if there is none."""
    if any(has_text(document.section) for document in documents):
        return
    missing = [part.path for part in package.spine if part.unread == MISSING]
    if missing and len(missing) == len(package.spine):
        raise ReadError(name, "its documents are missing from the archive", "get it again")
    raise NothingToSay(name, "there is no text in it: its pages are pictures or are empty")


def _address(path: str) -> str:
    """Give the name of a member as an address in the archive."""
    return f"/{quote(path)}"


def _bind(documents: list[Document]) -> "HtmlElement":
    """Give one tree of all documents."""
    from lxml.html import Element

    book = Element("body")
    for document in documents:
        document.section.tail = None
        book.append(document.section)
    return book


def _find_targets(navigation: Navigation, documents: list[Document]) -> list[Target]:
    """Find the elements that the entries of the table of contents lead to.

    An entry whose element is not there leads to the beginning of its document.
    """
    sections = {document.path: document.section for document in documents}
    anchors: dict[tuple[str, str], HtmlElement] = {}
    for document in documents:
        for element in document.section.iter("*"):
            for value in (element.get("id"), element.get("name")):
                if value:
                    anchors.setdefault((document.path, value), element)
    return [
        Target(point.title, point.level, anchors.get(point.place, sections[point.place.path]))
        for point in navigation.points
        if point.place.path in sections
    ]


def _language(book: "HtmlElement") -> str:
    """Give the language of the first document that says it."""
    xml_lang = "{http://www.w3.org/XML/1998/namespace}lang"
    found = (section.get("lang") or section.get(xml_lang) or "" for section in book)
    return next(filter(None, found), "")


def _read_cover(archive: Archive, package: Package) -> bytes:
    """Give the cover, if it is a JPEG or PNG file; a damaged one is no reason to read nothing."""
    if not package.cover:
        return b""
    try:
        cover = archive.read(package.cover)
    except ReadError:
        return b""
    return cover if cover.startswith(PICTURES) else b""
