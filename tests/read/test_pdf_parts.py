"""Rules of the PDF reader that a printed page shows only now and then."""

import pytest

from narrate.read._pdf_columns import order_columns
from narrate.read._pdf_join import join_lines, learn_words
from narrate.read._pdf_lines import make_lines
from narrate.read._pdf_margins import drop_margins
from narrate.read._pdf_notes import set_marks
from narrate.read._pdf_types import Mark, Page, Piece, Style, merge

TEXT = Style(10.0)


def piece(text, left=50.0, base=700.0, style=TEXT):
    return Piece(text, left, left + 0.5 * style.size * len(text), base, style)


def lines(*texts):
    return [merge([piece(text, base=700.0 - 12 * at)]) for at, text in enumerate(texts)]


def joined(*texts, others=()):
    words = learn_words([lines(*texts), *(lines(other) for other in others)])
    return join_lines(lines(*texts), words).text


@pytest.mark.parametrize(
    ("first", "second", "others", "wanted"),
    [
        ("an exam-", "ple of it", ["the example"], "an example of it"),
        ("a well-", "known mill", ["as well-known as"], "a well-known mill"),
        ("a self-", "acting gate", [], "a self-acting gate"),
        ("the harbour\u00ad", "master said", [], "the harbourmaster said"),
        ("Haupt-", "und Nebensatz", [], "Haupt- und Nebensatz"),
        ("between COVID-", "19 and flu", [], "between COVID-19 and flu"),
        ("it ended —", "so they say", [], "it ended — so they say"),
        ("see https://example.org/", "page for more", [], "see https://example.org/page for more"),
        ("灯台は海を", "照らしている。", [], "灯台は海を照らしている。"),
        ("ภาษาไทยไม่มี", "ช่องว่าง", [], "ภาษาไทยไม่มีช่องว่าง"),
        ("한국어는 띄어", "쓰기를 한다", [], "한국어는 띄어 쓰기를 한다"),
    ],
)
def test_lines_are_joined_as_their_words_ask_for(first, second, others, wanted):
    assert joined(first, second, others=others) == wanted


FIRST_WORDS = ("Long ago", "there stood", "a mill", "here on", "the quiet", "shore")


def book(pages, head):
    """Pages of two lines of text with a head that `head` gives for each."""
    return [
        Page(
            number,
            420,
            595,
            (
                piece(head(number), base=560),
                piece(FIRST_WORDS[number], base=520),
                piece("and the sea turned its wheel", base=300),
                piece("xiv" if number < 2 else str(number - 1), left=200, base=30),
            ),
        )
        for number in range(pages)
    ]


def test_heads_of_odd_and_even_pages_and_roman_numbers_go():
    pages = book(6, lambda n: "THE MILLS" if n % 2 else "HANNA ODUYA")
    trimmed = drop_margins(pages, body=10)
    assert all(len(page.pieces) == 2 for page in trimmed.pages)
    assert [tuple(part) for part in trimmed.left_out] == [
        ("running head or foot", "HANNA ODUYA"),
        ("running head or foot", "THE MILLS"),
        ("page numbers", "xiv … 4"),
    ]


def test_a_head_that_changes_goes_by_its_page_number():
    names = ("alder", "birch", "cedar", "elm", "fir")
    trimmed = drop_margins(book(5, lambda n: f"{names[n]} {n + 1}"), body=10)
    assert all(len(page.pieces) == 2 for page in trimmed.pages)


def test_the_first_line_of_a_page_stays_where_no_other_page_has_it():
    pages = book(4, lambda n: ("One day", "Then it rained", "Nobody came", "So ends it")[n])
    assert all(len(page.pieces) == 3 for page in drop_margins(pages, body=10).pages)


def test_a_title_across_three_columns_comes_first_and_they_follow_in_order():
    title = piece("A title that goes over all of the page", left=50, base=750)
    columns = [
        piece(f"column {name} line {at}", left=left, base=700 - 12 * at - shift)
        for name, left, shift in (("a", 50, 0), ("b", 170, 5), ("c", 290, 3))
        for at in range(6)
    ]
    text = [p.text for part in order_columns([*columns[::-1], title]) for p in part]
    assert text == [title.text, *(p.text for p in columns)]


def test_the_cells_of_a_table_are_no_columns():
    cells = [
        piece(text, left=left, base=700 - 12 * row)
        for row in range(5)
        for left, text in ((50, f"item {row}"), (200, f"{row},00"))
    ]
    assert len(list(order_columns(cells))) == 1


def test_a_drop_cap_begins_its_word():
    cap = piece("T", left=50, base=676, style=Style(43.0))
    body = [
        piece(text, left=74, base=700 - 12 * at)
        for at, text in enumerate(("he sea fills a pond", "behind a dam, and a gate", "falls shut"))
    ]
    first, *rest = make_lines([cap, *body])
    assert first.text == "The sea fills a pond"
    assert [line.text for line in rest] == ["behind a dam, and a gate", "falls shut"]


@pytest.mark.parametrize(
    ("text", "start", "end", "wanted"),
    [
        ("as was shown12 later", 12, 14, "as was shown[12] later"),
        ("an area of 40 m2", 15, 16, "an area of 40 m²"),
        ("about 1023 of them", 8, 10, "about 10²³ of them"),
        ("on the 1st day", 8, 10, "on the 1st day"),
    ],
)
def test_raised_numbers_do_not_run_into_words(text, start, end, wanted):
    (line,) = lines(text)
    raised = merge([Piece(text, 0, 9, 0, TEXT, (Mark(start, end, "superscript"),))])
    assert set_marks(raised, {}).text == wanted
    assert set_marks(line, {}) == line


def test_the_mark_of_a_note_of_the_page_becomes_its_place():
    raised = merge([Piece("two metres.1 Builders", 0, 9, 0, TEXT, (Mark(11, 12, "superscript"),))])
    line = set_marks(raised, {"1": "1 (4)"})
    assert (line.text, line.marks) == ("two metres. Builders", (Mark(11, 11, "note", "1 (4)"),))
