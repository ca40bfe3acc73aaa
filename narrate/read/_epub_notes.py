"""The notes of a publication, where they are gathered in documents of their own."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from narrate.base.model import LeftOut
from narrate.read._epub_parts import Document, empty
from narrate.read._notes import Notes
from narrate.read._xml import text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
NOTE, HEADING, TEXT = "note", "heading", "text"
OUTSIDE = "outside the reading order"
HEADING_OF_NOTES = "heading of the notes"


def set_notes_apart(documents: Sequence[Document], notes: Notes) -> list[LeftOut]:
    """Take out the headings over nothing but notes, and all but notes outside the reading order."""
    gone: list[LeftOut] = []
    for document in documents:
        if not document.linear:
            text = _keep_notes(document, notes)
            gone += [LeftOut(OUTSIDE, text)] if text else []
        headings = list(_find_headings(document.section, notes))
        gone += [LeftOut(HEADING_OF_NOTES, text_of(heading)) for heading in reversed(headings)]
        for heading in headings:
            empty(heading)
    return gone


def _keep_notes(document: Document, notes: Notes) -> str:
    """Take out everything but the notes; give the text of what is gone."""
    bodies = [
        element
        for element in document.section.iter("*")
        if element in notes.bodies
        and not any(around in notes.bodies for around in element.iterancestors())
    ]
    for body in bodies:
        parent = body.getparent()
        if parent is not None:
            parent.remove(body)
            body.tail = None
    text = text_of(document.section)
    for child in list(document.section):
        document.section.remove(child)
    document.section.text = None
    document.section.extend(bodies)
    return text


def _find_headings(section: "HtmlElement", notes: Notes) -> Iterator["HtmlElement"]:
    """Give the headings that stand over notes and nothing else, the last one first."""
    over_notes = over_text = False
    for kind, element in reversed(list(_find_lines(section, notes))):
        if kind == NOTE:
            over_notes = True
        elif kind == TEXT:
            over_text = True
        elif over_notes and not over_text:
            yield element
        else:
            over_notes = over_text = False


def _find_lines(section: "HtmlElement", notes: Notes) -> Iterator[tuple[str, "HtmlElement"]]:
    """Give the notes, headings and pieces of text of a document, each with what it is."""
    inside: set[HtmlElement | None] = set()
    for element in section.iter("*"):
        parent = element.getparent()
        is_outside = parent not in inside
        if not is_outside or element in notes.bodies or element.tag in HEADINGS:
            inside.add(element)
        if element in notes.bodies:
            yield NOTE, element
        elif is_outside and element.tag in HEADINGS:
            yield HEADING, element
        elif is_outside and (element.text or "").strip() and element not in notes.back:
            yield TEXT, element
        if is_outside and (element.tail or "").strip():
            yield TEXT, element
