"""Splits a paragraph into sentences, and a long sentence into clauses.

NLTK's Punkt (Kiss and Strunk 2006, "Unsupervised Multilingual Sentence Boundary Detection") decides
about a full stop, over abbreviation lists of our own, so nothing is downloaded. Before it stands a
page of rules for what Punkt does not look at: quotations, footnote marks, list numbers, initials.

Every place where a sentence might end is judged by itself, from at most `REACH` characters on
either side of it, so the time is linear in the text whatever the text is.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from narrate.script._punkt import import_punkt
from narrate.script.abbreviations import load_language
from narrate.script.boundaries import RULES, look_at
from narrate.script.clauses import cut

__all__ = ["cut", "split"]

_END = re.compile(
    r"""
    (?P<mark> (?: \.(?:[ \xa0]\.){2,}+ | [.!?…‽؟۔।॥։።។။。！？｡] )++ )
    (?P<closers> (?: ["'“”‘’»«›‹)\]}*」』）】》〉] | \s[»”)\]](?!\w) )*+ )
    (?P<notes> (?: [¹²³⁰⁴-⁹†‡]
      | \s?\[ (?: \d{1,4}(?:[ ]?[,–-][ ]?\d{1,4}){0,6} | [a-z] | … | [.][ ]?[.][ ]?[.] | sic
              | (?:note|nb|fn)[ ]\d{1,3} | citation[ ]needed ) \] (?: :\d{1,4}(?:[–-]\d{1,4})? )?
      )*+ )
    """,
    re.VERBOSE,
)
"""End marks with what belongs to them. It cannot fail after its first character, which keeps the
search linear; whether white space follows is looked at afterwards."""
_WORD = re.compile(r"\w")
_SPACE = re.compile(r"\s*")
_GLUED_NOTE = re.compile(r"\d{1,3}(?=\s[\"“(]?[A-Z])")  # "… of the war.12 The next"
_NO_SPACE_AFTER = re.compile(r"[。！？｡]")


def split(paragraph: str, language: str = "en") -> list[str]:
    """Give the sentences of a paragraph, in order.

    Args:
        paragraph: Text of one paragraph; line breaks count as spaces.
        language: BCP 47 tag. Only its primary subtag is used; a language without word lists gets
            the rules that need none.

    Returns:
        Stripped substrings of the paragraph: joined, they are the paragraph but for white space.
        Closing quotation marks, brackets and footnote marks belong to the sentence before them.
        A blank paragraph has none.

    """
    word = _WORD.search(paragraph)
    if word is None:
        return [paragraph.strip()] if paragraph.strip() else []
    code = language.replace("_", "-").partition("-")[0].lower()
    spans: list[tuple[int, int]] = []
    start = 0
    for end, next_start in _ends(paragraph, word.start(), code):
        if _WORD.search(paragraph, start, end):
            spans.append((start, end))
        else:
            spans[-1] = (spans[-1][0], end)
        start = next_start
    if _WORD.search(paragraph, start) or not spans:
        spans.append((start, len(paragraph)))
    else:
        spans[-1] = (spans[-1][0], len(paragraph))
    return [paragraph[first:last].strip() for first, last in spans]


def _ends(text: str, first_word: int, code: str) -> Iterator[tuple[int, int]]:
    """Give the end of each sentence but the last, with the start of the one after it."""
    language = load_language(code)
    start = _past_space(text, 0)
    for match in _END.finditer(text, first_word):
        end = _end_with_note(text, match)
        if end is None:
            continue
        next_start = _past_space(text, end)
        if next_start == len(text):
            return
        place = look_at(text, start, match, next_start)
        verdict = None
        for rule in RULES:
            verdict = rule(place, language)
            if verdict is not None:
                break
        if verdict is None:
            verdict = _punkt_ends(code, place.word, place.next_word or "X")
        if verdict:
            yield end, next_start
            start = next_start


def _end_with_note(text: str, match: re.Match[str]) -> int | None:
    """Give where a sentence would end that has these end marks; None inside a word."""
    end = match.end()
    if end == len(text) or text[end].isspace() or _NO_SPACE_AFTER.search(match["mark"]):
        return end
    note = _GLUED_NOTE.match(text, end)
    glued_to_word = text[max(0, match.start() - 3) : match.start()]
    if note and glued_to_word.isalpha() and glued_to_word.islower():
        return note.end()
    return None


def _past_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    assert match is not None  # it matches the empty string
    return match.end()


@cache
def _punkt(code: str) -> Callable[[str], bool]:
    punkt = import_punkt()
    language = load_language(code)
    parameters = punkt.PunktParameters()
    parameters.abbrev_types = set(language.ending | language.never)
    parameters.sent_starters = set(language.starters)
    tokenizer = punkt.PunktSentenceTokenizer(parameters)
    judge: Callable[[str], bool] = tokenizer.text_contains_sentbreak
    return judge


@lru_cache(maxsize=1 << 14)
def _punkt_ends(code: str, word: str, next_word: str) -> bool:
    """Ask Punkt whether a full stop between two words ends a sentence."""
    return _punkt(code)(f"{word}. {next_word}")
