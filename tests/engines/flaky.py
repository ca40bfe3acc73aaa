"""An engine that gives silence, then a cut clip, then the right one."""

from collections import Counter
from dataclasses import replace

from engines import tone
from engines.tone import fingerprint, voices

__all__ = ["fingerprint", "load", "voices"]


class Engine(tone.Engine):
    def __init__(self):
        self.asked = Counter()

    def __call__(self, text):
        self.asked[text] += 1
        clip = super().__call__(text)
        if self.asked[text] == 1:
            return replace(clip, pcm=bytes(len(clip.pcm)))
        if self.asked[text] == 2:
            return replace(clip, pcm=clip.pcm[:-1])
        return clip


def load(voice):
    return Engine()
