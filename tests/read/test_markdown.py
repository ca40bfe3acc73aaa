"""Markdown becomes an article: structure, spans, notes, front matter; nothing is lost or hangs."""

import contextlib
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.base.errors import LimitError, NarrateError, ReadError
from narrate.base.model import Picture, Span
from narrate.read import read_articles, text
from narrate.read._clean import clean_text
from narrate.read._commonmark import is_too_dense
from narrate.read.markdown import SUFFIXES, read, read_markdown
from narrate.script import make_script

ARTICLES = Path(__file__).parent.parent / "articles"
MOST_SECONDS = 5
HOSTILE_SIZE = 2_000_000


def shape(source):
    blocks = read_markdown(source).blocks
    return [(block.kind, block.level, block.marker, block.text) for block in blocks]


def kinds(source):
    return [block.kind for block in read_markdown(source).blocks]


def one(source):
    (block,) = read_markdown(source).blocks
    return block


def spans(source):
    block = one(source)
    return [(span.kind, block.text[span.start : span.end], span.value) for span in block.spans]


def words(source):
    return re.findall(r"\w+", " ".join(block.text for block in read_markdown(source).blocks))


def test_the_letters_give_the_same_utterances_as_text_and_as_markdown(tone_voice):
    (plain,) = text.read((ARTICLES / "letters.txt").read_bytes(), "letters.txt")
    (marked,) = read((ARTICLES / "letters.md").read_bytes(), "letters.md")
    scripts = make_script(plain, tone_voice), make_script(marked, tone_voice)
    assert scripts[0].utterances == scripts[1].utterances
    assert scripts[0].chapters == scripts[1].chapters
    assert (marked.title, marked.author, marked.published) == (
        plain.title,
        plain.author,
        plain.published,
    )


def test_the_ending_of_a_file_chooses_its_reader(tmp_path):
    assert SUFFIXES == (".md", ".markdown", ".mdown", ".mkd")
    for name in ("a.md", "b.MARKDOWN", "c.txt", "d"):
        (tmp_path / name).write_text("# Harbour *lights*\n\nThey are on.\n", encoding="utf-8")
    titles = [
        next(read_articles(tmp_path / name)).title for name in ("a.md", "b.MARKDOWN", "c.txt", "d")
    ]
    assert titles[:2] == ["Harbour lights", "Harbour lights"]
    assert titles[2] == titles[3] != "Harbour lights"


def test_binary_data_is_refused_under_the_name_it_came_with():
    with pytest.raises(ReadError, match=r"^photo\.md: this is a PNG picture"):
        list(read(b"\x89PNG\r\n\x1a\n\x00", "photo.md"))


