"""Joins the clips of each chapter into one stream of samples on disk, pauses planned to the sample.

Nothing is kept but the clip in hand: joining copies each sample once, so the cost grows with
the sound and the memory does not.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from narrate.base.cache import Cache
from narrate.base.errors import SpliceError
from narrate.base.model import Clip, Cue, Omission, Script, Segment, Utterance, Voice, Word
from narrate.base.spans import written_span
from narrate.splice._stored import StoredSegment, chapter_bounds, pack_segment, unpack_segment
from narrate.splice.passages import Passage, make_passages
from narrate.splice.timeline import Placed, make_cue, to_ms

FRAME_SAMPLES = 9_216
"""Least common multiple of an MP3 frame (576 samples) and an AAC frame (1,024)."""
OPENING_SILENCE_MS = 50
"""Room before a chapter's first word: players that seek swallow the first milliseconds."""
CLOSING_SILENCE_MS = 100
"""The least silence at a segment's end. An encoder's delay (50 ms for MP3) is cut off there."""
NO_SOUND = "the voice has no sound for it"


def pace_clips(
    script: Script,
    clips: Iterable[Clip],
    *,
    voice: Voice | None = None,
    loudness: float | None = None,
) -> Iterator[Clip]:
    """The clips of the script's utterances as they are heard, each with what is around it.

    `voice` and `loudness` as in `splice_clips`. Words are left out: a stream has no timeline.
    """
    for passage in make_passages(script, clips, voice, loudness):
        pcm = passage.before + passage.clip.pcm + passage.after
        yield Clip(pcm, passage.clip.rate_hz)


def splice_clips(
    script: Script,
    clips: Iterable[Clip],
    folder: Path,
    *,
    voice: Voice | None = None,
    loudness: float | None = None,
    keys: Sequence[str] = (),
    known: Mapping[int, bytes] | None = None,
    cache: Cache | None = None,
) -> Iterator[Segment]:
    """The chapters of `script` as finished segments of raw samples in `folder`, one by one.

    `clips` are those of the script's utterances, in order. They are levelled to `loudness` LUFS
    (None: they stay as they are), for which `voice` must have been measured; its [sound] table
    says what is heard around them. `known` are chapters that were joined before, by index, as
    `cache` has them: there are no clips of these in `clips`, and their segments have no samples on
    disk. `keys` are the chapters' (see `segment_keys`), under which `cache` keeps the others.
    All comes at the narrator's rate. Raises SpliceError when the samples cannot be written.
    """
    known = known or {}
    bounds = chapter_bounds(script)
    wanted = (place for i, bound in enumerate(bounds) if i not in known for place in range(*bound))
    rates = [unpack_segment(stored).rate_hz for stored in islice(known.values(), 1)]
    passages = make_passages(script, clips, voice, loudness, wanted=wanted, rate_hz=sum(rates))
    start = 0
    for index, (first, end) in enumerate(bounds):
        path = folder / f"{index:05d}.pcm"
        if index in known:
            stored = unpack_segment(known[index])
        else:
            stored = _join(path, islice(passages, end - first))
            if cache and keys:
                cache.write(keys[index], pack_segment(stored))
        segment = _make_segment(script, index, script.utterances[first:end], start, stored)
        yield replace(segment, pcm=path, key=keys[index] if keys else "")
        start += stored.samples


def _make_segment(
    script: Script,
    index: int,
    utterances: Sequence[Utterance],
    start: int,
    stored: StoredSegment,
) -> Segment:
    """The segment of a chapter that begins at the recording's sample `start`."""
    cues: list[Cue] = []
    omissions: list[Omission] = []
    for utterance, clip in zip(utterances, stored.clips, strict=True):
        if clip.samples:
            cues.append(make_cue(utterance, index, clip, start, stored.rate_hz))
            omissions += _find_unsaid(utterance, clip.words)
        elif utterance.block is not None:
            omissions.append(Omission(utterance.block, utterance.start, utterance.end, NO_SOUND))
    return Segment(
        index=index,
        title=script.chapters[index].title,
        level=script.chapters[index].level,
        pcm=Path(),
        rate_hz=stored.rate_hz,
        samples=stored.samples,
        start_ms=to_ms(start, stored.rate_hz),
        end_ms=to_ms(start + stored.samples, stored.rate_hz),
        cues=tuple(cues),
        omissions=tuple(omissions),
    )


def _find_unsaid(utterance: Utterance, words: Sequence[Word]) -> Iterator[Omission]:
    """What an engine that times every word has not timed: words of a script it cannot say."""
    if utterance.block is None or not words:
        return
    starts = [word.start for word in words]
    for token in re.finditer(r"\S+", utterance.spoken):
        before = bisect_left(starts, token.end()) - 1
        said = before >= 0 and words[before].end > token.start()
        if not said and any(character.isalnum() for character in token.group()):
            start, end = written_span(utterance.map, *token.span())
            place = utterance.start
            yield Omission(utterance.block, place + start, place + end, NO_SOUND)


def _join(path: Path, passages: Iterable[Passage]) -> StoredSegment:
    try:
        with path.open("wb") as file:
            return _Joiner(file).join(passages)
    except OSError as error:
        raise SpliceError(str(path), f"the sound cannot be stored: {error.strerror}") from error


class _Joiner:
    """Writes one chapter, and notes where its clips lie in it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._samples = 0
        self._rate_hz = 0
        self._clips: list[Placed] = []

    def join(self, passages: Iterable[Passage]) -> StoredSegment:
        """Take all of `passages`, and close the chapter."""
        silence = 0
        for passage in passages:
            self._add(passage)
            silence = passage.silence
        least = max(0, CLOSING_SILENCE_MS * self._rate_hz // 1000 - silence)
        self._write(bytes(2 * (least + -(self._samples + least) % FRAME_SAMPLES)))
        return StoredSegment(self._rate_hz, self._samples, tuple(self._clips))

    def _add(self, passage: Passage) -> None:
        clip = passage.clip
        self._rate_hz = clip.rate_hz
        if not self._samples and (passage.before or clip.pcm):
            self._write(bytes(2 * (OPENING_SILENCE_MS * clip.rate_hz // 1000)))
        self._write(passage.before)
        self._clips.append(Placed(self._samples, len(clip.pcm) // 2, clip.words, clip.exact))
        self._write(clip.pcm)
        self._write(passage.after)

    def _write(self, pcm: bytes) -> None:
        self._file.write(pcm)
        self._samples += len(pcm) // 2
