"""Several voices and languages down the whole road, by the command line."""

import json

import pytest

GERMAN = """# Der Hafen wird flacher

Die Fähre verließ die Insel am 3. Mai 1999 kurz nach 14:30 Uhr, als die Lampen noch brannten.
Niemand an Bord konnte sagen, wie lange die Überfahrt dauern würde.

> The ferry left the island a little after six, while the lamps on the quay were still lit.
> Nobody on board could say how long the crossing would take.

Bis zum Mittag waren sieben der elf Boote mit fast leeren Netzen zurückgekehrt.
"""
INTERVIEW = """# Two questions

Q: How did it begin?

A: With a storm in the spring, and nobody was ready for it.

Q: And then?

A: Then it was over.
"""


@pytest.fixture
def make(run, tmp_path):
    """Make an article with the command line: (its record, its cues, what was said on stderr)."""

    def make_article(text, *options):
        (tmp_path / "article.md").write_text(text, encoding="utf-8")
        done = run("make", "article.md", "-t", "wav", "--no-cache", *options)
        assert done.returncode == 0, done.stderr.decode()
        (folder,) = (tmp_path / "output").iterdir()
        record = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
        lines = (folder / "timeline.jsonl").read_text(encoding="utf-8").splitlines()
        return record, [json.loads(line) for line in lines], done.stderr.decode()

    return make_article


def test_a_german_article_is_read_by_a_german_voice(make):
    record, cues, said = make(GERMAN)
    assert record["language"] == "de"
    assert record["voice"]["name"] == "german"
    assert record["voice"]["cast"]["language:en"]["name"] == "builtin"
    assert {cue["language"] for cue in cues if cue["cast"] == "quote"} == {"en"}
    assert cues[-1]["text"] == "Ende von Der Hafen wird flacher."
    assert "The article is in de" in said
    assert "german" in said


def test_a_voice_that_is_named_reads_it_all_the_same(make):
    record, _, said = make(GERMAN, "--voice", "british")
    assert record["voice"]["name"] == "british"
    assert record["language"] == "de"
    assert "--voice chooses another" in said


def test_a_language_that_is_given_wins(make):
    record, _, _ = make(INTERVIEW, "--language", "nl")
    assert (record["language"], record["voice"]["name"]) == ("nl", "dutch")


def test_questions_and_answers_have_two_voices_and_more_can_be_made_of_it(make, run, tmp_path):
    (tmp_path / "pair.toml").write_text(
        'engine = "pyttsx3"\nmodel = "gmw/en-us"\nlanguage = "en-US"\n'
        '[cast]\nquestion = "british"\n'
    )
    record, cues, _ = make(INTERVIEW, "--voice", "pair.toml")
    assert record["voice"]["cast"]["question"]["model"] == "gmw/en"
    parts = [cue["cast"] for cue in cues if cue["block"] is not None]
    assert list(dict.fromkeys(parts)) == ["heading", "question", "answer"]
    (folder,) = (tmp_path / "output").iterdir()
    done = run("export", folder, "-t", "flac", "--no-cache")
    assert done.returncode == 0, done.stderr.decode()
    again = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
    assert again["voice"] == record["voice"]
    assert again["clip_keys"] == record["clip_keys"]
