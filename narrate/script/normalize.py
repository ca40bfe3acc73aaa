"""From written to speakable text, with the way back.

Nothing is rewritten yet: the engine gets the text as it is written.
"""

from dataclasses import dataclass

from narrate.base.model import SpanPair


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text to be spoken, and where its characters come from."""

    text: str
    map: tuple[SpanPair, ...] = ()
    """What was rewritten, in order; between the pairs both texts are the same. () is no change."""


def speakable(text: str, language: str = "en") -> Spoken:  # noqa: ARG001 rules come by language
    """`text` as it is to be said in `language` (BCP 47)."""
    return Spoken(text)
