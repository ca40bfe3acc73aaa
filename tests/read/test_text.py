"""Plain text becomes an article: its head, headings, paragraphs, lists, quotes, verse, breaks."""

import itertools
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.base.errors import ReadError
from narrate.read._clean import clean_text
from narrate.read._dates import MONTHS
from narrate.read.text import SUFFIXES, read, read_text

ARTICLES = Path(__file__).parent.parent / "articles"
PARA = (
    "It was a long and windy day on the moor, and nobody who lived there had seen anything like"
    " it since the great storm of the year before."
)


def article_of(name):
    (article,) = read((ARTICLES / name).read_bytes(), name)
    return article


def shape(article):
    return [(block.kind, block.level, block.marker, block.text) for block in article.blocks]


def kinds(text):
    return [block.kind for block in read_text(text).blocks]


def head(*parts):
    """Read an article that begins with `parts` and has a body."""
    return read_text("\n\n".join([*parts, PARA, PARA]))


def test_the_harbour_article_has_its_head_and_22_paragraphs():
    article = article_of("harbour-lights.txt")
    assert article.title == "Déjà Vu at the Harbour"
    assert article.author == "Maren Oakley"
    assert article.published == "2026-03-17"
    assert article.summary.startswith("A lighthouse went dark in 1998.")
    assert [block.kind for block in article.blocks] == ["para", "heading"] + ["para"] * 25
    assert article.blocks[0].text == "The Coast"
    assert article.blocks[1].level == 1
    assert max(len(block.text) for block in article.blocks) > 400


def test_the_short_note_is_one_paragraph_without_a_title():
    article = article_of("short-note.txt")
    assert article.title == article.author == article.published == article.summary == ""
    assert kinds((ARTICLES / "short-note.txt").read_text(encoding="utf-8")) == ["para"]
    assert "\n" not in article.blocks[0].text


def test_the_letters_have_every_kind_of_block():
    article = article_of("letters.txt")
    assert article.title == "Letters from the Night Train"
    assert article.author == "Tomás Rehn and Ada Quill"
    assert article.published == "2025-11-09"
    assert [(block.kind, block.level, block.marker) for block in article.blocks] == [
        ("heading", 1, ""),
        ("para", 0, ""),
        ("para", 0, ""),
        ("heading", 2, ""),
        ("para", 0, ""),
        ("item", 1, "1."),
        ("item", 1, "2."),
        ("item", 1, "3."),
        ("item", 2, ""),
        ("item", 2, ""),
        ("para", 0, ""),
        ("quote", 1, ""),
        ("break", 0, ""),
        ("heading", 2, ""),
        ("para", 0, ""),
        ("verse", 0, ""),
        ("para", 0, ""),
    ]
    texts = {block.kind: block.text for block in article.blocks}
    assert texts["break"] == "* * *"
    assert texts["verse"].count("\n") == 3
    assert "shared your food. After that" in texts["quote"]
    assert article.blocks[5].text.endswith("and remember every coffee they ever held.")


def test_both_endings_of_text_files_are_read():
    assert SUFFIXES == (".txt", ".text")


def test_binary_data_is_refused_under_the_name_it_came_with():
    with pytest.raises(ReadError, match=r"^photo\.txt: this is a PNG picture"):
        list(read(b"\x89PNG\r\n\x1a\n\x00", "photo.txt"))


def test_a_label_a_title_and_a_standfirst_are_told_apart():
    article = read_text(f"World\n\nThe Sea Went Out Today\n\nIt came back.\n\n\n{PARA}\n\n{PARA}")
    assert article.title == "The Sea Went Out Today"
    assert article.summary == "It came back."
    assert [block.kind for block in article.blocks] == ["para", "heading", "para", "para", "para"]


@pytest.mark.parametrize(
    "title", ["Why Are We Here?", "What Next for the U.S.", "../../x", "x" * 500, "吾輩は猫である"]
)
def test_a_line_of_any_kind_above_a_paragraph_is_the_title(title):
    article = head(title)
    assert article.title == title
    assert article.blocks[0].kind == "heading"


