"""Loudness and true peak, measured by ffmpeg's ebur128 on what is encoded."""

import math
import random
import re
import subprocess
import sys
import wave
from array import array
from dataclasses import replace
from pathlib import Path

import pytest

from narrate.base.errors import UsageError
from narrate.base.model import Clip, Word
from narrate.base.pool import open_pool
from narrate.base.voice import list_voices, load_voice, read_profile
from narrate.produce import Order, make_release
from narrate.read import read_articles
from narrate.script import make_script
from narrate.speak import speak_script
from narrate.splice import calibrate_voice, splice_clips
from narrate.splice._loudness import measure_loudness
from narrate.splice.level import CEILING_DBTP, RELEASE_MS, Level, find_level, level_pcm

RATE = 22_050
ARTICLES = Path(__file__).parents[1] / "articles"
VOICES = [
    path.stem for path in list_voices() if read_profile(path).language.startswith("en")
]  # the others speak their own languages in test_cast_levels
ENCODERS = {
    "mp3": ("-c:a", "libmp3lame", "-b:a", "64k"),
    "m4a": ("-c:a", "aac", "-b:a", "64k", "-aac_coder", "fast"),
    "opus": ("-c:a", "libopus", "-b:a", "32k"),
}


@pytest.fixture
def ebur128(tool):
    """(LUFS, dBTP) of a file; of mono samples when a rate is given."""

    def measure(path, rate=None):
        form = ["-f", "s16le", "-ac", "1", "-ar", str(rate)] if rate else []
        command = [tool("ffmpeg"), "-hide_banner", "-nostats", *form, "-i", str(path)]
        command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
        heard = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        summary = heard[heard.rindex("Summary:") :]
        found = re.search(r"I:\s+(\S+) LUFS.*Peak:\s+(\S+) dBFS", summary, re.DOTALL)
        return float(found[1]), float(found[2])

    return measure


@pytest.fixture
def encode(tool, tmp_path):
    """A file of a kind of `ENCODERS` made of mono samples."""

    def write(pcm, rate, kind):
        source, path = tmp_path / "speech.wav", tmp_path / f"speech.{kind}"
        with wave.open(str(source), "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(pcm)
        command = [tool("ffmpeg"), "-v", "error", "-y", "-i", str(source), *ENCODERS[kind]]
        subprocess.run([*command, str(path)], check=True)
        return path

    return write


def speak(voice, folder, loudness, article="harbour-lights.txt"):
    """The samples of an article as they go to the encoders."""
    (read,) = read_articles(ARTICLES / article)
    script = make_script(read, voice)
    with open_pool() as pool:
        clips = speak_script(script, voice, pool)
        segments = splice_clips(script, clips, folder, voice=voice, loudness=loudness)
        return b"".join(segment.pcm.read_bytes() for segment in segments)


def sine(hertz, seconds, amplitude=0.5, rate=RATE, phase=0.0):
    turn = 2 * math.pi * hertz / rate
    count = round(seconds * rate)
    return array("h", (round(32767 * amplitude * math.sin(turn * n + phase)) for n in range(count)))


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 48_000])
def test_loudness_is_measured_as_ffmpeg_does(rate, tmp_path, ebur128):
    noise = random.Random(1)  # noqa: S311 - a seed for noise
    loud = array("h", (round(noise.gauss(0, 4000)) for _ in range(2 * rate)))
    pcm = sine(300, 1.5, 0.3, rate) + array("h", [0] * rate) + loud + sine(2500, 3, 0.02, rate)
    path = tmp_path / "sound.s16"
    path.write_bytes(pcm.tobytes())
    assert measure_loudness(pcm.tobytes(), rate) == pytest.approx(ebur128(path, rate)[0], abs=0.1)


def test_a_full_scale_sine_measures_as_the_standard_says():
    assert measure_loudness(sine(997, 5, 1.0, 48_000).tobytes(), 48_000) == pytest.approx(
        -3.01, abs=0.02
    )
    assert measure_loudness(bytes(RATE), RATE) == -math.inf


