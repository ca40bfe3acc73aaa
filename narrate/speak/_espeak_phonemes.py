"""From the International Phonetic Alphabet to espeak-ng's own names of phonemes.

espeak-ng takes phonemes inside [[ ]], in an alphabet of its own ("mnemonics") that depends on the
language of the voice; espeak_phonemes.toml says which stands for what.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from narrate.base.errors import UsageError

PRIMARY, SECONDARY = "ˈ", "ˌ"
STRESSES = {PRIMARY: "'", SECONDARY: ","}
VOWELS = frozenset("aäɑɒɐæʌɜɘɝɞəɚɛeɪᵻiɨɔoɤʊuʉɯɵyʏøœɶ")
SYLLABIC = "\u0329"
NASAL = "\u0303"
# Ties, syllable borders, tones and fine articulation: espeak-ng has nothing for them.
DROPPED = re.compile("[\u0300-\u0302\u0304-\u0328\u032a-\u036f.|‖‿↗↘˥˦˧˨˩ꜛꜜʰʷʲˠˤⁿˡʼˑ˞()⁰¹²³⁴⁵]")
SPELLINGS = str.maketrans({":": "ː", "'": PRIMARY, "’": PRIMARY, "g": "ɡ", "‑": " ", "-": " "})


def lower(ipa: str, language: str) -> tuple[str, ...]:
    """The mnemonics of each word of `ipa` for a voice that speaks `language` (BCP 47).

    A sound that the language lacks becomes its nearest. A word without a stress mark is stressed
    on its first vowel. Raises UsageError for a character that is no symbol of the alphabet.
    """
    words = unicodedata.normalize("NFD", ipa).translate(SPELLINGS).split()
    return tuple(_lower_word(word, _language(language)) for word in words)


@lru_cache(maxsize=1 << 12)
def _lower_word(word: str, language: str) -> str:
    table = _table(language)
    word = DROPPED.sub("", word)
    # A syllabic consonant is said with a short vowel before it.
    word = re.sub(f"([^{SYLLABIC}]){SYLLABIC}", r"ə\1", word)
    names: list[str] = []
    stress = "" if PRIMARY in word or SECONDARY in word else STRESSES[PRIMARY]
    place = 0
    while place < len(word):
        if word[place] in STRESSES:
            stress = STRESSES[word[place]]
            place += 1
            continue
        symbol = next((s for s in _symbols(language) if _fits(word, place, s)), "")
        if not symbol:
            raise UsageError(
                f"pronunciation /{word}/",
                f"{word[place]} is no symbol of the International Phonetic Alphabet",
            )
        # The engine wants a stress mark right before the vowel, not before its syllable.
        if stress and symbol[0] in VOWELS:
            names.append(stress + table[symbol])
            stress = ""
        else:
            names.append(table[symbol])
        place += len(symbol)
    return "|".join(name for name in names if name)


def _fits(word: str, place: int, symbol: str) -> bool:
    """Whether `symbol` stands at `place` of `word`.

    A vowel with an r in it does not before a vowel: the engine would say a second r.
    """
    if not word.startswith(symbol, place):
        return False
    following = word[place + len(symbol) :].lstrip("".join(STRESSES))[:1]
    return not (len(symbol) > 1 and symbol[-1] == "ɹ" and following in VOWELS)


def _language(tag: str) -> str:
    first = tag.replace("_", "-").partition("-")[0].lower()
    return first if first in _data()["vowels"] else "other"


@cache
def _data() -> dict[str, dict[str, Any]]:
    path = Path(__file__).with_name("espeak_phonemes.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def _table(language: str) -> dict[str, str]:
    """Every symbol of the alphabet, decomposed, with its mnemonics in `language`."""
    data = _data()
    own = {
        unicodedata.normalize("NFD", symbol): name
        for symbol, name in [*data["consonants"].items(), *data["vowels"][language].items()]
    }
    nearest = {
        unicodedata.normalize("NFD", symbol): [unicodedata.normalize("NFD", s) for s in others]
        for symbol, others in data["nearest"].items()
    }
    table = dict(own)
    for symbol in nearest:
        found = _find(symbol, own, nearest, frozenset())
        if found:
            table[symbol] = found
    # A mark alone says nothing, where no longer symbol holds it.
    return {**table, "ː": "", NASAL: ""}


def _find(
    symbol: str, own: dict[str, str], nearest: dict[str, list[str]], tried: frozenset[str]
) -> str:
    """The mnemonics of `symbol` or of the nearest that `own` has; empty where there is none."""
    if symbol in own:
        return own[symbol]
    for other in nearest.get(symbol, ()):
        if other in tried:
            continue
        parts = [other] if other in own or other in nearest else list(other)
        names = [_find(part, own, nearest, tried | {symbol}) for part in parts]
        if all(names):
            return "|".join(names)
    return ""


@cache
def _symbols(language: str) -> tuple[str, ...]:
    """The symbols of a language's table, the longest first."""
    return tuple(sorted(_table(language), key=lambda symbol: (-len(symbol), symbol)))
