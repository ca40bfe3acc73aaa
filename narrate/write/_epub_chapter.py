"""A chapter of a book: its text as XHTML, and its overlay."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from string import Template

from narrate.base.model import Cue, Recording
from narrate.write._direction import lang_attributes
from narrate.write._epub_data import read_source
from narrate.write._epub_layout import DEEPEST, BookChapter, Layout
from narrate.write._epub_overlay import name_table, write_overlay
from narrate.write._inline import attribute
from narrate.write._markup import Heard, Mark, Markup, collect_heard, mark_omissions
from narrate.write._page_parts import HEAD_BLOCKS, fold

SECTION_ID = "chapter"
"""The anchor of a chapter's text as a whole."""


class ChapterWriter:
    """Writes one chapter after another."""

    def __init__(self, recording: Recording, layout: Layout, *, words: bool) -> None:
        """With `words`, the text has an anchor at each word, and the overlay goes by them."""
        self._layout = layout
        self._article = layout.article
        self._words = words
        self._last = len(layout.chapters) - 1
        self._markup = Markup(layout.article, xml=True, files=layout.files)
        self._template = Template(read_source("chapter.xhtml"))
        self._omitted = {
            block: [mark for _, mark in pairs]
            for block, pairs in groupby(mark_omissions(recording.omissions), key=lambda p: p[0])
        }

    def write(self, chapter: BookChapter, cues: Sequence[Cue]) -> tuple[str, str]:
        """The chapter's text and its overlay; `cues` are all of it."""
        if not self._words:
            cues = [replace(cue, words=()) for cue in cues]
        heard = collect_heard(cues, words=self._words)
        if heard.closing and chapter.number < self._last:
            # Only what is said last in the book stands behind all that is not spoken.
            heard.after.setdefault(next(reversed(heard.marks)), []).append(heard.closing)
            heard.closing = None
        text = self._template.substitute(
            language=lang_attributes(self._article.language, xml=True),
            title=attribute(chapter.title),
            section=SECTION_ID,
            text=self._write_text(chapter, heard),
        )
        return text, write_overlay(chapter, cues, text, self._layout, SECTION_ID)

    def _write_text(self, chapter: BookChapter, heard: Heard) -> str:
        top = chapter.depth
        parts = []
        if not self._has_heading(chapter):
            parts.append(self._write_heading(chapter, heard))
            top = min(top + 1, DEEPEST)
        self._markup.start_document(top)
        parts += [self._markup.write_announcement(said) for said in heard.before]
        marks = self._collect_marks(chapter, heard)
        parts += self._markup.write(chapter.blocks, heard, marks)
        if heard.closing:
            parts.append(self._markup.write_announcement(heard.closing))
        if chapter.notes:
            parts.append('<section class="notes" epub:type="footnotes">\n')
            parts += self._markup.write(chapter.notes, heard, marks)
            parts.append("</section>\n")
        return "".join(parts)

    def _has_heading(self, chapter: BookChapter) -> bool:
        """Whether the text begins with a heading, or its title is one near its beginning."""
        blocks = (self._article.blocks[index] for index in chapter.blocks)
        texts = [block for block in blocks if block.text.strip()][:HEAD_BLOCKS]
        if texts and texts[0].kind == "heading":
            return True
        title = fold(chapter.title)
        return any(block.kind == "heading" and fold(block.text) == title for block in texts)

    def _write_heading(self, chapter: BookChapter, heard: Heard) -> str:
        """The chapter's title, which its text has not: it may be what is said first."""
        tag = f"h{chapter.depth}"
        said = heard.before[0] if heard.before else None
        if said and fold(said.text) == fold(chapter.title):
            del heard.before[0]
            return self._markup.write_announcement(said, tag)
        return f'<{tag} class="added">{attribute(chapter.title)}</{tag}>\n'

    def _collect_marks(self, chapter: BookChapter, heard: Heard) -> dict[int, list[Mark]]:
        """What is marked beside what is heard: what is left out, and the tables that are spoken."""
        marks = {}
        for index in (*chapter.blocks, *chapter.notes):
            marks[index] = list(self._omitted.get(index, ()))
            block = self._article.blocks[index]
            if block.kind == "table" and index in heard.marks:
                whole = Mark(0, len(block.text), name_table(index), "block")
                marks[index] = [*marks[index], whole]
        return marks
