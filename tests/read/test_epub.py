"""EPUB: chapters from contents and headings, what is left out, notes, metadata."""

import pytest
from publications import METADATA, bind, nav, ncx, page

from narrate.base.errors import NothingToSay
from narrate.base.model import LeftOut
from narrate.read import epub

TEXT = "<p>The bell rang over the water, and nobody on the quay looked up from his net.</p>"
MORE = f"<p>{'The tide went out and came back again before anyone spoke. ' * 12}</p>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


def read(data):
    (article,) = epub.read(data, "book.epub")
    return article


def headings(article):
    return [(block.level, block.text) for block in article.blocks if block.kind == "heading"]


def texts(article):
    return [block.text for block in article.blocks]


@pytest.mark.parametrize(
    ("named", "written", "heading"),
    [
        ("The Harbour", "<h2>I</h2>", "I. The Harbour"),
        ("The Harbour", "<h2>Chapter One</h2>", "Chapter One. The Harbour"),
        ("Chapter 1: The Harbour", "<h1>The Harbour</h1>", "Chapter 1: The Harbour"),
        ("Chapter 3", "<h1>The Harbour</h1>", "Chapter 3. The Harbour"),
        ("1. The Harbour", "<h1>Chapter 1</h1><h2>The Harbour</h2>", "Chapter 1. The Harbour"),
        ("The Harbour", "<h3>1</h3><h1>The Harbour</h1>", "1. The Harbour"),
        ("The Harbour", "<p>THE HARBOUR</p>", "THE HARBOUR"),
        ("1 The Harbour", "<p>1</p><p>The Harbour</p>", "1. The Harbour"),
        ("The Harbour", "<div><span>THE</span><br/>HARBOUR</div>", "THE HARBOUR"),
        ("The Harbour", "", "The Harbour"),
        ("The Harbour", "<h1>The Harbour<br/>at Night</h1>", "The Harbour at Night"),
        ("Start", "<h1>The Harbour</h1>", "The Harbour"),
        ("The Harbour", '<h1><img src="h.png" alt="The Harbour"/></h1>', "The Harbour"),
        ("II", "<p>I saw it first.</p>", "II"),
    ],
)
@pytest.mark.parametrize("table", [nav, ncx], ids=["EPUB 3", "EPUB 2"])
def test_what_contents_and_page_call_a_chapter_becomes_one_heading(table, named, written, heading):
    book = bind({"a.xhtml": page(written + TEXT)}, contents=table((named, "a.xhtml")))
    article = read(book)
    assert headings(article) == [(1, heading)]
    assert article.blocks[0].text == heading
    assert " ".join(texts(article)).lower().count("harbour") == heading.lower().count("harbour")
    assert article.blocks[-1].text.startswith("The bell rang")


def test_contents_that_lead_into_a_file_make_headings_there_in_their_levels():
    body = (
        f'<div id="p1"/><h1>Part One</h1><h2 id="c1">The Quay</h2>{TEXT}'
        f'<p>It was <a id="mid"/>late.</p><section id="c2">{TEXT}</section>'
        f"<h4>Afterwards</h4>{TEXT}"
    )
    contents = nav(
        ("Part One", "a.xhtml#p1", [("The Quay", "a.xhtml#c1"), ("The Boat", "a.xhtml#c2")]),
        ("Part Two", "b.xhtml", [("The Sea", "b.xhtml#sea")]),
    )
    second = f'<img src="part.png"/><div id="sea"><p><b>The Sea</b></p>{TEXT}</div>'
    article = read(bind({"a.xhtml": page(body), "b.xhtml": page(second)}, contents=contents))
    assert headings(article) == [
        (1, "Part One"),
        (2, "The Quay"),
        (2, "The Boat"),
        (3, "Afterwards"),
        (1, "Part Two"),
        (2, "The Sea"),
    ]


def test_headings_that_the_contents_do_not_have_stand_below_the_chapter_or_beside_it():
    documents = {
        "a.xhtml": page(f"<h2>One</h2>{TEXT}<h3>Inside</h3>{TEXT}<h4>Deeper</h4>{TEXT}"),
        "b.xhtml": page(TEXT),
        "c.xhtml": page(f"<h2>Forgotten</h2>{TEXT}"),
    }
    article = read(bind(documents, contents=nav(("One", "a.xhtml"))))
    assert headings(article) == [(1, "One"), (2, "Inside"), (3, "Deeper"), (1, "Forgotten")]


def test_without_contents_headings_keep_their_levels():
    article = read(bind({"a.xhtml": page(f"<h1>Book</h1><h3>Bit</h3>{TEXT}")}))
    assert headings(article) == [(1, "Book"), (3, "Bit")]