@pytest.mark.parametrize(
    ("name", "speed"), [*((name, "") for name in VOICES), ("builtin", "1.5"), ("british", "2.5")]
)
def test_every_shipped_voice_is_encoded_at_minus_16(name, speed, tmp_path, encode, ebur128):
    pcm = speak(load_voice(name, speed), tmp_path, -16.0)
    for kind in ("mp3", "m4a"):
        loudness, peak = ebur128(encode(pcm, RATE, kind))
        assert loudness == pytest.approx(-16, abs=0.5), kind
        assert peak <= -1, kind


def test_opus_at_its_lowest_rate_is_as_loud_and_does_not_clip(tmp_path, encode, ebur128):
    loudness, peak = ebur128(encode(speak(load_voice(), tmp_path, -16.0), RATE, "opus"))
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1


@pytest.mark.parametrize("loudness", [-14.0, -19.0, -23.0])
def test_other_loudnesses_are_met_as_well(loudness, tmp_path, encode, ebur128):
    pcm = speak(load_voice(), tmp_path, loudness, "letters.txt")
    for kind in ("mp3", "m4a"):
        found, peak = ebur128(encode(pcm, RATE, kind))
        assert found == pytest.approx(loudness, abs=0.5), kind
        assert peak <= -1, kind


def test_an_mp3_of_ours_is_as_loud_as_asked(tmp_path, ebur128):
    (article,) = read_articles(ARTICLES / "harbour-lights.txt")
    release = make_release(article, load_voice(), Order(out=tmp_path))
    loudness, peak = ebur128(release.files[0])
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1


def test_a_voice_that_nobody_measured_is_measured_first(tmp_path, ebur128):
    profile = tmp_path / "deep.toml"
    profile.write_text('engine = "pyttsx3"\nmodel = "gmw/en-us+m7"\nlanguage = "en"\n')
    (article,) = read_articles(ARTICLES / "harbour-lights.txt")
    release = make_release(article, read_profile(profile), Order(out=tmp_path))
    loudness, peak = ebur128(release.files[0])
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak <= -1


def test_a_voice_in_another_language_is_measured_on_the_article(tmp_path, encode, ebur128):
    voice = replace(load_voice(), model="gmw/de", language="de", level=())
    path = tmp_path / "hafen.txt"
    sentence = "Am Hafen brannten noch die Lampen, als das {}. Boot mit leeren Netzen zurückkam."
    path.write_text("\n\n".join(sentence.format(n) for n in range(1, 15)), encoding="utf-8")
    script = make_script(next(read_articles(path)), voice)
    with open_pool() as pool:
        measured = calibrate_voice(
            voice, lambda sample: speak_script(sample, voice, pool), (-16.0,), script
        )
        clips = speak_script(script, voice, pool)
        segments = splice_clips(script, clips, tmp_path, voice=measured, loudness=-16.0)
        pcm = b"".join(segment.pcm.read_bytes() for segment in segments)
    assert ebur128(encode(pcm, RATE, "mp3"))[0] == pytest.approx(-16, abs=0.5)


def test_levelling_can_be_off(tmp_path):
    voice = load_voice()
    off, on = speak(voice, tmp_path, None), speak(voice, tmp_path, -16.0)
    assert len(off) == len(on)
    assert measure_loudness(off, RATE) < -20 < measure_loudness(on, RATE)


def test_word_times_do_not_move(tmp_path, tone_voice):
    (article,) = read_articles(ARTICLES / "short-note.txt")
    script = make_script(article, tone_voice)
    clips = [Clip(sine(220, 2).tobytes(), RATE, (Word(0, 3, 90, 8000),))] * len(script.utterances)
    cues = []
    for loudness in (None, -16.0):
        voice = load_voice()
        (segment,) = splice_clips(script, clips, tmp_path, voice=voice, loudness=loudness)
        cues.append(segment.cues)
    assert cues[0] == cues[1]


