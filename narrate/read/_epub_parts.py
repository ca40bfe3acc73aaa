"""What of a publication is none of its text: found, taken out and listed.

Parts say what they are, or the publication does (see epub_parts.toml); those of many older books
are known by their names, by being made of links, by saying nothing but the title and the author,
or by an ISBN beside a copyright sign.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrate.base.model import LeftOut
from narrate.read._epub_nav import Navigation, types_of
from narrate.read._opf import Package, Place
from narrate.read._opf_metadata import Metadata
from narrate.read._words import count_words, words_of
from narrate.read._xml import text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CONTENTS = "table of contents"
INDEX = "index"
COPYRIGHT = "copyright page"
TITLE_PAGE = "title page"
PAGE_NUMBERS = "page numbers"
LICENCE = "Project Gutenberg notice"
NAVIGATION = "links to other pages"
FOOTER = "footer"
ON_EVERY_PAGE = (PAGE_NUMBERS, NAVIGATION, FOOTER)

FEWEST_LINKS = 5
SHARE_OF_LINKS = 0.8
"""Of the words of a table of contents that says not what it is."""
LONGEST_COPYRIGHT = 600
"""Words on a page that is known as such by its ISBN and its copyright sign."""
LEAST_TIMES = 10
"""How much longer the rest of a publication is than a page that is left out for its looks."""
LONGEST_REST = 12
"""Words that may stand beside a table of contents or an index in a document: its heading."""

NAMES_OF_PARTS = ("h1", "h2", "h3")
PAGE_CLASSES = frozenset({"pagenum", "pageno", "pagenumber", "page-number", "pagebreak", "ocn"})
"""The last one is SiSU's, which numbers paragraphs."""
LICENCE_CLASSES = frozenset({"pg-boilerplate", "pgheader", "pgfooter"})

_PAGE_NUMBER = re.compile(r"\W*(?:p(?:age|g)?\.?\s*)?(?:\d{1,4}|[ivxlc]{1,8})?\W*", re.IGNORECASE)
_ISBN = re.compile(r"\bISBN\b")
_COPYRIGHT_SIGN = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)


@dataclass(slots=True)
class Document:
    """A document of the spine, as a part of the book."""

    path: str
    linear: bool
    section: "HtmlElement"


def leave_out(
    documents: Sequence[Document], package: Package, navigation: Navigation
) -> tuple[list[Document], list[LeftOut]]:
    """Take out what is none of the text; give the documents that are left, and what is gone."""
    gone: list[LeftOut] = []
    kept: list[Document] = []
    words = [count_words(" ".join(document.section.itertext())) for document in documents]
    names = _names(navigation)
    for document, count in zip(documents, words, strict=True):
        is_small = count * LEAST_TIMES <= sum(words) - count
        reason = _reason(document, count, navigation, names, package.metadata, is_small=is_small)
        if document.path == package.navigation and not reason:
            reason = CONTENTS if document.section.find(".//nav") is None else ""
        if reason:
            gone += _listed(reason, document.section)
            continue
        parts = list(_take_parts(document.section))
        gone += parts
        if any(part.reason in (CONTENTS, INDEX) for part in parts):
            rest = text_of(document.section)
            if count_words(rest) <= LONGEST_REST:
                gone += [LeftOut(CONTENTS, rest)] if rest else []
                continue
        kept.append(document)
    return kept, _gather(gone)


