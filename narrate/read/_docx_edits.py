"""A DOCX document's tree made ready to be read: what is not shown goes, levels and numbers come.

Format: WordprocessingML (ISO/IEC 29500-1). What goes and has text is listed.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from narrate.base.model import LeftOut
from narrate.read._clean import clean_text
from narrate.read._docx_styles import (
    Style,
    attribute,
    child,
    heading_at,
    heading_style,
    kind_of,
    outline_of,
    qualify,
)
from narrate.read._xml import find_all, local

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CONTENTS = "table of contents"
DELETED = "deleted text"
HIDDEN = "hidden text"
MOVED = "moved text"
REMOVED = {"del": DELETED, "moveFrom": MOVED}
FALSE = frozenset({"0", "false", "off"})
GALLERIES = ("Table of Contents", "Table of Figures")


def remove_unshown(root: "HtmlElement", styles: dict[str, Style]) -> Iterator[LeftOut]:
    """Take out deleted and hidden text and tables of contents, and list them.

    What was moved is taken from its old place without a word: it is read at the new one.
    """
    inside: set[HtmlElement | None] = set()
    found: list[tuple[str, HtmlElement]] = []
    for element in root.iter():
        if element.getparent() in inside:
            inside.add(element)
        elif reason := _reason(element, styles):
            inside.add(element)
            found.append((reason, element))
    for reason, group in groupby(found, key=itemgetter(0)):
        elements = [element for _, element in group]
        text = " ".join(filter(None, map(written, elements)))
        if text and reason != MOVED:
            yield LeftOut(reason, text)
        for element in elements:
            _remove(element)


def written(element: "HtmlElement") -> str:
    """Give the text in an element, deleted text too, on one line."""
    pieces: list[str] = []
    for part in element.iter():
        name = local(part)
        if name in ("t", "delText"):
            pieces.append(part.text or "")
        elif name in ("p", "tab", "br", "cr"):
            pieces.append(" ")
    return " ".join(clean_text("".join(pieces)).split())


def set_outlines(root: "HtmlElement", styles: dict[str, Style]) -> None:
    """Give paragraphs that set an outline level of their own the style of a heading."""
    for paragraph in find_all(root, "p"):
        properties = child(paragraph, "pPr")
        outline = outline_of(properties)
        if properties is None or outline is None or not heading_at(outline):
            continue
        style = child(properties, "pStyle")
        if style is None:
            style = properties.makeelement(qualify(paragraph, "pStyle"))
            properties.insert(0, style)
        elif kind_of(styles, attribute(style, "val")):
            continue
        style.set(qualify(paragraph, "val"), heading_style(outline))


def main_language(root: "HtmlElement", default: str) -> str:
    """Give the language that most of the text is in; `default` is that of runs that say none."""
    counts: Counter[str] = Counter()
    for run in find_all(root, "r"):
        language = attribute(child(run, "rPr", "lang"), "val") or default
        counts[language] += sum(len(part.text or "") for part in run if local(part) == "t")
    return counts.most_common(1)[0][0] if counts else default


def default_language(styles: "HtmlElement | None") -> str:
    """Give the language of the document's defaults."""
    if styles is None:
        return ""
    return attribute(child(styles, "docDefaults", "rPrDefault", "rPr", "lang"), "val")


def _reason(element: "HtmlElement", styles: dict[str, Style]) -> str:
    """Tell why an element is not read; "" if it is."""
    name = local(element)
    parent = element.getparent()
    if name in REMOVED and parent is not None and local(parent) != "rPr":
        return REMOVED[name]
    if name == "r":
        vanish = child(element, "rPr", "vanish")
        is_hidden = vanish is not None and attribute(vanish, "val").lower() not in FALSE
        return HIDDEN if is_hidden else ""
    if name == "p":
        style = attribute(child(element, "pPr", "pStyle"), "val")
        return CONTENTS if kind_of(styles, style) == "contents" else ""
    if name == "sdt":
        gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
        return CONTENTS if attribute(gallery, "val") in GALLERIES else ""
    return ""


def _remove(element: "HtmlElement") -> None:
    """Take an element out; the end of a field that begins elsewhere stays."""
    parent = element.getparent()
    if parent is None:
        return
    fields = [inner for inner in element.iter() if local(inner) == "fldChar"]
    begins = sum(attribute(field, "fldCharType") == "begin" for field in fields)
    ends = sum(attribute(field, "fldCharType") == "end" for field in fields)
    if begins == ends:
        parent.remove(element)
        return
    for inner in list(element.iter()):
        if local(inner) in ("t", "delText", "instrText"):
            inner.text = ""