def test_emphasis_and_the_mark_of_a_note_stay_in_a_heading_that_the_contents_name():
    body = (
        '<h1>The <em>Fram</em><a epub:type="noteref" href="#n">1</a></h1>'
        f'{TEXT}<aside epub:type="footnote" id="n"><p>A ship.</p></aside>'
    )
    article = read(bind({"a.xhtml": page(body)}, contents=nav(("The Fram", "a.xhtml"))))
    heading = article.blocks[0]
    assert (heading.kind, heading.text, heading.notes) == ("heading", "The Fram", ("1",))
    assert [span.kind for span in heading.spans] == ["emphasis", "note"]


def test_what_is_none_of_the_text_is_left_out_and_listed():
    chapter = page(f"<h1>One</h1>{TEXT}{MORE}{MORE}")
    links = "".join(f'<p><a href="one.xhtml">Chapter {n}</a></p>' for n in range(6))
    documents = {
        "cover.xhtml": page("<p>The Strait, a novel</p>"),
        "title.xhtml": page("<h1>The Strait</h1><p>Ada Holm</p>"),
        "rights.xhtml": page("<p>© 2026 Ada Holm. ISBN 978-0-00-000000-2</p>"),
        "list.xhtml": page(links),
        "half.xhtml": page("<p>A half title</p>", 'epub:type="halftitlepage"'),
        "one.xhtml": chapter,
        "two.xhtml": page(
            f"<h1>Two</h1>{TEXT}<section epub:type='loi'><p>Fig. 1: a bell</p></section>"
        ),
        "aside.xhtml": page("<p>A page for the curious.</p>"),
        "reg.xhtml": page("<h1>Index</h1><p>bell, 4, 8</p>"),
        "nav.xhtml": nav(("One", "one.xhtml"), ("Two", "two.xhtml"), ("Index", "reg.xhtml")),
    }
    data = bind(
        documents,
        metadata=f"{METADATA}<dc:creator>Ada Holm</dc:creator>",
        guide='<reference type="cover" href="cover.xhtml"/>',
        spine={"aside.xhtml": 'linear="no"'},
        contents=documents["nav.xhtml"],
    )
    article = read(data)
    assert headings(article) == [(1, "One"), (1, "Two")]
    assert [(part.reason, part.text[:19]) for part in article.left_out] == [
        ("cover", "The Strait, a novel"),
        ("title page", "The Strait Ada Holm"),
        ("copyright page", "© 2026 Ada Holm. IS"),
        ("table of contents", "Chapter 0 Chapter 1"),
        ("title page", "A half title"),
        ("list of illustrations", "Fig. 1: a bell"),
        ("index", "Index bell, 4, 8"),
        ("table of contents", "Contents One Two In"),
        ("outside the reading order", "A page for the curi"),
    ]


@pytest.mark.parametrize(
    "reference",
    ['<reference type="cover" href="a.xhtml"/>', '<reference type="toc" href="a.xhtml"/>'],
)
def test_a_whole_book_is_read_whatever_it_is_called(reference):
    article = read(bind({"a.xhtml": page(f"<h1>Copyright</h1>{MORE * 9}")}, guide=reference))
    assert len(texts(article)) == 10
    assert article.left_out == ()


def test_a_publication_of_nothing_but_a_cover_and_contents_is_read_all_the_same():
    documents = {"cover.xhtml": page("<p>A poster</p>", 'epub:type="cover"')}
    assert texts(read(bind(documents))) == ["A poster"]


def test_a_document_that_is_missing_or_a_picture_is_listed():
    items = (
        '<item id="gone" href="b%20c.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="map" href="map.svg" media-type="image/svg+xml"/>'
    )
    article = read(
        bind(
            {"a.xhtml": page(TEXT)},
            manifest=items,
            itemrefs='<itemref idref="map"/><itemref idref="gone"/><itemref idref="nobody"/>',
            **{"OPS/map.svg": "<svg/>"},
        )
    )
    assert article.left_out == (
        LeftOut("page without text", "map.svg"),
        LeftOut("missing document", "b%20c.xhtml"),
        LeftOut("missing document", "nobody"),
    )


def test_a_document_of_an_unknown_kind_is_read_in_the_one_that_stands_for_it():
    items = (
        '<item id="odd" href="a.odd" media-type="application/odd" fallback="worse"/>'
        '<item id="worse" href="a.svg" media-type="image/svg+xml" fallback="page"/>'
        '<item id="page" href="p.xhtml" media-type="application/xhtml+xml"/>'
    )
    members = {"OPS/a.odd": "", "OPS/a.svg": "<svg/>", "OPS/p.xhtml": page(TEXT)}
    article = read(bind({}, manifest=items, itemrefs='<itemref idref="odd"/>', **members))
    assert len(texts(article)) == 1


