"""The words that tell the end of a sentence from a full stop inside it, by language.

They are data, in abbreviations.toml, which says what each list is for.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Language:
    """The word lists of one language; abbreviations.toml says what each is for."""

    title: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    number: frozenset[str] = frozenset()
    number_endings: frozenset[str] = frozenset()
    ending: frozenset[str] = frozenset()
    before_lower: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    after_last: frozenset[str] = frozenset()
    starters: frozenset[str] = frozenset()
    speech_verbs: frozenset[str] = frozenset()
    designators: frozenset[str] = frozenset()
    before_i: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    capital_titles: bool = False
    ordinals: bool = False


@cache
def load_language(code: str) -> Language:
    """Read the word lists for a primary language subtag; empty lists for an unknown one."""
    table = _tables()["language"].get(code, {})
    words: dict[str, Any] = {
        key: value if isinstance(value, bool) else frozenset(value) for key, value in table.items()
    }
    return Language(**words)


@cache
def load_conjunctions() -> frozenset[str]:
    """Read the words that a long sentence may be cut before, of all languages."""
    return frozenset(_tables()["clauses"]["conjunctions"])


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