def test_control_characters_leave_a_title():
    assert head("The \x00Day\u202e We\x07 Met").title == "The Day We Met"


@pytest.mark.parametrize(
    "text", ["", " \n\t\n", "Hello world", PARA, f"{PARA}\n\n{PARA}", "a " * 400]
)
def test_a_text_without_a_title_line_has_no_title(text):
    article = read_text(text)
    assert article.title == ""
    assert all(block.kind == "para" for block in article.blocks)


def test_a_list_of_short_lines_is_given_no_title():
    assert read_text("Milk\n\nEggs\n\nBread\n\nButter\n\nJam").title == ""


def test_a_salutation_is_no_title():
    assert kinds(f"Dear Anna,\n\n{PARA}\n\nYours,\nBob") == ["para", "para", "verse"]


def test_a_chapter_line_is_neither_title_nor_subtitle():
    article = head("The Storm", "Chapter One")
    assert (article.title, article.summary) == ("The Storm", "")
    assert article.blocks[1].kind == "heading"
    assert article.blocks[1].level == 2


@pytest.mark.parametrize(
    ("line", "author", "published"),
    [
        ("By Jane Doe", "Jane Doe", ""),
        ("BY JANE DOE", "JANE DOE", ""),
        ("Von Hans van der Berg und Eva Müller", "Hans van der Berg und Eva Müller", ""),
        ("Par Élodie O’Neil", "Élodie O’Neil", ""),
        ("Por José María de la Cruz", "José María de la Cruz", ""),
        ("Author: J. R. Smith", "J. R. Smith", ""),
        ("By Jane Doe, staff writer", "Jane Doe", ""),
        ("By Jane Doe | March 17, 2020 | 5 min read", "Jane Doe", "2020-03-17"),
        ("By Jane Doe, March 17, 2020", "Jane Doe", "2020-03-17"),
        ("March 17, 2020, by Jane Doe", "Jane Doe", "2020-03-17"),
        ("Av Åsa Öberg – 17 mars 2020", "Åsa Öberg", "2020-03-17"),
        ("2020-03-17", "", "2020-03-17"),
        ("2020-03-17T10:30:00Z", "", "2020-03-17"),
        ("17 March 2020", "", "2020-03-17"),
        ("Mar. 17, 2020", "", "2020-03-17"),
        ("Tuesday, March 17th, 2020 at 10:30 a.m. EST", "", "2020-03-17"),
        ("Veröffentlicht am Dienstag, 17. März 2020, 10:30 Uhr", "", "2020-03-17"),
        ("Publié le mardi 17 mars 2020", "", "2020-03-17"),
        ("17 de marzo de 2020", "", "2020-03-17"),
        ("17 marca 2020", "", "2020-03-17"),
        ("17.03.2020", "", "2020-03-17"),
        ("17/03/2020", "", "2020-03-17"),
        ("03/17/2020", "", "2020-03-17"),
        ("03/04/2020", "", ""),
        ("Updated: March 18, 2020 | Published: March 17, 2020", "", "2020-03-17"),
        ("Updated March 18, 2020", "", "2020-03-18"),
    ],
)
def test_a_credit_line_says_who_and_when(line, author, published):
    article = head("The Title of the Story", line)
    assert (article.title, article.author, article.published) == (
        "The Title of the Story",
        author,
        published,
    )
    assert [block.kind for block in article.blocks] == ["heading", "para", "para", "para"]
    assert article.blocks[1].text == line


@pytest.mark.parametrize(
    "line", ["By noon the rain had stopped", "By Design", "February 30, 2020", "Von Köln nach Rom"]
)
def test_a_line_that_only_looks_like_a_credit_is_a_title(line):
    article = head(line)
    assert (article.title, article.author, article.published) == (line, "", "")


