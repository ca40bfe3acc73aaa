"""Feeds become articles, one for each item, whatever kind of feed it is."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.base.errors import NarrateError, NothingToSay, ReadError
from narrate.read.feed import read, recognise

LONG = "The boats came in late, and nobody on the mole had waited for them. " * 12
URL = "https://quay.example/feeds/all.xml"

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>The Quay</title><link>https://quay.example/</link><language>en-gb</language>
<atom:link href="{URL}" rel="self"/>
<item><title>It&amp;#8217;s late &amp; dark</title><link>/late?a=1&amp;b=2</link>
  <dc:creator>Edda Brun</dc:creator><dc:creator>Jon Aas</dc:creator>
  <pubDate>Tue, 17 Mar 2026 23:30:00 -0700</pubDate>
  <description>A short word on the &lt;b&gt;late&lt;/b&gt; boats.</description>
  <content:encoded><![CDATA[<h2>The mole</h2><p>{LONG}</p><script>alert(1)</script>
    <p>See <a href="boats">the <em>boats</em></a>.<img src="x.gif" width="1" height="1"></p>
    <p>The post <a href="/late">Late</a> appeared first on <a href="/">The Quay</a>.</p>]]>
  </content:encoded></item>
<item><title>Earlier</title><link>https://quay.example/earlier</link>
  <author>jon@quay.example (Jon Aas)</author><pubDate>Mon, 16 Mar 2026 10:00:00 GMT</pubDate>
  <description>&lt;p&gt;{LONG}&lt;/p&gt;</description></item>
</channel></rss>"""

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://hafen.example/">
<title type="html">Der &lt;i&gt;Hafen&lt;/i&gt;</title><author><name>Edda Brun</name></author>
<entry><title>Alt</title><link rel="enclosure" href="a.mp3"/><link href="alt"/>
  <updated>2026-03-01T23:00:00+05:00</updated>
  <summary>Kurz.</summary>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LONG}</p></div></content>
</entry>
<entry><title type="text">Neu &lt;3</title><link href="neu"/><author><name>Jon Aas</name></author>
  <published>2026-03-05T10:00:00Z</published><content type="text">Erste Zeile.

