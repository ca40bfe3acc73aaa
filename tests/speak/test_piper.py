"""Piper, for real: the voice joe, and a tiny model that hums."""

import os
import signal
import subprocess
import sys
import threading
import time
from array import array
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import PhonemeSpan, Script, Utterance, Voice
from narrate.base.pool import in_order, open_pool
from narrate.base.voice import load_voice
from narrate.speak import _piper_process, speak_script
from narrate.speak._check import check_clip
from narrate.speak.piper import fingerprint, load

TINY = Path(__file__).with_name("tiny.onnx")
SENTENCES = (
    "The ferry to the island was late again, and nobody on the pier minded.",
    "“One of the best in the world,” she said; it was to be the last of them.",
    "Of the three thousand four hundred, none came back in nineteen eighty-two.",
    "Yes.",
)


@pytest.fixture(scope="module")
def joe():
    return replace(load_voice("joe"), reproducible=True)


@pytest.fixture(scope="module")
def engine(joe):
    engine = load(joe)
    yield engine
    engine.close()


@pytest.fixture
def tiny():
    return Voice("tiny", "piper", str(TINY))


def script_of(*texts):
    utterances = tuple(
        Utterance(f"u{n:04d}", None, 0, len(text), text, text) for n, text in enumerate(texts, 1)
    )
    return Script(None, (), utterances, ())


def seconds(clip):
    return len(clip.pcm) / 2 / clip.rate_hz


def test_words_are_timed_by_the_model_in_order_and_inside_the_sound(engine, joe):
    words = []
    for text in SENTENCES:
        clip = check_clip(engine(text), text, joe)
        assert clip.exact
        assert [text[word.start : word.end] for word in clip.words] == text.split()
        edges = [edge for word in clip.words for edge in (word.first, word.last)]
        assert edges == sorted(edges)
        assert edges[0] > 0
        assert edges[-1] <= len(clip.pcm) // 2
        words += clip.words
    assert sum(word.exact for word in words) >= 0.95 * len(words)


def test_a_word_begins_where_its_sound_does(engine):
    text = "Look. Nobody. Marvel. Wide. River."
    clip = engine(text)
    samples = array("h", clip.pcm)
    frame = clip.rate_hz // 100
    loud = [max(map(abs, samples[at : at + frame])) > 300 for at in range(0, len(samples), frame)]
    onsets = [i * frame for i in range(8, len(loud)) if loud[i] and not any(loud[i - 8 : i])]
    for word in clip.words[1:]:
        assert min(abs(onset - word.first) for onset in onsets) < 0.05 * clip.rate_hz


def test_two_at_a_time_give_the_clips_of_one(engine, joe):
    alone = [engine(text) for text in SENTENCES]
    with open_pool(2) as pool:
        assert list(in_order(pool, engine, SENTENCES[::-1], 4)) == alone[::-1]


def test_natural_noise_makes_no_two_clips_the_same(engine):
    voice = load_voice("joe")
    assert not voice.reproducible
    natural = load(voice)
    assert natural(SENTENCES[0]).pcm != natural(SENTENCES[0]).pcm
    natural.close()


def test_text_that_the_voice_cannot_say_is_an_empty_clip_and_not_spelled(engine, joe):
    for text in ("你好，世界。", "Привет, мир!", "…", "☙", ""):
        assert check_clip(engine(text), text, joe).pcm == b""
    clip = engine("The word 道 means way.")
    assert clip.words == engine("The word   means way.").words
    assert check_clip(engine("第3章"), "第3章", joe).words


def test_two_thousand_characters_are_spoken_in_pieces_without_a_gap(joe):
    text = ("a very long sentence that never comes to its end and goes on " * 40)[:2000].strip()
    quick = load(replace(joe, speed=1.5))
    clip = check_clip(quick(text), text, joe)
    quick.close()
    assert len(clip.words) == len(text.split())
    assert max(after.first - before.last for before, after in pairwise(clip.words)) < 8_000


