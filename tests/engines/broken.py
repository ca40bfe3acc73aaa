"""An engine that fails at the third utterance, every time."""

from engines import tone
from engines.tone import fingerprint, voices

from narrate.base.errors import SpeakError

__all__ = ["fingerprint", "load", "voices"]


class Engine(tone.Engine):
    def __init__(self):
        self.seen = []

    def __call__(self, text):
        if text not in self.seen:
            self.seen.append(text)
        if self.seen.index(text) >= 2:
            raise SpeakError("the engine", "it fell over")
        return super().__call__(text)


def load(voice):
    return Engine()
