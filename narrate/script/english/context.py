"""What the words around a match tell about it."""

import re

from narrate.script.abbreviations import load_language
from narrate.script.english.rule import after, before, words

_ARTICLE = re.compile(
    r"(?<!\w)(?:an?|another|every|each|per)[ \xa0](?:[\w-]+,?[ \xa0])?\Z", re.IGNORECASE
)
_DETERMINER = re.compile(
    r"(?<!\w)(?:the|this|that|its|his|her|their|our|my)[ \xa0]\Z", re.IGNORECASE
)
_NOUN = re.compile(r"[ \xa0-]([a-z]{3,})")
_TWO_WORDS = re.compile(r"[ \xa0]([A-Za-z]+)(?:[ \xa0]([a-z]+))?")
_CLOSED = re.compile(r"[\"'”’»)\]]*(?:\Z|\s+(?=(\w*))|—)")


def is_adjective(match: re.Match[str]) -> bool:
    """Whether a measure or an amount stands before its noun: a $5 million deal, a 5 km run."""
    noun = _NOUN.match(after(match))
    if noun is None or noun[1] in words("function_word"):
        return False
    if after(match)[0] == "-" or noun[1] in words("cash") or _ARTICLE.search(before(match)):
        return True
    # "The $5 million raised" has no noun, and "the 5 miles north" is no adjective.
    is_noun = not noun[1].endswith(("ed", "ing")) and noun[1] not in words("participle")
    return is_noun and bool(_DETERMINER.search(before(match)))


def is_count(number: int, match: re.Match[str]) -> bool:
    """Whether a number between 1000 and 2099 counts: 1500 people, but not 2012 attacks."""
    words_before = before(match).split()
    if words_before and words_before[-1].lower().strip("(,") in words("before_year"):
        return False
    return follows_counted(match, doubtful=number % 50 == 0)


def follows_counted(match: re.Match[str], *, doubtful: bool) -> bool:
    """Whether something that is counted follows; where `doubtful`, any plural is enough."""
    found = _TWO_WORDS.match(after(match))
    if found is None:
        return False
    if any(word in words("counted") for word in found.groups() if word):
        return True
    return doubtful and _is_plural(found[1])


def _is_plural(word: str) -> bool:
    return (
        len(word) > 3
        and word.islower()
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is"))
        and word not in words("function_word")
    )


def keep_stop(match: re.Match[str]) -> str:
    """The full stop that ends the sentence as well as the abbreviation; empty inside one."""
    if not match.group().endswith("."):
        return ""
    found = _CLOSED.match(after(match))
    if found is None:
        return ""
    following = found[1]
    if not following:
        return "."
    return "." if following[0].isupper() and following.lower() in _starters() else ""


def _starters() -> frozenset[str]:
    return load_language("en").starters
