"""Pages of HTML, as the web has them."""

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrate.base.errors import LimitError, NarrateError, NothingToSay, ReadError
from narrate.base.model import Span
from narrate.read import html
from narrate.read._page import MOST_CHARACTERS

PAGES = Path(__file__).parent / "pages"
PAGE = (PAGES / "structures.html").read_bytes()
PROSE = " ".join(f"The {n}th boat came in with the tide and went out with it." for n in range(12))


def blocks_of(page, url=None):
    return html.read_html(page, url).blocks


def in_article(inner):
    """A page whose article is long enough to be found, and holds `inner`."""
    return f"<html><body><main><article><p>{PROSE}</p>{inner}<p>{PROSE[::-1]}</p></article></main>"


def shape(page):
    return [(block.kind, block.level, block.marker, block.text[:32]) for block in blocks_of(page)]


def test_a_page_becomes_its_article_with_all_its_structure():
    assert shape(PAGE) == [
        ("para", 0, "", "Every morning the harbour master"),
        ("image", 0, "", "A stone quay at low water"),
        ("caption", 0, "", "The quay, seen from the east."),
        ("heading", 2, "", "The instruments"),
        ("para", 0, "", "There are three of them, and eac"),
        ("item", 1, "3.", "the float in its well"),
        ("item", 2, "", "which sticks"),
        ("item", 1, "4.", "the pressure cell"),
        ("para", 0, "", "It drifts by a hand's breadth ea"),
        ("quote", 1, "", "The sea is never late; it is the"),
        ("para", 0, "", "The newest of them writes its nu"),
        ("code", 0, "python", "level = read()\nprint(level)"),
        ("para", 0, "", "Whoever wants to know more can l"),
        ("caption", 0, "", "Highest water, in metres"),
        ("table", 0, "", "Year\tLevel\n2022\t5.1\n2023\t5.4"),
        ("break", 0, "", ""),
        ("para", 0, "", "Nobody knows what the next entry"),
        ("note", 0, "1", "The book is the ninth of its kin"),
        ("note", 0, "2", "He learnt it at school."),
    ]


def test_what_a_page_says_about_itself_is_found():
    article = html.read_html(PAGE)
    assert article.title == "How tides are told"
    assert article.author == "Maud Penrose, Ivo Lacey"
    assert article.published == "2024-05-06"
    assert article.language == "en-GB"
    assert article.site == "The Harbour Gazette"
    assert article.source == "https://gazette.example/tides"
    assert article.summary == "A long look at an old table."
    assert html.find_lead_image(PAGE) == "https://gazette.example/pictures/quay.jpg"


def test_marks_of_notes_are_no_text_and_their_notes_are_named():
    first, *_, last = [block for block in blocks_of(PAGE) if block.kind == "para"]
    assert first.notes == ("1",)
    assert "done. He has" in first.text
    assert last.notes == ("2",)
    assert Span(42, 52, "language", "fr") in last.spans


def test_pictures_have_their_whole_address():
    (image,) = (block for block in blocks_of(PAGE) if block.kind == "image")
    assert image.picture.source == "https://gazette.example/pictures/quay.jpg"


def test_nothing_hidden_and_no_menu_is_read():
    text = " ".join(block.text for block in blocks_of(PAGE))
    for word in ("hidden", "template", "Sport", "gulls", "rights reserved", "navy", "¶"):
        assert word not in text


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", "iso-8859-1"),  # saved by a browser, which leaves the declaration
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "latin1"),
    ],
)
def test_a_page_is_decoded_as_browsers_do(encoding, declared):
    meta = f"<meta charset='{declared}'>" if declared else ""
    page = f"<html><head>{meta}</head><body><p>{PROSE} “Crème brûlée” – 5 €.</p></body></html>"
    assert blocks_of(page.encode(encoding))[0].text.endswith("“Crème brûlée” – 5 €.")


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("cp1251", "windows-1251", "Каждое утро смотритель поднимается по лестнице"),
        ("shift_jis", "Shift_JIS", "港長は毎朝、階段を上って大きな帳簿を開く。"),
        ("gb18030", "gb2312", "港务长每天早晨爬上楼梯,打开那本大书。"),
        ("cp949", "euc-kr", "항만장은 매일 아침 계단을 올라 큰 책을 펼친다."),
        ("iso2022_jp", "iso-2022-jp", "港長は毎朝、階段を上って大きな帳簿を開く。"),
    ],
)
def test_the_declared_encoding_is_believed(encoding, declared, text):
    page = f"<html><head><meta charset={declared}></head><body><p>{text * 9}</p></body></html>"
    assert text in blocks_of(page.encode(encoding))[0].text


@pytest.mark.parametrize(
    "text", ["في كل صباح يصعد مدير الميناء الدرج ", "בכל בוקר עולה מנהל הנמל "]
)
def test_a_page_from_right_to_left_is_read_in_order(text):
    page = f"<html lang=ar dir=rtl><body><article><h1>{text}</h1><p>{text * 20}</p><p>{text * 9}"
    assert [block.text for block in blocks_of(page)] == [(text * n).strip() for n in (20, 9)]


def test_paragraphs_that_are_the_same_are_all_kept():
    line = "Row, brothers, row, the stream runs fast, the rapids are near."
    page = f"<html><body><article>{f'<p>{line}</p>' * 50}</article></body></html>"
    assert [block.text for block in blocks_of(page)] == [line] * 50


