"""espeak-ng through our driver, for real."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Voice
from narrate.base.pool import in_order, open_pool
from narrate.base.voice import load_voice
from narrate.speak import pyttsx3 as engine_module
from narrate.speak.pyttsx3 import Engine, engine_text, load, voices

SENTENCES = (
    "The ferry was late again, and nobody minded.",
    "“Déjà vu,” she said, for the third time that week.",
    "It cost $1,234.56 in the U.S. and £3m elsewhere.",
    "Yes.",
    "He walked to the end of the pier — slowly — and back.",
)


@pytest.fixture
def engine():
    with load(load_voice()) as engine:
        yield engine


def processes_of(engine):
    """The engine's server and its copies."""
    group = engine._process.pid
    listed = subprocess.run(
        ["ps", "-eo", "pid,pgid,stat"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[1:]
    rows = [line.split() for line in listed]
    return [int(pid) for pid, pgid, stat in rows if int(pgid) == group and stat[0] != "Z"]


def test_the_same_text_gives_the_same_samples_in_any_order_and_number(engine):
    alone = [engine(text) for text in SENTENCES]
    assert [engine(text) for text in reversed(SENTENCES)] == alone[::-1]
    with open_pool(4) as pool:
        assert list(in_order(pool, engine, SENTENCES * 5, 8)) == alone * 5


def test_a_process_a_sentence_gives_the_same_samples_as_a_fork(engine):
    with Engine(load_voice(), fork=False) as one_by_one:
        assert [one_by_one(text) for text in SENTENCES[:2]] == [engine(t) for t in SENTENCES[:2]]


@pytest.mark.parametrize("speed", [100, 200, 449, 450, 600, 900])
def test_words_are_timed_in_order_and_inside_the_sound(speed):
    text = "One lamp at the end of the pier, in the fog, was lit; the others were dark."
    with load(load_voice("builtin", f"{speed}wpm")) as engine:
        clip = engine(text)
    assert [text[word.start : word.end] for word in clip.words] == text.split()
    times = [edge for word in clip.words for edge in (word.first, word.last)]
    assert times == sorted(times)
    assert all(word.first < word.last for word in clip.words)
    assert clip.words[-1].last <= len(clip.pcm) // 2


@pytest.mark.parametrize("speed", [100, 200, 449, 450, 600, 900])
def test_a_word_after_a_full_stop_begins_where_the_silence_ends(speed):
    # These begin without a closure, so that the first loud sample is the word's own.
    text = "We saw a wide river. Nobody moved. Look away now. Marvel at it all."
    with load(load_voice("builtin", f"{speed}wpm")) as engine:
        clip = engine(text)
    samples = memoryview(clip.pcm).cast("h")
    frame = clip.rate_hz // 500  # 2 ms
    loud = [max(map(abs, samples[at : at + frame])) > 300 for at in range(0, len(samples), frame)]
    onsets = [i * frame for i in range(5, len(loud)) if loud[i] and not any(loud[i - 5 : i])]
    for word in clip.words:
        if text[word.start : word.end] in {"Nobody", "Look", "Marvel"}:
            nearest = min(onsets, key=lambda onset: abs(onset - word.first))
            assert abs(nearest - word.first) < 0.006 * clip.rate_hz


def test_word_times_at_600_and_900_are_those_of_450_in_proportion():
    # All three come from the same slow speech, pressed together; so the shares must agree.
    shares = []
    for speed in ("450wpm", "600wpm", "900wpm"):
        with load(load_voice("builtin", speed)) as engine:
            clip = engine("We heard the bell, then the horn, and saw the long grey hull turn away.")
        samples = len(clip.pcm) // 2
        shares.append([word.first / samples for word in clip.words])
    for slower, *faster in zip(*shares, strict=True):
        assert all(abs(share - slower) < 0.015 for share in faster)


def test_speech_gets_shorter_with_speed():
    lengths = []
    for speed in (100, 175, 300, 449, 600, 900):
        with load(load_voice("builtin", f"{speed}wpm")) as engine:
            lengths.append(len(engine(SENTENCES[0]).pcm))
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 5 * lengths[-1]


@pytest.mark.parametrize(
    "text", ["one\0two", "one\ud800two", "one\x07\x9ftwo", "<b>one</b> two", "[[one]] two"]
)
def test_what_would_stop_the_engine_does_not(engine, text):
    clip = engine(text)
    assert len(clip.pcm) > 2 * 0.4 * clip.rate_hz
    assert len(clip.words) == len(re.split(r"[\s\0\x07\x9f\ud800]+", text))


def test_a_very_long_word_is_parted_and_its_words_point_into_it(engine):
    text = "before " + "na" * 600 + " after"
    assert max(map(len, engine_text(text)[0].split())) <= 100
    clip = engine(text)
    assert [text[word.start : word.end] for word in clip.words][::13] == ["before", "after"]
    assert "".join(text[word.start : word.end] for word in clip.words) == text.replace(" ", "")


def test_an_unknown_voice_of_the_engine_is_named():
    with load(Voice("odd", "pyttsx3", "xx/nobody")) as engine, pytest.raises(UsageError) as caught:
        engine("Hello.")
    assert "xx/nobody" in str(caught.value)


def test_a_killed_server_is_replaced(engine):
    before = engine("Hello.")
    os.kill(engine._process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, engine._process.pid, os.WEXITED | os.WNOWAIT)
    assert engine("Hello.") == before


def test_a_hung_copy_is_ended_and_reported(engine, monkeypatch):
    monkeypatch.setattr(engine_module, "TIMEOUT_S", 1)
    engine("Hello.")
    os.kill(engine._process.pid, signal.SIGSTOP)
    with pytest.raises(SpeakError, match="in time"):
        engine("Hello.")
    os.kill(engine._process.pid, signal.SIGCONT)
    assert engine("Hello.").pcm


def test_no_process_is_left_when_the_engine_is_closed():
    engine = load(load_voice())
    engine("Hello.")
    group = engine._process.pid
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_the_server_ends_with_its_parent(tmp_path):
    code = (
        "import os, signal\n"
        "from narrate.base.voice import load_voice\n"
        "from narrate.speak.pyttsx3 import load\n"
        "engine = load(load_voice()); engine('Hello.')\n"
        "print(engine._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    group = int(done.stdout)
    for _ in range(500):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise AssertionError("the engine outlives its parent")


def test_the_speech_library_is_the_one_that_came_by_pip(engine):
    engine("Hello.")
    maps = Path(f"/proc/{engine._process.pid}/maps").read_text()
    libraries = {line.split()[-1] for line in maps.splitlines() if "espeak" in line}
    assert libraries
    assert all("espeakng_loader" in path for path in libraries)


def test_the_engine_brings_many_voices():
    models = {model for model, _, _ in voices()}
    assert {"gmw/en-US", "gmw/de"} <= models
    assert len(models) > 100
