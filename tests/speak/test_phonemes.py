"""Phonemes in, phonemes out: what espeak-ng makes of the International Phonetic Alphabet."""

import re
import unicodedata

import pytest

from narrate.base.errors import UsageError
from narrate.base.model import PhonemeSpan
from narrate.base.voice import load_voice
from narrate.script._ipa import LETTERS
from narrate.script.entries import read_lexicon
from narrate.script.homographs import _homographs
from narrate.script.lexicon import NEWS
from narrate.speak import _espeak_phonemes as phonemes
from narrate.speak.pyttsx3 import engine_text, load

# Ways of writing the same sound: the engine's own, and a flapped or a syllabic consonant.
SAME = (
    *(("ɾ", "t"), ("ɐ", "ə"), ("ᵻ", "ɪ"), ("ɚɹ", "ɚ"), ("ɚ", "əɹ"), ("ɜɹ", "ɜ"), ("oɹ", "ɔɹ")),
    *(("ɒɹ", "ɔɹ"), ("ɒ", "ɑ"), ("ʔ", ""), ("g", "ɡ"), ("n\u0329", "ən"), ("l\u0329", "əl")),
    *(("ŋk", "nk"), ("ŋɡ", "nɡ"), ("ʌ", "ə")),
)


def sounds(ipa, *, stress=True):
    """`ipa` without what is only notation; the last stress is the one that counts."""
    text = re.sub("[ ːˌ-]", "", unicodedata.normalize("NFD", ipa))
    for one, other in SAME:
        text = text.replace(one, other)
    text = re.sub("ˈ([^aɑeɛæəɪiouʊʌɔɜɒ]*)", r"\1ˈ", text)
    first, _, last = text.rpartition("ˈ")
    text = re.sub("(?<!ˈ)i", "ɪ", f"{first.replace('ˈ', '')}ˈ{last}")
    return text if stress else text.replace("ˈ", "").replace("i", "ɪ")


@pytest.fixture(scope="module")
def engine():
    with load(load_voice()) as engine:
        yield engine


def whole(word, ipa):
    return word, (PhonemeSpan(0, len(word), ipa),)


def test_every_name_of_the_news_lexicon_is_wrong_without_it_and_right_with_it(engine):
    entries = [entry for entry in read_lexicon_of_names() if entry.ipa]
    assert len(entries) > 700
    plain = engine.transcribe([(entry.word, ()) for entry in entries])
    said = engine.transcribe([whole(entry.word, entry.ipa) for entry in entries])
    wanted = [sounds(entry.ipa) for entry in entries]
    names = [entry.word for entry in entries]
    wrong = [n for n, ipa, want in zip(names, said, wanted, strict=True) if sounds(ipa) != want]
    needless = [n for n, ipa, want in zip(names, plain, wanted, strict=True) if sounds(ipa) == want]
    assert (wrong, needless) == ([], [])


def test_every_alias_of_the_news_lexicon_leads_to_the_same_sounds(engine):
    entries = [entry for entry in read_lexicon_of_names() if entry.alias]
    said = engine.transcribe([(entry.alias, ()) for entry in entries])
    assert [
        entry.word
        for entry, ipa in zip(entries, said, strict=True)
        if sounds(ipa, stress=False) != sounds(entry.ipa, stress=False)
    ] == []


def read_lexicon_of_names():
    from pathlib import Path

    return read_lexicon(Path(NEWS))


def test_every_reading_of_a_homograph_is_said_as_it_is_written_down(engine):
    readings = [
        (word, ipa)
        for word, homograph in _homographs().items()
        for ipa in homograph.readings.values()
    ]
    said = engine.transcribe([whole(word, ipa) for word, ipa in readings])
    assert [
        (word, ipa, heard)
        for (word, ipa), heard in zip(readings, said, strict=True)
        if sounds(heard) != sounds(ipa)
    ] == []


@pytest.mark.parametrize("language", phonemes._data()["vowels"])
def test_every_letter_of_the_alphabet_has_a_sound_in_every_language(language):
    assert [letter for letter in LETTERS if not phonemes.lower(f"a{letter}", language)[0]] == []
    assert [
        letter for letter in LETTERS if phonemes.lower(f"{letter}a", language)[0].startswith("|")
    ] == []


