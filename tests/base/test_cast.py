"""Who speaks: the cast of a profile, languages, and the voice that follows an article's."""

import pickle
from dataclasses import replace

import pytest

from narrate.base.cast import find_voice, primary_language, speaker_name, voices_of
from narrate.base.errors import UsageError
from narrate.base.model import Article, Block, Chapter, Script, Span, Utterance
from narrate.base.places import user_folder
from narrate.base.voice import find_language, fit_voice, load_voice, read_profile, set_speed


@pytest.fixture
def profile(tmp_path):
    """Write the profile of a narrator with a [cast]: profile("quote = 'british'")."""

    def write(cast, language="en-US", speed=1.0):
        path = tmp_path / "narrator.toml"
        path.write_text(
            f'engine = "pyttsx3"\nmodel = "gmw/en-us"\nlanguage = "{language}"\n'
            f"speed = {speed}\n[cast]\n{cast}\n",
            encoding="utf-8",
        )
        return path

    return write


def said(cast="", language=""):
    return Utterance("u0001", 0, 0, 2, "Hm", "Hm", cast=cast, language=language)


def article(language, *languages):
    blocks = tuple(Block("para", "Text.", language=code) for code in ("", *languages))
    return Article("Title", blocks, language=language)


def test_a_part_goes_to_its_voice_and_the_rest_to_the_narrator(profile):
    voice = read_profile(profile('quote = "british"\nheading = "fast"'))
    assert find_voice(voice, said("quote")).name == "british"
    assert find_voice(voice, said("heading")).name == "fast"
    assert find_voice(voice, said("caption")) is voice
    assert find_voice(voice, said()) is voice


def test_a_voice_without_a_cast_says_everything():
    voice = load_voice("british")
    assert find_voice(voice, said("quote", "de")) is voice


def test_a_language_wins_over_a_part_and_the_closer_tag_over_the_wider(profile):
    voice = read_profile(
        profile('quote = "british"\n"language:de" = "german"\n"language:de-AT" = "dutch"')
    )
    assert find_voice(voice, said("quote", "de-DE")).name == "german"
    assert find_voice(voice, said("quote", "de_at")).name == "dutch"
    assert find_voice(voice, said("quote", "en-GB")).name == "british"
    assert find_voice(voice, said("quote", "ja")).name == "british"


def test_a_speaker_is_known_by_name(profile):
    voice = read_profile(profile('"speaker:Ada Byrne" = "british"'))
    assert find_voice(voice, said("speaker:Ada Byrne")).name == "british"
    assert find_voice(voice, said("speaker:Tom Hale")) is voice
    by_first_name = read_profile(profile('"speaker:ada" = "british"'))
    assert find_voice(by_first_name, said("speaker:Ada Byrne")).name == "british"
    assert find_voice(by_first_name, said("speaker:Adam Hale")) is by_first_name
    assert speaker_name("speaker:Ada Byrne") == "Ada Byrne"
    assert speaker_name("quote") == ""


def test_a_script_needs_the_narrator_and_those_who_say_something(profile):
    voice = read_profile(profile('quote = "british"\nnote = "fast"'))
    utterances = said(), said("quote"), said("quote"), said()
    script = Script(article("en"), (Chapter("", 0),), utterances, ())
    assert [each.name for each in voices_of(voice, script)] == ["narrator", "british"]


def test_a_cast_may_be_a_path_beside_the_profile(profile, tmp_path):
    (tmp_path / "deep.toml").write_text('engine = "pyttsx3"\nmodel = "gmw/en-us+m7"\n')
    voice = read_profile(profile('quote = "deep.toml"'))
    assert find_voice(voice, said("quote")).model == "gmw/en-us+m7"


def test_voices_of_a_cast_have_none_of_their_own(profile, tmp_path):
    path = profile('quote = "narrator.toml"')
    voice = read_profile(path)
    assert dict(voice.cast)["quote"].cast == ()


@pytest.mark.parametrize(
    ("cast", "problem"),
    [
        ('quotes = "british"', "did you mean quote"),
        ('quote = "brittish"', "did you mean british"),
        ("quote = 3", "names of voices"),
        ('"speaker:" = "british"', "no part speaker:"),
        ('quote = "missing.toml"', "no such file"),
    ],
)
def test_a_mistake_in_a_cast_is_said_in_one_line(profile, cast, problem):
    with pytest.raises(UsageError, match=problem):
        read_profile(profile(cast))


