"""What a topic chapter is called: a phrase of its own words that is typical of it.

Words are tagged with one letter each by lists, endings and neighbours (no model): a word that
follows "he" is a verb, one that follows "the" is not. A pattern over the tags finds noun phrases
such as "rockets at Camp Taji", and the one whose words are frequent here and rare elsewhere wins.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log2

from narrate.script.stopwords import Words, load_words, stem
from narrate.script.tagging import Clause, Evidence, tag_words, tokenize

_LONGEST = 60
"""Characters of a title."""
_MOST_WORDS, _FEWEST_WORDS = 7, 2
_LONGEST_OPENING = 50
"""Characters of a sentence's beginning, so that a number and the ellipsis find room after it."""
_LONGEST_UNPARTED = 20
"""The same where the script does not part words."""
_ELLIPSIS = "…"
_CLAUSE_MARK = re.compile(
    r"""[^\w\s'’.,‑-]            # whatever does not stand inside a word or a number
    | ['’,‑-](?!\w) | (?<!\w)['’,‑-]
    | (?<=\w{3})\.(?!\w)      # a full stop, but not of "U.S." or "Mr."
    | \n""",
    re.VERBOSE,
)

# Tags: see `tag_words`. A phrase is a run of nouns and their adjectives, with up to two more
# joined to it; a run is taken whole, or its head would be lost.
_RUN = r"[nd]{0,4}n(?![nd])"
_JOINED = rf"(?:[cj][ap]?{_RUN}|iv[cj]?[ap]?{_RUN})"
_PHRASES = tuple(
    re.compile(rf"(?:g[ap]?{_RUN}|(?=n){_RUN}){_JOINED * joined}") for joined in range(3)
)
_STARTS = re.compile(r"(?<![n])n|g")

_ONCE = 0.6
"""Taken off a word's worth, so that one that is there only once counts less than half."""

_DIMINISHING = (1.0, 0.9, 0.7, 0.4, 0.2, 0.1, 0.1)
"""What the best, second-best… word of a phrase counts, so that longer is not simply better."""


@dataclass(frozen=True, slots=True)
class _Chapter:
    text: str
    clauses: list[Clause]
    counts: Counter[str]
    """Content words, and pairs of words in a row, by stem."""


def title_chapters(chapters: Sequence[Sequence[str]], language: str = "en") -> list[str]:
    """A title for each chapter, which is given as its paragraphs; no two titles are equal.

    A title is 2 to 7 words of the chapter as they stand there, its first letter made a capital,
    up to 60 characters. Where no phrase fits it is the beginning of a sentence, cut with "…"; a
    number parts what would still be equal. Time grows linearly with the text.
    """
    words = load_words(language)
    parsed = [_parse(paragraphs, words) for paragraphs in chapters]
    whole: Counter[str] = Counter()
    for chapter in parsed:
        whole.update(chapter.counts)
    evidence = Evidence.gather(chain.from_iterable(item.clauses for item in parsed), words)
    used: Counter[str] = Counter()
    taken: dict[str, int] = {}
    titles = []
    for chapter in parsed:
        weights = _weigh(chapter.counts, whole, used)
        title = _best_phrase(chapter, weights, evidence, words, taken)
        title = _make_distinct(title or _opening_words(chapter.text), taken)
        for clause in tokenize(title, words):
            used.update({stem(token.folded) for token in clause})
        titles.append(title)
    return titles


def _parse(paragraphs: Sequence[str], words: Words) -> _Chapter:
    text = "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    clauses = tokenize(text, words)
    return _Chapter(text, clauses, Counter(_terms(clauses, words)))


def _terms(clauses: Iterable[Clause], words: Words) -> Iterator[str]:
    """The stems of content words, and of each two of them in a row with a space between."""
    for clause in clauses:
        before = ""
        for token in clause:
            key = stem(token.folded) if words.is_content(token.folded) else ""
            if key:
                yield key
            if key and before:
                yield f"{before} {key}"
            before = key


