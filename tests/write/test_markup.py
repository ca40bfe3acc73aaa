"""Blocks as HTML and XHTML: read back by two parsers that are not ours."""

import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.base.model import Article, Block, Cue, Omission, Span, WordTime
from narrate.write._direction import language_direction
from narrate.write._inline import InlineWriter, Mark, clean, safe_address
from narrate.write._markup import Markup, collect_heard, mark_omissions, number_notes

SPACES = {"epub": "http://www.idpf.org/2007/ops"}


def write(*blocks, cues=(), words=False, marks=None, xml=True, language="en", **options):
    article = Article("Title", blocks, language=language, source="https://example.org/a/b")
    heard = collect_heard(cues, words=words)
    markup = Markup(article, xml=xml, **options)
    return "".join(markup.write(range(len(blocks)), heard, marks))


def parse(html):
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    return ET.fromstring(f"<body{names}>{html}</body>")  # noqa: S314 it is our own


def texts(html, path):
    return ["".join(element.itertext()) for element in parse(html).findall(path)]


def cue(number, block, start, end, text="", words=()):  # noqa: PLR0917 read as a table
    times = tuple(WordTime(a, b, 0, 1) for a, b in words)
    return Cue(f"u{number:04d}", 0, block, start, end, text, 0, 1, times)


class Outline(HTMLParser):
    """The elements of HTML, nested as a browser nests them."""

    def __init__(self, html):
        super().__init__()
        self.stack, self.text, self.ids = [], "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.ids += [value for name, value in attributes if name == "id"]
        self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_spans_are_kept_and_cut_where_they_cross_a_sentence():
    text = "One two. Three four."
    spans = (Span(4, 14, "emphasis"), Span(15, 19, "link", "/x"), Span(0, 3, "superscript"))
    html = write(
        Block("para", text, spans=spans), cues=[cue(1, 0, 0, 8, "One two."), cue(2, 0, 9, 20)]
    )
    assert html == (
        '<p><span id="u0001" class="u"><sup>One</sup> <em>two.</em></span><em> </em>'
        '<span id="u0002" class="u"><em>Three</em> '
        '<a href="https://example.org/x">four</a>.</span></p>\n'
    )


def test_every_word_has_its_anchor_even_inside_half_a_link():
    block = Block("para", "Unbelievable things", spans=(Span(2, 15, "strong"),))
    html = write(block, cues=[cue(7, 0, 0, 19, "", [(0, 12), (13, 19)])], words=True)
    assert texts(html, ".//span[@class='w']") == ["Unbelievable", "things"]
    assert [e.get("id") for e in parse(html).findall(".//span[@class='w']")] == [
        "u0007w1",
        "u0007w2",
    ]
    assert "".join(texts(html, ".//strong")) == "believable th"


def test_lists_are_nested_and_keep_their_numbers():
    html = write(
        Block("item", "a", level=1, marker="3."),
        Block("item", "b", level=2),
        Block("item", "c", level=3, marker="x)"),
        Block("item", "d", level=1, marker="4."),
        Block("para", "between"),
        Block("item", "e", level=1, marker="5."),
    )
    first = parse(html).find("./ol")
    assert [item.get("value") for item in first.findall("./li")] == ["3", "4"]
    assert first.findtext("./li/ul/li/p") == "b"
    assert texts(html, ".//ul/li/ul/li/p") == ["x) c"]
    assert parse(html).findall("./ol")[1].find("./li").get("value") == "5"


def test_quotes_are_nested_by_their_level():
    html = write(
        Block("quote", "one", level=1),
        Block("quote", "two", level=2),
        Block("quote", "three", level=1),
    )
    assert texts(html, "./blockquote/p") == ["one", "three"]
    assert texts(html, "./blockquote/blockquote/p") == ["two"]


def test_headings_go_one_level_down_at_a_time():
    html = write(*(Block("heading", str(level), level=level) for level in (2, 4, 6, 4, 1, 3)))
    assert [element.tag for element in parse(html)] == ["h2", "h3", "h4", "h3", "h2", "h3"]


def test_a_table_row_that_is_one_utterance_is_its_anchor():
    block = Block("table", "Name\tAge\nAda\t36\nBo\t7", rows=(("Name", "Age"),))
    cues = [cue(1, 0, 9, 15, "Ada\t36", [(0, 3), (4, 6)]), cue(2, 0, 16, 20, "", [(0, 4)])]
    html = write(block, cues=cues, words=True, marks={0: [Mark(0, 8, "o1", "o")]})
    rows = parse(html).findall(".//tr")
    assert [row.get("id") for row in rows] == ["o1", "u0001", "u0002"]
    assert ["".join(row.itertext()) for row in rows] == ["Name\tAge", "Ada\t36", "Bo\t7"]
    assert [cell.get("data-label") for cell in rows[1]] == ["Name", "Age"]
    assert [e.get("id") for e in rows[2].findall(".//span")] == ["u0002w1", None]


def test_notes_and_their_marks_lead_to_one_another():
    html = write(
        Block("para", "Said.", spans=(Span(5, 5, "note", "b"),), notes=("b",)),
        Block("note", "The note.", marker="b"),
        Block("note", "Its second part.", marker="b"),
        Block("note", "Not referred to.", marker="c"),
    )
    mark = parse(html).find(".//sup/a")
    assert (mark.get("id"), mark.get("href"), mark.text) == ("ref-1", "#note-1", "1")
    first, second = parse(html).findall("./aside")
    assert (first.get("id"), second.get("id")) == ("note-1", "note-2")
    assert first.find("./p/a").get("href") == "#ref-1"
    assert len(first.findall("./p")) == 2
    assert second.find("./p/a") is None
    assert mark.get(f"{{{SPACES['epub']}}}type") == "noteref"
    assert "epub:" not in write(Block("note", "x", marker="1"), xml=False)


