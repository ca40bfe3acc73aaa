"""One article in every format, made by real programs (formats/make.py): the same blocks of each."""

from pathlib import Path

import pytest

from narrate.base.errors import ReadError
from narrate.read import read_articles

FORMATS = Path(__file__).parent / "formats"
TITLE = "The Bell Buoys of Øresund"
CAPTION = "A red buoy leaning in grey water"


def read(name):
    (article,) = read_articles(FORMATS / name)
    return article


def outline(blocks):
    """All that a listener can tell apart: kind, level, number, text, spans, cells, notes."""
    return [
        (
            block.kind,
            block.level,
            block.marker,
            block.text,
            [(span.kind, block.text[span.start : span.end], span.value) for span in block.spans],
            block.rows,
            block.notes,
        )
        for block in blocks
    ]


@pytest.fixture(scope="module")
def written():
    return outline(read("article.md").blocks)


def the_same(blocks):
    return blocks


def without_the_title(blocks):
    """The title of a page is announced, and not once more among its blocks."""
    return blocks[1:]


def with_a_caption_for_a_description(blocks):
    """Here the words under the picture are a caption, and the picture has no description."""
    image = next(at for at, block in enumerate(blocks) if block[0] == "image")
    caption = ("caption", 0, "", CAPTION, [], (), ())
    nameless = ("image", 0, "", "", [], (), ())
    return [*blocks[:image], nameless, caption, *blocks[image + 1 :]]


def of_a_word_processor(blocks):
    """The byline stands below the title, and code says not which language it is in."""
    byline = [("para", 0, "", text, [], (), ()) for text in ("Zoë Ångström", "2026-03-17")]
    nameless = [(*block[:2], "", *block[3:]) if block[0] == "code" else block for block in blocks]
    return [nameless[0], *byline, *nameless[1:]]


def of_libreoffice(blocks):
    return with_a_caption_for_a_description(of_a_word_processor(blocks))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("article.html", without_the_title),
        ("article.mhtml", without_the_title),
        ("article.eml", without_the_title),
        ("article.rss", the_same),
        ("article.epub", the_same),
        ("article.epub2.epub", with_a_caption_for_a_description),
        ("article.docx", of_a_word_processor),
        ("article.writer.docx", of_libreoffice),
    ],
)
def test_every_format_gives_the_same_blocks_and_metadata(name, change, written):
    article = read(name)
    assert outline(article.blocks) == change(written)
    assert (article.title, article.author) == (TITLE, "Zoë Ångström")
    assert (article.published, article.language) == ("2026-03-17", "en")


def test_a_page_for_print_gives_the_same_text_in_the_same_order(written):
    text = " ".join(" ".join(block.text.split()) for block in read("article.pdf").blocks)
    place = 0
    for block in written:
        said = " ".join(block[3].split())
        assert said in text[place:]
        place = text.index(said, place)


def test_a_format_that_is_not_read_is_refused_with_a_way_to_convert_it():
    with pytest.raises(ReadError, match=r"OpenDocument.*pandoc"):
        read("article.odt")
