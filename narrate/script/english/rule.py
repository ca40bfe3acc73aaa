"""What a rule is, and how rules take turns on a text."""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Edit = tuple[int, int, str]
"""Start, end, what is said instead."""

DIGITS = frozenset("0123456789")
NUMBERS = frozenset(["number"])
"""What `Rule.needed` says where any number will do, be it ever so plain."""

# Names that patterns use between « and »; the names of lists in the TOML files work the same way.
_PATTERNS = {
    # 5 · 1,234 · 1,234.56 · .5
    "n": r"(?:(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?:\.[0-9]{1,15})?|\.[0-9]{1,15})"
    r"(?![0-9])(?!,[0-9]{3})",
    "left": r"(?<![\w.])(?<![\w][.,:/])",  # not in the middle of a word or a number
    "space": r"[ \u00a0\u2009\u202f]",
    "gap": r"[ \u00a0\u2009\u202f]?",
    "dash": r"[-‐‑–—]",
    "vulgar": r"[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]",
    # 2½ · 2 1/2 · 3/4 · ½ · 3.5
    "value": r"(?:[0-9]{1,4}[ \u00a0]?«vulgar»"
    r"|[0-9]{1,4}[ \u00a0][0-9]{1,2}[/⁄][0-9]{1,2}(?![0-9/])"
    r"|[0-9]{1,4}[/⁄][0-9]{1,4}(?![0-9/])|«vulgar»|«n»)",
    "am": r"(?:[aApP]\.«gap»[mM]\b\.?|[aApP][mM]\b)",
}


@dataclass(frozen=True)
class Rule:
    """One kind of rewriting: where it looks, and what is said for what it finds."""

    name: str
    needed: frozenset[str]
    """A text without any of these characters has nothing for the rule."""
    pattern: str
    """Verbose regular expression; «name» stands for a pattern or for any word of a list."""
    say: Callable[[re.Match[str]], str | None]
    """What is said for a match; None where it is not what it looks like."""


@cache
def words(name: str) -> dict[str, Any]:
    """The list `name` of the TOML files beside this one: from what is written to what is said."""
    table: dict[str, Any] = _lists()[name]
    return table


@cache
def _lists() -> dict[str, Any]:
    lists: dict[str, Any] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        lists |= tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: dict.fromkeys(table, "") if isinstance(table, list) else table
        for name, table in lists.items()
    }


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """`pattern` with its names filled in, compiled when a text first needs it."""
    return re.compile(_fill(pattern), re.VERBOSE)


def _fill(pattern: str) -> str:
    return re.sub(r"«(\w+)»", lambda name: _part(name[1]), pattern)


def _part(name: str) -> str:
    if name in _PATTERNS:
        return _fill(_PATTERNS[name])
    longest_first = sorted(words(name), key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, longest_first))})"


def find_edits(
    text: str, rules: Iterable[Rule], kept: Iterable[tuple[int, int]] = ()
) -> list[Edit]:
    """What `rules` rewrite in `text`, in its order; an earlier rule's stretch is taken.

    The stretches `kept` (start, end) are taken from the beginning.
    """
    taken = bytearray(len(text))
    for start, end in kept:
        taken[start:end] = b"\1" * (end - start)
    edits: list[Edit] = []
    for rule in rules:
        for match in compile_pattern(rule.pattern).finditer(text):
            start, end = match.span()
            if taken.find(1, start, end) >= 0:
                continue
            said = rule.say(match)
            if said is None:
                continue
            taken[start:end] = b"\1" * (end - start)
            if said != match.group():
                edits.append(_trim(match.group(), start, said))
    return _with_gaps(text, sorted(edits))


def _trim(written: str, start: int, said: str) -> Edit:
    """The edit from `written` to `said` without the words that both begin or end with.

    "March 17" leads back word by word that way: only "17" is rewritten.
    """
    old, new = written.split(" "), said.split(" ")
    most = min(len(old), len(new)) - 1
    first = next((i for i in range(most) if old[i] != new[i]), most)
    last = next((i for i in range(most - first) if old[-1 - i] != new[-1 - i]), most - first)
    lead = sum(len(word) + 1 for word in old[:first])
    tail = sum(len(word) + 1 for word in old[len(old) - last :])
    end = start + len(written) - tail
    return start + lead, end, " ".join(new[first : len(new) - last])


def _with_gaps(text: str, edits: list[Edit]) -> list[Edit]:
    """`edits` with a space wherever one of their words would touch another word."""
    spaced: list[Edit] = []
    for index, (start, end, said) in enumerate(edits):
        follows_edit = index > 0 and edits[index - 1][1] == start
        before = edits[index - 1][2][-1:] if follows_edit else text[max(0, start - 1) : start]
        leads_edit = index + 1 < len(edits) and edits[index + 1][0] == end
        after = "" if leads_edit else text[end : end + 1]
        lead = " " if before.isalnum() and said[:1].isalnum() else ""
        tail = " " if after.isalnum() and said[-1:].isalnum() else ""
        spaced.append((start, end, f"{lead}{said}{tail}"))
    return spaced


def before(match: re.Match[str]) -> str:
    """The 32 characters before a match."""
    return match.string[max(0, match.start() - 32) : match.start()]


def after(match: re.Match[str]) -> str:
    """The 32 characters after a match."""
    return match.string[match.end() : match.end() + 32]
