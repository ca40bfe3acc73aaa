"""DOCX: styles, outline levels, lists, notes, changes, what is not shown, damaged files."""

import sys
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publications import pack, repack

from narrate.base.errors import LimitError, NarrateError, NothingToSay, ReadError
from narrate.base.model import LeftOut
from narrate.read import docx

FORMATS = Path(__file__).parent / "formats"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def relations(**targets):
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    items = "".join(
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{space}">{items}</Relationships>'


def write(body, styles="", numbering="", **members):
    """A document of this body, with the parts it needs."""
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(officeDocument="word/document.xml"),
        "word/_rels/document.xml.rels": relations(styles="styles.xml", numbering="numbering.xml"),
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
        "word/numbering.xml": f"<w:numbering {W}>{numbering}</w:numbering>",
        **members,
    }
    return pack(files)


def p(text, style="", more="", run=""):
    properties = (f'<w:pStyle w:val="{style}"/>' if style else "") + more
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def style(identifier, name, based="", outline=None, kind="paragraph"):
    level = f'<w:pPr><w:outlineLvl w:val="{outline}"/></w:pPr>' if outline is not None else ""
    base = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f"{base}{level}</w:style>"
    )


def read(data):
    (article,) = docx.read(data, "letter.docx")
    return article


def outline(article):
    return [(block.kind, block.level, block.text) for block in article.blocks]


@pytest.mark.parametrize(
    ("styles", "block"),
    [
        (style("s", "heading 2"), ("heading", 2)),
        (style("s", "Überschrift 3"), ("heading", 3)),
        (style("s", "Our Own", outline=1), ("heading", 2)),
        (style("s", "Ours", based="b") + style("b", "Base", outline=0), ("heading", 1)),
        (style("s", "Ours", based="b") + style("b", "heading 8"), ("heading", 6)),
        (style("s", "Quiet", based="b", outline=9) + style("b", "heading 1"), ("para", 0)),
        (style("s", "Quote"), ("quote", 1)),
        (style("s", "Intense Quote"), ("quote", 1)),
        (style("s", "Pull 'Quote'", based="q") + style("q", "Quotations"), ("quote", 1)),
        (style("s", "HTML Preformatted"), ("code", 0)),
        (style("s", "caption"), ("caption", 0)),
        (style("s", "Round", based="s"), ("para", 0)),
        ("", ("para", 0)),
    ],
)
def test_a_style_is_what_it_is_called_or_based_on(styles, block):
    assert outline(read(write(p("Ring.", "s"), styles))) == [(*block, "Ring.")]


def test_an_outline_level_of_a_paragraph_makes_it_a_heading():
    body = p("Bells", more='<w:outlineLvl w:val="1"/>') + p(
        "Ring.", more='<w:outlineLvl w:val="9"/>'
    )
    assert outline(read(write(body))) == [("heading", 2, "Bells"), ("para", 0, "Ring.")]


def test_below_a_title_headings_are_one_level_deeper():
    styles = style("t", "Title") + style("h", "heading 1") + style("i", "heading 2")
    body = p("Bells", "t") + p("One", "h") + p("Ring.") + p("Two", "i")
    article = read(write(body, styles))
    assert article.title == "Bells"
    assert outline(article) == [
        ("heading", 1, "Bells"),
        ("heading", 2, "One"),
        ("para", 0, "Ring."),
        ("heading", 3, "Two"),
    ]


def test_lists_go_on_counting_and_begin_where_they_say():
    def item(text, number, level=0):
        place = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
        return p(text, more=f"<w:numPr>{place}</w:numPr>")

    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/></w:lvl>'
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="7"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
    )
    body = (
        item("one", 1) + item("in one", 1, 1) + item("two", 1) + item("in two", 1, 1)
        + p("Between.") + item("three", 1) + item("seven", 2) + item("eight", 2) + item("dot", 3)
    )  # fmt: skip
    items = [(b.marker, b.level, b.text) for b in read(write(body, "", numbering)).blocks]
    assert items == [
        ("1.", 1, "one"),
        ("a.", 2, "in one"),
        ("2.", 1, "two"),
        ("a.", 2, "in two"),
        ("", 0, "Between."),
        ("3.", 1, "three"),
        ("7.", 1, "seven"),
        ("8.", 1, "eight"),
        ("", 1, "dot"),
    ]


def test_changes_are_read_as_accepted_and_what_is_not_shown_is_listed():
    body = (
        "<w:p><w:r><w:t>The bell </w:t></w:r><w:del><w:r><w:delText>sang</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>rang</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr>"
        "<w:t>secretly</w:t></w:r><w:moveFrom><w:r><w:t>twice</w:t></w:r></w:moveFrom></w:p>"
        '<w:p><w:moveTo><w:r><w:t>twice</w:t></w:r></w:moveTo><w:r><w:rPr><w:vanish w:val="0"/>'
        "</w:rPr><w:t>.</w:t></w:r></w:p>"
    )
    article = read(write(body))
    assert [block.text for block in article.blocks] == ["The bell rang", "twice."]
    assert article.left_out == (LeftOut("deleted text", "sang"), LeftOut("hidden text", "secretly"))