def _best_phrase(
    chapter: _Chapter,
    weights: dict[str, float],
    evidence: Evidence,
    words: Words,
    taken: Container[str],
) -> str:
    """The phrase with the highest score, the earliest among equals; "" where there is none."""
    best, best_score = "", 0.0
    for clause in chapter.clauses:
        tags = tag_words(clause, words, evidence)
        early = 1.4 - 0.4 * clause[0].start / len(chapter.text)
        for first, last in _phrases(tags):
            phrase = clause[first : last + 1]
            title = _as_title(chapter.text[phrase[0].start : phrase[-1].end])
            score = early * _shape(tags, first, last) * _worth(phrase, weights, words)
            if (
                score > best_score
                and title.casefold() not in taken
                and _is_presentable(title, phrase, words)
            ):
                best, best_score = title, score
    return best


def _worth(phrase: Clause, weights: dict[str, float], words: Words) -> float:
    """How typical the phrase is: by its words, and by its pairs that come again."""
    terms = dict.fromkeys(_terms((phrase,), words))
    pairs = sum(weights[term] for term in terms if " " in term)
    ranked = sorted((weights[term] for term in terms if " " not in term), reverse=True)
    return pairs + sum(part * weight for part, weight in zip(_DIMINISHING, ranked, strict=False))


def _phrases(tags: str) -> Iterator[tuple[int, int]]:
    """First and last word of each phrase, shorter ones before longer ones."""
    for start in _STARTS.finditer(tags):
        for pattern in _PHRASES:
            match = pattern.match(tags, start.start())
            if match is None:
                break
            yield match.start(), match.end() - 1


def _weigh(counts: Counter[str], whole: Counter[str], used: Counter[str]) -> dict[str, float]:
    """How typical each word is of its chapter: often here, seldom elsewhere, in no title yet."""
    here = counts.total()
    elsewhere = whole.total() - here
    weights = {}
    for term, count in counts.items():
        expected = (whole[term] - count) * here / elsewhere if elsewhere else 0.0
        typical = count / (count + expected)
        often = log2(count) if " " in term else (log2(1 + count) - _ONCE) / (1 + used[term])
        weights[term] = often * typical**3
    return weights


def _shape(tags: str, first: int, last: int) -> float:
    """How much a phrase looks like a title, by what it is made of and cut from."""
    inner = tags[first : last + 1]
    before = tags[first - 1 : first]
    after = tags[last + 1 : last + 2]
    factor = 1.0
    if len(inner.strip("nd")) > 0:
        factor *= 1.2
    if after == "c":
        factor *= 0.7  # it goes on: "members" of "members of the club"
    factor *= 0.92 ** inner.count("j")
    if before in ("d", "n"):
        factor *= 0.85
    return factor * 0.9 ** inner.count("d")


def _as_title(text: str) -> str:
    return text[0].title() + text[1:]


def _is_presentable(title: str, phrase: Clause, words: Words) -> bool:
    last = phrase[-1]
    return (
        _FEWEST_WORDS <= len(phrase) <= _MOST_WORDS
        and len(title) <= _LONGEST
        and title[0].isupper()
        and title[-1].isalnum()
        and not last.folded.endswith(("'s", *words.adjective_endings))
    )


def _opening_words(text: str) -> str:
    """The beginning of the text up to a clause mark or to what a title can hold."""
    start = re.search(r"[^\W_]", text)
    if start is None:
        return _ELLIPSIS
    clause = _CLAUSE_MARK.split(text[start.start() :], maxsplit=1)[0].rstrip(" .")
    limit = _LONGEST_OPENING if " " in clause else _LONGEST_UNPARTED
    if len(clause) > limit:
        kept = clause[: limit + 1].rpartition(" ")[0] or clause[:limit]
        clause = kept.rstrip(" '’.,‑-") + _ELLIPSIS
    return _as_title(clause)


def _make_distinct(title: str, taken: dict[str, int]) -> str:
    """`title`, numbered if it is taken; notes it as taken."""
    key = title.casefold()
    taken[key] = taken.get(key, 0) + 1
    if taken[key] == 1:
        return title
    return _make_distinct(f"{title} ({taken[key]})", taken)
