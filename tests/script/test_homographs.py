"""Words that are written alike: the reading that fits."""

import resource
import tomllib
from pathlib import Path

import pytest

from narrate.base.model import PhonemeSpan
from narrate.base.spans import written_span
from narrate.script.homographs import find_readings
from narrate.script.lexicon import pronounce

CASES = [
    (marked, name)
    for rows in tomllib.loads(
        Path(__file__).with_name("homographs.toml").read_text(encoding="utf-8")
    ).values()
    for marked, name in rows
]
PROSE = "The ferry was late again, and nobody on the pier minded it, for the evening was warm."


def reading_of(marked):
    """The reading found for the word between asterisks."""
    start = marked.index("*")
    text = marked.replace("*", "")
    return {reading.start: reading.name for reading in find_readings(text)}.get(start)


@pytest.mark.parametrize(("marked", "name"), CASES)
def test_the_reading_fits_the_words_around(marked, name):
    assert reading_of(marked) == name


def test_a_respelling_leads_back_to_the_written_word():
    text = "“I read it,” he said. On May 5 she had read all 12."
    said = pronounce(text, "en")
    for span in said.phonemes:
        start, end = written_span(said.map, span.start, span.end)
        assert text[start:end] == "read"
    assert [span.ipa for span in said.phonemes] == ["ˈɹɛd", "ˈɹɛd"]
    assert "red all twelve" in said.text


def test_what_a_lexicon_says_is_not_decided_again():
    assert find_readings("They live there.", [PhonemeSpan(5, 9, "laɪv")]) == []


@pytest.mark.parametrize("language", ["de", "fr", "nl"])
def test_other_languages_have_none_of_them(language):
    assert pronounce("Der Wind, live und close.", language).phonemes == ()


@pytest.mark.parametrize("text", ["", "…", "read", "*read*", "[[read]]", "READ IT LIVE", "a\0read"])
def test_odd_texts_are_taken(text):
    assert all(text[r.start : r.end].lower() == "read" for r in find_readings(text)[:1])


def test_a_sentence_costs_little():
    find_readings("They live there.")
    sentences = [PROSE] * 9 + ["They read the record live."]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for _ in range(200):
        for sentence in sentences:
            find_readings(sentence)
    spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    assert spent / 2000 < 0.0002  # a tenth of what the rest of a sentence costs
