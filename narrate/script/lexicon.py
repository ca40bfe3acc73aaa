"""Words that are said otherwise than they are written, found in a text by the lexicons."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from narrate.base.model import PhonemeSpan, SpanPair
from narrate.base.spans import compose, replace_spans, spoken_place
from narrate.script._ipa import add_s
from narrate.script.entries import APOSTROPHES, Entry, read_lexicon
from narrate.script.homographs import Reading, find_readings, is_english
from narrate.script.normalize import speakable

NEWS = str(Path(__file__).parent / "lexicons" / "news.toml")
"""Names and places of the news: in force for English, below every other lexicon."""
SHORTEST_IN_CAPITALS = 5
"""Shorter words in capitals are likely something else: Xi is a name, and XI a number."""
SHORTEST_PLURAL = 5
WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Pronounced:
    """A text to be spoken, where its characters come from, and how its hard words sound."""

    text: str
    map: tuple[SpanPair, ...] = ()
    """As in `Spoken`."""
    phonemes: tuple[PhonemeSpan, ...] = ()


class Found(NamedTuple):
    """An entry where it stands in a text."""

    start: int
    end: int
    tail: int
    """Characters of a possessive ending after it."""
    entry: Entry
    ipa: str
    """With the endings that the word has here; empty where the entry has none."""


class Form(NamedTuple):
    """A way in which an entry may be written."""

    text: str
    entry: Entry
    ipa: str
    lexicon: int
    """The number of its lexicon: one with a higher wins."""
    derived: bool
    """Whether the lexicon has it in another form."""


def pronounce(text: str, language: str, lexicons: Sequence[str] = ()) -> Pronounced:
    """`text` as it is to be said in `language` (BCP 47), by the files `lexicons`, then by rules.

    The longest entry wins, and of the same entry in several files that of the last. An entry in
    lower case also stands for the word with a capital, one of five letters or more for the word
    in capitals; any other only for itself. In English, homographs get the sounds of the reading
    that fits. Raises UsageError for a file that cannot be used.
    """
    edits: list[tuple[int, int, str]] = []
    spans: list[PhonemeSpan] = []
    shift = 0
    for start, end, tail, entry, ipa in find_entries(text, language, lexicons):
        length = len(entry.alias) or end - start
        if entry.alias:
            edits.append((start, end, entry.alias))
        if ipa:
            spans.append(PhonemeSpan(start + shift, start + shift + length + tail, ipa))
        shift += length - (end - start)
    said, early = replace_spans(text, edits) if edits else (text, ())
    # What has sounds is not rewritten: "SQL" stays one word.
    spoken = speakable(said, language, [(span.start, span.end) for span in spans])
    if spans and spoken.map:
        spans = [
            PhonemeSpan(spoken_place(spoken.map, s.start), spoken_place(spoken.map, s.end), s.ipa)
            for s in spans
        ]
    pairs = compose(spoken.map, early) if early else spoken.map
    readings = find_readings(spoken.text, spans) if is_english(language) else []
    if not readings:
        return Pronounced(spoken.text, pairs, tuple(spans))
    return _with_readings(spoken.text, pairs, spans, readings)


def _with_readings(
    text: str, pairs: Sequence[SpanPair], spans: Sequence[PhonemeSpan], readings: Sequence[Reading]
) -> Pronounced:
    """`text` with the sounds of its homographs, and a respelling where a reading has one."""
    edits = [(each.start, each.end, each.respelling) for each in readings if each.respelling]
    said, late = replace_spans(text, edits) if edits else (text, ())
    phonemes = sorted([*spans, *(PhonemeSpan(r.start, r.end, r.ipa) for r in readings)])
    if late:
        pairs = compose(late, pairs) if pairs else late
        phonemes = [
            PhonemeSpan(spoken_place(late, p.start), spoken_place(late, p.end), p.ipa)
            for p in phonemes
        ]
    return Pronounced(said, tuple(pairs), tuple(phonemes))


def find_entries(text: str, language: str, lexicons: Sequence[str]) -> list[Found]:
    """The entries of `lexicons` that stand in `text`, in order; they do not overlap."""
    if not lexicons:
        return []
    index = _load(tuple(lexicons))
    folded = text.translate(APOSTROPHES)
    found: list[Found] = []
    place = 0
    for token in WORD.finditer(folded):
        forms = index.get(token.group().casefold())
        if not forms or token.start() < place:
            continue
        match = _match(folded, token.start(), forms, language)
        if match:
            found.append(match)
            place = match.end + match.tail
    return found


def _match(text: str, start: int, forms: Sequence[Form], language: str) -> Found | None:
    """The longest of `forms` that is the whole word or phrase at `start`."""
    for form in forms:
        end = start + len(form.text)
        if not text.startswith(form.text, start) or _goes_on(text, end):
            continue
        if form.entry.language and not _is_in(language, form.entry.language):
            continue
        ipa, tail = form.ipa, 0
        if ipa and text.startswith("'s", end) and not _goes_on(text, end + 2):
            ipa, tail = add_s(ipa), 2
        return Found(start, end, tail, form.entry, ipa)
    return None


def _goes_on(text: str, end: int) -> bool:
    """Whether a word that would end at `end` goes on there."""
    before, after = text[end - 1 : end], text[end : end + 1]
    return (before.isalnum() or before == "_") and (after.isalnum() or after == "_")


def _is_in(language: str, wanted: str) -> bool:
    """Whether text in `language` is in `wanted`: en-US is in en, and en not in en-US."""
    tag, whole = (each.replace("_", "-").lower() for each in (language, wanted))
    return tag == whole or tag.startswith(f"{whole}-")


@cache
def _load(lexicons: tuple[str, ...]) -> dict[str, list[Form]]:
    """All forms of all entries by their first word without case, the winning ones first."""
    forms: list[Form] = []
    for number, path in enumerate(lexicons):
        for entry in read_lexicon(Path(path)):
            forms += _derive(replace(entry, language="en") if path == NEWS else entry, number)
    index: dict[str, list[Form]] = {}
    for form in sorted(forms, key=_rank):
        first = WORD.search(form.text)
        if first:
            index.setdefault(first.group().casefold(), []).append(form)
    return index


def _rank(form: Form) -> tuple[int, int, bool, bool]:
    """The longest first, then the last lexicon's, then one as written, then one for a language."""
    return -len(form.text), -form.lexicon, form.derived, not form.entry.language


def _derive(entry: Entry, lexicon: int) -> Iterator[Form]:
    """All ways in which `entry` may be written."""
    word = entry.word
    yield Form(word, entry, entry.ipa, lexicon, derived=False)
    if entry.exact:
        return
    if word == word.lower():
        yield Form(word[:1].upper() + word[1:], entry, entry.ipa, lexicon, derived=True)
    letters = sum(map(str.isalpha, word))
    if letters >= SHORTEST_IN_CAPITALS:
        yield Form(word.upper(), entry, entry.ipa, lexicon, derived=True)
    if letters >= SHORTEST_PLURAL and entry.ipa and word[-1:] != "s":
        several = replace(entry, alias=entry.alias and f"{entry.alias}s")
        yield Form(f"{word}s", several, add_s(entry.ipa), lexicon, derived=True)
