"""English: what is rewritten before it is spoken, class by class, in a fixed order.

Every class is a file with its `RULES`; words are data in the TOML files beside them. All rules see
the text as it is written, and what an earlier rule has taken a later one leaves alone.
"""

from collections.abc import Sequence
from functools import lru_cache

from narrate.script.english import (
    abbreviations,
    bare,
    counts,
    dates,
    fractions,
    measures,
    money,
    phones,
    protected,
    romans,
    serials,
    signs,
    times,
)
from narrate.script.english.glance import find_signs
from narrate.script.english.rule import Edit, Rule
from narrate.script.english.rule import find_edits as apply

RULES: tuple[Rule, ...] = (
    *protected.RULES,
    *bare.RULES,
    *money.RULES,
    *phones.RULES,
    *dates.RULES,
    *times.RULES,
    *signs.EARLY_RULES,
    *serials.NAMED_RULES,
    *measures.RULES,
    *fractions.RULES,
    *romans.RULES,
    *serials.RULES,
    *abbreviations.RULES,
    *signs.RULES,
    *counts.RULES,
)


_SIGNS = frozenset[str]().union(*(rule.needed for rule in RULES))


def find_edits(text: str, kept: Sequence[tuple[int, int]] = ()) -> list[Edit]:
    """What is said otherwise in `text`: (start, end, what is said), in order.

    The stretches `kept` (start, end) stay as they are.
    """
    rules = _choose(find_signs(text) & _SIGNS)
    return apply(text, rules, kept) if rules else []


@lru_cache(maxsize=1 << 12)
def _choose(signs: frozenset[str]) -> tuple[Rule, ...]:
    """The rules that a text with these signs has something for."""
    return tuple(rule for rule in RULES if not rule.needed.isdisjoint(signs))
