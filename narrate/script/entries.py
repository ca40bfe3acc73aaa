"""Lexicons: words that are said otherwise than they are written, and what to say for them.

A lexicon is a W3C PLS document (.pls, .xml) or a TOML table of words or phrases with other words,
sounds in the International Phonetic Alphabet, or both:

    "sql" = "sequel"
    "Nguyen" = "/wɪn/"
    "Świątek" = { ipa = "ʃviˈɒntɛk", alias = "shvee on tek", also = ["Swiatek"] }

Engines that take no phonemes say the alias. A table may have these keys, too: `also` for other
spellings; `language` (BCP 47), for text in that language only; `case = true`, to match exactly as
it is written.
"""

import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError
from narrate.script._ipa import check_ipa
from narrate.script._pls import read_pls

PLS_SUFFIXES = {".pls", ".xml"}
KEYS = {"ipa", "alias", "also", "language", "case"}
APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʻʿʾ`´", "'"))


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said for a word: sounds, other words for engines without them, or one of both."""

    word: str
    ipa: str = ""
    alias: str = ""
    language: str = ""
    """BCP 47; empty for any."""
    exact: bool = False
    source: str = ""
    """The lexicon that it is from."""


def read_lexicon(path: Path) -> list[Entry]:
    """The entries of the lexicon at `path`. Raises UsageError for a file that cannot be used."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix.lower() in PLS_SUFFIXES:
            lexemes = [(words, dict(value)) for words, value in read_pls(text)]
        else:
            lexemes = [([word], value) for word, value in tomllib.loads(text).items()]
        return [entry for words, value in lexemes for entry in read_entry(words, value, str(path))]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"lexicon {path}", f"it cannot be read: {error}") from error
    except ValueError as error:
        raise UsageError(f"lexicon {path}", str(error)) from error


def read_entry(words: Sequence[str], value: object, source: str = "") -> list[Entry]:
    """The entries, one a spelling, of a lexicon's line. Raises ValueError with what is wrong."""
    table = _as_table(value)
    if table is None or not (table.get("ipa") or table.get("alias")):
        raise ValueError(f"{words[0]} must have what to say for it, as text or in a table")
    unknown = sorted(table.keys() - KEYS)
    if unknown:
        raise ValueError(f"{words[0]} has {unknown[0]}, which is not one of {sorted(KEYS)}")
    ipa, alias = (str(table.get(key, "")).strip() for key in ("ipa", "alias"))
    ipa = ipa.strip("/[]")
    if ipa:
        try:
            check_ipa(ipa)
        except ValueError as error:
            raise ValueError(f"{words[0]}: {error}") from None
    also = table.get("also", [])
    spellings = [*words, *([also] if isinstance(also, str) else also)]
    if not all(isinstance(word, str) and word.strip() for word in spellings):
        raise ValueError(f"{words[0]} must be a word, and so must its other spellings")
    language, exact = str(table.get("language", "")), table.get("case") is True
    return [
        Entry(_fold(word), ipa, alias, language, exact=exact, source=source) for word in spellings
    ]


def _as_table(value: object) -> dict[str, Any] | None:
    if isinstance(value, dict):
        return value
    if not isinstance(value, str) or not value.strip():
        return None
    said = value.strip()
    is_ipa = len(said) > 2 and said.startswith("/") and said.endswith("/")
    return {"ipa": said} if is_ipa else {"alias": said}


def _fold(word: str) -> str:
    return unicodedata.normalize("NFC", word.strip()).translate(APOSTROPHES)