def test_a_table_of_contents_is_left_out_and_listed_as_one():
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    styles = style("c", "toc 1") + style("h", "heading 1")
    body = (
        f"<w:p><w:pPr><w:pStyle w:val='c'/></w:pPr>{field.format('begin')}<w:r><w:instrText>TOC"
        f"</w:instrText></w:r>{field.format('separate')}<w:r><w:t>One 1</w:t></w:r></w:p>"
        + p("Two 5", "c")
        + f"<w:p>{field.format('end')}</w:p>"
        + p("One", "h") + p("Ring.")
    )  # fmt: skip
    article = read(write(body, styles))
    assert outline(article) == [("heading", 1, "One"), ("para", 0, "Ring.")]
    assert article.left_out == (LeftOut("table of contents", "One 1 Two 5"),)


def test_the_language_is_that_of_most_of_the_text():
    default = '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-US"/></w:rPr></w:rPrDefault>'
    body = p("Eine lange Glocke.", run='<w:lang w:val="de-DE"/>') + p("A bell.")
    assert read(write(body, f"{default}</w:docDefaults>")).language == "de-DE"


def test_notes_links_pictures_and_comments_of_real_documents():
    article = read((FORMATS / "article.docx").read_bytes())
    links = [span.value for block in article.blocks for span in block.spans if span.kind == "link"]
    assert links == ["https://example.org/pilot-book"]
    notes = [block for block in article.blocks if block.kind == "note"]
    assert [(note.marker, note.text[:9]) for note in notes] == [("1", "The first")]
    assert [b.picture.alt for b in article.blocks if b.picture] == [
        "A red buoy leaning in grey water"
    ]


def test_parts_are_found_by_their_relations_and_not_by_their_names():
    data = (FORMATS / "article.docx").read_bytes()
    with zipfile.ZipFile(BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["word/document2.xml"] = files.pop("word/document.xml")
    files["word/_rels/document2.xml.rels"] = files.pop("word/_rels/document.xml.rels")
    for name in ("_rels/.rels", "[Content_Types].xml"):
        files[name] = files[name].replace(b"document.xml", b"document2.xml")
    assert read(pack(files)).blocks == read(data).blocks


def test_without_mammoth_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "mammoth", None)
    with pytest.raises(ReadError, match=r"pip install 'narrate-article\[docx\]'"):
        read(write(p("Ring.")))


def test_an_empty_document_is_nothing_to_say():
    with pytest.raises(NothingToSay):
        read(write(p("")))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04 and so on", "damaged or incomplete"),
        ((FORMATS / "article.docx").read_bytes()[:-400], "damaged or incomplete"),
        (pack({"word/document.xml": "<x/>"}), "no document of Word's"),
        (write("</w:p>"), "its XML is broken"),
        (write(p("x"), **{"docProps/a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "entities"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(data, why):
    with pytest.raises(ReadError, match=why) as raised:
        read(data)
    assert "\n" not in str(raised.value)


def test_a_bomb_is_defused():
    with pytest.raises(LimitError, match="200 times its size"):
        read(write(p("boom " * 500_000)))


def test_entities_that_multiply_are_not_resolved():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
    document = f"<w:document {W}><w:body>{p('Ha &l29; ha')}</w:body></w:document>"
    bomb = f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]>{document}'
    assert read(repack(write(""), **{"word/document.xml": bomb})).blocks[0].text == "Ha ha"


PIECES = [
    *("<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>bell</w:t>", "<w:tbl>", "</w:tbl>", "<w:tr/>"),
    *("<w:pPr>", "</w:pPr>", '<w:numPr><w:numId w:val="1"/></w:numPr>', "<w:del>", "</w:del>"),
    *('<w:fldChar w:fldCharType="end"/>', "<w:hyperlink>", "</w:hyperlink>", "<w:tc/>", "<w:sdt/>"),
    *("<w:br/>", '<w:footnoteReference w:id="9"/>', '<w:sym w:char="zz"/>', "<w:drawing/>"),
    *(
        '<w:commentReference w:id="1"/>',
        '<w:outlineLvl w:val="-1"/>',
        "<w:vMerge/>",
        "<w:gridSpan/>",
    ),
]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_stands_in_a_document_there_is_no_crash(body):
    with suppress(NarrateError):
        read(write(body))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_however_a_part_is_damaged_there_is_no_crash(data):
    original = (FORMATS / "article.docx").read_bytes()
    with zipfile.ZipFile(BytesIO(original)) as archive:
        name = data.draw(st.sampled_from([n for n in archive.namelist() if n.endswith("ml")]))
        part = archive.read(name)
    at = data.draw(st.integers(0, len(part)))
    piece = data.draw(st.sampled_from([b"<", b"&", b"</w:p>", b"<w:p>", b'"', b"-1", b"\xff", b""]))
    size = data.draw(st.integers(0, 40))
    with suppress(NarrateError):
        read(repack(original, **{name: part[:at] + piece + part[at + size :]}))
