from hypothesis import given
from hypothesis import strategies as st

from narrate.speak._words import find_words, time_words


def spoken(text, words):
    return [(text[start:end], first, last) for start, end, first, last in words]


def test_each_event_times_its_word():
    text = "one two — three"
    words = time_words(text, [(0, 0), (4, 100), (10, 250)], 400)
    assert spoken(text, words) == [("one", 0, 100), ("two", 100, 250), ("three", 250, 400)]


def test_a_word_without_an_event_shares_by_letters():
    text = "of the end"
    words = time_words(text, [(0, 0), (7, 500)], 800)
    assert spoken(text, words) == [("of", 0, 200), ("the", 200, 500), ("end", 500, 800)]


def test_the_first_event_of_a_number_counts():
    text = "12,000 ducks"
    words = time_words(text, [(0, 0), (3, 90), (3, 120), (7, 300)], 500)
    assert spoken(text, words) == [("12,000", 0, 300), ("ducks", 300, 500)]


def test_a_first_word_without_an_event_begins_the_sound():
    text = "a b c"
    words = time_words(text, [(2, 100)], 300)
    assert spoken(text, words) == [("a", 0, 100), ("b", 100, 200), ("c", 200, 300)]


@given(
    text=st.text(max_size=60),
    starts=st.lists(st.tuples(st.integers(-3, 70), st.integers(-9, 3000))),
    samples=st.integers(0, 2500),
)
def test_whatever_the_engine_says_times_grow_and_every_word_has_one(text, starts, samples):
    words = time_words(text, starts, samples)
    assert [word[:2] for word in words] == find_words(text)
    edges = [edge for word in words for edge in word[2:]]
    assert edges == sorted(edges)
    assert all(0 <= edge <= samples for edge in edges)