@cache
def _table() -> dict[str, Any]:
    path = Path(__file__).with_name("epub_parts.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _reason_by_name() -> dict[str, str]:
    return {name: reason for reason, names in _table()["names"].items() for name in names}


def _names(navigation: Navigation) -> dict[str, str]:
    """Give the first name that the table of contents has for the whole of a document."""
    names: dict[str, str] = {}
    for point in navigation.points:
        names.setdefault(point.place.path, point.title)
    return names


def _reason(
    document: Document,
    words: int,
    navigation: Navigation,
    names: dict[str, str],
    metadata: Metadata,
    *,
    is_small: bool,
) -> str:
    """Tell what a document is, if it is no text; "" if it is."""
    section = document.section
    reasons = _table()["types"]
    types = types_of(section) | navigation.kinds.get(Place(document.path), frozenset())
    found = [reasons[kind] for kind in sorted(types) if kind in reasons]
    heading = next(section.iter(*NAMES_OF_PARTS), None)
    called = [names.get(document.path, ""), "" if heading is None else text_of(heading)]
    found += [
        reason for name in called if (reason := _reason_by_name().get(name.casefold().strip(" :.")))
    ]
    for reason in found:
        is_claimed = reasons.get(next(iter(types_of(section)), "")) == reason
        if _is_possible(reason, section, words, is_small=is_small or is_claimed):
            return str(reason)
    if not is_small:
        return ""
    if _is_made_of_links(section, words):
        return CONTENTS
    text = text_of(section) if words <= LONGEST_COPYRIGHT else ""
    if text and set(words_of(text)) <= set(words_of(" ".join(metadata))):
        return TITLE_PAGE
    return COPYRIGHT if _ISBN.search(text) and _COPYRIGHT_SIGN.search(text) else ""


def _is_possible(reason: str, section: "HtmlElement", words: int, *, is_small: bool) -> bool:
    """Tell whether a document can be what it is called: a whole book may be called anything."""
    most = _table()["most_words"].get(reason)
    if most is not None:
        return bool(words <= most)
    return is_small or _is_made_of_links(section, words)


def _is_made_of_links(section: "HtmlElement", words: int) -> bool:
    links = [link for link in section.iter("a") if link.get("href")]
    linked = sum(count_words(text_of(link)) for link in links)
    return len(links) >= FEWEST_LINKS and linked >= SHARE_OF_LINKS * words


def _take_parts(section: "HtmlElement") -> Iterator[LeftOut]:
    """Take out what a document has of such parts, page numbers among them."""
    for element in [*section.iterdescendants()]:
        if not isinstance(element.tag, str):
            continue
        types = types_of(element)
        reason = _furniture(element, types)
        if not reason and types and element.tag != "a":
            reason = next(filter(None, (_table()["types"].get(kind) for kind in sorted(types))), "")
            words = count_words(text_of(element)) if reason else 0
            if words > _table()["most_words"].get(reason, words):
                reason = ""
        if reason:
            yield from _listed(reason, element)
            empty(element)


def _furniture(element: "HtmlElement", types: frozenset[str]) -> str:
    """Tell what an element is, if programs put it on every page; "" if it is none of these."""
    if "pagebreak" in types:
        return PAGE_NUMBERS
    classes = set(element.get("class", "").lower().replace("x-ebookmaker-", "").split())
    if PAGE_CLASSES & classes and _PAGE_NUMBER.fullmatch(text_of(element)):
        return PAGE_NUMBERS
    if LICENCE_CLASSES & classes:
        return LICENCE
    role = element.get("role", "")
    if role == "navigation" or (element.tag == "nav" and not types):
        return NAVIGATION
    return FOOTER if role == "contentinfo" else ""


def _gather(parts: Sequence[LeftOut]) -> list[LeftOut]:
    """Make one of all parts of a kind that stands on every page."""
    gathered: dict[str, list[str]] = {}
    for part in parts:
        if part.reason in ON_EVERY_PAGE:
            gathered.setdefault(part.reason, []).append(part.text)
    singles = [part for part in parts if part.reason not in ON_EVERY_PAGE]
    return [*singles, *(LeftOut(reason, " ".join(texts)) for reason, texts in gathered.items())]


def _listed(reason: str, element: "HtmlElement") -> list[LeftOut]:
    text = text_of(element)
    return [LeftOut(reason, text)] if text else []


def empty(element: "HtmlElement") -> None:
    """Take an element's content away and leave its anchors, which others may lead to."""
    for node in element.iter():
        node.text = None
        if node is not element:
            node.tail = None
        if node.tag == "img":
            node.set("alt", "")
        if node.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "table"):
            node.tag = "div"
