"""The timeline: samples to milliseconds, spoken words to written ones, a cue a line on disk."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from narrate.base.model import Cue, Utterance, Word, WordTime
from narrate.base.spans import written_span

FIELDS = tuple(field.name for field in fields(Cue))


def to_ms(samples: int, rate_hz: int) -> int:
    """Samples as whole milliseconds, rounded half up."""
    return (samples * 2000 + rate_hz) // (2 * rate_hz)


@dataclass(frozen=True, slots=True)
class Placed:
    """A trimmed clip in its chapter, without its samples."""

    first: int
    """Where it begins, in samples of the chapter."""
    samples: int
    """Its length; 0 where the voice has no sound for the text."""
    words: tuple[Word, ...] = ()
    """With samples counted from the clip's beginning."""
    exact: bool = True


def make_cue(utterance: Utterance, chapter: int, clip: Placed, start: int, rate_hz: int) -> Cue:
    """The cue of an utterance whose `clip` is in the chapter at the recording's sample `start`."""
    first = start + clip.first
    return Cue(
        id=utterance.id,
        chapter=chapter,
        block=utterance.block,
        start=utterance.start,
        end=utterance.end,
        text=utterance.written,
        start_ms=to_ms(first, rate_hz),
        end_ms=to_ms(first + clip.samples, rate_hz),
        words=_time_written_words(utterance, clip.words, first, rate_hz),
        exact=clip.exact,
        cast=utterance.cast,
        language=utterance.language,
    )


def _time_written_words(
    utterance: Utterance, words: Sequence[Word], start: int, rate_hz: int
) -> tuple[WordTime, ...]:
    """Times of the written words; one that is spoken as several comes out as one.

    A word that is spoken without being written, such as a list's number, has no place here.
    """
    times: list[WordTime] = []
    for word in words:
        span = written_span(utterance.map, word.start, word.end)
        if span[0] == span[1]:
            continue
        first = to_ms(start + word.first, rate_hz)
        last = to_ms(start + word.last, rate_hz)
        if times and span[0] < times[-1].end:
            before = times[-1]
            times[-1] = before._replace(end=max(before.end, span[1]), end_ms=last)
        else:
            times.append(WordTime(*span, first, last, word.exact))
    return tuple(times)


class Timeline:
    """The cues of a recording in a file of JSON lines: written once, walked as often as needed.

    A book's words would take hundreds of megabytes as objects; here one cue is held at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, cues: Sequence[Cue]) -> None:
        """Write `cues` behind those that are there."""
        encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
        with self.path.open("a", encoding="utf-8", newline="\n", errors="replace") as file:
            for cue in cues:
                record = {name: getattr(cue, name) for name in FIELDS}
                # Nearly all are exact, and only what is not is written out.
                record["words"] = [word[:4] if word.exact else word for word in cue.words]
                file.write(encode(record))
                file.write("\n")

    def __iter__(self) -> Iterator[Cue]:
        """The cues in the order of their times."""
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                words = tuple(WordTime(*word) for word in record.pop("words"))
                yield Cue(words=words, **record)
