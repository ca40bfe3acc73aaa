"""From written to speakable text, with the way back.

English is rewritten by rules of its own, the languages in `european` where engines misread them;
others are given to the engine as they are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from narrate.base.cast import primary_language
from narrate.base.model import SpanPair
from narrate.base.spans import compose, replace_spans, spoken_place
from narrate.script import english, european

MOST_PASSES = 8


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text to be spoken, and where its characters come from."""

    text: str
    map: tuple[SpanPair, ...] = ()
    """What was rewritten, in order; between the pairs both texts are the same. () is no change."""


def speakable(text: str, language: str = "en", kept: Sequence[tuple[int, int]] = ()) -> Spoken:
    """`text` as it is to be said in `language` (BCP 47); what it gives would come out unchanged.

    The stretches `kept` (start, end; in order) are left as they are.
    """
    spoken = Spoken(text)
    code = primary_language(language)
    if code != "en" and code not in european.languages():
        return spoken
    # One pass does it but for odd neighbours: the "1" of "C1,234" is no number until it is parted.
    for _ in range(MOST_PASSES):
        if code == "en":
            edits = english.find_edits(spoken.text, kept)
        else:
            edits = european.find_edits(spoken.text, code, kept)
        if not edits:
            break
        said, late = replace_spans(spoken.text, edits)
        kept = [(spoken_place(late, start), spoken_place(late, end)) for start, end in kept]
        spoken = Spoken(said, compose(late, spoken.map) if spoken.map else late)
    return spoken
