"""Joins the clips of each chapter into one stream of samples on disk, pauses planned to the sample.

Nothing is kept but the clip in hand: joining copies each sample once, so the cost grows with
the sound and the memory does not.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from narrate.base.errors import SpliceError
from narrate.base.model import Chapter, Clip, Cue, Omission, Script, Segment, Voice
from narrate.splice.passages import Passage, make_passages
from narrate.splice.timeline import make_cue, to_ms

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
) -> Iterator[Segment]:
    """The chapters of `script` as finished segments of raw samples in `folder`, one by one.

    `clips` are those of the script's utterances, in order. They are levelled to `loudness` LUFS
    (None: they stay as they are), for which `voice` must have been measured; its [sound] table
    says what is heard around them. Raises SpliceError when the clips' rates differ or the samples
    cannot be written.
    """
    passages = make_passages(script, clips, voice, loudness)
    start = 0
    for index, chapter in enumerate(script.chapters):
        count = _count_utterances(script, index)
        path = folder / f"{index:05d}.pcm"
        try:
            with path.open("wb") as file:
                segment = _Joiner(file, index, start).join(passages, count, chapter, path)
        except OSError as error:
            raise SpliceError(str(path), f"the sound cannot be stored: {error.strerror}") from error
        start += segment.samples
        yield segment


def _count_utterances(script: Script, index: int) -> int:
    firsts = [chapter.first for chapter in script.chapters[index : index + 2]]
    return (firsts[1] if len(firsts) > 1 else len(script.utterances)) - firsts[0]


class _Joiner:
    """Writes one chapter; counts its samples, cues and what had no sound."""

    def __init__(self, file: BinaryIO, index: int, start: int) -> None:
        self._file = file
        self._index = index
        self._start = start
        self._samples = 0
        self._rate_hz = 0
        self._cues: list[Cue] = []
        self._omissions: list[Omission] = []

    def join(
        self, passages: Iterator[Passage], count: int, chapter: Chapter, path: Path
    ) -> Segment:
        """Take `count` of `passages` and close the segment."""
        silence = 0
        for passage in islice(passages, count):
            self._add(passage)
            silence = passage.silence
        least = max(0, CLOSING_SILENCE_MS * self._rate_hz // 1000 - silence)
        self._write(bytes(2 * (least + -(self._samples + least) % FRAME_SAMPLES)))
        return Segment(
            index=self._index,
            title=chapter.title,
            level=chapter.level,
            pcm=path,
            rate_hz=self._rate_hz,
            samples=self._samples,
            start_ms=to_ms(self._start, self._rate_hz),
            end_ms=to_ms(self._start + self._samples, self._rate_hz),
            cues=tuple(self._cues),
            omissions=tuple(self._omissions),
        )

    def _add(self, passage: Passage) -> None:
        utterance, clip = passage.utterance, passage.clip
        if self._rate_hz not in (0, clip.rate_hz):
            raise SpliceError(
                utterance.id, f"its rate of {clip.rate_hz} Hz differs from {self._rate_hz} Hz"
            )
        self._rate_hz = clip.rate_hz
        if not self._samples and (passage.before or clip.pcm):
            self._write(bytes(2 * (OPENING_SILENCE_MS * clip.rate_hz // 1000)))
        self._write(passage.before)
        if clip.pcm:
            place = self._start + self._samples
            self._cues.append(make_cue(utterance, self._index, clip, place))
        elif utterance.block is not None:
            self._omissions.append(
                Omission(utterance.block, utterance.start, utterance.end, NO_SOUND)
            )
        self._write(clip.pcm)
        self._write(passage.after)

    def _write(self, pcm: bytes) -> None:
        self._file.write(pcm)
        self._samples += len(pcm) // 2
