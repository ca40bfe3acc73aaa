"""Whenever an update is killed, the next one ends with one feed that agrees with the folder."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import feedparser
import pytest
from shows import init
from sites import feed, whole

from narrate.podcast._sources_file import Source, add_source

HERE = Path(__file__).parent
NEVER = 1_000_000
KEEP = 3
"""Of four episodes: two that are there, of which one is edited, and two that are new."""


def update(folder, tone, changes=NEVER):
    """What an update prints that is killed after so many changes to files."""
    command = [sys.executable, HERE / "killed_update.py", changes, folder, tone, KEEP]
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [str(word) for word in command], env=environment, capture_output=True, check=False
    )
    assert done.returncode == (0 if changes == NEVER else -9), done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def begun(tmp_path_factory, tone):
    """A show that was updated before, and whose source has changed since; and how to count."""
    top = tmp_path_factory.mktemp("killed")
    source, show = top / "feed.xml", top / "show"
    show.mkdir()
    init(show)
    add_source(Source(str(source)), show)
    url = "https://example.org"
    two = whole("Two", url, day=2)
    source.write_bytes(feed(two, whole("One", url, day=1)))
    update(show, tone)
    edited = whole("Two", url, "The boats stay in today. ", day=2)
    news = (whole("Four", url, day=4), whole("Three", url, day=3))
    source.write_bytes(feed(*news, edited, whole("One", url, day=1)))
    return show


@pytest.fixture(scope="module")
def changes(begun, tone, tmp_path_factory):
    """How many changes to files an update makes."""
    copy = tmp_path_factory.mktemp("counted") / "show"
    shutil.copytree(begun, copy)
    count = int(update(copy, tone))
    check(copy)
    return count


def check(show):
    """Look at the whole folder: nothing is missing in it, nothing is left over."""
    entries = feedparser.parse((show / "feed.xml").read_bytes()).entries
    assert [entry.title for entry in entries] == ["Four", "Three", "Two"]
    audio = {path.name: path.stat().st_size for path in show.glob("*.mp3")}
    assert sorted(audio.values()) == sorted(int(e.enclosures[0].length) for e in entries)
    records = sorted((show / "more").glob("*/recording.json"))
    assert [json.loads(path.read_text())["title"] for path in records] == ["Four", "Three", "Two"]
    assert "stay in today" in (show / "more" / "two" / "article.json").read_text()
    listed = {file["path"] for path in records for file in json.loads(path.read_text())["files"]}
    assert {name.removeprefix("../../") for name in listed if name.startswith("../")} == set(audio)
    left_over = [path for path in show.rglob("*") if path.name.startswith(".narrate")]
    assert not left_over
    assert not list(show.rglob("*.new"))
    folders = [path.name for path in (show / "more").iterdir() if path.name != ".update"]
    assert sorted(folders) == ["four", "three", "two"]
    state = json.loads((show / "more" / ".update" / "state.json").read_text())
    assert state["removing"] == []


def kill_and_go_on(begun, tmp_path, tone, at):
    show = tmp_path / "show"
    shutil.copytree(begun, show)
    update(show, tone, at)
    update(show, tone)
    check(show)
    before = {path: path.read_bytes() for path in show.rglob("*") if path.is_file()}
    update(show, tone)
    assert {path: path.read_bytes() for path in show.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.75, 0.9])
def test_a_killed_update_is_gone_on_with(begun, changes, tmp_path, tone, share):
    kill_and_go_on(begun, tmp_path, tone, int(changes * share))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_a_random_point_it_is_gone_on_with(begun, changes, tmp_path, tone, seed):
    kill_and_go_on(begun, tmp_path, tone, random.Random(seed).randrange(changes))  # noqa: S311 no secret
