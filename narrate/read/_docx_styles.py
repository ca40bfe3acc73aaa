"""The styles of a DOCX document: what the paragraphs and characters are that have them.

A style is what it is called, else what its outline level says, else what the style is that it is
based on (ISO/IEC 29500-1, 17.7).
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from narrate.read._xml import find_all, local

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BODY_LEVEL = 9
"""Outline levels count from 0; this one is that of text."""
LOWEST = 6

PATHS = {
    "title": "h1:fresh",
    "quote": "blockquote > p:fresh",
    "code": "pre:separator('\\n')",
    "caption": "figcaption:fresh",
}
"""How mammoth is to write each kind of paragraph."""
RUN_PATHS = {"code": "code", "emphasis": "em", "strong": "strong"}
TRACED = 20
"""Styles on the way to the first one; damaged documents lead in circles."""


class Style(NamedTuple):
    """A style of the document."""

    name: str
    kind: str
    """paragraph or character."""
    based_on: str
    outline: int | None


def attribute(element: "HtmlElement | None", name: str) -> str:
    """Give an attribute of WordprocessingML, in whichever namespace; "" where there is none."""
    if element is None:
        return ""
    return next(
        (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), ""
    )


def qualify(element: "HtmlElement", name: str) -> str:
    """Give a name in the namespace of an element: there are two, strict and transitional."""
    return f"{str(element.tag).rpartition('}')[0]}}}{name}"


def child(element: "HtmlElement | None", *names: str) -> "HtmlElement | None":
    """Give the element that lies one level below another for each name; None where one is not."""
    for name in names:
        if element is None:
            return None
        element = next((inner for inner in element if local(inner) == name), None)
    return element


def read_styles(root: "HtmlElement | None") -> dict[str, Style]:
    """Give the styles by their identifiers."""
    styles: dict[str, Style] = {}
    for element in [] if root is None else find_all(root, "style"):
        styles[attribute(element, "styleId")] = Style(
            attribute(child(element, "name"), "val"),
            attribute(element, "type"),
            attribute(child(element, "basedOn"), "val"),
            outline_of(child(element, "pPr")),
        )
    return styles


def outline_of(properties: "HtmlElement | None") -> int | None:
    """Give the outline level that paragraph properties set; None where they set none."""
    value = attribute(child(properties, "outlineLvl"), "val")
    return int(value) if value.isascii() and value.isdigit() else None


def kind_of(styles: dict[str, Style], identifier: str) -> str:
    """Give the kind of a style: h1 to h6, title, quote, code, caption or contents; else ""."""
    for _ in range(TRACED):
        style = styles.get(identifier)
        if style is None:
            return ""
        found = _kind_by_name(style.name, style.kind)
        if found:
            return found
        if style.outline is not None:
            return heading_at(style.outline)
        identifier = style.based_on
    return ""


def heading_at(outline: int) -> str:
    """Give the heading of an outline level, "" for that of text."""
    return f"h{min(outline + 1, LOWEST)}" if outline < BODY_LEVEL else ""


def heading_style(outline: int) -> str:
    """Give the identifier of our own style for paragraphs of an outline level."""
    return f"NarrateHeading{outline + 1}"


def style_map(styles: dict[str, Style], *, shift: int = 0) -> Iterator[str]:
    """Give the lines that tell mammoth what to make of each style.

    Headings stand `shift` levels deeper than their styles say.
    """
    for outline in range(BODY_LEVEL):
        yield f"p.{heading_style(outline)} => {heading_at(min(outline + shift, LOWEST - 1))}:fresh"
    for identifier, style in styles.items():
        kind = kind_of(styles, identifier)
        name = style.name.replace("\\", "\\\\").replace("'", "\\'")
        if not name or not name.isprintable():
            continue
        if style.kind == "paragraph":
            is_heading = kind[:1] == "h"
            path = (
                f"{heading_at(int(kind[1]) - 1 + shift)}:fresh" if is_heading else PATHS.get(kind)
            )
            if path:
                yield f"p[style-name='{name}'] => {path}"
        elif style.kind == "character" and kind in RUN_PATHS:
            yield f"r[style-name='{name}'] => {RUN_PATHS[kind]}"


@cache
def _table() -> dict[str, Any]:
    path = Path(__file__).with_name("docx_styles.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _kinds(of: str) -> dict[str, str]:
    return {name: kind for kind, names in _table().get(of, {}).items() for name in names}


def _kind_by_name(name: str, of: str) -> str:
    folded = " ".join(name.casefold().replace("_", " ").split())
    if of == "character":
        return _kinds("run").get(folded, "")
    if heading := re.fullmatch(_table()["pattern"]["heading"], folded):
        return heading_at(int(heading[1]) - 1)
    if re.fullmatch(_table()["pattern"]["contents"], folded):
        return "contents"
    return _kinds("paragraph").get(folded, "")