STRUCTURES = {
    "headings of both styles": (
        "# One\n\nTwo\nlines\n---\n\n###### Six ######",
        [("heading", 1, "", "One"), ("heading", 2, "", "Two lines"), ("heading", 6, "", "Six")],
    ),
    "a wrapped paragraph": ("The sea\nwas   calm.  \n", [("para", 0, "", "The sea was calm.")]),
    "a wrapped paragraph without spaces": (
        "吾輩は猫である。\n名前はまだ無い。",
        [("para", 0, "", "吾輩は猫である。名前はまだ無い。")],
    ),
    "a line that ends in a dash or a hyphen": (
        "It was cold—\nvery cold, a well-\nknown thing.",
        [("para", 0, "", "It was cold—very cold, a well-known thing.")],
    ),
    "two broken lines": ("Ada Quill  \nHarbour Lane", [("para", 0, "", "Ada Quill Harbour Lane")]),
    "three broken lines": ("One,\\\ntwo,\\\nthree", [("verse", 0, "", "One,\ntwo,\nthree")]),
    "verse in a quote": ("> One,  \n> two,  \n> three", [("verse", 0, "", "One,\ntwo,\nthree")]),
    "bullets": ("- one\n- two\n    + deep", [("item", 1, "", "one"), ("item", 1, "", "two"),
                                            ("item", 2, "", "deep")]),
    "numbers go on from the first": (
        "3. three\n3. four\n   1) one\n10. five",
        [("item", 1, "3.", "three"), ("item", 1, "4.", "four"), ("item", 2, "1)", "one"),
         ("item", 1, "5.", "five")],
    ),
    "an item of two paragraphs": (
        "1. one\n\n   more\n2. two",
        [("item", 1, "1.", "one"), ("para", 0, "", "more"), ("item", 1, "2.", "two")],
    ),
    "an item that begins with code": (
        "1.     code\n\n   words",
        [("code", 0, "", "code"), ("item", 1, "1.", "words")],
    ),
    "tasks": ("- [x] done\n- [ ] open", [("item", 1, "", "done"), ("item", 1, "", "open")]),
    "quotes": (
        "> one\n>\n> > two\n>\n> three",
        [("quote", 1, "", "one"), ("quote", 2, "", "two"), ("quote", 1, "", "three")],
    ),
    "what is in a quote keeps its kind": (
        "> ## Head\n> - item\n>\n>   more\n>\n> ```\n> code\n> ```",
        [("heading", 2, "", "Head"), ("item", 1, "", "item"), ("quote", 1, "", "more"),
         ("code", 0, "", "code")],
    ),
    "a quote in an item": ("- > said", [("quote", 1, "", "said")]),
    "an alert": ("> [!NOTE]\n> Mind it.", [("quote", 1, "", "Note"), ("quote", 1, "", "Mind it.")]),
    "fenced code": (
        '```python title="x"\n  a  = 1\n\n# *no* heading\n```',
        [("code", 0, 'python title="x"', "  a  = 1\n\n# *no* heading")],
    ),
    "indented code": ("Then:\n\n    a\n      b\n", [("para", 0, "", "Then:"),
                                                    ("code", 0, "", "a\n  b")]),
    "rules": ("***\n\nx\n\n- - -", [("break", 0, "", ""), ("para", 0, "", "x"),
                                   ("break", 0, "", "")]),
    "a picture alone": ("![A harbour](h.png)", [("image", 0, "", "A harbour")]),
    "badges": (
        "[![one](1.svg)](a) ![](2.svg)\n<img src=3.svg alt='three'>",
        [("image", 0, "", "one"), ("image", 0, "", ""), ("image", 0, "", "three")],
    ),
    "a picture in a sentence": ("See ![the *sea*](s.png) there.",
                                [("para", 0, "", "See the sea there.")]),
    "a picture as a heading": ("# ![Logo](l.png)", [("heading", 1, "", "Logo")]),
    "entities and escapes": ("\\*caf&eacute;\\* &lt;b&gt; &#x41;&nbsp;b",
                             [("para", 0, "", "*café* <b> A\u00a0b")]),
    "definitions and comments": (
        "See [this][a].\n\n[a]: https://a.example 'T'\n\n<!-- not\n\nthis -->\n\nx<!-- nor -->y",
        [("para", 0, "", "See this."), ("para", 0, "", "xy")],
    ),
    "HTML in a line": (
        "H<sub>2</sub>O<br>and <script>no()</script><b class='x > y'>more</b>",
        [("para", 0, "", "H2O and more")],
    ),
    "a stray tag in a line": ("a <script>b c", [("para", 0, "", "a b c")]),
    "HTML blocks": (
        """<div align=center><h1>Name</h1>
<p>One &amp;<br>two<p>three</div>

<details><summary>More</summary>

*text*

</details>

<style>p { x: y }</style>""",
        [("heading", 1, "", "Name"), ("para", 0, "", "One & two"), ("para", 0, "", "three"),
         ("para", 0, "", "More"), ("para", 0, "", "text")],
    ),
    "HTML lists, quotes and code": (
        """<ol start=4><li>four<ul><li><p>deep</ul><li>five</ol>
<blockquote>said</blockquote>
<pre>a
  b</pre>
<hr><figure><img src=x alt=Sea><figcaption>The sea</figcaption>""",
        [("item", 1, "4.", "four"), ("item", 2, "", "deep"), ("item", 1, "5.", "five"),
         ("quote", 1, "", "said"), ("code", 0, "", "a\n  b"), ("break", 0, "", ""),
         ("image", 0, "", "Sea"), ("caption", 0, "", "The sea")],
    ),
    "HTML that has no end": ("<!-- open\n\nstill *here*", [("para", 0, "", "open still *here*")]),
}  # fmt: skip


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_becomes_its_blocks(name):
    source, blocks = STRUCTURES[name]
    assert shape(source) == blocks


