"""The door of the stage."""

import pytest

from narrate.base.errors import SpeakError, UsageError
from narrate.base.model import Clip, Script, Utterance, Voice, Word
from narrate.base.pool import open_pool
from narrate.base.voice import load_voice
from narrate.speak import clip_keys, speak_script
from narrate.speak._check import check_clip


def script_of(*texts):
    utterances = tuple(
        Utterance(f"u{n:04d}", None, 0, len(text), text, text) for n, text in enumerate(texts, 1)
    )
    return Script(None, (), utterances, ())


@pytest.mark.parametrize("jobs", [1, 3])
def test_clips_come_in_the_order_of_the_script(tone_voice, jobs):
    texts = ["one", "a longer one", "two", "the longest of all of them", "x"] * 4
    with open_pool(jobs) as pool:
        clips = list(speak_script(script_of(*texts), tone_voice, pool, jobs=jobs))
    assert [len(clip.pcm) for clip in clips] == [len(text) * 1600 for text in texts]


def test_a_clip_key_tells_text_and_settings_apart(tone_voice):
    keys = clip_keys(script_of("one", "two", "one"), tone_voice)
    assert keys[0] == keys[2] != keys[1]
    slow, fast = load_voice("builtin"), load_voice("builtin", "2")
    assert clip_keys(script_of("one"), slow) != clip_keys(script_of("one"), fast)


def test_an_unknown_engine_is_named():
    with open_pool(1) as pool, pytest.raises(UsageError, match="speak nobody"):
        list(speak_script(script_of("one"), Voice("odd", "nobody", ""), pool))


SECOND = b"\x10\x27" * 16_000


@pytest.mark.parametrize(
    ("clip", "why"),
    [
        (Clip(b"\x01", 16_000), "broken"),
        (Clip(SECOND, 0), "broken"),
        (Clip(b"", 16_000), "silence"),
        (Clip(bytes(32_000), 16_000), "silence"),
        (Clip(SECOND[:200], 16_000), "too short"),
        (Clip(SECOND * 60, 16_000), "too long"),
        (Clip(SECOND, 16_000, (Word(0, 3, 0, 16_001),)), "outside"),
    ],
)
def test_a_clip_that_cannot_be_the_text_is_not_believed(tone_voice, clip, why):
    with pytest.raises(SpeakError, match=why):
        check_clip(clip, "A text of some length.", tone_voice)


def test_a_text_that_the_voice_cannot_say_is_an_empty_clip(tone_voice):
    assert check_clip(Clip(bytes(3_200), 16_000), "☙", tone_voice).pcm == b""
