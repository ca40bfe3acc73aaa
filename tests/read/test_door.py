"""The door of the first stage: which reader, from where, and what every article has in the end."""

import io
import json
import logging
import zipfile
from pathlib import Path

import pytest
from web import Answer, serve

from narrate.base.errors import LimitError, NothingToSay, ReadError
from narrate.read import Given, read_articles
from narrate.read._open import Document
from narrate.read._sniff import choose_reader

PAGE = (
    "<!doctype html><html lang=en><head><title>Night boats</title>"
    '<meta property="og:image" content="/boat.png">'
    '<link rel=canonical href="https://quay.example/night-boats"></head><body><article>'
    + "".join(
        f"<p>The boat of {hour} o'clock was late, and {hour} people on the mole did not mind.</p>"
        for hour in range(1, 12)
    )
    + "</article></body></html>"
).encode()
FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Quay",
        "items": [
            {
                "id": str(n),
                "title": "News" if n < 3 else f"News {n}",
                "content_text": f"Text number {n}.",
                "date_published": f"2026-01-{1 + n // 24:02}T{n % 24:02}:00:00Z",
            }
            for n in range(60)
        ],
    }
).encode()
MAIL = (Path(__file__).parent / "mail/reply.eml").read_bytes()
MHTML = (Path(__file__).parent / "mail/page.mhtml").read_bytes()
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(50)


def archive(*names, mimetype=""):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        if mimetype:
            packed.writestr("mimetype", mimetype)
        for name in names:
            packed.writestr(name, "<x/>")
    return file.getvalue()


EPUB = archive("META-INF/container.xml", mimetype="application/epub+zip")
DOCX = archive("[Content_Types].xml", "word/document.xml")


def reader_of(data, suffix="", mime=""):
    return choose_reader(Document(f"story{suffix}", data, suffix, mime)).__name__.rpartition(".")[2]


@pytest.mark.parametrize("suffix", ["", ".txt", ".md", ".pdf", ".html", ".docx", ".jpg", ".tex"])
@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (PAGE, "html"),
        (b"\n<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'><p>x", "html"),
        (FEED, "feed"),
        (b"<rss version='2.0'><channel>", "feed"),
        (MAIL, "email"),
        (MHTML, "email"),
        (b"%PDF-1.7\n", "pdf"),
        (EPUB, "epub"),
        (DOCX, "docx"),
    ],
)
def test_what_is_in_a_file_decides_whatever_its_name_says(data, reader, suffix):
    assert reader_of(data, suffix) == reader


@pytest.mark.parametrize(
    ("data", "suffix", "mime", "reader"),
    [
        (b"The <p> tag begins a paragraph, and <html> a page.", ".txt", "", "text"),
        (b"The <p> tag begins a paragraph, and <html> a page.", "", "", "text"),
        (b"# Title\n\n<div>html</div>\n", ".md", "", "markdown"),
        (b"# Title", "", "text/markdown", "markdown"),
        (b"# Title", ".md", "text/plain", "markdown"),
        (b"<p>A piece</p><p>of a page", ".html", "", "html"),
        (b"<p>A piece</p><p>of a page", "", "text/html", "html"),
        (b"Words, and no tag at all.", ".html", "", "text"),
        (b"Words.", ".pdf", "", "text"),
        (b"Words.", ".epub", "application/epub+zip", "text"),
        ("Wörter.".encode("utf-16"), "", "", "text"),
    ],
)
def test_a_name_decides_where_nothing_else_does(data, suffix, mime, reader):
    assert reader_of(data, suffix, mime) == reader


