"""podcast.toml: three values are enough, and what a directory would refuse is told at home."""

import tomllib

import pytest
from PIL import Image
from shows import DAY, article, init, make, parse

from narrate import NarrateError, build_feed
from narrate.base.errors import UsageError
from narrate.podcast._podcast_file import list_categories, read_podcast

VALUES = ("--url", "https://example.org/s", "--title", "Talks", "--email", "me@example.org")


@pytest.fixture
def folder(tmp_path, tone_voice):
    out = tmp_path / "output"
    make(out, tone_voice, article(), kinds=("mp3",))
    return out


def add(folder, text):
    path = folder / "podcast.toml"
    path.write_text(text + "\n" + path.read_text())


def test_address_title_and_email_alone_give_a_feed(folder, run):
    assert run("feed", folder, "--init", *VALUES).returncode == 0
    done = run("feed", folder, "--date", "2026-11-22")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().split() == [str(folder / "feed.xml")]
    assert b"to subscribe: https://example.org/s/feed.xml" in done.stderr
    assert b"Warning" not in done.stderr
    channel = parse((folder / "feed.xml").read_bytes())
    assert channel.findtext("link") == "https://example.org/s/"


def test_a_feed_without_podcast_toml_says_how_to_make_one(folder, run):
    done = run("feed", folder)
    assert done.returncode == 2
    assert b"--init --url" in done.stderr
    done = run("feed", folder, "--title", "Talks")
    assert (done.returncode, b"add --init" in done.stderr) == (2, True)


@pytest.mark.parametrize("url", ["http://127.0.0.1:80/x", "http://localhost/", "http://[::1]/"])
def test_a_loopback_address_is_a_warning(folder, run, url):
    assert run("feed", folder, "--init", *VALUES, "--url", url).returncode == 0
    done = run("feed", folder)
    assert done.returncode == 0
    assert b"Warning" in done.stderr
    assert b"is this machine" in done.stderr


def test_http_is_a_warning(folder):
    _, remarks = init(folder, url="http://example.org/")
    assert "not https" in remarks[0]


def test_init_explains_every_key_and_keeps_what_is_there(folder):
    init(folder)
    path = folder / "podcast.toml"
    text = path.read_text()
    for key in read_podcast(folder).__slots__:
        assert f"{key} = " in text
    path.write_text(text.replace("# explicit = false", "explicit = true # strong words"))
    init(folder, title="Other Talks")
    assert "explicit = true # strong words" in path.read_text()
    known = tomllib.loads(path.read_text())
    assert (known["title"], known["email"]) == ("Other Talks", "me@example.org")


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ('explicit = "no"', "write explicit = true or explicit = false, without quotes"),
        ('explicit = "clean"', "write explicit = true or explicit = false"),
        ('category = "Sciense"', "Science"),
        ('category = "Books"', "Arts > Books"),
        ('category = "Arts > Poetry"', "Arts > Books"),
        ('type = "weekly"', "write episodic or serial"),
        ('medium = "radio"', "newsletter"),
        ('language = "English, British"', "write one like en"),
        ('cover = "../cover.jpg"', "as cover.jpg"),
        ('cover = "cover.gif"', "as cover.jpg"),
        ('link = "ftp://example.org/"', "as https://example.org"),
        (f'description = "{"x" * 4001}"', "4000 at most"),
        ('guid = "mine"', "leave it out"),
        ('titel = "Talks"', "did you mean title?"),
        ("author = 3", "write author ="),
    ],
)
def test_what_a_directory_would_refuse_is_told_with_its_remedy(folder, line, remedy):
    init(folder)
    add(folder, line)
    with pytest.raises(UsageError) as caught:
        build_feed(folder, today=DAY)
    assert remedy in str(caught.value)
    assert not (folder / "feed.xml").exists()


@pytest.mark.parametrize(
    "value",
    [
        {"email": "me"},
        {"title": "x" * 256},
        {"url": "example.org"},
        {"url": "https://example.org/ü"},
    ],
)
def test_init_refuses_the_same_and_writes_nothing(folder, value):
    with pytest.raises(UsageError):
        init(folder, **value)
    assert not (folder / "podcast.toml").exists()


def test_the_categories_are_nested_as_directories_want_them(folder):
    assert len(list_categories()) == 19
    init(folder, category="Society & Culture > Documentary")
    channel = parse(build_feed(folder, today=DAY).path.read_bytes())
    top = channel.find("{http://www.itunes.com/dtds/podcast-1.0.dtd}category")
    assert (top.get("text"), top[0].get("text")) == ("Society & Culture", "Documentary")


def test_a_cover_is_drawn_where_there_is_none_and_a_given_one_stays(folder):
    init(folder)
    build_feed(folder, today=DAY)
    with Image.open(folder / "cover.jpg") as cover:
        assert (cover.format, cover.size, cover.mode) == ("JPEG", (3000, 3000), "RGB")
    Image.new("RGB", (1400, 1400), "teal").save(folder / "cover.jpg")
    before = (folder / "cover.jpg").read_bytes()
    build_feed(folder, today=DAY)
    assert (folder / "cover.jpg").read_bytes() == before


@pytest.mark.parametrize(
    ("size", "mode", "why"),
    [
        ((1399, 1399), "RGB", "1399 by 1399"),
        ((3001, 3001), "RGB", "3001 by 3001"),
        ((1600, 1400), "RGB", "1600 by 1400"),
        ((1400, 1400), "RGBA", "RGBA"),
        ((1400, 1400), "L", "directories take RGB"),
    ],
)
def test_a_cover_that_directories_refuse_is_an_error(folder, size, mode, why):
    init(folder)
    add(folder, 'cover = "cover.png"')
    Image.new(mode, size).save(folder / "cover.png")
    with pytest.raises(UsageError, match=why):
        build_feed(folder, today=DAY)


def test_a_cover_that_is_no_picture_or_another_kind_is_an_error(folder):
    init(folder)
    (folder / "cover.jpg").write_text("no picture")
    with pytest.raises(NarrateError, match="no JPEG or PNG"):
        build_feed(folder, today=DAY)
    Image.new("RGB", (1400, 1400)).save(folder / "cover.jpg", "PNG")
    with pytest.raises(NarrateError, match="it is a png picture"):
        build_feed(folder, today=DAY)


def test_a_folder_without_recordings_or_none_at_all_is_an_error(tmp_path, run):
    assert run("feed", tmp_path / "new", "--init", *VALUES).returncode == 0
    done = run("feed", tmp_path / "new")
    assert (done.returncode, b"no recordings" in done.stderr) == (2, True)
    assert run("feed", tmp_path / "nowhere").returncode == 2


def test_values_with_quotes_come_back_as_they_were(folder):
    init(folder, title='Quotes " and \\ backslashes')
    known = tomllib.loads((folder / "podcast.toml").read_text())
    assert known["title"] == 'Quotes " and \\ backslashes'