def test_what_programs_put_on_every_page_is_left_out_and_listed_once():
    around = (
        '<div role="navigation"><h3>Navigation</h3><a href="b.xhtml">next</a></div>{}'
        '<nav><a href="a.xhtml">back</a></nav><div role="contentinfo">© Ada</div>'
    )
    documents = {name: page(around.format(f"<h1>{name[0]}</h1>{TEXT}")) for name in ("a.x", "b.x")}
    article = read(bind(documents, contents=nav(("a", "a.x"), ("b", "b.x"))))
    assert headings(article) == [(1, "a"), (1, "b")]
    assert article.left_out == (
        LeftOut("links to other pages", "Navigation next back Navigation next back"),
        LeftOut("footer", "© Ada © Ada"),
    )


def test_the_notice_of_project_gutenberg_is_left_out_and_listed():
    notice = '<section class="pg-boilerplate pgheader"><h2>The Ebook</h2><p>Free.</p></section>'
    article = read(bind({"a.xhtml": page(f"{notice}<h1>One</h1>{TEXT}")}))
    assert headings(article) == [(1, "One")]
    assert article.left_out == (LeftOut("Project Gutenberg notice", "The Ebook Free."),)


def test_notes_of_epub_3_are_set_apart_from_the_text():
    body = (
        '<p>A bell<a epub:type="noteref" href="#n1">1</a> rang.</p>'
        '<aside epub:type="footnote" id="n1"><p>Cast in Lübeck.</p></aside><p>It stopped.</p>'
    )
    article = read(bind({"a.xhtml": page(body)}))
    assert texts(article) == ["A bell rang.", "It stopped.", "Cast in Lübeck."]
    assert (article.blocks[0].notes, article.blocks[2].marker) == (("1",), "1")


@pytest.mark.parametrize("linear", ["", 'linear="no"'])
def test_notes_in_a_document_of_their_own_come_with_the_chapters_that_count_from_one(linear):
    def chapter(number):
        return page(
            f"<h1>Chapter {number}</h1><p>A bell"
            f'<sup><a id="r{number}" href="notes.xhtml#n{number}">1</a></sup> rang.</p>'
        )

    notes = "<h1>Notes</h1>" + "".join(
        f'<h2>Chapter {n}</h2><p id="n{n}"><a href="{n}.xhtml#r{n}">1</a>. Note {n}.</p>'
        for n in "12"
    )
    data = bind(
        {"1.xhtml": chapter(1), "2.xhtml": chapter(2), "notes.xhtml": page(notes)},
        contents=ncx(("Chapter 1", "1.xhtml"), ("Chapter 2", "2.xhtml"), ("Notes", "notes.xhtml")),
        spine={"notes.xhtml": linear},
    )
    article = read(data)
    assert headings(article) == [(1, "Chapter 1"), (1, "Chapter 2")]
    marks = [block.notes for block in article.blocks if block.kind == "para"]
    notes = [(block.marker, block.text) for block in article.blocks if block.kind == "note"]
    assert marks == [("1",), ("1 (2)",)]
    assert notes == [("1", "Note 1."), ("1 (2)", "Note 2.")]
    assert "Notes" in " ".join(part.text for part in article.left_out)


def test_page_numbers_are_not_read_and_part_no_words():
    body = (
        '<p>The be<span epub:type="pagebreak" id="p1" title="12">12</span>ll rang'
        '<span class="pagenum">[Pg 13]</span> and <a class="pageno" id="x">xiv</a>stopped.</p>'
        '<p class="pagenum">Chapter and verse</p>'
    )
    article = read(bind({"a.xhtml": page(body)}))
    assert texts(article) == ["The bell rang and stopped.", "Chapter and verse"]
    assert article.left_out == (LeftOut("page numbers", "12 [Pg 13] xiv"),)