@pytest.mark.parametrize(
    ("data", "suffix", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), ".doc", "--convert-to html story.doc"),
        (
            archive("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
            *(".odt", "pandoc -s story.odt -o story.html"),
        ),
        (b"{\\rtf1 hello}", ".rtf", "pandoc -s story.rtf"),
        (b"\\section{One}", ".tex", "pandoc -s story.tex"),
        (b"One\n===\n", ".rst", "pandoc -s story.rst"),
        (b"* One\n", ".org", "pandoc -s story.org"),
        (archive("ppt/presentation.xml"), ".pptx", "--convert-to pdf story.pptx"),
        (archive("xl/workbook.xml"), ".xlsx", "--convert-to html story.xlsx"),
        (bytes(60) + b"BOOKMOBI" + bytes(99), ".mobi", "ebook-convert story.mobi story.epub"),
        (b"AT&TFORM\0\0\0\0DJVU", ".djvu", "djvutxt story.djvu story.txt"),
        (PICTURE, ".png", "tesseract story.png story"),
        (b"RIFF\0\0\0\0WEBPVP8 ", ".webp", "tesseract"),
        (b"ID3\x04" + bytes(99), ".mp3", "sound already"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", ".srt", "times"),
        (b'{"cells": []}', ".ipynb", "nbconvert"),
        (b'{"a": 1}', ".json", "no feed"),
        (b"<?xml version='1.0'?><book/>", ".xml", "neither a page nor a feed"),
        (archive("a.txt"), ".zip", "unpack it"),
        (archive("a.txt"), ".docx", "no .docx document, or a damaged one"),
        (EPUB[200:], ".epub", "no .epub document, or a damaged one"),
        (b"\x1f\x8b\x08" + bytes(99), ".gz", "unpack it"),
    ],
)
def test_a_kind_that_is_not_read_is_one_line_with_a_way_out(tmp_path, data, suffix, words):
    path = tmp_path / f"story{suffix}"
    path.write_bytes(data)
    with pytest.raises(ReadError) as caught:
        list(read_articles(path))
    assert words in str(caught.value)


def test_a_name_in_a_hint_can_be_typed_as_it_stands(tmp_path):
    path = tmp_path / "my $(story).rst"
    path.write_text("One\n===\n")
    with pytest.raises(
        ReadError, match=r"pandoc -s 'my \$\(story\)\.rst' -o 'my \$\(story\)\.html'"
    ):
        list(read_articles(path))


