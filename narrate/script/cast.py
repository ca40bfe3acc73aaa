"""Who speaks each block: quotes, headings, captions, questions and answers, named speakers.

An interview is known by its labels. "Q:" and "A:" are enough; names must be set in bold or stand
again and again, and take turns: one bold word before a colon is no interview.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from narrate.base.cast import SPEAKER
from narrate.base.model import Article, Block

KINDS: Mapping[str, str] = {
    "caption": "caption",
    "heading": "heading",
    "image": "caption",
    "note": "note",
    "quote": "quote",
}
LONGEST_NAME = 40
MOST_WORDS = 5
"""Of a name: Professor Maria da Silva Santos."""
LEAST_TURNS = 2
"""Of each speaker where names are not set in bold."""
LEAST_BOLD_QUESTIONS = 2

_LABEL = re.compile(rf"\s*([^\W_][^:：\n]{{0,{LONGEST_NAME - 1}}})[:：](?=\W*\s)")
_LETTER = re.compile(r"\s*([^\W\d_])\.(?=\s)")  # "Q. Where were you?"

Turns = dict[int, str]
"""Indexes of blocks, and who speaks them."""


def find_parts(article: Article) -> tuple[str, ...]:
    """The part of each block, as `Utterance.cast` names it; empty for the narrator's."""
    blocks = article.blocks
    turns = _find_answers(blocks) or _find_speakers(blocks)
    turns = _with_further_paragraphs(blocks, turns) if turns else _find_bold_questions(blocks)
    return tuple(turns.get(index, KINDS.get(block.kind, "")) for index, block in enumerate(blocks))


def _find_answers(blocks: Sequence[Block]) -> Turns:
    """Paragraphs that begin with "Q:" or "A:" (in several languages), if there are both."""
    labels = {index: label.casefold() for index, label in _labels(blocks, _LABEL, _LETTER)}
    for question, answer in _data()["pairs"]:
        turns = {
            index: "question" if label == question else "answer"
            for index, label in labels.items()
            if label in (question, answer)
        }
        if len(set(turns.values())) > 1:
            return turns
    return {}


def _find_speakers(blocks: Sequence[Block]) -> Turns:
    """Paragraphs that begin with a speaker's name, if at least two take turns."""
    labels = {index: label for index, label in _labels(blocks, _LABEL) if _is_name(label)}
    bold = {index: name for index, name in labels.items() if _is_bold(blocks[index], name)}
    return _take_turns(bold, least=1) or _take_turns(labels, least=LEAST_TURNS)


def _take_turns(labels: Turns, least: int) -> Turns:
    """Who speaks where, of those who do so `least` times, if they take turns."""
    full = _full_names(list(labels.values()))
    counts = Counter(full[name] for name in labels.values())
    turns = {index: full[name] for index, name in labels.items() if counts[full[name]] >= least}
    changes = sum(before != after for before, after in pairwise(turns.values()))
    if changes < LEAST_TURNS or len(set(turns.values())) == len(turns):
        return {}
    return {index: f"{SPEAKER}{name}" for index, name in turns.items()}


def _labels(blocks: Sequence[Block], *patterns: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """The index of each paragraph that begins with a label, and the label."""
    for index, block in enumerate(blocks):
        if block.kind in {"para", "verse"}:
            matches = (pattern.match(block.text) for pattern in patterns)
            match = next(filter(None, matches), None)
            if match:
                yield index, match[1].strip()


def _is_bold(block: Block, name: str) -> bool:
    """Whether the label is set in bold, alone or with its paragraph."""
    start = block.text.index(name)
    return any(
        span.kind == "strong" and span.start <= start and start + len(name) <= span.end
        for span in block.spans
    )


def _is_name(label: str) -> bool:
    """Whether a label may be a person's name, and is none of the words that often stand there."""
    words = label.split()
    folded = label.casefold()
    capital = all(word[:1].isupper() or not word[:1].isalpha() or len(word) <= 3 for word in words)
    plain = folded not in _data()["not_names"] and not any(letter.isdigit() for letter in label)
    return plain and capital and label[:1].isupper() and len(words) <= MOST_WORDS


def _full_names(names: Sequence[str]) -> dict[str, str]:
    """For each name the longest of `names` that stands for the same person.

    An interview begins with "Ada Byrne:" and goes on with "Byrne:" or "AB:".
    """
    full: dict[str, str] = {}
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        words = set(name.casefold().split())
        longer = (
            full[other]
            for other in full
            if words <= set(other.casefold().split())
            or name == "".join(word[0] for word in other.split())
        )
        full[name] = next(longer, name)
    return full


def _with_further_paragraphs(blocks: Sequence[Block], turns: Turns) -> Turns:
    """`turns` with the paragraphs that stand between a speaker's first one and the next turn.

    A heading or a break ends a turn, and so does the last turn's first paragraph: what follows it
    may be the narrator again.
    """
    last, speaker = max(turns), ""
    further = dict(turns)
    for index, block in enumerate(blocks[:last]):
        if index in turns:
            speaker = turns[index]
        elif block.kind in {"heading", "break"}:
            speaker = ""
        elif block.kind == "para" and speaker:
            further[index] = speaker
    return further


def _find_bold_questions(blocks: Sequence[Block]) -> Turns:
    """Paragraphs that are bold throughout and ask, if there are several: those of an interview."""
    turns = {
        index: "question"
        for index, block in enumerate(blocks)
        if block.kind == "para"
        and block.text.rstrip()[-1:] in {"?", "？", "؟"}
        and any(
            span.kind == "strong"
            and not block.text[: span.start].strip()
            and not block.text[span.end :].strip()
            for span in block.spans
        )
    }
    return turns if len(turns) >= LEAST_BOLD_QUESTIONS else {}


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
