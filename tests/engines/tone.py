"""An engine whose sound is exact: a sine as long as its text, 50 ms a character."""

import math
from array import array

from narrate.base.model import Clip, Word

RATE_HZ = 16_000
SAMPLES_PER_CHARACTER = 800
PERIOD = [round(9_000 * math.sin(2 * math.pi * step / 32)) for step in range(32)]


class Engine:
    def __call__(self, text):
        samples = len(text) * SAMPLES_PER_CHARACTER
        pcm = array("h", (PERIOD * (samples // 32 + 1))[:samples]).tobytes()
        words, place = [], 0
        for word in text.split():
            start = text.index(word, place)
            place = start + len(word)
            times = start * SAMPLES_PER_CHARACTER, place * SAMPLES_PER_CHARACTER
            words.append(Word(start, place, *times))
        return Clip(pcm, RATE_HZ, tuple(words))

    def close(self):
        pass


def load(voice):
    return Engine()


def voices():
    return [("sine", "en", "Sine")]


def fingerprint(voice):
    return "tone-1"
