"""PDFs printed by real programs (pdfs/make.py) give the article that was printed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.base.errors import LimitError, NothingToSay, ReadError, UsageError
from narrate.read import pdf
from narrate.read.markdown import read_markdown

PDFS = Path(__file__).parent / "pdfs"
SOURCE = read_markdown((PDFS / "tide-mills.md").read_text(encoding="utf-8"))
PRINTS = ("latex-two-columns", "groff-two-columns", "libreoffice", "chromium")
WITH_NOTES = PRINTS[:3]


def read(name):
    (article,) = pdf.read((PDFS / f"{name}.pdf").read_bytes(), f"{name}.pdf")
    return article


def texts(article, *kinds):
    """What the blocks of some kinds say, with numbers of headings and of notes' marks left out."""
    said = (b.text for b in article.blocks if b.kind in kinds)
    return [re.sub(r"^\d\.? |\[\d\]", "", text).replace("’", "'").rstrip("↩︎") for text in said]


def written(*kinds):
    return [text.replace("’", "'").replace("\n", " ") for text in texts(SOURCE, *kinds)]


@pytest.mark.parametrize("name", PRINTS)
def test_every_sentence_is_there_once_in_order_and_nothing_is_between(name):
    article = read(name)
    body = texts(article, "para", "quote", "item")[1:]
    wanted = written("para", "quote", "item")
    if name == "chromium":  # a browser prints notes as a list at the end
        wanted += written("note")
    assert " ".join(body).split() == " ".join(wanted).split()


@pytest.mark.parametrize("name", PRINTS)
def test_paragraphs_over_columns_and_pages_are_whole(name):
    assert [p for p in written("para") if p not in texts(read(name), "para", "quote")] == []


@pytest.mark.parametrize("name", PRINTS)
def test_headings_stand_under_the_title(name):
    article = read(name)
    headings = [block for block in article.blocks if block.kind == "heading"]
    assert [block.level for block in headings] == [1, 2, 2, 2]
    assert texts(article, "heading")[1:] == written("heading")
    assert article.title == headings[0].text == "The Mills That Worked by Moonlight"


@pytest.mark.parametrize("name", WITH_NOTES)
def test_notes_stand_apart_and_their_marks_run_into_no_word(name):
    article = read(name)
    notes = [block for block in article.blocks if block.kind == "note"]
    assert [(n.marker, n.text) for n in notes] == [
        (str(number), text) for number, text in enumerate(written("note"), start=1)
    ]
    block = next(block for block in article.blocks if "at least two metres." in block.text)
    (span,) = (span for span in block.spans if span.kind == "note")
    assert block.text[: span.start].endswith("two metres.")
    assert (span.value, block.notes) == ("1", ("1",))


@pytest.mark.parametrize("name", WITH_NOTES)
def test_lists_keep_their_numbers_and_lose_their_bullets(name):
    items = [block for block in read(name).blocks if block.kind == "item"]
    assert [item.marker for item in items] == ["", "", "", "1.", "2.", "3."]
    assert items[0].text.startswith("the gate had to be cleared of weed")


@pytest.mark.parametrize("name", WITH_NOTES)
def test_a_block_quote_is_one(name):
    assert texts(read(name), "quote") == written("quote")


def test_hyphens_of_the_line_go_and_true_ones_stay():
    text = " ".join(texts(read("latex-two-columns"), "para"))
    assert {"well-known", "self-acting"} <= set(re.findall(r"\w+-\w+", text))
    assert not re.search(r"\w+- [a-z]", text)


def test_ligatures_are_letters():
    text = " ".join(block.text for block in read("latex-two-columns").blocks)
    assert all(word in text for word in ("sufficient", "offered", "flour", "fisherman", "fifty"))


def test_running_heads_and_page_numbers_are_listed():
    assert read("latex-two-columns").left_out == (
        ("running head or foot", "3 WHY THEY FELL SILENT"),
        ("page numbers", "1"),
    )
    heads = [part.text for part in read("typst-three-columns").left_out]
    assert heads[:2] == ["Harbour Letter", "Printed for the members of the rowing club"]


def test_three_columns_are_read_one_after_the_other_under_a_spaced_title():
    article = read("typst-three-columns")
    assert article.title == "WINTER BERTHS"  # not what the file says: untitled, by root
    assert article.author == ""
    numbers = [int(n) for n in re.findall(r"Berth number (\d+)", " ".join(texts(article, "para")))]
    assert numbers == list(range(1, 19))
    (table,) = (block for block in article.blocks if block.kind == "table")
    assert table.rows == (
        ("Length", "Winter", "Summer"),
        ("6 m", "120", "180"),
        ("8 m", "160", "240"),
        ("10 m", "210", "320"),
    )


