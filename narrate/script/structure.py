"""Blocks to utterances: what is said of each, what is left out, and the silences between."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError
from narrate.base.model import Article, Block, Omission, SpanPair, Utterance, Voice
from narrate.script.normalize import speakable
from narrate.script.phrases import say
from narrate.script.sentences import cut, split

POLICIES = ("spoken", "announced", "skipped")
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


@cache
def _defaults() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("defaults.toml").read_text(encoding="utf-8"))


def find_policies(voice: Voice) -> dict[str, str]:
    """How each kind of block is read with `voice`. Raises UsageError for what is not known."""
    policies = {**_defaults()["read"], **dict(voice.read)}
    for kind, policy in policies.items():
        if kind not in _defaults()["read"] or policy not in POLICIES:
            raise UsageError(
                f"voice {voice.name}",
                f"[read] has {kind} = {policy}",
                f"kinds: {', '.join(_defaults()['read'])}; policies: {', '.join(POLICIES)}",
            )
    return policies


def find_pauses(voice: Voice) -> dict[str, int]:
    """Milliseconds of silence by place, at the voice's speed. Raises UsageError as above."""
    pauses = {**_defaults()["pauses"], **dict(voice.pauses)}
    unknown = pauses.keys() - _defaults()["pauses"].keys()
    if unknown:
        known = ", ".join(_defaults()["pauses"])
        raise UsageError(f"voice {voice.name}", f"[pauses] has {min(unknown)}", f"known: {known}")
    return {place: round(pause / voice.speed) for place, pause in pauses.items()}


def is_speakable(text: str) -> bool:
    """Whether there is anything in `text` that is said: a letter, a digit, a sign or an emoji."""
    return any(
        character.isalnum() or character in SYMBOLS or "\U0001f000" <= character <= "\U0001faff"
        for character in text
    )


def read_blocks(article: Article, policies: dict[str, str]) -> tuple[list[Part], list[Omission]]:
    """The utterances of all blocks in reading order, and all that is left out."""
    parts: list[Part] = []
    omissions: list[Omission] = []
    broken = False
    for index, block in enumerate(article.blocks):
        said, left_out = _read_block(index, block, policies[block.kind], article.language)
        if said and broken:
            said[0] = replace(said[0], after_break=True)
        broken = block.kind == "break" or (broken and not said)
        parts += said
        omissions += left_out
    return parts, omissions


def _read_block(
    index: int, block: Block, policy: str, language: str
) -> tuple[list[Part], list[Omission]]:
    if policy == "spoken":
        return _part_from_silent(index, _speak_block(index, block, language))
    left_out = [Omission(index, 0, len(block.text), f"{block.kind}: {policy}")]
    if policy == "skipped":
        return [], left_out if block.text.strip() else []
    phrase = block.kind if block.kind in {"code", "table", "image"} else "other"
    return [announce(say(phrase, language), block.kind)], left_out


def _part_from_silent(index: int, pieces: Iterator[Part]) -> tuple[list[Part], list[Omission]]:
    """The pieces that can be said, the first of them as the block's beginning, and the others."""
    parts: list[Part] = []
    left_out = []
    for part in pieces:
        utterance = part.utterance
        if is_speakable(utterance.written):
            parts.append(part if parts else replace(part, joint="block"))
        else:
            left_out.append(Omission(index, utterance.start, utterance.end, NO_LETTERS))
    return parts, left_out


def announce(text: str, kind: str) -> Part:
    """Something that we say ourselves."""
    utterance = Utterance(
        id="", block=None, start=0, end=len(text), written=text, spoken=speakable(text).text
    )
    return Part(utterance, kind, "block")


def _speak_block(index: int, block: Block, article_language: str) -> Iterator[Part]:
    language = block.language or article_language
    place = 0
    for piece, joint in _pieces(block, language):
        start = block.text.index(piece, place)
        place = start + len(piece)
        spoken = speakable(piece, language)
        utterance = Utterance(
            id="",
            block=index,
            start=start,
            end=place,
            written=piece,
            spoken=spoken.text,
            map=spoken.map,
            language=block.language,
        )
        if joint == "block" and block.kind == "item" and block.marker:
            utterance = _say_marker(utterance, block.marker)
        yield Part(utterance, block.kind, joint)


def _pieces(block: Block, language: str) -> Iterator[tuple[str, str]]:
    """The pieces of a block's text, each with what parts it from the one before."""
    lines = block.text.split("\n") if block.kind == "verse" else [block.text]
    joint = "block"
    for line in lines:
        for sentence in split(line, language):
            for piece in cut(sentence):
                yield piece, joint
                joint = "clause"
            joint = "sentence"
        if block.kind == "verse" and joint == "sentence":
            joint = "line"


def _say_marker(utterance: Utterance, marker: str) -> Utterance:
    """`utterance` with a list's number said before it."""
    before = f"{marker} "
    moved = tuple(
        pair._replace(
            spoken_start=pair.spoken_start + len(before), spoken_end=pair.spoken_end + len(before)
        )
        for pair in utterance.map
    )
    return replace(
        utterance, spoken=before + utterance.spoken, map=(SpanPair(0, len(before), 0, 0), *moved)
    )


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