def test_metadata_of_epub_3():
    metadata = (
        '<dc:title id="s">A sub-title</dc:title><dc:title id="m">The Strait</dc:title>'
        '<meta refines="#m" property="title-type">main</meta>'
        '<dc:creator id="a">Ada Holm</dc:creator><dc:creator id="b">Bo Lind</dc:creator>'
        '<dc:creator id="c">Cy Trans</dc:creator>'
        '<meta refines="#a" property="role">aut</meta><meta refines="#b" property="role">aut</meta>'
        '<meta refines="#c" property="role">trl</meta>'
        "<dc:language>da-DK</dc:language><dc:date>2024-02-29T00:00:00Z</dc:date>"
        "<dc:publisher>Sund</dc:publisher><dc:description>&lt;p>Of &lt;b>bells&lt;/b>.&lt;/p>"
        "</dc:description><dc:identifier>https://example.org/strait</dc:identifier>"
    )
    data = bind(
        {"a.xhtml": page(TEXT)},
        metadata=metadata,
        manifest='<item id="c" href="c.png" properties="cover-image" media-type="image/png"/>',
        **{"OPS/c.png": PNG},
    )
    article = read(data)
    assert (article.title, article.author) == ("The Strait", "Ada Holm, Bo Lind")
    assert (article.language, article.published) == ("da-DK", "2024-02-29")
    assert (article.site, article.summary) == ("Sund", "Of bells .")
    assert (article.source, article.cover) == ("https://example.org/strait", PNG)


def test_metadata_of_epub_2():
    metadata = (
        '<dc:title>The Strait</dc:title><dc:creator opf:role="aut">Ada Holm</dc:creator>'
        '<dc:creator opf:role="ill">Bo Lind</dc:creator><dc:language>en_GB</dc:language>'
        '<dc:date opf:event="modification">2025-01-01</dc:date>'
        '<dc:date opf:event="publication">1998-10-03</dc:date><meta name="cover" content="pic"/>'
    )
    picture = '<item id="pic" href="IMG%20A.png" media-type="image/png"/>'
    data = bind(
        {"a.xhtml": page(TEXT)}, metadata=metadata, manifest=picture, **{"OPS/img a.PNG": PNG}
    )
    article = read(data)
    assert (article.author, article.language, article.published) == (
        "Ada Holm",
        "en-GB",
        "1998-10-03",
    )
    assert article.cover == PNG


def test_what_programs_write_where_they_know_nothing_is_nothing():
    metadata = (
        "<dc:title>Unknown</dc:title><dc:creator>Unknown</dc:creator>"
        "<dc:creator>Ada Holm &lt;ada@example.org></dc:creator>"
        "<dc:description>unknown</dc:description>"
    )
    article = read(bind({"a.xhtml": page(TEXT)}, metadata=metadata))
    assert (article.title, article.author, article.summary) == ("", "Ada Holm", "")


@pytest.mark.parametrize("day", ["1998", "0101-01-01T00:00:00+00:00", "2023-02-30", "yesterday"])
def test_what_is_no_day_of_publication_is_none(day):
    metadata = f"{METADATA}<dc:date>{day}</dc:date>"
    assert read(bind({"a.xhtml": page(TEXT)}, metadata=metadata)).published == ""


def test_names_of_entities_become_their_characters_and_those_of_the_document_nothing():
    doctype = '<!DOCTYPE html [<!ENTITY harm SYSTEM "file:///etc/passwd"><!ENTITY say "boo">]>'
    text = page("<p>caf&eacute;&mdash;5 &lt; 6 &amp;c. &say;&harm;&nbsp;end</p>")
    article = read(bind({"a.xhtml": text.replace("<!DOCTYPE html>", doctype)}))
    assert texts(article) == ["café—5 < 6 &c. \xa0end"]


def test_a_page_that_is_not_well_formed_is_read_all_the_same():
    article = read(bind({"a.xhtml": page("<p>One<br>two</p><p>Three & four<p>Five")}))
    assert texts(article) == ["One two", "Three & four", "Five"]


def test_encodings_that_pages_declare_are_believed_unless_they_are_utf_8():
    def declared(encoding, text):
        return page(f"<p>{text}</p>").replace("utf-8", encoding).encode

    pages = {
        "a.xhtml": declared("windows-1251", "Колокол")("cp1251"),
        "b.xhtml": declared("iso-8859-1", "Øresund")("utf-8"),
        "c.xhtml": declared("utf-16", "Lübeck")("utf-16"),
        "d.xhtml": declared("shift_jis", "鐘")("shift_jis"),
    }
    assert texts(read(bind(pages))) == ["Колокол", "Øresund", "Lübeck", "鐘"]


def test_a_chapter_in_another_language_says_so():
    chapter = page("<p>Die Glocke.</p>").replace("<html ", '<html xml:lang="de" ')
    article = read(bind({"a.xhtml": page(TEXT), "b.xhtml": chapter}))
    assert [block.language for block in article.blocks] == ["", "de"]


def test_pages_without_text_are_nothing_to_say():
    with pytest.raises(NothingToSay, match="there is no text in it"):
        read(bind({"a.xhtml": page('<img src="a.jpg"/>')}))