def test_notes_may_be_in_other_files():
    files = {"note-1": "notes.xhtml"}
    block = Block("para", "Said.", spans=(Span(5, 5, "note", "b"),), notes=("b",))
    assert 'href="notes.xhtml#note-1"' in write(block, files=files)


def test_verse_code_captions_and_pictures_are_what_they_are():
    html = write(
        Block("verse", "one\ntwo"),
        Block("code", "a <b>\n  c"),
        Block("image", "A cat"),
        Block("caption", "Cap"),
        Block("break"),
        Block("para", "  "),
    )
    assert '<p class="verse">one<br/>\ntwo</p>' in html
    assert texts(html, "./pre/code") == ["a <b>\n  c"]
    assert texts(html, "./p[@class='image']") == ["A cat"]
    assert [element.tag for element in parse(html)] == ["p", "pre", "p", "p", "hr"]


def test_a_block_in_another_language_says_so():
    html = write(
        Block("para", "مرحبا", language="ar"),
        Block("para", "שלום"),
        Block("para", "Hello"),
        Block("para", "A word: чай", spans=(Span(8, 11, "language", "ru"),)),
    )
    first, second, third, fourth = parse(html)
    assert (first.get("lang"), first.get("dir")) == ("ar", "rtl")
    assert (second.get("lang"), second.get("dir")) == (None, "rtl")
    assert third.attrib == {}
    assert fourth.find("span").get("lang") == "ru"


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("ar-EG", "rtl"), ("he", "rtl"), ("az-Arab-IR", "rtl"), ("ks-Deva", "ltr"), ("en", "ltr")],
)
def test_the_direction_of_a_language_is_that_of_its_script(tag, direction):
    assert language_direction(tag) == direction


def test_announcements_stand_where_they_are_said():
    cues = [
        cue(1, None, 0, 8, "Opening."),
        cue(2, 0, 0, 3, "One"),
        cue(3, None, 0, 5, "Code."),
        cue(4, 2, 0, 3, "Two"),
        cue(5, None, 0, 4, "End."),
    ]
    html = write(Block("para", "One"), Block("code", "x"), Block("para", "Two"), cues=cues)
    assert ["".join(element.itertext()) for element in parse(html)] == ["One", "Code.", "x", "Two"]
    heard = collect_heard(cues)
    assert [said.id for said in heard.before] == ["u0001"]
    assert heard.closing.id == "u0005"


def test_what_is_left_out_as_a_whole_is_its_element():
    omissions = (Omission(0, 0, 4, "code: announced"), Omission(1, 4, 8, "citation: skipped"))
    marks = {block: [mark] for block, mark in mark_omissions(omissions)}
    html = write(Block("code", "a()\n"), Block("para", "See [12] here."), marks=marks)
    assert parse(html).find("./pre").get("id") == "o1"
    assert texts(html, ".//span[@id='o2']") == ["[12]"]


def test_only_addresses_of_the_web_become_links():
    base = "https://example.org/a/b"
    assert safe_address("../c?d#e", base) == "https://example.org/c?d#e"
    assert safe_address("mailto:a@b.c", base) == "mailto:a@b.c"
    for hostile in ("javascript:x()", " java\nscript:x()", "data:text/html,x", "file:///x", "//["):
        assert "script" not in safe_address(hostile, "")
        assert safe_address(hostile, "") == ""


def test_the_numbers_of_notes_follow_their_marks():
    blocks = (Block("para", "x", notes=("z", "a")), Block("note", "n", marker="a"))
    assert number_notes(Article("T", blocks)) == {"z": 1, "a": 2}


KINDS = st.sampled_from(["para", "heading", "item", "quote", "code", "verse", "note", "table"])
SPAN_KINDS = ["emphasis", "strong", "link", "code", "superscript", "language", "note", "image"]


@st.composite
def blocks(draw):
    text = draw(st.text(min_size=1, max_size=40))
    places = st.integers(0, len(text))
    spans = []
    for _ in range(draw(st.integers(0, 5))):
        start, end = sorted((draw(places), draw(places)))
        kind = draw(st.sampled_from(SPAN_KINDS))
        spans.append(Span(start, start if kind == "note" else end, kind, draw(st.text(max_size=5))))
    return Block(
        draw(KINDS), text, draw(st.integers(0, 6)), "", tuple(spans), draw(st.text(max_size=3))
    )


@given(st.lists(blocks(), min_size=1, max_size=4), st.data())
def test_any_blocks_make_well_formed_markup_with_all_their_text(some, data):
    cues, omitted = [], {}
    for index, block in enumerate(some):
        cuts = sorted(set(data.draw(st.lists(st.integers(0, len(block.text)), max_size=6))))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False):
            middle = (start + end) // 2
            words = [(0, middle - start), (middle - start, end - start)]
            cues.append(cue(len(cues) + 1, index, start, end, block.text[start:end], words))
        omitted[index] = [Mark(0, data.draw(st.integers(0, 9)), f"o{index}", "o")]
    for words in (False, True):
        html = write(*some, cues=cues, words=words, marks=omitted)
        parse(html)
        outline = Outline(html)
        assert outline.stack == []
        assert len(set(outline.ids)) == len(outline.ids)
        expected = {c.id for c in cues if some[c.block].text.strip()}
        assert expected <= set(outline.ids)


@given(blocks())
def test_the_text_of_an_element_is_that_of_its_block(block):
    writer = InlineWriter(block.text, [], block.spans, base="", refer="".format, xml=True)
    whole = writer.write(0, len(block.text))
    assert "".join(parse(whole).itertext()) == clean(block.text)
