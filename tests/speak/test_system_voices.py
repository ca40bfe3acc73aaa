"""Voices of the system through a driver of pyttsx3, with a stand-in for those of other systems."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Voice
from narrate.base.pool import in_order, open_pool
from narrate.speak import system
from narrate.speak._check import check_clip
from narrate.speak.system import Engine, list_voices, load

TEXT = "The ferry was late again, and nobody minded."
STAND_IN = "engines.stand_in_driver"


def voice_of(model, driver=STAND_IN, **changes):
    return Voice("own", "system", model, options=(("driver", driver),), **changes)


@pytest.mark.parametrize("model", ["", "good", "aiff", "late"])
def test_a_driver_s_file_becomes_a_clip(model):
    voice = voice_of(model)
    with load(voice) as engine:
        clip = check_clip(engine(TEXT), TEXT, voice)
    seconds = len(TEXT) / 6 * 60 / voice.words_per_minute
    assert clip.rate_hz == 16_000
    assert len(clip.pcm) / 2 / clip.rate_hz == pytest.approx(seconds + 0.2, abs=0.01)
    assert [TEXT[word.start : word.end] for word in clip.words] == TEXT.split()
    assert not clip.exact
    assert not any(word.exact for word in clip.words)
    # The words lie where there is sound: between the tenths of a second of silence.
    assert clip.words[0].first == pytest.approx(1_600, abs=10)
    assert clip.words[-1].last == pytest.approx(len(clip.pcm) // 2 - 1_600, abs=10)


def test_the_rate_follows_the_speed():
    lengths = []
    for speed in (0.5, 1.0, 2.0):
        with load(voice_of("good", speed=speed)) as engine:
            lengths.append(len(engine(TEXT).pcm) / 2 / 16_000 - 0.2)
    assert lengths[0] == pytest.approx(2 * lengths[1], rel=0.02)
    assert lengths[1] == pytest.approx(2 * lengths[2], rel=0.02)


@pytest.mark.parametrize(
    ("model", "why"),
    [
        ("crashes", "crashed"),
        ("raises", "the disk is full"),
        ("cut", "cut off"),
        ("junk", "no sound"),
    ],
)
def test_a_driver_that_fails_is_reported(model, why):
    with load(voice_of(model)) as engine, pytest.raises(SpeakError, match=why):
        engine(TEXT)


@pytest.mark.parametrize("model", ["hangs", "nothing"])
def test_a_driver_that_gives_nothing_is_ended(model, monkeypatch):
    monkeypatch.setattr(system, "TIMEOUT_S", 3)
    with load(voice_of(model)) as engine, pytest.raises(SpeakError, match="in time"):
        engine(TEXT)


def test_several_utterances_at_a_time_are_those_of_one():
    texts = [TEXT, "Yes.", "It rained.", "Nobody went."]
    with load(voice_of("good")) as engine, open_pool(3) as pool:
        assert list(in_order(pool, engine, texts, 4)) == [engine(text) for text in texts]


def test_an_unknown_voice_is_named_with_one_that_there_is():
    with load(voice_of("goood")) as engine, pytest.raises(UsageError, match=r"mean good\?"):
        engine(TEXT)


def test_a_driver_of_another_system_is_a_usage_error():
    with load(voice_of("", "sapi5")) as engine, pytest.raises(UsageError, match="no driver sapi5"):
        engine(TEXT)


def test_a_system_without_voices_needs_a_driver():
    if sys.platform == "linux":
        with pytest.raises(UsageError, match="name a driver"):
            load(Voice("own", "system", ""))


def test_the_voices_of_a_driver_are_listed():
    assert ("aiff", "en_US", "Aiff") in list_voices(STAND_IN)


def test_pyttsx3_s_own_driver_speaks_by_it():
    voice = voice_of("gmw/en-us", "espeak")
    with load(voice) as engine:
        clip = check_clip(engine(TEXT), TEXT, voice)
    assert 1.5 < len(clip.pcm) / 2 / clip.rate_hz < 6


def test_text_in_another_script_is_not_spelled():
    with Engine(voice_of("good")) as engine:
        assert engine("你好，世界。").pcm == b""


def test_the_child_ends_with_its_parent(tmp_path):
    code = (
        "import os, signal, threading, time\n"
        "from narrate.base.model import Voice\n"
        "from narrate.speak.system import load\n"
        f"engine = load(Voice('v', 'system', 'hangs', options=(('driver', '{STAND_IN}'),)))\n"
        "threading.Thread(target=engine, args=('Hello.',), daemon=True).start()\n"
        "while not engine._running: time.sleep(0.01)\n"
        "print(next(iter(engine._running)).pid, flush=True)\n"
        "time.sleep(1)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    child = int(done.stdout)
    for _ in range(500):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise AssertionError("the child outlives its parent")
