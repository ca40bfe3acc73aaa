"""Tables of a parsed page: those that hold data, and those that only place things."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from narrate.read._elements import classes_of, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

TABLE_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "colgroup", "col"})

_HOLDS_PROSE = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "figure", "article", "section", "hr"}
)
"""Elements that make the table around them one of layout."""

_MOST_PARAGRAPHS = 1.5
"""Per cell; cells of data have one or none."""

_LONGEST_CELL = 400
"""Characters per cell on average; cells of data have far less."""

_ENOUGH = 100
"""Characters after which it is clear whether an element holds numbers."""

LINE_NUMBERS = frozenset(
    [
        "gutter",
        "linenos",
        "lineno",
        "linenumbers",
        "line-number",
        "line-numbers",
        "line-numbers-rows",
        "linenumber",
        "blob-num",
        "hljs-ln-numbers",
        "rouge-gutter",
        "crayon-nums",
        "ln",
        "lnt",
    ]
)
"""Classes that highlighters give the numbers of lines, which are no part of the code."""


def find_layout_tables(root: "Element") -> set["Element"]:
    """Give the tables under `root` that place things on the page; each is looked at once."""
    layout: set[Element] = set()
    for table in root.iter("{*}table", "{*}TABLE"):
        around = table.getparent()
        while around is not None and name_of(around) != "table":
            around = around.getparent()
        if around is not None:
            layout.add(around)
    for table in root.iter("{*}table", "{*}TABLE"):
        if table not in layout and _is_layout(table):
            layout.add(table)
    return layout


def _is_layout(table: "Element") -> bool:
    """Tell whether a table without tables in it is one of layout."""
    if table.get("role", "").lower() in ("presentation", "none"):
        return True
    rows = cells = paragraphs = length = 0
    widest = in_row = 0
    is_data = False
    for name, element in _elements(table):
        if name in _HOLDS_PROSE:
            return True
        if name == "tr":
            rows, in_row = rows + 1, 0
        elif name in ("td", "th"):
            cells, in_row = cells + 1, in_row + 1
            widest = max(widest, in_row)
            is_data = is_data or name == "th"
        elif name in ("caption", "thead"):
            is_data = True
        elif name in ("p", "div", "li"):
            paragraphs += 1
        length += len((element.text or "").strip()) + len((element.tail or "").strip())
    if not cells or length > _LONGEST_CELL * cells:
        return True
    if is_data:
        return False
    return widest < 2 or rows < 2 or paragraphs > _MOST_PARAGRAPHS * cells


def _elements(table: "Element") -> Iterator[tuple[str, "Element"]]:
    for element in table.iterdescendants():
        name = name_of(element)
        if name:
            yield name, element


def is_line_numbers(element: "Element") -> bool:
    """Tell whether an element holds the numbers of lines of code, and nothing else."""
    if not LINE_NUMBERS & classes_of(element):
        return False
    text = text_of(element, _ENOUGH).replace(" ", "")
    return not text or text.isdecimal()