def pathological(rate=RATE):
    """Sounds whose true peak is far above what their samples show, or that begin at once."""
    clicks = array("h", bytes(2 * rate))
    for place in range(50, rate, 997):
        clicks[place] = 32767 if place % 2 else -32768
    return {
        "square": array("h", [32767] * 50 + [-32768] * 50) * (rate // 100),
        "clicks": clicks,
        "between the samples": sine(rate / 4, 1, 1.0, rate, math.pi / 4),
        "suddenly": array("h", bytes(rate)) + sine(rate / 4, 0.5, 1.0, rate, math.pi / 4),
        "high": sine(rate * 0.31, 1, 1.0, rate, 0.3),
        "one sample": array("h", [32767]),
        "opposite": array("h", [32767, 32767, -32768, -32768, 32767, 32767] + [0] * 500) * 20,
    }


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
@pytest.mark.parametrize("name", pathological(100))
def test_no_peak_passes_the_ceiling(name, rate, tmp_path, ebur128):
    pcm = pathological(rate)[name]
    levelled = level_pcm(pcm.tobytes(), rate, Level(12.0))
    assert len(levelled) == 2 * len(pcm)
    path = tmp_path / "levelled.s16"
    path.write_bytes(bytes(rate) + levelled + bytes(2 * rate))
    assert ebur128(path, rate)[1] <= CEILING_DBTP + 0.1


def test_the_limiter_lets_go_at_once_and_changes_nothing_else():
    quiet = sine(400, 1.0, 0.1)
    click = array("h", quiet)
    click[RATE // 2] = 32767
    plain = array("h", level_pcm(quiet.tobytes(), RATE, Level(6.0)))
    limited = array("h", level_pcm(click.tobytes(), RATE, Level(6.0)))
    changed = [n for n in range(len(plain)) if plain[n] != limited[n]]
    assert RATE // 2 - changed[0] < 0.010 * RATE
    assert changed[-1] - RATE // 2 < (RELEASE_MS + 10) / 1000 * RATE
    assert max(limited) < 32767 * 10 ** ((CEILING_DBTP + 0.1) / 20)


def test_a_clip_is_levelled_alike_wherever_it_stands(tmp_path):
    pcm = (sine(313, 0.2, 1.0) + sine(4111, 0.1, 0.9)).tobytes()
    path = tmp_path / "clip.s16"
    path.write_bytes(pcm)
    code = (
        "import sys; from narrate.splice.level import *;"
        "sys.stdout.buffer.write(level_pcm(open(sys.argv[1], 'rb').read(), 22050, Level(9.0)))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, check=True
    ).stdout
    assert other == level_pcm(pcm, RATE, Level(9.0))


def test_gains_lie_in_straight_lines_between_what_was_measured():
    table = (("-16", (6.0, 8.0)), ("-20", (1.0, 3.0)), ("speeds", (1.0, 2.0)))
    voice = replace(load_voice(), level=table)
    assert find_level(voice, -16).gain_db == 6
    assert find_level(voice, -18).gain_db == pytest.approx(3.5)
    assert find_level(voice, -25).gain_db == pytest.approx(-4)
    assert find_level(replace(voice, speed=1.5), -16).gain_db == pytest.approx(7)
    assert find_level(replace(voice, speed=5.0), -16).gain_db == pytest.approx(8)
    assert find_level(voice, -14) == Level(pytest.approx(10.4), CEILING_DBTP + 1.3)


@pytest.mark.parametrize(
    "table",
    ["speeds = [1.0]", '"-16" = [3.0]', 'speeds = [1]\n"-16" = [2, 3]', "speeds = 1\na = 1"],
)
def test_a_level_table_that_is_wrong_is_an_error(table, tmp_path):
    profile = tmp_path / "odd.toml"
    profile.write_text(f'engine = "pyttsx3"\nmodel = "en"\n[level]\n{table}\n')
    with pytest.raises(UsageError, match="speeds"):
        read_profile(profile)
