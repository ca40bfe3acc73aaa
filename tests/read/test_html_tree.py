"""Parsed trees of HTML and XHTML, read as they stand."""

import pytest
from lxml import etree
from lxml import html as lxml_html

from narrate.base.model import Span
from narrate.read._notes import find_notes
from narrate.read._tree import read_tree


def blocks_of(source, **options):
    return list(read_tree(lxml_html.fromstring(f"<html><body>{source}</body></html>"), **options))


def shape(source):
    return [(b.kind, b.level, b.marker, b.text) for b in blocks_of(source)]


STRUCTURES = {
    "a list that counts down": (
        "<ol reversed><li>three<li>two<li>one</ol>",
        [("item", 1, "3.", "three"), ("item", 1, "2.", "two"), ("item", 1, "1.", "one")],
    ),
    "numbers of items": (
        "<ol start=4 type=i><li>a<li value=9>b<li>c</ol><ol type=A><li>d</ol>",
        [("item", 1, "iv.", "a"), ("item", 1, "ix.", "b"), ("item", 1, "x.", "c"),
         ("item", 1, "A.", "d")],
    ),
    "blocks in an item": (
        "<ul><li><div><p>one</p><p>more</p></div><ul><li>deep</ul>after</li></ul>",
        [("item", 1, "", "one"), ("para", 0, "", "more"), ("item", 2, "", "deep"),
         ("para", 0, "", "after")],
    ),
    "terms": ("<dl><dt>Ebb<dd>It falls.<dt>Flood<dd>It rises.</dl>",
              [("item", 1, "", "Ebb"), ("para", 0, "", "It falls."),
               ("item", 1, "", "Flood"), ("para", 0, "", "It rises.")]),
    "quotes": ("<blockquote>a<blockquote><p>b</p></blockquote><ul><li>c</ul>d</blockquote>e",
               [("quote", 1, "", "a"), ("quote", 2, "", "b"), ("item", 1, "", "c"),
                ("quote", 1, "", "d"), ("para", 0, "", "e")]),
    "a heading of several blocks": ("<h2><div>One</div><div>two</div></h2>",
                                    [("heading", 2, "", "One two")]),
    "two line breaks": ("one<br><br>two<br> <br>three",
                        [("para", 0, "", "one"), ("para", 0, "", "two"), ("para", 0, "", "three")]),
    "verse": ("<p>red<br>white<br>blue</p>", [("verse", 0, "", "red\nwhite\nblue")]),
    "long lines are no verse": (
        f"<p>{'a ' * 80}<br>{'b ' * 80}<br>{'c ' * 80}</p>",
        [("para", 0, "", ("a " * 80).strip()), ("para", 0, "", ("b " * 80).strip()),
         ("para", 0, "", ("c " * 80).strip())],
    ),
    "details": ("<details><summary>More</summary><p>Text</p></details>",
                [("para", 0, "", "More"), ("para", 0, "", "Text")]),
    "a table of layout": ("<table><tr><td><h2>Head</h2><p>Text</td></tr></table>",
                          [("heading", 2, "", "Head"), ("para", 0, "", "Text")]),
    "a table in a table": (
        "<table><tr><td><table><tr><th>a<th>b<tr><td>1<td>2</table></td></tr></table>",
        [("table", 0, "", "a\tb\n1\t2")],
    ),
    "code with numbers and a button": (
        ("<div class=highlight-python><pre><button>Copy</button><span class=lineno>1 </span>a\n"
        "<span class=lineno>2 </span>  b</pre></div>"),
        [("code", 0, "python", "a\n  b")],
    ),
    "readings above the line": ("<p><ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>の朝</p>",
                                [("para", 0, "", "港の朝")]),
    "what is not shown": (
        ("<p>a<span style='display: none'>b</span><span hidden>c</span><i aria-hidden=true>d</i>"
        "<svg><text>e</text></svg><noscript>f</noscript></p><dialog>g</dialog>"
        "<img width=1 height=1 src=x.gif>"),
        [("para", 0, "", "a")],
    ),
    "an encyclopedia": (
        ("<h2>Tides<span class=mw-editsection>[<a href=/e>edit</a>]</span></h2>"
        "<p>They rise.<sup class=reference id=cite_ref-1><a href='#cite_note-1'>[12]</a></sup></p>"
        "<ol class=references><li id=cite_note-1><span class=mw-cite-backlink><a href='#cite_ref-1'"
        ">^</a></span> <span>Penrose 1901.</span></ol>"),
        [("heading", 2, "", "Tides"), ("para", 0, "", "They rise."),
         ("note", 0, "12", "Penrose 1901.")],
    ),
    "a newsletter": (
        ("<p>They rise.<a class=footnote-anchor id=footnote-anchor-1 href='#footnote-1'>1</a></p>"
        "<div class=footnote><a id=footnote-1 href='#footnote-anchor-1' class=footnote-number>1</a>"
        "<div class=footnote-content><p>And fall.</p></div></div>"),
        [("para", 0, "", "They rise."), ("note", 0, "1", "And fall.")],
    ),
    "a note beside the text": ("<p>They rise<span class=sidenote>And fall.</span> slowly.</p>",
                               [("para", 0, "", "They rise slowly."),
                                ("note", 0, "1", "And fall.")]),
    "a power is no note": ("<p>5 m<sup>2</sup> and x<sup><a href=/p>2</a></sup></p>",
                           [("para", 0, "", "5 m2 and x2")]),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_in_a_tree_becomes_its_blocks(name):
    source, blocks = STRUCTURES[name]
    assert shape(source) == blocks


def test_spans_and_languages_are_kept():
    (block,) = blocks_of(
        "<p lang=de>Er sagte <em lang=en>tide</em> und <a href=/x>ging</a>.</p>",
        language="fr",
        base="https://a.example/b/",
    )
    assert block.language == "de"
    assert block.spans == (
        Span(9, 13, "emphasis"),
        Span(9, 13, "language", "en"),
        Span(18, 22, "link", "https://a.example/x"),
    )


def test_a_wider_tag_of_the_same_language_is_not_another_one():
    assert blocks_of("<p lang=en-GB>a</p>", language="en")[0].language == ""


def test_a_book_in_xhtml_has_its_notes_from_another_file():
    head = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
    text = etree.fromstring(
        f'{head}<body><p>Sea<a epub:type="noteref" href="notes.xhtml#n1">1</a></p>'
        f'<span epub:type="pagebreak">17</span></body></html>'
    )
    back = etree.fromstring(
        f'{head}<body><aside epub:type="endnote" id="n1"><p>1. Salt.</p></aside></body></html>'
    )
    notes = find_notes([("text.xhtml", text), ("notes.xhtml", back)])
    (para,) = read_tree(text, notes=notes)
    (note,) = read_tree(back, notes=notes)
    assert (para.text, para.notes) == ("Sea", ("1",))
    assert (note.kind, note.marker, note.text) == ("note", "1", "Salt.")


def test_entities_that_the_parser_left_are_their_characters():
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    tree = etree.fromstring('<!DOCTYPE p [<!ENTITY eacute "x">]><p>caf&eacute; noir</p>', parser)
    assert [block.text for block in read_tree(tree)] == ["café noir"]