def test_a_table_has_its_rows_its_text_and_its_spans():
    table, note = read_markdown(
        "| Ship | *Port* |\n|---|---|\n| Ann[^1] | a\\|b |\n| Bo |\n\n[^1]: Lost."
    ).blocks
    assert table.rows == (("Ship", "Port"), ("Ann", "a|b"), ("Bo", ""))
    assert table.text == "Ship\tPort\nAnn\ta|b\nBo\t"
    assert [table.text[span.start : span.end] for span in table.spans] == ["Port", ""]
    assert (table.notes, note.text) == (("1",), "Lost.")


def test_a_table_in_html_has_its_rows():
    table = one(
        "<table><tr><th>Ship<th>Port</tr><tr><td><p>Ann</p><p>Bo</p></td><td></td></tr></table>"
    )
    assert (table.kind, table.rows) == ("table", (("Ship", "Port"), ("Ann Bo", "")))


def test_pictures_keep_their_source():
    image = one("![A harbour](https://a.example/h.png)")
    assert image.picture == Picture("A harbour", "https://a.example/h.png")


def test_spans_say_what_is_more_than_plain():
    source = (
        "*a* **b** ~~c~~ `d  e` [f *g*](https://h.example) <https://i.example>\n"
        "j<sup>k</sup> <a href='l&amp;m'>n</a>"
    )
    assert spans(source) == [
        ("emphasis", "a", ""),
        ("strong", "b", ""),
        ("strikethrough", "c", ""),
        ("code", "d e", ""),
        ("link", "f g", "https://h.example"),
        ("emphasis", "g", ""),
        ("link", "https://i.example", "https://i.example"),
        ("superscript", "k", ""),
        ("link", "n", "l&m"),
    ]


def test_a_combining_mark_joins_the_letter_before_its_span():
    block = one("e*\u0301x*")
    assert block.text == "éx"
    assert unicodedata.is_normalized("NFC", block.text)
    assert all(0 <= span.start <= span.end <= len(block.text) for span in block.spans)


def test_notes_stand_at_the_end_and_their_marks_are_no_text():
    article = read_markdown(
        "One[^b] two.^[Three [four](x).]\n\n[^a]: Never marked.\n\n[^b]: Five\n\n    six\n\nEnd."
    )
    assert [(block.kind, block.marker, block.text) for block in article.blocks] == [
        ("para", "", "One two."),
        ("para", "", "End."),
        ("note", "b", "Five"),
        ("note", "b", "six"),
        ("note", "1", "Three four."),
        ("note", "a", "Never marked."),
    ]
    assert article.blocks[0].notes == ("b", "1")
    assert article.blocks[0].spans == (Span(3, 3, "note", "b"), Span(8, 8, "note", "1"))


def test_the_second_of_two_notes_with_one_label_is_kept():
    assert "first second" in " ".join(words("x[^a]\n\n[^a]: first\n\n[^a]: second"))


def test_a_mark_without_a_note_is_text():
    assert one("One[^x] two").text == "One[^x] two"


TITLES = {
    "the only heading of its level": ("# Harbour\n\nx\n\n## One\n\n## Two", "Harbour"),
    "a heading under badges": ("![b](b.svg)\n\n---\n\n# Harbour\n\nx", "Harbour"),
    "a heading under a label": ("The Coast\n\n# Harbour\n\nx", "Harbour"),
    "a heading in HTML": ("<h1 align=center>Harbour</h1>\n\nx", "Harbour"),
    "the first of several": ("# Harbour\n\nx\n\n# Install\n\ny", "Harbour"),
    "the first of several chapters": ("# Chapter 1\n\nx\n\n# Chapter 2\n\ny", ""),
    "a heading below another": ("## Intro\n\nx\n\n# Harbour\n\ny", ""),
    "a heading after text": ("word " * 30 + "\n\n# Harbour\n\nx", ""),
    "no heading": ("word", ""),
    "front matter": ("---\ntitle: Lights\n---\n# Harbour\n\nx", "Lights"),
}


@pytest.mark.parametrize("name", TITLES)
def test_the_title_is_found(name):
    source, title = TITLES[name]
    assert read_markdown(source).title == title


@pytest.mark.parametrize(
    ("lines", "author", "published"),
    [
        ("*By Ada Quill, 3 May 2024*", "Ada Quill", "2024-05-03"),
        ("**By Ada Quill**\n\n2024-05-03", "Ada Quill", "2024-05-03"),
        ("By Ada Quill  \nMay 3, 2024", "Ada Quill", "2024-05-03"),
        ("By noon the rain had stopped.", "", ""),
    ],
)
def test_a_credit_under_the_title_says_who_and_when(lines, author, published):
    article = read_markdown(f"# Harbour\n\n{lines}\n\nWords.")
    assert (article.author, article.published) == (author, published)


