"""The [level] table of a voice's profile: the gain for each loudness at each speed.

usage: python benchmarks/voice_levels.py VOICE [SPEED…]
"""

import sys
from dataclasses import replace

from narrate.base.pool import open_pool
from narrate.base.voice import load_voice
from narrate.speak import speak_script
from narrate.splice.calibrate import calibrate_voice, english_sample

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
TARGETS = (-23.0, -19.0, -16.0)


def main():
    voice = load_voice(sys.argv[1])
    speeds = tuple(map(float, sys.argv[2:])) or SPEEDS
    tables = []
    with open_pool() as pool:
        for speed in speeds:
            faster = replace(voice, speed=speed)

            def speak(script, faster=faster):
                return speak_script(script, faster, pool)

            measured = calibrate_voice(faster, speak, TARGETS, english_sample(faster))
            tables.append(dict(measured.level))
    print("[level] # dB for each of the speeds, by LUFS; from benchmarks/voice_levels.py")
    print(f"speeds = {list(speeds)}")
    for target in TARGETS:
        print(f'"{target:g}" = {[round(table[f"{target:g}"][0], 2) for table in tables]}')


if __name__ == "__main__":
    main()
