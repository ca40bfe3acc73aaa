"""Markdown → tokens: markdown-it-py with tables and notes, held to linear time."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from narrate.base.errors import LimitError
from narrate.read._inline_extras import add_extras

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

DEEPEST = 20
"""Levels of nesting that are understood: 9 of lists, for a list and its items count as one each."""

DEEPEST_QUOTE = 8
"""The same for quotes, which look for their end in the same lines at every level."""

DEEPEST_IN_LINE = 10
"""The same for brackets in a line; each of them is tried again at every level."""

COSTS: dict[str, int] = {
    "*_~`]!<&\\^>": 20,
    "[": 30,
    "|": 45,
    "\n": 40,
    "#$%@+=:-{}": 4,
}
"""Microseconds that the parser and the walk over its tokens need for a character, at most.

Measured; a letter costs next to none. The last ones are stopped at for the sake of extensions.
"""

COST_OF_ITEM = 60
"""The same for the mark of a list item."""

MOST_COST = 4_000_000
"""Microseconds; what is cheaper is parsed whatever it is."""

DENSEST = 2
"""Microseconds per character. Articles have about 1 or less, manuals 1.5, lists of links more."""

_ITEM = re.compile(r"(?:^|(?<=[ \t>]))(?:[-+*]|\d{1,9}[.)])[ \t\n]", re.MULTILINE)
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,200})\]")
_NESTED_MARKS = re.compile(r"^(?:[ \t]*(?:>|[-*+](?=\s|$)))+[ \t]*", re.MULTILINE)


class Parsed(NamedTuple):
    """A document as the parser gives it."""

    tokens: Sequence["Token"]
    notes: dict[str, Any]
    """refs: the labels of notes, each after a colon; list: the notes written inside a line."""


def parse(text: str, name: str) -> Parsed:
    """Give the tokens of a Markdown document called `name`.

    Raises LimitError for markup so dense that parsing it would take too long, up to minutes.
    """
    if is_too_dense(text):
        raise LimitError(
            name,
            "it has more Markdown marks than an article can have",
            "with the ending .txt it is read as it stands",
        )
    environment: dict[str, Any] = {}
    tokens = _make_parser().parse(text, environment)
    return Parsed(tokens, {"refs": {}, "list": {}, **environment.get("footnotes", {})})


def is_too_dense(text: str) -> bool:
    """Tell whether a document would keep the parser busy for longer than its length can excuse."""
    cost = sum(cost * sum(map(text.count, marks)) for marks, cost in COSTS.items())
    cost += COST_OF_ITEM * sum(1 for _ in _ITEM.finditer(text))
    return cost > max(MOST_COST, DENSEST * len(text))


def _make_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    options = {"maxNesting": DEEPEST, "tasklists": True, "alerts": True}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, move_to_end=False)
    parser.block.ruler.before("table", "flatten", _flatten)
    parser.core.ruler.before("inline", "shallow", _limit_lines)
    parser.inline.ruler.at("footnote_ref", _note_mark)
    add_extras(parser)
    return parser


def _flatten(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
    """Read what is nested too deep as paragraphs: the parser would leave it out."""
    from markdown_it.rules_block import paragraph

    deepest = DEEPEST_QUOTE if state.parentType == "blockquote" else DEEPEST - 2
    if silent or state.level < deepest:
        return False
    at = len(state.tokens)
    paragraph(state, start, end, silent)
    inline = state.tokens[at + 1]
    inline.content = _NESTED_MARKS.sub("", inline.content)
    return True


def _limit_lines(state: "StateCore") -> None:
    """Lower the bound on nesting once the blocks are known."""
    state.md.options["maxNesting"] = DEEPEST_IN_LINE


def _note_mark(state: "StateInline", silent: bool) -> bool:
    """Read the mark of a note; the plug-in's own rule takes quadratic time without a bracket."""
    match = _NOTE_MARK.match(state.src, state.pos, state.posMax)
    if match is None or f":{match[1]}" not in state.env.get("footnotes", {}).get("refs", {}):
        return False
    if not silent:
        state.push("footnote_ref", "", 0).meta = {"label": match[1]}
    state.pos = match.end()
    return True
