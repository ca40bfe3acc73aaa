"""What a page has around its article: listed, so that nothing is left out without a word."""

from collections.abc import Sequence
from itertools import groupby

from narrate.base.document import LeftOut
from narrate.read._article_lines import Line
from narrate.read._elements import name_of

REASONS = {
    "nav": "menu",
    "menu": "menu",
    "form": "form",
    "aside": "beside the article",
    "footer": "page footer",
    "header": "page header",
}
"""By the element that a line stands in, the innermost first."""
MOST_CHARACTERS = 300
"""Of a part; it is there to be recognised."""


def list_surroundings(lines: Sequence[Line]) -> tuple[LeftOut, ...]:
    """The lines that are not kept, in parts that belong together, each with what it is."""
    kept = [at for at, line in enumerate(lines) if line.is_kept]
    first, last = (kept[0], kept[-1]) if kept else (len(lines), len(lines))
    named = (
        ("" if line.is_kept else _name(line, at, first, last), line)
        for at, line in enumerate(lines)
    )
    return tuple(
        LeftOut(reason, _shorten(" · ".join(line.text for _, line in part)))
        for reason, part in groupby(named, key=lambda each: each[0])
        if reason
    )


def _name(line: Line, at: int, first: int, last: int) -> str:
    for element in (line.holder, *line.holder.iterancestors()):
        if reason := REASONS.get(name_of(element)):
            return reason
    if at < first:
        return "before the article"
    return "after the article" if at > last else "between the article's paragraphs"


def _shorten(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[: MOST_CHARACTERS - 1].rstrip()}…"
