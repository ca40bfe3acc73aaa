"""Words and what part they play in a sentence, as far as lists and neighbours tell.

No trained model: a word that follows "he" is a verb, one that follows "the" is not, and what most
of a word's places say holds for the others.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from narrate.script.stopwords import Words, fold, singular


class Token(NamedTuple):
    """A word of a text."""

    folded: str
    start: int
    end: int
    """Characters in the text."""
    capital: bool
    opening: bool
    """Whether it begins a sentence, or may do so."""


Clause = Sequence[Token]
"""Words that nothing but spaces part."""

_SENTENCE_ENDS = frozenset('.!?…:\n"“”«»„‘')


def tokenize(text: str, words: Words) -> list[Clause]:
    """The words of a text by clauses, in order."""
    clauses: list[list[Token]] = []
    end = 0
    for match in words.pattern.finditer(text):
        between = text[end : match.start()]
        opening = end == 0 or not _SENTENCE_ENDS.isdisjoint(between)
        if end == 0 or between not in ("", " "):
            clauses.append([])
        word = match[0]
        clauses[-1].append(
            Token(fold(word), match.start(), match.end(), word[0].isupper(), opening)
        )
        end = match.end()
    return list(clauses)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the neighbours of words tell in a whole article."""

    verbs: Counter[str] = field(default_factory=Counter)
    """By singular: its places as a verb, less those as a noun."""
    names: Counter[str] = field(default_factory=Counter)
    """By word: its places inside a sentence with a capital, less those without."""

    @classmethod
    def gather(cls, clauses: Iterable[Clause], words: Words) -> Self:
        """Look at every word once."""
        evidence = cls()
        for clause in clauses:
            for index, token in enumerate(clause):
                place = _place(clause, index, words)
                if place:
                    evidence.verbs[singular(token.folded)] += place
                if not token.opening:
                    evidence.names[token.folded] += 1 if token.capital else -1
        return evidence


def _place(clause: Clause, index: int, words: Words) -> int:
    """1 where a verb stands ("he X", "rockets X the"), -1 where a noun does ("the X"), else 0."""
    before = clause[index - 1].folded if index else ""
    after = clause[index + 1].folded if index + 1 < len(clause) else ""
    if before in words.infinitive:
        token = clause[index]
        return int(not token.capital and token.folded == singular(token.folded))
    if _is_noun_marker(before, words) or before in words.joiners:
        return -1
    if before in words.verb_markers or (_is_noun_marker(after, words) and index):
        return 1
    return 0


def _is_noun_marker(folded: str, words: Words) -> bool:
    return folded in words.articles or folded in words.determiners


def tag_words(clause: Clause, words: Words, evidence: Evidence) -> str:
    """One letter for each word of a clause.

    n noun or name, d adjective or a word that tells nothing, v verb, g gerund that may begin a
    phrase, a article, p determiner, c joiner of the closest kind, j another joiner, i the "to"
    of an infinitive, f any other function word.
    """
    tags: list[str] = []
    for index in range(len(clause)):
        before = tags[-1] if tags else ""
        tags.append(_tag(clause, index, before, words, evidence))
    return "".join(tags)


def _tag(clause: Clause, index: int, before: str, words: Words, evidence: Evidence) -> str:
    token = clause[index]
    folded = token.folded
    if tag := _tag_function(clause, index, words):
        return tag
    if folded in words.dull or len(folded) == 1 or _has_digit(folded):
        return "n" if _ends_name(clause, index, before, words) else "d"
    if token.capital and (not token.opening or evidence.names[folded] > 0):
        return "n"
    following = clause[index + 1] if index + 1 < len(clause) else None
    if words.capital_nouns:
        leads = following is not None and following.capital
        return "d" if leads and before != "n" else "v"
    leads = following is not None and words.is_content(following.folded)
    if not leads and index and clause[index - 1].folded in words.adjective_markers:
        return "d"
    return _tag_content(clause, index, before, words, evidence, leads=leads)


def _tag_function(clause: Clause, index: int, words: Words) -> str:
    """The tag of a function word, "" for another."""
    folded = clause[index].folded
    if folded in words.infinitive and _leads_infinitive(clause, index, words):
        return "i"
    if folded in words.closest:
        return "c"
    for tag, members in (("j", words.joiners), ("a", words.articles), ("p", words.determiners)):
        if folded in members:
            return tag
    return "f" if words.is_function(folded) else ""


def _leads_infinitive(clause: Clause, index: int, words: Words) -> bool:
    if not 0 < index < len(clause) - 1:
        return False
    following = clause[index + 1]
    return (
        clause[index - 1].folded in words.infinitive_heads
        and not following.capital
        and not _is_noun_marker(following.folded, words)
    )


def _ends_name(clause: Clause, index: int, before: str, words: Words) -> bool:
    """Whether a word that tells nothing by itself is part of a name: "Gull Point"."""
    name = before == "n" and clause[index].capital and clause[index - 1].capital
    return name and not words.capital_nouns


def _has_digit(text: str) -> bool:
    return any(sign.isnumeric() for sign in text)


def _tag_content(
    clause: Clause, index: int, before: str, words: Words, evidence: Evidence, *, leads: bool
) -> str:
    """The tag of a content word that is no name; `leads` if another content word follows."""
    folded = clause[index].folded
    if folded in words.nouns:
        return "n"
    if folded in words.verbs or before == "i":
        return "v"
    if folded.endswith(words.adverb_endings):
        return "f"
    if folded.endswith((*words.gerund_endings, *words.participle_endings)):
        return _tag_participle(folded, before, words) if leads else "v"
    place = _place(clause, index, words)
    seen = place or evidence.verbs[singular(folded)]
    return "v" if seen > 0 or (seen == 0 and folded.endswith(words.verb_endings)) else "n"


def _tag_participle(folded: str, before: str, words: Words) -> str:
    """The tag of a gerund or participle that a content word follows."""
    if folded.endswith(words.gerund_endings):
        return {"a": "d", "p": "d", "": "g", "j": "g", "c": "g"}.get(before, "v")
    return "d" if before in {"", "a", "p", "j", "c", "d"} else "v"
