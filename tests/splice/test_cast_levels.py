"""Several voices in one recording: equally loud, at one rate, in step with their words."""

import math
import tomllib
from array import array
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from narrate.base.cast import find_voice
from narrate.base.model import Article, Block, Chapter, Clip, Script, Utterance, Word
from narrate.base.pool import open_pool
from narrate.base.voice import fit_voice, list_voices, load_voice, read_profile
from narrate.script import make_script
from narrate.speak import speak_script
from narrate.splice import calibrate_cast, splice_clips
from narrate.splice._loudness import measure_loudness
from narrate.splice._resample import resample_clip
from narrate.splice.calibrate import ENGLISH

SAMPLES = tomllib.loads(
    (Path(__file__).parents[2] / "benchmarks" / "voice_samples.toml").read_text(encoding="utf-8")
)
RATE = 22_050
ESPEAK = [
    path.stem
    for path in list_voices()
    if read_profile(path).engine == "pyttsx3" and read_profile(path).language[:2] in SAMPLES
]


def speak(voice, script):
    """The clips of `script`, each by its own voice."""
    clips = {}
    with open_pool() as pool:
        for each in dict.fromkeys(find_voice(voice, said) for said in script.utterances):
            own = [said for said in script.utterances if find_voice(voice, said) == each]
            part = replace(script, utterances=tuple(own))
            with closing(speak_script(part, each, pool)) as spoken:
                clips |= dict(zip((said.id for said in own), spoken, strict=True))
    return [clips[said.id] for said in script.utterances]


def splice(script, clips, folder, voice, loudness=-16.0):
    """The one segment of `script`, and its samples."""
    (segment,) = splice_clips(script, clips, folder, voice=voice, loudness=loudness)
    return segment, segment.pcm.read_bytes()


