"""The values that travel the road; no input or output happens here.

Audio counts samples, the timeline counts whole milliseconds, text counts code points. All types
are frozen, their sequences are tuples, and all of them can be pickled.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from narrate.base.document import Article, Block, Kind, LeftOut, Picture, Span

__all__ = [
    "Article",
    "Block",
    "Chapter",
    "Clip",
    "Cue",
    "Kind",
    "LeftOut",
    "Omission",
    "PhonemeSpan",
    "Picture",
    "Recording",
    "Release",
    "Script",
    "Segment",
    "Span",
    "SpanPair",
    "TimedChapter",
    "Utterance",
    "Voice",
    "Word",
    "WordTime",
]


class SpanPair(NamedTuple):
    """A stretch of spoken text and the stretch of written text it stands for."""

    spoken_start: int
    spoken_end: int
    written_start: int
    written_end: int


class PhonemeSpan(NamedTuple):
    """A stretch of spoken text with its pronunciation."""

    start: int
    end: int
    ipa: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What is spoken in one breath: a sentence, or a clause of a long one."""

    id: str
    """"u0042": unique in the script, also the anchor in HTML and EPUB."""
    block: int | None
    """Index of the block it comes from; None for an announcement of ours."""
    start: int
    end: int
    """The span in the block's text (in `written` itself for an announcement)."""
    written: str
    """The text as written: the block's text from start to end."""
    spoken: str
    """The text given to the engine."""
    map: tuple[SpanPair, ...] = ()
    """From `spoken` back to `written`, in order; empty where both are the same text."""
    phonemes: tuple[PhonemeSpan, ...] = ()
    cast: str = ""
    """The part that speaks it (quote, heading, a speaker's name); empty for the narrator."""
    language: str = ""
    """BCP 47 tag; empty where it is the article's."""
    pause_ms: int = 0
    """Silence after it, in milliseconds."""
    earcon: str = ""
    """The short sound before it: heading, quote or list; empty for none."""


@dataclass(frozen=True, slots=True)
class Omission:
    """A stretch of the article that is not spoken, and why."""

    block: int
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A place in the script that a listener can jump to."""

    title: str
    first: int
    """Index of its first utterance."""
    level: int = 1


@dataclass(frozen=True, slots=True)
class Script:
    """What will be said, in order, and what will not."""

    article: Article
    chapters: tuple[Chapter, ...]
    utterances: tuple[Utterance, ...]
    omissions: tuple[Omission, ...]
    """With the utterances they cover every character of the article but white space."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice as a profile in voices/*.toml describes it; hashable."""

    name: str
    engine: str
    model: str
    """What the engine calls this voice."""
    language: str = "en"
    words_per_minute: int = 175
    """Its natural speed."""
    speed: float = 1.0
    """Factor on the natural speed; pauses are divided by it."""
    characters_per_second: float = 17.0
    """Measured pace of speech at natural speed without pauses, for estimates."""
    pauses: tuple[tuple[str, int], ...] = ()
    """Milliseconds of silence by place in the structure, at natural speed."""
    read: tuple[tuple[str, str], ...] = ()
    """Policy by kind of block, where it differs from the default."""
    lexicons: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    """Settings that only this engine knows."""
    sound: tuple[tuple[str, str], ...] = ()
    """Audio around the speech: paths of intro, outro and bed; earcons = "on"."""
    level: tuple[tuple[str, tuple[float, ...]], ...] = ()
    """Gains in dB, by loudness in LUFS, for each of the "speeds"; empty where not measured."""
    reproducible: bool = True
    """Whether the same text gives the same samples every time."""
    description: str = ""
    licence: str = ""
    cast: tuple[tuple[str, "Voice"], ...] = ()
    """Who speaks in its place, by part: quote, heading, caption, question, answer, note,
    "speaker:Ada" or "language:de"; these voices have no cast of their own."""
    follows_language: bool = False
    """Whether it leaves an article in another language to a voice of that language; it does not
    where a user has named it for the article."""


class Word(NamedTuple):
    """When a word of the spoken text sounds."""

    start: int
    end: int
    """Characters in `Utterance.spoken`."""
    first: int
    last: int
    """Samples in the clip; `last` is one past the end."""
    exact: bool = True
    """Whether the engine timed it; False for a share by letter count."""


@dataclass(frozen=True, slots=True)
class Clip:
    """The sound of one utterance, as the engine gave it."""

    pcm: bytes
    """Signed 16-bit little-endian mono; empty where the voice has no sound for the text."""
    rate_hz: int
    words: tuple[Word, ...] = ()
    exact: bool = True
    """Whether the engine timed the words itself; False where they are shares by letter count."""


class WordTime(NamedTuple):
    """When a written word is heard."""

    start: int
    end: int
    """Characters in `Cue.text`."""
    start_ms: int
    end_ms: int
    exact: bool = True
    """Whether the engine timed where it begins."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One utterance on the timeline of the recording."""

    id: str
    """Of its utterance."""
    chapter: int
    """Index of the chapter it is in."""
    block: int | None
    start: int
    end: int
    """As in `Utterance`."""
    text: str
    """As written."""
    start_ms: int
    end_ms: int
    words: tuple[WordTime, ...] = ()
    exact: bool = True
    cast: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """One finished chapter on disk: the unit of encoding, resuming and reuse.

    It starts and ends in silence. Its length is a multiple of 9,216 samples, which is a whole
    number of MP3 frames (576) and of AAC frames (1,024).
    """

    index: int
    title: str
    level: int
    pcm: Path
    """Raw signed 16-bit little-endian mono."""
    rate_hz: int
    samples: int
    start_ms: int
    end_ms: int
    """On the timeline of the recording, as the times of the cues."""
    cues: tuple[Cue, ...]
    omissions: tuple[Omission, ...] = ()
    """What turned out to have no sound in this voice."""
    key: str = ""
    """A hash of all that decides on the samples; empty where nothing is kept."""


@dataclass(frozen=True, slots=True)
class TimedChapter:
    """A chapter on the timeline."""

    title: str
    level: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Recording:
    """The whole article in sound, as every writer sees it."""

    article: Article
    voice: Voice
    chapters: tuple[TimedChapter, ...]
    cues: Iterable[Cue]
    """Read from disk as they are asked for; may be walked many times."""
    rate_hz: int
    samples: int
    omissions: tuple[Omission, ...] = ()
    clip_keys: tuple[str, ...] = ()
    album: str = ""
    """What it is filed under; empty for the article's site."""
    track: tuple[int, int] = (1, 1)
    """Its number among how many files of the same article."""

    @property
    def length_ms(self) -> int:
        """Length in whole milliseconds: the end of the last chapter."""
        return self.chapters[-1].end_ms


@dataclass(frozen=True, slots=True)
class Release:
    """A recording and the files written from it."""

    folder: Path
    recording: Recording
    files: tuple[Path, ...] = field(default=())
    """The files that people open, in the order of the kinds asked for."""
    remarks: tuple[str, ...] = ()
    """What a listener should know: a format that could not hold everything, say."""
    spoken: int = 0
    """Utterances that were spoken for it."""
    reused: int = 0
    """Utterances whose sound was in the cache."""
