"""The whole road with real engines and files, read back by programs that are not ours."""

import json
import os
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ARTICLES

from narrate import NarrateError, load_voice, make_release, read_articles
from narrate.base.errors import UsageError
from narrate.base.model import Article, Block
from narrate.catalogue import say_text
from narrate.produce import Order, plan_release
from narrate.read import Given
from narrate.write import AudioSettings


def read(name, **given):
    return next(read_articles(ARTICLES / name, Given(**given)))


def probe(path, tool):
    command = [tool("ffprobe"), "-v", "error", "-of", "json", "-show_chapters", "-show_format"]
    return json.loads(subprocess.run([*command, path], capture_output=True, check=True).stdout)


def decoded_samples(path, tool):
    command = [tool("ffmpeg"), "-v", "error", "-i", path, "-f", "s16le", "-"]
    return len(subprocess.run(command, capture_output=True, check=True).stdout) // 2


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """The long example article, spoken by the built-in voice: made once."""
    out = tmp_path_factory.mktemp("harbour")
    return make_release(read("harbour-lights.txt"), order=Order(out=out))


def test_an_article_becomes_a_tagged_chaptered_mp3(harbour, tool):
    (path,) = harbour.files
    assert path.name == f"{harbour.folder.name}.mp3"
    found = probe(path, tool)
    tags = found["format"]["tags"]
    article = harbour.recording.article
    assert (tags["title"], tags["artist"]) == (article.title, article.author)
    assert tags["date"].startswith(article.published[:4])
    assert "synthetic" in tags["comment"].lower()
    chapters = found["chapters"]
    assert len(chapters) >= 3
    assert float(chapters[0]["start_time"]) == 0
    for chapter, following in pairwise(chapters):
        assert chapter["end_time"] == following["start_time"]
    assert [chapter["tags"]["title"] for chapter in chapters] == [
        chapter.title for chapter in harbour.recording.chapters
    ]
    assert decoded_samples(path, tool) == harbour.recording.samples


def test_topic_chapters_last_one_to_three_minutes(harbour):
    lengths = [(c.end_ms - c.start_ms) / 1000 for c in harbour.recording.chapters]
    assert all(60 <= length <= 180 for length in lengths), lengths


def test_the_estimate_is_near_the_length(harbour):
    plan = plan_release(harbour.recording.article, load_voice(), Order())
    assert plan.estimate_ms == pytest.approx(harbour.recording.length_ms, rel=0.1)


def test_the_record_agrees_with_the_folder(harbour):
    record = json.loads((harbour.folder / "recording.json").read_text())
    listed = subprocess.run(
        ["sha256sum", *(file["path"] for file in record["files"])],
        cwd=harbour.folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert listed.split()[::2] == [file["sha256"] for file in record["files"]]
    assert {file["path"] for file in record["files"]} | {"recording.json"} == {
        path.name for path in harbour.folder.iterdir()
    }
    assert record["length_ms"] == harbour.recording.length_ms
    assert len(record["clip_keys"]) >= len(list(open_timeline(harbour.folder)))


def open_timeline(folder):
    with (folder / "timeline.jsonl").open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def test_the_timeline_times_every_word_of_the_article(harbour):
    article = json.loads((harbour.folder / "article.json").read_text())
    cues = list(open_timeline(harbour.folder))
    edges = [edge for cue in cues for edge in (cue["start_ms"], cue["end_ms"])]
    assert edges == sorted(edges)
    heard = [
        cue["text"][w[0] : w[1]] for cue in cues if cue["block"] is not None for w in cue["words"]
    ]
    written = [
        word
        for block in article["blocks"]
        for word in block["text"].split()
        if any(character.isalnum() for character in word)
    ]
    assert " ".join(heard).split() == written  # a date or an amount is timed as one
    for cue in cues:
        times = [time for word in cue["words"] for time in word[2:]]
        assert times == sorted(times)
        assert not times or (cue["start_ms"] <= times[0] and times[-1] <= cue["end_ms"])


def test_the_bytes_do_not_depend_on_jobs_or_place(tmp_path):
    article = read("letters.txt")
    folders = [
        make_release(article, order=Order(out=tmp_path / str(jobs)), jobs=jobs).folder
        for jobs in (1, 4, 2)
    ]
    assert contents(folders[0]) == contents(folders[1]) == contents(folders[2])


def test_a_second_run_replaces_its_own_folder_and_takes_no_other(tmp_path, tone_voice):
    order = Order(out=tmp_path)
    article = replace(read("short-note.txt"), title="Note")
    first = make_release(article, tone_voice, order)
    assert make_release(article, tone_voice, order).folder == first.folder
    other = make_release(replace(article, source_key="b" * 64), tone_voice, order)
    assert other.folder.name == "note-bbbbbb"
    assert make_release(article, tone_voice, order).folder == first.folder
    assert len(list(tmp_path.iterdir())) == 2


def test_what_an_earlier_release_had_and_the_new_one_has_not_is_removed(tmp_path, tone_voice):
    article = replace(read("short-note.txt"), title="Note")
    folder = make_release(article, tone_voice, Order(out=tmp_path)).folder
    record = json.loads((folder / "recording.json").read_text())
    (folder / "note.old").write_text("stale")
    (folder / "mine.txt").write_text("not ours")
    record["files"] += [{"path": "note.old"}, {"path": "../../mine.txt"}]
    (folder / "recording.json").write_text(json.dumps(record))
    make_release(article, tone_voice, Order(out=tmp_path))
    assert not (folder / "note.old").exists()
    assert (folder / "mine.txt").exists()


def test_formats_that_give_way_are_said(tmp_path, tone_voice):
    article = replace(read("short-note.txt"), title="Note")
    first = make_release(article, tone_voice, Order(out=tmp_path, kinds=("mp3", "vtt")))
    assert not first.remarks
    release = make_release(article, tone_voice, Order(out=tmp_path))
    assert "vtt" in " ".join(release.remarks)
    assert not (release.folder / "note.vtt").exists()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Déjà Vu in Iraq", "deja-vu-in-iraq"),
        ("../../x", "x"),
        ("It’s 5 o'clock: C++ & more", "its-5-oclock-c-more"),
        ("word " * 100, "-".join(["word"] * 16)),
        ("x" * 500, "x" * 80),
    ],
)
def test_the_folder_is_named_by_the_title(title, slug, tmp_path):
    article = Article(title=title, blocks=(Block("para", "Text."),))
    (path,) = plan_release(article, load_voice(), Order(out=tmp_path)).files
    assert path.relative_to(tmp_path) == Path(slug) / f"{slug}.mp3"


