"""Settings: flag > environment > show > the user's file > default."""

import tomllib

import pytest

from narrate.base.config import (
    Settings,
    config_file,
    load_settings,
    setting_names,
    write_setting,
)
from narrate.base.errors import UsageError


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def write(text):
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text, encoding="utf-8")


def test_without_anything_set_the_defaults_hold():
    assert load_settings(environment={}) == Settings()


def test_each_source_wins_over_those_below_it():
    write('voice = "file"\nspeed = 1.5\njobs = 3\nkinds = ["mp3"]\n[read]\nquote = "skipped"\n')
    settings = load_settings(
        {"voice": "flag", "speed": None, "read": {"note": "end"}},
        {"voice": "show", "jobs": 5},
        {"NARRATE_VOICE": "environment", "NARRATE_SPEED": "400wpm", "NARRATE_READ_CODE": "spoken"},
    )
    assert (settings.voice, settings.speed, settings.jobs) == ("flag", "400wpm", 5)
    assert dict(settings.read) == {"quote": "skipped", "code": "spoken", "note": "end"}
    origins = dict(settings.origins)
    assert (origins["voice"], origins["speed"], origins["jobs"]) == ("flag", "environment", "show")
    assert origins["kinds"] == origins["read.quote"] == str(config_file())


def test_kinds_are_a_list_or_words_with_commas():
    write('kinds = "mp3, wav"')
    assert load_settings(environment={}).kinds == ("mp3", "wav")
    assert load_settings({"kinds": "m4b"}, environment={}).kinds == ("m4b",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('vioce = "british"', ["vioce", "did you mean voice?"]),
        ("jobs = 0", ["jobs = 0", "1 or more"]),
        ('jobs = "many"', ["it must be a number"]),
        ('plain = "perhaps"', ["true or false"]),
        ("voice = true", ["must be text"]),
        ("voice = [", ["config.toml", "cannot be read"]),
    ],
)
def test_a_mistake_in_the_file_is_one_clear_line(text, words):
    write(text)
    with pytest.raises(UsageError) as caught:
        load_settings(environment={})
    assert all(word in str(caught.value) for word in words)


def test_a_mistake_in_the_environment_names_what_was_meant():
    with pytest.raises(UsageError, match=r"voce in environment.*did you mean voice"):
        load_settings(environment={"NARRATE_VOCE": "british"})


def test_a_written_setting_keeps_comments_and_can_be_taken_back():
    write('# mine\nvoice = "british" # the better one\n')
    write_setting("speed", "1.25")
    write_setting("kinds", "mp3,wav")
    write_setting("read.quote", "announced")
    text = config_file().read_text()
    assert "# mine" in text
    assert "# the better one" in text
    found = tomllib.loads(text)
    assert found == {
        "voice": "british",
        "speed": "1.25",
        "kinds": ["mp3", "wav"],
        "read": {"quote": "announced"},
    }
    write_setting("speed", None)
    assert "speed" not in config_file().read_text()


def test_what_cannot_be_set_is_refused_and_nothing_is_written():
    for key, value in (("spede", "1"), ("jobs", "none")):
        with pytest.raises(UsageError):
            write_setting(key, value)
    assert not config_file().exists()


def test_every_setting_has_a_name_and_a_default():
    assert set(setting_names()) <= set(Settings.__slots__)
    assert "voice" in setting_names()
