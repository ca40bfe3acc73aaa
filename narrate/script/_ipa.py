"""The symbols of the International Phonetic Alphabet (chart revised to 2020)."""

import re
import unicodedata

LETTERS = (
    "pbtdʈɖcɟkɡgqɢʔmɱnɳɲŋɴʙrʀⱱɾɽɸβfvθðszʃʒʂʐçʝxɣχʁħʕhɦɬɮʋɹɻjɰlɭʎʟʍwɥʜʢʡɕʑɺɧɫ"
    "ʘǀǃǂǁɓɗʄɠʛʦʣʧʤʨʥ"
    "iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝᵻ"
)
MARKS = "ˈˌːˑ:'’.|‖‿↗↘˥˦˧˨˩ꜛꜜʰʷʲˠˤⁿˡʼ˞()\\-‑ \u0300-\u036f"
_OTHERS = re.compile(f"[^{LETTERS}{MARKS}]")
_LETTER = re.compile(f"[{LETTERS}]")
VOICELESS = frozenset("ptkfθ")
SIBILANTS = frozenset("szʃʒ")


def check_ipa(ipa: str) -> None:
    """Raise ValueError, with why, when `ipa` holds what is no symbol of the alphabet."""
    decomposed = unicodedata.normalize("NFD", ipa)
    other = _OTHERS.search(decomposed)
    if other:
        raise ValueError(f"{other.group()} is no symbol of the International Phonetic Alphabet")
    if not _LETTER.search(decomposed):
        raise ValueError("it has no sound")


def add_s(ipa: str) -> str:
    """English `ipa` with the ending of a plural or a possessive: cats, dogs, houses."""
    last = ipa.rstrip("ˈˌːˑ. ")[-1:]
    if last in SIBILANTS:
        return f"{ipa}ɪz"
    return f"{ipa}s" if last in VOICELESS else f"{ipa}z"