def test_a_title_without_latin_letters_has_a_name_of_its_own(tmp_path):
    names = {
        plan_release(
            Article(title=title, blocks=(Block("para", "Text."),)),
            load_voice(),
            Order(out=tmp_path),
        )
        .files[0]
        .name
        for title in ("港の灯", "夜の船")
    }
    assert len(names) == 2
    assert all(name.startswith("article-") for name in names)


def test_nothing_is_left_behind_when_the_engine_fails(tmp_path, tone_voice):
    broken = replace(tone_voice, engine="engines.broken")
    before = tmp_path / "out"
    with pytest.raises(NarrateError, match="sentence u0003"):
        make_release(read("letters.txt"), broken, Order(out=before / "deep"))
    assert not before.exists()


def test_an_earlier_release_stays_when_a_new_one_fails(tmp_path, tone_voice):
    article = read("short-note.txt")
    folder = make_release(article, tone_voice, Order(out=tmp_path)).folder
    before = contents(folder)
    with pytest.raises(NarrateError):
        make_release(article, replace(tone_voice, engine="engines.broken"), Order(out=tmp_path))
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_flaky_engine_is_asked_again(tmp_path, tone_voice):
    flaky = replace(tone_voice, engine="engines.flaky")
    release = make_release(read("short-note.txt"), flaky, Order(out=tmp_path / "a"), jobs=1)
    steady = make_release(read("short-note.txt"), tone_voice, Order(out=tmp_path / "b"))
    assert release.recording.samples == steady.recording.samples


@pytest.mark.parametrize(
    "order",
    [
        Order(kinds=("mp4",)),
        Order(kinds=()),
        Order(audio=AudioSettings(bitrate_kbps=63)),
        Order(out=Path("/proc/nowhere")),
    ],
)
def test_what_cannot_be_made_is_said_before_speaking(order, tone_voice):
    never = replace(tone_voice, engine="engines.broken")
    with pytest.raises(UsageError):
        make_release(read("letters.txt"), never, order)


def test_a_read_only_place_is_found_before_speaking(tmp_path, tone_voice):
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", tmp_path], check=True)
    else:
        tmp_path.chmod(0o500)
    try:
        with pytest.raises(UsageError, match="written"):
            make_release(
                read("letters.txt"),
                replace(tone_voice, engine="engines.broken"),
                Order(out=tmp_path),
            )
    finally:
        if os.geteuid() == 0:
            subprocess.run(["umount", tmp_path], check=True)


def test_chapters_that_a_format_cannot_hold_are_spoken_of(tmp_path, tone_voice):
    blocks = [
        Block(*pair) for n in range(300) for pair in (("heading", f"Part {n}"), ("para", "x"))
    ]
    blocks = [replace(block, level=2) if block.kind == "heading" else block for block in blocks]
    release = make_release(Article("Long", tuple(blocks)), tone_voice, Order(out=tmp_path))
    assert len(release.recording.chapters) == 301
    assert release.remarks[0].startswith("mp3 holds 255 of 301 chapters")


def test_a_few_words_become_a_wav_file(tmp_path, tool):
    path = tmp_path / "word.wav"
    length_ms = say_text("Good evening. It is late.", load_voice(), path)
    assert decoded_samples(path, tool) / 22.05 == pytest.approx(length_ms, abs=1)
    assert 1_500 < length_ms < 5_000