def cut(segment, pcm, wanted):
    """The samples of the cues that are `wanted`, with the silences between sentences."""
    rate = segment.rate_hz
    pieces = [
        pcm[2 * (cue.start_ms * rate // 1000) : 2 * (cue.end_ms * rate // 1000)]
        for cue in segment.cues
        if wanted(cue)
    ]
    return bytes(2 * (45 * rate // 100)).join(pieces)


def sine(hertz, seconds, rate, amplitude=0.4):
    turn = 2 * math.pi * hertz / rate
    wave = (round(32767 * amplitude * math.sin(turn * n)) for n in range(round(seconds * rate)))
    return array("h", wave).tobytes()


@pytest.mark.parametrize("name", ESPEAK)
def test_every_voice_of_a_language_is_as_loud_as_asked(name, tmp_path):
    voice = load_voice(name)
    texts = SAMPLES[voice.language[:2]]
    article = Article("", tuple(Block("para", text) for text in texts), language=voice.language)
    script = make_script(article, voice, opening=False, closing=False, chapters=False)
    segment, pcm = splice(script, speak(voice, script), tmp_path, voice)
    # What the encoders lose is added before them.
    assert measure_loudness(pcm, segment.rate_hz) == pytest.approx(-15.8, abs=0.4)


def test_a_quote_in_another_voice_and_language_is_as_loud_as_the_rest(tmp_path):
    blocks = [Block("para", text) for text in SAMPLES["de"]]
    blocks += [Block("quote", text, language="en") for text in ENGLISH]
    article = Article("Hafen", tuple(blocks), language="de")
    voice = fit_voice(load_voice(), article)
    script = make_script(article, voice, opening=False, closing=False, chapters=False)
    segment, pcm = splice(script, speak(voice, script), tmp_path, voice)
    german = cut(segment, pcm, lambda cue: not cue.language)
    english = cut(segment, pcm, lambda cue: cue.language == "en")
    assert measure_loudness(german, segment.rate_hz) == pytest.approx(-15.8, abs=0.5)
    assert measure_loudness(english, segment.rate_hz) == pytest.approx(-15.8, abs=0.5)
    assert {cue.cast for cue in segment.cues if cue.language == "en"} == {"quote"}


def test_voices_that_nobody_measured_are_measured_each_by_itself(tmp_path):
    quiet = replace(load_voice("british"), level=(), model="gmw/en+whisper")
    voice = replace(load_voice("builtin"), level=(), cast=(("quote", quiet), ("note", quiet)))
    blocks = [Block("para", text) for text in ENGLISH] + [Block("quote", text) for text in ENGLISH]
    article = Article("Harbour", tuple(blocks), language="en")
    script = make_script(article, voice, opening=False, closing=False, chapters=False)
    measured = calibrate_cast(voice, speak, (-16.0,), script)
    assert measured.level
    assert dict(measured.cast)["quote"].level not in ((), measured.level)
    segment, pcm = splice(script, speak(voice, script), tmp_path, measured)
    for part in ("", "quote"):
        said = cut(segment, pcm, lambda cue, part=part: cue.cast == part)
        assert measure_loudness(said, segment.rate_hz) == pytest.approx(-15.8, abs=0.5)


def test_a_voice_with_its_levels_says_nothing_to_be_measured():
    voice = load_voice("builtin")
    script = Script(
        Article("", ()), (Chapter("", 0),), (Utterance("u1", None, 0, 1, "a", "a"),), ()
    )
    assert calibrate_cast(voice, pytest.fail, (-16.0,), script) == voice


def two_voices(*roles):
    """A script of an utterance for each part, and a narrator with a voice for quotes."""
    other = replace(load_voice("british"), name="other")
    voice = replace(load_voice("builtin"), cast=(("quote", other),))
    utterances = tuple(
        Utterance(f"u{n:04d}", 0, 0, 4, "beep", "beep", cast=role, pause_ms=100)
        for n, role in enumerate(roles)
    )
    return Script(Article("", ()), (Chapter("", 0),), utterances, ()), voice


def test_all_comes_at_the_narrators_rate(tmp_path):
    script, voice = two_voices("quote", "", "quote")
    clips = [
        Clip(sine(440, 0.5, rate), rate, (Word(0, 4, rate // 4, rate // 2),))
        for rate in (16_000, RATE, 48_000)
    ]
    segment, pcm = splice(script, clips, tmp_path, voice, loudness=None)
    assert segment.rate_hz == RATE
    for cue in segment.cues:
        assert cue.end_ms - cue.start_ms == pytest.approx(500, abs=2)
        assert cue.words[0].start_ms - cue.start_ms == pytest.approx(250, abs=2)
        assert cue.words[0].end_ms == pytest.approx(cue.end_ms, abs=2)
    assert len(pcm) // 2 == segment.samples


def test_a_chapter_that_is_joined_alone_has_the_rate_of_those_that_stand(tmp_path):
    from narrate.splice._stored import StoredSegment, pack_segment
    from narrate.splice.timeline import Placed

    script, voice = two_voices("", "quote")
    script = replace(script, chapters=(Chapter("One", 0), Chapter("Two", 1)))
    known = {0: pack_segment(StoredSegment(RATE, 9216, (Placed(0, 9000),)))}
    clip = Clip(sine(440, 0.5, 48_000), 48_000)
    _, second = splice_clips(script, [clip], tmp_path, voice=voice, known=known)
    assert second.rate_hz == RATE


@pytest.mark.parametrize(
    ("rate", "wanted"), [(16_000, 22_050), (22_050, 24_000), (24_000, 22_050), (48_000, 22_050)]
)
@pytest.mark.parametrize("hertz", [200.0, 1000.0, 6000.0])
def test_a_tone_is_the_same_tone_at_another_rate(rate, wanted, hertz):
    found = array("h", resample_clip(Clip(sine(hertz, 1, rate), rate), wanted).pcm)
    right = array("h", sine(hertz, 1, wanted))
    middle = range(2000, len(right) - 2000)
    error = sum((found[n] - right[n]) ** 2 for n in middle)
    power = sum(right[n] ** 2 for n in middle)
    assert len(found) == len(right)
    assert 10 * math.log10(power / error) > 75


def test_what_is_too_high_for_the_new_rate_is_gone():
    high = resample_clip(Clip(sine(15_000, 1, 48_000), 48_000), 22_050)
    middle = array("h", high.pcm)[1000:-1000]
    assert max(map(abs, middle)) <= 2


def test_a_clip_at_the_right_rate_and_an_empty_one_are_left_alone():
    clip = Clip(sine(440, 0.1, RATE), RATE)
    assert resample_clip(clip, RATE) is clip
    assert resample_clip(Clip(b"", 16_000), RATE) == Clip(b"", RATE)