def test_a_voice_with_a_cast_can_be_hashed_and_pickled(profile):
    voice = read_profile(profile('quote = "british"'))
    assert pickle.loads(pickle.dumps(voice)) == voice  # noqa: S301 our own bytes
    assert len({voice, replace(voice)}) == 1


def test_the_speed_that_is_asked_for_holds_for_the_whole_cast(profile):
    voice = load_voice(str(profile('quote = "british"\nnote = "fast"')), "1.5")
    assert voice.speed == 1.5
    assert find_voice(voice, said("quote")).speed == 1.5
    assert find_voice(voice, said("note")).speed == 3.0  # twice as fast as the narrator, still
    assert find_voice(set_speed(voice, 3.0), said("quote")).speed == 3.0


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("de", "german"),
        ("de-AT", "german"),
        ("fr", "french"),
        ("es-MX", "spanish"),
        ("it", "italian"),
        ("pt-BR", "brazilian"),
        ("pt-PT", "portuguese"),
        ("nl", "dutch"),
        ("pl", "polish"),
        ("sv", "swedish"),
        ("en", "builtin"),
        ("en-GB", "british"),
    ],
)
def test_there_is_a_voice_for_each_of_these_languages(language, name):
    found = find_language(language, load_voice("fast"))
    assert found.name == name
    assert found.speed == 2.0
    assert found.level


def test_there_is_none_for_a_language_that_no_profile_speaks():
    assert find_language("xh", load_voice()) is None


def test_a_users_voice_of_a_language_comes_before_ours(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = user_folder() / "voices"
    folder.mkdir(parents=True)
    (folder / "otto.toml").write_text('engine = "pyttsx3"\nmodel = "gmw/de+m3"\nlanguage = "de"\n')
    (folder / "broken.toml").write_text("engine = ")
    assert find_language("de", load_voice()).name == "otto"


def test_the_default_voice_leaves_an_article_to_the_voice_of_its_language():
    voice = fit_voice(load_voice(speed="1.5"), article("de"))
    assert (voice.name, voice.speed) == ("german", 1.5)
    assert fit_voice(voice, article("de")) == voice


def test_a_voice_that_was_named_reads_what_it_is_given():
    assert fit_voice(load_voice("builtin"), article("de")).name == "builtin"
    assert fit_voice(load_voice("builtin", follows_language=True), article("de")).name == "german"


def test_a_foreign_paragraph_gets_a_voice_of_its_language():
    voice = fit_voice(load_voice("british"), article("en", "fr", "", "en-US", "xh"))
    assert [part for part, _ in voice.cast] == ["language:fr"]
    assert find_voice(voice, said("quote", "fr")).name == "french"
    assert find_voice(voice, said("quote", "xh")) is voice


def test_an_english_paragraph_in_a_german_article_goes_back_to_the_first_voice():
    voice = fit_voice(load_voice(), article("de", "en"))
    assert voice.name == "german"
    assert find_voice(voice, said("", "en")).name == "builtin"


def test_a_foreign_span_has_its_voice_as_well():
    block = Block("para", "Dulce.", spans=(Span(0, 6, "language", "es"),))
    voice = fit_voice(load_voice(), Article("T", (block,), language="en"))
    assert [part for part, _ in voice.cast] == ["language:es"]


def test_the_voice_that_takes_over_keeps_the_users_choices(profile):
    voice = load_voice(str(profile('quote = "british"\nnote = "german"')), follows_language=True)
    voice = replace(voice, read=(("code", "spoken"),), pauses=(("sentence", 500),))
    german = fit_voice(voice, article("de"))
    assert german.read == voice.read
    assert german.pauses == voice.pauses
    assert [part for part, _ in german.cast] == ["note", "language:en"]


def test_a_cast_language_wins_over_the_shipped_one(profile):
    voice = load_voice(str(profile('"language:de" = "dutch"')), follows_language=True)
    assert fit_voice(voice, article("de")).name == "dutch"


@pytest.mark.parametrize(
    ("tag", "primary"),
    [("de", "de"), ("de-AT", "de"), ("pt_BR", "pt"), ("ZH-Hant", "zh"), ("", "")],
)
def test_the_primary_subtag_is_what_stands_first(tag, primary):
    assert primary_language(tag) == primary