Zweiter Absatz.</content></entry></feed>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Quay",
        "home_page_url": "https://quay.example/",
        "language": "en-GB",
        "authors": [{"name": "Edda Brun"}],
        "items": [
            {"id": "1", "url": "/one", "title": "One", "content_html": "<p>First <b>text</b>.</p>"},
            {"id": "2", "content_text": "Second text.", "authors": [{"name": "Jon Aas"}]},
            {"id": "3", "title": "Empty"},
        ],
    }
)

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>Old</title></channel>
<item rdf:about="y"><title>Item</title><link>https://old.example/y</link>
<description>Words in an old feed.</description></item></rdf:RDF>"""


def articles(text, url=URL):
    return list(read(text.encode(), url))


def texts(article):
    return [block.text for block in article.blocks]


@pytest.mark.parametrize("text", [RSS, ATOM, JSON, RDF], ids=["rss", "atom", "json", "rdf"])
def test_a_feed_is_known_by_its_first_element(text):
    assert recognise(text.encode())
    assert recognise(b"\xef\xbb\xbf\n" + text.encode())
    if text[0] == "<":
        assert recognise(text.encode("utf-16"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><body><rss></body></html>",
        b"A text on <rss> and <feed>.",
        b"<?xml version='1.0'?><opml/>",
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
        b'{"version": "1.0"}',
        b"<feedback>",
        b"<!-- <rss> -->",
    ],
)
def test_what_is_no_feed_is_not_taken_for_one(data):
    assert not recognise(data)


def test_an_item_of_rss_has_its_text_and_all_that_is_said_of_it():
    article = articles(RSS)[0]
    assert article.title == "It’s late & dark"
    assert article.author == "Edda Brun, Jon Aas"
    assert article.source == "https://quay.example/late?a=1&b=2"
    assert (article.site, article.language) == ("The Quay", "en-gb")
    assert article.published == "2026-03-17"
    assert article.summary == "A short word on the late boats."
    assert texts(article) == ["The mole", LONG.strip(), "See the boats."]
    (link,) = [span for span in article.blocks[-1].spans if span.kind == "link"]
    assert link.value == "https://quay.example/boats"


def test_a_description_is_the_text_where_there_is_no_other(caplog):
    article = articles(RSS)[1]
    assert texts(article) == [LONG.strip()]
    assert (article.author, article.summary) == ("Jon Aas", "")
    assert caplog.text == ""


def test_atom_is_read_newest_first():
    new, old = articles(ATOM, "feed.xml")
    assert (new.title, new.author, new.published) == ("Neu <3", "Jon Aas", "2026-03-05")
    assert texts(new) == ["Erste Zeile.", "Zweiter Absatz."]
    assert (old.title, old.author, old.published) == ("Alt", "Edda Brun", "2026-03-01")
    assert (old.source, old.site, old.language) == ("https://hafen.example/alt", "Der Hafen", "de")
    assert texts(old) == [LONG.strip()]


def test_a_json_feed_is_read(caplog):
    one, two = articles(JSON)
    assert (one.title, one.source) == ("One", "https://quay.example/one")
    assert (one.author, one.language, one.site) == ("Edda Brun", "en-GB", "The Quay")
    assert (texts(one), texts(two)) == (["First text."], ["Second text."])
    assert two.author == "Jon Aas"
    assert "1 of its 3 items have no text and are passed over" in caplog.text


def test_summaries_alone_are_said_to_be_that(caplog):
    article = articles(RDF)[0]
    assert texts(article) == ["Words in an old feed."]
    assert "only summaries: for a whole article give its page's address" in caplog.text


def test_a_podcast_without_text_is_passed_over(caplog):
    feed = (
        "<rss version='2.0'><channel><title>Talk</title><item><title>Episode 1</title>"
        "<enclosure url='https://t.example/1.mp3' type='audio/mpeg' length='1'/></item>"
        f"<item><title>With notes</title><description>{LONG}</description></item></channel></rss>"
    )
    assert [article.title for article in articles(feed)] == ["With notes"]
    assert "1 of its 2 items" in caplog.text


def test_a_broken_feed_gives_what_it_has():
    found = articles(
        RSS.replace("</channel></rss>", "").replace("late&lt;/b&gt;", "late & <b>dark")
    )
    assert [article.title for article in found][:1] == ["It’s late & dark"]


def test_a_feed_without_items_is_one_line():
    with pytest.raises(NothingToSay, match="no items"):
        articles("<rss version='2.0'><channel><title>x</title></channel></rss>")


@pytest.mark.parametrize("text", ["<rss><chan", '{"version": "https://jsonfeed.org/version/1"'])
def test_a_feed_that_is_cut_off_is_one_line(text):
    with pytest.raises(ReadError, match="the feed is broken"):
        articles(text)


def test_no_entity_is_resolved(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    feed = (
        f"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file://{secret}'><!ENTITY y 'inner'>]>"
        "<rss version='2.0'><channel><item><title>A &x; title</title>"
        "<description>Words &x; and &y;.</description></item></channel></rss>"
    )
    with contextlib.suppress(NarrateError):
        for article in articles(feed):
            assert "secret" not in " ".join([article.title, *texts(article)])


def test_a_feed_is_no_address_and_no_file_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feed").write_text(RSS)
    with pytest.raises(NarrateError):
        articles("feed")


PIECES = (
    *("<rss version='2.0'><channel>", "<item>", "<title>", "<description>", "<![CDATA[", "]]>"),
    *(
        "<link>http://[",
        "</item>",
        "<pubDate>99",
        "&#0;",
        "&x;",
        "<content type='xhtml'>",
        "<feed>",
    ),
    *("<entry>", "<p>", "\x00", "<author>", "{", '"items": [', "}", "]", '"title": {"a": []}', ","),
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=25))
def test_nothing_but_our_own_errors_comes_of_any_feed(pieces):
    data = "".join(pieces).encode(errors="replace")
    recognise(data)
    with contextlib.suppress(NarrateError):
        assert all(article.blocks for article in read(data, "feed.xml"))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("name"), inner),
    max_leaves=4,
)
FIELDS = st.sampled_from(
    (
        *("title", "url", "content_html", "content_text", "authors", "author", "language"),
        *("summary", "date_published"),
    )
)


RECORDS = st.dictionaries(FIELDS, JSON_VALUES, max_size=4)


@given(st.lists(RECORDS, max_size=3), RECORDS)
def test_no_json_feed_breaks_the_reader(items, feed):
    data = json.dumps({**feed, "items": items}).encode()
    with contextlib.suppress(NarrateError):
        assert all(article.blocks for article in read(data, "feed.json"))