def test_hebrew_is_in_logical_order_with_its_numbers():
    article = read("hebrew")
    assert article.language == "he"
    assert [block.text for block in article.blocks] == html_texts("hebrew")


def test_arabic_is_in_logical_order_without_presentation_forms():
    assert [block.text for block in read("arabic").blocks] == html_texts("arabic")


def test_japanese_has_no_blanks_where_lines_ended():
    assert [block.text for block in read("japanese").blocks] == html_texts("japanese")


def html_texts(name):
    page = (PDFS / f"{name}.html").read_text(encoding="utf-8")
    return re.findall(r"<(?:h1|p)>(.*?)</", page)


def test_stamps_watermarks_and_line_numbers_are_left_out_and_listed():
    article = read("stamped")
    left_out = dict(article.left_out)
    assert left_out["line numbers"].startswith("1 2 3")
    assert "preprint:2026.0317v2" in left_out["turned text"]
    assert "DRAFT" in left_out["turned text"]
    assert texts(article, "para")[0].startswith("A tide mill needs no river and no wind. Twice a")


def test_a_scan_is_refused_with_what_to_do():
    with pytest.raises(NothingToSay, match=r"scan\.pdf: it has no text layer.*ocrmypdf") as caught:
        read("scan")
    assert caught.value.exit_code == 3


def test_the_text_behind_a_scan_is_read():
    (block,) = read("scan-with-text").blocks
    assert block.text.endswith("Passengers with bicycles wait at the second gate.")


def test_a_password_is_asked_for_in_one_line():
    with pytest.raises(ReadError, match="it is locked with a password"):
        read("locked")


def test_what_only_its_owner_may_change_is_read():
    assert read("owner-locked").blocks == read("scan-with-text").blocks


def test_a_file_cut_short_is_read_or_refused_in_one_line():
    with pytest.raises(ReadError, match=r"^cut\.pdf: this PDF is damaged and cannot be opened$"):
        list(pdf.read((PDFS / "libreoffice.pdf").read_bytes()[:-600], "cut.pdf"))
    data = (PDFS / "stamped.pdf").read_bytes()
    (article,) = pdf.read(
        data[: data.rfind(b"startxref")], "cut.pdf"
    )  # pdfium finds the pages without their index
    assert texts(article, "para") == texts(read("stamped"), "para")


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(UsageError, match=r"pip install 'narrate-article\[pdf\]'"):
        read("libreoffice")


def test_more_pages_than_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    with pytest.raises(LimitError, match="pages are more than 1") as caught:
        read("libreoffice")
    assert caught.value.exit_code == 4


def test_a_pdf_is_recognised_behind_a_line_of_something_else():
    assert pdf.recognise(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.7\n")
    assert not pdf.recognise(b"x" * 2000 + b"%PDF-1.7")


def test_it_is_said_that_structure_is_a_best_effort():
    assert read("libreoffice").remarks == (pdf.BEST_EFFORT,)


def test_the_same_file_gives_the_same_article():
    assert read("latex-two-columns") == read("latex-two-columns")


CHILD = """
import json, sys
from narrate.base.errors import NarrateError
from narrate.read import pdf
whole = open(sys.argv[1], "rb").read()
for edits in json.loads(sys.argv[2]):
    data = bytearray(whole)
    for place, byte in edits:
        data[place % len(data)] = byte
    try:
        list(pdf.read(bytes(data), "x"))
    except NarrateError as error:
        assert "\\n" not in str(error)
"""

EDITS = st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), min_size=1, max_size=40)


@settings(max_examples=10, deadline=None)
@given(
    name=st.sampled_from(["libreoffice", "hebrew", "stamped", "owner-locked"]),
    variants=st.lists(EDITS, min_size=5, max_size=20),
)
def test_damaged_bytes_give_an_article_or_one_of_our_errors(name, variants):
    """In a child process, as the reader's door does it: pdfium itself may crash on such a file."""
    child = subprocess.run(
        [sys.executable, "-c", CHILD, PDFS / f"{name}.pdf", json.dumps(variants)],
        capture_output=True,
        check=False,
    )
    assert child.returncode <= 0, child.stderr.decode()
