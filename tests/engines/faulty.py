"""An engine with a fault: its model says which (hang, crash, memory), at the fifth sentence."""

import os
import signal
import time

from engines import tone
from engines.tone import fingerprint, voices

__all__ = ["fingerprint", "load", "voices"]


class Engine(tone.Engine):
    def __init__(self, fault):
        self.fault = fault
        self.asked = 0

    def __call__(self, text):
        self.asked += 1
        if self.asked == 5:
            if self.fault == "hang":
                time.sleep(600)
            if self.fault == "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            if self.fault == "memory":
                raise MemoryError
        return super().__call__(text)


def load(voice):
    return Engine(voice.model)
