"""What every engine keeps: the ones in the folder, those of plug-ins, and those of the tests."""

import os
import subprocess
import sys
import zipfile
from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from narrate.base import plugins
from narrate.base.model import Voice
from narrate.base.pool import in_order, open_pool
from narrate.base.voice import load_voice
from narrate.speak._check import check_clip

TESTS = Path(__file__).parents[1]
SENTENCES = (
    "A small boat, then a big one, came round the pier.",
    "“No,” she said; the others had gone home.",
    "Yes.",
)
LONGEST_SILENCE_S = 0.5
QUIET = 330
"""-40 dBFS."""
SCRIPTS = ("你好，世界。", "Привет, мир!", "שלום עולם", "नमस्ते दुनिया")


def voices(tone_voice):
    """A voice that is `reproducible` for each engine that we know."""
    return {
        "engines.tone": tone_voice,
        "pyttsx3": load_voice("builtin"),
        "piper": replace(load_voice("joe"), reproducible=True),
        "system": Voice("own", "system", "", options=(("driver", "engines.stand_in_driver"),)),
    }


ENGINES = ["engines.tone", *plugins.names("speak")]


@pytest.fixture(scope="module", params=ENGINES)
def spoken(request, tone_voice):
    """Module, voice, open engine, and what it makes of `SENTENCES`."""
    module = plugins.load("speak", request.param)
    known = voices(tone_voice)
    voice = known.get(request.param) or Voice("new", request.param, module.voices()[0][0])
    engine = module.load(voice)
    yield module, voice, engine, [engine(text) for text in SENTENCES]
    engine.close()


def test_it_tells_its_voices_and_what_decides_on_its_sound(spoken):
    module, voice, _, _ = spoken
    assert all(len(entry) == 3 for entry in module.voices())
    assert module.fingerprint(voice)
    assert module.fingerprint(voice) == module.fingerprint(voice)
    if voice.engine != "engines.tone":  # which has one speed
        assert module.fingerprint(voice) != module.fingerprint(replace(voice, speed=2.0))


def test_the_same_text_is_the_same_clip_from_any_thread(spoken):
    _, voice, engine, alone = spoken
    for text, clip in zip(SENTENCES, alone, strict=True):
        check_clip(clip, text, voice)
    with open_pool(3) as pool:
        assert list(in_order(pool, engine, SENTENCES[::-1], 6)) == alone[::-1]


def test_words_are_those_of_the_text_in_order_and_inside_the_sound(spoken):
    *_, clips = spoken
    for text, clip in zip(SENTENCES, clips, strict=True):
        assert [text[word.start : word.end] for word in clip.words] == text.split()
        firsts = [word.first for word in clip.words]
        assert firsts == sorted(firsts)
        assert all(0 <= word.first < word.last <= len(clip.pcm) // 2 for word in clip.words)


def test_no_pause_is_added_around_the_sound(spoken):
    clip = spoken[-1][0]
    samples = array("h", clip.pcm)
    heard = [place for place, sample in enumerate(samples) if abs(sample) > QUIET]
    assert heard[0] < LONGEST_SILENCE_S * clip.rate_hz
    assert len(samples) - heard[-1] < LONGEST_SILENCE_S * clip.rate_hz


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_to_say_is_an_empty_clip_or_short_silence(spoken, text):
    _, _, engine, _ = spoken
    clip = engine(text)
    assert len(clip.pcm) / 2 / clip.rate_hz < LONGEST_SILENCE_S
    assert clip.words == ()


@pytest.mark.parametrize("text", SCRIPTS)
def test_a_script_that_the_voice_cannot_say_is_an_empty_clip(spoken, text):
    _, voice, engine, _ = spoken
    if voice.engine in {"piper", "system"}:
        assert check_clip(engine(text), text, voice).pcm == b""
    else:  # it has sounds for all, or spells
        check_clip(engine(text), text, voice)


def test_two_thousand_characters_are_one_clip(spoken):
    _, voice, engine, _ = spoken
    text = ("the tide came in, and went out again, as it had for years; " * 40)[:2000].strip()
    if voice.engine == "piper":
        text = text[:300]  # test_piper has all of them
    clip = check_clip(engine(text), text, voice)
    assert len(clip.words) == len(text.split())


PLUGIN = '''
"""An engine in 30 lines: it hums."""
import math
from array import array
from narrate.base.model import Clip, Word

RATE = 8_000

class Hum:
    def __init__(self, speed):
        self.step = int(RATE / 15 / speed)

    def __call__(self, text):
        pcm = array("h", (int(6e3 * math.sin(i / 9)) for i in range(len(text) * self.step)))
        words, place = [], 0
        for word in text.split():
            start = text.index(word, place)
            place = start + len(word)
            words.append(Word(start, place, start * self.step, place * self.step))
        return Clip(pcm.tobytes(), RATE, tuple(words))

    def close(self):
        pass

def load(voice):
    return Hum(voice.speed)

def voices():
    return [("hum", "en", "Hum")]

def fingerprint(voice):
    return f"hum-1/{voice.speed}"
'''


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which pip has installed a package with an engine."""
    folder = tmp_path_factory.mktemp("plugin")
    wheel = folder / "narrate_hum-1.0-py3-none-any.whl"
    info = "narrate_hum-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("narrate_hum.py", PLUGIN)
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: narrate-hum\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{info}/entry_points.txt", "[narrate.speak]\nhum = narrate_hum\n")
        archive.writestr(f"{info}/RECORD", "")
    target = folder / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", target, wheel], check=True, capture_output=True)
    return target


def test_an_engine_of_another_package_speaks_without_a_line_of_ours(installed, run, tmp_path, tool):
    (tmp_path / "hum.toml").write_text('engine = "hum"\nmodel = "hum"\nlanguage = "en"\n')
    path = {"PYTHONPATH": str(installed)}
    done = run("make", "-", "--voice", "hum.toml", stdin=b"A boat\n\nIt came. It went.", **path)
    assert done.returncode == 0, done.stderr
    probe = [tool("ffprobe"), "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
    file = tmp_path / done.stdout.decode().strip()
    length = subprocess.run([*probe, file], capture_output=True, text=True, check=True).stdout
    assert 2 < float(length) < 20


def test_an_engine_of_another_package_is_held_to_this_contract(installed):
    path = os.pathsep.join([str(installed), os.environ.get("PYTHONPATH", "")])
    pytest_of_it = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "hum"]
    done = subprocess.run(
        [*pytest_of_it, __file__],
        capture_output=True,
        text=True,
        cwd=TESTS.parent,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout
