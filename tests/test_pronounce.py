"""narrate pronounce: a word is said otherwise from now on."""

import json

import pytest
import tomlkit

NAMES = "Nguyen met Smotrich. Nobody knew Nguyen's plan. It was late."


@pytest.fixture
def lexicon(tmp_path):
    return tmp_path / "config" / "narrate" / "lexicon.toml"


def test_sounds_are_written_checked_and_told(run, lexicon):
    done = run("pronounce", "Nguyen", "/wɪn/")
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == "Nguyen: /wˈɪn/ from now on, /nˈuːjɛn/ before\n"
    assert tomlkit.parse(lexicon.read_text(encoding="utf-8")) == {"Nguyen": "/wɪn/"}


def test_other_words_and_words_that_sound_the_same(run, lexicon):
    run("pronounce", "Worble", "warble")
    done = run("pronounce", "Nguyen", "--like", "win", "--json")
    assert json.loads(done.stdout)["after"] == "wˈɪn"
    table = tomlkit.parse(lexicon.read_text(encoding="utf-8"))
    assert table == {"Worble": "warble", "Nguyen": {"ipa": "wˈɪn", "alias": "win"}}


def test_the_next_preview_says_it(run, tmp_path):
    (tmp_path / "story.txt").write_text("The worble sat there.")
    run("pronounce", "worble", "warble bird", "-q")
    assert b"The warble bird sat there." in run("preview", "story.txt").stdout


def test_comments_and_order_of_the_lexicon_stay(run, lexicon):
    lexicon.parent.mkdir(parents=True)
    lexicon.write_text('# mine\nsql = "sequel" # as we say\n\nXi = "she"\n')
    run("pronounce", "Xi", "shee")
    run("pronounce", "Nguyen", "win")
    assert lexicon.read_text() == (
        '# mine\nsql = "sequel" # as we say\n\nXi = "shee"\nNguyen = "win"\n'
    )


def test_words_are_listed_and_removed(run, lexicon):
    run("pronounce", "Nguyen", "/wɪn/", "--language", "en")
    run("pronounce", "sql", "sequel")
    listed = run("pronounce", "--list").stdout.decode()
    assert listed == "Nguyen: /wɪn/ (en)\nsql: sequel\n"
    assert run("pronounce", "Nguyen", "--remove").returncode == 0
    assert "Nguyen" not in lexicon.read_text()
    again = run("pronounce", "Nguyen", "--remove")
    assert again.returncode == 2
    assert len(again.stderr.splitlines()) == 1


def test_a_show_has_a_lexicon_of_its_own(run, tmp_path, lexicon):
    run("pronounce", "sql", "sequel", "--show", "evening")
    assert (lexicon.parent / "shows" / "evening" / "lexicon.toml").exists()
    assert not lexicon.exists()
    assert run("pronounce", "sql", "sequel", "--show", "../evening").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("Nguyen",), "one way to say it"),
        (("Nguyen", "win", "--like", "win"), "one way to say it"),
        ((), "one way to say it"),
        (("Nguyen", "/w5n/"), "5 is no symbol"),
        (("Nguyen", "win", "--voice", "nobody"), "no voice of this name"),
    ],
)
def test_what_cannot_be_is_one_line_and_changes_nothing(run, lexicon, arguments, why):
    done = run("pronounce", *arguments)
    assert done.returncode == 2
    assert why in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1
    assert not lexicon.exists()


def test_a_lexicon_that_is_broken_is_not_touched(run, lexicon):
    lexicon.parent.mkdir(parents=True)
    lexicon.write_text("Xi = ")
    assert run("pronounce", "Nguyen", "win").returncode == 2
    assert lexicon.read_text() == "Xi = "


def test_the_recordings_that_have_the_word_are_named_with_their_sentences(run, tmp_path, tone):
    for name, text in (("one", NAMES), ("two", "Nothing of that name.")):
        (tmp_path / f"{name}.txt").write_text(text)
        made = run("make", f"{name}.txt", "--voice", tone, "--title", name, "-t", "wav", "-q")
        assert made.returncode == 0, made.stderr.decode()
    told = run("pronounce", "Nguyen", "win").stderr.decode()
    assert "output/one has it in 2 sentences" in told.replace("\\", "/")
    assert "two" not in told
