"""Inline Markdown beyond CommonMark: formulas, subscripts, superscripts and marked text.

Each rule is one bounded regular expression, so that its time is linear whatever the text is.
"""

import re
from typing import TYPE_CHECKING

from narrate.read._tex import read_tex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# Prices are no formulas: "$5 and $10" has a space before the second sign, "$5-$10" a digit after.
_FORMULA = re.compile(r"\$\$([^$]{1,400})\$\$|\$(?=[^\s$])([^$\n]{1,200})(?<=[^\s\\])\$(?!\w)")
_IS_FORMULA = re.compile(r"[\\^_=+<>{}]|\A[A-Za-z]\Z")
_SMALL = re.compile(r"(?<!~)~(\w{1,10})~(?!~)|\^([-−]?\w[\w,]{0,9})\^")
_MARKED = re.compile(r"==(?=[^\s=])([^=\n]{1,300})(?<=\S)==(?!=)")


def add_extras(parser: "MarkdownIt") -> None:
    """Let `parser` know the rules of this file."""
    parser.inline.ruler.before("strikethrough", "formula", _read_formula)
    parser.inline.ruler.before("strikethrough", "small", _read_small)
    parser.inline.ruler.before("strikethrough", "marked", _read_marked)


def _read_formula(state: "StateInline", silent: bool) -> bool:
    match = _FORMULA.match(state.src, state.pos, state.posMax)
    if match is None or not _IS_FORMULA.search(match[1] or match[2]):
        return False
    return _take(state, match, read_tex(match[1] or match[2]), silent=silent)


def _read_small(state: "StateInline", silent: bool) -> bool:
    match = _SMALL.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    tag = "sub" if match[1] else "sup"
    if not silent:
        state.push("html_inline", "", 0).content = f"<{tag}>"
        state.push("text", "", 0).content = match[1] or match[2]
        state.push("html_inline", "", 0).content = f"</{tag}>"
    state.pos = match.end()
    return True


def _read_marked(state: "StateInline", silent: bool) -> bool:
    match = _MARKED.match(state.src, state.pos, state.posMax)
    return match is not None and _take(state, match, match[1], silent=silent)


def _take(state: "StateInline", match: re.Match[str], text: str, *, silent: bool) -> bool:
    if not silent:
        state.push("text", "", 0).content = text
    state.pos = match.end()
    return True
