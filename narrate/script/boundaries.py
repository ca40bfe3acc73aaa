"""Judges a place where a sentence might end: the page of rules that stands before Punkt.

The words that the rules ask about are data, in abbreviations.toml.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from narrate.script.abbreviations import Language

REACH = 64
_QUOTES = "\"'“”‘’«»„‹›」』"
_OPENERS = _QUOTES + "([{¿¡*_—–-"
_FIRST_WORD = re.compile(r"[^\W_](?:[\w'’.-]*\w)?")
_DIGIT = re.compile(r"[#§(\[]?\d")
_ROMAN = re.compile(r"[IVXLCDM]+\b(?!['’])")
_LIST_MARK = re.compile(r"[(\[]?(?:\d{1,3}|[^\W\d_]|[ivxIVX]{1,4})")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,2}")  # U.N, D.C, e.g, J.-P
# l'O.N.U., dell'avv.: what French and Italian join to the next word.
_ELISION = re.compile(
    r"^(?:[ldcjmnst]|qu|un|(?:de|a|ne|su|da)ll|jusqu)['’](?=\w[\w.])", re.IGNORECASE
)
_ORDINAL = re.compile(r"\d{1,3}|[IVXLC]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A place where a sentence might end.

    In `She left Acme Inc.” [3] The next day`: before "acme", word "Inc", mark ".", closers "”",
    notes "[3]", after "The next day", next_word "The".
    """

    so_far: str
    """The sentence up to the mark where that is short, else empty."""
    before: str
    word: str
    """What touches the mark, without opening quotation marks and brackets."""
    opened: bool
    """Whether such an opening mark stands directly before the word."""
    mark: str
    closers: str
    notes: str
    after: str
    """What follows, at most `REACH` characters; never empty."""
    next_word: str
    follower: str
    """The character after `next_word`."""

    @property
    def upper(self) -> bool:
        """Whether a capitalised word follows."""
        return self.next_word[:1].isupper()

    @property
    def ends_quotation(self) -> bool:
        """Whether the last of the closers is a quotation mark."""
        return self.closers != "" and self.closers[-1] in _QUOTES

    @property
    def is_letter(self) -> bool:
        """Whether the word is a single letter."""
        return len(self.word) == 1 and self.word.isalpha()


def look_at(text: str, start: int, match: re.Match[str], next_start: int) -> Place:
    """Describe the surroundings of end marks.

    Args:
        text: The paragraph.
        start: Where the sentence begins.
        match: The end marks, with the groups mark, closers and notes.
        next_start: Where the text after them begins; not the end of the text.

    """
    mark_start = match.start()
    window = text[max(start, mark_start - REACH) : mark_start]
    words = window.replace("—", " ").split()
    raw = words.pop() if words and not window[-1:].isspace() else ""
    word = _ELISION.sub("", raw.lstrip(_OPENERS), count=1)
    after = text[next_start : next_start + REACH]
    first = _FIRST_WORD.search(after)
    return Place(
        so_far=text[start:mark_start] if mark_start - start <= 8 else "",
        before=words[-1].lower() if words else "",
        word=word,
        opened=raw[:1] in _OPENERS and raw != "",
        mark=match["mark"],
        closers=match["closers"].strip(),
        notes=match["notes"].strip(),
        after=after,
        next_word=first.group() if first else "",
        follower=after[first.end() : first.end() + 1] if first else "",
    )


Rule = Callable[[Place, Language], bool | None]
"""True: a sentence ends here; False: none does; None: not for this rule to say."""


def _goes_on(place: Place, _: Language) -> bool | None:
    """A comma or a closing bracket follows; or the mark stands alone in brackets: (!)."""
    alone = place.opened and not place.word and place.closers
    return False if alone or place.after[0] in ",;:)]}" else None


def _list_mark(place: Place, _: Language) -> bool | None:
    """A number or letter that begins an item: "2. Boil it." or "Two steps: 1. Wait."."""
    if place.mark != ".":
        return None
    begins = _LIST_MARK.fullmatch(place.so_far)
    listed = (
        place.before.endswith(":") and len(place.word) <= 2 and _LIST_MARK.fullmatch(place.word)
    )
    return False if begins or listed else None


def _lower_case(place: Place, language: Language) -> bool | None:
    """A lower-case word goes on after a quotation, a bracket, "!", "…" or an abbreviation.

    After a plain word it does not: careless writers start sentences in lower case.
    """
    cried = "?" in place.mark or "!" in place.mark
    after = place.after.lstrip("—– ") if place.closers or cried else place.after
    if not after[:1].islower():
        return None
    if place.closers or "!" in place.mark or _is_ellipsis(place.mark):
        return False
    if cried and (place.after[0] in "—–" or place.next_word in language.speech_verbs):
        return False
    if place.mark != ".":
        return None
    word = place.word.lower()
    listed = any(
        word in words
        for words in (language.title, language.never, language.ending, language.before_lower)
    )
    roman = len(word) > 1 and _ORDINAL.fullmatch(place.word) is not None
    letters = place.is_letter or _DOTTED.fullmatch(word) is not None
    return False if listed or word in language.last or roman or letters else None


