"""Words that are said otherwise."""

import pytest

from narrate.base.errors import UsageError
from narrate.base.model import Article, Block, Voice
from narrate.base.spans import written_span
from narrate.script import make_script
from narrate.script.lexicon import pronounce


@pytest.fixture
def lexicon(tmp_path):
    path = tmp_path / "lexicon.toml"
    path.write_text(
        '"Xi" = "she"\n"Xi Jinping" = "she jin ping"\n'
        'sql = "sequel"\n"U.S." = "U S"\n"C++" = "C plus"\n'
    )
    return str(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Xi Jinping met Xi.", "she jin ping met she."),
        ("xi and Xian stay.", "xi and Xian stay."),
        ("sql and Sql, not SQL.", "sequel and sequel, not SQL."),
        ("The U.S. likes C++.", "The U S likes C plus."),
        ("Nothing here.", "Nothing here."),
    ],
)
def test_whole_words_the_longest_first_and_by_their_case(lexicon, text, said):
    assert pronounce(text, "en", [lexicon]).text == said


def test_what_is_said_leads_back_to_what_is_written(lexicon):
    text = "On May 5, Xi Jinping paid $5."
    spoken = pronounce(text, "en", [lexicon])
    start = spoken.text.index("jin")
    assert text[slice(*written_span(spoken.map, start, start + 3))] == "Xi Jinping"
    start = spoken.text.index("dollars")
    assert text[slice(*written_span(spoken.map, start, start + 7))] == "$5"


def test_the_last_lexicon_wins_and_titles_are_said_by_it_too(lexicon, tmp_path):
    (tmp_path / "mine.toml").write_text('"Xi" = "shee"\n')
    voice = Voice("v", "tone", "", lexicons=(lexicon, str(tmp_path / "mine.toml")))
    script = make_script(Article("On Xi", (Block("para", "It is about Xi."),)), voice)
    assert [utterance.spoken for utterance in script.utterances] == [
        "On shee.",
        "It is about shee.",
        "End of On shee.",
    ]


@pytest.mark.parametrize("text", ["Xi = ", '"Xi" = 5', '"Xi" = ""', "[words]\nXi = 'she'"])
def test_a_lexicon_that_cannot_be_used_is_named(tmp_path, text):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"bad\.toml"):
        pronounce("Xi", "en", [str(path)])


def test_the_user_s_lexicon_is_in_force(run, tmp_path):
    folder = tmp_path / "config" / "narrate"
    folder.mkdir(parents=True)
    (folder / "lexicon.toml").write_text('beehives = "bee hives"\n')
    (tmp_path / "story.txt").write_text("We moved the beehives.")
    assert b"We moved the bee hives." in run("preview", "story.txt").stdout