def test_square_brackets_are_no_phonemes(engine):
    assert engine("Hello [[world]] there.").pcm == engine("Hello world there.").pcm


def test_phonemes_replace_those_of_their_stretch_only(engine):
    text = "He took Nguyen’s boat home."
    at = text.index("Nguyen")
    spans = [PhonemeSpan(at, at + len("Nguyen"), "ˌma.ɡəˈnoʊli.ə")]
    plain, told = engine(text), engine(text, spans)
    assert [word[:2] for word in told.words] == [word[:2] for word in plain.words]
    lengths = [
        (ours.last - ours.first) - (theirs.last - theirs.first)
        for ours, theirs in zip(told.words, plain.words, strict=True)
    ]
    assert lengths[2] > 0.15 * plain.rate_hz
    assert all(abs(length) < 0.1 * plain.rate_hz for length in lengths[:2] + lengths[3:])


def test_phonemes_that_are_none_leave_the_respelling(engine):
    text = "He took the boat."
    assert engine(text, [PhonemeSpan(8, 11, "∅")]) == engine(text)


@pytest.mark.parametrize("speed", [0.6, 1.25, 1.5, 3.0])
def test_speech_is_as_fast_as_asked_for(engine, joe, speed):
    other = load(replace(joe, speed=speed))
    natural = sum(seconds(engine(text)) for text in SENTENCES[:2])
    changed = [other(text) for text in SENTENCES[:2]]
    other.close()
    assert natural / sum(map(seconds, changed)) == pytest.approx(speed, rel=0.08)
    assert all(clip.words[-1].last <= len(clip.pcm) // 2 for clip in changed)


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.5, 2.0, 5.0])
def test_the_pitch_stays_at_any_speed(tiny, speed):
    engine = load(replace(tiny, speed=speed))
    samples = array("h", engine("a hum of two hundred and twenty hertz " * 4).pcm)
    engine.close()
    rises = sum(1 for one, other in pairwise(samples) if one < 0 <= other)
    assert rises * 22_050 / len(samples) == pytest.approx(220, rel=0.02)


def test_a_model_without_durations_has_its_words_timed_by_letters(tiny, tmp_path):
    model = tmp_path / "silent.onnx"
    model.write_bytes(TINY.read_bytes().replace(b"/Ceil_output_0", b"/Made_output_0"))
    model.with_name("silent.onnx.json").write_bytes(TINY.with_name("tiny.onnx.json").read_bytes())
    engine = load(replace(tiny, model=str(model)))
    clip = engine("one three")
    engine.close()
    assert not clip.exact
    assert not any(word.exact for word in clip.words)
    assert [word[:2] for word in clip.words] == [(0, 3), (4, 9)]
    assert clip.words[-1].last == len(clip.pcm) // 2


def test_a_process_that_is_killed_amid_a_sentence_is_replaced(engine, joe):
    before = engine("Yes.")
    killed = engine._process.pid
    caught = []

    def speak():
        try:
            engine("a sentence that takes a while " * 40)
        except SpeakError as error:
            caught.append(error)

    speaking = threading.Thread(target=speak)
    speaking.start()
    while not engine._process._running._waiting:
        time.sleep(0.01)
    os.kill(killed, signal.SIGKILL)
    speaking.join()
    assert "ended" in str(caught[0])
    assert engine("Yes.") == before
    assert engine._process.pid != killed


def test_an_article_survives_the_death_of_its_process(joe):
    texts = [SENTENCES[0], "Yes.", "It rained all day.", "No.", "Nobody minded."]
    with open_pool(2) as pool:
        wanted = list(speak_script(script_of(*texts), joe, pool))
        clips = []
        for clip in speak_script(script_of(*texts), joe, pool):
            if not clips:
                (process,) = _piper_process._open.values()
                os.kill(process.pid, signal.SIGKILL)
            clips.append(clip)
    assert clips == wanted


