"""What can be followed, and what is found in it."""

import json

import pytest
from sites import SENTENCE, feed, item, whole

from narrate.base.errors import ReadError, UsageError
from narrate.podcast._sources_file import Source, read_sources
from narrate.podcast._sources_list import list_source
from narrate.podcast._sources_read import read_candidate
from narrate.podcast._sources_web import Web, canonical_url
from narrate.podcast.follow import follow_source, list_sources, unfollow_source

POCKET = """title,url,time_added,tags,status
"Boats, and More",https://example.org/boats?utm_medium=x,1763000000,sea|long,unread
https://example.org/two,https://example.org/two,1763100000,,archive
"""
INSTAPAPER = """URL,Title,Selection,Folder,Timestamp,Tags
https://example.org/boats,"Boats, and More",,Unread,1763000000,"[]"
https://example.org/two,Two,"a
selection",Archive,1763100000,"[]"
"""
OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="News"><outline type="rss" text="One" xmlUrl="https://example.org/one.xml"/>
<outline type="rss" text="Two" XMLURL="https://example.org/two.xml?a=1&amp;b=2"/></outline>
<outline type="rss" text="Again" xmlUrl="https://example.org/one.xml"/></body></opml>"""


def listed(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list_source(Source(str(path)), Web())


@pytest.mark.parametrize("text", [POCKET, INSTAPAPER, f"\ufeff{POCKET}"])
def test_exports_of_read_it_later_services_name_their_articles(tmp_path, text):
    found = listed(tmp_path / "export.csv", text).candidates
    assert [candidate.place for candidate in found] == [
        "https://example.org/boats",
        "https://example.org/two",
    ]
    assert found[0].title == "Boats, and More"
    assert found[0].day == "2025-11-13"


def test_a_wallabag_export_has_the_articles_themselves(tmp_path):
    entries = [
        {
            "title": "Boats",
            "url": "https://example.org/boats",
            "content": f"<h2>Out</h2><p>{SENTENCE * 10}</p>",
            "published_at": "2026-11-01T08:00:00+0000",
            "created_at": "2026-11-02T08:00:00+0000",
            "published_by": ["Ann Example"],
            "language": "en_GB",
        }
    ]
    (found,) = listed(tmp_path / "wallabag.json", json.dumps(entries)).candidates
    (article,) = read_candidate(found, Web())
    assert (article.title, article.author, article.published) == (
        "Boats",
        "Ann Example",
        "2026-11-01",
    )
    assert article.language == "en-GB"
    assert [block.kind for block in article.blocks] == ["heading", "para"]


def test_a_list_of_addresses_may_have_remarks(tmp_path):
    text = "# later\n\nhttps://example.org/a\n- see https://example.org/b.\nhttps://example.org/a\n"
    found = listed(tmp_path / "later.txt", text).candidates
    assert [candidate.place for candidate in found] == [
        "https://example.org/a",
        "https://example.org/b",
    ]


def test_an_opml_file_names_feeds(tmp_path):
    assert [source.address for source in listed(tmp_path / "feeds.opml", OPML).feeds] == [
        "https://example.org/one.xml",
        "https://example.org/two.xml?a=1&b=2",
    ]


def test_an_opml_file_with_entities_is_refused(tmp_path):
    bomb = OPML.replace("<opml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><opml')
    with pytest.raises(ReadError, match="entities"):
        listed(tmp_path / "feeds.opml", bomb)


@pytest.mark.parametrize("text", ["Nothing to see.", "<html><body>https://example.org", "a,url\n"])
def test_what_names_no_articles_cannot_be_followed(tmp_path, text):
    with pytest.raises(ReadError):
        listed(tmp_path / "file", text)


def test_entries_without_address_or_title_are_told_apart(tmp_path):
    text = feed(
        f"<item><description>First. {SENTENCE * 9}</description></item>",
        f"<item><description>Second. {SENTENCE * 9}</description></item>",
        "<item><title>Nothing</title></item>",
    )
    found = listed(tmp_path / "feed.xml", text).candidates
    assert [candidate.title.split(".")[0] for candidate in found] == ["First", "Second"]
    assert len({candidate.key for candidate in found}) == 2


def test_a_cut_entry_is_not_taken_for_the_article(tmp_path):
    url = "https://example.org"
    text = feed(
        whole("Whole", url),
        item("Cut", f"{url}/cut", f"<p>{SENTENCE * 20}</p><a href='x'>Continue reading →</a>"),
        item("Dots", f"{url}/dots", f"<p>{SENTENCE * 20} [&#8230;]</p>"),
    )
    found = listed(tmp_path / "feed.xml", text).candidates
    assert [candidate.whole for candidate in found] == [True, False, False]


def test_a_feed_without_items_is_no_error(tmp_path):
    assert listed(tmp_path / "feed.xml", feed()).candidates == ()


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTPS://Example.org/A?utm_source=x#y", "https://example.org/A"),
        ("https://example.org/?id=1&fbclid=2&b=%20", "https://example.org/?id=1&b=%20"),
        ("https://example.org/?q", "https://example.org/?q"),
        ("https://example.org/?a=b;c", "https://example.org/?a=b;c"),
    ],
)
def test_addresses_are_the_same_without_what_tells_who_clicked(url, same):
    assert canonical_url(url) == same


def test_what_is_followed_is_kept_beside_what_a_person_wrote(tmp_path):
    source = tmp_path / "feed.xml"
    source.write_bytes(feed(whole("One", "https://example.org")))
    show = tmp_path / "show"
    assert follow_source(str(source), show, latest=3)[1]
    assert not follow_source(str(source), show, latest=3)[1]
    file = show / "sources.toml"
    file.write_text(f"# mine\n{file.read_text()}")
    assert follow_source(str(tmp_path), show, private=True)[1]
    assert list_sources(show) == [
        Source(str(source), latest=3),
        Source(str(tmp_path), private=True),
    ]
    unfollow_source(str(source), show)
    assert file.read_text().startswith("# mine\n")
    assert list_sources(show) == [Source(str(tmp_path), private=True)]
    with pytest.raises(UsageError, match="does not follow"):
        unfollow_source(str(source), show)


@pytest.mark.parametrize(
    "text",
    [
        "sources = 1",
        '[sources]\n"x" = 1',
        '[sources]\n"x" = {privat = true}',
        "[sources",
        '[sources]\n"x" = {latest = true}',
    ],
)
def test_a_sources_file_with_a_slip_is_said(tmp_path, text):
    (tmp_path / "sources.toml").write_text(text)
    with pytest.raises(UsageError):
        read_sources(tmp_path)
