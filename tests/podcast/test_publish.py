"""What is published is whole at every moment: the feed there names only files that are there."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import unquote

import fsspec
import pytest
from shows import DAY, URL, article, init

from narrate.base.errors import UsageError, WriteError
from narrate.podcast.publish import MANIFEST, publish_show
from narrate.podcast.show import make_episode
from narrate.produce import Order

HERE = Path(__file__).parent
NEVER = 1_000_000


def add(show, voice, title, text="The tide comes in."):
    order = Order(kinds=("mp3", "vtt"), draw=False)
    made = article(title, text, key=title)
    return make_episode(made, voice, show, order, called="tone", today=DAY, jobs=1)


@pytest.fixture(scope="module")
def made(tmp_path_factory, tone_voice):
    show = tmp_path_factory.mktemp("made") / "show"
    show.mkdir()
    init(show)
    add(show, tone_voice, "One")
    add(show, tone_voice, "Two & a Half")
    return show


@pytest.fixture
def show(made, tmp_path):
    return shutil.copytree(made, tmp_path / "show")


def named_in(feed):
    """The paths that a feed names below its own address."""
    every = ET.fromstring(feed).iter()  # noqa: S314 our own feed
    texts = [text for each in every for text in (each.text, *each.attrib.values())]
    inside = {unquote(text.removeprefix(URL)) for text in texts if text and text.startswith(URL)}
    return {path for path in inside if path and "#" not in path}


def check_whole(place):
    """Every file that the feed at `place` names is there."""
    if (place / "feed.xml").exists():
        paths = named_in((place / "feed.xml").read_bytes())
        assert any(path.endswith(".mp3") for path in paths)
        assert not [path for path in paths if not (place / path).is_file()]


def contents(place):
    files = (path for path in place.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in files}


def remove(show, title):
    (folder,) = (show / "more").glob(f"{title.lower()}*")
    shutil.rmtree(folder)
    for path in show.glob(f"*{title}*.mp3"):
        path.unlink()


def test_what_has_changed_is_copied_audio_first_and_the_feed_last(show, tmp_path, tone_voice):
    place = tmp_path / "public"
    first = publish_show(show, place.as_uri(), today=DAY)
    assert first.sent[-1] == "feed.xml"
    assert first.sent[-2] == "index.html"
    check_whole(place)
    private = {"podcast.toml", "episodes.json", "sources.toml"} & contents(place).keys()
    assert not private
    assert all((show / path).read_bytes() == data for path, data in contents(place).items())
    again = publish_show(show, place.as_uri(), today=DAY)
    assert (again.sent, again.removed, again.kept) == ([], [], len(first.sent))
    add(show, tone_voice, "Three")
    remove(show, "One")
    (place / "theirs.txt").write_text("not ours")
    third = publish_show(show, str(place), today=DAY)
    assert [path for path in third.sent if path.endswith(".mp3")] == ["2026-03-17 Three.mp3"]
    assert [path for path in third.removed if path.endswith(".mp3")] == ["2026-03-17 One.mp3"]
    assert (place / "theirs.txt").exists()
    assert not (place / "more" / "one").exists()
    check_whole(place)


def test_a_file_that_was_lost_there_is_copied_again(show, tmp_path):
    place = tmp_path / "public"
    publish_show(show, str(place), today=DAY)
    (place / "2026-03-17 One.mp3").write_bytes(b"half")
    (place / "cover.jpg").unlink()
    assert set(publish_show(show, str(place), today=DAY).sent) == {
        "2026-03-17 One.mp3",
        "cover.jpg",
    }


def test_a_manifest_that_is_damaged_or_hostile_removes_nothing(show, tmp_path):
    place = tmp_path / "public"
    count = len(publish_show(show, str(place), today=DAY).sent)
    outside = tmp_path / "outside.txt"
    outside.write_text("precious")
    (place / MANIFEST).write_text('{"format": 1, "files": {"../outside.txt": ["x", 8]}}')
    done = publish_show(show, str(place), today=DAY)
    assert (len(done.sent), done.removed) == (count, [])
    (place / MANIFEST).write_text("{")
    assert len(publish_show(show, str(place), today=DAY).sent) == count
    assert outside.read_text() == "precious"


def test_a_dry_run_copies_nothing(show, tmp_path):
    publish_show(show, str(tmp_path / "public"), today=DAY)
    assert publish_show(show, str(tmp_path / "other"), dry_run=True).sent[-1] == "feed.xml"
    assert not (tmp_path / "other").exists()


def test_any_place_that_fsspec_knows_will_do(show):
    publish_show(show, "memory://public/show", today=DAY)
    system = fsspec.filesystem("memory")
    paths = named_in(system.cat_file("/public/show/feed.xml"))
    assert not [path for path in paths if not system.exists(f"/public/show/{path}")]


def test_a_place_that_is_not_known_or_cannot_be_written_is_an_error(show, tmp_path):
    with pytest.raises(UsageError, match="not known"):
        publish_show(show, "nowhere://x")
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="cannot be published"):
        publish_show(show, str(tmp_path / "file" / "show"))


def run_killed(show, url, after):
    command = [sys.executable, HERE / "killed_publish.py", after, show, url]
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False)
    assert done.returncode in (0, -9), done.stderr
    return done


def test_killed_at_any_file_it_is_gone_on_with(show, tmp_path, tone_voice):
    place = tmp_path / "public"
    publish_show(show, str(place), today=DAY)
    remove(show, "One")
    add(show, tone_voice, "Three")
    add(show, tone_voice, "Two & a Half", "It was edited.")
    published = tmp_path / "before"
    place.rename(published)
    shutil.copytree(published, place)
    changes = int(run_killed(show, place, NEVER).stdout)
    wanted = contents(place)
    assert "2026-03-17 One.mp3" not in wanted
    for after in range(0, changes, max(1, changes // 6)):
        shutil.rmtree(place)
        shutil.copytree(published, place)
        assert run_killed(show, place, after).returncode == -9
        check_whole(place)
        publish_show(show, str(place), today=DAY)
        assert contents(place) == wanted


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """moto's S3 server in an environment of its own: its libraries and s3fs want different ones."""
    place = os.environ.get("NARRATE_TEST_MOTO", "")
    if not place:
        place = tmp_path_factory.mktemp("moto")
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        pip = [Path(place, "bin", "pip"), "install", "--quiet", "moto[s3,server]"]
        subprocess.run(pip, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(place, "bin", "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(url, timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield url
    finally:
        server.kill()
        server.wait()


@pytest.mark.long
def test_s3_gets_the_whole_show_with_types_and_what_was_killed_is_gone_on_with(
    show, s3, monkeypatch, tone_voice
):
    keys = {
        "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    for name, value in {**keys, "AWS_ENDPOINT_URL": s3}.items():
        monkeypatch.setenv(name, value)
    system = fsspec.filesystem("s3")
    system.mkdir("bucket")
    first = publish_show(show, "s3://bucket/show", today=DAY)
    about = system.info("bucket/show/2026-03-17 One.mp3")
    assert about["ContentType"] == "audio/mpeg"
    assert publish_show(show, "s3://bucket/show", today=DAY).kept == len(first.sent)
    remove(show, "One")
    add(show, tone_voice, "Three")
    command = [sys.executable, "-c", KILLED, str(show)]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr
    for last in (False, True):
        system.invalidate_cache()
        paths = named_in(system.cat_file("bucket/show/feed.xml"))
        assert not [path for path in paths if not system.exists(f"bucket/show/{path}")]
        if not last:
            publish_show(show, "s3://bucket/show", today=DAY)
    system.invalidate_cache()
    assert not system.exists("bucket/show/2026-03-17 One.mp3")
    assert publish_show(show, "s3://bucket/show", today=DAY).sent == []


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from narrate.podcast.publish import publish_show
def tell(path):
    if path.endswith(".xml"):
        os.kill(os.getpid(), signal.SIGKILL)
publish_show(Path(sys.argv[1]), "s3://bucket/show", today=date(2026, 11, 22), tell=tell)
"""
