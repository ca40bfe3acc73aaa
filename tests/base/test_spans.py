"""Spoken places and written places, through one rewriting or two."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.base.model import SpanPair
from narrate.base.spans import compose, replace_spans, written_span


@pytest.mark.parametrize(
    ("spoken", "written"),
    [((0, 2), (0, 2)), ((3, 7), (3, 6)), ((8, 14), (3, 6)), ((15, 19), (7, 11))],
)
def test_spoken_words_lead_back_to_written_ones(spoken, written):
    # "it $5m then" is spoken "it five millon then"
    assert written_span((SpanPair(3, 14, 3, 6),), *spoken) == written


def test_a_number_that_is_said_but_not_written_takes_no_place():
    pairs = (SpanPair(0, 3, 0, 0),)
    assert written_span(pairs, 0, 2) == (0, 0)
    assert written_span(pairs, 3, 7) == (0, 4)


def test_two_rewritings_become_one_map():
    written = "see [12] the $5 note"
    middle, early = replace_spans(written, [(4, 9, "")])
    assert middle == "see the $5 note"
    spoken, late = replace_spans(middle, [(8, 10, "five dollars")])
    pairs = compose(late, early)
    assert spoken == "see the five dollars note"
    start = spoken.index("dollars")
    assert written[slice(*written_span(pairs, start, start + 7))] == "$5"
    start = spoken.index("note")
    assert written[slice(*written_span(pairs, start, start + 4))] == "note"


@st.composite
def rewritten(draw, text):
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edits = [
        (start, end, draw(st.text("xyz ", max_size=4)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    return replace_spans(text, edits)


@given(data=st.data(), written=st.text("abc ", max_size=30))
def test_what_neither_rewriting_touched_is_the_same_text_at_both_ends(data, written):
    middle, early = data.draw(rewritten(written))
    spoken, late = data.draw(rewritten(middle))
    pairs = compose(late, early)
    for one, other in pairwise(pairs):
        assert one.spoken_end <= other.spoken_start
        assert one.written_end <= other.written_start
    place = there = 0
    for pair in pairs:
        assert spoken[place : pair.spoken_start] == written[there : pair.written_start]
        place, there = pair.spoken_end, pair.written_end
    assert spoken[place:] == written[there:]
