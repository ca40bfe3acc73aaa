"""Blocks to parts: what is said of each kind of structure, and what is left out and why."""

import re
from collections.abc import Iterator
from dataclasses import replace

from narrate.base.model import Article, Block, Omission, Utterance
from narrate.base.spans import compose, replace_spans
from narrate.script.cast import find_parts
from narrate.script.inline import Edit, find_edits
from narrate.script.languages import find_language_of
from narrate.script.lexicon import pronounce
from narrate.script.phrases import say
from narrate.script.sentences import cut, split
from narrate.script.structure import NO_LETTERS, Part, announce, is_speakable

SHORT_TABLE_CELLS = 30
FILE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|svg|webp|avif|bmp|tiff?)", re.IGNORECASE)
Piece = tuple[int, int, str]
"""Start and end in the block's text, and what it continues (see `Part.joint`)."""


class BlockReader:
    """Reads the blocks of an article by `policies` (see defaults.toml)."""

    def __init__(
        self, article: Article, policies: dict[str, str], lexicons: tuple[str, ...] = ()
    ) -> None:
        self._article = article
        self._lexicons = lexicons
        self._policies = policies
        self.parts: list[Part] = []
        self.omissions: list[Omission] = []
        self._after_break = False
        self._kinds = [block.kind for block in article.blocks]
        self._cast = find_parts(article)

    def read(self) -> tuple[list[Part], list[Omission]]:
        """The parts of all blocks in the order in which they are said, and what is left out."""
        notes = self._order_notes()
        late = {note for block in notes for note in notes[block]}
        for index in range(len(self._kinds)):
            if index not in late:
                self._read_block(index)
            for note in notes.get(index, []):
                self._read_note(note)
        if len(self._kinds) in notes:
            self._announce("notes", "note")
            for note in notes[len(self._kinds)]:
                self._read_block(note)
        return self.parts, self.omissions

    def _order_notes(self) -> dict[int, list[int]]:
        """The notes that are read after each block; those after the last, at its number."""
        policy = self._policies["note"]
        notes = [index for index, kind in enumerate(self._kinds) if kind == "note"]
        if policy == "skipped" or not notes:
            return {}
        if policy == "end":
            return {len(self._kinds): notes}
        by_marker: dict[str, list[int]] = {}
        for index in notes:
            by_marker.setdefault(self._article.blocks[index].marker, []).append(index)
        order: dict[int, list[int]] = {}
        for index, block in enumerate(self._article.blocks):
            for marker in block.notes:
                order.setdefault(index, []).extend(by_marker.pop(marker, ()))
        return order

    def _read_block(self, index: int) -> None:
        block = self._article.blocks[index]
        if block.kind == "break":
            self._after_break = True
            self._omit(index, "section break")
            return
        if block.kind == "table":
            self._read_table(index, block)
            return
        policy = self._policies[block.kind]
        if policy == "skipped":
            self._omit(index, f"{block.kind}: {policy}")
        elif block.kind == "code" and policy == "announced":
            self._announce("code", "code")
            self._omit(index, "code: announced")
        elif block.kind == "image" and FILE_NAME.fullmatch(block.text.strip()):
            self._omit(index, "image without a description")
        elif block.kind == "quote":
            self._read_quote(index, block, framed=policy == "announced")
        else:
            self._read_text(index, block, announced=policy == "announced")

    def _read_note(self, index: int) -> None:
        self._announce("note", "note")
        self._read_block(index)
        self._announce("note_end", "note")

    def _read_quote(self, index: int, block: Block, *, framed: bool) -> None:
        if framed and self._kind_at(index - 1) != "quote":
            self._announce("quote", "quote")
        self._say(index, self._sentences(block), block)
        if framed and self._kind_at(index + 1) != "quote":
            self._announce("quote_end", "quote")

    def _read_text(self, index: int, block: Block, *, announced: bool) -> None:
        before = ""
        if block.kind == "item":
            if self._policies["list"] == "counted" and self._kind_at(index - 1) != "item":
                self._announce("list", "item", str(self._count_items(index)))
            before = f"{block.marker} " if block.marker else ""
        elif announced:
            before = f"{say(block.kind, self._language(block))} "
        self._say(index, self._sentences(block), block, before)

    def _read_table(self, index: int, block: Block) -> None:
        rows = block.text.split("\n")
        policy = self._policies["table"]
        if policy == "short":
            policy = (
                "spoken" if block.text.count("\t") + len(rows) <= SHORT_TABLE_CELLS else "announced"
            )
        if policy == "announced":
            self._announce("table", "table", str(max(1, len(rows) - 1)))
        if policy != "spoken":
            self._omit(index, f"table: {policy}")
            return
        headers, place = rows[0].split("\t"), len(rows[0])
        if len(rows) == 1:
            self._say(index, [(0, place, "block")], block, edits=_part_cells(rows[0], []))
            return
        if headers and rows[0].strip():
            self.omissions.append(Omission(index, 0, place, "table header: said with each row"))
        for number, row in enumerate(rows[1:]):
            start, place = place + 1, place + 1 + len(row)
            joint = "row" if number else "block"
            self._say(index, [(start, place, joint)], block, edits=_part_cells(row, headers))

    def _say(
        self,
        index: int,
        pieces: list[Piece],
        block: Block,
        before: str = "",
        edits: list[Edit] | None = None,
    ) -> None:
        """Add the utterances of `pieces`, `before` said at the first of them."""
        began = False
        for start, end, joint in pieces:
            part = self._make_part(index, block, (start, end, joint), before, edits)
            if part is None:
                continue
            if not began and joint in {"line", "sentence", "clause"}:
                part = replace(part, joint="block")
            self.parts.append(replace(part, after_break=self._after_break))
            self._after_break, began, before = False, True, ""

    def _make_part(
        self, index: int, block: Block, piece: Piece, before: str, edits: list[Edit] | None
    ) -> Part | None:
        start, end, joint = piece
        own = find_language_of(block, start, end)
        language = own or self._article.language
        written = block.text[start:end]
        if not written.strip():
            return None
        if edits is None:
            spans = [
                span._replace(start=span.start - start, end=span.end - start)
                for span in block.spans
                if span.start < end and start < span.end
            ]
            edits = find_edits(written, spans, self._policies, language)
        left_out = [
            Omission(index, start + e.start, start + e.end, e.reason) for e in edits if e.reason
        ]
        said, early = replace_spans(written, [edit[:3] for edit in edits])
        if not is_speakable(said):
            reason = left_out[0].reason if left_out else NO_LETTERS
            self.omissions.append(Omission(index, start, end, reason))
            return None
        self.omissions += left_out
        if before:
            said, late = replace_spans(said, [(0, 0, before)])
            early = compose(late, early)
        spoken = pronounce(said, language, self._lexicons)
        utterance = Utterance(
            id="",
            block=index,
            start=start,
            end=end,
            written=written,
            spoken=spoken.text,
            map=compose(spoken.map, early) if spoken.map else early,
            phonemes=spoken.phonemes,
            cast=self._cast[index],
            language=own,
            earcon=self._earcon(index, block) if joint == "block" else "",
        )
        return Part(utterance, block.kind, joint)

    def _sentences(self, block: Block) -> list[Piece]:
        """The sentences of a block, and the clauses of those that are too long for one breath."""
        pieces: list[Piece] = []
        place = 0
        edits = find_edits(block.text, block.spans, self._policies, self._language(block))
        for piece, joint in _pieces(block, self._language(block)):
            start = block.text.index(piece, place)
            place = start + len(piece)
            if pieces and any(edit.start < start < edit.end for edit in edits):
                first, _, first_joint = pieces.pop()  # no border inside what is said otherwise
                pieces.append((first, place, first_joint))
            else:
                pieces.append((start, place, joint))
        return pieces

    def _earcon(self, index: int, block: Block) -> str:
        """The sound before a block: a heading's, or that of the first quote or item of several."""
        if block.kind == "heading":
            return "heading"
        names = {"quote": "quote", "item": "list"}
        begins = self._kind_at(index - 1) != block.kind
        return names.get(block.kind, "") if begins else ""

    def _announce(self, phrase: str, kind: str, filled: str = "") -> None:
        language = self._article.language
        part = announce(say(phrase, language, filled), kind, language, self._lexicons)
        self.parts.append(replace(part, after_break=self._after_break))
        self._after_break = False

    def _omit(self, index: int, reason: str) -> None:
        length = len(self._article.blocks[index].text)
        if length:
            self.omissions.append(Omission(index, 0, length, reason))

    def _language(self, block: Block) -> str:
        return block.language or self._article.language

    def _kind_at(self, index: int) -> str:
        return self._kinds[index] if 0 <= index < len(self._kinds) else ""

    def _count_items(self, index: int) -> int:
        """The items of the list that begins at `index`, without those of lists inside it."""
        level = self._article.blocks[index].level
        count = 0
        for block in self._article.blocks[index:]:
            if block.kind != "item":
                break
            count += block.level == level
        return count


def _pieces(block: Block, language: str) -> Iterator[tuple[str, str]]:
    """The pieces of a block's text, each with what parts it from the one before."""
    lines = block.text.split("\n") if block.kind in {"verse", "code"} else [block.text]
    joint = "block"
    for line in lines:
        for sentence in split(line, language):
            for piece in cut(sentence):
                yield piece, joint
                joint = "clause"
            joint = "sentence"
        if len(lines) > 1 and joint == "sentence":
            joint = "line"


def _part_cells(row: str, headers: list[str]) -> list[Edit]:
    """The edits that say a table's row: each cell after its header, with a stop between them."""
    edits, place = [], 0
    for number, cell in enumerate(row.split("\t")):
        if number:
            stop = ". " if row[:place].strip() and cell.strip() else ""
            edits.append(Edit(place, place + 1, stop, ""))
            place += 1
        header = headers[number].strip() if number < len(headers) else ""
        if header and cell.strip():
            edits.append(Edit(place, place, f"{header}: ", ""))
        place += len(cell)
    return edits
