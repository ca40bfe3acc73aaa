"""Shows: folders that people can read, and that are the same show on any file system."""

import json
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import ARTICLES
from hypothesis import given
from hypothesis import strategies as st
from shows import DAY, article, contents, init, make, parse

from narrate import build_feed
from narrate.base.errors import UsageError
from narrate.podcast.show import find_show, make_episode, show_settings
from narrate.produce import Order, export_release
from narrate.write import safe_name

KINDS = ("mp3", "vtt", "srt", "chapters")


def add(show, voice, *articles, kinds=KINDS, **how):
    order = Order(kinds=kinds)
    how = {"today": DAY, "jobs": 1, **how}
    return [make_episode(each, voice, show, order, **how) for each in articles]


def at_top(show):
    return sorted(path.name for path in show.iterdir() if path.suffix == ".mp3")


def check_records(show):
    """Every file that a record lists is there with its hash, as `sha256sum` computes it."""
    for path in show.glob("more/*/recording.json"):
        for file in json.loads(path.read_text())["files"]:
            command = ["sha256sum", file["path"]]
            done = subprocess.run(command, cwd=path.parent, capture_output=True, check=True)
            assert done.stdout.decode().lstrip("\\").startswith(file["sha256"])


def guids(show):
    channel = parse(build_feed(show, today=DAY).path.read_bytes())
    return {item.findtext("title"): item.findtext("guid") for item in channel.iter("item")}


def test_a_show_has_an_episode_a_file_and_all_else_below(tmp_path, tone_voice):
    show = tmp_path / "talks"
    (release,) = add(show, tone_voice, article("What: tide? Ebb/flow"))
    (undated,) = add(show, tone_voice, article("Undated", published=""))
    assert release.files[0] == show / "2026-03-17 What tide Ebb flow.mp3"
    assert undated.files[0] == show / "2026-11-22 Undated.mp3"
    assert all(path.is_file() for path in (*release.files, *undated.files))
    init(show)
    build_feed(show, today=DAY)
    assert sorted(path.name for path in show.iterdir()) == [
        "2026-03-17 What tide Ebb flow.mp3",
        "2026-11-22 Undated.mp3",
        "cover.jpg",
        "episodes.json",
        "feed.xml",
        "index.html",
        "more",
        "podcast.toml",
    ]
    assert not list(show.glob("more/**/*.mp3"))
    check_records(show)


def test_the_feed_names_the_audio_at_the_top(tmp_path, tone_voice):
    add(tmp_path, tone_voice, article("Ebb & Flow"))
    init(tmp_path)
    feed = parse(build_feed(tmp_path, today=DAY).path.read_bytes())
    url = feed.find("item/enclosure").get("url")
    assert url == "https://example.org/talks/2026-03-17%20Ebb%20%26%20Flow.mp3"


def test_a_copy_without_links_or_times_is_the_same_show(tmp_path, tone_voice):
    show, stick = tmp_path / "show", tmp_path / "stick"
    add(show, tone_voice, article("One"), article("Two"))
    init(show)
    build_feed(show, today=DAY)
    for name, data in contents(show).items():
        (stick / name).parent.mkdir(parents=True, exist_ok=True)
        (stick / name).write_bytes(data)
    build_feed(stick, today=date(2030, 1, 1))
    assert contents(stick) == contents(show)
    check_records(stick)
    release = export_release(stick / "more" / "one", Order(kinds=("opus",)), jobs=1)
    assert [path.name for path in release.files] == ["one.opus"]
    assert build_feed(stick, today=DAY).changed
    assert at_top(stick) == ["2026-03-17 One.mp3", "2026-03-17 Two.mp3"]
    assert b"one.opus" in (stick / "feed.xml").read_bytes()
    check_records(stick)


