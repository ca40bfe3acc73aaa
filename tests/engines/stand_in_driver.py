"""A driver as pyttsx3 defines them, in place of one of macOS or Windows: it writes real files.

What it says is a tone as long as the text at the rate asked for. Its voices behave as drivers have
been seen to.
"""
# ruff: noqa: ARG002 - a driver's methods take what pyttsx3 gives them, whether they need it or not

import math
import os
import threading
import time
import wave
from array import array

import soundfile
from pyttsx3.voice import Voice

RATE_HZ = 16_000
CHARACTERS_PER_WORD = 6
VOICES = ("good", "aiff", "late", "crashes", "hangs", "raises", "cut", "nothing", "junk")


def buildDriver(proxy):  # noqa: N802 pyttsx3 asks for this name
    return StandInDriver(proxy)


class StandInDriver:
    def __init__(self, proxy):
        self._proxy = proxy
        self._voice, self._wpm = "good", 200

    def destroy(self):
        pass

    def getProperty(self, name):  # noqa: N802
        return [Voice(id=name, name=name.title(), languages=["en_US"]) for name in VOICES]

    def setProperty(self, name, value):  # noqa: N802
        if name == "voice":
            self._voice = value
        else:
            self._wpm = value

    def startLoop(self):  # noqa: N802
        self._proxy.setBusy(False)

    def endLoop(self):  # noqa: N802
        pass

    def stop(self):
        pass

    def save_to_file(self, text, filename):
        print("a driver talks")
        seconds = len(text) / CHARACTERS_PER_WORD * 60 / self._wpm
        wave_length = RATE_HZ / 200
        samples = array(
            "h",
            (
                round(8_000 * math.sin(2 * math.pi * place / wave_length))
                for place in range(int(seconds * RATE_HZ))
            ),
        )
        silence = array("h", bytes(2 * RATE_HZ // 10))
        save = getattr(self, f"_{self._voice}", self._good)
        save(silence + samples + silence, filename)

    def _good(self, samples, filename):
        with wave.open(filename, "wb") as file:
            file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
            file.writeframes(samples.tobytes())

    def _aiff(self, samples, filename):
        soundfile.write(filename, samples, RATE_HZ, format="AIFF", subtype="PCM_16")

    def _late(self, samples, filename):
        threading.Timer(0.3, self._good, (samples, filename)).start()

    def _crashes(self, samples, filename):
        os.abort()

    def _hangs(self, samples, filename):
        time.sleep(600)

    def _raises(self, samples, filename):
        raise OSError("the disk is full")

    def _cut(self, samples, filename):
        self._good(samples, filename)
        os.truncate(filename, os.path.getsize(filename) // 2)  # noqa: PTH202 plain is shorter

    def _nothing(self, samples, filename):
        open(filename, "wb").close()  # noqa: PTH123 plain is shorter

    def _junk(self, samples, filename):
        with open(filename, "wb") as file:  # noqa: PTH123 plain is shorter
            file.write(b"this is no sound at all")
