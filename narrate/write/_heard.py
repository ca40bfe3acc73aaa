"""What is heard of an article and what is not, by its place in the text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from narrate.base.model import Cue, Omission
from narrate.write._inline import Mark


class Announcement(NamedTuple):
    """What is said without being written in the article."""

    id: str
    text: str
    words: tuple[Mark, ...] = ()


@dataclass(slots=True)
class Heard:
    """What is heard, by its place in the article."""

    marks: dict[int, list[Mark]] = field(default_factory=dict)
    """By the block's index: its utterances, and its words if they were asked for."""
    before: list[Announcement] = field(default_factory=list)
    """Announcements in front of the first block."""
    after: dict[int, list[Announcement]] = field(default_factory=dict)
    """Announcements by the index of the block that they follow."""
    closing: Announcement | None = None
    """What is said last, if it is an announcement: it stands behind all that is not spoken."""


def collect_heard(cues: Iterable[Cue], *, words: bool = False) -> Heard:
    """What is heard in `cues`: the first may be those of a chapter in the middle.

    With `words`, every timed word gets an anchor: the third of u0042 is u0042w3.
    """
    heard = Heard()
    last: int | None = None
    closing: list[Announcement] = []
    for cue in cues:
        timed = [
            Mark(cue.start + word.start, cue.start + word.end, f"{cue.id}w{number}", "w")
            for number, word in enumerate(cue.words if words else (), start=1)
        ]
        if cue.block is not None:
            last, closing = cue.block, []
            heard.marks.setdefault(last, []).extend([Mark(cue.start, cue.end, cue.id), *timed])
            continue
        said = Announcement(cue.id, cue.text, tuple(timed))
        closing = heard.before if last is None else heard.after.setdefault(last, [])
        closing.append(said)
    if last is not None and closing:
        heard.closing = closing.pop()
    return heard


def mark_omissions(omissions: Sequence[Omission]) -> Iterator[tuple[int, Mark]]:
    """The block and the mark of each omission; the first is o1."""
    for number, omission in enumerate(omissions, start=1):
        yield omission.block, Mark(omission.start, omission.end, f"o{number}", "o")