def test_a_new_export_of_the_audio_takes_the_place_at_the_top(tmp_path, tone_voice):
    add(tmp_path, tone_voice, article("One"))
    init(tmp_path)
    (before,) = (path.stat().st_size for path in tmp_path.glob("*.mp3"))
    order = Order(kinds=("mp3",))
    order = replace(order, audio=replace(order.audio, bitrate_kbps=16))
    export_release(tmp_path / "more" / "one", order, jobs=1)
    build_feed(tmp_path, today=DAY)
    (after,) = (path.stat().st_size for path in tmp_path.glob("**/*.mp3"))
    assert after != before
    check_records(tmp_path)


def test_a_page_keeps_the_audio_that_it_plays_beside_it(tmp_path, tone_voice):
    (release,) = add(tmp_path, tone_voice, article("One"), kinds=("mp3", "player"))
    assert (release.folder / "one.mp3").is_file()
    assert at_top(tmp_path) == ["2026-03-17 One.mp3"]
    init(tmp_path)
    build_feed(tmp_path, today=DAY)
    before = contents(tmp_path)
    build_feed(tmp_path, today=DAY)
    assert contents(tmp_path) == before
    check_records(tmp_path)


def test_an_article_with_another_title_takes_the_place_of_its_episode(tmp_path, tone_voice):
    init(tmp_path)
    add(tmp_path, tone_voice, article("Old Title", key="a"), article("Other", key="b"))
    before = guids(tmp_path)
    add(tmp_path, tone_voice, article("New Title", "Other words now.", key="a"))
    assert at_top(tmp_path) == ["2026-03-17 New Title.mp3", "2026-03-17 Other.mp3"]
    assert sorted(path.name for path in (tmp_path / "more").iterdir()) == ["new-title", "other"]
    assert guids(tmp_path) == {"New Title": before["Old Title"], "Other": before["Other"]}
    check_records(tmp_path)


def test_the_same_article_again_changes_nothing(tmp_path, tone_voice):
    init(tmp_path)
    add(tmp_path, tone_voice, article("One"))
    build_feed(tmp_path, today=DAY)
    before = contents(tmp_path)
    add(tmp_path, tone_voice, article("One"), today=date(2027, 1, 1))
    assert not build_feed(tmp_path, today=date(2027, 1, 1)).changed
    assert contents(tmp_path) == before


def test_names_differ_even_where_capitals_and_accents_do_not(tmp_path, tone_voice):
    titles = ["Café", "CAFE\u0301", "Cafe", "???"]
    add(tmp_path, tone_voice, *(article(title, key=str(n)) for n, title in enumerate(titles)))
    names = at_top(tmp_path)
    assert len(names) == 4
    assert len({name.casefold() for name in names}) == 4
    assert "2026-03-17.mp3" in names
    check_records(tmp_path)


def test_a_file_of_the_users_own_is_never_replaced(tmp_path, tone_voice):
    (tmp_path / "2026-03-17 One.mp3").write_bytes(b"mine")
    (release,) = add(tmp_path, tone_voice, article("One"))
    assert release.files[0].name == "2026-03-17 One (2).mp3"
    assert (tmp_path / "2026-03-17 One.mp3").read_bytes() == b"mine"


@given(st.text(st.characters(codec=None), max_size=300))
def test_a_title_is_a_name_on_every_file_system(title):
    name = f"2026-11-22 {safe_name(title)}".strip() + ".mp3"
    assert len(name.encode()) <= 255
    assert not set(name) & set('\\/:*?"<>|\0\n\u202e')
    assert not name.removesuffix(".mp3").endswith((" ", "."))


def test_a_show_keeps_the_voice_of_its_first_episode(tmp_path, tone_voice):
    add(tmp_path, tone_voice, article("One"))
    other = replace(tone_voice, name="other")
    with pytest.raises(UsageError, match="speaks with the voice tone, and this is other"):
        add(tmp_path, other, article("Two"))
    assert at_top(tmp_path) == ["2026-03-17 One.mp3"]
    add(tmp_path, other, article("Two"), named=True)
    add(tmp_path, tone_voice, article("Three"))
    (tmp_path / "podcast.toml").write_text('[make]\nvoice = "other"\n')
    add(tmp_path, other, article("Four"))
    (tmp_path / "podcast.toml").unlink()
    with pytest.raises(UsageError, match="and this is tone"):
        add(tmp_path, tone_voice, article("Five"))