@pytest.mark.parametrize("depth", [300, 3000])
def test_text_is_found_at_any_depth(depth):
    page = f"<html><body>{'<div>' * depth}<p>{PROSE}</p>{'</div>' * depth}</body></html>"
    assert [block.text for block in blocks_of(page)] == [PROSE]


def test_a_page_with_hardly_any_text_is_read_as_a_whole():
    page = "<html><body><nav><a href=/>Home</a></nav><div>Closed on Monday.</div></body></html>"
    assert "Closed on Monday." in [block.text for block in blocks_of(page)]


def test_pictures_within_a_saved_page_cost_nothing():
    picture = "data:image/png;base64," + "QUJD" * 5_000_000
    page = in_article(f"<p>And then.</p><img alt='A boat' src='{picture}'><p>And so on.</p>")
    assert "A boat" in [block.text for block in blocks_of(page) if block.kind == "image"]


@pytest.mark.parametrize("tag", ["span", "span class=x", "b", "i id=x"])
def test_time_grows_linearly_with_the_tags_in_one_paragraph(tag):
    def seconds(count):
        words = "".join(f"<{tag}>word{n}</{tag.split()[0]}> " for n in range(count))
        start = time.process_time()
        html.read_html(f"<html><body><article><p>{words}</p></article></body></html>")
        return time.process_time() - start

    seconds(100)
    assert seconds(8_000) < 10 * max(seconds(2_000), 0.05)


def test_comments_under_an_article_are_not_read():
    page = f"<html><body><div><h1>T</h1><p>{PROSE}</p><p>{PROSE[::-1]}</p><div class=comentarios>"
    page += "<p>I have never read anything as wrong as this in all my life.</p></div></div>"
    assert "never read" not in " ".join(block.text for block in blocks_of(page))


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("<meta property=article:published_time content=2021-02-03T04:05:06Z>", "2021-02-03"),
        ("<meta name=dc.date content=20210203>", "2021-02-03"),
        ("<meta name=date content='Wed, 03 Feb 2021 10:00:00 GMT'>", "2021-02-03"),
        ("<meta name=date content='3 February 2021'>", "2021-02-03"),
        ("<link rel=canonical href=https://a.example/2021/02/03/boats>", "2021-02-03"),
        ("<meta name=date content=2021-13-40>", ""),
        ("", ""),
    ],
)
def test_the_date_is_one_that_is_declared(head, date):
    page = f"<html><head>{head}</head><body><p>{PROSE} Founded on 28 February 1998.</p></body>"
    assert html.read_html(page).published == date


@pytest.mark.parametrize(
    ("head", "h1", "title"),
    [
        ("<title>Boats | The Gazette</title>", "", "Boats | The Gazette"),
        ("<title>Boats at dawn in spring – Gazette</title>", "", "Boats at dawn in spring"),
        ("<title>Boats</title><meta property=og:site_name content=X>", "Boats", "Boats"),
        ("<meta property=og:title content='Boats of old'>", "The Gazette", "Boats of old"),
        ("", "Boats", "Boats"),
    ],
)
def test_the_title_is_that_of_the_article_and_not_of_the_site(head, h1, title):
    page = f"<html><head>{head}</head><body><h1>{h1}</h1><p>{PROSE}</p></body></html>"
    assert html.read_html(page).title == title


@pytest.mark.parametrize(
    ("data", "is_page"),
    [
        (b"<!DOCTYPE html><p>x", True),
        (b"\xef\xbb\xbf  <!-- saved from --><HTML lang=en>", True),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML">', True),
        (b"<head><title>x</title>", True),
        ("<html>".encode("utf-16"), True),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>', False),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', False),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title>', False),
        (b"<div align=center>\n# A readme\n</div>", False),
        (b"In HTML, <html> is the first tag.", False),
        (b"# Title\n\n<!DOCTYPE html> is how pages begin", False),
        (b"", False),
    ],
)
def test_a_page_is_known_by_how_it_begins(data, is_page):
    assert html.recognise(data) is is_page


@pytest.mark.parametrize(
    "data", [b"", b"<html></html>", b"<!-- x -->", b"<script>x</script>", b" "]
)
def test_a_page_without_text_says_nothing(data):
    with pytest.raises(NothingToSay):
        html.read_html(data)


def test_what_is_no_page_is_refused():
    with pytest.raises(ReadError):
        html.read_html(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    with pytest.raises(LimitError):
        html.read_html("<p>" + "a " * (MOST_CHARACTERS // 2))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    html.recognise(data)
    for page in (data, b"<html><body><p>" + data):
        with suppress(NarrateError):
            html.read_html(page)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(PAGE)), st.integers(0, 200), st.binary(max_size=9))))
def test_a_damaged_page_is_read_or_refused(cuts):
    page = PAGE
    for at, length, put in cuts:
        page = page[:at] + put + page[at + length :]
    try:
        article = html.read_html(page)
    except NarrateError:
        return
    for block in article.blocks:
        assert all(0 <= span.start <= span.end <= len(block.text) for span in block.spans)


def test_what_is_around_the_article_is_listed():
    article = html.read_html(PAGE)
    assert [tuple(part) for part in article.left_out] == [
        ("menu", "Home · Sport"),
        ("page header", "The Harbour Gazette"),
        ("beside the article", "Most read · Ten gulls that will surprise you"),
        ("page footer", "© The Harbour Gazette. All rights reserved."),
    ]
