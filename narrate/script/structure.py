"""The pieces of a script: what is said in one breath, and the silences between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from narrate.base.model import Utterance
from narrate.script.lexicon import pronounce

SYMBOLS = "%&+=<>€£¥$°#@"
"""Signs that are said although they are no letters."""
NO_LETTERS = "nothing to pronounce"


@dataclass(frozen=True, slots=True)
class Part:
    """An utterance with what decides on the silence before it."""

    utterance: Utterance
    kind: str
    """The kind of its block, or opening or closing for an announcement."""
    joint: str
    """What it continues: clause, line, sentence, or block where it begins one."""
    after_break: bool = False
    """Whether a section break stands before it."""


def is_speakable(text: str) -> bool:
    """Whether there is anything in `text` that is said: a letter, a digit, a sign or an emoji."""
    return any(
        character.isalnum() or character in SYMBOLS or "\U0001f000" <= character <= "\U0001faff"
        for character in text
    )


def announce(text: str, kind: str, language: str, lexicons: Sequence[str] = ()) -> Part:
    """Something that we say ourselves, in `language`."""
    said = pronounce(text, language, lexicons)
    utterance = Utterance(
        id="",
        block=None,
        start=0,
        end=len(text),
        written=text,
        spoken=said.text,
        map=said.map,
        phonemes=said.phonemes,
    )
    return Part(utterance, kind, "block")


def set_pauses(parts: Sequence[Part], pauses: dict[str, int]) -> list[Part]:
    """`parts` with an id for each utterance and the silence after it."""
    numbered = []
    for index, part in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else None
        pause = pauses[_place(part, following)]
        if following and following.after_break:
            pause = max(pause, pauses["break"])
        utterance = replace(part.utterance, id=f"u{index + 1:04d}", pause_ms=pause)
        numbered.append(replace(part, utterance=utterance))
    return numbered


def _place(part: Part, following: Part | None) -> str:
    """Where the silence after `part` falls."""
    if following is None:
        return "end"
    if following.joint != "block":
        return following.joint
    kinds = part.kind, following.kind
    if kinds in {("opening", "opening"), ("heading", "opening"), ("item", "item")}:
        return "item" if part.kind == "item" else "sentence"
    before = {"heading": "heading_before", "closing": "closing"}
    after = {"heading": "heading_after", "opening": "opening"}
    return before.get(following.kind) or after.get(part.kind) or "paragraph"
