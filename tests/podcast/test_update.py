"""A show that follows something gets its episodes once, and keeps them right."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import feedparser
import pytest
from shows import contents, init
from sites import SENTENCE, feed, item, page, site, whole

from narrate.base.locks import locked
from narrate.podcast import _sources_web
from narrate.podcast._sources_file import Source, add_source
from narrate.podcast.update import BusyError, Manner, update_show
from narrate.produce import Order

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Let the pauses between requests to a host be short."""
    monkeypatch.setattr(_sources_web, "DISTANCE", 0.01)


@pytest.fixture
def show(tmp_path):
    folder = tmp_path / "show"
    folder.mkdir()
    init(folder)
    return folder


@pytest.fixture
def update(show, tone_voice):
    """Updates the show `hours` after noon."""

    def run(hours=0, **manner):
        order = Order(kinds=("mp3",), draw=False)
        manner = Manner(tone_voice, order, called="tone", jobs=1, **manner)
        return update_show(show, manner, now=NOW + timedelta(hours=hours))

    return run


def follow(show, address, **options):
    add_source(Source(str(address), private=True, **options), show)


def titles(show):
    """The titles in the feed, the newest first; it agrees with the files in the folder."""
    if not (show / "feed.xml").exists():
        return []
    entries = feedparser.parse((show / "feed.xml").read_bytes()).entries
    names = sorted(path.name for path in show.glob("*.mp3"))
    lengths = sorted(int(entry.enclosures[0].length) for entry in entries)
    assert lengths == sorted((show / name).stat().st_size for name in names)
    records = [json.loads(path.read_text()) for path in show.glob("more/*/recording.json")]
    assert sorted(record["title"] for record in records) == sorted(e.title for e in entries)
    return [entry.title for entry in entries]


def guids(show):
    entries = feedparser.parse((show / "feed.xml").read_bytes()).entries
    return {entry.title: entry.id for entry in entries}


def test_what_is_new_in_a_feed_is_made_once(show, update):
    with site() as web:
        web.pages["/feed"] = feed(whole("Two", web.url, day=2), whole("One", web.url, day=1))
        follow(show, f"{web.url}/feed")
        assert update().new == ["One", "Two"]
        assert titles(show) == ["Two", "One"]
        before = contents(show)
        second = update(1)
        assert (second.new, second.updated, second.failed) == ([], [], [])
        assert contents(show) == before
        assert web.unchanged == ["/feed"]
        web.pages["/feed"] = feed(whole("Three", web.url, day=3), whole("Two", web.url, day=2))
        assert update(2).new == ["Three"]
    assert titles(show) == ["Three", "Two", "One"]


def test_the_same_article_at_a_tracked_address_is_the_same(show, update):
    with site() as web:
        text = f"<p>{SENTENCE * 3}</p>"
        link = f"{web.url}/one?id=7&utm_source=rss&fbclid=x#top"
        web.pages["/feed"] = feed(item("One", f"{web.url}/one?id=7", text))
        web.pages["/other"] = feed(item("One", link, f"<p>Otherwise told. {SENTENCE * 3}</p>"))
        follow(show, f"{web.url}/feed")
        follow(show, f"{web.url}/other")
        assert update().new == ["One"]
        web.pages["/feed"] = feed(item("One", link, text))
        again = update(1)
        assert (again.new, again.updated) == ([], [])


def test_an_edited_article_is_the_same_episode_and_marked(show, update):
    with site() as web:
        web.pages["/feed"] = feed(whole("One", web.url))
        follow(show, f"{web.url}/feed")
        update()
        before = guids(show)
        web.pages["/feed"] = feed(whole("One", web.url, "The boats stay in today. "))
        edited = update(24)
        assert (edited.new, edited.updated) == ([], ["One"])
        assert guids(show) == before
        assert "2026-11-23" in (show / "episodes.json").read_text()
        assert b"pdated" in (show / "feed.xml").read_bytes()
        web.pages["/feed"] = feed(whole("One", web.url, "The boats go out again. "))
        assert update(48, reissue=True).updated == ["One"]
        assert guids(show)["One"] != before["One"]
        assert update(49).updated == []
    assert titles(show) == ["One"]


