"""Stage 3, Script → Clips: each utterance in its voice's engine, checked before it is believed.

An engine is a module with

    load(voice) -> a callable, text → Clip, usable from several threads, with close()
    voices() -> (model, language, title) of each voice it brings
    fingerprint(voice) -> str, all that decides on the samples of a text

It never pads, resamples, levels or writes files, and raises SpeakError on failure. With the
constant PHONEMES = True its callable takes (text, phonemes): spans of the text with how they are to
be pronounced. With LIGHT = True it may be loaded before it is known whether it is needed. A clip is
spoken once and kept in the cache under a key made of all of that.
"""

import hashlib
import threading
from collections import Counter, defaultdict
from collections.abc import Generator, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

from narrate.base.cache import Cache
from narrate.base.cast import find_voice, voices_of
from narrate.base.errors import SpeakError
from narrate.base.model import Clip, Script, Utterance, Voice
from narrate.base.pool import count_cores, in_order
from narrate.speak._clips import pack_clip, unpack_clip
from narrate.speak._engines import Engines, load_engine, shorten, takes_phonemes

__all__ = ["Engines", "clip_keys", "fingerprints", "load_engine", "speak_script"]

KEY_VERSION = 3
"""To be raised when the same engine and text give another clip because of a change of ours."""
STALL_S = 300
"""An engine of ours gives up by itself after a minute; this is for the others."""
NO_CACHE = Cache()


def speak_script(
    script: Script,
    voice: Voice,
    pool: Executor,
    *,
    jobs: int | None = None,
    cache: Cache = NO_CACHE,
    keys: Sequence[str] = (),
    tally: Counter[str] | None = None,
    engines: Engines | None = None,
) -> Generator[Clip]:
    """The clip of each utterance of `script`, in order, about two for each of `jobs` ahead.

    A clip that stands in `cache` under its key is not spoken; one that is spoken is kept there.
    `keys` are those of the utterances (default: `clip_keys`). `tally` counts what was "spoken" and
    what "reused". A clip that is missing, cut off or implausible for its text is spoken again,
    twice at most; then SpeakError names the sentence. A clip without samples stands for a text
    for which the voice has no sound. `engines` stay open for other scripts, unless this one comes
    to no end; without them, its own are opened and closed.
    """
    tally = Counter() if tally is None else tally
    keys = keys or clip_keys(script, voice)
    # Of a sentence that occurs twice, a voice with natural noise would speak two: the second waits.
    turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
    ended = threading.Event()
    own = engines or Engines()

    def provide(item: tuple[Utterance, str]) -> tuple[Clip, str]:
        utterance, key = item
        with turns[key]:
            if kept := cache.read(key):
                return unpack_clip(kept), "reused"
            clip = own.speak(utterance, find_voice(voice, utterance), ended)
            if cache.folder:
                cache.write(key, pack_clip(clip))
            return clip, "spoken"

    window = 2 * (jobs or count_cores())
    items = zip(script.utterances, keys, strict=True)
    try:
        for clip, how in in_order(pool, provide, items, window, STALL_S):
            tally[how] += 1
            yield clip
    except TimeoutError as error:
        said = script.utterances[sum(tally.values())]
        raise SpeakError(
            f"sentence {said.id} “{shorten(said.written)}”",
            f"the engine has not answered for {STALL_S / 60:g} minutes",
            "run again: what was spoken is kept; or try another voice",
        ) from error
    finally:
        ended.set()
        if engines is None or sum(tally.values()) < len(script.utterances):
            own.close()  # also what still speaks for us after an error


def fingerprints(script: Script, voice: Voice) -> dict[str, str]:
    """For each voice that `script` needs, by name, what decides on its samples."""
    return {each.name: load_engine(each).fingerprint(each) for each in voices_of(voice, script)}


def clip_keys(
    script: Script, voice: Voice, earlier: dict[str, str] | None = None
) -> tuple[str, ...]:
    """For each utterance a hash of all that decides on its sound: 64 hexadecimal digits.

    `earlier` are fingerprints of an earlier time, by voice: the keys that the clips had then.
    """
    voices = voices_of(voice, script)
    engines = [load_engine(each) for each in voices]
    common = {
        each: _Common(
            repr(
                (
                    KEY_VERSION,
                    each.engine,
                    (earlier or {}).get(each.name) or engine.fingerprint(each),
                    each.options,
                    each.reproducible,
                )
            ),
            takes_phonemes(engine),
        )
        for each, engine in zip(voices, engines, strict=True)
    }
    if len(voices) == 1:
        return tuple(_key(common[voice], utterance) for utterance in script.utterances)
    return tuple(
        _key(common[find_voice(voice, utterance)], utterance) for utterance in script.utterances
    )


class _Common(NamedTuple):
    """What the keys of all clips of a voice have in common."""

    text: str
    takes_phonemes: bool


def _key(common: _Common, utterance: Utterance) -> str:
    phonemes = utterance.phonemes if common.takes_phonemes else ()
    said = f"{common.text}\n{[tuple(span) for span in phonemes] or ''}\n{utterance.spoken}"
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()