@pytest.mark.parametrize(
    ("model", "language"),
    [
        ("gmw/en-US", "en-US"),
        ("gmw/en", "en-GB"),
        ("gmw/de", "de"),
        ("roa/fr", "fr"),
        ("roa/es", "es"),
        ("roa/it", "it"),
        ("roa/pt-BR", "pt-BR"),
        ("gmw/nl", "nl"),
        ("zlw/pl", "pl"),
        ("gmq/sv", "sv"),
    ],
)
def test_the_mnemonics_of_a_language_s_vowels_are_those_vowels(model, language):
    from dataclasses import replace

    vowels = phonemes._data()["vowels"][language[:2]]
    voice = replace(load_voice(), model=model, language=language)
    with load(voice) as engine:
        heard = engine.transcribe([whole("m", f"mˈ{vowel}mə") for vowel in vowels])
    silent = [vowel for vowel, ipa in zip(vowels, heard, strict=True) if len(ipa) < len("mˈamə")]
    assert silent == []


@pytest.mark.parametrize(
    ("ipa", "heard"),
    [
        ("wɪn", "wˈɪn"),
        ("ˈsaʊθ.wɚk", "sˈaʊθwɚk"),
        ("t͡ʃaɪ", "tʃˈaɪ"),
        ("ˈbʌtn\u0329", "bˈʌtən"),
        ("'hu:θi", "hˈuːθi"),
        ("həˈɹɑːɹeɪ", "hɚɹˈɑːɹeɪ"),
    ],
)
def test_usual_ways_of_writing_ipa_are_understood(engine, ipa, heard):
    assert engine.transcribe([whole("word", ipa)]) == [heard]


@pytest.mark.parametrize("ipa", ["w5n", "wɪn!", "ж", "[[wIn]]"])
def test_what_is_no_ipa_is_named(engine, ipa):
    with pytest.raises(UsageError, match="no symbol of the International"):
        engine("word", (PhonemeSpan(0, 4, ipa),))


@pytest.mark.parametrize(
    "text",
    [
        "He met Houthi men.",
        "He said: “Houthi,” and left.",
        "It was (Houthi) then.",
        "An anti-Houthi man—Houthi or not—spoke.",
        "Houthi.",
        "See [[Houthi]] and [[other]] links.",
    ],
)
def test_phonemes_are_heard_wherever_the_word_stands(engine, text):
    spans = [PhonemeSpan(m.start(), m.end(), "ˈhuːθi") for m in re.finditer("Houthi", text)]
    heard = engine.transcribe([(text, spans)])[0]
    assert heard.count("hˈuːθi") == len(spans)
    assert "haʊθ" not in heard


def test_brackets_in_the_text_are_never_phonemes(engine):
    plain, mixed = "The [[sI2]] link by Xi.", "The [[sI2]] link by Xi."
    span = PhonemeSpan(plain.index("Xi"), plain.index("Xi") + 2, "ʃiː")
    without, with_phonemes = engine.transcribe([(plain, ()), (mixed, (span,))])
    assert without.removesuffix("zˈaɪ") == with_phonemes.removesuffix("ʃˈiː")
    brackets, parentheses = engine("The [[link]] is [[here]]."), engine("The ((link)) is ((here)).")
    assert brackets.pcm == parentheses.pcm


def test_words_beside_phonemes_are_timed_and_point_into_the_text(engine):
    text = "He met Qassem Soleimani, “Xi,” and [[others]] there."
    spans = []
    for word, ipa in (("Qassem Soleimani", "kɑːˈsɛm soʊleɪˈmɑːni"), ("Xi", "ʃiː")):
        spans.append(PhonemeSpan(text.index(word), text.index(word) + len(word), ipa))
    clip = engine(text, spans)
    words = [text[word.start : word.end] for word in clip.words]
    assert words == ["He", "met", "Qassem", "Soleimani,", "Xi,”", "and", "[[others]]", "there."]
    assert all(word.first < word.last for word in clip.words)
    assert clip.words[-1].last <= len(clip.pcm) // 2


def test_phonemes_that_the_engine_would_choose_itself_change_nothing_to_hear(engine):
    text = "I met Nixon there."
    clip, with_phonemes = engine(text), engine(text, [PhonemeSpan(6, 11, "ˈnɪksən")])
    assert abs(len(clip.pcm) - len(with_phonemes.pcm)) < 0.01 * len(clip.pcm)


def test_equal_phonemes_give_equal_samples_in_any_order(engine):
    spans = [PhonemeSpan(0, 6, "ˈhuːθi")]
    first = engine("Houthi men.", spans)
    engine("Something else.")
    assert engine("Houthi men.", spans) == first


def test_a_text_without_phonemes_is_given_as_it_is():
    assert engine_text("Plain [[text]] here.") == ("Plain [[text]] here.", ())
