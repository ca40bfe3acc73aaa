"""English words that are written alike and said otherwise: which reading fits where.

The words, their sounds and the rules are data, in homographs.toml. A rule looks at the words
around; the first that holds decides, and where none does, the commonest reading stands.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from narrate.base.model import PhonemeSpan
from narrate.script._ipa import add_s

# A word with its apostrophes, but for a possessive 's, which is a token of its own.
TOKEN = re.compile(
    r"(?:it|he|she|that|there|what|who|let|here|where)['’]s\b"
    r"|['’]s\b|[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*|\d[\d.,]*|[^\w\s]",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+")
EDGE = "^"
EDGES = frozenset(".!?:;…—")
PASSED_OVER = frozenset("\"“”„«»()[]'‘’*")
BEFORE = {"before": 1, "before2": 2, "before3": 3}
"""Steps to the left, past adverbs."""
BESIDE = {"beside": -1, "after": 1, "after2": 2}
NEAR = 6
"""Words on either side that count as near."""


class Reading(NamedTuple):
    """How a homograph is to be said where it stands in a text."""

    start: int
    end: int
    ipa: str
    respelling: str
    """The same sounds in letters, for engines that take no phonemes; empty for the word itself."""
    name: str


class Alternatives(NamedTuple):
    """What a condition of a rule allows."""

    words: frozenset[str]
    endings: tuple[str, ...]

    def have(self, word: str) -> bool:
        """Whether `word` is one of them."""
        return word in self.words or (word != EDGE and word.endswith(self.endings))


@dataclass(frozen=True, slots=True)
class Rule:
    """A reading, and what must hold for it."""

    reading: str
    conditions: tuple[tuple[str, Alternatives], ...]


@dataclass(frozen=True, slots=True)
class Homograph:
    """A word's readings (name to IPA), the commonest of them, and its rules."""

    readings: dict[str, str]
    usual: str
    rules: tuple[Rule, ...]
    respellings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text, and its punctuation as far as rules look at it."""

    written: tuple[str, ...]
    words: tuple[str, ...]
    """In lower case; what ends a clause is ^."""
    starts: tuple[int, ...]

    def before(self, index: int, steps: int) -> int:
        """The place of the word `steps` before `index`, past adverbs; -1 beyond the edge."""
        for _ in range(steps):
            index -= 1
            while index >= 0 and _is_adverb(self.words[index]):
                index -= 1
        return max(index, -1)

    def at(self, index: int) -> str:
        """The word at a place, or an edge."""
        return self.words[index] if 0 <= index < len(self.words) else EDGE


def is_english(language: str) -> bool:
    """Whether the BCP 47 tag `language` is one of English."""
    return language.replace("_", "-").partition("-")[0].lower() == "en"


def is_homograph(word: str) -> bool:
    """Whether `word`, in whatever case, has several readings here."""
    return word.lower() in _homographs()


def find_readings(text: str, taken: Sequence[PhonemeSpan] = ()) -> list[Reading]:
    """The readings of the homographs in an English `text`, but for those inside `taken`."""
    known = _homographs()
    if not any(word.lower() in known for word in WORD.findall(text)):
        return []
    tokens = _tokenise(text)
    readings = []
    for index, word in enumerate(tokens.words):
        homograph = known.get(word)
        start = tokens.starts[index]
        if homograph is None or any(span.start <= start < span.end for span in taken):
            continue
        name = _choose(homograph, tokens, index)
        respelling = homograph.respellings.get(name, "")
        if tokens.written[index][:1].isupper():
            respelling = respelling[:1].upper() + respelling[1:]
        ipa = homograph.readings[name]
        readings.append(Reading(start, start + len(word), ipa, respelling, name))
    return readings


def _choose(homograph: Homograph, tokens: Tokens, index: int) -> str:
    for rule in homograph.rules:
        if all(_holds(place, wanted, tokens, index) for place, wanted in rule.conditions):
            return rule.reading
    return homograph.usual


def _holds(place: str, wanted: Alternatives, tokens: Tokens, index: int) -> bool:
    return any(map(wanted.have, _look(place, tokens, index)))


def _look(place: str, tokens: Tokens, index: int) -> tuple[str, ...]:
    """What a condition on `place` looks at, for the word at `index`."""
    if place in BEFORE:
        return (tokens.at(tokens.before(index, BEFORE[place])),)
    if place in BESIDE:
        return (tokens.at(index + BESIDE[place]),)
    if place == "written":
        return (_case(tokens, index),)
    if place == "before_written":
        return (_case(tokens, tokens.before(index, 1)),)
    if place == "earlier":
        return tokens.words[:index]
    return tokens.words[max(0, index - NEAR) : index + NEAR + 1]


def _case(tokens: Tokens, index: int) -> str:
    """How a word is written: lower, capital, upper, or first where a capital says nothing."""
    if index < 0:
        return EDGE
    word = tokens.written[index]
    if len(word) > 1 and word.isupper():
        return "upper"
    if not word[:1].isupper():
        return "lower"
    return "first" if tokens.at(index - 1) == EDGE else "capital"


def _tokenise(text: str) -> Tokens:
    written, words, starts = [], [], []
    for match in TOKEN.finditer(text):
        token = match.group()
        if token in PASSED_OVER:
            continue
        written.append(token)
        words.append(EDGE if token in EDGES else token.lower().replace("’", "'"))
        starts.append(match.start())
    return Tokens(tuple(written), tuple(words), tuple(starts))


def _is_adverb(word: str) -> bool:
    data = _data()
    return word in data["adverbs"] or (word.endswith("ly") and word not in data["no_adverbs"])


@cache
def _data() -> dict[str, Any]:
    path = Path(__file__).with_name("homographs.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for name in ("adverb", "no_adverb"):
        data[f"{name}s"] = frozenset(data["classes"][name].split())
    return data


@cache
def _homographs() -> dict[str, Homograph]:
    """Every homograph by its word in lower case."""
    return dict(_read_homographs(_data()))


def _read_homographs(data: dict[str, Any]) -> Iterator[tuple[str, Homograph]]:
    family, family_s = (
        tuple(_compile(rule) for rule in data["families"][name]["rules"])
        for name in ("noun", "noun_s")
    )
    for word, (noun, verb, usual) in data["pairs"].items():
        own = tuple(_compile(rule) for rule in data["own"].get(word, ()))
        readings = {"noun": noun, "verb": verb}
        yield word, Homograph(readings, usual, (*own, *family), {})
        if word in data["without_s"]["words"]:
            continue
        usual_s = "verb" if word in data["adjectives"]["words"] else usual
        readings_s = {name: add_s(ipa) for name, ipa in readings.items()}
        yield f"{word}s", Homograph(readings_s, usual_s, family_s, {})
    for word, table in data["words"].items():
        rules = tuple(_compile(rule) for rule in table["rules"])
        yield (
            word,
            Homograph(table["readings"], table["usual"], rules, table.get("respellings", {})),
        )


def _compile(rule: dict[str, str]) -> Rule:
    conditions = [(place, _alternatives(text)) for place, text in rule.items() if place != "say"]
    return Rule(rule["say"], tuple(conditions))


@cache
def _alternatives(text: str) -> Alternatives:
    words: set[str] = set()
    endings: list[str] = []
    for item in text.split():
        if item.startswith("@"):
            members = _alternatives(_data()["classes"][item[1:]])
            words |= members.words
            endings += members.endings
        elif item.startswith("*"):
            endings.append(item[1:])
        else:
            words.add(item.lower())
    return Alternatives(frozenset(words), tuple(endings))
