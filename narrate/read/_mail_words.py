"""What mail has around its text, told by its words: mail.toml as patterns."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from narrate.base.model import Block

LONGEST_FOOT = 60
"""Words of a block that may lead out of a newsletter; a longer one is text."""

LARGEST_FOOT = 0.3
"""Share of all words that may stand from there on; where it is more, only the block goes."""

FEWEST_IN_FOOT = 200
"""Words up to which the share does not matter."""

HEAD_BLOCKS = 6
LONGEST_HEAD = 30
"""Blocks at the head, and words of them, where a newsletter links to its web version."""


@cache
def words(key: str) -> tuple[str, ...]:
    """Give a list of mail.toml."""
    table = tomllib.loads(files("narrate.read").joinpath("mail.toml").read_text("utf-8"))
    return tuple(table[key])


@cache
def _any_of(key: str) -> str:
    """Give a pattern for any of a list, the longest first."""
    ordered = sorted(words(key), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word) for word in ordered)


@cache
def _pattern(form: str, key: str) -> re.Pattern[str]:
    return re.compile(form.replace("{}", _any_of(key)), re.IGNORECASE)


def clean_subject(subject: str, *, is_list: bool = False) -> tuple[str, bool, bool]:
    """Give a subject without its prefixes, and whether they say "answer" and "passed on".

    A mailing list's own prefix in brackets is taken off too.
    """
    is_reply = is_forward = False
    prefix = r"(?:{})(?:\s*\[\d+\]|\s*\(\d+\))?\s*[:：]\s*"
    while True:
        if found := _pattern(prefix, "reply").match(subject):
            is_reply = True
        elif found := _pattern(prefix, "forward").match(subject):
            is_forward = True
        elif is_list and (found := re.match(r"\[[^\]]{1,40}\]\s*(?=\S)", subject)):
            pass
        else:
            return subject.strip(), is_reply, is_forward
        subject = subject[found.end() :]


def is_attribution(line: str) -> bool:
    """Tell whether a line says who wrote the mail that is quoted below it."""
    return len(line) <= 300 and bool(_pattern(r".*\b(?:{})\s*[:：]\s*$", "wrote").match(line))


def is_divider(line: str) -> bool:
    """Tell whether a line parts a mail from an older one below it."""
    return bool(_pattern(r"[-_=\s]*(?:{})\s*[:：]?[-_=\s]*$", "divider").match(line))


def drop_frame(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Give the blocks of a newsletter without the lines that are about the newsletter."""
    head, foot = _pattern(r"\b(?:{})\b", "head"), _pattern(r"\b(?:{})\b", "foot")
    counts = [len(block.text.split()) for block in blocks]
    whole, after = max(sum(counts), 1), sum(counts)
    kept: list[Block] = []
    for index, (block, count) in enumerate(zip(blocks, counts, strict=True)):
        is_head = index < HEAD_BLOCKS and count <= LONGEST_HEAD and head.search(block.text)
        is_foot = count <= LONGEST_FOOT and _leads_out(block, foot)
        if is_foot and index >= HEAD_BLOCKS / 2 and after <= max(whole * LARGEST_FOOT, 0):
            break
        if not (is_head or is_foot):
            kept.append(block)
        after -= count
    while kept and kept[-1].kind in ("break", "image", "heading"):
        kept.pop()  # what stood between the text and its foot
    return tuple(kept)


def _leads_out(block: Block, foot: re.Pattern[str]) -> bool:
    """Tell whether a block is about the newsletter: by what it says, or by where it links to."""
    links = (span.value for span in block.spans if span.kind == "link")
    return bool(foot.search(block.text)) or any("unsubscribe" in link.lower() for link in links)
