"""What a voice's profile says of its sound: its pace, and the gain for each loudness and speed.

usage: python benchmarks/voice_levels.py VOICE [SPEED…]
"""

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

from narrate.base.cast import primary_language
from narrate.base.model import Article, Chapter, Script, Utterance
from narrate.base.pool import open_pool
from narrate.base.voice import load_voice
from narrate.speak import speak_script
from narrate.splice._trim import trim_clip
from narrate.splice.calibrate import PAUSE_MS, calibrate_voice, english_sample

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
TARGETS = (-23.0, -19.0, -16.0)
SAMPLES = tomllib.loads(Path(__file__).with_name("voice_samples.toml").read_text(encoding="utf-8"))


def main():
    voice = load_voice(sys.argv[1])
    speeds = tuple(map(float, sys.argv[2:])) or SPEEDS
    tables = []
    with open_pool() as pool:
        print(f"characters_per_second = {measure_pace(replace(voice, speed=1.0), pool):.1f}")
        for speed in speeds:
            faster = replace(voice, speed=speed, level=())

            def speak(script, faster=faster):
                return speak_script(script, faster, pool)

            measured = calibrate_voice(faster, speak, TARGETS, sample(faster))
            tables.append(dict(measured.level))
    print("\n[level] # dB for each of the speeds, by LUFS; from benchmarks/voice_levels.py")
    print(f"speeds = {list(speeds)}")
    for target in TARGETS:
        print(f'"{target:g}" = {[round(table[f"{target:g}"][0], 2) for table in tables]}')


def measure_pace(voice, pool):
    """Characters a second, without the silences around sentences."""
    script = sample(voice)
    clips = [trim_clip(clip) for clip in speak_script(script, voice, pool)]
    seconds = sum(len(clip.pcm) / 2 / clip.rate_hz for clip in clips)
    return sum(len(said.spoken) for said in script.utterances) / seconds


def sample(voice):
    texts = SAMPLES.get(primary_language(voice.language))
    if texts is None:
        return english_sample(voice)
    utterances = tuple(
        Utterance(
            f"u{index}", None, 0, len(text), text, text, pause_ms=round(PAUSE_MS / voice.speed)
        )
        for index, text in enumerate(texts)
    )
    return Script(Article("", ()), (Chapter("", 0),), utterances, ())


if __name__ == "__main__":
    main()
