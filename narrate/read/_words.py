"""What tells a title from a sentence and a sentence from a paragraph: words, ends, openings."""

import re
import unicodedata

CJK = "\u2e80-\u2fdf\u3005-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Character class of Chinese and Japanese writing, which puts no spaces between words."""

_WORD = re.compile(r"\w+")
_CJK = re.compile(f"[{CJK}]")

CLOSERS = "\"'”’»›)]）」』】*_"
"""What may stand after the full stop of a sentence."""

SENTENCE_ENDS = ".!?…。！？।؟"

_ABBREVIATION_AT_END = re.compile(r"(?:\b[^\W\d_]\.){2,}$")
"""Initials such as U.S., whose full stop ends no sentence."""

_CHAPTER = re.compile(
    r"(?:chapter|part|book|section|act|scene|canto|kapitel|teil|buch|chapitre|partie|livre"
    r"|capítulo|parte|libro|capitolo|hoofdstuk|deel|rozdział|część|del)\s+"
    r"(?:\d{1,3}|[ivxlcdm]+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"(?:[.:,–—-].*)?"
    r"|(?:prologue|epilogue|introduction|preface|foreword|afterword|prolog|epilog|vorwort)\.?"
    r"|(?-i:[IVXLC]{1,7}\.?|\d{1,3}\.?|\d{1,3}[.)] \S.*)",
    re.IGNORECASE,
)
"""Names of chapters by number or kind, in the languages that months are known in."""


def count_words(text: str) -> int:
    """Count the words; two characters of Chinese or Japanese count as one."""
    words = len(text.split())
    return words if text.isascii() else words + len(_CJK.findall(text)) // 2


def words_of(text: str) -> list[str]:
    """Give the words for comparison: no case, no marks, no compatibility characters."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def ends_sentence(text: str) -> bool:
    """Tell whether `text` closes as a sentence does."""
    bare = text.rstrip(CLOSERS)
    return bare.endswith(tuple(SENTENCE_ENDS)) and not _ABBREVIATION_AT_END.search(bare[-8:])


def ends_open(text: str) -> bool:
    """Tell whether `text` announces that more follows, as a salutation or a list's lead does."""
    return text.rstrip(CLOSERS).endswith((",", ";", ":", "，", "；", "：", "、"))


def is_upper_line(text: str) -> bool:
    """Tell whether `text` is written in capitals alone and has at least two of them."""
    return text.isupper() and sum(character.isupper() for character in text[:200]) > 1


def is_chapter_line(text: str) -> bool:
    """Tell whether a line names a chapter by number or kind: "Chapter IV", "2. Methods"."""
    return len(text) < 200 and _CHAPTER.fullmatch(text) is not None


def is_cjk(character: str) -> bool:
    """Tell whether a character is of Chinese or Japanese writing."""
    return _CJK.match(character) is not None