def front(yaml):
    return read_markdown(f"---\n{yaml}\n---\n\nThe text.\n")


def test_front_matter_says_what_the_document_is():
    article = front(
        "title: 'Harbour: the lights'\nauthor: Ada Quill\ndate: 2024-05-03T10:00:00Z\nlang: no\n"
        "description: >\n  Two\n  lines\nsite: The Coast\ncanonical_url: https://a.example/x\n"
        "tags: [a, b]"
    )
    assert article.title == "Harbour: the lights"
    assert (article.author, article.published, article.language) == (
        "Ada Quill",
        "2024-05-03",
        "no",
    )
    assert (article.summary, article.site) == ("Two lines", "The Coast")
    assert article.source == "https://a.example/x"
    assert [block.text for block in article.blocks] == ["The text."]


@pytest.mark.parametrize(
    ("yaml", "author"),
    [
        ("authors: [Ada Quill, Tomás Rehn]", "Ada Quill, Tomás Rehn"),
        ("authors:\n  - name: Ada Quill\n    url: x\n  - Tomás Rehn", "Ada Quill, Tomás Rehn"),
        ("author:\n  url: x\n  name: Ada Quill", "Ada Quill"),
        ("author: ~", ""),
        ("author:", ""),
    ],
)
def test_authors_may_be_written_in_many_ways(yaml, author):
    assert front(yaml).author == author


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2024-5-3", "2024-05-03"),
        ("2024-05-03 10:00:00 +0200", "2024-05-03"),
        ("May 3, 2024", "2024-05-03"),
        ("2024-13-45", ""),
        ("soon", ""),
        ("2024", ""),
    ],
)
def test_a_date_in_front_matter_is_a_day_of_the_calendar(written, published):
    assert front(f"date: {written}").published == published


@pytest.mark.parametrize(
    "yaml",
    [
        "title: a: b\ntext: kept",
        "title: [kept",
        "title: !!python/object:os.system kept\nx: [",
        "kept: " + "[" * 1000,
        "kept:\n" + "- " * 3000,
        "kept: " + "x" * 20_000,
    ],
)
def test_front_matter_that_cannot_be_read_is_kept_as_code(yaml):
    article = front(yaml)
    assert article.title == article.author == ""
    assert [block.kind for block in article.blocks] == ["code", "para"]
    assert "kept" in article.blocks[0].text


def test_front_matter_makes_no_objects_and_expands_no_aliases():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}]\n"
        for old, new in zip("abcdefghijklmn", "bcdefghijklmno", strict=True)
    )
    begun = time.process_time()
    article = front(f"{bomb}title: !!python/name:os.system Harbour")
    assert article.title == "Harbour"
    assert time.process_time() - begun < 1


def test_text_between_two_rules_is_no_front_matter():
    assert words("---\nThe sea was calm.\n\n---\n\nAnd wide.") == [
        "The",
        "sea",
        "was",
        "calm",
        "And",
        "wide",
    ]


DEEP = {
    "quotes": ("> " * 10_000, ""),
    "quotes without spaces": (">" * 10_000, ""),
    "bullets in a line": ("- " * 10_000, ""),
    "numbers in a line": ("1. " * 5_000, ""),
    "notes": ("[^a]: " * 5_000, ""),
    "brackets": ("[" * 5_000, "]" * 5_000),
    "pictures": ("![" * 3_000, "](a)" * 3_000),
    "links": ("[" * 3_000, "](a)" * 3_000),
    "notes in a line": ("x^[" * 300, "]" * 300),
    "emphasis": ("*" * 50_000, "*" * 50_000),
    "emphasis of each letter": ("*a " * 3_000, "*" * 3_000),
    "tags": ("<b>" * 5_000, "</b>" * 5_000),
    "HTML blocks": ("<div><blockquote><ul><li>" * 3_000, ""),
}


@pytest.mark.parametrize("name", DEEP)
def test_what_is_nested_too_deep_is_not_lost(name):
    before, after = DEEP[name]
    found = words(f"first\n\n{before}second word{after}\n\nthird")
    assert {"first", "second", "word", "third"} <= set(found)


