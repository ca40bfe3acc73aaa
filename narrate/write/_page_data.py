"""What the script of the page is told: the recording, and the times of its words."""

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby

from narrate.base.model import Cue, Recording
from narrate.write._audio import album, artist, clamp_title


def number_of(cue: Cue) -> int:
    """The number in a cue's id: 42 of u0042. They rise from cue to cue."""
    return int(cue.id.removeprefix("u"))


def write_about(recording: Recording, audio: str) -> str:
    """JSON about the recording as a whole; `audio` is its file's name.

    A chapter is its title, its start in milliseconds, and the number of its first cue or null.
    """
    firsts: dict[int, int] = {}
    for cue in recording.cues:
        firsts.setdefault(cue.chapter, number_of(cue))
    about = {
        "key": _identify(recording),
        "title": clamp_title(recording.article.title),
        "artist": artist(recording.article),
        "album": album(recording),
        "audio": audio,
        "length": recording.length_ms,
        "chapters": [
            [clamp_title(chapter.title), chapter.start_ms, firsts.get(index)]
            for index, chapter in enumerate(recording.chapters)
        ],
    }
    return _write_json(about)


def write_times(recording: Recording) -> Iterator[str]:
    """For each chapter an element with the times of its cues.

    A cue is its number, the milliseconds from the start of the one before it (of the chapter, for
    the first) to its own, and its length; then four numbers for each word: the characters from the
    end of the word before it, its characters, the milliseconds from the end of the word before it
    (the start of the cue), and its milliseconds. Words of ten hours are about a megabyte so.
    """
    cues = groupby(recording.cues, key=lambda cue: cue.chapter)
    number, own = next(cues, (-1, iter(())))
    for index, chapter in enumerate(recording.chapters):
        times: list[list[int]] = []
        if number == index:
            place = chapter.start_ms
            for cue in own:
                times.append([number_of(cue), cue.start_ms - place, cue.end_ms - cue.start_ms])
                times[-1] += _pack_words(cue)
                place = cue.start_ms
            number, own = next(cues, (-1, iter(())))
        data = _write_json(times)
        yield f'<script type="application/json" id="times-{index}">{data}</script>'


def _pack_words(cue: Cue) -> Iterator[int]:
    place, time_ms = 0, cue.start_ms
    for word in cue.words:
        yield from (word.start - place, word.end - word.start)
        yield from (word.start_ms - time_ms, word.end_ms - word.start_ms)
        place, time_ms = word.end, word.end_ms


def _identify(recording: Recording) -> str:
    """A hash of what is heard: where a reader stopped is kept under it."""
    times = [chapter.start_ms for chapter in recording.chapters]
    what = (recording.article.title, recording.clip_keys, times, recording.length_ms)
    return hashlib.sha256(repr(what).encode("utf-8", "replace")).hexdigest()[:16]


def _write_json(value: object) -> str:
    """`value` as JSON that can stand in a script element: no end tag, no comment begins in it."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
