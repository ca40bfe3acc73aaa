"""What of a text a voice can say; the rest it would spell, or babble."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

# Code points that end or break an utterance inside an engine: controls and lone surrogates.
UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
SYMBOL = "GREEK"
"""A letter of this script that stands alone is a sign with a name (α, Ω), and is said."""


def keep_sayable(text: str, language: str) -> str:
    """`text` with a space for each character that a voice of `language` has no sound for.

    Those are controls, and letters of scripts in which the language is not written: a phonemiser
    would spell them by their names. The length stays, and with it all places in the text.
    """
    text = UNSPEAKABLE.sub(" ", text)
    if text.isascii():
        return text
    text = "".join(map(_plain, text))
    own = ("LATIN", "MODIFIER", *_scripts().get(re.split("[-_]", language.lower())[0], ()))
    kept: list[str] = []
    for place, character in enumerate(text):
        is_mark = unicodedata.category(character)[0] == "M"
        foreign = character.isalpha() and _script(character) not in own
        if foreign and _script(character) == SYMBOL:
            foreign = text[place - 1 : place].isalpha() or text[place + 1 : place + 2].isalpha()
        dropped = kept[-1] != text[place - 1] if is_mark and kept else foreign
        kept.append(" " if dropped else character)
    return "".join(kept)


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in `text`."""
    return any(character.isalnum() for character in text)


def _plain(character: str) -> str:
    """The usual form of a character (a letter for a mathematical bold one), if that is one too."""
    if character.isascii():
        return character
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and plain.isalnum() else character


def _script(letter: str) -> str:
    """The first word of the letter's name in Unicode, such as LATIN, CYRILLIC or CJK."""
    return unicodedata.name(letter, "").partition(" ")[0]


@cache
def _scripts() -> dict[str, tuple[str, ...]]:
    table = Path(__file__).with_name("scripts.toml").read_text(encoding="utf-8")
    return {language: tuple(names) for language, names in tomllib.loads(table).items()}