def test_a_title_with_credits_needs_no_blank_lines():
    article = read_text(f"My Great Title\nBy Jane Doe\nMarch 17, 2020\n{PARA}\n\n{PARA}")
    assert (article.title, article.author) == ("My Great Title", "Jane Doe")
    assert len(article.blocks) == 5


def test_no_name_of_a_month_means_two_months():
    counts = Counter(itertools.chain.from_iterable(set(names.split()) for names in MONTHS))
    assert max(counts.values()) == 1


def test_wrapped_lines_become_a_paragraph_and_its_hyphens_stay():
    text = (
        "The quick brown fox jumps over the lazy dog, and after that he re-\n"
        "turned, by way of the mill and the long bridge, to the well-\n"
        "known place in the wood which foxes have always known—\n"
        "and from there to the others, who had never returned."
    )
    (block,) = read_text(text).blocks
    assert block.kind == "para"
    assert "that he returned, by" in block.text
    assert "the well-known place" in block.text
    assert "always known—and from" in block.text


def test_lines_that_fill_no_page_are_verse():
    (block,) = read_text("The kettle sings,\nthe window weeps,\nthe town sleeps").blocks
    assert (block.kind, block.text.count("\n")) == ("verse", 2)


def test_long_lines_without_a_blank_one_are_paragraphs_each():
    text = f"The Day It Rained\n{PARA}\nWhat Came After\n{PARA}\n{PARA}"
    assert kinds(text) == ["heading", "para", "heading", "para", "para"]


def test_paragraphs_may_begin_with_an_indent_alone():
    text = (
        "  It was a long and windy day on the moor, and nobody who lived there\n"
        "had seen anything like it since the great storm.\n"
        "  And then, in the night, something happened which was not to be\n"
        "forgotten by anyone."
    )
    assert kinds(text) == ["para", "para"]


def test_underlines_make_headings_and_are_no_text():
    article = read_text(f"Title\n=====\n\nOne\n---\n\n{PARA}\n\nTwo\n---\n{PARA}")
    assert shape(article) == [
        ("heading", 1, "", "Title"),
        ("heading", 2, "", "One"),
        ("para", 0, "", PARA),
        ("heading", 2, "", "Two"),
        ("para", 0, "", PARA),
    ]


@pytest.mark.parametrize(
    "line", ["The Next Day", "CHAPTER IV", "II", "Chapter 4: The Ice", "THE ICE"]
)
def test_a_short_line_above_a_paragraph_is_a_heading(line):
    assert kinds(f"{PARA}\n\n{line}\n\n{PARA}") == ["para", "heading", "para"]


@pytest.mark.parametrize(
    "line", ["He laughed.", "“No!”", "Dear Bob,", "and so on", "What?", "As follows:"]
)
def test_a_short_line_that_is_no_heading_stays_a_paragraph(line):
    assert kinds(f"{PARA}\n\n{line}\n\n{PARA}") == ["para", "para", "para"]


def test_a_short_line_at_the_end_is_no_heading():
    assert kinds(f"{PARA}\n\nThe End") == ["para", "para"]


def test_a_number_above_a_paragraph_is_a_heading_and_in_a_list_an_item():
    article = read_text(f"{PARA}\n\n1. Methods\n\n{PARA}\n\n1. One\n\n2. Two\n\n{PARA}")
    assert [(block.kind, block.marker) for block in article.blocks] == [
        ("para", ""),
        ("heading", ""),
        ("para", ""),
        ("item", "1."),
        ("item", "2."),
        ("para", ""),
    ]
    assert article.blocks[1].text == "1. Methods"


@pytest.mark.parametrize("rule", ["* * *", "---", "***", "___", "⁂", "#", "• • •", "=========="])
def test_an_ornament_is_a_break_and_keeps_its_text(rule):
    assert shape(read_text(f"{PARA}\n\n{rule}\n\n{PARA}"))[1] == ("break", 0, "", rule)


