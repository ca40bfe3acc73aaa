"""The timeline: samples to milliseconds, spoken words to written ones, a cue a line on disk."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from narrate.base.model import Clip, Cue, Utterance, WordTime
from narrate.base.spans import written_span


def to_ms(samples: int, rate_hz: int) -> int:
    """Samples as whole milliseconds, rounded half up."""
    return (samples * 2000 + rate_hz) // (2 * rate_hz)


def make_cue(utterance: Utterance, chapter: int, clip: Clip, start: int) -> Cue:
    """The cue of an utterance whose trimmed `clip` begins at the recording's sample `start`."""
    end = start + len(clip.pcm) // 2
    return Cue(
        id=utterance.id,
        chapter=chapter,
        block=utterance.block,
        start=utterance.start,
        end=utterance.end,
        text=utterance.written,
        start_ms=to_ms(start, clip.rate_hz),
        end_ms=to_ms(end, clip.rate_hz),
        words=_time_written_words(utterance, clip, start),
        exact=clip.exact,
        cast=utterance.cast,
        language=utterance.language,
    )


def _time_written_words(utterance: Utterance, clip: Clip, start: int) -> tuple[WordTime, ...]:
    """Times of the written words; one that is spoken as several comes out as one.

    A word that is spoken without being written, such as a list's number, has no place here.
    """
    times: list[WordTime] = []
    for word in clip.words:
        span = written_span(utterance.map, word.start, word.end)
        if span[0] == span[1]:
            continue
        first = to_ms(start + word.first, clip.rate_hz)
        last = to_ms(start + word.last, clip.rate_hz)
        if times and span[0] < times[-1].end:
            before = times[-1]
            times[-1] = before._replace(end=max(before.end, span[1]), end_ms=last)
        else:
            times.append(WordTime(*span, first, last))
    return tuple(times)


class Timeline:
    """The cues of a recording in a file of JSON lines: written once, walked as often as needed.

    A book's words would take hundreds of megabytes as objects; here one cue is held at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, cues: Sequence[Cue]) -> None:
        """Write `cues` behind those that are there."""
        with self.path.open("a", encoding="utf-8", newline="\n", errors="replace") as file:
            for cue in cues:
                file.write(json.dumps(asdict(cue), ensure_ascii=False, separators=(",", ":")))
                file.write("\n")

    def __iter__(self) -> Iterator[Cue]:
        """The cues in the order of their times."""
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                words = tuple(WordTime(*word) for word in record.pop("words"))
                yield Cue(words=words, **record)
