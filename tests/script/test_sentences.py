import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from narrate.script.sentences import cut, split

GROUPS = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8"))["group"]
PARAGRAPHS = [
    pytest.param(
        group.get("glue", " ").join(sentences),
        group.get("language", "en"),
        sentences,
        id=f"{group['name']}-{number}",
    )
    for group in GROUPS
    for number, sentences in enumerate(group["paragraphs"])
]

# Words and marks that meet in articles, so that hypothesis comes to the places where rules decide.
WORDS = [
    *("Dr.", "U.S.", "p.m.", "etc.", "No.", "I", "J.", "5", "12.", "The", "the", "bank", "Iran"),
    *(
        "said",
        "he.",
        "end.",
        "so!",
        "why?",
        "…",
        "...",
        ".",
        "!",
        "?",
        "“",
        "”",
        '"',
        "'",
        "(",
        ")",
    ),
    *(
        "[12]",
        "[",
        "]",
        "«",
        "»",
        "—",
        "–",
        ",",
        ";",
        ":",
        "1,234",
        "1.",
        "a)",
        "。",
        "你好",
        "。」",
    ),
    *("؟", "।", "\n", "\t", "\xa0", "  "),
]
PROSE = st.lists(st.sampled_from(WORDS), max_size=40).flatmap(
    lambda words: st.sampled_from([" ".join(words), "".join(words)])
)
TEXTS = st.one_of(PROSE, st.text(max_size=200))


def without_space(text):
    return "".join(text.split())


def assert_pieces_in_order(pieces, text):
    at = 0
    for piece in pieces:
        assert piece == piece.strip() != ""
        found = text.find(piece, at)
        assert found >= 0
        assert not text[at:found].strip()
        at = found + len(piece)
    assert not text[at:].strip()


@pytest.mark.parametrize(("paragraph", "language", "sentences"), PARAGRAPHS)
def test_a_paragraph_splits_into_its_sentences(paragraph, language, sentences):
    assert split(paragraph, language) == sentences


def test_line_breaks_inside_a_paragraph_count_as_spaces():
    assert split("It was late.\nNobody\ncame. Dr.\nPoe left.") == [
        "It was late.",
        "Nobody\ncame.",
        "Dr.\nPoe left.",
    ]


def test_a_list_number_after_an_indent_stays_with_its_item():
    assert split("          1. Boil the water. 2. Wait.") == ["1. Boil the water.", "2. Wait."]


@pytest.mark.parametrize("blank", ["", " ", "\n\t\n", "\xa0"])
def test_a_blank_paragraph_has_no_sentences(blank):
    assert split(blank) == []
    assert cut(blank) == []


@pytest.mark.parametrize("marks", ["...", "* * *", "?!", "— — —", "! ! ! ?"])
def test_marks_without_a_word_stay_one_piece(marks):
    assert split(f" {marks} ") == [marks]


def test_only_the_primary_subtag_of_the_language_counts():
    german = "Am 3. März begann es. Es war kalt."
    assert split(german, "de-AT") == split(german, "DE") == split(german, "de_CH")
    assert split(german, "de") != split(german, "en")


@given(TEXTS, st.sampled_from(["en", "de", "fr", "pl", "ja", "xx", ""]))
@example("“\n.” 。。a", "en")
def test_nothing_but_white_space_is_lost_between_sentences(paragraph, language):
    pieces = split(paragraph, language)
    assert without_space("".join(pieces)) == without_space(paragraph)
    assert_pieces_in_order(pieces, paragraph)


@given(TEXTS, st.integers(min_value=1, max_value=60))
def test_cutting_loses_nothing_and_keeps_to_the_limit(sentence, limit):
    pieces = cut(sentence, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert without_space("".join(pieces)) == without_space(sentence)
    assert_pieces_in_order(pieces, sentence)


def test_a_sentence_within_the_limit_is_not_cut():
    assert cut("  It rained; we stayed.  ", 22) == ["It rained; we stayed."]


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        (
            "We walked, slowly, to the gate; it was, of course, shut",
            ["We walked, slowly, to the gate;", "it was, of course, shut"],
        ),
        (
            "We walked slowly to the old gate, which was of course shut",
            ["We walked slowly to the old gate,", "which was of course shut"],
        ),
        (
            "We walked (as we always did) to the gate of the town",
            ["We walked (as we always did)", "to the gate of the town"],
        ),
        (
            "We walked slowly to the old gate but nobody let us in",
            ["We walked slowly to the old gate", "but nobody let us in"],
        ),
        (
            "We walked slowly to the gate—nobody had ever let us in",
            ["We walked slowly to the gate—", "nobody had ever let us in"],
        ),
        (
            "我们慢慢地走到了城门口，可是谁也没有让我们进去过夜，我们只好回家，在路上我们又碰到了他",
            [
                "我们慢慢地走到了城门口，可是谁也没有让我们进去过夜，",
                "我们只好回家，在路上我们又碰到了他",
            ],
        ),
    ],
)
def test_a_long_sentence_is_cut_at_its_best_clause_mark(sentence, pieces):
    assert cut(sentence, 40) == pieces


def test_a_comma_inside_a_number_or_a_time_is_no_place_to_cut():
    sentence = "The count came to 1,234,567 votes at 10:30 that night in all the town"
    for limit in range(12, 60):
        pieces = cut(sentence, limit)
        assert any("1,234,567" in piece for piece in pieces)
        assert any("10:30" in piece for piece in pieces)


def test_pieces_are_balanced_rather_than_leaving_a_tiny_rest():
    sentence = " ".join(["word"] * 81)  # 404 characters
    first, second = cut(sentence)
    assert abs(len(first) - len(second)) < 10


def test_a_letter_written_with_several_code_points_is_not_broken():
    pieces = cut("e\u0301" * 50, 15)
    assert without_space("".join(pieces)) == "e\u0301" * 50
    assert not any(piece.startswith("\u0301") for piece in pieces)


def test_a_limit_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        cut("word", 0)


HOSTILE = [
    ". ",
    "! ",
    "!",
    ".",
    "(((",
    "a.a.",
    "a. ",
    "A. ",
    "1. ",
    "U.S. The ",
    '." ',
    ".[1] ",
    " [1",
    "… ",
    ". . . .x ",
    ".\n\n\n\n",
    ".(",
    "word ",
    "x",
    "--",
    ",",
    "。",
]


def cpu_seconds(function, text):
    def once():
        start = time.process_time()
        function(text)
        return time.process_time() - start

    return min(once() for _ in range(2))


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("function", [split, cut])
def test_the_time_for_hostile_text_grows_with_its_length(function, unit):
    function(unit * 100)
    less, more = (cpu_seconds(function, (unit * size)[:size]) for size in (50_000, 200_000))
    # Four times the text; quadratic would be 16 times. Some milliseconds are noise.
    assert more < 8 * less + 0.05