def test_every_line_of_a_list_that_is_nested_too_deep_is_kept():
    found = words("\n".join(f"{'  ' * depth}- w{depth}\n" for depth in range(100)))
    assert found == [f"w{depth}" for depth in range(100)]


def sized(unit, prose=0.0):
    """Two megabytes of `unit`, a share of them plain words."""
    kept = int(HOSTILE_SIZE * (1 - prose))
    return (
        (unit * (kept // len(unit) + 1))[:kept] + "\n\n" + "word " * int(HOSTILE_SIZE * prose / 5)
    )


HOSTILE = {
    "brackets": sized("["),
    "some brackets": sized("[", 0.96),
    "stars": sized("*"),
    "backticks": sized("`"),
    "items": sized(" * a\n"),
    "some items": sized(" * a\n", 0.9),
    "lines that go on with a deep quote": "> " * 50 + "\n" + sized("a\n", 0.95),
    "deeper items": "\n".join(f"{'  ' * depth}* a" for depth in range(1_400)),
    "marks of notes without an end": "[^a]: x\n\n" + sized("[^", 0.97),
    "notes": "".join(f"[^{number}]: a\n" for number in range(100_000)),
    "definitions": "".join(f"[a{number}]: b\n" for number in range(100_000)),
    "comments in a block": "<div>\n" + sized("<!-- ", 0.8),
    "comments without an end": "a " + sized("<!-- ", 0.8),
    "scripts": "a " + sized("<script>", 0.8),
    "a wide table": "|a" * 40_000 + "\n" + "|-" * 40_000 + "\n" + sized("|\n", 0.95),
    "one long word": sized("x"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_two_hostile_megabytes_end_in_five_seconds(name):
    begun = time.process_time()
    with contextlib.suppress(LimitError):
        read_markdown(HOSTILE[name])
    assert time.process_time() - begun < MOST_SECONDS


def test_markup_that_is_too_dense_is_refused_with_a_way_out():
    with pytest.raises(LimitError, match=r"^a\.md: .* Markdown marks .*\.txt"):
        list(read(sized("*a ").encode(), "a.md"))


def test_a_list_of_links_is_not_too_dense_and_a_small_document_never_is():
    line = "* [`1a2b3c`](https://a.example/commit/1a2b3c) - **fs**: close the *door*\n"
    assert not is_too_dense(line * 8_000)
    assert not is_too_dense("*a " * 50_000)
    prose = "Past the *old* lights, " + "and on to the sea, " * 7 + "to [Ada](https://a.example).\n"
    assert not is_too_dense(prose * 20_000)


MARKS = """
    [^a] [^a]: ^[ ``` ~~~ |-|-| a|b ![x]( ](y) <b> </b> <br> <!-- --> <script> </script> <table>
    <td> <li> <pre> <hr> <img alt=z> &amp; &#x301; &shy; [x] title: word é 漢
"""
MARKDOWN = st.lists(
    st.sampled_from([
        *MARKS.split(),
        *"*_~`[]()!<>&\\^|#-+=.:;\"'/ \t\n\xad\u0301",
        *("\n\n", "    ", "  \n", "- ", "1. ", "> ", "---\n", "- [x] "),
    ]),
    max_size=60,
).map("".join)  # fmt: skip


@given(MARKDOWN | st.text())
def test_any_markdown_is_read_into_clean_blocks(source):
    try:
        article = read_markdown(source)
    except NarrateError:
        return
    for block in article.blocks:
        assert block.text or block.kind in ("break", "image")
        assert clean_text(block.text) == block.text
        if block.kind not in ("code", "table", "note"):
            assert block.text == block.text.strip(" \t\n")
            assert "\n" not in block.text or block.kind == "verse"
        for span in block.spans:
            assert 0 <= span.start <= span.end <= len(block.text)


@given(
    st.lists(
        st.text(
            alphabet=st.characters(categories=["L", "N", "M", "Zs", "Pd", "Po"]), max_size=40
        ).filter(lambda line: not re.search(r"""[#*\\&"'/%@!.:;?-]""", line)),
        max_size=20,
    )
)
def test_no_letter_or_digit_of_plain_paragraphs_is_lost(lines):
    source = clean_text("\n".join(lines))
    said = "".join(block.text for block in read_markdown(source).blocks)
    assert [c for c in said if c.isalnum()] == [c for c in source if c.isalnum()]