def test_a_process_that_hangs_is_ended_and_reported(tiny, monkeypatch):
    with closing(load(tiny)) as engine:
        engine("one")
        os.kill(engine._process.pid, signal.SIGSTOP)
        monkeypatch.setattr(_piper_process, "TIMEOUT_S", 1)
        with pytest.raises(SpeakError, match="in time"):
            engine("one")
        monkeypatch.undo()
        engine._process._running.popen.wait()
        assert engine("one").pcm


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_engines_of_one_model_share_a_process_that_ends_with_the_last(tiny):
    one, other = load(tiny), load(replace(tiny, speed=2.0))
    pid = one._process.pid
    assert other._process.pid == pid
    assert seconds(one("sea air")) > 1.5 * seconds(other("sea air"))
    one.close()
    assert is_running(pid)
    other.close()
    assert not is_running(pid)


@pytest.mark.parametrize("end", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_the_process_ends_with_its_parent(end):
    code = (
        "import os, signal, time\n"
        "from narrate.base.model import Voice\n"
        "from narrate.speak.piper import load\n"
        f"engine = load(Voice('tiny', 'piper', {str(TINY)!r})); engine('one')\n"
        "print(engine._process.pid, flush=True)\n"
        f"os.kill(os.getpid(), signal.{end}); time.sleep(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pid = int(done.stdout)
    for _ in range(500):
        if not is_running(pid):
            return
        time.sleep(0.02)
    raise AssertionError("the process outlives its parent")


def test_the_model_is_never_in_the_parent_s_memory():
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from narrate.base.voice import load_voice\n"
        "from narrate.speak.piper import load\n"
        "engine = load(load_voice('joe')); engine('One, two.'); engine.close()\n"
        "assert not {'onnxruntime', 'numpy', 'piper'} & set(sys.modules)\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(status.split('VmHWM:')[1].split()[0])\n"  # ru_maxrss has that of who forked it
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 60_000  # kilobytes; the model alone is 63,000


def copy_tiny(folder, change):
    model = folder / "copy.onnx"
    model.write_bytes(change(TINY.read_bytes()))
    model.with_name("copy.onnx.json").write_bytes(TINY.with_name("tiny.onnx.json").read_bytes())
    return model


@pytest.mark.parametrize("change", [lambda data: data[:500], lambda data: data[::-1]])
def test_a_damaged_model_is_refused_by_its_hash(tiny, tmp_path, change):
    model = copy_tiny(tmp_path, change)
    digest = fingerprint(tiny).split("/")[2]
    voice = replace(tiny, model=str(model), options=(("sha256", digest),))
    for refuse in (load, fingerprint):
        with pytest.raises(UsageError) as caught:
            refuse(voice)
        assert str(model) in str(caught.value)
        assert "sha256" in str(caught.value)


def test_a_damaged_model_without_a_hash_is_named(tiny, tmp_path):
    model = copy_tiny(tmp_path, lambda data: data[:500])
    engine = load(replace(tiny, model=str(model)))
    with pytest.raises(UsageError) as caught:
        engine("one")
    engine.close()
    assert str(model) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings_that_describe_no_voice_are_named(tiny, tmp_path):
    model = copy_tiny(tmp_path, bytes)
    config = model.with_name("copy.onnx.json")
    config.write_text('{"audio": 1}')
    engine = load(replace(tiny, model=str(model)))
    with pytest.raises(UsageError, match="no Piper voice"):
        engine("one")
    engine.close()


def test_a_model_that_is_not_there_is_named(tiny):
    with pytest.raises(UsageError, match="there is no file"):
        load(replace(tiny, model="/nowhere/voice.onnx"))


def test_the_fingerprint_tells_models_and_settings_apart(tiny, joe):
    voices = [tiny, joe, replace(tiny, speed=2.0), replace(tiny, reproducible=False)]
    assert len({fingerprint(voice) for voice in voices}) == len(voices)
    assert fingerprint(tiny) == fingerprint(replace(tiny, name="other"))
