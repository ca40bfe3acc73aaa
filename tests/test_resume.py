"""What was spoken and encoded before is not done again, and nothing else changes."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from narrate.base.cache import open_cache
from narrate.base.errors import SpeakError
from narrate.base.model import Article, Block
from narrate.base.voice import load_voice
from narrate.produce import Order, export_release, make_release

CHAPTERS = 4
TESTS = Path(__file__).parent


def story(changed="", count=CHAPTERS):
    """An article of some chapters with a few sentences each; one of them can be changed."""
    blocks = [Block("heading", "Harbour tales", 1)]
    for chapter in range(count):
        blocks.append(Block("heading", f"Part {chapter} of the tale", 2))
        for paragraph in range(3):
            text = (
                f"Boat {chapter} left the quay at {paragraph} in the morning, and nobody waved. "
                f"The crew of boat {chapter} counted {paragraph + 2} lamps on the water."
            )
            if changed and (chapter, paragraph) == (2, 1):
                text = changed
            blocks.append(Block("para", text))
    return Article("Harbour tales", tuple(blocks), source="tales.md", source_key="ab" * 32)


@pytest.fixture
def noisy(tmp_path):
    """A voice that never says anything the same way twice, and what it was asked so far."""
    log = tmp_path / "asked.txt"
    profile = tmp_path / "noisy.toml"
    profile.write_text(
        'engine = "engines.noisy"\nmodel = "sine"\ncharacters_per_second = 20.0\n'
        f'reproducible = false\n[options]\nlog = "{log}"\n'
        "[level]\nspeeds = [1.0]\n-16 = [4.0]\n"
    )

    def asked():
        lines = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    return load_voice(str(profile)), asked


def bytes_of(release):
    return {path.name: path.read_bytes() for path in sorted(release.folder.iterdir())}


def order(tmp_path, *kinds, out="out"):
    return Order(out=tmp_path / out, kinds=kinds or ("mp3",), draw=False)


def test_a_second_run_speaks_nothing_and_gives_the_same_bytes(tmp_path, noisy):
    voice, asked = noisy
    with open_cache(tmp_path / "cache") as cache:
        first = make_release(story(), voice, order(tmp_path), cache=cache)
        files = bytes_of(first)
        assert len(asked()) == first.spoken == len(first.recording.clip_keys) - first.reused
        assert first.reused == 0
    with open_cache(tmp_path / "cache") as cache:
        second = make_release(story(), voice, order(tmp_path), cache=cache)
        assert (second.spoken, second.reused) == (0, first.spoken)
        assert bytes_of(second) == files
        assert not asked()
        assert f"Spoke 0, reused {first.spoken}" in second.remarks


def test_only_an_edited_sentence_is_spoken_and_only_its_chapter_is_read(tmp_path, noisy):
    voice, asked = noisy
    with open_cache(tmp_path / "cache") as cache:
        make_release(story(), voice, order(tmp_path, "mp3", "m4b"), cache=cache)
        asked()
    new = "Somebody sang in the morning. The crew of boat 2 counted 3 lamps on the water."
    with open_cache(tmp_path / "cache") as cache:
        read = cache.read
        keys = []
        cache.read = lambda key: keys.append(key) or read(key)
        edited = make_release(story(new), voice, order(tmp_path, "mp3", "m4b"), cache=cache)
        assert asked() == ["Somebody sang in the morning."]
        assert edited.spoken == 1
        chapters = [cue.chapter for cue in edited.recording.cues]
        clips = set(edited.recording.clip_keys) & set(keys)
        assert (
            len(clips)
            == Counter(chapters)[
                chapters[
                    edited.recording.clip_keys.index(
                        next(key for key in edited.recording.clip_keys if key in clips)
                    )
                ]
            ]
        )
    with open_cache(tmp_path / "other") as cache:
        assert (
            edited.recording.samples
            == make_release(
                story(new), voice, order(tmp_path, out="other"), cache=cache
            ).recording.samples
        )


def test_an_edit_gives_the_bytes_that_the_edited_article_has_by_itself(tmp_path, tone_voice):
    new = "Boat 2 stayed. Nobody knew why, and it rained. The lamps went out."
    alone = make_release(story(new), tone_voice, order(tmp_path, "mp3", "wav", out="alone"))
    with open_cache(tmp_path / "cache") as cache:
        make_release(story(), tone_voice, order(tmp_path, "mp3", "wav"), cache=cache)
        edited = make_release(story(new), tone_voice, order(tmp_path, "mp3", "wav"), cache=cache)
    assert edited.spoken < edited.reused
    assert bytes_of(edited) == bytes_of(alone)


def test_a_sentence_put_in_front_moves_numbers_and_times_of_all_others_rightly(
    tmp_path, tone_voice
):
    longer = story()
    front = Block("para", "This was not here before.")
    longer = replace(longer, blocks=(longer.blocks[0], front, *longer.blocks[1:]))
    alone = make_release(longer, tone_voice, order(tmp_path, "mp3", out="alone"))
    with open_cache(tmp_path / "cache") as cache:
        make_release(story(), tone_voice, order(tmp_path), cache=cache)
        edited = make_release(longer, tone_voice, order(tmp_path), cache=cache)
    assert edited.spoken == 1
    assert bytes_of(edited) == bytes_of(alone)


def test_an_export_speaks_nothing(tmp_path, noisy, tool):
    voice, asked = noisy
    with open_cache(tmp_path / "cache") as cache:
        made = make_release(story(), voice, order(tmp_path), cache=cache)
        asked()
        more = export_release(made.folder, order(tmp_path, "flac"), cache=cache)
    assert not asked()
    assert more.spoken == 0
    flac = next(path for path in more.files if path.suffix == ".flac")
    subprocess.run([tool("flac"), "--test", "--silent", flac], check=True)


def test_fresh_speaks_all_again(tmp_path, noisy):
    voice, asked = noisy
    with open_cache(tmp_path / "cache") as cache:
        make_release(story(), voice, order(tmp_path), cache=cache)
        first = asked()
    with open_cache(tmp_path / "cache", fresh=True) as cache:
        again = make_release(story(), voice, order(tmp_path), cache=cache)
        assert sorted(asked()) == sorted(first)
        assert again.reused == 0


def test_damaged_clips_and_chapters_are_made_again_with_the_same_bytes(tmp_path, tone_voice):
    with open_cache(tmp_path / "cache") as cache:
        files = bytes_of(make_release(story(), tone_voice, order(tmp_path), cache=cache))
    chance = random.Random(7)  # noqa: S311 no secret
    for path in sorted((tmp_path / "cache").glob("??/*")):
        data = bytearray(path.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data if chance.random() < 0.7 else data[: len(data) // 2])
    with open_cache(tmp_path / "cache") as cache:
        again = make_release(story(), tone_voice, order(tmp_path), cache=cache)
        assert again.reused == 0
        assert bytes_of(again) == files
        assert cache.counts["damaged"] > 0


def test_a_recording_keeps_its_clips_when_the_engine_is_another_version(tmp_path, noisy):
    voice, asked = noisy
    with open_cache(tmp_path / "cache") as cache:
        first = make_release(story(), voice, order(tmp_path), cache=cache)
        files = bytes_of(first)
        asked()
        (tmp_path / "asked.version").write_text("2")
        again = make_release(story(), voice, order(tmp_path), cache=cache)
        assert not asked()
        assert any("earlier version" in remark for remark in again.remarks)
        audio = first.files[0].name
        assert bytes_of(again)[audio] == files[audio]
        third = make_release(story("It rained."), voice, order(tmp_path), cache=cache)
        assert asked() == ["It rained."]
        (tmp_path / "asked.version").write_text("3")
        fourth = make_release(story("It rained."), voice, order(tmp_path), cache=cache)
        assert not asked()
        assert fourth.recording.clip_keys == third.recording.clip_keys
        slower = replace(voice, speed=0.9)
        assert make_release(story(), slower, order(tmp_path), cache=cache).reused == 0


def test_a_longer_article_needs_only_what_is_new_in_it(tmp_path, noisy):
    voice, asked = noisy
    with open_cache(tmp_path / "cache") as cache:
        spoken = make_release(story(count=2), voice, order(tmp_path), cache=cache).spoken
        asked()
        whole = make_release(story(), voice, order(tmp_path), cache=cache)
    assert whole.reused >= spoken - 1
    assert len(asked()) == whole.spoken


def test_a_sentence_that_occurs_twice_is_spoken_once(tmp_path, noisy):
    voice, asked = noisy
    blocks = tuple(Block("para", "The lamps went out.") for _ in range(12))
    article = Article("The lamps", blocks, source_key="cd" * 32)
    with open_cache(tmp_path / "cache") as cache:
        release = make_release(article, voice, order(tmp_path), cache=cache)
    assert asked().count("The lamps went out.") == 1
    assert release.reused == 11


def make_command(tmp_path, out, *more):
    command = [sys.executable, "-m", "narrate", "make", tmp_path / "tale.md", "-o", tmp_path / out]
    return [*map(str, command), "--plain", "-t", "mp3", *more]


def environment(tmp_path):
    path = os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH", "")]))
    homes = {f"XDG_{name}_HOME": str(tmp_path / name.lower()) for name in ("CONFIG", "CACHE")}
    return {**os.environ, **homes, "PYTHONPATH": path}


def children_of(group):
    """The processes that are still alive in a session."""
    found = subprocess.run(
        ["ps", "-o", "pid=,stat=", "-s", str(group)], capture_output=True, text=True, check=False
    )
    return [line for line in found.stdout.splitlines() if "Z" not in line.split()[1]]


def write_tale(tmp_path, sentences):
    parts = ["# A long tale\n"]
    for number in range(sentences):
        if number % 12 == 0:
            parts.append(f"## Part {number // 12}\n")
        parts.append(
            f"On day {number} the ferry to island {number * 7 % 31} left {number % 50} minutes "
            "late, with fog over the quay.\n"
        )
    (tmp_path / "tale.md").write_text("\n".join(parts))


def kill_at_random(tmp_path, kills, chance):
    """Make a release, killed so often on the way; how many runs were killed before their end."""
    killed = 0
    for _ in range(kills):
        process = subprocess.Popen(
            make_command(tmp_path, "out"),
            env=environment(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.05, 2.2))
        killed += process.poll() is None
        process.kill()
        process.wait()
        for folder in (tmp_path / "out").glob("[!.]*"):
            record = folder / "recording.json"
            if record.exists():
                for file in json.loads(record.read_text())["files"]:
                    assert (folder / file["path"]).stat().st_size == file["bytes"]
    return killed


def check_after_kills(tmp_path, kills, sentences):
    write_tale(tmp_path, sentences)
    homes = environment(tmp_path)
    alone = {**homes, "XDG_CACHE_HOME": str(tmp_path / "elsewhere")}
    subprocess.run(make_command(tmp_path, "alone"), env=alone, check=True, capture_output=True)
    killed = kill_at_random(tmp_path, kills, random.Random(sentences))  # noqa: S311
    subprocess.run(make_command(tmp_path, "out"), env=homes, check=True, capture_output=True)
    whole = {p.name: p.read_bytes() for p in (tmp_path / "alone" / "a-long-tale").iterdir()}
    assert {p.name: p.read_bytes() for p in (tmp_path / "out" / "a-long-tale").iterdir()} == whole
    assert not list((tmp_path / "out").glob(".*"))
    assert len(list((tmp_path / "cache" / "narrate").glob(".work-*"))) == 0
    return killed


def test_killed_at_any_point_the_next_run_gives_the_same_bytes(tmp_path):
    assert check_after_kills(tmp_path, kills=5, sentences=60) >= 1


@pytest.mark.long
def test_killed_a_hundred_times_nothing_is_corrupt_or_lost(tmp_path):
    assert check_after_kills(tmp_path, kills=100, sentences=1200) >= 80


def test_two_runs_on_one_article_both_end_right(tmp_path):
    write_tale(tmp_path, 60)
    runs = [
        subprocess.Popen(
            make_command(tmp_path, "out"),
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    outputs = [run.communicate(timeout=300)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert outputs[0] == outputs[1]
    subprocess.run(
        make_command(tmp_path, "alone", "--no-cache"),
        env=environment(tmp_path),
        check=True,
        capture_output=True,
    )
    whole = {p.name: p.read_bytes() for p in (tmp_path / "alone" / "a-long-tale").iterdir()}
    assert {p.name: p.read_bytes() for p in (tmp_path / "out" / "a-long-tale").iterdir()} == whole


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
)
def test_an_interrupted_run_ends_soon_with_all_its_children(tmp_path, sent, code):
    write_tale(tmp_path, 3000)
    process = subprocess.Popen(
        make_command(tmp_path, "out"),
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    cache = tmp_path / "cache" / "narrate"
    while not list(cache.glob("??/*")):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(sent)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert errors.decode().splitlines()[-1].startswith("narrate: ")
    assert not children_of(process.pid)
    assert not list((tmp_path).glob("out/*"))
    assert not list(cache.glob(".work-*"))


def test_a_failing_engine_is_named_and_what_was_spoken_before_is_kept(tmp_path):
    profile = tmp_path / "broken.toml"
    profile.write_text(
        'engine = "engines.broken"\nmodel = "sine"\ncharacters_per_second = 20.0\n'
        "[level]\nspeeds = [1.0]\n-16 = [4.0]\n"
    )
    with open_cache(tmp_path / "cache") as cache:
        with pytest.raises(SpeakError, match="sentence u0003"):
            make_release(story(), load_voice(str(profile)), order(tmp_path), jobs=1, cache=cache)
        assert len(list((tmp_path / "cache").glob("??/*"))) >= 2


def test_a_word_that_is_said_otherwise_is_spoken_again_in_every_recording(tmp_path, run):
    (tmp_path / "one.md").write_text("# One\n\nMr Nguyen came. He sat down.\n\nWe know Nguyen.\n")
    (tmp_path / "two.md").write_text("# Two\n\nAda came. Then Nguyen's boat left.\n")
    (tmp_path / "three.md").write_text("# Three\n\nNobody came.\n")
    made = run("make", "one.md", "two.md", "three.md", "-t", "mp3,flac", "--bitrate", "48")
    assert made.returncode == 0, made.stderr
    before = {path: path.read_bytes() for path in (tmp_path / "output").rglob("*.mp3")}
    said = run("pronounce", "Nguyen", "nwin")
    assert said.returncode == 0, said.stderr
    assert b"Made again: 3 sentences, 2 recordings" in said.stderr
    after = {path: path.read_bytes() for path in before}
    changed = {path.stem for path in before if before[path] != after[path]}
    assert changed == {"one", "two"}
    again = run("make", "one.md", "-o", "fresh", "-t", "mp3,flac", "--bitrate", "48", "--no-cache")
    assert again.returncode == 0, again.stderr
    for kind in ("mp3", "flac"):
        there = (tmp_path / "output" / "one" / f"one.{kind}").read_bytes()
        assert there == (tmp_path / "fresh" / "one" / f"one.{kind}").read_bytes()
    assert run("pronounce", "Nguyen", "win", "--no-remake").returncode == 0
    assert {path: path.read_bytes() for path in before} == after
