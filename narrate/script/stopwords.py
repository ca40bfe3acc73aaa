"""Words that carry no topic, by language, and what counts as a word; the lists are data."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("stopwords.toml")
_SHORT = 3
"""In a language without lists, words of up to this many letters count as function words."""


@dataclass(frozen=True, slots=True)
class Words:
    """The word lists of one language, folded (see `fold`); stopwords.toml says what each is for."""

    articles: frozenset[str]
    determiners: frozenset[str]
    verb_markers: frozenset[str]
    joiners: frozenset[str]
    closest: frozenset[str]
    links: frozenset[str]
    function: frozenset[str]
    """Every function word: the lists above but `links`, and those of no other list."""
    dull: frozenset[str]
    verbs: frozenset[str]
    nouns: frozenset[str]
    infinitive: frozenset[str]
    infinitive_heads: frozenset[str]
    adjective_markers: frozenset[str]
    verb_endings: tuple[str, ...]
    participle_endings: tuple[str, ...]
    gerund_endings: tuple[str, ...]
    adverb_endings: tuple[str, ...]
    adjective_endings: tuple[str, ...]
    capital_nouns: bool
    pattern: re.Pattern[str]
    """Matches one word: "U.S.", "U.S.-led", "Kata'ib", "well-known"; "l'" of "l'eau"."""

    def is_function(self, folded: str) -> bool:
        """Whether a folded word is a function word."""
        return folded in self.function or (not self.function and len(folded) <= _SHORT)

    def is_content(self, folded: str) -> bool:
        """Whether a folded word tells something about a topic; numbers do not."""
        if folded in self.dull or self.is_function(folded):
            return False
        return not folded[0].isnumeric()


def fold(word: str) -> str:
    """The form in which words are compared: no case, one kind of apostrophe."""
    return word.replace("’", "'").casefold()


def singular(folded: str) -> str:
    """A word without the s of a possessive and of a plural (or of a verb, for that matter)."""
    folded = folded.removesuffix("'s")
    if len(folded) > _SHORT and folded.endswith("s") and not folded.endswith("ss"):
        return folded[:-1]
    return folded


def stem(folded: str) -> str:
    """A crude stem: the singular, cut to six letters.

    Cutting to a fixed length is the usual stand-in for stemming where many languages are to be
    served at once; "assassinated" and "assassination" meet, "Iran" and "Iranian" do not.
    """
    return singular(folded)[:6]


@cache
def _tables() -> dict[str, dict[str, str]]:
    with _DATA.open("rb") as file:
        return tomllib.load(file)


def list_languages() -> tuple[str, ...]:
    """The primary subtags for which there are lists."""
    return tuple(_tables())


def load_words(language: str) -> Words:
    """The lists for a BCP 47 tag, by its primary subtag; empty ones for a language without."""
    return _load_primary(re.split("[-_]", language.casefold(), maxsplit=1)[0])


@cache
def _load_primary(language: str) -> Words:
    table = {name: frozenset(text.split()) for name, text in _tables().get(language, {}).items()}

    def words(*names: str) -> frozenset[str]:
        return frozenset().union(*(table.get(name, frozenset()) for name in names))

    elisions = "|".join(sorted(words("elisions"), key=lambda form: (-len(form), form)))
    parts = [
        rf"(?:{elisions})['’](?=\w)" if elisions else "",
        r"(?:[^\W\d_]\.){2,}(?:-\w+)*",
        r"\w+(?:['’‑.-]\w+)*",
    ]
    return Words(
        articles=words("articles"),
        determiners=words("determiners"),
        verb_markers=words("verb_markers"),
        joiners=words("joiners"),
        closest=words("closest"),
        links=words("links"),
        function=words("articles", "determiners", "verb_markers", "joiners", "function"),
        dull=words("dull"),
        verbs=words("verbs"),
        nouns=words("nouns"),
        infinitive=words("infinitive"),
        infinitive_heads=words("infinitive_heads"),
        adjective_markers=words("adjective_markers"),
        verb_endings=tuple(sorted(words("endings_of_verbs"))),
        participle_endings=tuple(sorted(words("endings_of_participles"))),
        gerund_endings=tuple(sorted(words("endings_of_gerunds"))),
        adverb_endings=tuple(sorted(words("endings_of_adverbs"))),
        adjective_endings=tuple(sorted(words("endings_of_adjectives"))),
        capital_nouns="yes" in words("capital_nouns"),
        pattern=re.compile(r"\b(?:" + "|".join(filter(None, parts)) + ")", re.IGNORECASE),
    )