def test_a_summary_sends_for_the_page_where_robots_may_read_it(show, update, monkeypatch):
    monkeypatch.setattr(_sources_web, "DISTANCE", 1.0)
    with site() as web:
        web.pages["/robots.txt"] = b"User-agent: *\nDisallow: /private/\n"
        web.pages["/open/one"] = page("One", SENTENCE * 4)
        web.pages["/private/two"] = page("Two", SENTENCE * 4)
        web.pages["/feed"] = feed(
            item("One", f"{web.url}/open/one", "<p>It begins so [&hellip;]</p>"),
            item("Two", f"{web.url}/private/two"),
        )
        follow(show, f"{web.url}/feed")
        begun = time.monotonic()
        done = update()
        assert time.monotonic() - begun >= 2  # three requests, a second apart
        assert done.new == ["One"]
        assert "robots.txt" in done.failed[0]
        assert web.asked == ["/feed", "/robots.txt", "/open/one"]
    text = (show / "more" / "one" / "article.json").read_text()
    assert text.count("The tide comes in") == 24


def test_what_is_broken_is_said_once_and_tried_later_and_later(show, update):
    with site() as web:
        good, broken = whole("Good", web.url, day=2), item("Broken", f"{web.url}/broken")
        web.pages["/feed"] = feed(good, broken)
        web.pages["/broken"] = 500
        follow(show, f"{web.url}/feed")
        first = update()
        assert first.new == ["Good"]
        assert re.search("Broken: .*500", first.failed[0])
        assert first.waiting == 1
        for hours, asked in ((0.5, False), (1.5, True), (2.5, False)):
            web.asked.clear()
            later = update(hours)
            assert (later.new, later.failed, later.waiting) == ([], [], 1)
            assert ("/broken" in web.asked) == asked
        web.pages["/broken"] = page("Broken", SENTENCE * 4)
        mended = update(24)
        assert (mended.new, mended.waiting) == (["Broken"], 0)
    assert sorted(titles(show)) == ["Broken", "Good"]


def test_a_source_that_is_gone_stops_no_other(show, update, tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "story.md").write_text(f"# A Story\n\n{SENTENCE * 3}")
    follow(show, tmp_path / "nowhere.xml")
    follow(show, documents)
    first = update()
    assert first.new == ["A Story"]
    assert "nowhere.xml" in first.failed[0]
    assert update(2).failed == []


def test_a_folder_of_documents_is_followed_by_what_they_say(show, update, tmp_path):
    documents = tmp_path / "documents"
    (documents / "deep").mkdir(parents=True)
    story = documents / "deep" / "story.md"
    story.write_text(f"# A Story\n\n{SENTENCE * 3}")
    (documents / "page.html").write_bytes(page("A Page", SENTENCE))
    (documents / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    (documents / ".hidden.md").write_text("# Hidden\n\nNobody hears this.")
    follow(show, documents)
    assert sorted(update().new) == ["A Page", "A Story"]
    story.touch()
    assert update(1).updated == []
    story.write_text(f"# A Story\n\nIt is another one now. {SENTENCE}")
    assert update(2).updated == ["A Story"]
    assert sorted(titles(show)) == ["A Page", "A Story"]


def test_a_message_that_was_read_is_still_the_same(show, update, tmp_path):
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "A Letter", "Ann <ann@example.org>", "b@example.org"
    mail["Date"] = "Sun, 22 Nov 2026 08:00:00 +0000"
    mail.set_content(f"{SENTENCE * 3}\n")
    box = tmp_path / "box"
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True)
    fresh = box / "new" / "1700000000.M1P2.host"
    fresh.write_bytes(mail.as_bytes())
    follow(show, box)
    assert update().new == ["A Letter"]
    fresh.rename(box / "cur" / "1700000000.M1P2.host:2,S")
    again = update(1)
    assert (again.new, again.updated, again.failed) == ([], [], [])
    assert titles(show) == ["A Letter"]