def test_a_voice_of_the_same_name_with_another_model_is_another_voice(tmp_path, tone_voice):
    add(tmp_path, tone_voice, article("One"))
    newer = replace(tone_voice, options=(("sha256", "ab" * 32),))
    with pytest.raises(UsageError, match="was another model"):
        add(tmp_path, newer, article("Two"))
    add(tmp_path, newer, article("Two"), named=True)
    add(tmp_path, newer, article("Three"))


def test_an_episode_is_audio_in_one_file(tmp_path, tone_voice):
    with pytest.raises(UsageError, match="one file"):
        make_episode(article(), tone_voice, tmp_path, Order(split=True))
    (release,) = add(tmp_path, tone_voice, article("One"), kinds=("vtt",))
    assert release.files[0].suffix == ".mp3"


def test_a_release_made_by_hand_in_more_becomes_an_episode(tmp_path, tone_voice):
    make(tmp_path / "more", tone_voice, article("One"))
    init(tmp_path)
    assert list(guids(tmp_path)) == ["One"]
    assert at_top(tmp_path) == ["2026-03-17 One.mp3"]


def test_a_show_is_a_path_or_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    shows = Path("shows")
    assert find_show("here", shows) == Path("here")
    assert find_show("./new", shows) == Path("new")
    assert find_show("news", shows) == shows / "news"


def test_the_command_makes_into_a_show_by_its_name_and_settings(tmp_path, run, tone):
    show = tmp_path / "shows" / "talks"
    show.mkdir(parents=True)
    (tmp_path / "second.txt").write_text("Second\n\nA second note, and it is short.\n")
    (show / "podcast.toml").write_text(f"[make]\nvoice = '{tone}'\nkinds = ['mp3', 'chapters']\n")
    done = run("make", ARTICLES / "short-note.txt", "--show", "talks", "--json")
    assert done.returncode == 0, done.stderr
    files = json.loads(done.stdout)["files"]
    assert [Path(file).suffix for file in files] == [".mp3", ".json", ".vtt"]
    assert Path(files[0]).parent == Path("shows/talks")
    (show / "podcast.toml").unlink()
    assert show_settings(show)["voice"] == str(tone)
    done = run("make", "second.txt", "--show", "talks", NARRATE_VOICE="builtin")
    assert (done.returncode, b"speaks with the voice tone" in done.stderr) == (2, True)
    done = run("make", "second.txt", "--show", "talks")
    assert done.returncode == 0, done.stderr
    assert len(at_top(show)) == 2


def test_the_pronunciations_of_a_show_are_its_own(tmp_path, run, tone):
    show = tmp_path / "talks"
    show.mkdir()
    (show / "lexicon.toml").write_text('note = "a word that is much longer"\n')
    lexicon = ("--voice", tone, "--no-cache", "--json")
    (tmp_path / "note.txt").write_text("Title\n\nThis note says note, and then note again.\n")
    inside = run("make", "note.txt", "--show", "./talks", *lexicon)
    outside = run("make", "note.txt", "-o", "out", *lexicon)
    assert inside.returncode == outside.returncode == 0, inside.stderr
    lengths = [json.loads(done.stdout)["length_ms"] for done in (inside, outside)]
    assert lengths[0] > lengths[1] + 1000


def test_an_episode_goes_nowhere_else(run):
    done = run("make", "second.txt", "--show", "talks", "-o", "out")
    assert (done.returncode, b"leave out --out or --show" in done.stderr) == (2, True)


def test_a_show_on_a_place_without_links_is_arranged_by_copying(tmp_path, tone_voice, monkeypatch):
    def no_links(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    add(tmp_path, tone_voice, article("One"))
    assert [path.name for path in tmp_path.rglob("*.mp3")] == ["2026-03-17 One.mp3"]
    check_records(tmp_path)
