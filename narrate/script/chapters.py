"""Where a listener can jump to: the article's headings, else its topics."""

from collections.abc import Sequence
from itertools import pairwise

from narrate.base.model import Article, Chapter, Voice
from narrate.script.opening import find_title
from narrate.script.pace import estimate_s
from narrate.script.structure import Part
from narrate.script.titles import title_chapters
from narrate.script.topics import find_borders

LONGEST_TITLE = 120


def find_chapters(article: Article, parts: Sequence[Part], voice: Voice) -> tuple[Chapter, ...]:
    """The chapters of an article that is spoken as `parts`; the first begins with the first part.

    They begin at the shallowest level of headings that has at least two (the title not counted),
    and at the levels below it; the first carries the title. An article without such headings
    has topic chapters, if it is long enough.
    """
    headings = _headings(article, parts)
    if not headings:
        return _topics(article, parts, voice)
    chapters = [Chapter(_title(article.title), 0)]
    for first, title, level in headings:
        chapters.append(Chapter(_title(title), first, level))
    if len(chapters) > 1 and chapters[1].first == 0:
        del chapters[0]
    return tuple(chapters)


def _headings(article: Article, parts: Sequence[Part]) -> list[tuple[int, str, int]]:
    """(first part, title, level from 1) of the headings that begin a chapter."""
    title = find_title(article)
    firsts: dict[int, int] = {}
    for index, part in enumerate(parts):
        block = part.utterance.block
        if block is not None and part.kind == "heading" and block != title:
            firsts.setdefault(block, index)
    levels = [article.blocks[block].level for block in firsts]
    top = min((level for level in levels if levels.count(level) > 1), default=0)
    if not top:
        return []
    return [
        (first, article.blocks[block].text, max(1, article.blocks[block].level - top + 1))
        for block, first in firsts.items()
    ]


def _topics(article: Article, parts: Sequence[Part], voice: Voice) -> tuple[Chapter, ...]:
    """Chapters at paragraph borders; the head and what we say ourselves belong to a paragraph."""
    firsts = [index for index, part in enumerate(parts) if index == 0 or part.joint == "block"]
    groups = [parts[start:end] for start, end in pairwise([*firsts, len(parts)])]
    texts = [" ".join(part.utterance.written for part in group) for group in groups]
    seconds = [sum(estimate_s(part.utterance, voice) for part in group) for group in groups]
    borders = find_borders(texts, seconds, article.language)
    chapters = [texts[start:end] for start, end in pairwise([*borders, len(texts)])]
    titles = title_chapters(chapters, article.language) if len(chapters) > 1 else []
    return tuple(
        Chapter(_title(article.title) if index == 0 else titles[index], firsts[border])
        for index, border in enumerate(borders)
    )


def _title(text: str) -> str:
    """`text` on one line, and not longer than a list of chapters can show."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"
