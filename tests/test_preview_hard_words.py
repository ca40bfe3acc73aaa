"""narrate preview --hard-words: what may be said wrong, and how it will be said."""

import json
import tomllib

import pytest

STORY = """# The Visit

In 2019 the minister met Zbigniew Brzozowski, Nguyen in Kyiv, and Brzozowski's man read the note.
The U.S. and NASA paid $1.5 million for the F-16 at 10:30, in a naïve raison d'être.
They live in London on Monday. “Quarrel” is no name, and They're fine.
"""


@pytest.fixture
def hard_words(run, tmp_path):
    (tmp_path / "story.md").write_text(STORY, encoding="utf-8")
    done = run("preview", "story.md", "--language", "en", "--hard-words", "--json")
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def find(words, kind):
    return {word["word"]: word for word in words if word["kind"] == kind}


def test_names_are_listed_with_their_sounds_the_unknown_first(hard_words):
    names = find(hard_words, "name")
    assert list(names) == ["Brzozowski", "Zbigniew", "Nguyen", "Kyiv"]
    assert names["Brzozowski"]["count"] == 2
    assert not names["Brzozowski"]["known"]
    assert (names["Kyiv"]["ipa"], names["Kyiv"]["known"]) == ("kˈiːv", True)
    assert "Zbigniew Brzozowski" in names["Zbigniew"]["sentence"]


def test_acronyms_homographs_numbers_and_foreign_words_are_listed(hard_words):
    assert set(find(hard_words, "acronym")) == {"U.S.", "NASA"}
    homographs = find(hard_words, "homograph")
    assert (homographs["read"]["ipa"], homographs["live"]["ipa"]) == ("ɹˈɛd", "lˈɪv")
    numbers = find(hard_words, "number")
    assert numbers["F-16"]["spoken"] == "F-sixteen"
    assert "thirty" in numbers["10:30"]["spoken"]
    assert "2019" not in numbers
    assert set(find(hard_words, "foreign word")) == {"naïve", "d'être"}


def test_the_list_is_plain_text_for_people(run, tmp_path):
    (tmp_path / "story.md").write_text(STORY, encoding="utf-8")
    done = run("preview", "story.md", "--language", "en", "--hard-words")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "names:"
    assert any(line.startswith("Kyiv as “keeve” /kˈiːv/, 1 time: ") for line in lines)
    assert any("by the engine's own rules" in line for line in lines)


def test_a_stub_is_written_that_is_a_lexicon_once_filled_in(run, tmp_path):
    (tmp_path / "story.md").write_text(STORY, encoding="utf-8")
    arguments = ("preview", "story.md", "--language", "en", "--hard-words", "--lexicon", "new.toml")
    assert run(*arguments).returncode == 0
    stub = (tmp_path / "new.toml").read_text(encoding="utf-8")
    assert tomllib.loads(stub) == {}
    entry = next(line for line in stub.splitlines() if line.startswith('# "Brzozowski"'))
    assert tomllib.loads(entry.removeprefix("# "))["Brzozowski"].startswith("/")
    assert '"Kyiv"' not in stub
    again = run(*arguments)
    assert again.returncode == 2
    assert len([line for line in again.stderr.splitlines() if b"new.toml" in line]) == 1
    assert (tmp_path / "new.toml").read_text(encoding="utf-8") == stub
