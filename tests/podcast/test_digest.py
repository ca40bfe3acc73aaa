"""A digest holds as many whole articles as fit, and says which."""

import json
import subprocess

import pytest
from sites import SENTENCE, feed, whole

from narrate.base.errors import ReadError, UsageError
from narrate.base.model import Article, Block, Span
from narrate.podcast._digest_compose import compose_digest
from narrate.podcast._sources_file import Source
from narrate.podcast.digest import choose_digest
from narrate.produce import Order, make_release

URL = "https://example.org"


def entry(title, sentences, day=1):
    """An article that has two headings of its own; a sentence takes about 4 s."""
    half = f"{SENTENCE * (sentences // 2)}</p>"
    text = f"{half}<h2>{title} begins</h2><p>{half}<h3>{title} ends</h3><p>{half}"
    return whole(title, URL, text, day)


@pytest.fixture
def coast(tmp_path):
    path = tmp_path / "coast.xml"
    path.write_bytes(feed(entry("Newest", 8, 3), entry("Endless", 120, 2), entry("Oldest", 6, 1)))
    return path


def choose(voice, minutes, *paths):
    return choose_digest([Source(str(path)) for path in paths], voice, Order(), minutes)


def test_what_fits_is_taken_whole_from_the_sources_in_turn(coast, tmp_path, tone_voice):
    hills = tmp_path / "hills.xml"
    hills.write_bytes(feed(entry("Peak", 8, 9), entry("Valley", 8, 8)))
    digest = choose(tone_voice, 10, coast, hills)
    assert digest.taken == ["Newest", "Peak", "Valley", "Oldest"]
    assert digest.left_out == ["Endless"]
    assert digest.article.title == "Digest, November 9, 2026"
    assert digest.estimate_ms <= 10 * 60_000
    short = choose(tone_voice, 2.5, coast, hills)
    assert short.taken == ["Newest", "Peak"]
    assert short.estimate_ms <= 2.5 * 60_000
    assert set(short.left_out) == {"Endless", "Oldest", "Valley"}


def test_chapters_are_articles_and_below_them_their_own_headings(coast, tmp_path, tone_voice, tool):
    digest = choose(tone_voice, 10, coast)
    release = make_release(digest.article, tone_voice, Order(out=tmp_path / "out", draw=False))
    chapters = release.recording.chapters
    assert [(chapter.level, chapter.title) for chapter in chapters] == [
        (1, "Digest, November 3, 2026"),
        (1, "Newest"),
        (2, "Newest begins"),
        (3, "Newest ends"),
        (1, "Oldest"),
        (2, "Oldest begins"),
        (3, "Oldest ends"),
    ]
    said = [cue.text for cue in release.recording.cues]
    assert said[:2] == ["Digest, November 3, 2026.", "In this digest:"]
    assert said.index("From The Coast.") == said.index("Newest") + 1
    assert abs(release.recording.length_ms - digest.estimate_ms) < 0.3 * digest.estimate_ms
    probe = [tool("ffprobe"), "-v", "error", "-show_chapters", "-of", "json", release.files[0]]
    found = json.loads(subprocess.run(probe, capture_output=True, check=True).stdout)["chapters"]
    assert [each["tags"]["title"] for each in found] == [each.title for each in chapters]


def test_notes_of_two_articles_are_not_mixed_up():
    blocks = (
        Block("para", "A word.1", spans=(Span(7, 8, "note", "1"),), notes=("1",)),
        Block("note", "What it means.", marker="1"),
    )
    first = Article("First", blocks, source_key="a")
    second = Article("Second", blocks, source_key="b")
    composed = compose_digest([first, second])
    notes = [block.marker for block in composed.blocks if block.kind == "note"]
    asked = [block.notes[0] for block in composed.blocks if block.notes]
    assert notes == asked == ["1.1", "2.1"]


def test_it_is_in_the_language_of_most_and_says_where_it_is_not():
    def of(title, language):
        return Article(title, (Block("para", "…"),), language=language, source_key=title)

    composed = compose_digest([of("Eins", "de"), of("Two", "en"), of("Drei", "de")])
    assert composed.language == "de"
    assert composed.title == "Überblick"
    assert {block.language for block in composed.blocks if "Two" in block.text} == {"en"}


def test_the_same_articles_are_the_same_digest(coast, tone_voice):
    assert choose(tone_voice, 10, coast).article == choose(tone_voice, 10, coast).article


def test_a_document_is_an_article_even_if_it_has_links(tmp_path, tone_voice):
    path = tmp_path / "story.md"
    path.write_text(f"# A Story\n\nSee [this]({URL}/x). {SENTENCE * 3}")
    assert choose(tone_voice, 5, path).taken == ["A Story"]


def test_where_nothing_fits_it_is_said_what_would(coast, tmp_path, tone_voice):
    with pytest.raises(UsageError, match="the shortest article takes 1"):
        choose(tone_voice, 0.2, coast)
    with pytest.raises(ReadError, match="no such file"):
        choose(tone_voice, 5, tmp_path / "nothing")


def test_the_command_makes_one_file_and_lists_what_did_not_fit(run, coast, tone, tmp_path):
    plan = run("digest", coast, "--minutes", "10", "--voice", tone, "-n")
    assert plan.stdout.decode().split() == ["Newest", "Oldest"]
    made = run("digest", coast, "--minutes", "10", "--voice", tone, "--no-cover")
    assert made.returncode == 0, made.stderr
    assert (
        made.stdout.decode().strip() == "output/digest-november-3-2026/digest-november-3-2026.mp3"
    )
    assert (tmp_path / made.stdout.decode().strip()).is_file()
    assert "1 article did not fit:\n  Endless" in made.stderr.decode()
    assert run("digest", coast, "--minutes", "nan").returncode == 2
    assert run("digest").returncode == 2
