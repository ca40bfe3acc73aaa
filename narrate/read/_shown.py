"""What of a parsed page is not read: what readers do not see, controls, and links of the page."""

import re
from typing import TYPE_CHECKING

from narrate.read._elements import classes_of, text_of, types_of
from narrate.read._notes import BODY_TYPES
from narrate.read._tables import is_line_numbers

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

DROPPED = frozenset(
    [
        "annotation",
        "annotation-xml",
        "applet",
        "area",
        "audio",
        "button",
        "canvas",
        "datalist",
        "embed",
        "head",
        "iframe",
        "input",
        "map",
        "meter",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "option",
        "param",
        "progress",
        "rp",
        "rt",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "track",
        "video",
    ]
)
"""Elements whose text is for machines, is shown only where something fails, or is a control.

Among them the readings above Chinese characters, which say once more what the characters say, and
the text in drawings, whose order is not that of reading.
"""

DROPPED_CLASSES = frozenset({"mw-editsection", "mw-cite-backlink", "headerlink", "noprint"})
"""Classes of links that belong to the page and not to the text: Wikipedia's and Sphinx's."""

LONGEST_LINK = 60
"""Characters of such a link; some pages call whole parts of them by the same names."""

PERMALINKS = frozenset({"", "¶", "#", "§", "🔗", "🔗\ufe0f", "⚓", "⚓\ufe0e", "∞"})
"""What headings show as a link to themselves."""

PERMALINK_CLASSES = frozenset({"anchor", "headerlink", "permalink", "hash-link", "header-anchor"})

SMALLEST = 32
"""Pixels of a picture that is no ornament though it says nothing of what it shows."""

PAGE_BREAKS = frozenset({"pagebreak", "doc-pagebreak"})

_INVISIBLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_UNSELECTABLE = re.compile(r"user-select\s*:\s*none", re.IGNORECASE)


def is_left_out(element: "Element", name: str, *, in_heading: bool, in_code: bool) -> bool:
    """Tell whether an element called `name` is not read, nor anything in it."""
    if name in DROPPED and not (name == "svg" and _holds_picture(element)):
        return True
    if is_hidden(element, name) or PAGE_BREAKS & types_of(element):
        return True
    if name == "img":
        return _is_tiny(element)
    if name == "a" and in_heading and _is_permalink(element):
        return True
    if (
        DROPPED_CLASSES & classes_of(element)
        and len(text_of(element, LONGEST_LINK)) <= LONGEST_LINK
    ):
        return True
    is_unselectable = in_code and _UNSELECTABLE.search(element.get("style", ""))
    return bool(is_unselectable) or is_line_numbers(element)


def _is_permalink(link: "Element") -> bool:
    """Tell whether a link in a heading leads to the heading, and says nothing."""
    classes = classes_of(link)
    if link.find(".//{*}img") is not None:
        return False
    if (PERMALINK_CLASSES - {"anchor"}) & classes:
        return True
    is_of_heading = "anchor" in classes or link.get("href", "").startswith("#")
    return is_of_heading and text_of(link, 4) in PERMALINKS


def is_hidden(element: "Element", name: str) -> bool:
    """Tell whether readers do not see an element; a note is seen when its mark is pressed."""
    hidden = element.get("hidden")
    if hidden is not None and hidden.lower() != "until-found":
        return not BODY_TYPES & types_of(element)
    if element.get("aria-hidden", "").lower() == "true":
        return True
    if name == "dialog" and element.get("open") is None:
        return True
    style = element.get("style")
    return bool(style and _INVISIBLE.search(style)) and element.find(".//{*}math") is None


def _holds_picture(drawing: "Element") -> bool:
    """Tell whether a drawing is the frame of a picture, as on the covers of books."""
    return drawing.find(".//{*}image") is not None


def _is_tiny(picture: "Element") -> bool:
    """Tell whether a picture counts readers, or is an ornament."""
    sizes = {picture.get(name, "").removesuffix("px") for name in ("width", "height")}
    if sizes & {"0", "1"}:
        return True
    is_small = any(size.isdecimal() and int(size[:6]) <= SMALLEST for size in sizes)
    return is_small and not picture.get("alt", "").strip()