def test_a_chapter_line_needs_no_blank_line_under_it():
    assert kinds(f"{PARA}\n\nII\nThe kettle sings,\nthe town sleeps") == [
        "para",
        "heading",
        "verse",
    ]


def test_lists_keep_their_numbers_and_depth():
    text = "For the road:\n- one\n- two\n  more of two\n    - deep\n* three\n\na) alpha\n(1) beta"
    assert shape(read_text(text)) == [
        ("para", 0, "", "For the road:"),
        ("item", 1, "", "one"),
        ("item", 1, "", "two more of two"),
        ("item", 2, "", "deep"),
        ("item", 1, "", "three"),
        ("item", 1, "a)", "alpha"),
        ("item", 1, "(1)", "beta"),
    ]


def test_a_number_that_goes_on_with_no_count_is_text():
    text = "a) It was on the evening of the\n12. March, in the rain.\nb) It was not.\n1. One"
    assert shape(read_text(text)) == [
        ("item", 1, "a)", "It was on the evening of the 12. March, in the rain."),
        ("item", 1, "b)", "It was not."),
        ("item", 1, "1.", "One"),
    ]


def test_quotes_lose_their_marks_and_keep_their_depth():
    text = "Jane wrote:\n> hello there\n> > deep one\n>\n> again"
    assert shape(read_text(text))[1:] == [
        ("quote", 1, "", "hello there"),
        ("quote", 2, "", "deep one"),
        ("quote", 1, "", "again"),
    ]


def test_text_without_spaces_is_unwrapped_without_spaces():
    line = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄"
    (block,) = read_text(f"{line}\n{line}\n暗い").blocks
    assert (block.kind, block.text) == ("para", line * 2 + "暗い")


PARTS = st.sampled_from(
    [
        "\n",
        "\n\n",
        " ",
        "    ",
        "\t",
        "- ",
        "* ",
        "> ",
        "1. ",
        "a) ",
        "-\n",
        "===\n",
        "---\n",
        "#",
        ":",
        ",",
        ".",
        "—",
        "By ",
        "Jane Doe",
        "March 17, 2020",
        "Chapter I",
        "THE SEA",
        "word",
        "Word.",
        "é",
        "漢字",
        "\xad",
        "\x00",
        "a stretch of words that fills the most part of a line",
    ]
)


@given(st.lists(PARTS, max_size=60).map("".join) | st.text())
def test_no_letter_or_digit_is_ever_lost(text):
    said = "".join(block.marker + block.text for block in read_text(text).blocks)
    assert [c for c in said if c.isalnum()] == [c for c in clean_text(text) if c.isalnum()]


@given(st.lists(PARTS, max_size=60).map("".join))
def test_a_block_that_is_no_break_has_no_white_space_around_it(text):
    for block in read_text(text).blocks:
        assert block.text
        assert block.text == block.text.strip()
        assert "\n" not in block.text or block.kind in ("verse", "quote")


SHAPES = {
    "line feeds": "\n",
    "bullets in a line": "- ",
    "bullets": "- \n",
    "items": "- a\n",
    "spaces": " ",
    "one line": "word ",
    "one word": "x",
    "quote marks": ">",
    "short lines": "Ab\n",
    "short paragraphs": "Ab\n\n",
    "headings": "Ab\n===\n",
    "broken words": "ab-\n",
    "wrapped lines": "the quick brown fox jumps over the lazy dog and so on and ab-\n",
    "separators": " - ",
    "indented lines": "  the quick brown fox jumps over the lazy dog and on and on\nxx\n",
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_time_it_takes_is_linear_in_the_text(name):
    def seconds(characters):
        text = SHAPES[name] * (characters // len(SHAPES[name]))
        begun = time.process_time()
        read_text(text)
        return time.process_time() - begun

    small = max(min(seconds(60_000) for _ in range(3)), 0.01)
    large = min(seconds(240_000) for _ in range(2))
    assert large < 9 * small  # quadratic would be 16 times
