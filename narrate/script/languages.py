"""Which language an article is in, and which of its paragraphs are in another.

What a document declares is believed. Else the letters decide where they can, and in Latin script
the function words: those of a language are about half of any of its texts. Where these are
unsure and py3langid is installed, it is asked.
"""

import importlib.util
import re
import tomllib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from narrate.base.cast import primary_language
from narrate.base.model import Article, Block
from narrate.script.stopwords import list_languages, load_words

LEAST_LETTERS = 80
"""Of a paragraph before its words are asked: below, half of all answers are wrong."""
LEAST_FOREIGN_LETTERS = 40
"""The same for another script, which leaves less doubt."""
MOST_CHARACTERS = 20_000
"""Of an article that are looked at."""
SURE = 0.14
"""The share of a text's words that must speak for a language; a word that several languages
have in common speaks for each of them by its part."""
AHEAD = 1.5
"""By what factor it must be ahead of the next."""
PROSE = frozenset(["para", "quote", "item", "verse", "note", "caption"])
"""What is looked at; a heading is too short, and code is in no language."""


_WORD = re.compile(r"[^\W\d_]+")
_FOREIGN = re.compile(  # letters and their signs from Greek on, but for Latin ones
    r"[\u0370-\u1dff\u1f00-\u1fff\u2c00-\u2c5f\u2c80-\u2dff\u3040-\ua71f\ua800-\U0001efff"
    r"\U00020000-\U0010ffff]+"
)


def find_languages(article: Article, fallback: str = "en") -> Article:
    """`article` with its language, and that of each block that is in another.

    Declared ones stay. `fallback` (BCP 47) is for an article that declares none, and says too
    little to tell.
    """
    found = article.language or _detect_article(article) or _detect_script(article)
    language = found or primary_language(fallback)
    blocks = tuple(_find_language(block, language) for block in article.blocks)
    return replace(article, language=language, blocks=blocks)


def _detect_article(article: Article) -> str:
    """The language of `article` as a whole; empty where it cannot be told.

    Where its parts are in several, it is the one in which most of its text is.
    """
    texts = _sample(article)
    whole = "\n".join(texts)
    if found := _detect_by_words(whole):
        return found
    votes: Counter[str] = Counter()
    for text in texts:
        if found := _detect_by_words(text):
            votes[found] += len(text)
    return max(votes, key=lambda each: (votes[each], each)) if votes else _detect(whole)


def _detect_script(article: Article) -> str:
    """The language of letters that are most of a short article, and not of the Latin script."""
    text = "".join(_sample(article))
    foreign = "".join(_FOREIGN.findall(text))
    return _by_script(foreign) if 2 * len(foreign) > sum(map(str.isalpha, text)) else ""


def _find_language(block: Block, language: str) -> Block:
    if block.language or block.kind not in PROSE or len(block.text) < LEAST_FOREIGN_LETTERS:
        return block
    found = _detect(block.text, language)
    same = not found or found == primary_language(language)
    return block if same else replace(block, language=found)


def find_language_of(block: Block, start: int, end: int) -> str:
    """The language (BCP 47) of a sentence in `block`; empty where it is the article's.

    Inside a block it is what is declared for the whole of a sentence: a voice does not change for
    a single word.
    """
    if end - start >= LEAST_FOREIGN_LETTERS:
        for span in block.spans:
            around = block.text[start : span.start] + block.text[max(span.end, start) : end]
            touches = span.start < end and start < span.end
            if span.kind == "language" and touches and not _WORD.search(around):
                return span.value
    return block.language


def _sample(article: Article) -> list[str]:
    """The beginning of the article's own prose; where it has none of quotes, then of all."""
    for kinds in (PROSE - {"quote"}, PROSE, {block.kind for block in article.blocks} - {"code"}):
        texts = [block.text for block in article.blocks if block.kind in kinds]
        if sum(map(len, texts)) >= LEAST_LETTERS:
            break
    return list(_up_to(texts, MOST_CHARACTERS))


def _up_to(texts: list[str], most: int) -> Iterator[str]:
    for text in texts:
        if most <= 0:
            return
        yield text[:most]
        most -= len(text)


def _detect(text: str, expected: str = "") -> str:
    """The language of `text` (primary subtag); empty where it cannot be told.

    `expected` is what it is in unless much speaks against it.
    """
    found = _detect_by_words(text)
    words = _WORD.findall(text)
    if found or sum(map(len, words)) < LEAST_LETTERS:
        return found
    shares = _vote([word.lower() for word in words])
    if shares.get(primary_language(expected), 0) >= SURE / 2:
        return primary_language(expected)
    # A list of names is in no language.
    plain = sum(word[0].islower() for word in words)
    return _ask_library(text) if 2 * plain > len(words) else ""


def _detect_by_words(text: str) -> str:
    """The language that letters or function words of `text` leave no doubt of; else empty."""
    words = [word.lower() for word in _WORD.findall(text)]
    letters = sum(map(len, words))
    foreign = "".join(_FOREIGN.findall(text))
    if 2 * len(foreign) > letters:
        return _by_script(foreign) if len(foreign) >= LEAST_FOREIGN_LETTERS else ""
    if letters < LEAST_LETTERS:
        return ""
    shares = _vote(words)
    ranked = sorted(shares, key=lambda language: (-shares[language], language))
    first, second = (*ranked, "", "")[:2]
    return first if shares.get(first, 0) >= max(SURE, AHEAD * shares.get(second, 0)) else ""


def _by_script(letters: str) -> str:
    """The language that is written in the commonest script of `letters`; empty if unknown."""
    starts, scripts = _script_table()
    counts = Counter(scripts[bisect_right(starts, ord(letter)) - 1] for letter in letters)
    if counts["ja"] and counts["ja"] + counts["zh"] > len(letters) / 2:
        return "ja"  # Japanese is written with the letters of Chinese, too
    script, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    if 2 * count < len(letters):
        return ""
    found = set(letters)
    rivals: dict[str, str] = _data()["letters"].get(script, {})
    return next((rival for rival, own in rivals.items() if found & set(own)), script)


@cache
def _script_table() -> tuple[list[int], list[str]]:
    """Where each stretch of code points begins, and the language it stands for."""
    borders: dict[int, str] = {0: ""}
    for language, ranges in _data()["scripts"].items():
        for first, last in ranges:
            borders[first] = language
            borders.setdefault(last + 1, "")
    starts = sorted(borders)
    return starts, [borders[start] for start in starts]


def _vote(words: list[str]) -> dict[str, float]:
    """For each language the share of `words` that speak for it."""
    shares: dict[str, float] = defaultdict(float)
    table = _voters()
    for word, count in Counter(words).items():
        languages = table.get(word, ())
        for language in languages:
            shares[language] += count / len(languages) / len(words)
    return shares


@cache
def _voters() -> dict[str, tuple[str, ...]]:
    """The languages that each function word belongs to."""
    lists = {language: load_words(language).function for language in list_languages()}
    lists |= {language: frozenset(text.split()) for language, text in _data()["words"].items()}
    voters: dict[str, list[str]] = {}
    for language, function in lists.items():
        for word in function:
            for part in _WORD.findall(word):  # "l'" counts as it is found: without its mark
                if language not in voters.setdefault(part, []):
                    voters[part].append(language)
    return {word: tuple(languages) for word, languages in voters.items()}


def _ask_library(text: str) -> str:
    """What py3langid says, if it is installed; empty else."""
    if importlib.util.find_spec("py3langid") is None:
        return ""
    from py3langid import classify

    return str(classify(text)[0])


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