def test_the_oldest_episodes_go_and_do_not_come_back(show, update):
    with site() as web:
        items = [whole(f"Day{day}", web.url, day=day) for day in range(1, 5)]
        web.pages["/feed"] = feed(*items[::-1])
        follow(show, f"{web.url}/feed")
        assert update(keep=2).new == ["Day3", "Day4"]
        web.pages["/feed"] = feed(whole("Day5", web.url, day=5), *items[::-1])
        third = update(1, keep=2)
        assert (third.new, third.removed) == (["Day5"], 1)
        assert titles(show) == ["Day5", "Day4"]
        assert sorted(path.name for path in (show / "more").glob("[!.]*")) == ["day4", "day5"]
        web.pages["/feed"] = feed(*items[::-1], whole("Day5", web.url, day=5))
        assert update(2).new == []
        assert update(3, max_age=17).removed == 1
    assert titles(show) == ["Day5"]


def test_articles_that_are_too_old_are_not_made(show, update):
    with site() as web:
        web.pages["/feed"] = feed(whole("New", web.url, day=20), whole("Old", web.url, day=1))
        follow(show, f"{web.url}/feed")
        assert update(max_age=10).new == ["New"]
        assert update(1).new == []


def test_at_first_only_the_latest_are_made_if_that_was_asked_for(show, update):
    with site() as web:
        old = [whole("Two", web.url, day=2), whole("One", web.url, day=1)]
        web.pages["/feed"] = feed(*old)
        follow(show, f"{web.url}/feed", latest=1)
        assert update().new == ["Two"]
        three, four = whole("Three", web.url, day=3), whole("Four", web.url, day=4)
        web.pages["/feed"] = feed(four, three, *old)
        assert update(1).new == ["Three", "Four"]


def test_a_dry_run_tells_and_leaves_all_as_it_was(show, update):
    with site() as web:
        web.pages["/feed"] = feed(whole("One", web.url))
        follow(show, f"{web.url}/feed")
        before = contents(show)
        assert update(dry_run=True).new == ["One"]
        assert contents(show) == before
        assert update().new == ["One"]


def test_a_second_run_ends_at_once(show, update):
    (show / "more" / ".update").mkdir(parents=True)
    with locked(show / "more" / ".update"), pytest.raises(BusyError, match="another run"):
        update()


def test_a_private_address_is_fetched_only_where_that_was_said(show, update):
    with site() as web:
        web.pages["/feed"] = feed(whole("One", web.url))
        add_source(Source(f"{web.url}/feed"), show)
        assert "private" in update().failed[0]
        assert web.asked == []


def test_what_made_the_episode_need_not_be_known(show, update):
    """As after a kill between the episode and the note that it is done."""
    with site() as web:
        web.pages["/feed"] = feed(whole("One", web.url))
        follow(show, f"{web.url}/feed")
        update()
        (show / "more" / ".update" / "state.json").unlink()
        before = (show / "feed.xml").read_bytes()
        assert update(1).new == []
        assert (show / "feed.xml").read_bytes() == before


def test_the_command_is_made_for_cron(run, tmp_path, tone):
    with site() as web:
        web.pages["/feed"] = feed(whole("One", web.url), item("Bad", f"{web.url}/bad"))
        address = f"{web.url}/feed"
        assert run("follow", address, "--show", "shows/s", "--private").returncode == 0
        listed = run("follow", "--list", "--show", "shows/s", "--json")
        assert json.loads(listed.stdout)["source"] == address
        made = run("update", "-q", NARRATE_VOICE=str(tone))
        assert made.returncode == 5
        assert made.stdout == b"s: 1 new, 1 failed, 1 to be tried again: One\n"
        assert made.stderr.count(b"\n") == 1
        quiet = run("update", "-q")
        assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, b"", b"")
        said = run("update", "--show", "shows/s")
        assert said.stdout == b"s: 1 to be tried again\n"
        assert run("follow", address, "--show", "shows/s", "--remove").returncode == 0
        assert run("follow", address, "--show", "shows/s", "--remove").returncode == 2


def test_a_page_leads_to_its_feed(run):
    with site() as web:
        web.pages["/"] = (
            b"<!doctype html><head><link rel=alternate type=application/rss+xml href=/feed>"
        )
        web.pages["/feed"] = feed(whole("One", web.url))
        found = run("follow", f"{web.url}/", "--show", "s/", "--private")
        assert found.stdout.decode().strip() == f"{web.url}/feed"
        plain = run("follow", f"{web.url}/nothing", "--show", "s/", "--private")
        assert plain.returncode == 2
        assert plain.stderr.count(b"\n") == 1