def test_a_reader_from_elsewhere_needs_no_more_than_two_names(run, tmp_path):
    site = tmp_path / "site"
    info = site / "shout-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "shout.py").write_text(
        "from narrate.base.model import Article, Block\n"
        "SUFFIXES = {'.shout'}\n"
        "def read(data, url):\n"
        "    yield Article('', (Block('para', data.decode().upper()),))\n"
    )
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shout\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[narrate.read]\nshout = shout\n")
    (tmp_path / "a.shout").write_text("hello")
    done = run("preview", "a.shout", "--json", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr.decode()
    assert b"HELLO" in done.stdout


def test_a_page_is_named_by_its_canonical_address(tmp_path):
    (tmp_path / "saved.html").write_bytes(PAGE)
    (tmp_path / "again.html").write_bytes(PAGE)
    (saved,) = read_articles(tmp_path / "saved.html")
    (again,) = read_articles(tmp_path / "again.html")
    assert saved.source == "https://quay.example/night-boats"
    assert saved.source_key == again.source_key
    assert saved.title == "Night boats"


def test_a_page_without_one_is_named_by_where_it_came_from():
    page = PAGE.replace(b"rel=canonical", b"rel=icon")
    answers = {"/": Answer(status=301, Location="/here#top"), "/here": Answer(page)}
    with serve(answers) as server:
        (article,) = read_articles(f"{server.url}/", allow_private=True)
        assert article.source == f"{server.url}/here"


def test_what_the_caller_says_wins_over_a_page(tmp_path):
    (tmp_path / "saved.html").write_bytes(PAGE)
    (article,) = read_articles(tmp_path / "saved.html", Given(title="Mine", published="2001-02-03"))
    assert (article.title, article.published) == ("Mine", "2001-02-03")


def test_articles_of_one_source_and_title_are_told_apart(tmp_path):
    (tmp_path / "feed.json").write_bytes(FEED)
    articles = list(read_articles(tmp_path / "feed.json", latest=60))
    assert len(articles) == 60
    assert len({(article.title, article.source_key) for article in articles}) == 60


def test_the_newest_fifty_are_taken_and_it_is_said(tmp_path, caplog):
    (tmp_path / "feed.json").write_bytes(FEED)
    with caplog.at_level(logging.WARNING, "narrate"):
        articles = list(read_articles(tmp_path / "feed.json"))
    assert len(articles) == 50
    assert articles[0].title == "News 59"
    assert "only the newest 50 are taken (--latest N)" in caplog.text


def test_a_number_of_articles_can_be_asked_for(tmp_path, caplog):
    (tmp_path / "feed.json").write_bytes(FEED)
    assert [a.title for a in read_articles(tmp_path / "feed.json", latest=1)] == ["News 59"]
    assert caplog.text == ""


def test_one_article_that_is_too_long_does_not_stop_the_others(tmp_path):
    feed = json.loads(FEED)
    feed["items"] = feed["items"][3:6]
    feed["items"][1]["content_text"] = "Some words. " * 170_000
    (tmp_path / "feed.json").write_text(json.dumps(feed))
    articles = read_articles(tmp_path / "feed.json")
    assert next(articles).title == "News 5"
    with pytest.raises(LimitError, match="hours of speech"):
        next(articles)
    assert [article.title for article in articles] == ["News 3"]


def test_a_source_without_an_article_is_one_line(tmp_path):
    (tmp_path / "feed.json").write_text(
        '{"version": "https://jsonfeed.org/version/1", "items": [{"title": "Empty"}]}'
    )
    with pytest.raises(NothingToSay, match="no text"):
        list(read_articles(tmp_path / "feed.json"))


@pytest.mark.parametrize("source", ["ftp://quay.example/a", "file:///etc/passwd", "gopher://x"])
def test_other_addresses_than_those_of_the_web_are_not_read(source):
    with pytest.raises(ReadError, match="only http and https"):
        list(read_articles(source))


@pytest.mark.parametrize(
    ("answer", "cover", "words"),
    [
        (Answer(PICTURE), PICTURE, ""),
        (Answer(b"RIFF\0\0\0\0WEBPVP8 "), b"", "neither a JPEG nor a PNG file"),
        (Answer(status=404), b"", "404 Not Found"),
        (Answer(bytes(11_000_000)), b"", "larger than 10 MB"),
    ],
)
def test_the_lead_image_becomes_the_cover_when_it_is_asked_for(caplog, answer, cover, words):
    with serve({"/": Answer(PAGE, Content_Type="text/html"), "/boat.png": answer}) as server:
        (article,) = read_articles(f"{server.url}/", allow_private=True, fetch_images=True)
        assert article.cover == cover
        assert words in caplog.text
        (plain,) = read_articles(f"{server.url}/", allow_private=True)
        assert plain.cover == b""
        assert [path for path, _ in server.asked].count("/boat.png") == 1


def test_several_sources_go_on_after_an_error_and_a_summary_closes(run, tmp_path, tone):
    (tmp_path / "feed.json").write_bytes(FEED)
    (tmp_path / "story.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99))
    done = run("make", "story.doc", "feed.json", "none.txt", "--latest", "2", "--voice", tone)
    said = done.stderr.decode()
    assert done.returncode == 5, said
    assert len(done.stdout.splitlines()) == 2
    assert "narrate: story.doc: an old Microsoft Office document is not read" in said
    assert said.splitlines()[-1] == "2 of 4 made"


def test_a_page_can_be_previewed_from_its_address(run):
    with serve({"/": Answer(PAGE, Content_Type="text/html")}) as server:
        done = run("preview", f"{server.url}/", "--allow-private")
        assert done.returncode == 0, done.stderr.decode()
        assert b"people on the mole" in done.stdout
        refused = run("preview", f"{server.url}/")
    assert refused.returncode == 2
    assert refused.stderr.count(b"\n") == 1
    assert b"--allow-private" in refused.stderr
