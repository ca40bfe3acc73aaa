"""Phonemes of a sentence laid over its words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.speak._align import Stretch, align_words, time_stretches


def found(alone, together):
    """The phonemes of each word, and whether they are sure."""
    stretches = align_words([list(word) for word in alone], list(together))
    return [(together[s.first : s.last], s.exact) if s else None for s in stretches]


@pytest.mark.parametrize(
    ("alone", "together", "expected"),
    [
        (["hˈaʊs", "bˈoʊt"], "hˈaʊs, bˈoʊt.", ["hˈaʊs", "bˈoʊt"]),
        (["ʌv", "ðə", "mˈuːn"], "ʌvðə mˈuːn", ["ʌv", "ðə", "mˈuːn"]),  # said as one word
        (["tuː", "biː", "ɔːɹ"], "təbi ɔːɹ", ["tə", "bi", "ɔːɹ"]),  # and weakened
        (["ˈeɪ", "bˈoʊt"], "ɐ bˈoʊt", ["ɐ", "bˈoʊt"]),
        (["ɪn", "nˈaɪntiːn nˈaɪn", "ɪt"], "ɪn nˈaɪntiːn nˈaɪn ɪt", ["ɪn", "nˈaɪntiːn nˈaɪn", "ɪt"]),
        (["nˈoʊ", "nˈoʊ", "nˈoʊ"], "nˈoʊ! nˈoʊ, nˈoʊ", ["nˈoʊ", "nˈoʊ", "nˈoʊ"]),
    ],
)
def test_every_word_gets_its_own_phonemes(alone, together, expected):
    assert found(alone, together) == [(phonemes, True) for phonemes in expected]


def test_a_word_that_is_not_said_has_none():
    assert found(["hˈaʊs", "", "bˈoʊt"], "hˈaʊs bˈoʊt") == [("hˈaʊs", True), None, ("bˈoʊt", True)]


def test_a_stretch_without_likeness_is_a_guess():
    stretches = align_words([list("mmmm"), list("nnnn")], list("ɑɑɑɑɑɑɑɑ"))
    assert all(stretch is None or not stretch.exact for stretch in stretches)


def test_a_word_that_is_not_said_shares_the_time_of_the_one_before():
    words = [(0, 4), (5, 6), (7, 11)]
    stretches = [Stretch(0, 2, exact=True), None, Stretch(3, 4, exact=True)]
    times = time_stretches(words, words, stretches, [100, 150, 200, 250, 300])
    assert [(word.first, word.last, word.exact) for word in times] == [
        (100, 180, True),
        (180, 200, False),
        (250, 300, True),
    ]


def test_a_first_word_that_is_not_said_shares_the_time_of_the_next():
    words = [(0, 1), (2, 3)]
    times = time_stretches(words, words, [None, Stretch(1, 2, exact=True)], [0, 10, 30])
    assert [(word.first, word.last, word.exact) for word in times] == [
        (10, 20, False),
        (20, 30, False),
    ]


WORDS = st.lists(st.text("abdeilmnorstuəɪˈː", min_size=0, max_size=8), min_size=1, max_size=30)


@settings(max_examples=200, deadline=None)
@given(WORDS, st.text("abdeilmnorstuəɪˈː ,.", max_size=120))
def test_stretches_are_in_order_and_inside_whatever_is_said(alone, together):
    stretches = [s for s in align_words([list(word) for word in alone], list(together)) if s]
    edges = [edge for stretch in stretches for edge in (stretch.first, stretch.last)]
    assert edges == sorted(edges)
    assert all(stretch.first < stretch.last for stretch in stretches)
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(together))
