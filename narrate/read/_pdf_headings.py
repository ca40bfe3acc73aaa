"""Which chunks are headings, and how deep: by the outline, the numbering, and the letters."""

import re
from collections import Counter
from collections.abc import Sequence

from narrate.read._pdf_chunks import Chunk
from narrate.read._pdf_flow import is_caption
from narrate.read._pdf_lines import Measures
from narrate.read._words import count_words, ends_open, ends_sentence, is_chapter_line

LARGER = 1.12
"""Size of a heading's letters to the text's, at least, where nothing else shows it."""
LONGEST, LONGEST_BOLD = 30, 16
"""Words of a heading in large letters, and in bold ones of the text's size."""
MOST_LINES = 4
DEEPEST = 6

_NUMBERING = re.compile(
    r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S|([A-Z])\.?(?:(\d{1,2})\.?)?\s{1,2}[A-Z]"
)
_FOLD = re.compile(r"[\W_]+")
_LEAD = re.compile(
    r"^(?:[\d.]+|[A-Z]\.|(?:chapter|kapitel|part|section|appendix)\s+[\dA-Z]+\b)\W*",
    re.IGNORECASE,
)


def fold(text: str) -> str:
    """Give only the letters and digits of `text`, in lower case."""
    return _FOLD.sub("", text).casefold()


class Outline:
    """The bookmarks of a document."""

    def __init__(self, entries: Sequence[tuple[str, int]]) -> None:
        """Take titles and depths, from 0."""
        self._levels: dict[str, int] = {}
        for title, level in entries:
            for key in (fold(title), fold(_LEAD.sub("", title))):
                if key:
                    self._levels.setdefault(key, level)

    def level(self, text: str) -> int | None:
        """Give the depth of the bookmark that says `text`, if there is one."""
        level = self._levels.get(fold(text))
        return self._levels.get(fold(_LEAD.sub("", text))) if level is None else level


def heading_text(chunk: Chunk) -> str:
    """Give the text of a chunk as a heading: its lines with single spaces."""
    return " ".join(line.text for line in chunk.lines)


def is_heading(chunk: Chunk, measures: Measures, outline: Outline) -> bool:
    """Tell whether a chunk is a heading."""
    text = heading_text(chunk)
    words = count_words(text)
    if (
        chunk.kind not in ("para", "item")
        or len(chunk.lines) > MOST_LINES
        or words > LONGEST
        or not any(character.isalpha() for character in text)
        or is_caption(chunk, measures.body)
    ):
        return False
    style = chunk.lines[0].style
    large = style.size >= LARGER * measures.body
    bold = style.bold and not measures.bold
    marked = outline.level(text) is not None
    if marked and (bold or style.size > 1.02 * measures.body):
        return True
    if ends_open(text) and not text.endswith(":"):
        return False
    if chunk.kind == "item" and not (numbering(text) and (bold or large)):
        return False
    return _looks_like_heading(text, words, large=large, bold=bold, marked=marked)


def _looks_like_heading(text: str, words: int, *, large: bool, bold: bool, marked: bool) -> bool:
    """Tell whether what a chunk says can be a heading, set as it is."""
    if large:
        return not ends_sentence(text) or text.endswith(("?", "!", "？", "！"))
    if bold:
        return words <= LONGEST_BOLD and not text.endswith((".", ",", ";", ":", "。"))
    if ends_sentence(text):
        return False
    numbered = numbering(text) > 0 and words <= LONGEST_BOLD
    return marked or (numbered and is_chapter_line(text) and not text.isdecimal())


def numbering(text: str) -> int:
    """Give the depth of a heading's number: 1 for "2 Methods", 2 for "2.1 Material", 0 for none."""
    match = _NUMBERING.match(text)
    if not match:
        return 0
    if match[2]:
        return 2 if match[3] else 1
    return match[1].count(".") + 1


def find_levels(headings: Sequence[Chunk], outline: Outline) -> list[int]:
    """Give the level of each heading: 2 and up, for the title's is 1.

    Letters of one look have one level: that of their numbers or bookmarks, else by their size.
    """
    looks = [_look(chunk) for chunk in headings]
    votes: dict[tuple[float, bool], Counter[int]] = {}
    own: list[int] = []
    for chunk, look in zip(headings, looks, strict=True):
        text = heading_text(chunk)
        marked = outline.level(text)
        level = numbering(text) or (0 if marked is None else marked + 1)
        own.append(level)
        if level:
            votes.setdefault(look, Counter())[level] += 1
    ranks = sorted(set(looks), key=lambda look: (-look[0], not look[1]))
    levels: dict[tuple[float, bool], int] = {}
    for look in ranks:
        if look in votes:
            levels[look] = max(votes[look].items(), key=lambda item: (item[1], -item[0]))[0]
        else:
            levels[look] = max(levels.values(), default=0) + 1
    return [min((own[at] or levels[look]) + 1, DEEPEST) for at, look in enumerate(looks)]


def _look(chunk: Chunk) -> tuple[float, bool]:
    style = chunk.lines[0].style
    return round(style.size), style.bold
