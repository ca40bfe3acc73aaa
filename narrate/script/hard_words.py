"""What a listener may stumble over: names, acronyms, homographs, odd numbers, foreign words."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from narrate.base.model import PhonemeSpan, Script, SpanPair, Utterance
from narrate.base.spans import written_span
from narrate.script.homographs import find_readings, is_english, is_homograph

HardKind = Literal["name", "acronym", "homograph", "number", "foreign word"]
KINDS: tuple[HardKind, ...] = ("name", "acronym", "homograph", "number", "foreign word")
WORD = re.compile(r"[^\W\d_]+(?:['’ʼ.-][^\W\d_]+)*")
ACRONYM = re.compile(r"(?:[A-Z]\.){2,}|[A-Z][A-Z0-9&]*[A-Z]s?|[A-Z]{2,}s?")
PLAIN_NUMBER = re.compile(r"[0-9]{1,4}[.,;:!?)”\"']*")
SENTENCE_START = re.compile(r"(?:^|[.!?:…]['’\"”)\]]*\s|[“\"‘(\[])\s*$")
CONTRACTION = re.compile(r"['’](?:s|re|ve|ll|d|m|t)$")
MOST_CAPITALS = 0.6
"""A sentence with more of its words in capitals is a headline: they tell no names apart."""


@dataclass(frozen=True, slots=True)
class HardWord:
    """A word of the article that may be said wrong, and how it will be said."""

    kind: HardKind
    word: str
    """As written."""
    spoken: str
    """What the engine is given for it."""
    phonemes: tuple[PhonemeSpan, ...]
    """In characters of `spoken`."""
    known: bool
    """Whether a lexicon or a rule says how it sounds."""
    count: int
    sentence: str
    """Where it stands first."""
    language: str


def find_hard_words(script: Script) -> list[HardWord]:
    """The hard words of `script`, by kind (see `KINDS`), the most frequent first."""
    found: dict[tuple[str, str, str], HardWord] = {}
    counts: dict[tuple[str, str, str], int] = {}
    for utterance in script.utterances:
        if utterance.block is None:
            continue
        language = utterance.language or script.article.language
        for kind, start, end in _find(utterance, language):
            hard = _describe(utterance, language, kind, (start, end))
            # A homograph counts for each of its readings.
            reading = hard.phonemes[0].ipa if kind == "homograph" and hard.phonemes else ""
            key = (kind, hard.word, reading)
            found.setdefault(key, hard)
            counts[key] = counts.get(key, 0) + 1
    listed = [
        HardWord(w.kind, w.word, w.spoken, w.phonemes, w.known, counts[key], w.sentence, w.language)
        for key, w in found.items()
    ]
    return sorted(listed, key=lambda word: (KINDS.index(word.kind), word.known, -word.count))


def _find(utterance: Utterance, language: str) -> Iterator[tuple[HardKind, int, int]]:
    """The hard words of an utterance: kind, start and end in `written`."""
    text = utterance.written
    yield from (("number", start, end) for start, end in _numbers(utterance))
    known = list(_known_names(utterance))
    yield from (("name", start, end) for start, end in known)
    words = [
        match
        for match in WORD.finditer(text)
        if not any(start <= match.start() < end for start, end in known)
    ]
    capitals = sum(match.group()[:1].isupper() for match in words)
    headline = capitals > MOST_CAPITALS * len(words) and len(words) > 1
    homographs = {r.start: r.end for r in find_readings(text)} if is_english(language) else {}
    for match in words:
        word, start = match.group(), match.start()
        dotted = text.startswith(".", match.end()) and "." in word
        if ACRONYM.fullmatch(word + "." * dotted):
            if not text.isupper():
                yield "acronym", start, match.end() + dotted
        elif _is_rewritten(utterance, start, match.end()):
            continue  # an abbreviation: what is said for it is known
        elif start in homographs:
            yield "homograph", start, homographs[start]
        elif _is_name(text, match, headline=headline):
            end = match.end() - 2 * word.endswith(("'s", "’s"))
            yield "name", start, end
        elif is_english(language) and word.islower() and not _is_plain(word):
            yield "foreign word", start, match.end()


def _known_names(utterance: Utterance) -> Iterator[tuple[int, int]]:
    """The places in `written` of what a lexicon has sounds for."""
    for span in utterance.phonemes:
        start, end = written_span(utterance.map, span.start, span.end)
        if not is_homograph(utterance.written[start:end]):
            yield start, end - 2 * utterance.written[:end].endswith(("'s", "’s"))


def _is_rewritten(utterance: Utterance, start: int, end: int) -> bool:
    """Whether other words are said for the written ones, but for sounds of a homograph."""
    said = any(pair.written_start < end and start < pair.written_end for pair in utterance.map)
    return said and not is_homograph(utterance.written[start:end])


def _is_name(text: str, match: re.Match[str], *, headline: bool) -> bool:
    word = match.group()
    if not word[:1].isupper() or len(word) < 2:
        return False
    bare = CONTRACTION.sub("", word)
    parts = [part for part in bare.split("-") if part[:1].isupper()]
    if all(part in _common() or part.removesuffix("s") in _common() for part in parts):
        return False
    if not _is_plain(word) or re.search(r"['’ʼ]\w{2,}", bare):
        return True
    return not headline and not SENTENCE_START.search(text[: match.start()])


def _is_plain(word: str) -> bool:
    """Whether `word` has no letters but those of English."""
    return all(c.isascii() or unicodedata.category(c)[0] != "L" for c in word)


def _numbers(utterance: Utterance) -> Iterator[tuple[int, int]]:
    """The places in `written` of words with digits that are more than a plain number."""
    for match in re.finditer(r"\S*[0-9]\S*", utterance.written):
        word = match.group()
        inner = re.search(r"[^\s(\[“\"'‘].*?(?=[.,;:!?)\]”\"'’]*$)", word)
        if inner and not PLAIN_NUMBER.fullmatch(word) and not word.strip("()[]").isalpha():
            yield match.start() + inner.start(), match.start() + inner.end()


def _describe(
    utterance: Utterance, language: str, kind: HardKind, span: tuple[int, int]
) -> HardWord:
    start, end = _spoken_span(utterance.map, *span)
    phonemes = tuple(
        PhonemeSpan(max(p.start, start) - start, min(p.end, end) - start, p.ipa)
        for p in utterance.phonemes
        if p.start < end and start < p.end
    )
    spoken = utterance.spoken[start:end].strip()
    written = utterance.written[slice(*span)]
    known = bool(phonemes) or (kind in {"acronym", "number"} and spoken != written)
    return HardWord(
        kind, written, spoken, phonemes, known, 1, " ".join(utterance.written.split()), language
    )


def _spoken_span(pairs: tuple[SpanPair, ...], start: int, end: int) -> tuple[int, int]:
    """The spoken characters for the written ones from `start` to `end`, and for all they touch."""
    low = high = None
    shift = 0
    for pair in pairs:
        if pair.written_end <= start:
            shift = pair.spoken_end - pair.written_end
        elif pair.written_start < end:
            low = pair.spoken_start - max(0, pair.written_start - start) if low is None else low
            high = pair.spoken_end + max(0, end - pair.written_end)
    return (start + shift if low is None else low, end + shift if high is None else high)


@cache
def _common() -> frozenset[str]:
    path = Path(__file__).with_name("hard_words.toml")
    return frozenset(tomllib.loads(path.read_text(encoding="utf-8"))["common"].split())
