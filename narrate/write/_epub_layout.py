"""Which blocks each chapter of a book has, and in which of its files a note is."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from narrate.base.model import Article, Block, Cue, Recording, TimedChapter
from narrate.write._audio import clamp_title
from narrate.write._markup import number_notes
from narrate.write._page_parts import HEAD_BLOCKS, fold

DEEPEST = 6
"""The deepest heading that HTML has."""
NOWHERE = -1
"""The index of what is before the first block."""


@dataclass(slots=True)
class BookChapter:
    """A chapter with the blocks that stand in its text."""

    number: int
    """From 0."""
    title: str
    depth: int
    """From 1; at most one more than that of the chapter before it."""
    start_ms: int
    end_ms: int
    blocks: list[int] = field(default_factory=list)
    """Indexes in reading order, with the notes that are heard among them."""
    notes: list[int] = field(default_factory=list)
    """Indexes of notes that are not heard, which stand at its end."""

    @property
    def name(self) -> str:
        """What its files are called, without their suffixes."""
        return f"chapter-{self.number + 1:04}"

    @property
    def text_name(self) -> str:
        """The file of its text."""
        return f"{self.name}.xhtml"

    @property
    def overlay_name(self) -> str:
        """The file of its overlay."""
        return f"{self.name}.smil"

    @property
    def audio_name(self) -> str:
        """The file of its sound."""
        return f"{self.name}.mp3"


@dataclass(frozen=True, slots=True)
class Layout:
    """A book before it is written."""

    article: Article
    """Its title is a heading, if the text has it."""
    chapters: tuple[BookChapter, ...]
    files: dict[str, str]
    """The file of each note (`note-3`) and of the first mark of it (`ref-3`)."""
    numbers: dict[str, int]
    """The number of each note, by its label."""


def plan_book(recording: Recording) -> Layout:
    """Lay out the book of `recording`; walks its cues once.

    A chapter has the blocks from the first that is heard in it to the first of the next one. A note
    that is heard follows what is heard before it; any other stands at the end of the first chapter
    that refers to it.
    """
    article = _mark_title(recording.article)
    chapters = tuple(_number(recording.chapters))
    starts, heard_notes = _find_places(article, recording.cues)
    owners = _Owners(starts)
    after: dict[int, list[int]] = {}
    groups = _group_notes(article.blocks)
    referrers = _find_referrers(article.blocks)
    for label, indexes in groups.items():
        place = next((heard_notes[index] for index in indexes if index in heard_notes), None)
        if place is not None:
            after.setdefault(place, []).extend(indexes)
        else:
            chapters[owners.find(referrers.get(label, indexes[0]))].notes.extend(indexes)
    chapters[0].blocks.extend(after.pop(NOWHERE, ()))
    for index, block in enumerate(article.blocks):
        if block.kind != "note":
            chapters[owners.find(index)].blocks.append(index)
            chapters[owners.find(index)].blocks.extend(after.pop(index, ()))
    numbers = number_notes(article)
    return Layout(article, chapters, _find_files(article.blocks, chapters, numbers), numbers)


class _Owners:
    """Tells in which chapter a block stands."""

    def __init__(self, starts: dict[int, int]) -> None:
        """`starts` are the first blocks of chapters, by the chapter.

        What is before all of them is the first chapter's, unless that has only announcements.
        """
        begins = min((chapter for chapter, start in starts.items() if not start), default=0)
        self._chapters: list[int] = [begins]
        self._starts: list[int] = [0]
        for chapter, start in sorted(starts.items()):
            if start > self._starts[-1]:
                self._chapters.append(chapter)
                self._starts.append(start)

    def find(self, block: int) -> int:
        return self._chapters[bisect_right(self._starts, block) - 1]


def _mark_title(article: Article) -> Article:
    """`article`, the block that is its title made a heading."""
    blocks = list(article.blocks)
    title = fold(article.title)
    texts = [index for index, block in enumerate(blocks) if block.text.strip()][:HEAD_BLOCKS]
    for index in texts:
        block = blocks[index]
        if title and block.kind in ("heading", "para") and fold(block.text) == title:
            blocks[index] = replace(block, kind="heading", level=1)
            break
    return replace(article, blocks=tuple(blocks))


def _number(chapters: Sequence[TimedChapter]) -> Iterator[BookChapter]:
    levels: list[int] = []
    for number, chapter in enumerate(chapters):
        while levels and levels[-1] >= chapter.level:
            levels.pop()
        levels.append(chapter.level)
        title = clamp_title(chapter.title) or str(number + 1)
        depth = min(len(levels), DEEPEST)
        yield BookChapter(number, title, depth, chapter.start_ms, chapter.end_ms)


def _find_places(article: Article, cues: Iterable[Cue]) -> tuple[dict[int, int], dict[int, int]]:
    """The first block of each chapter that has one; of each note that is heard, what is before."""
    starts: dict[int, int] = {}
    notes: dict[int, int] = {}
    last = latest = NOWHERE
    for cue in cues:
        if cue.block is None:
            continue
        if article.blocks[cue.block].kind == "note":
            notes.setdefault(cue.block, last)
            continue
        last = cue.block
        if cue.chapter not in starts and last > latest:
            starts[cue.chapter] = latest = last
    return starts, notes


def _group_notes(blocks: Sequence[Block]) -> dict[str, list[int]]:
    """The indexes of all notes by their label: a note may have several paragraphs."""
    groups: dict[str, list[int]] = {}
    for index, block in enumerate(blocks):
        if block.kind == "note":
            groups.setdefault(block.marker, []).append(index)
    return groups


def _find_referrers(blocks: Sequence[Block]) -> dict[str, int]:
    """The first block that refers to each note, by the note's label."""
    referrers: dict[str, int] = {}
    for index, block in enumerate(blocks):
        for label in block.notes:
            referrers.setdefault(label, index)
    return referrers


def _find_files(
    blocks: Sequence[Block], chapters: Sequence[BookChapter], numbers: Mapping[str, int]
) -> dict[str, str]:
    """The file of each note, and of the first mark of it."""
    files: dict[str, str] = {}
    for chapter in chapters:
        for block in (blocks[index] for index in (*chapter.blocks, *chapter.notes)):
            for label in block.notes:
                files.setdefault(f"ref-{numbers[label]}", chapter.text_name)
            if block.kind == "note":
                files[f"note-{numbers[block.marker]}"] = chapter.text_name
    return files
