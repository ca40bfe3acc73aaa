"""The overlay of a chapter: which part of its text is heard when.

EPUB Media Overlays, a profile of SMIL: https://www.w3.org/TR/epub-33/#sec-media-overlays
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from narrate.base.model import Cue
from narrate.write._clock import clock
from narrate.write._epub_layout import BookChapter, Layout

_ANCHOR = re.compile(r'<[a-z0-9]+ (?:[^<>]* )?id="([^"<>]*)"')
_OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0">
"""


class Structure(NamedTuple):
    """What a reader may skip or leave as a whole."""

    kind: str
    """In the words of EPUB's structural semantics."""
    anchor: str


class Clip(NamedTuple):
    """A stretch of sound, from `start_ms` of the chapter to where the next clip begins."""

    start_ms: int
    anchor: str
    sentence: str
    """The anchor of the sentence that the word is one of; empty for a sentence itself."""
    structure: Structure | None


def name_table(block: int) -> str:
    """The anchor of the table that is the block of this index."""
    return f"b{block}"


def write_overlay(
    chapter: BookChapter, cues: Sequence[Cue], text: str, layout: Layout, whole: str
) -> str:
    """The overlay of `chapter`, for its `cues` and its `text` as XHTML; `whole` is its anchor.

    Clips leave no gaps: each goes on to the next, the first from the start of the chapter and the
    last to its end, so that a reader plays the sound as it is, with all its pauses, and the
    durations of all chapters add up to that of the book. What has no anchor in the text is heard
    with what comes before it.
    """
    anchors = set(_ANCHOR.findall(text))
    structures = _find_structures(cues, layout)
    clips = [
        clip
        for cue, structure in zip(cues, structures, strict=True)
        for clip in _cut(cue, structure, chapter.start_ms)
        if clip.anchor in anchors and (not clip.sentence or clip.sentence in anchors)
    ]
    length_ms = chapter.end_ms - chapter.start_ms
    timed = list(_place(clips or [Clip(0, whole, "", None)], length_ms))
    lines = [_OPENING]
    lines.append(f'<body epub:textref="{chapter.text_name}" epub:type="bodymatter chapter">\n')
    for structure, of_structure in groupby(timed, key=lambda pair: pair[0].structure):
        if structure:
            address = f"{chapter.text_name}#{structure.anchor}"
            lines.append(f'<seq epub:textref="{address}" epub:type="{structure.kind}">\n')
        for sentence, of_sentence in groupby(of_structure, key=lambda pair: pair[0].sentence):
            if sentence:
                lines.append(f'<seq epub:textref="{chapter.text_name}#{sentence}">\n')
            lines += (_write_clip(chapter, clip, end_ms) for clip, end_ms in of_sentence)
            lines += ["</seq>\n"] * bool(sentence)
        lines += ["</seq>\n"] * bool(structure)
    return "".join((*lines, "</body>\n</smil>\n"))


def _write_clip(chapter: BookChapter, clip: Clip, end_ms: int) -> str:
    kind = ""
    if clip.structure and clip.structure.kind == "table" and not clip.sentence:
        kind = ' epub:type="table-row"'
    return (
        f'<par{kind}><text src="{chapter.text_name}#{clip.anchor}"/>'
        f'<audio src="{chapter.audio_name}" clipBegin="{clock(clip.start_ms)}"'
        f' clipEnd="{clock(end_ms)}"/></par>\n'
    )


def _cut(cue: Cue, structure: Structure | None, start_ms: int) -> Iterator[Clip]:
    """The clips of a cue: one, or one for each of its words."""
    if not cue.words:
        yield Clip(cue.start_ms - start_ms, cue.id, "", structure)
    for number, word in enumerate(cue.words, start=1):
        begin_ms = word.start_ms if number > 1 else cue.start_ms
        yield Clip(begin_ms - start_ms, f"{cue.id}w{number}", cue.id, structure)


def _place(clips: Sequence[Clip], length_ms: int) -> Iterator[tuple[Clip, int]]:
    """`clips` with their ends; those that would have no length are left out."""
    reached = 0
    last = clips[-1]._replace(start_ms=length_ms)
    for clip, following in pairwise((*clips, last)):
        end_ms = min(following.start_ms, length_ms)
        if end_ms > reached:
            yield clip._replace(start_ms=reached), end_ms
            reached = end_ms


def _find_structures(cues: Sequence[Cue], layout: Layout) -> list[Structure | None]:
    """The structure that each cue is part of.

    What is said right before a note and right after it announces it, and is skipped with it.
    """
    blocks = layout.article.blocks
    found: list[Structure | None] = []
    for cue in cues:
        block = blocks[cue.block] if cue.block is not None else None
        if block and block.kind == "note":
            found.append(Structure("footnote", f"note-{layout.numbers[block.marker]}"))
        elif block and block.kind == "table" and cue.block is not None:
            found.append(Structure("table", name_table(cue.block)))
        else:
            found.append(None)
    around = list(found)
    for place, structure in enumerate(found):
        if structure and structure.kind == "footnote":
            for beside in (place - 1, place + 1):
                if 0 <= beside < len(cues) and cues[beside].block is None:
                    around[beside] = structure
    return around
