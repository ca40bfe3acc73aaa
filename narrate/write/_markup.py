"""An article's blocks as HTML that is XHTML as well: its structure, with anchors at what is heard.

The text of a block's element is the block's text, character for character, but for the marks of
notes (class "ref"): places in the one are places in the other.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from narrate.base.model import Article, Block
from narrate.write._direction import block_attributes, language_direction
from narrate.write._heard import Announcement, Heard, collect_heard, mark_omissions
from narrate.write._inline import InlineWriter, Mark, attribute, open_mark

__all__ = [
    "Announcement",
    "Heard",
    "Mark",
    "Markup",
    "collect_heard",
    "mark_omissions",
    "number_notes",
]

WIDE_COLUMNS = 4
"""A table of more columns does not fit a phone; one of twice as many fits no column of text."""
_NUMBER = re.compile(r"\d{1,9}")


def number_notes(article: Article) -> dict[str, int]:
    """A number for each label of a note, in the order in which the notes are referred to."""
    labels = [label for block in article.blocks for label in block.notes]
    labels += [block.marker for block in article.blocks if block.kind == "note"]
    return {label: number for number, label in enumerate(dict.fromkeys(labels), start=1)}


class Markup:
    """Writes blocks one after another; `write` may be called for one chapter after another.

    A heading of the article's first level becomes an element h`top`, and none is deeper than one
    below the heading before it. With `xml`, attributes are as EPUB wants them. `files` names the
    file that a note (`note-3`) or the first mark of it (`ref-3`) is in, where it is another.
    """

    def __init__(
        self,
        article: Article,
        *,
        top: int = 2,
        xml: bool = False,
        files: Mapping[str, str] | None = None,
    ) -> None:
        self._article = article
        self._direction = language_direction(article.language)
        self._top = top
        self._xml = xml
        self._files = files or {}
        self._numbers = number_notes(article)
        self._referred: set[str] = set()
        self._begun: set[str] = set()  # labels of notes that have their anchor
        self._levels: list[int] = []
        self._open: list[tuple[str, int]] = []  # lists, items and quotes, with their levels
        self._note: str | None = None  # the label of the one that is open

    def write(
        self,
        indexes: Iterable[int],
        heard: Heard,
        marks: Mapping[int, Sequence[Mark]] | None = None,
    ) -> Iterator[str]:
        """The HTML of the blocks at `indexes`, with what is `heard` in them, and more `marks`.

        Announcements stand where they are said, as paragraphs of class said; those before the
        first block and behind the last are left to the caller (see `write_announcement`).
        """
        for index in indexes:
            block = self._article.blocks[index]
            own = [*heard.marks.get(index, ()), *(marks or {}).get(index, ())]
            yield from self._write_block(block, own)
            for said in heard.after.get(index, ()):
                yield from self._close()
                yield self.write_announcement(said)
        yield from self._close()
        yield from self._end_note()

    def start_document(self, top: int) -> None:
        """Begin another file: the next heading is its first, and an element h`top`."""
        self._top = top
        self._levels = []

    def write_announcement(self, said: Announcement, tag: str = "p") -> str:
        """The HTML of an announcement, which has the article's language."""
        whole = Mark(0, len(said.text), said.id)
        text = self._inline(Block("para", said.text), [whole, *said.words])
        return f'<{tag} class="said">{text.write(0, len(said.text))}</{tag}>\n'

    def write_text(self, block: Block, marks: Sequence[Mark]) -> str:
        """The HTML of what is inside a block, without its element."""
        return self._inline(block, marks).write(0, len(block.text))

    def _write_block(self, block: Block, marks: Sequence[Mark]) -> Iterator[str]:
        if block.kind != "note":
            yield from self._end_note()
        if block.kind == "break":
            yield from self._close()
            yield "<hr/>\n"
        elif not block.text.strip():
            return
        elif block.kind == "item":
            yield from self._write_item(block, marks)
        elif block.kind == "quote":
            yield from self._write_quote(block, marks)
        elif block.kind == "note":
            yield from self._write_note(block, marks)
        else:
            yield from self._close()
            yield from self._write_plain(block, marks)

    def _write_plain(self, block: Block, marks: Sequence[Mark]) -> Iterator[str]:
        if block.kind == "table":
            yield from self._write_table(block, marks)
        elif block.kind == "heading":
            yield self._element(f"h{self._level(block.level)}", block, marks)
        elif block.kind == "code":
            attributes, marks = self._attributes(block, marks)
            yield f"<pre{attributes}><code>{self.write_text(block, marks)}</code></pre>\n"
        else:
            own = block.kind if block.kind in ("caption", "image", "verse") else ""
            yield self._element("p", block, marks, own)

    def _element(self, tag: str, block: Block, marks: Sequence[Mark], own: str = "") -> str:
        """One element with the text of `block`, of the class `own`."""
        attributes, marks = self._attributes(block, marks, own)
        text = self.write_text(block, marks)
        if block.kind == "verse":
            text = text.replace("\n", "<br/>\n")
        return f"<{tag}{attributes}>{text}</{tag}>\n"

    def _attributes(
        self, block: Block, marks: Sequence[Mark], own: str = ""
    ) -> tuple[str, Sequence[Mark]]:
        """The attributes of a block's element, and the marks that are inside it.

        What is marked as a whole, because it is left out or is a block to be known by its name, is
        the element itself.
        """
        language = block_attributes(block.text, block.language, self._direction, xml=self._xml)
        for number, mark in enumerate(marks):
            is_element = mark.classes in ("o", "block")
            if is_element and mark.start <= 0 and mark.end >= len(block.text):
                return open_mark(mark, own) + language, [*marks[:number], *marks[number + 1 :]]
        return (f' class="{own}"' if own else "") + language, marks

    def _inline(self, block: Block, marks: Sequence[Mark]) -> InlineWriter:
        return InlineWriter(
            block.text,
            marks,
            block.spans,
            base=self._article.source,
            refer=self._refer,
            xml=self._xml,
        )

    def _level(self, level: int) -> int:
        """The level of a heading's element: one deeper than the one above it, whatever it says."""
        while self._levels and self._levels[-1] >= level:
            self._levels.pop()
        self._levels.append(level)
        return min(6, self._top + len(self._levels) - 1)

    # Lists and quotes

    def _close(self, depth: int = 0) -> Iterator[str]:
        """Close lists and quotes until only `depth` elements are open."""
        while len(self._open) > depth:
            yield f"</{self._open.pop()[0]}>\n"

    def _write_item(self, block: Block, marks: Sequence[Mark]) -> Iterator[str]:
        number = _NUMBER.match(block.marker)
        tag = "ol" if number else "ul"
        if any(kind == "blockquote" for kind, _ in self._open):
            yield from self._close()
        while self._open and self._open[-1][1] > block.level:
            yield from self._close(len(self._open) - 1)
        if self._open and self._open[-1] == ("li", block.level):
            yield from self._close(len(self._open) - 1)
        if self._open and self._open[-1][1] == block.level and self._open[-1][0] != tag:
            yield from self._close(len(self._open) - 1)
        if not self._open or self._open[-1][1] < block.level:
            self._open.append((tag, block.level))
            yield f"<{tag}>\n"
        self._open.append(("li", block.level))
        marker = "" if number or not block.marker else f"{_marker(block.marker)} "
        value = f' value="{int(number[0])}"' if number else ""
        text = self._element("p", block, marks)
        yield f"<li{value}>{text.replace('>', f'>{marker}', 1)}"

    def _write_quote(self, block: Block, marks: Sequence[Mark]) -> Iterator[str]:
        level = max(1, block.level)
        if any(kind != "blockquote" for kind, _ in self._open):
            yield from self._close()
        while self._open and self._open[-1][1] > level:
            yield from self._close(len(self._open) - 1)
        while len(self._open) < level:
            self._open.append(("blockquote", len(self._open) + 1))
            yield "<blockquote>\n"
        yield self._element("p", block, marks)

    # Notes

    def _refer(self, label: str) -> str:
        """The mark of a note."""
        number = self._numbers.get(label)
        if number is None:
            return ""
        first = "" if label in self._referred else f' id="ref-{number}"'
        self._referred.add(label)
        kind = ' epub:type="noteref"' if self._xml else ""
        address = attribute(self._files.get(f"note-{number}", "") + f"#note-{number}")
        link = f'<a{first} href="{address}" role="doc-noteref"{kind}>{number}</a>'
        return f'<sup class="ref">{link}</sup>'

    def _write_note(self, block: Block, marks: Sequence[Mark]) -> Iterator[str]:
        if block.marker != self._note:
            yield from self._close()
            yield from self._end_note()
            self._note = block.marker
            number = self._numbers[block.marker]
            kind = ' epub:type="footnote"' if self._xml else ""
            anchor = "" if block.marker in self._begun else f' id="note-{number}"'
            self._begun.add(block.marker)
            yield f'<aside{anchor} class="note" role="doc-footnote"{kind}>\n'
            marker = self._back(block.marker, number)
            yield self._element("p", block, marks).replace(">", f">{marker} ", 1)
        else:
            yield self._element("p", block, marks)

    def _back(self, label: str, number: int) -> str:
        """The number of a note, which leads back to its first mark."""
        if label not in self._referred and f"ref-{number}" not in self._files:
            return _marker(f"{number}.")
        address = attribute(self._files.get(f"ref-{number}", "") + f"#ref-{number}")
        return f'<a class="marker" href="{address}" role="doc-backlink">{number}.</a>'

    def _end_note(self) -> Iterator[str]:
        if self._note is not None:
            self._note = None
            yield "</aside>\n"

    # Tables

    def _write_table(self, block: Block, marks: Sequence[Mark]) -> Iterator[str]:
        rows = block.text.split("\n")
        columns = max(row.count("\t") for row in rows) + 1
        width = "wide" if columns > WIDE_COLUMNS else ""
        width = "wide widest" if columns > 2 * WIDE_COLUMNS else width
        attributes, marks = self._attributes(block, marks, width)
        lines = {(m.start, m.end): m for m in marks if _is_row(m, block.text)}
        inside = self._inline(block, [m for m in marks if not _is_row(m, block.text)])
        place = 0
        headers = rows[0].split("\t") if len(rows) > 1 else []
        yield f'<table role="table"{attributes}>\n'
        for number, row in enumerate(rows):
            part = "thead" if headers and not number else "tbody"
            if number < 2:
                yield f'<{part} role="rowgroup">\n'
            mark = lines.get((place, place + len(row)))
            yield f'<tr role="row"{open_mark(mark) if mark else ""}>'
            yield "\t".join(
                self._cells(inside, row, place, [] if part == "thead" else headers, part)
            )
            yield "</tr>\n"
            if part == "thead":
                yield "</thead>\n"
            place += len(row) + 1
        yield "</tbody>\n</table>\n"

    def _cells(
        self, inside: InlineWriter, row: str, place: int, headers: Sequence[str], part: str
    ) -> Iterator[str]:
        """The cells of a row that begins at `place`."""
        for number, cell in enumerate(row.split("\t")):
            text = inside.write(place, place + len(cell))
            if part == "thead":
                yield f'<th role="columnheader" scope="col">{text}</th>'
            else:
                header = headers[number].strip() if number < len(headers) else ""
                label = f' data-label="{attribute(header)}"' if header else ""
                yield f'<td role="cell"{label}>{text}</td>'
            place += len(cell) + 1


def _marker(text: str) -> str:
    return f'<span class="marker">{attribute(text)}</span>'


def _is_row(mark: Mark, text: str) -> bool:
    """Whether `mark` is all that a row of a table says: its anchor is the row."""
    begins = mark.start == 0 or text[mark.start - 1] == "\n"
    ends = text[mark.end : mark.end + 1] in ("\n", "")
    return mark.classes != "w" and begins and ends and "\n" not in text[mark.start : mark.end]
