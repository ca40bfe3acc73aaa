"""From written to speakable text, with the way back.

English is rewritten; other languages are given to the engine as they are written.
"""

from dataclasses import dataclass

from narrate.base.model import SpanPair
from narrate.base.spans import compose, replace_spans
from narrate.script import english

MOST_PASSES = 8


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text to be spoken, and where its characters come from."""

    text: str
    map: tuple[SpanPair, ...] = ()
    """What was rewritten, in order; between the pairs both texts are the same. () is no change."""


def speakable(text: str, language: str = "en") -> Spoken:
    """`text` as it is to be said in `language` (BCP 47); what it gives would come out unchanged."""
    spoken = Spoken(text)
    if language.replace("_", "-").partition("-")[0].lower() != "en":
        return spoken
    # One pass does it but for odd neighbours: the "1" of "C1,234" is no number until it is parted.
    for _ in range(MOST_PASSES):
        edits = english.find_edits(spoken.text)
        if not edits:
            break
        said, late = replace_spans(spoken.text, edits)
        spoken = Spoken(said, compose(late, spoken.map) if spoken.map else late)
    return spoken