def _exclaimed(place: Place, language: Language) -> bool | None:
    """A question or a shout ends, except before its speaker ("Why?" Ann asked.) and in names."""
    if "?" not in place.mark and "!" not in place.mark:
        return None
    if place.ends_quotation and _names_speaker(place, language):
        return False
    in_name = place.word.lower() in language.brands and not place.closers
    return not (in_name and place.next_word.lower() not in language.starters)


def _names_speaker(place: Place, language: Language) -> bool:
    if place.next_word.lower() in language.starters:
        return False
    for word in place.after.split()[:4]:
        if word.rstrip(".,:;") in language.speech_verbs:
            return True
        if not word[0].isupper():
            return False
    return False


def _other_mark(place: Place, _: Language) -> bool | None:
    """The marks of other scripts leave no doubt, but for a Japanese quotation that goes on."""
    if place.mark.strip(".… \xa0") == "":
        return None
    return not (place.closers and place.after[0] in "とっ")


def _ellipsis(place: Place, language: Language) -> bool | None:
    """Three dots end a sentence before a word that starts one, four before any capital."""
    if not _is_ellipsis(place.mark):
        return None
    if not place.upper:
        return False
    if place.closers or place.mark.count(".") >= 4:
        return True
    return place.next_word != "I" and _starts(place, language)


def _is_ellipsis(mark: str) -> bool:
    return "…" in mark or mark.count(".") >= 3


def _before_number(place: Place, language: Language) -> bool | None:
    """An abbreviation goes with the number after it: No. 5, pp. 12, Vol. II, Ref. [3], c. 1900."""
    word = place.word.lower()
    follows = place.notes or place.after
    if _DIGIT.match(follows):
        abbreviated = word in language.number or word in language.never or word in language.ending
        abbreviated = abbreviated or word.endswith(tuple(language.number_endings))
        lower_letter = place.is_letter and place.word.islower()
        if abbreviated or lower_letter or (_DOTTED.fullmatch(word) and word not in language.last):
            return False
    if word in language.number and _ROMAN.match(follows):
        # "I" is a number after "Vol.", and a pronoun after "No.".
        return False if place.next_word != "I" or word in language.ending else None
    return None


def _title(place: Place, language: Language) -> bool | None:
    word = place.word.lower()
    last_part = word.rpartition("-")[2]
    is_title = word in language.title or last_part in language.title
    if is_title and (place.word[0].isupper() or not language.capital_titles):
        return False
    return False if word in language.never else None


def _last(place: Place, language: Language) -> bool | None:
    if place.word.lower() not in language.last or not place.upper:
        return None
    return place.next_word.lower() not in language.after_last


def _initial(place: Place, language: Language) -> bool | None:
    """A single letter: a person's initial, or a label at the end (vitamin C, World War I)."""
    if not place.is_letter or not place.upper:
        return None
    if place.before in language.designators:
        return True
    if place.word == "I" and place.before in language.before_i:
        return True
    is_name = len(place.next_word) <= 3 and place.follower == ","  # "X. He, Y. An and Z. So"
    return _starts(place, language) and not is_name


def _dotted(place: Place, language: Language) -> bool | None:
    """Letters with stops between them, listed or not: U.N., F.C., J.R.R."""
    word = place.word.lower()
    if not _DOTTED.fullmatch(word):
        return None
    # A nickname opens and closes its own quotation marks: John "J.R." Poe.
    closed = place.ends_quotation and not place.opened
    return (closed and place.upper) or _starts(place, language)


def _ordinal(place: Place, language: Language) -> bool | None:
    """3. März, Ludwig XIV. — where a stop after a number makes it an ordinal."""
    if not language.ordinals or not _ORDINAL.fullmatch(place.word):
        return None
    return _starts(place, language)


def _starts(place: Place, language: Language) -> bool:
    """Whether the next word is one that starts sentences, not a name or an abbreviation."""
    word = place.next_word.lower()
    if not place.upper or word not in language.starters:
        return False
    abbreviated = place.follower == "." and len(word) <= 2 and word not in language.title
    return not abbreviated


RULES: tuple[Rule, ...] = (
    _goes_on,
    _list_mark,
    _lower_case,
    _exclaimed,
    _other_mark,
    _ellipsis,
    _before_number,
    _title,
    _last,
    _initial,
    _dotted,
    _ordinal,
)
"""Asked in this order; the first that knows decides. From `_before_number` on there is a full
stop."""
